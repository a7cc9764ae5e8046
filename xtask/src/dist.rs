//! `cargo xtask dist`: the page as it is shipped.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::page::{self, MODULE, Profile, SCRIPT};
use crate::tools;

/// What may be sent, in bytes of Brotli, before the page shows its first picture.
const BUDGET: usize = 150_000;

/// What is loaded before the first picture, apart from what index.html preloads.
const LOADED_FIRST: [&str; 5] = ["index.html", "element.js", "ordinal.css", SCRIPT, MODULE];

pub(crate) fn run() -> Result<ExitCode> {
    build()?;
    Ok(if report()? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds dist/site.
pub(crate) fn build() -> Result<()> {
    tools::need_wasm_target()?;
    tools::need_node_modules()?;
    let site = tools::root().join("dist/site");
    page::compile(Profile::Shipped)?;
    page::lay_out(Profile::Shipped, &site)?;
    shrink(&site.join(MODULE))?;
    for file in page::files_below(&site)? {
        compress(&file)?;
    }
    Ok(())
}

/// Prints the size of every file of dist/site; whether the budget holds.
pub(crate) fn report() -> Result<bool> {
    let site = tools::root().join("dist/site");
    let first = loaded_first(&fs::read_to_string(site.join("index.html"))?);
    println!("{:<40} {:>9} {:>9} {:>9}", "dist/site/", "raw", "gzip", "Brotli");
    let mut total = [0; 3];
    for file in page::files_below(&site)? {
        let name = file.strip_prefix(&site)?.display().to_string();
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let sizes = [size(&file)?, size(&beside(&file, "gz"))?, size(&beside(&file, "br"))?];
        let is_first = first.contains(&name);
        if is_first {
            total.iter_mut().zip(sizes).for_each(|(total, size)| *total += size);
        }
        print_sizes(&format!("{name}{}", if is_first { " *" } else { "" }), sizes);
    }
    print_sizes("* before the first picture", total);
    let holds = total[2] <= BUDGET;
    let verdict = if holds { "within" } else { "OVER" };
    println!("{} bytes of Brotli: {verdict} the budget of {BUDGET}", total[2]);
    Ok(holds)
}

fn print_sizes(name: &str, [raw, gzip, brotli]: [usize; 3]) {
    println!("{name:<40} {raw:>9} {gzip:>9} {brotli:>9}");
}

/// The files that the page needs at once: the fixed ones and those that index.html preloads.
fn loaded_first(index: &str) -> BTreeSet<String> {
    let preloaded = index.split('<').filter(|tag| {
        tag.starts_with("link") && (tag.contains("rel=\"preload") || tag.contains("rel=\"icon"))
    });
    let preloaded = preloaded.filter_map(|tag| tag.split("href=\"").nth(1)?.split('"').next());
    let names = LOADED_FIRST.into_iter().chain(preloaded);
    names.map(|name| name.trim_start_matches("./").to_owned()).collect()
}

/// Lets wasm-opt make the module smaller in place. It keeps to the features that the module says it
/// uses: with all features it writes what no browser reads yet.
fn shrink(module: &Path) -> Result<()> {
    let wasm_opt = tools::root().join("node_modules/.bin/wasm-opt");
    tools::run(
        tools::command(wasm_opt)
            .args(["-Oz", "--strip-producers", "--strip-debug"])
            .arg(module)
            .arg("-o")
            .arg(module),
    )
}

/// Writes the file compressed beside itself, for servers that send what is already compressed.
fn compress(file: &Path) -> Result<()> {
    let content = fs::read(file)?;
    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &parameters)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&content)?;
    fs::write(beside(file, "br"), brotli)?;
    fs::write(beside(file, "gz"), gzip.finish()?)?;
    Ok(())
}

fn beside(file: &Path, extension: &str) -> std::path::PathBuf {
    file.with_added_extension(extension)
}

fn size(file: &Path) -> Result<usize> {
    let found = file.metadata().with_context(|| format!("no size of {}", file.display()))?;
    Ok(usize::try_from(found.len())?)
}

#[cfg(test)]
mod tests {
    use super::loaded_first;

    #[test]
    fn what_index_html_preloads_counts() {
        let index = r#"<link rel="stylesheet" href="print.css">
            <link rel="preload" href="./stories/first.ordinal" as="fetch">"#;
        let files = loaded_first(index);
        assert!(files.contains("stories/first.ordinal") && files.contains("ordinal_bg.wasm"));
        assert!(!files.contains("print.css"));
    }
}
