//! The crate from outside, through HTTP and the real Router.
