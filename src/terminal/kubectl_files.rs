//! The files in a kubectl command, whose texts become its heredoc.

use super::copy::{self, Copy};
use super::edit::Edit;
use super::files::Files;
use super::{Done, Saving, Step, context, examples, kustomize, line};
use crate::shell::{Call, Output, Shell, join, parent};

/// Verbs whose `-f` isn't a file.
const WITHOUT_FILES: &[&str] = &[
    "logs",
    "exec",
    "run",
    "cp",
    "port-forward",
    "attach",
    "debug",
    "top",
    "proxy",
    "config",
    "auth",
];
/// Verbs that read objects from a file.
const WITH_OBJECTS: &[&str] = &["apply", "create", "delete", "replace", "diff"];
/// Flags with a value that may precede the verb.
const VALUED: &[&str] =
    &["-n", "--namespace", "--context", "--kubeconfig", "--cluster", "--user", "-v", "-s"];

/// The advice if there is no manifest.
const NO_MANIFEST: &str = "paste it after kubectl apply -f - <<EOF, or with the Manifest button\n";

/// The command with its files replaced by a heredoc.
struct Expansion<'a> {
    words: Vec<String>,
    text: Option<String>,
    advice: String,
    folder: String,
    files: &'a Files,
}

/// Why a command doesn't run.
enum Trouble {
    /// It is an error.
    Refused(Output),
    /// It needs the table of examples.
    Examples,
}

impl From<String> for Trouble {
    fn from(stderr: String) -> Trouble {
        Trouble::Refused(Output::complaint(stderr))
    }
}

/// Runs a kubectl command.
pub(super) fn call(call: &Call, shell: &Shell, files: &mut Files) -> Done {
    let verb = verb(&call.words);
    if verb == "config" {
        return match context::change(&call.words, files) {
            Some(output) => Done::Printed(output),
            None => Done::Line(line(&call.words, Some(context::text(files))), String::new()),
        };
    }
    let words = &match context::with_namespace(&call.words, verb, files) {
        Ok(words) => words,
        Err(output) => return Done::Printed(output),
    };
    let has_help = words.iter().any(|word| word.starts_with("--help") || word == "-h");
    match verb {
        "cp" if !has_help => {
            return match copy::read(words, &shell.folder(), files) {
                Ok(Copy::Into(words, input)) => {
                    Done::Line(line(&words, input.as_deref()), String::new())
                }
                Ok(Copy::From(words, path)) => Done::Saved(line(&words, None), Saving::File(path)),
                Err(output) => Done::Printed(output),
            };
        }
        "cluster-info" if !has_help => {
            if let Some(folder) = dump_folder(words) {
                let saving = Saving::Folder(join(&shell.folder(), folder), folder.into());
                return Done::Saved(line(words, None), saving);
            }
        }
        "completion" => {
            return Done::Printed(Output::print(
                "# This terminal completes with Tab without this script.\n",
            ));
        }
        "edit" if call.input.is_none() && !has_help => {
            return Done::Needs(Step::Edit(Edit::Object(words.clone())));
        }
        _ => {}
    }
    let mut expansion = Expansion {
        words: Vec::new(),
        text: None,
        advice: String::new(),
        folder: shell.folder(),
        files,
    };
    match expansion.expand(words, verb, call.input.as_deref()) {
        Ok(()) if verb == "kustomize" => {
            Done::Printed(Output::print(expansion.text.unwrap_or_default()))
        }
        Ok(()) => {
            let text =
                expansion.text.as_deref().or(call.input.as_deref().filter(|text| !text.is_empty()));
            Done::Line(line(&expansion.words, text), expansion.advice)
        }
        Err(Trouble::Examples) => Done::Needs(Step::Examples),
        Err(Trouble::Refused(output)) => Done::Printed(output),
    }
}

/// An unfinished command with the namespace of its context, to be completed.
pub(super) fn to_complete(line: &str, files: &Files) -> String {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    match context::with_namespace(&words, verb(&words), files) {
        Ok(added) if added.len() > words.len() => {
            let rest = line.strip_prefix("kubectl").unwrap_or("");
            format!("kubectl -n {}{rest}", added.get(2).map_or("", String::as_str))
        }
        _ => line.to_owned(),
    }
}

