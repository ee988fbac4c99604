//! The words of the accessibility statement. Each criterion that is claimed has a browser test of its name
//! (`end2end/tests/wcag/`), and one of those tests compares this table with the tests that there are.

/// The page's heading, name and link.
pub(crate) const ACCESSIBILITY: &str = "Accessibility";
/// What is claimed, in two sentences.
pub(crate) const CONFORMANCE: &str = "Holdfast is made to conform to the Web Content Accessibility Guidelines 2.2 at level AA. \
    Of level AAA it keeps those about time, interruption, contrast, motion and place that are in the table below.";
/// Where they stand.
pub(crate) const GUIDELINES: &str = "https://www.w3.org/TR/WCAG22/";
/// The link to them.
pub(crate) const READ_GUIDELINES: &str = "Read the guidelines";
/// What is not as it should be, or not known.
pub(crate) const NOT_TRIED: &str = "What does not conform, and what nobody has tried";
/// See [`NOT_TRIED`].
pub(crate) const LIMITS: [&str; 5] = [
    "Nobody has gone through Holdfast with a screen reader yet. What such a program is told was checked by other programs only.",
    "Every test ran in Chromium. Other browsers should do the same, but that was not tried.",
    "Holdfast's own words are English, and marked as English. What you write is not marked with the language it is in.",
    "What a preview shows is as accessible as what was written: a heading that was left out is not there.",
    "Where your organisation's own sign-in pages are used, those pages are not part of this statement.",
];
/// About being signed out, which the guidelines call a time limit.
pub(crate) const TIME: &str = "When you have to sign in again";
/// See [`TIME`].
pub(crate) const TIME_HELP: [&str; 3] = [
    "From time to time you have to sign in again. You are told before, you can do it early, and you need not: you can go on writing after it, and sign in whenever it suits you.",
    "Words that have not reached the server are kept on your device, locked, for 30 days. Words that reach it after your sign-in has ended are kept there for 30 days or longer, until you sign in.",
    "The first warning can be put off until the last minute. It never takes you out of your text.",
];
/// The heading above the table.
pub(crate) const TABLE: &str = "Criterion by criterion";
/// What the table's last column is.
pub(crate) const TABLE_HELP: &str =
    "Each criterion that is met is checked by a test of its own in a browser, every time Holdfast is changed.";
/// The table's columns.
pub(crate) const COLUMNS: [&str; 4] = ["Criterion", "Level", "Met", "What shows it"];
/// Nobody but who runs this site can be asked.
pub(crate) const TELL_US: &str =
    "Something stops you? Tell whoever runs this site: Holdfast is free software, and can be mended.";
/// The way out.
pub(crate) const BACK_TO_HOLDFAST: &str = "Back to Holdfast";

/// What is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Met, and a test shows it.
    Yes,
    /// Met but for what the last column says.
    Partly,
    /// There is nothing it could apply to.
    Nothing,
}

impl Claim {
    /// In the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::Nothing => "does not apply",
        }
    }
}

use Claim::{Nothing, Partly, Yes};

/// One line of the table.
pub(crate) type Criterion = (&'static str, &'static str, &'static str, Claim, &'static str);

