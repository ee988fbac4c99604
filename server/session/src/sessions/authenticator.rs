//! What an authenticator app is set up with: the key's URI, and the same as a picture. Drawn here, so that the secret goes
//! to nobody else.

use holdfast::wire::SoftwareTokenSetup;
use qrcode::{Color, EcLevel, QrCode};
use secrecy::{ExposeSecret as _, SecretString};

/// The light border that scanners need, in modules (ISO/IEC 18004, "quiet zone").
const QUIET: usize = 4;

/// The secret as text, as a URI and as a picture.
pub(super) fn set_up(app: &str, account: &str, secret: &SecretString) -> SoftwareTokenSetup {
    let secret = secret.expose_secret().to_owned();
    let uri = uri(app, account, &secret);
    let qr_svg = qr_svg(&uri).unwrap_or_default();
    SoftwareTokenSetup { secret, uri, qr_svg }
}

/// `otpauth://totp/…`; the defaults are Cognito's: SHA-1, six digits, thirty seconds.
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
fn uri(app: &str, account: &str, secret: &str) -> String {
    let (app, account, secret) = (escaped(app), escaped(account), escaped(secret));
    format!("otpauth://totp/{app}:{account}?secret={secret}&issuer={app}")
}

/// The text as an SVG document; `None` where it is too long to be one.
fn qr_svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, modules) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, modules) in modules.chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
            }
            column += run.len();
        }
    }
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{path}"/></svg>"##
    ))
}

/// RFC 3986, section 2.1: all but the unreserved characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uri_names_the_app_the_account_and_the_secret() {
        assert_eq!(
            uri("Hold fast", "ada+1@example.com", "JBSWY3DPEHPK3PXP"),
            "otpauth://totp/Hold%20fast:ada%2B1%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Hold%20fast"
        );
    }

    /// Draws the path again, module by module, and reads the code's own words off it.
    #[test]
    fn the_picture_has_every_dark_module_of_the_code_and_no_other() {
        let text = uri("Holdfast", "ada@example.com", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        let svg = qr_svg(&text).expect("short enough");
        let code = QrCode::with_error_correction_level(&text, EcLevel::M).expect("a code");
        let path = svg.split("d=\"").nth(2).and_then(|rest| rest.split('"').next()).expect("the dark path");
        let mut drawn = std::collections::BTreeSet::new();
        for run in path.split('M').filter(|run| !run.is_empty()) {
            let (at, run) = run.split_once('h').expect("a run");
            let (x, y) = at.split_once(' ').expect("a point");
            let length = run.split('v').next().expect("a length");
            let number = |text: &str| text.parse::<usize>().expect("a number");
            drawn.extend((0..number(length)).map(|step| (number(x) + step - QUIET, number(y) - QUIET)));
        }
        let dark = |(x, y): &(usize, usize)| code[(*x, *y)] == Color::Dark;
        let all = (0..code.width()).flat_map(|x| (0..code.width()).map(move |y| (x, y)));
        assert_eq!(drawn, all.filter(dark).collect());
        assert!(!svg.contains("style=") && !svg.contains("<script"), "nothing that a strict policy would refuse");
    }
}
