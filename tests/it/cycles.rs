//! The modules of a folder use each other in one direction only.
//!
//! A module uses what its `use` declarations and its paths name: `super::b`, `crate::a::b`, or `b::` where a glob
//! import brings a sibling into scope. What is re-exported by the parent isn't counted, nor are tests.

use super::tidy::all_sources;
use std::collections::{BTreeMap, BTreeSet};

type Path = Vec<String>;
/// For each module of a folder, the siblings that it uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// The module of a source file below `src`.
fn module_of(path: &str) -> Option<Path> {
    let path = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    (!["lib", "main"].contains(&path)).then(|| path.split('/').map(str::to_owned).collect())
}

/// The code without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The paths of a `use` declaration, such as `a::{b, c::d}`.
fn expand(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or("");
        found.push(format!("{prefix}{}", path.trim()));
        return;
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[start..at].trim().is_empty() {
                    expand(&format!("{prefix}{}", head.trim()), &inner[start..at], found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The paths with two or more parts in some code, such as `super::b::c`.
fn paths_in(code: &str) -> Vec<String> {
    let pieces = code.split(|letter: char| !is_word(letter) && letter != ':');
    pieces.filter(|piece| piece.contains("::")).map(str::to_owned).collect()
}

/// The `use` declarations of a source file as paths from the root, and the rest of its code.
fn declarations(module: &[String], text: &str) -> (Vec<Path>, String) {
    let code = code(text);
    let (mut declared, mut rest) = (Vec::new(), String::new());
    for (number, part) in code.split("use ").enumerate() {
        let is_start = number > 0 && !part.starts_with("<'");
        match part.split_once(';').filter(|_| is_start) {
            Some((tree, after)) => {
                expand("", tree, &mut declared);
                rest += after;
            }
            None => rest += part,
        }
    }
    (declared.iter().filter_map(|path| resolve(module, path)).collect(), rest)
}

/// A path in a module as a path from the root.
fn resolve(module: &[String], path: &str) -> Option<Path> {
    let parts: Vec<&str> = path.split("::").collect();
    let ups = parts.iter().take_while(|part| **part == "super").count();
    let base = match parts[0] {
        "crate" => &[],
        "super" => module.get(..module.len().checked_sub(ups)?)?,
        _ => return None,
    };
    let from = ups.max(1);
    Some(base.iter().cloned().chain(parts[from..].iter().map(|it| (*it).to_owned())).collect())
}

/// The modules whose children are in scope: the module itself, and those from which it imports everything, directly or
/// through their own glob imports. The nearest come first.
fn scopes(module: &[String], sources: &BTreeMap<Path, &str>) -> Vec<Path> {
    let mut found = vec![module.to_vec()];
    let mut next = 0;
    while let Some(module) = found.get(next) {
        let declared = declarations(module, sources.get(module).unwrap_or(&"")).0;
        let globs = declared.into_iter().filter(|path| path.last().is_some_and(|it| it == "*"));
        for scope in globs.map(|path| path[..path.len() - 1].to_vec()) {
            if !found.contains(&scope) {
                found.push(scope);
            }
        }
        next += 1;
    }
    found
}

/// The modules that a module names, as paths from the root.
fn named(
    module: &[String],
    sources: &BTreeMap<Path, &str>,
    children: &BTreeMap<Path, BTreeSet<String>>,
) -> Vec<Path> {
    let (mut found, rest) = declarations(module, sources.get(module).unwrap_or(&""));
    let scopes = scopes(module, sources);
    for path in paths_in(&rest) {
        found.extend(resolve(module, &path));
        let first = path.split("::").next().unwrap_or("");
        let has_it = |scope: &&Path| children.get(*scope).is_some_and(|it| it.contains(first));
        let scope = scopes.iter().find(has_it);
        found.extend(scope.map(|scope| [scope.clone(), vec![first.to_owned()]].concat()));
    }
    found
}

/// Which siblings each module uses, by folder.
fn uses(sources: &[(String, String)]) -> BTreeMap<Path, Uses> {
    let modules: BTreeMap<Path, &str> =
        sources.iter().filter_map(|(path, text)| Some((module_of(path)?, text.as_str()))).collect();
    let mut children: BTreeMap<Path, BTreeSet<String>> = BTreeMap::new();
    for module in modules.keys() {
        let (name, folder) = module.split_last().expect("a name");
        children.entry(folder.to_vec()).or_default().insert(name.clone());
    }
    let mut uses: BTreeMap<Path, Uses> = BTreeMap::new();
    for module in modules.keys().filter(|module| module.last().is_some_and(|it| it != "tests")) {
        for used in named(module, &modules, &children) {
            let common = module.iter().zip(&used).take_while(|(one, other)| one == other).count();
            let (Some(own), Some(other)) = (module.get(common), used.get(common)) else { continue };
            let folder = module[..common].to_vec();
            if children.get(&folder).is_some_and(|it| it.contains(other)) {
                uses.entry(folder)
                    .or_default()
                    .entry(own.clone())
                    .or_default()
                    .insert(other.clone());
            }
        }
    }
    uses
}

/// Everything that a module uses, directly or through others.
fn reached<'a>(uses: &'a Uses, from: &'a str) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        for next in uses.get(module).into_iter().flatten() {
            if found.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    found
}

/// The circles of each folder, each with its modules in order.
fn circles(sources: &[(String, String)]) -> BTreeSet<(String, Vec<String>)> {
    let mut found = BTreeSet::new();
    for (folder, uses) in uses(sources) {
        for module in uses.keys() {
            let around: Vec<String> = uses
                .keys()
                .filter(|other| {
                    reached(&uses, module).contains(other.as_str())
                        && reached(&uses, other).contains(module.as_str())
                })
                .cloned()
                .collect();
            if around.len() > 1 {
                found.insert((folder.join("/"), around));
            }
        }
    }
    found
}

#[test]
fn modules_of_a_folder_do_not_use_each_other_in_circles() {
    let found = circles(&all_sources());
    assert!(found.is_empty(), "modules use each other: {found:?}");
}

#[test]
fn circles_are_found_in_declarations_paths_and_globs() {
    let source = |path: &str, text: &str| (format!("src/{path}.rs"), text.to_owned());
    let find = |sources: &[(String, String)]| circles(sources).into_iter().collect::<Vec<_>>();
    let one = source("a/one", "use super::{three, two::Thing};\n");
    let two = source("a/two", "use super::*;\nfn f() { one::f() }\n");
    let three = source("a/three/mod", "//! Not `super::one`.\nfn f() { crate::b::f() }\n");
    let circle = [("a".to_owned(), vec!["one".to_owned(), "two".to_owned()])];
    assert_eq!(find(&[one.clone(), two, three.clone()]), circle);
    let two =
        source("a/two", "fn f() {}\n#[cfg(test)]\nmod tests {\n    use super::super::one;\n}\n");
    assert_eq!(find(&[one.clone(), two, three]), []);
    let deep = source("a/three/deep", "use crate::a::one;\n");
    let circle = [("a".to_owned(), vec!["one".to_owned(), "three".to_owned()])];
    assert_eq!(find(&[one, deep, source("a/three/mod", "")]), circle);
    // A glob import includes what the other module imports by glob; a nearer module with the same name shadows it.
    let one = source("a/one", "use super::three;\n");
    let (three, deep) = ("use super::*;\n", "use super::*;\nfn f() { one::f() }\n");
    let mut sources = vec![one, source("a/three/mod", three), source("a/three/deep", deep)];
    assert_eq!(find(&sources), circle);
    sources.push(source("a/three/one", ""));
    assert_eq!(find(&sources), []);
}
