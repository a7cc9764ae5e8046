//! `cargo xtask dist`: the page as it is shipped.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::page::{self, MODULE, Profile};
use crate::tools;

/// What may be sent, in bytes of Brotli, until the page answers a click.
const BUDGET: usize = 500_000;

/// The page in one file, and the element as a package, beside the site.
const ONE_FILE: &str = "ordinal.html";
const ELEMENT: &str = "element";

/// What is to be seen without scripts: an instant of the first story.
const STILL: &str = "still.svg";
const STILL_OF: [&str; 4] = ["draw", "static/stories/first.ordinal", "--at", "14s"];

pub(crate) fn run() -> Result<ExitCode> {
    build()?;
    Ok(if report()? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn dist() -> PathBuf {
    tools::root().join("dist")
}

/// Builds all that is in dist.
pub(crate) fn build() -> Result<()> {
    tools::need_node_modules()?;
    let site = dist().join("site");
    page::compile(Profile::Shipped)?;
    page::lay_out(Profile::Shipped, &site)?;
    let draw = ["run", "--quiet", "--package", "ordinal", "--"];
    tools::run(tools::cargo().args(draw).args(STILL_OF).arg("-o").arg(site.join(STILL)))?;
    shrink(&site.join(MODULE))?;
    minify(&site)?;
    let pack = ["xtask/src/pack.mjs"];
    tools::run(tools::command("node").args(pack).args([&site, &dist()]))?;
    for file in page::files_below(&site)? {
        compress(&file)?;
    }
    Ok(())
}

/// Lets esbuild make scripts and style sheets shorter in place.
fn minify(site: &Path) -> Result<()> {
    for file in page::files_below(site)? {
        if !matches!(file.extension().and_then(OsStr::to_str), Some("js" | "css")) {
            continue;
        }
        let mut esbuild = tools::command(tools::root().join("node_modules/.bin/esbuild"));
        esbuild.arg(&file).args(["--minify", "--allow-overwrite", "--log-level=warning"]);
        tools::run(esbuild.arg(format!("--outfile={}", file.display())))?;
    }
    Ok(())
}

/// Prints the sizes of what was built; whether the budget holds.
pub(crate) fn report() -> Result<bool> {
    let site = dist().join("site");
    let index = fs::read_to_string(site.join("index.html"))?;
    let preloaded = preloaded(&index);
    println!("{:<40} {:>9} {:>9} {:>9}", "dist/site/", "raw", "gzip", "Brotli");
    let mut total = [0; 3];
    for file in page::files_below(&site)? {
        let name = file.strip_prefix(&site)?.display().to_string();
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let sizes = [size(&file)?, size(&beside(&file, "gz"))?, size(&beside(&file, "br"))?];
        let is_first = is_code(&name) || preloaded.contains(&name.as_str());
        if is_first {
            total.iter_mut().zip(sizes).for_each(|(total, size)| *total += size);
        }
        print_sizes(&format!("{name}{}", if is_first { " *" } else { "" }), sizes);
    }
    print_sizes("* until a click is answered", total);
    for name in [ONE_FILE, ELEMENT] {
        let path = dist().join(name);
        let files = if path.is_dir() { page::files_below(&path)? } else { vec![path] };
        let mut total = [0; 3];
        for file in files {
            let content = fs::read(&file)?;
            let sizes = [content.len(), gzip(&content)?.len(), brotli(&content)?.len()];
            total.iter_mut().zip(sizes).for_each(|(total, size)| *total += size);
        }
        print_sizes(&format!("dist/{name}"), total);
    }
    let bytes = total[2];
    let verdict = if bytes <= BUDGET { "within" } else { "OVER" };
    println!("{bytes} bytes of Brotli: {verdict} the budget of {BUDGET}");
    Ok(bytes <= BUDGET)
}

fn print_sizes(name: &str, [raw, gzip, brotli]: [usize; 3]) {
    println!("{name:<40} {raw:>9} {gzip:>9} {brotli:>9}");
}

/// Whether the page cannot draw without this file: its document and all code outside folders.
fn is_code(name: &str) -> bool {
    let ends = [".js", ".css", ".wasm"];
    name == "index.html" || (!name.contains('/') && ends.iter().any(|end| name.ends_with(end)))
}

/// The files that a document preloads or shows as its icon.
fn preloaded(document: &str) -> Vec<&str> {
    let links = document.split('<').filter(|tag| {
        tag.starts_with("link") && (tag.contains("rel=\"preload") || tag.contains("rel=\"icon"))
    });
    let files = links.filter_map(|tag| tag.split("href=\"").nth(1)?.split('"').next());
    files.map(|file| file.trim_start_matches("./")).collect()
}

/// Lets wasm-opt make the module smaller in place. It keeps to the features that the module says it
/// uses: with all features it writes what no browser reads yet. Functions with one caller are kept
/// apart unless they are small: many short functions compress better than a few long ones.
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
    use crate::page::SCRIPT;

    #[test]
    fn what_index_html_preloads_counts() {
        let document = r#"<link rel="stylesheet" href="print.css">
            <link rel="preload" href="./stories/first.ordinal" as="fetch">"#;
        assert_eq!(preloaded(document), ["stories/first.ordinal"]);
    }

    #[test]
    fn all_code_outside_folders_counts() {
        assert!(["index.html", SCRIPT, MODULE, "ordinal.css"].into_iter().all(is_code));
        assert!(
            !["stories/first.ordinal", "guide/guide.css", "icon.svg"]
                .into_iter()
                .any(is_code)
        );
    }
}
