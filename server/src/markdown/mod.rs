//! Markdown as people read it: CommonMark with GitHub's tables, struck words, task lists and footnotes, made into HTML that
//! runs nothing and fetches nothing.
//!
//! Twice guarded: HTML in the text is shown as it was typed, never taken for markup, and whatever comes out goes through an
//! allow-list (OWASP, "Cross Site Scripting Prevention Cheat Sheet", HTML sanitization). Pictures become links, because a
//! picture from elsewhere would tell its owner who reads what, and when.

pub(crate) mod plain;
mod tasks;
pub(crate) mod titled;

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use self::tasks::Tasks;

/// What is longer than this is not rendered but read in the editor: a megabyte is a thick book, and takes a worker thread
/// some tens of milliseconds.
pub(crate) const MOST_BYTES: usize = 1 << 20;

/// Elements within each other.
const DEEPEST: usize = 50;

/// `text` as HTML; `None` where it is longer than [`MOST_BYTES`].
pub(crate) fn to_html(text: &str) -> Option<String> {
    if MOST_BYTES < text.len() {
        return None;
    }
    let mut depth = 0_usize;
    let mut tasks = Tasks::within(text);
    let events = Parser::new_ext(text, options())
        .into_offset_iter()
        .filter(|(event, _)| is_shallow(event, &mut depth))
        .flat_map(|(event, range)| tasks.marked(tamed(event), range.start));
    let mut html = String::with_capacity(text.len() + text.len() / 2);
    html::push_html(&mut html, events);
    Some(GUARD.clean(&aligned(&html)).to_string())
}

/// How a table's columns are aligned, as attributes: the page's policy takes no styles. A `<` that somebody has typed is
/// escaped by now.
fn aligned(html: &str) -> String {
    let cells = html.replace("<td style=\"text-align: ", "<td align=\"");
    cells.replace("<th style=\"text-align: ", "<th align=\"")
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES
}

static GUARD: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut guard = Builder::default();
    guard
        .url_schemes(["http", "https", "mailto"].into())
        // The text knows nothing of this app's paths.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        // What is being written must not be left by a click.
        .set_tag_attribute_value("a", "target", "_blank")
        // Only tasks have boxes. Beside the text a script makes them tick (`app/write/tick.js`).
        .add_tags(["input", "label"])
        .add_tag_attributes("input", ["checked", "data-task"])
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .rm_tags(["img", "map", "area"]);
    guard
});

/// Whether the event is not within more elements than anybody nests; if it is, its text stays and its element goes. An HTML
/// parser looks through all open elements at each new one (HTML standard, "has an element in button scope"): a hundred
/// thousand `>` would take it minutes.
fn is_shallow(event: &Event<'_>, depth: &mut usize) -> bool {
    match event {
        Event::Start(_) => {
            *depth += 1;
            *depth <= DEEPEST
        }
        Event::End(_) => {
            let shallow = *depth <= DEEPEST;
            *depth = depth.saturating_sub(1);
            shallow
        }
        _ => true,
    }
}

/// The page has a heading of the first level; an image is a link; what looks like HTML is text; and a line that was ended
/// ends, as in other editors that people write prose and verse in (CommonMark leaves that to who renders, section 6.13).
fn tamed(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level: below(level), id: None, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::SoftBreak => Event::HardBreak,
        Event::Html(markup) | Event::InlineHtml(markup) => Event::Text(markup),
        other => other,
    }
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests;
