use super::*;

fn html(text: &str) -> String {
    to_html(text).expect("short enough")
}

#[test]
fn what_people_write_reads_well() {
    let page = html(
        "# Log\n\nIt *was* **late**, ~~ten~~ nine.\n\n- [x] lamp\n- [ ] door\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> so\n\n```\nx < y\n```\n",
    );
    for part in [
        "<h2>Log</h2>",
        "<em>was</em>",
        "<strong>late</strong>",
        "<del>ten</del>",
        "<td>2</td>",
        "<blockquote>",
        "<code>x &lt; y",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // ammonia keeps attributes in a map, in no order.
    for (label, attributes) in [(" lamp", &["43", "checked"][..]), (" door", &["54"])] {
        let (before, _) = page.split_once(&format!(">{label}</label>")).expect(label);
        let (_, input) = before.rsplit_once("<label><input ").expect(label);
        for part in ["type=\"checkbox\"", "disabled=\"\""].iter().chain(attributes) {
            assert!(input.contains(part), "{part}: {input}");
        }
        assert_eq!(input.contains("checked"), attributes.contains(&"checked"), "{input}");
    }
}

#[test]
fn a_tables_columns_are_aligned_without_a_style() {
    let page = html("| a | b |\n| :-: | --: |\n| 1 | <td style=\"text-align: left\"> |\n");
    for part in [
        "<th align=\"center\">a",
        "<td align=\"center\">1",
        "<td align=\"right\">&lt;td style=\"text-align: left\"&gt;",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<td style"), "{page}");
}

/// A text area counts UTF-16 units, and shows every line break as one.
#[test]
fn a_task_says_where_it_stands_in_a_text_area() {
    for text in [
        "- [ ] a",
        "😀 first\r\n\r\n- [x] lamp\r\n- [ ] **door** and\r\n  window\r\n\r\n  more\r\n",
        "> 1. [X] quoted\n\n* * [ ] nested\n    - [ ] deep\n\n- [ ] é\n\n  - [x] in a loose one\n",
        "```\n- [ ] code\n```\n\n- [ ] [ ] twice\n- [ ] <input data-task=\"0\"> typed\n",
    ] {
        let shown: Vec<u16> = text.replace("\r\n", "\n").encode_utf16().collect();
        let page = html(text);
        let places: Vec<usize> = page
            .split("<input data-task=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number"))
            .collect();
        let tasks = text.lines().filter(|line| line.contains("] ") && !line.contains("code")).count();
        assert_eq!(places.len(), tasks, "{page}");
        for at in places {
            let marker = String::from_utf16(&shown[at..at + 3]).expect("no half of a pair");
            assert!(["[ ]", "[x]", "[X]"].contains(&marker.as_str()), "{marker} at {at}: {page}");
        }
        assert_eq!(page.matches("<input").count(), page.matches("disabled=\"\"").count(), "{page}");
        assert_eq!(page.matches("<label>").count(), tasks, "{page}");
        for label in page.split("<label>").skip(1) {
            let label = label.split("</label>").next().unwrap_or_default();
            assert!(!label.contains("<p>") && !label.contains("<ul>") && !label.contains("<li>"), "{page}");
        }
    }
}

#[test]
fn a_link_opens_elsewhere_and_tells_nobody_where_it_was() {
    let page = html("[there](https://example.com/a?b=c) <mailto:ada@example.com>");
    assert!(page.contains("href=\"https://example.com/a?b=c\""), "{page}");
    assert!(page.contains("target=\"_blank\"") && page.contains("rel=\"noopener noreferrer nofollow\""), "{page}");
}

/// The same holds for whatever is typed: nothing runs and nothing is fetched.
#[test]
fn nothing_that_is_typed_runs_or_fetches() {
    for hostile in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.com/pixel.png)",
        "![x](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "[x](/sign-out)",
        "[x](//example.com)",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<iframe src=https://example.com></iframe>",
        "<svg onload=alert(1)>",
        "<style>*{display:none}</style>",
        "<form action=/sign-out method=post><button>x</button></form>",
        "<div style=\"position:fixed\">x</div>",
        "`<script>`\n\n    <script>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<http://example.com/\"onmouseover=alert(1)>",
        "a[^1]\n\n[^1]: <script>alert(1)</script>",
        "```\"onload=alert(1)\nx\n```",
    ] {
        let page = html(hostile).to_lowercase();
        let tags: Vec<&str> = page.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default()).collect();
        for tag in tags {
            let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            let harmless = ["p", "a", "code", "pre", "sup", "div", "span", "h2"].contains(&name.as_str());
            assert!(harmless, "{hostile}: <{tag}>");
            let says = |what: &str| tag.contains(what);
            assert!(!says("javascript:") && !says(" on") && !says("style=") && !says("src="), "{hostile}: <{tag}>");
            assert!(!says("href=\"/") && !says("href=\"data") && !says("href=\"vb"), "{hostile}: <{tag}>");
        }
    }
}

/// Times are not compared: this is here to end.
#[test]
fn what_is_built_to_take_for_ever_ends() {
    let much = 20_000;
    for hostile in [
        ">".repeat(much),
        "[".repeat(much),
        "![".repeat(much),
        "*a **a ".repeat(much / 4),
        "`".repeat(much),
        "<a".repeat(much),
        "- ".repeat(much / 10),
        "[a](".repeat(much),
        "|a".repeat(much / 10) + "\n" + &"|-".repeat(much / 10),
        "x".repeat(MOST_BYTES),
    ] {
        assert!(to_html(&hostile).is_some());
    }
    assert_eq!(to_html(&"x".repeat(MOST_BYTES + 1)), None);
    let deep = html(&(">".repeat(much) + " word"));
    assert!(deep.contains("word") && deep.matches("<blockquote>").count() <= DEEPEST, "{deep}");
}
