//! The boxes of a task list: each labelled by the words behind it, and each saying where in the text it stands.

use pulldown_cmark::{Event, Tag, TagEnd};

/// Puts boxes and labels among the events of one text.
pub(super) struct Tasks<'t> {
    text: &'t str,
    /// How far was counted, in bytes, and what was counted.
    read: usize,
    units: usize,
    /// A label is open.
    open: bool,
}

impl<'t> Tasks<'t> {
    pub(super) fn within(text: &'t str) -> Self {
        Self { text, read: 0, units: 0, open: false }
    }

    /// The event that begins at the byte `at`, and what stands before it or for it.
    pub(super) fn marked<'e>(&mut self, event: Event<'e>, at: usize) -> impl Iterator<Item = Event<'e>> + use<'e> {
        let end = (self.open && !is_within_line(&event)).then(|| {
            self.open = false;
            Event::InlineHtml("</label>".into())
        });
        let event = match event {
            Event::TaskListMarker(done) => {
                self.open = true;
                let done = if done { " checked" } else { "" };
                Event::InlineHtml(format!("<label><input data-task=\"{}\"{done}> ", self.unit(at)).into())
            }
            other => other,
        };
        [end, Some(event)].into_iter().flatten()
    }

    /// Where the byte `at` is in a text area that shows the text: in UTF-16 units, and each line break is one of them (HTML
    /// standard, "API value" of a textarea). Nothing is counted twice as long as `at` grows.
    fn unit(&mut self, at: usize) -> usize {
        if at < self.read {
            (self.read, self.units) = (0, 0);
        }
        let passage = self.text.get(self.read..at).unwrap_or_default();
        let paired = passage.matches("\r\n").count();
        self.units += passage.chars().map(char::len_utf16).sum::<usize>() - paired;
        self.read = at;
        self.units
    }
}

/// Whether the words of a line may go on with it.
fn is_within_line(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }),
        Event::End(tag) => matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link),
        Event::Rule | Event::TaskListMarker(_) => false,
        _ => true,
    }
}
