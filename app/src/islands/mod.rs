//! **The islands**: what is alive in the pages. The shell surrounds the others and shares one [`desk`] with them: who is
//! signed in and for how long, and where the work is. Everything an island learns, the others see there.

pub mod banner;
mod desk;
pub mod dialog;
pub mod editor;
pub mod shell;
mod sign_out;
mod watch;

pub use banner::Banner;
pub use dialog::SignInDialog;
pub use editor::Editor;
pub use shell::Shell;
