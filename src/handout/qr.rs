//! A link as a QR code.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// The empty modules around a code, on each side.
const QUIET: i32 = 4;

/// A text as a QR code: the width of the picture, in modules, and the data of the path that draws the dark ones. `None` if
/// the text is longer than the largest code holds.
pub fn path(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .or_else(|_| QrCode::encode_text(text, QrCodeEcc::Low))
        .ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count() as i32;
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_small_code_and_a_long_one_a_large_one() {
        let (size, path) = path("https://ordinal.example/#lesson=quorum&step=4").expect("a code");
        assert_eq!(size, 33 + 2 * QUIET);
        // The finder in the corner: seven modules, then a gap.
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
        assert!(super::path(&"a".repeat(2_900)).is_some_and(|(size, _)| size == 177 + 2 * QUIET));
        assert_eq!(super::path(&"a".repeat(2_954)), None);
    }
}
