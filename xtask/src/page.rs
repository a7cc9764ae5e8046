//! Compiling the page and laying out its folder, the same for `serve` and `dist`.

use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

use anyhow::{Context as _, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{names, tools, wasm};

/// How the page is compiled: the names are those of the profiles in Cargo.toml.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Profile {
    /// Quick to build.
    Dev,
    /// Small to load.
    Shipped,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "page-dev",
            Self::Shipped => "page",
        }
    }

    /// Where the bindings of this profile are kept between builds.
    fn bindings(self) -> PathBuf {
        tools::target_dir().join("bindings").join(self.name())
    }
}

/// The generated files of the page.
pub(crate) const SCRIPT: &str = "ordinal.js";
pub(crate) const MODULE: &str = "ordinal_bg.wasm";

/// The second module, and the script that joins it to the first.
pub(crate) const LATER: &str = "ordinal_later.wasm";
const JOINS: &str = "./later.js";

/// Compiles the page and the program that draws its poster, and generates the script that loads it.
pub(crate) fn compile(profile: Profile) -> Result<()> {
    let flags = wasm::flags()?;
    tools::run(
        wasm::cargo()?
            .args(["build", "--package", "ordinal", "--bin", "ordinal", "--target", wasm::TARGET])
            .args(["--profile", profile.name()])
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")),
    )
    .context("the page does not compile")?;
    tools::run(tools::cargo().args(["build", "--quiet", "--package", "ordinal"]))
        .context("the program does not compile")?;

    let compiled = compiled(profile);
    let bindings = profile.bindings();
    if is_newer(&bindings.join(MODULE), &compiled) {
        return Ok(());
    }
    Bindgen::new()
        .input_path(cut(&compiled, &bindings)?)
        .web(true)?
        // The second module uses the table of functions.
        .keep_lld_exports(true)
        .typescript(false)
        .omit_default_module_path(false)
        // After a failure the page goes on with a fresh instance.
        .reset_state_function(true)
        .remove_name_section(profile == Profile::Shipped)
        .remove_producers_section(true)
        .generate(&bindings)
        .context("cannot generate the bindings of the page")?;
    match profile {
        Profile::Dev => Ok(()),
        Profile::Shipped => {
            let mut hasher = DefaultHasher::new();
            hasher.write(&fs::read(&compiled)?);
            let [module, script, later] = [MODULE, SCRIPT, LATER].map(|file| bindings.join(file));
            names::shorten(&module, &script, &later, hasher.finish())
        }
    }
}

/// Cuts the compiled module in two: see `src/later.rs`. Leaves the second module in `bindings`, and returns where the
/// first one is, to which the bindings belong.
fn cut(compiled: &Path, bindings: &Path) -> Result<PathBuf> {
    let parts = bindings.join("parts");
    let first = parts.join("ordinal.wasm");
    let whole = fs::read(compiled)?;
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = &parts;
    options.main_out_path = &first;
    options.link_name = JOINS;
    let made = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("cannot cut the page: {error:#}"))?;
    let [second] = made.split_modules.as_slice() else {
        bail!("the page was cut into {} modules", 1 + made.split_modules.len());
    };
    copy(second, &bindings.join(LATER))?;
    Ok(first)
}

/// The module as the compiler left it, with its names.
pub(crate) fn compiled(profile: Profile) -> PathBuf {
    tools::target_dir().join(wasm::TARGET).join(profile.name()).join("ordinal.wasm")
}

/// The program, compiled for this machine.
pub(crate) fn program() -> PathBuf {
    tools::target_dir().join("debug/ordinal").with_extension(env::consts::EXE_EXTENSION)
}

/// Whether a file was compiled into the page or the program: so are the files of `static` that the
/// code includes. Cargo lists them when it has built.
pub(crate) fn is_compiled_in(file: &Path, profile: Profile) -> bool {
    let file = file.display().to_string();
    [compiled(profile), program()].iter().any(|built| {
        let list = fs::read_to_string(built.with_extension("d"));
        list.map_or(true, |list| list.replace("\\ ", " ").contains(&file))
    })
}

