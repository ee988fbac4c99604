//! What holds of `style/`: every colour that words are set in can be read on everything that they are set on, and the
//! typeface is light. Both are read from where they stand.

use std::path::Path;

use crate::pages::PAPER;

/// Words, whatever they stand on: WCAG 2.2, 1.4.6.
const WORDS: [&str; 5] = ["ink", "ink-soft", "accent", "accent-strong", "wrong"];
/// What draws a control or tells a state without words: 1.4.11.
const PARTS: [&str; 3] = ["line-strong", "heed-line", "accent"];
/// What both stand on.
const GROUNDS: [&str; 6] = ["paper", "paper-raised", "paper-sunken", "accent-wash", "heed-wash", "wrong-wash"];
/// Words on a button that is filled.
const FILLED: [(&str, &str); 2] = [("on-accent", "accent"), ("on-accent", "accent-strong")];

const ENHANCED: f64 = 7.0;
const NON_TEXT: f64 = 3.0;

/// What one file of the typeface may weigh.
const FONT_BYTES: u64 = 40 * 1024;

/// A colour as a screen shows it: red, green and blue, eight bits each.
type Rgb = [u8; 3];

/// `oklch(L% C H)` in sRGB. <https://www.w3.org/TR/css-color-4/#color-conversion-code>
fn rgb(oklch: &str) -> Rgb {
    let inner = oklch.trim().strip_prefix("oklch(").and_then(|rest| rest.strip_suffix(')')).expect(oklch);
    let numbers: Vec<f64> = inner.split(' ').map(|number| number.trim_end_matches('%').parse().expect(oklch)).collect();
    let [lightness, chroma, hue] = numbers[..] else { panic!("{oklch}") };
    let (lightness, (sin, cos)) = (lightness / 100.0, hue.to_radians().sin_cos());
    let (a, b) = (chroma * cos, chroma * sin);
    let long = (0.215_803_757_3f64.mul_add(b, 0.396_337_777_4f64.mul_add(a, lightness))).powi(3);
    let medium = ((-0.063_854_172_8f64).mul_add(b, (-0.105_561_345_8f64).mul_add(a, lightness))).powi(3);
    let short = ((-1.291_485_548_0f64).mul_add(b, (-0.089_484_177_5f64).mul_add(a, lightness))).powi(3);
    let linear = [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ];
    linear.map(|part| {
        let part = part.clamp(0.0, 1.0);
        let encoded = if part <= 0.003_130_8 { 12.92 * part } else { 1.055f64.mul_add(part.powf(1.0 / 2.4), -0.055) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
        let byte = (encoded * 255.0).round() as u8;
        byte
    })
}

/// WCAG 2.2, "contrast ratio" and "relative luminance".
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let luminance = |colour: Rgb| -> f64 {
        let [red, green, blue] = colour.map(|byte| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.0722f64.mul_add(blue, 0.2126f64.mul_add(red, 0.7152 * green))
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn style(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style").join(name);
    std::fs::read_to_string(&path).expect("a style sheet")
}

/// A token in light and in dark.
fn token(tokens: &str, name: &str) -> [Rgb; 2] {
    let start = ["--", name, ": light-dark("].concat();
    let value = tokens.split(&start).nth(1).and_then(|rest| rest.split(");").next()).expect(name);
    let (light, dark) = value.split_once(", ").expect(name);
    [light, dark].map(rgb)
}

#[test]
fn a_colour_is_what_a_browser_makes_of_it() {
    // As Chromium 156 paints them.
    assert_eq!(rgb("oklch(100% 0 0)"), [255, 255, 255]);
    assert_eq!(rgb("oklch(0% 0 0)"), [0, 0, 0]);
    assert_eq!(rgb("oklch(98.6% 0.004 85)"), [252, 250, 247]);
    assert_eq!(rgb("oklch(62.8% 0.25768 29.234)"), [255, 0, 0]);
    assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 1e-9);
    assert!((contrast([119, 119, 119], [255, 255, 255]) - 4.478).abs() < 1e-3);
}

#[test]
fn f8_wcag_1_4_6_every_word_can_be_read_on_everything_in_light_and_in_dark() {
    let tokens = style("tokens.css");
    let on_grounds = WORDS.iter().flat_map(|word| GROUNDS.map(|ground| (*word, ground)));
    for (word, ground) in on_grounds.chain(FILLED) {
        for (scheme, (word_is, ground_is)) in
            ["light", "dark"].iter().zip(token(&tokens, word).into_iter().zip(token(&tokens, ground)))
        {
            let ratio = contrast(word_is, ground_is);
            assert!(ENHANCED <= ratio, "--{word} on --{ground}, {scheme}: {ratio:.2}");
        }
    }
}

#[test]
fn f8_wcag_1_4_11_what_draws_a_control_can_be_seen_in_light_and_in_dark() {
    let tokens = style("tokens.css");
    for (part, ground) in PARTS.iter().flat_map(|part| GROUNDS.map(|ground| (*part, ground))) {
        for (scheme, (part_is, ground_is)) in
            ["light", "dark"].iter().zip(token(&tokens, part).into_iter().zip(token(&tokens, ground)))
        {
            let ratio = contrast(part_is, ground_is);
            assert!(NON_TEXT <= ratio, "--{part} on --{ground}, {scheme}: {ratio:.2}");
        }
    }
}

/// A new colour must be tried like the others.
#[test]
fn every_colour_among_the_tokens_is_tried_or_none_to_read() {
    let tokens = style("tokens.css");
    let names =
        tokens.split("\n    --").skip(1).filter_map(|rest| rest.split_once(": light-dark(")).map(|(name, _)| name);
    let tried: Vec<&str> = WORDS.into_iter().chain(PARTS).chain(GROUNDS).chain(["on-accent"]).collect();
    let untried: Vec<&str> = names.filter(|name| !name.contains('\n') && !tried.contains(name)).collect();
    assert_eq!(untried, ["line"], "it parts what stands apart anyway");
}

/// What a phone paints around the page is the page's own paper.
#[test]
fn the_colour_around_the_page_is_its_paper() {
    let hex = |[red, green, blue]: Rgb| format!("#{red:02x}{green:02x}{blue:02x}");
    let [light, dark] = token(&style("tokens.css"), "paper").map(hex);
    assert_eq!((light.as_str(), dark.as_str()), PAPER);
}

#[test]
fn every_file_of_the_typeface_is_light_and_has_its_licence_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style/fonts");
    let sheet = style("fonts.css");
    let mut fonts = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name");
        if name.ends_with(".woff2") {
            let bytes = entry.metadata().expect("a size").len();
            assert!(bytes <= FONT_BYTES, "{name}: {bytes} bytes");
            assert_eq!(sheet.matches(&["url(\"fonts/", &name, "\")"].concat()).count(), 1, "{name}");
            fonts += 1;
        }
    }
    assert_eq!((fonts, sheet.matches("url(").count()), (8, 8));
    let licence = std::fs::read_to_string(folder.join("OFL.txt")).expect("a licence");
    assert!(licence.contains("SIL OPEN FONT LICENSE Version 1.1") && licence.contains("The Literata Project Authors"));
}
