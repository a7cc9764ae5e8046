//! `tar` archives, in the ustar format of POSIX (`pax(1)`).

use crate::map::Map;

/// The size of a block, in bytes.
const BLOCK: usize = 512;

/// A file or a folder of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path; that of a folder has no slash at its end.
    pub path: String,
    /// The permission bits.
    pub mode: u32,
    /// The text; `None` for a folder.
    pub text: Option<String>,
}

/// What `tar` is asked to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `c`, `t`, or `x`.
    pub action: char,
    /// The archive; none or `-` for the standard input or output.
    pub file: Option<String>,
    /// The folder to change to.
    pub folder: Option<String>,
    /// Whether it lists what it does.
    pub is_verbose: bool,
    /// The files.
    pub names: Vec<String>,
}

impl Request {
    /// Reads the words after `tar`.
    ///
    /// # Errors
    /// The error of `tar`, without the name of the program.
    pub fn read(words: &[&str]) -> Result<Request, String> {
        let (mut request, mut waiting) = (Request::default(), Vec::new());
        for (index, word) in words.iter().enumerate() {
            if let Some(letter) = waiting.pop() {
                match letter {
                    'f' => request.file = Some((*word).to_owned()),
                    _ => request.folder = Some((*word).to_owned()),
                }
                continue;
            }
            let letters = match word.strip_prefix('-') {
                Some(long) if long.starts_with('-') => {
                    return Err(format!("unrecognized option '{word}'"));
                }
                Some(letters) if !letters.is_empty() => letters,
                None if index == 0 => *word,
                _ => {
                    request.names.push((*word).to_owned());
                    continue;
                }
            };
            request.options(letters, !word.starts_with('-'), &mut waiting)?;
        }
        match (waiting.pop(), request.action) {
            (Some(letter), _) => Err(format!("option requires an argument -- '{letter}'")),
            (None, '\0') => {
                Err("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
                    .into())
            }
            (None, 'c') if request.names.is_empty() => {
                Err("Cowardly refusing to create an empty archive".into())
            }
            _ => Ok(request),
        }
    }

    /// Reads the letters of a word; `waiting` gets those whose value follows.
    fn options(
        &mut self,
        letters: &str,
        is_old: bool,
        waiting: &mut Vec<char>,
    ) -> Result<(), String> {
        let mut letters = letters.chars();
        while let Some(letter) = letters.next() {
            match letter {
                'c' | 't' | 'x' => self.action = letter,
                'f' | 'C' => {
                    // Without a dash, the values follow the letters.
                    let rest = if is_old { "" } else { letters.as_str() };
                    match (rest.is_empty(), letter) {
                        (true, _) => waiting.insert(0, letter),
                        (false, 'f') => self.file = Some(rest.to_owned()),
                        (false, _) => self.folder = Some(rest.to_owned()),
                    }
                    if !is_old {
                        break;
                    }
                }
                'v' => self.is_verbose = true,
                'p' | 'm' | 'o' => {}
                'z' => return Err("gzip: Cannot exec: No such file or directory".into()),
                other => return Err(format!("invalid option -- '{other}'")),
            }
        }
        Ok(())
    }

    /// Whether an entry is one of those that were asked for.
    pub fn wants(&self, path: &str) -> bool {
        let is_below = |name: &str| {
            let name = name.trim_end_matches('/');
            path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
        };
        self.names.is_empty() || self.names.iter().any(|name| is_below(name))
    }
}

/// The path that an archive has for a name (`Removing leading / from member names`).
pub fn member(name: &str) -> &str {
    name.trim_start_matches('/').trim_end_matches('/')
}

/// Packs entries.
pub fn pack(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        let text = entry.text.as_deref().unwrap_or("");
        out += &header(entry, text.len());
        out += text;
        pad(&mut out, text.len());
    }
    out.extend(std::iter::repeat_n('\0', 2 * BLOCK));
    out
}

/// Fills the last block.
fn pad(out: &mut String, length: usize) {
    out.extend(std::iter::repeat_n('\0', length.next_multiple_of(BLOCK) - length));
}