/// The verb of a command.
fn verb(words: &[String]) -> &str {
    let mut words = words.iter().skip(1).map(String::as_str);
    while let Some(word) = words.next() {
        if VALUED.contains(&word) {
            words.next();
        } else if !word.starts_with('-') {
            return word;
        }
    }
    ""
}

/// The folder of `cluster-info dump --output-directory`.
fn dump_folder(words: &[String]) -> Option<&str> {
    const FLAG: &str = "--output-directory";
    let at = words.iter().position(|word| word.split('=').next() == Some(FLAG))?;
    let own = words.get(at)?.strip_prefix("--output-directory=");
    let folder = own.or_else(|| words.get(at + 1).map(String::as_str))?;
    Some(folder).filter(|folder| !["", "-"].contains(folder))
}

/// The value of a flag, in its own word or after `=`, and the number of words.
fn value<'w>(words: &'w [String], short: &str, long: &str) -> Option<(&'w str, usize)> {
    let word = words.first()?.as_str();
    if word == long || (word == short && !short.is_empty()) {
        return Some((words.get(1)?, 2));
    }
    if let Some(value) = word.strip_prefix(long).and_then(|rest| rest.strip_prefix('=')) {
        return Some((value, 1));
    }
    let value =
        word.strip_prefix(short).filter(|_| !short.is_empty() && !word.starts_with("--"))?;
    Some((value.strip_prefix('=').unwrap_or(value), 1))
}

