//! The words of the history and of the page about what is saved, which are rendered on the server only.

use holdfast::place::{Browser, Place, System};
use holdfast::wire::VersionKind;

use super::count;

/// The history's heading, name and link.
pub(crate) const HISTORY: &str = "History";
/// Beside the text that the document has, in the place of a time of day.
pub(crate) const NOW: &str = "Now";
/// What that is, a link to it.
pub(crate) const TEXT_NOW: &str = "The text as it is";
/// How much it differs from the newest version: "12 words added, 1 removed since the last version".
pub(crate) fn changed_since_the_last(added: usize, removed: usize) -> String {
    [&changed_words(added, removed), " since the last version"].concat()
}
/// Where there is nothing to say of that.
pub(crate) const UNCHANGED_SINCE: &str = "as in the last version";
/// The accessible name of the list of versions.
pub(crate) const VERSIONS: &str = "Versions";
/// No version yet.
pub(crate) const NO_VERSIONS: &str = "No versions yet. Save one when you want to keep the text as it is.";
/// Below the list of versions.
pub(crate) const VERSIONS_HELP: &str = "Versions that you save stay for as long as the document. Automatic ones are thinned out as they \
    grow old.";
/// Below pages with times of day that no script has made the reader's own.
pub(crate) const TIMES_ARE_UTC: &str = "Days and times are in UTC.";
/// The field for a version's name.
pub(crate) const VERSION_NAME: &str = "Name, if you like";
/// Opens the field for the name, where there is none yet.
pub(crate) const NAME_THIS_VERSION: &str = "Name this version";
/// The same, where there is one.
pub(crate) const RENAME: &str = "Rename";
/// The mark of a version that was saved on purpose.
pub(crate) const SAVED_ON_PURPOSE: &str = "Saved";
/// A day.
pub(crate) const TODAY: &str = "Today";
/// The day before.
pub(crate) const YESTERDAY: &str = "Yesterday";
/// The accessible name of the ways to look at a version.
pub(crate) const VIEWS: &str = "Views of this version";
/// One way to look at a version.
pub(crate) const ITS_TEXT: &str = "Text";
/// Another, and the name of the page.
pub(crate) const AS_IT_READS: &str = "As it reads";
/// Another.
pub(crate) const CHANGES_SINCE: &str = "What has changed since";
/// Before the name of another version, whose differences from this one are shown.
pub(crate) const COMPARED_WITH: &str = "What is different in ";
/// The way to the list of versions.
pub(crate) const ALL_VERSIONS: &str = "All versions";
/// A version without a character.
pub(crate) const EMPTY_TEXT: &str = "The text was empty.";
/// A version that is the text of now.
pub(crate) const NO_CHANGES: &str = "Nothing has changed since.";
/// In how many places two texts differ.
pub(crate) fn places_changed(places: usize) -> String {
    count(places as u64, if places == 1 { " change" } else { " changes" })
}
/// The buttons that go from change to change.
pub(crate) const NEXT_CHANGE: &str = "Next";
/// The same, the other way.
pub(crate) const PREVIOUS_CHANGE: &str = "Previous";
/// Which one that is; a script fills in the numbers.
pub(crate) const CHANGE_OF: &str = "Change {at} of {of}";
/// Said before an insertion to who does not see its colour.
pub(crate) const INSERTED: &str = "Added: ";
/// Said before a deletion.
pub(crate) const DELETED: &str = "Removed: ";

/// Why there is a version. Nothing is said of those on purpose.
pub(crate) fn kind(kind: VersionKind) -> &'static str {
    match kind {
        VersionKind::Saved => "",
        VersionKind::Merge => "Before changes from elsewhere were added",
        VersionKind::Divergent => "The text as it was elsewhere",
        VersionKind::Restore => "Before a version was restored",
        VersionKind::Recovery => "Before recovered words were added",
        VersionKind::Absence => "As it was left last time",
    }
}

/// Why there is a version: it was the text until the one called `name` was restored.
pub(crate) fn before_restoring(name: &str) -> String {
    ["Before “", &super::short(name), "” was restored"].concat()
}
/// The same, until a restore was undone.
pub(crate) const BEFORE_UNDOING: &str = "Before a restore was undone";