/// The style sheet of the element, and the folder of its parts.
pub(crate) const STYLE: &str = "ordinal.css";
const STYLES: &str = "styles";

/// The part of it that is embedded in exported pictures.
const PICTURE_STYLE: &str = "picture.css";

/// Lays out the page in `site`, replacing what was there: the bindings, index.html, and all that
/// lies in `static`. It compiles nothing.
pub(crate) fn lay_out(profile: Profile, site: &Path) -> Result<()> {
    let root = tools::root();
    // First what may take long or fail: what is served stays as long as possible.
    let index = index()?;
    if site.exists() {
        fs::remove_dir_all(site).with_context(|| format!("cannot empty {}", site.display()))?;
    }
    copy_folder(&root.join("static"), site)?;
    fs::write(site.join("index.html"), index)?;
    for file in [SCRIPT, MODULE, LATER] {
        copy(&profile.bindings().join(file), &site.join(file))?;
    }
    let style = site.join(STYLE);
    fs::write(&style, whole_style(&style)?)?;
    copy(&site.join(STYLES).join(PICTURE_STYLE), &site.join("share").join(PICTURE_STYLE))?;
    Ok(fs::remove_dir_all(site.join(STYLES))?)
}

/// The lesson with which the page begins, and how many pods are Ready at the instant of its poster.
const LESSON: &str = "static/lessons/first-minute.lesson";
const READY: &str = "3";

/// The pictures of the poster, with the width and height of the stage for which they are drawn: that in windows of
/// 1280x800 and 1366x625, and on a phone, held on its side (844x390) and upright (390x844). There nothing moves when
/// the page takes over.
const POSTERS: [(&str, &str, &str); 4] = [
    ("wide", "904", "654"),
    ("low", "966", "476"),
    ("side", "532", "304"),
    ("narrow", "390", "452"),
];

/// The document, with the pictures of the poster in place.
fn index() -> Result<String> {
    let mut index = fs::read_to_string(tools::root().join("index.html"))?;
    for (name, width, height) in POSTERS {
        let place = format!("<!-- poster: {name} -->");
        ensure!(index.contains(&place), "index.html has no place for the {name} poster");
        let picture =
            tools::output(draw().args(["--inline", "--width", width, "--height", height]))?;
        let class = format!("class=\"picture {name}\"");
        index = index.replace(&place, picture.replacen("class=\"picture\"", &class, 1).trim_end());
    }
    Ok(index)
}

/// The program, as it draws the poster.
pub(crate) fn draw() -> Command {
    let mut program = tools::command(program());
    program.args(["draw", LESSON, "--ready", READY]);
    program
}

/// A style sheet with what it imports in place: a sheet that scripts make may import nothing.
fn whole_style(file: &Path) -> Result<String> {
    let content = fs::read_to_string(file)?;
    let mut whole = String::new();
    for line in content.lines() {
        match line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(part) => whole += &fs::read_to_string(file.with_file_name(part))?,
            None => whole += line,
        }
        whole.push('\n');
    }
    Ok(whole)
}

/// Every file below `folder`, in the order of the names.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut entries = fs::read_dir(folder)
        .and_then(|entries| entries.collect::<Result<Vec<_>, _>>())
        .with_context(|| format!("cannot list {}", folder.display()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for path in entries.into_iter().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        copy(&file, &to.join(file.strip_prefix(from)?))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {} to {}", from.display(), to.display());
    fs::create_dir_all(to.parent().expect("a file lies in a folder")).with_context(context)?;
    fs::copy(from, to).with_context(context)?;
    Ok(())
}

fn is_newer(made: &Path, from: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let (made, from): (Option<SystemTime>, _) = (modified(made), modified(from));
    made.is_some() && made > from
}