impl Expansion<'_> {
    fn expand(&mut self, words: &[String], verb: &str, input: Option<&str>) -> Result<(), Trouble> {
        let reads_files = !WITHOUT_FILES.contains(&verb);
        let is_deep = words.iter().any(|word| word == "-R" || word == "--recursive");
        let (mut names, mut kustomizations, mut rest) = (Vec::new(), Vec::new(), words);
        while let Some(word) = rest.first() {
            if word == "--" {
                self.words.extend_from_slice(rest);
                break;
            }
            let mut count = 1;
            if let Some((name, length)) = value(rest, "-f", "--filename").filter(|_| reads_files) {
                names.extend(name.split(','));
                count = length;
            } else if let Some((name, length)) =
                value(rest, "-k", "--kustomize").filter(|_| reads_files)
            {
                kustomizations.push(name);
                count = length;
            } else if let Some((name, length)) = value(rest, "", "--patch-file") {
                self.words.extend(["-p".into(), self.read(name)?]);
                count = length;
            } else if let Some((name, length)) = value(rest, "", "--from-file") {
                self.read_from_file(name)?;
                count = length;
            } else if let Some((name, length)) = value(rest, "", "--from-env-file") {
                for (key, value) in kustomize::pairs_of(&self.read(name)?) {
                    self.words.push(format!("--from-literal={key}={value}"));
                }
                count = length;
            } else if !(reads_files && (word == "-R" || word == "--recursive")) {
                self.words.push(word.clone());
            }
            rest = rest.get(count..).unwrap_or_default();
        }
        if verb == "kustomize" {
            let folder = self.words.get(2).cloned().unwrap_or_else(|| ".".into());
            kustomizations.push(&folder);
            return self.kustomize(&kustomizations);
        }
        if names.is_empty() && kustomizations.is_empty() {
            return Ok(());
        }
        self.words.extend(["-f".into(), "-".into()]);
        self.kustomize(&kustomizations)?;
        for name in names {
            match (name, input) {
                ("-", Some(input)) => self.add(input),
                ("-", None) if WITH_OBJECTS.contains(&verb) => {
                    return Err(Trouble::Refused(Output {
                        advice: NO_MANIFEST.into(),
                        ..Output::complaint(format!("error: no objects passed to {verb}\n"))
                    }));
                }
                ("-", None) => {}
                (name, _) => self.add_file(name, is_deep)?,
            }
        }
        Ok(())
    }

    /// Adds a text to the heredoc.
    fn add(&mut self, text: &str) {
        let all = self.text.get_or_insert_default();
        if !all.is_empty() {
            if !all.ends_with('\n') {
                all.push('\n');
            }
            *all += "---\n";
        }
        *all += text;
    }

    fn kustomize(&mut self, folders: &[&str]) -> Result<(), Trouble> {
        for folder in folders {
            if examples::is_address(folder) {
                let mut output = elsewhere(folder);
                output.stderr =
                    format!("error: {folder}: this page sends no requests to other sites\n");
                return Err(Trouble::Refused(output));
            }
            let path = join(&self.folder, folder);
            // Files may refer to examples by URL.
            let names_examples = NAMES_EXAMPLES.iter().any(|place| {
                let mut texts = self.files.manifests(&path, true).into_iter();
                texts.any(|path| self.files.get(path).is_some_and(|text| text.contains(place)))
            });
            if names_examples && !examples::is_installed() {
                return Err(Trouble::Examples);
            }
            let built = kustomize::build(&path, self.files)?;
            self.add(&built);
        }
        Ok(())
    }

    /// Adds a file, all manifests of a folder, or an example.
    fn add_file(&mut self, name: &str, is_deep: bool) -> Result<(), Trouble> {
        if examples::is_address(name) {
            let text = example(name)?;
            self.add(text);
            return Ok(());
        }
        let path = join(&self.folder, name);
        if let Some(text) = self.files.get(&path) {
            self.add(text);
            return Ok(());
        }
        if self.files.kind(&path) == "folder" {
            let found = self.files.manifests(&path, is_deep);
            if found.is_empty() {
                return Err(format!(
                    "error: error reading [{name}]: recognized file extensions are [.json .yaml .yml]\n"
                )
                .into());
            }
            for path in found {
                self.add(self.files.get(path).unwrap_or_default());
            }
            return Ok(());
        }
        if !examples::is_installed() {
            return Err(Trouble::Examples);
        }
        match examples::known_as(name) {
            Some((known, text)) => {
                self.add(text);
                self.advice = format!(
                    "there is no file {name}: using https://k8s.io/examples/{known} from the documentation\n"
                );
                Ok(())
            }
            None => Err(Trouble::Refused(Output {
                advice: format!(
                    "write it with cat > {name} <<EOF, or paste the manifest with the Manifest button\n"
                ),
                ..Output::complaint(format!("error: the path \"{name}\" does not exist\n"))
            })),
        }
    }

    /// The text of a file.
    fn read(&self, name: &str) -> Result<String, Trouble> {
        match self.files.get(&join(&self.folder, name)) {
            Some(text) => Ok(text.into()),
            None => Err(format!("error: open {name}: no such file or directory\n").into()),
        }
    }

    /// `--from-file=[KEY=]FILE|FOLDER`
    fn read_from_file(&mut self, word: &str) -> Result<(), Trouble> {
        let (key, name) = word.split_once('=').unwrap_or(("", word));
        let path = join(&self.folder, name);
        let mut found =
            vec![(if key.is_empty() { parent(&path).1 } else { key }.to_owned(), path.clone())];
        if self.files.kind(&path) == "folder" {
            let entries = self.files.list(&path).into_iter().filter(|entry| !entry.ends_with('/'));
            found = entries.map(|entry| (entry.clone(), join(&path, &entry))).collect();
        }
        for (key, path) in found {
            let text = self.files.get(&path);
            let text = text.ok_or_else(|| {
                format!("error: error reading {name}: no such file or directory\n")
            })?;
            self.words.push(format!("--from-literal={key}={text}"));
        }
        Ok(())
    }
}

/// Parts of the URLs of examples.
const NAMES_EXAMPLES: [&str; 2] = ["k8s.io/examples/", "kubernetes.io/examples/"];

/// The text of the example at a URL.
fn example(address: &str) -> Result<&'static str, Trouble> {
    let Some(name) = examples::name(address) else {
        return Err(Trouble::Refused(elsewhere(address)));
    };
    if !examples::is_installed() {
        return Err(Trouble::Examples);
    }
    examples::text(name).ok_or_else(|| {
        Trouble::Refused(Output {
            advice: "this page sends no requests to other sites, and has no copy of this example: open the URL, and paste \
                     the text with the Manifest button\n"
                .into(),
            ..Output::complaint(format!("error: unable to read URL \"{address}\"\n"))
        })
    })
}

/// The error for a URL of another site.
fn elsewhere(address: &str) -> Output {
    Output {
        advice: "this page sends no requests to other sites: open the URL, and paste the text with the Manifest button\n"
            .into(),
        ..Output::complaint(format!("error: unable to read URL \"{address}\"\n"))
    }
}
