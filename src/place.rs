//! Where somebody writes, as far as a browser says: its name and the system it runs on. Kept beside a version so that its
//! writer recognizes it, and nothing finer: no release, no model, nothing that tells two of the same kind apart.

/// Where a version was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A browser on a system.
    Browser(Browser, System),
    /// A program with a token.
    Program,
}

/// A browser's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Browser {
    /// Brave.
    Brave,
    /// Chrome.
    Chrome,
    /// Chromium itself.
    Chromium,
    /// Edge.
    Edge,
    /// Firefox.
    Firefox,
    /// Opera.
    Opera,
    /// Safari.
    Safari,
    /// Samsung Internet.
    Samsung,
    /// One that is not known here.
    Other,
}

/// A system's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// Android.
    Android,
    /// ChromeOS.
    ChromeOs,
    /// iPadOS.
    IPad,
    /// iOS.
    IPhone,
    /// Linux.
    Linux,
    /// macOS.
    Mac,
    /// Windows.
    Windows,
    /// One that is not known here.
    Other,
}

/// The names in storage.
const BROWSERS: [(Browser, &str); 9] = [
    (Browser::Brave, "brave"),
    (Browser::Chrome, "chrome"),
    (Browser::Chromium, "chromium"),
    (Browser::Edge, "edge"),
    (Browser::Firefox, "firefox"),
    (Browser::Opera, "opera"),
    (Browser::Safari, "safari"),
    (Browser::Samsung, "samsung"),
    (Browser::Other, "other"),
];
const SYSTEMS: [(System, &str); 8] = [
    (System::Android, "android"),
    (System::ChromeOs, "chromeos"),
    (System::IPad, "ipad"),
    (System::IPhone, "iphone"),
    (System::Linux, "linux"),
    (System::Mac, "mac"),
    (System::Windows, "windows"),
    (System::Other, "other"),
];
const PROGRAM: &str = "program";

/// What a `User-Agent` says of each, the first that is found counts: most browsers name others beside themselves.
const SIGNS_OF_BROWSERS: [(&str, Browser); 12] = [
    ("Edg/", Browser::Edge),
    ("EdgA/", Browser::Edge),
    ("EdgiOS/", Browser::Edge),
    ("OPR/", Browser::Opera),
    ("SamsungBrowser/", Browser::Samsung),
    ("Firefox/", Browser::Firefox),
    ("FxiOS/", Browser::Firefox),
    ("CriOS/", Browser::Chrome),
    ("Chromium/", Browser::Chromium),
    ("HeadlessChrome/", Browser::Chromium),
    ("Chrome/", Browser::Chrome),
    ("Safari/", Browser::Safari),
];
const SIGNS_OF_SYSTEMS: [(&str, System); 8] = [
    ("Android", System::Android),
    ("CrOS", System::ChromeOs),
    ("iPad", System::IPad),
    ("iPhone", System::IPhone),
    ("Windows", System::Windows),
    ("Macintosh", System::Mac),
    ("Linux", System::Linux),
    ("X11", System::Linux),
];

impl Place {
    /// What the request's `User-Agent` and `Sec-CH-UA` say; `None` where they say nothing that is known.
    ///
    /// The latter tells browsers apart that call themselves Chrome in the former; it is missing where they do not send it.
    /// <https://wicg.github.io/ua-client-hints/>
    #[must_use]
    pub fn of_browser(user_agent: &str, brands: &str) -> Option<Self> {
        let browser = first(&SIGNS_OF_BROWSERS, user_agent).unwrap_or(Browser::Other);
        let system = first(&SIGNS_OF_SYSTEMS, user_agent).unwrap_or(System::Other);
        let says =
            |brand: &str| brands.split(',').any(|one| one.trim_start().starts_with(&["\"", brand, "\""].concat()));
        let browser = match browser {
            Browser::Chrome if says("Brave") => Browser::Brave,
            Browser::Chrome if says("Chromium") && !says("Google Chrome") => Browser::Chromium,
            other => other,
        };
        (browser != Browser::Other || system != System::Other).then_some(Self::Browser(browser, system))
    }

    /// The name in storage: `chromium/linux`, `program`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Browser(browser, system) => [name_of(&BROWSERS, browser), "/", name_of(&SYSTEMS, system)].concat(),
            Self::Program => PROGRAM.to_owned(),
        }
    }

    /// The place of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name == PROGRAM {
            return Some(Self::Program);
        }
        let (browser, system) = name.split_once('/')?;
        Some(Self::Browser(of_name(&BROWSERS, browser)?, of_name(&SYSTEMS, system)?))
    }
}

fn first<T: Copy>(signs: &[(&str, T)], text: &str) -> Option<T> {
    signs.iter().find(|(sign, _)| text.contains(sign)).map(|(_, found)| *found)
}

fn name_of<T: Copy + PartialEq>(names: &[(T, &'static str)], one: T) -> &'static str {
    names.iter().find(|(named, _)| *named == one).map_or("other", |(_, name)| *name)
}

fn of_name<T: Copy>(names: &[(T, &str)], name: &str) -> Option<T> {
    names.iter().find(|(_, known)| *known == name).map(|(one, _)| *one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_what_it_says_it_is() {
        const CHROME: &str =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        let brands = "\"Chromium\";v=\"156\", \"Google Chrome\";v=\"156\", \"Not)A;Brand\";v=\"24\"";
        let chromium = "\"Chromium\";v=\"156\", \"Not)A;Brand\";v=\"24\"";
        let brave = "\"Brave\";v=\"156\", \"Chromium\";v=\"156\"";
        for (user_agent, brands, place) in [
            (CHROME, brands, Some(Place::Browser(Browser::Chrome, System::Linux))),
            (CHROME, "", Some(Place::Browser(Browser::Chrome, System::Linux))),
            (CHROME, chromium, Some(Place::Browser(Browser::Chromium, System::Linux))),
            (CHROME, brave, Some(Place::Browser(Browser::Brave, System::Linux))),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                chromium,
                Some(Place::Browser(Browser::Edge, System::Windows)),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0",
                "",
                Some(Place::Browser(Browser::Firefox, System::Mac)),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "",
                Some(Place::Browser(Browser::Safari, System::IPhone)),
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
                brands,
                Some(Place::Browser(Browser::Chrome, System::Android)),
            ),
            ("Lynx/2.9 (Linux)", "", Some(Place::Browser(Browser::Other, System::Linux))),
            ("curl/8.0", "", None),
            ("", "", None),
        ] {
            assert_eq!(Place::of_browser(user_agent, brands), place, "{user_agent}");
        }
    }

    #[test]
    fn every_place_has_a_name_of_its_own() {
        let all = BROWSERS
            .iter()
            .flat_map(|(browser, _)| SYSTEMS.iter().map(|(system, _)| Place::Browser(*browser, *system)));
        let mut names: Vec<String> = Vec::new();
        for place in all.chain([Place::Program]) {
            assert_eq!(Place::parse(&place.name()), Some(place));
            assert!(!names.contains(&place.name()), "{place:?}");
            names.push(place.name());
        }
        assert_eq!(names.len(), BROWSERS.len() * SYSTEMS.len() + 1);
        for unknown in ["", "chromium", "chromium/", "/linux", "netscape/linux", "chromium/linux/", "Program"] {
            assert_eq!(Place::parse(unknown), None, "{unknown}");
        }
    }
}
