//! **The islands**: what is alive in the pages. The shell surrounds the others and shares one [`desk`] with them: who is
//! signed in and for how long, and where the work is. Everything an island learns, the others see there.
#![expect(unreachable_pub, reason = "the macro makes each island's wasm entry point public")]

mod back;
pub(crate) mod banner;
pub(crate) mod desk;
pub(crate) mod dialog;
pub(crate) mod editor;
mod live;
mod recovery;
pub(crate) mod shell;
mod sign_out;
pub(crate) mod start;
mod stay;
pub(crate) mod time_left;
mod watch;
