//! The message that a container leaves when it ends (`getTerminationMessage` of `kuberuntime_container.go`).

use super::*;

/// The maximum size of a message, in bytes (`MaxContainerTerminationMessageLength`).
const MOST_BYTES: usize = 4096;
/// The maximum size of the end of a log, in bytes and in lines (`MaxContainerTerminationMessageLogLength`, `...LogLines`).
const LOG_BYTES: usize = 2048;
const LOG_LINES: usize = 80;
/// The path of the message, unless the container has another one.
const PATH: &str = "/dev/termination-log";

/// The message of a container that ends with an exit code: the file at its `terminationMessagePath`, or the end of its log.
pub(super) fn message(container: &ContainerRun, spec: &PodSpec, code: u8) -> String {
    let Some(spec) = spec.container(&container.name) else { return String::new() };
    let field = |name: &str| spec.other.get(name).map_or("", |it| it.as_text());
    let path = Some(field("terminationMessagePath")).filter(|path| !path.is_empty());
    let path = path.unwrap_or(PATH);
    let written = container.files.iter().find(|(name, _)| *name == path);
    let text = written.and_then(|(_, file)| file.as_ref()?.text.clone()).unwrap_or_default();
    let end = (0..=MOST_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let text = text.get(..end).unwrap_or(&text).to_owned();
    let falls_back = field("terminationMessagePolicy") == "FallbackToLogsOnError";
    match container.process.as_ref() {
        Some(process) if text.is_empty() && falls_back && code != 0 => end_of(&process.output),
        _ => text,
    }
}

/// The last lines of a log.
fn end_of(log: &str) -> String {
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let lines = lines.get(lines.len().saturating_sub(LOG_LINES)..).unwrap_or_default().concat();
    let start = lines.len().saturating_sub(LOG_BYTES);
    let start = (start..=lines.len()).find(|start| lines.is_char_boundary(*start)).unwrap_or(0);
    lines.get(start..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_log_counts() {
        let log: String = (0..100).map(|number| format!("line {number}\n")).collect();
        assert!(end_of(&log).starts_with("line 20\n") && end_of(&log).ends_with("line 99\n"));
        assert_eq!(end_of(&"é".repeat(2_000)).len(), LOG_BYTES);
        assert_eq!(end_of(""), "");
    }
}
