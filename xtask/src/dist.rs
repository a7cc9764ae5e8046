//! `cargo xtask dist`: the page as it is shipped.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::page::{self, LATER, MODULE, Profile};
use crate::{modules, tools};

/// What may be sent, in bytes of Brotli, until the page answers a click, and for the second module.
const BUDGET: usize = 551_000;
const BUDGET_LATER: usize = 559_000;

/// The names of the files that are loaded until a click is answered, one a line; not shipped.
const FIRST_LOAD: &str = "first-load.txt";

/// The page in one file, and the element as a package, beside the site.
const ONE_FILE: &str = "ordinal.html";
const ELEMENT: &str = "element";

/// The picture of the poster as a file of its own, for pages that show it where there are no scripts.
const STILL: &str = "still.svg";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The address where the site will be, for the pictures and frames that other sites show of its links
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    build(arguments.address.as_deref())?;
    Ok(if report()? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn dist() -> PathBuf {
    tools::root().join("dist")
}

/// Builds all that is in dist, for a site at an address if that is known.
pub(crate) fn build(address: Option<&str>) -> Result<()> {
    tools::need_node_modules()?;
    let site = dist().join("site");
    page::compile(Profile::Shipped)?;
    page::lay_out(Profile::Shipped, &site)?;
    tools::run(page::draw().arg("-o").arg(site.join(STILL)))?;
    shrink(&site.join(MODULE))?;
    shrink(&site.join(LATER))?;
    minify_styles(&site)?;
    let script = |name: &str| {
        let mut node = tools::command("node");
        node.arg(format!("xtask/src/{name}")).arg(&site);
        node
    };
    tools::run(script("one-file.mjs").arg(dist().join(ONE_FILE)))?;
    tools::run(&mut script("stamp.mjs"))?;
    tools::run(script("pack.mjs").arg(dist().join(ELEMENT)))?;
    tools::run(script("social.mjs").arg(page::program()).args(address))?;
    complete(&site)?;
    for file in page::files_below(&site)? {
        compress(&file)?;
    }
    // The package stays as it is: npm compresses it, and whoever serves it has a server of their own.
    compress(&dist().join(ONE_FILE))
}

/// Adds to the site what neither the single file nor the element has: the handouts, and what makes it work offline.
fn complete(site: &Path) -> Result<()> {
    let mut handouts = tools::command(page::program());
    let lessons = tools::root().join("static/lessons");
    tools::run(handouts.arg("handout").arg(lessons).arg("-o").arg(site.join("handouts")))?;
    tools::run(tools::command("node").arg("xtask/src/offline.mjs").arg(site))
}

/// Lets esbuild make style sheets shorter in place.
fn minify_styles(site: &Path) -> Result<()> {
    for file in page::files_below(site)? {
        if file.extension().and_then(OsStr::to_str) != Some("css") {
            continue;
        }
        let mut esbuild = tools::command(tools::root().join("node_modules/.bin/esbuild"));
        esbuild.arg(&file).args(["--minify", "--allow-overwrite", "--log-level=warning"]);
        tools::run(esbuild.arg(format!("--outfile={}", file.display())))?;
    }
    Ok(())
}

/// Prints the sizes of what was built, and writes down what is loaded first; whether the budget holds.
pub(crate) fn report() -> Result<bool> {
    let site = dist().join("site");
    let index = fs::read_to_string(site.join("index.html"))?;
    let mut first = linked(&index);
    first.insert(0, "index.html");
    fs::write(dist().join(FIRST_LOAD), first.join("\n") + "\n")?;
    println!("{:<40} {:>9} {:>9} {:>9}", "dist/site/", "raw", "gzip", "Brotli");
    let mut first_total = [0; 3];
    for file in page::files_below(&site)? {
        let name = file.strip_prefix(&site)?.display().to_string();
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let sizes = sizes(&file)?;
        let is_first = first.contains(&name.as_str());
        if is_first {
            first_total.iter_mut().zip(sizes).for_each(|(total, size)| *total += size);
        }
        print_sizes(&format!("{name}{}", if is_first { " *" } else { "" }), sizes);
    }
    print_sizes("* until a click is answered", first_total);
    print_sizes(&format!("dist/{ONE_FILE}"), sizes(&dist().join(ONE_FILE))?);
    let element = page::files_below(&dist().join(ELEMENT))?;
    let element: usize = element.iter().map(|file| size(file)).sum::<Result<_>>()?;
    println!("{:<40} {element:>9}", format!("dist/{ELEMENT}/"));
    modules::report(&page::compiled(Profile::Shipped))?;
    let is_first_good = is_within("until a click is answered", first_total[2], BUDGET);
    let later = sizes(&site.join(LATER))?;
    let is_later_good = is_within("for the second module", later[2], BUDGET_LATER);
    Ok(is_first_good && is_later_good)
}

/// Prints whether a budget holds, and returns that.
fn is_within(what: &str, bytes: usize, budget: usize) -> bool {
    let verdict = if bytes <= budget { "within" } else { "OVER" };
    println!("{bytes} bytes of Brotli {what}: {verdict} the budget of {budget}");
    bytes <= budget
}

/// The sizes of a file and of what was made of it.
fn sizes(file: &Path) -> Result<[usize; 3]> {
    Ok([size(file)?, size(&beside(file, "gz"))?, size(&beside(file, "br"))?])
}

fn print_sizes(name: &str, [raw, gzip, brotli]: [usize; 3]) {
    println!("{name:<40} {raw:>9} {gzip:>9} {brotli:>9}");
}

/// The files that a document asks for by its links and scripts. `tests/browser/load.test.mjs` compares
/// them with what a browser asks for until it answers a click.
fn linked(document: &str) -> Vec<&str> {
    let tags =
        document.split('<').filter(|tag| tag.starts_with("link ") || tag.starts_with("script "));
    // The manifest is for installing the page, at a time that the browser chooses; the others are for other sites.
    let others = ["manifest", "canonical", "alternate"].map(|it| format!("rel=\"{it}\""));
    let tags = tags.filter(|tag| !others.iter().any(|rel| tag.contains(rel)));
    let files = tags.filter_map(|tag| {
        let (_, from) = tag.split_once("href=\"").or_else(|| tag.split_once("src=\""))?;
        // Without the build.
        from.split(['"', '?']).next()
    });
    let mut files: Vec<&str> = files.collect();
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(*file));
    files
}

