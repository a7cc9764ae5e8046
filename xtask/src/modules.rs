//! How large the parts of the code are, by the names of the functions in a module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// This many modules are listed.
const LISTED: usize = 10;

/// Prints the largest modules of the code in a module that still has its names.
pub(crate) fn report(compiled: &Path) -> Result<()> {
    let context = || format!("cannot measure {}", compiled.display());
    let sizes = sizes(&fs::read(compiled).with_context(context)?).with_context(context)?;
    let mut sizes: Vec<(&str, usize)> =
        sizes.iter().map(|(module, size)| (module.as_str(), *size)).collect();
    sizes.sort_by_key(|&(module, size)| (std::cmp::Reverse(size), module));
    println!("\n{:<40} {:>9}", "code by module, before wasm-opt", "raw");
    for (module, size) in sizes.into_iter().take(LISTED) {
        println!("{module:<40} {size:>9}");
    }
    Ok(())
}

/// The bytes of code of each module.
fn sizes(wasm: &[u8]) -> Result<BTreeMap<String, usize>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::CustomSection(custom) => {
                let KnownCustom::Name(sections) = custom.as_known() else { continue };
                for section in sections {
                    let Name::Function(functions) = section? else { continue };
                    for function in functions {
                        let function = function?;
                        names.insert(function.index, module_of(function.name));
                    }
                }
            }
            _ => {}
        }
    }
    let mut sizes = BTreeMap::new();
    for (index, size) in (imported..).zip(bodies) {
        let module = names.get(&index).map_or("(without a name)", String::as_str);
        *sizes.entry(module.to_owned()).or_default() += size;
    }
    Ok(sizes)
}

/// The module in which a function is written: of this crate the part below its root, of others the
/// crate. What is written for a type counts where the type is.
fn module_of(mangled: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    let start = name.find(|letter: char| letter.is_alphanumeric() || letter == '_');
    let is_of_path = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let path = &name[start.unwrap_or(0)..];
    let path = &path[..path.find(|letter| !is_of_path(letter)).unwrap_or(path.len())];
    let parts: Vec<&str> = path.split("::").collect();
    match parts.as_slice() {
        ["ordinal", module, _, ..] => format!("ordinal::{module}"),
        [krate, _, ..] => (*krate).to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_belong_to_modules() {
        for (mangled, module) in [
            ("_ZN7ordinal7kubectl5table3row17h0123456789abcdefE", "ordinal::kubectl"),
            (
                "_ZN57_$LT$ordinal..api..Time$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE",
                "ordinal::api",
            ),
            ("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core"),
            ("memcmp", "memcmp"),
        ] {
            assert_eq!(module_of(mangled), module);
        }
    }
}
