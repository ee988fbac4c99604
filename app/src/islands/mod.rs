//! **The islands**: what is alive in the pages. The shell surrounds the others and shares one [`desk`] with them: who is
//! signed in and for how long, and where the work is. Everything an island learns, the others see there.
#![expect(unreachable_pub, reason = "the macro makes each island's wasm entry point public")]

mod banner;
mod desk;
mod dialog;
mod editor;
mod shell;
mod sign_out;
mod start;
mod watch;

pub(crate) use banner::Banner;
pub(crate) use dialog::SignInDialog;
pub(crate) use editor::Editor;
pub(crate) use shell::Shell;
pub(crate) use start::{META, Start, StartDocument};