/// Number, name, level, claim, and what shows it. All of levels A and AA, and what is kept of AAA.
pub(crate) const CRITERIA: [Criterion; 63] = [
    (
        "1.1.1",
        "Non-text Content",
        "A",
        Yes,
        "Every picture and control on every page has a name, or is marked as decoration.",
    ),
    ("1.2.1", "Audio-only and Video-only (Prerecorded)", "A", Nothing, "There is no audio and no video."),
    ("1.2.2", "Captions (Prerecorded)", "A", Nothing, "There is no audio and no video."),
    ("1.2.3", "Audio Description or Media Alternative (Prerecorded)", "A", Nothing, "There is no audio and no video."),
    ("1.2.4", "Captions (Live)", "AA", Nothing, "There is no audio and no video."),
    ("1.2.5", "Audio Description (Prerecorded)", "AA", Nothing, "There is no audio and no video."),
    (
        "1.3.1",
        "Info and Relationships",
        "A",
        Yes,
        "Headings, lists, labels and landmarks are what they look like, on every page.",
    ),
    ("1.3.2", "Meaningful Sequence", "A", Yes, "Pages read in the same order as they are seen."),
    ("1.3.3", "Sensory Characteristics", "A", Yes, "No instruction depends on shape, colour or place."),
    ("1.3.4", "Orientation", "AA", Yes, "Upright and sideways, everything is there."),
    (
        "1.3.5",
        "Identify Input Purpose",
        "AA",
        Yes,
        "Fields for your name, email, passwords and codes say so to your browser.",
    ),
    ("1.4.1", "Use of Color", "A", Yes, "States, links, additions and removals are told in words or marks, too."),
    ("1.4.2", "Audio Control", "A", Nothing, "There is no audio."),
    ("1.4.3", "Contrast (Minimum)", "AA", Yes, "Measured on every page, light and dark."),
    ("1.4.4", "Resize Text", "AA", Yes, "At 200 % nothing is cut off."),
    ("1.4.5", "Images of Text", "AA", Yes, "All text is text."),
    ("1.4.6", "Contrast (Enhanced)", "AAA", Yes, "7 to 1 or more, measured on every page, light and dark."),
    ("1.4.10", "Reflow", "AA", Yes, "At a width of 320 pixels no page scrolls sideways."),
    ("1.4.11", "Non-text Contrast", "AA", Yes, "Field borders and focus rings have 3 to 1 or more, light and dark."),
    ("1.4.12", "Text Spacing", "AA", Yes, "With wider spacing nothing is cut off."),
    ("1.4.13", "Content on Hover or Focus", "AA", Yes, "Nothing appears by pointing or by focus alone."),
    (
        "2.1.1",
        "Keyboard",
        "A",
        Yes,
        "From sign-in to sign-out without a pointer: write, keep a version, bring it back.",
    ),
    ("2.1.2", "No Keyboard Trap", "A", Yes, "Tab leaves every part of a page, Escape every dialog."),
    (
        "2.1.4",
        "Character Key Shortcuts",
        "A",
        Yes,
        "Single letters act in the list of documents only, never while you type.",
    ),
    (
        "2.2.1",
        "Timing Adjustable",
        "A",
        Yes,
        "A warning at least 20 seconds before, one press to stay, eleven times and more.",
    ),
    ("2.2.2", "Pause, Stop, Hide", "A", Yes, "Nothing moves by itself. The countdown can be put off."),
    (
        "2.2.3",
        "No Timing",
        "AAA",
        Yes,
        "After the end you go on writing and sign in when you like; not a word is missing.",
    ),
    (
        "2.2.4",
        "Interruptions",
        "AAA",
        Yes,
        "The warning can be put off until the last minute, and never takes the focus.",
    ),
    (
        "2.2.5",
        "Re-authenticating",
        "AAA",
        Yes,
        "After signing in again text, caret and undo are as they were; without scripts, too.",
    ),
    ("2.2.6", "Timeouts", "AAA", Yes, "You are told how long unsent words are kept: 30 days."),
    ("2.3.1", "Three Flashes or Below Threshold", "A", Yes, "Nothing flashes."),
    ("2.3.3", "Animation from Interactions", "AAA", Yes, "Nothing is animated for those who ask for less motion."),
    ("2.4.1", "Bypass Blocks", "A", Yes, "Every page has one main part, and one first heading in it."),
    ("2.4.2", "Page Titled", "A", Yes, "Every page has a title of its own."),
    ("2.4.3", "Focus Order", "A", Yes, "Tab goes through a page in the order in which it reads."),
    ("2.4.4", "Link Purpose (In Context)", "A", Yes, "Every link says where it leads."),
    ("2.4.5", "Multiple Ways", "AA", Yes, "A document is found in the list and by search."),
    (
        "2.4.6",
        "Headings and Labels",
        "AA",
        Yes,
        "No heading and no label is empty, and no two fields of a page share one.",
    ),
    ("2.4.7", "Focus Visible", "AA", Yes, "Whatever has the focus looks different."),
    ("2.4.8", "Location", "AAA", Yes, "The title and the header say where you are."),
    ("2.4.11", "Focus Not Obscured (Minimum)", "AA", Yes, "The warning covers nothing that has the focus."),
    ("2.5.1", "Pointer Gestures", "A", Yes, "Everything is done with a single press."),
    ("2.5.2", "Pointer Cancellation", "A", Yes, "Nothing happens before the button is let go."),
    ("2.5.3", "Label in Name", "A", Yes, "The visible words are in the name of each control."),
    ("2.5.4", "Motion Actuation", "A", Nothing, "Nothing is done by moving the device."),
    ("2.5.7", "Dragging Movements", "AA", Yes, "Files that can be dropped can be chosen, too."),
    ("2.5.8", "Target Size (Minimum)", "AA", Yes, "Each is 24 pixels or more, or has that much room."),
    ("3.1.1", "Language of Page", "A", Yes, "Every page says that it is English."),
    ("3.1.2", "Language of Parts", "AA", Partly, "Holdfast's own words are all English. What you write is not marked."),
    ("3.2.1", "On Focus", "A", Yes, "The focus alone changes nothing."),
    (
        "3.2.2",
        "On Input",
        "A",
        Yes,
        "What you type or choose sends nothing away before you press a button, and opens nothing.",
    ),
    ("3.2.3", "Consistent Navigation", "AA", Yes, "The header has the same order everywhere."),
    ("3.2.4", "Consistent Identification", "AA", Yes, "What does the same is called the same."),
    (
        "3.2.5",
        "Change on Request",
        "AAA",
        Yes,
        "Nothing opens, moves or reloads by itself, not even at the end of your sign-in.",
    ),
    ("3.2.6", "Consistent Help", "A", Yes, "This statement is reached from the same place on every page."),
    ("3.3.1", "Error Identification", "A", Yes, "A mistake is told in words, beside the field."),
    ("3.3.2", "Labels or Instructions", "A", Yes, "Every field has a label; what a password needs stands below it."),
    ("3.3.3", "Error Suggestion", "AA", Yes, "What went wrong says what to do about it."),
    (
        "3.3.4",
        "Error Prevention (Legal, Financial, Data)",
        "AA",
        Yes,
        "The trash gives back; deleting the account asks first.",
    ),
    (
        "3.3.7",
        "Redundant Entry",
        "A",
        Yes,
        "Your email is filled in when you sign in again, and at every further step.",
    ),
    (
        "3.3.8",
        "Accessible Authentication (Minimum)",
        "AA",
        Yes,
        "Passwords and codes may be pasted, and filled in by a password manager.",
    ),
    (
        "4.1.2",
        "Name, Role, Value",
        "A",
        Yes,
        "Measured on every page, and with the warning, the dialog and the menu open.",
    ),
    (
        "4.1.3",
        "Status Messages",
        "AA",
        Yes,
        "What changes is said without taking the focus: saved, found, about to end.",
    ),
];
