//! Times such as `1m30s`.

/// The units, longest first, in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads `500ms`, `41s`, `1m30s`, `2h` or a plain `0` as milliseconds.
///
/// Whole numbers only; each unit once, the longest first. Anything else is `None`.
pub fn parse_duration(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at_checked(letters)?;
        let (_, factor) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*factor)?)?;
        rest = tail;
    }
    if text.is_empty() { None } else { Some(total) }
}

/// Writes milliseconds as `500ms`, `41s`, `1m30s`: the units that are not zero, else `0s`.
pub fn format_duration(ms: u64) -> String {
    let mut rest = ms;
    let mut text = String::new();
    for (name, factor) in UNITS {
        let number = rest / factor;
        rest %= factor;
        if number > 0 {
            text.push_str(&number.to_string());
            text.push_str(name);
        }
    }
    if text.is_empty() { "0s".into() } else { text }
}
