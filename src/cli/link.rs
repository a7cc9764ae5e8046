//! Links to a moment, as the page makes them: `#1.`, the recipe in base64url after deflate, its checksum, and the
//! instant. `static/share/link.js` reads and writes them in the page.

use crate::api::Time;
use crate::limits;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::io::Read;

/// The version of links that this program reads.
const VERSION: &str = "1";
/// How many bytes a recipe may have.
const RECIPE_BYTES: u64 = 16 << 20;
/// What begins the line that says by which rules the recipe was played.
const RULES: &str = "# rules ";

/// The part of an argument that is a link to a moment: from `#` and the number of its version. None if it is no link.
pub fn link_in(argument: &str) -> Option<&str> {
    let link = &argument[argument.find('#')?..];
    let (version, _) = link[1..].split_once('.')?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(link)
}

/// The recipe in a link, and the moment that it shows.
///
/// # Errors
/// If the link is of another version, damaged, or too large, or if its moment is later than a run can last.
pub fn decode(link: &str) -> Result<(String, Time), String> {
    let (version, rest) = link.trim_start_matches('#').split_once('.').unwrap_or_default();
    if version != VERSION {
        return Err(format!(
            "this link has version {version}, but this program reads version {VERSION}"
        ));
    }
    let (packed, rest) = rest.split_once('.').ok_or("this link is damaged: its end is missing")?;
    let (crc, at) = rest.split_once('@').unwrap_or((rest, "0"));
    let damaged = |what: &str| format!("this link is damaged: {what}");
    let packed = unbase64(packed).ok_or_else(|| damaged("part of its text is missing"))?;
    let mut bytes = Vec::new();
    let mut unpacked = DeflateDecoder::new(packed.as_slice()).take(RECIPE_BYTES + 1);
    unpacked.read_to_end(&mut bytes).map_err(|_| damaged("its end is missing"))?;
    if bytes.len() as u64 > RECIPE_BYTES {
        let limit = RECIPE_BYTES >> 20;
        return Err(format!("this link unpacks to more than {limit} MB, the limit for a story"));
    }
    let mut sum = Crc::new();
    sum.update(&bytes);
    if !crc.eq_ignore_ascii_case(&format!("{:08x}", sum.sum())) {
        return Err(damaged("its checksum does not match"));
    }
    let recipe = String::from_utf8_lossy(&bytes);
    let recipe = recipe.split_inclusive('\n').filter(|line| !line.starts_with(RULES)).collect();
    match at.parse() {
        Ok(ms) if ms <= limits::CLUSTER_TIME_MS => Ok((recipe, Time(ms))),
        _ => Err(format!("this link names no moment of a run: {at}")),
    }
}

/// Decodes base64url without padding. None if something else is in the text.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = ((bits << 6) & 0xfff) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(((bits >> count) & 0xff) as u8);
        }
    }
    (count < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As static/share/link.js made it.
    const LINK: &str = "#1.yy9KycxLzFEw5MrLT0ktVjDiSixRMC1WyC5NSk0uyVFIzi9Kyc9TAEnqGnEpKxSV5qQWKxjoGRoZm5iamVtwAQA.1e997519@7500";

    #[test]
    fn a_link_of_the_page_is_read() {
        let argument = format!("https://docs.example/?story=x{LINK}");
        assert_eq!(link_in(&argument), Some(LINK));
        let recipe = "ordinal 1\nnodes 2\nat 5s kubectl cordon node-2\n".to_owned();
        assert_eq!(decode(LINK), Ok((recipe, Time(7_500))));
    }

    #[test]
    fn a_link_that_cannot_be_read_says_why() {
        for (from, to, why) in [
            ("#1.", "#9.", "version 9, but this program reads version 1"),
            ("1e997519", "1e997518", "its checksum does not match"),
            ("yy9K", "yy9L", "this link is damaged"),
            ("yy9K", "y!9K", "part of its text is missing"),
            ("@7500", "@99999999999999", "names no moment"),
        ] {
            let error = decode(&LINK.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(why), "{to}: {error}");
        }
        assert!(decode(&LINK[..50]).expect_err("cut").contains("its end is missing"));
    }

    #[test]
    fn a_path_is_no_link() {
        for path in ["story.ordinal", "a#b.ordinal", "#x.y", "#.", "-", "#", "#12"] {
            assert_eq!(link_in(path), None, "{path}");
        }
    }
}
