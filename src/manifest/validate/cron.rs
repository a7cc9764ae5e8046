//! Schedules of CronJobs (`validateScheduleFormat`, and its parser, `github.com/robfig/cron` v3).

/// The names of months and days of the week, in order.
const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
const DAYS: &str = "sun mon tue wed thu fri sat";
/// The minimum and maximum value of each field, and its names.
const FIELDS: [(u32, u32, &str); 5] =
    [(0, 59, ""), (0, 23, ""), (1, 31, ""), (1, 12, MONTHS), (0, 6, DAYS)];
const DESCRIPTORS: [&str; 7] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Checks whether a schedule can be parsed; empty schedules are checked elsewhere.
///
/// # Errors
/// The API server's error.
pub(super) fn check(schedule: &str) -> Result<(), String> {
    if schedule.contains("TZ=") || schedule.is_empty() {
        return Ok(());
    }
    if let Some(every) = schedule.strip_prefix("@every ") {
        let is_valid = crate::notation::parse_duration(every).is_some();
        let words =
            || format!("failed to parse duration {schedule}: time: invalid duration \"{every}\"");
        return is_valid.then_some(()).ok_or_else(words);
    }
    if schedule.starts_with('@') {
        let is_known = DESCRIPTORS.contains(&schedule);
        return is_known.then_some(()).ok_or(format!("unrecognized descriptor: {schedule}"));
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let list = fields.join(" ");
        return Err(format!("expected exactly 5 fields, found {}: [{list}]", fields.len()));
    }
    let ranges = fields.iter().zip(FIELDS).flat_map(|(field, bounds)| {
        field.split(',').filter(|range| !range.is_empty()).map(move |range| (range, bounds))
    });
    ranges.into_iter().try_for_each(|(text, bounds)| range(text, bounds))
}

/// Checks a range (`getRange`): `*`, a number or a name, or two of them, and an optional step.
fn range(text: &str, (least, most, names): (u32, u32, &str)) -> Result<(), String> {
    let parts: Vec<&str> = text.split('/').collect();
    let ends: Vec<&str> = parts.first().unwrap_or(&"").split('-').collect();
    let (first, last) = (ends.first().unwrap_or(&""), ends.last().unwrap_or(&""));
    let (start, mut end) = match ends.len() {
        _ if matches!(*first, "*" | "?") => (least, most),
        1 | 2 => (value(first, least, names)?, value(last, least, names)?),
        _ => return Err(format!("too many hyphens: {text}")),
    };
    let step = match parts.as_slice() {
        [_] => 1,
        [_, step] => {
            if ends.len() == 1 {
                end = most;
            }
            value(step, 0, "")?
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    if start < least {
        return Err(format!("beginning of range ({start}) below minimum ({least}): {text}"));
    }
    if end > most {
        return Err(format!("end of range ({end}) above maximum ({most}): {text}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"));
    }
    match step {
        0 => Err(format!("step of range should be a positive number: {text}")),
        _ => Ok(()),
    }
}

/// The value of a number or a name (`parseIntOrName`).
fn value(text: &str, least: u32, names: &str) -> Result<u32, String> {
    let named =
        names.split(' ').position(|name| !name.is_empty() && name.eq_ignore_ascii_case(text));
    if let Some(index) = named {
        return Ok(least + u32::try_from(index).unwrap_or(0));
    }
    match text.parse::<i64>() {
        Ok(number) if number < 0 => Err(format!("negative number ({number}) not allowed: {text}")),
        Ok(number) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
        Err(_) => {
            let text = text.to_owned();
            Err(format!(
                "failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn schedules_are_checked() {
        for schedule in [
            "",
            "* * * * *",
            "*/5 0-23/2 1,15 jan-mar MON",
            "0 3 * * 0",
            "@daily",
            "@every 1h30m",
            "5/15 ? * * *",
        ] {
            assert_eq!(check(schedule), Ok(()), "{schedule}");
        }
        for (schedule, words) in [
            ("0 3 * *", "expected exactly 5 fields, found 4: [0 3 * *]"),
            ("99 * * * *", "end of range (99) above maximum (59): 99"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("* * * * 7", "end of range (7) above maximum (6): 7"),
            ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("*/1/2 * * * *", "too many slashes: */1/2"),
            (
                "x * * * *",
                "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax",
            ),
            ("@never", "unrecognized descriptor: @never"),
            (
                "@every soon",
                "failed to parse duration @every soon: time: invalid duration \"soon\"",
            ),
        ] {
            assert_eq!(check(schedule), Err(words.into()));
        }
    }
}
