//! The words of the page that a dead network gets. It is the same for everybody, and stays in the browser.

/// The page's heading.
pub(crate) const OFFLINE: &str = "There is no connection to Holdfast";
/// Why that may be.
pub(crate) const OFFLINE_WHY: &str = "This device may be offline, or Holdfast may be away for a moment.";
/// What has become of the work.
pub(crate) const OFFLINE_WORK: &str = "What you typed in this browser and what had not been saved yet is kept on this device. It goes to \
    Holdfast when you are back.";
/// It goes on by itself.
pub(crate) const OFFLINE_WAITS: &str = "The page you asked for opens by itself when there is a connection again.";
/// Loads the page that was asked for.
pub(crate) const TRY_AGAIN: &str = "Try again";
