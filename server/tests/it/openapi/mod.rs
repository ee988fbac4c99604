//! The API's description is true: every route is in it and every route in it is there, real answers fit it to the last
//! member, and its codes are the closed set of the wire. What is asked is made from the description itself, so a new
//! operation is asked all this without a line here.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod accounts;
mod answers;
mod broken;
mod description;
mod documents;
mod every_operation;
mod factors;
mod programs;
mod routes;
mod soundness;
mod steps;
mod witness;

pub(crate) use description::codes_of_the_wire;