/// The header of an entry. The model has no times of files with a date, so that they are those of 1970.
fn header(entry: &Entry, size: usize) -> String {
    let is_folder = entry.text.is_none();
    let slash = if is_folder { "/" } else { "" };
    let path = format!("{}{slash}", entry.path);
    // Long paths are split at a slash.
    let (prefix, name) = match path.len() {
        ..=100 => ("", path.as_str()),
        length => {
            let mut cuts = path.match_indices('/').map(|(at, _)| at);
            match cuts.find(|at| length - at - 1 <= 100) {
                Some(at) => (path.get(..at).unwrap_or(""), path.get(at + 1..).unwrap_or(&path)),
                None => ("", path.as_str()),
            }
        }
    };
    let field = |text: &str, length: usize| {
        let end = (0..=length.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        let text = text.get(..end.unwrap_or(0)).unwrap_or("");
        format!("{text}{}", "\0".repeat(length - text.len()))
    };
    let number = |value: u64, length: usize| format!("{value:0>width$o}\0", width = length - 1);
    let head = [
        field(name, 100),
        number(u64::from(entry.mode & 0o7777), 8),
        number(0, 8),
        number(0, 8),
        number(size as u64, 12),
        number(0, 12),
    ]
    .concat();
    let tail = [
        (if is_folder { "5" } else { "0" }).to_owned(),
        field("", 100),
        field("ustar", 6),
        "00".into(),
        field("root", 32),
        field("root", 32),
        number(0, 8),
        number(0, 8),
        field(prefix, 155),
        field("", 12),
    ]
    .concat();
    let sum: u64 = head.bytes().chain(tail.bytes()).map(u64::from).sum::<u64>() + 8 * 32;
    format!("{head}{sum:0>6o}\0 {tail}")
}

/// Unpacks an archive; `None` if the text is none.
pub fn unpack(text: &str) -> Option<Vec<Entry>> {
    let (mut entries, mut at) = (Vec::new(), 0);
    while let Some(header) = text.get(at..at + BLOCK) {
        if header.starts_with('\0') {
            break;
        }
        let field = |from: usize, length: usize| {
            let field = header.get(from..from + length)?;
            Some(field.split('\0').next().unwrap_or("").trim())
        };
        if field(257, 5)? != "ustar" {
            return None;
        }
        let number = |from, length| usize::from_str_radix(field(from, length)?, 8).ok();
        let (size, mode) = (number(124, 12)?, u32::try_from(number(100, 8)?).ok()?);
        let (prefix, name) = (field(345, 155)?, field(0, 100)?);
        let path = if prefix.is_empty() { name.into() } else { format!("{prefix}/{name}") };
        at += BLOCK;
        let is_folder = header.get(156..157)? == "5";
        let body = text.get(at..at.checked_add(size)?)?;
        at = at.checked_add(size.checked_next_multiple_of(BLOCK)?)?;
        let text = (!is_folder).then(|| body.to_owned());
        entries.push(Entry { path: path.trim_end_matches('/').to_owned(), mode, text });
    }
    (at > 0 || text.bytes().all(|byte| byte == 0) && !text.is_empty()).then_some(entries)
}

/// The path of an entry as `tar` prints it.
fn shown(entry: &Entry) -> String {
    format!("{}{}", entry.path, if entry.text.is_none() { "/" } else { "" })
}

/// What `tar -t` prints of entries.
pub fn list(entries: &[Entry]) -> String {
    entries.iter().map(|entry| shown(entry) + "\n").collect()
}

/// What `tar -tv` prints of entries.
pub fn list_long(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let size = entry.text.as_ref().map_or(0, String::len);
        let bit = |place: usize| match entry.mode >> (8 - place) & 1 {
            0 => '-',
            _ => ['r', 'w', 'x'][place % 3],
        };
        let mode: String = (0..9).map(bit).collect();
        let kind = if entry.text.is_none() { 'd' } else { '-' };
        format!("{kind}{mode} root/root {size:>9} 1970-01-01 00:00 {}\n", shown(entry))
    };
    entries.iter().map(line).collect()
}

/// The entries with their folders before them, each once.
pub fn sorted(entries: Vec<Entry>) -> Vec<Entry> {
    let by_path: Map<String, Entry> =
        entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
    by_path.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, text: Option<&str>) -> Entry {
        let mode = if text.is_none() { 0o755 } else { 0o644 };
        Entry { path: path.into(), mode, text: text.map(str::to_owned) }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let long = format!("{}/{}", "a".repeat(90), "b".repeat(90));
        let all = vec![
            entry("tmp", None),
            entry("tmp/a", Some("hällo\n")),
            entry("tmp/b", Some(&"x".repeat(512))),
            entry(&long, Some("")),
        ];
        assert_eq!(unpack(&pack(&all)), Some(all));
        assert_eq!((unpack("hello"), unpack("")), (None, None));
        assert_eq!(unpack(&pack(&[])), Some(Vec::new()));
    }

    /// Compared with an archive of GNU tar 1.34: `tar --format=ustar --mtime=@0 --owner=root:0 --group=root:0 -cf - f`.
    #[test]
    fn the_header_is_that_of_ustar() {
        let text = pack(&[entry("f", Some("hi\n"))]);
        assert_eq!(text.get(124..136), Some("00000000003\0"));
        assert_eq!(text.get(257..265), Some("ustar\u{0}00"));
        let sum: u64 =
            text.bytes().take(148).chain(text.bytes().take(512).skip(156)).map(u64::from).sum();
        assert_eq!(text.get(148..156), Some(format!("{:06o}\0 ", sum + 256).as_str()));
    }

    #[test]
    fn options_are_read_with_and_without_a_dash() {
        let read = |line: &str| Request::read(&line.split(' ').collect::<Vec<_>>());
        let request = read("xf - -C /tmp/bar").expect("a request");
        assert_eq!((request.action, request.file.as_deref()), ('x', Some("-")));
        assert_eq!(request.folder.as_deref(), Some("/tmp/bar"));
        assert_eq!(read("-cvf a.tar x y").expect("a request").names, ["x", "y"]);
        assert!(read("czf a.tgz x").is_err() && read("cf a.tar").is_err() && read("f").is_err());
    }
}