/// A version without a name.
pub(crate) fn version_title(n: u64) -> String {
    ["Version ", &n.to_string()].concat()
}
/// The title of the page that compares.
pub(crate) fn changes_title(n: u64) -> String {
    ["Changes since version ", &n.to_string()].concat()
}
/// Behind their number.
pub(crate) fn characters(number: u64) -> &'static str {
    if number == 1 { " character" } else { " characters" }
}

/// How much a version differs from the one before: "12 words added, 1 removed".
pub(crate) fn changed_words(added: usize, removed: usize) -> String {
    let words = |n: usize| count(n as u64, if n == 1 { " word" } else { " words" });
    match (added, removed) {
        (0, 0) => "no words changed".to_owned(),
        (added, 0) => words(added) + " added",
        (0, removed) => words(removed) + " removed",
        (added, removed) => [&words(added), " added, ", &count(removed as u64, " removed")].concat(),
    }
}

/// Where a version was made: "Firefox on Windows".
pub(crate) fn place(place: Place) -> String {
    let Place::Browser(browser, system) = place else { return "A program".to_owned() };
    let browser = match browser {
        Browser::Brave => "Brave",
        Browser::Chrome => "Chrome",
        Browser::Chromium => "Chromium",
        Browser::Edge => "Edge",
        Browser::Firefox => "Firefox",
        Browser::Opera => "Opera",
        Browser::Safari => "Safari",
        Browser::Samsung => "Samsung Internet",
        Browser::Other => super::ANOTHER_BROWSER,
    };
    let system = match system {
        System::Android => " on Android",
        System::ChromeOs => " on ChromeOS",
        System::IPad => " on an iPad",
        System::IPhone => " on an iPhone",
        System::Linux => " on Linux",
        System::Mac => " on a Mac",
        System::Windows => " on Windows",
        System::Other => "",
    };
    [browser, system].concat()
}

/// The heading of the page about what is saved.
pub(crate) const WHAT_IS_SAVED: &str = "What is saved";
/// What holds of it.
pub(crate) const ON_DISK: &str = "Everything below is on the server's disk, and stays there when the power goes out. Holdfast says \
    “Saved” only after that.";
/// What a page cannot know.
pub(crate) const MAY_BE_ON_THE_WAY: &str = "This is how it was when you opened this page. What you type is on its way until the editor \
    says “Saved”.";
/// When the newest edit was written to disk.
pub(crate) const LAST_SAVED: &str = "Last saved";
/// How many there are.
pub(crate) const EDITS_SAVED: &str = "Edits saved";
/// In how many goes.
pub(crate) fn edits_in_saves(edits: u64, saves: u64) -> String {
    match saves {
        0 => "None yet: the text is as it was when the document was made".to_owned(),
        saves => {
            let edits = count(edits, if edits == 1 { " edit" } else { " edits" });
            [&edits, " in ", &count(saves, if saves == 1 { " save" } else { " saves" })].concat()
        }
    }
}
/// How long it is.
pub(crate) const TEXT_SIZE: &str = "Text";
/// "1,234 characters, 1,240 bytes".
pub(crate) fn bytes(number: u64) -> &'static str {
    if number == 1 { " byte" } else { " bytes" }
}
/// The text's own sum.
pub(crate) const TEXT_SUM: &str = "Checksum of the text (SHA-256)";
/// The sum over the text and how it came about.
pub(crate) const CHAIN_SUM: &str = "Checksum of all edits";
/// What that is.
pub(crate) const CHAIN_HELP: &str = "Each save makes a new one from the one before and from what was typed. Two texts have the same one \
    only if they came about by the very same edits.";
/// Where to read more.
pub(crate) const CHAIN_MORE: &str = "How it is made, and a short program that makes it, stand in Holdfast’s documentation: docs/api.md, \
    “Check the receipts”.";
/// The heading above how to check it.
pub(crate) const CHECK_IT: &str = "Check it yourself";
/// The first step, a link.
pub(crate) const CHECK_DOWNLOAD: &str = "Download the text";
/// The second: before the command.
pub(crate) const CHECK_RUN: &str = "Compute its checksum, in the folder where it is now:";
/// On other systems.
pub(crate) const CHECK_MAC: &str = "on a Mac";
pub(crate) const CHECK_WINDOWS: &str = "on Windows, in PowerShell";
/// What computes it there.
pub(crate) const WINDOWS_COMMAND: &str = "Get-FileHash";
/// The third.
pub(crate) const CHECK_COMPARE: &str =
    "If it is the checksum of the text above, you have every character that is saved, as it is saved.";
