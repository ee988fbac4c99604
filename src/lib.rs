//! **Holdfast's domain**: everything that has to be the same in the browser and on the server, and nothing that touches
//! either. No I/O, no clock read, no framework: time and randomness come in as arguments, effects go out as values.
//!
//! | module | owns |
//! |---|---|
//! | [`clock`] | the port through which time comes in, and a clock that tests move by hand |
//! | [`entropy`] | the port through which randomness comes in |
//! | [`edit`] | one splice of a text, and how splices are rebased over each other |
//! | [`place`] | where somebody writes, as far as a browser says |
//! | [`receipt`] | the hash chain that server and browser compute alike |
//! | [`session`] | lifetimes, the exact moment of the forced sign-in, phases, the countdown's words and pace |
//! | [`sync`] | the state machine that carries edits from the keyboard to a receipt |
//! | [`wire`] | the JSON that crosses the wire, and the closed set of error codes |

pub mod clock;
pub mod edit;
pub mod entropy;
pub mod place;
pub mod receipt;
pub mod session;
pub mod sync;
pub mod wire;
