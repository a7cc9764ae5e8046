//! Short names for what the module and its script call each other: the generated ones have a hash each,
//! and together take 4.7 kB of Brotli more. One name that both modules share gets the fingerprint of the build, so that
//! modules of different builds cannot be joined.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{ExportSectionReader, ImportSectionReader, Parser, Payload};

/// What generated names begin with.
const GENERATED: [&str; 2] = ["__wb", "wasm_bindgen__"];

/// The pointer to the stack, which the second module imports from the first.
const SHARED: &str = "__wasm_split_shared0";

/// Renames what the module in `module` imports and exports under generated names, in the module and in
/// the script that belongs to it, and what the module in `later` imports from it. `fingerprint` identifies the build.
pub(crate) fn shorten(module: &Path, script: &Path, later: &Path, fingerprint: u64) -> Result<()> {
    let mut names = Names::of(&fs::read(module)?)?;
    for file in [module, later] {
        let is_there = fs::read(file)?.windows(SHARED.len()).any(|it| it == SHARED.as_bytes());
        ensure!(is_there, "{} does not share {SHARED}", file.display());
    }
    names.0.insert(SHARED.to_owned(), format!("${fingerprint:x}"));
    for file in [module, later] {
        names.rename(file)?;
    }
    fs::write(script, names.in_script(&fs::read_to_string(script)?))?;
    Ok(())
}

/// The short name for each generated one.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(module: &[u8]) -> Result<Names> {
        let mut names = BTreeMap::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        names.insert(import?.name.to_owned(), String::new());
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        names.insert(export?.name.to_owned(), String::new());
                    }
                }
                _ => {}
            }
        }
        names.retain(|name, _| GENERATED.iter().any(|start| name.starts_with(start)));
        for (number, short) in names.values_mut().enumerate() {
            *short = format!("${number}");
        }
        Ok(Names(names))
    }

    /// Renames imports and exports of a module in place.
    fn rename(&mut self, file: &Path) -> Result<()> {
        let mut renamed = Module::new();
        self.parse_core_module(&mut renamed, Parser::new(0), &fs::read(file)?)
            .with_context(|| format!("cannot rename what {} imports", file.display()))?;
        Ok(fs::write(file, renamed.finish())?)
    }

    fn short<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// The script with all words that are generated names replaced.
    fn in_script(&self, script: &str) -> String {
        let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
        let mut out = String::new();
        let mut rest = script;
        while !rest.is_empty() {
            let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            out += self.short(word);
            let next = behind.find(is_of_word).unwrap_or(behind.len());
            out += &behind[..next];
            rest = &behind[next..];
        }
        out
    }
}

impl Reencode for Names {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        for import in section.into_imports() {
            let mut import = import?;
            let name = self.short(import.name).to_owned();
            import.name = &name;
            utils::parse_import(self, imports, import)?;
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        for export in section {
            let mut export = export?;
            let name = self.short(export.name).to_owned();
            export.name = &name;
            utils::parse_export(self, exports, export)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_replaced() {
        let names = Names(BTreeMap::from([("__wbg_now_0a".into(), "$0".into())]));
        let script = "{__wbg_now_0a:()=>x.__wbg_now_0a(__wbg_now_0ab)}//é";
        assert_eq!(names.in_script(script), "{$0:()=>x.$0(__wbg_now_0ab)}//é");
    }
}