/// Lets wasm-opt make the module smaller in place. It keeps to the features that the module says it
/// uses: with all features it writes what no browser reads yet. Functions with one caller are kept
/// apart unless they are small: many short functions compress better than a few long ones. A pass that infers values
/// from all callers, such as --gufa, would be wrong: the callers in the other module cannot be seen.
fn shrink(module: &Path) -> Result<()> {
    let wasm_opt = tools::root().join("node_modules/.bin/wasm-opt");
    tools::run(
        tools::command(wasm_opt)
            .args(["-Oz", "--converge", "--one-caller-inline-max-function-size=100"])
            .args(["--strip-producers", "--strip-debug"])
            .arg(module)
            .arg("-o")
            .arg(module),
    )
}

/// Writes the file compressed beside itself, for servers that send what is already compressed.
fn compress(file: &Path) -> Result<()> {
    let content = fs::read(file)?;
    fs::write(beside(file, "br"), brotli(&content)?)?;
    Ok(fs::write(beside(file, "gz"), gzip(&content)?)?)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content)?;
    Ok(packed.finish()?)
}

fn beside(file: &Path, extension: &str) -> PathBuf {
    file.with_added_extension(extension)
}

fn size(file: &Path) -> Result<usize> {
    let found = file.metadata().with_context(|| format!("no size of {}", file.display()))?;
    Ok(usize::try_from(found.len())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_links_to_counts_once() {
        let document = r#"<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css">
            <link rel="modulepreload" href="element.js?build=1"><script type="module" src="element.js?build=1">
            </script><link rel="manifest" href="manifest.json"><link
            rel="canonical" href="https://ordinal.example/"><a href="statements/">All</a>"#;
        assert_eq!(linked(document), ["icon.svg", "page.css", "element.js"]);
    }
}
