//! Changes of trees: patches of three kinds, and what `apply` makes of three versions of an object.

mod strategic;

use crate::api::json::{Node as Tree, Value};
use strategic::key_of;
pub(crate) use strategic::{strategic, three_way};

/// The patch that `apply` sends: what the manifest changes, and what it no longer has of the one that was applied last
/// (`strategicpatch.CreateThreeWayMergePatch`).
pub(crate) fn three_way_patch(last: Option<&Tree>, modified: &Tree, current: &Tree) -> Tree {
    let mut patch = Tree::map([]);
    for entry in modified.entries() {
        let (key, new) = (entry.key.as_str(), &entry.node);
        let (old, last) = (current.get(key), last.and_then(|last| last.get(key)));
        match (old, &new.value) {
            (Some(old), _) if old == new && last.is_none_or(|last| last == new) => {}
            (Some(old), Value::Map(_)) if matches!(old.value, Value::Map(_)) => {
                let inner = three_way_patch(last, new, old);
                if !inner.entries().is_empty() {
                    patch.set(key, inner);
                }
            }
            (Some(old), Value::List(items)) => list_patch(&mut patch, key, (last, items, old)),
            (Some(old), _) if old == new => {}
            _ => patch.set(key, new.clone()),
        }
    }
    for entry in last.map_or(&[] as &[_], Tree::entries) {
        if modified.get(&entry.key).is_none() {
            patch.set(&entry.key, Value::Null);
        }
    }
    patch
}

/// Adds the patch of a list.
fn list_patch(patch: &mut Tree, key: &str, (last, items, old): (Option<&Tree>, &[Tree], &Tree)) {
    let of = key_of(key, items).filter(|of| old.items().iter().all(|item| item.get(of).is_some()));
    let Some(of) = of else {
        if old.items() != items {
            patch.set(key, Value::List(items.to_vec()));
        }
        return;
    };
    let same =
        |list: &'_ [Tree], item: &Tree| list.iter().find(|it| it.get(of) == item.get(of)).cloned();
    let only =
        |item: &Tree| Tree::map([(of.to_owned(), item.get(of).cloned().unwrap_or_default())]);
    let before = last.map_or(&[] as &[_], Tree::items);
    let mut changes = Vec::new();
    for item in items {
        let change = match same(old.items(), item) {
            Some(old) => three_way_patch(same(before, item).as_ref(), item, &old),
            None => item.clone(),
        };
        if !change.entries().is_empty() {
            let mut change = change;
            change.set_default(of, item.get(of).cloned().unwrap_or_default());
            changes.push(change);
        }
    }
    for item in before.iter().filter(|item| same(items, item).is_none()) {
        let mut gone = only(item);
        gone.set("$patch", "delete");
        changes.push(gone);
    }
    if !changes.is_empty() {
        let order = items.iter().map(only).collect();
        patch.set(&format!("$setElementOrder/{key}"), Value::List(order));
        patch.set(key, Value::List(changes));
    }
}

/// A JSON merge patch (RFC 7386).
pub(crate) fn merge(tree: &mut Tree, patch: &Tree) {
    if !matches!(patch.value, Value::Map(_)) {
        *tree = patch.clone();
        return;
    }
    for entry in patch.entries() {
        match &entry.node.value {
            Value::Null => {
                tree.remove(&entry.key);
            }
            _ => merge(tree.child(&entry.key), &entry.node),
        }
    }
    if !matches!(tree.value, Value::Map(_)) {
        tree.value = Value::Map(Vec::new());
    }
}

/// A JSON patch (RFC 6902): a list of operations.
///
/// # Errors
/// What is wrong with the first operation that cannot be done.
pub(crate) fn json(tree: &mut Tree, patch: &Tree) -> Result<(), String> {
    if !matches!(patch.value, Value::List(_)) {
        return Err("a JSON patch is a list of operations".into());
    }
    for operation in patch.items() {
        let (op, path) = (operation.text("op"), operation.text("path"));
        let missing = || format!("{op} operation does not apply: doc is missing path: \"{path}\"");
        let value = operation.entry("value").map(|entry| entry.node.clone());
        let from = || get(tree, operation.text("from")).cloned();
        let done = match op {
            "add" => add(tree, path, value.unwrap_or_default()),
            "replace" => get(tree, path).is_some() && put(tree, path, value.unwrap_or_default()),
            "remove" => remove(tree, path).is_some(),
            "test" => {
                if get(tree, path) != value.as_ref() {
                    return Err(format!("testing path {path} value failed: test failed"));
                }
                true
            }
            "copy" => from().is_some_and(|value| add(tree, path, value)),
            "move" => {
                let value = remove(tree, operation.text("from"));
                value.is_some_and(|value| add(tree, path, value))
            }
            _ => return Err(format!("Unexpected kind: {op}")),
        };
        if !done {
            return Err(missing());
        }
    }
    Ok(())
}

fn steps(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

fn get<'t>(tree: &'t Tree, path: &str) -> Option<&'t Tree> {
    steps(path).iter().try_fold(tree, |node, step| match &node.value {
        Value::List(items) => items.get(step.parse::<usize>().ok()?),
        _ => node.entry(step).map(|entry| &entry.node),
    })
}

/// What holds the last step of a path, and that step.
fn holder<'t>(tree: &'t mut Tree, path: &str) -> Option<(&'t mut Tree, String)> {
    let mut steps = steps(path);
    let last = steps.pop()?;
    let mut node = tree;
    for step in steps {
        node = match &mut node.value {
            Value::List(items) => items.get_mut(step.parse::<usize>().ok()?)?,
            Value::Map(entries) => &mut entries.iter_mut().find(|entry| entry.key == step)?.node,
            _ => return None,
        };
    }
    Some((node, last))
}

fn add(tree: &mut Tree, path: &str, value: Tree) -> bool {
    let Some((node, last)) = holder(tree, path) else { return false };
    match &mut node.value {
        Value::List(items) => {
            let place = if last == "-" { Some(items.len()) } else { last.parse().ok() };
            match place.filter(|place| *place <= items.len()) {
                Some(place) => items.insert(place, value),
                None => return false,
            }
        }
        Value::Map(_) => node.set(&last, value),
        _ => return false,
    }
    true
}

fn put(tree: &mut Tree, path: &str, value: Tree) -> bool {
    let Some((node, last)) = holder(tree, path) else { return false };
    match &mut node.value {
        Value::List(items) => {
            match last.parse::<usize>().ok().and_then(|place| items.get_mut(place)) {
                Some(item) => *item = value,
                None => return false,
            }
        }
        _ => node.set(&last, value),
    }
    true
}

fn remove(tree: &mut Tree, path: &str) -> Option<Tree> {
    let (node, last) = holder(tree, path)?;
    match &mut node.value {
        Value::List(items) => {
            let place = last.parse::<usize>().ok().filter(|place| *place < items.len())?;
            Some(items.remove(place))
        }
        _ => node.remove(&last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    fn tree(text: &str) -> Tree {
        manifest::read(text).expect("JSON")
    }

    #[test]
    fn patches_change_what_they_say() {
        let start = r#"{"a":{"b":1,"c":2},"containers":[{"name":"x","image":"1"},{"name":"y"}],"args":["p","q"]}"#;
        let after = |change: &dyn Fn(&mut Tree)| {
            let mut changed = tree(start);
            change(&mut changed);
            changed.json()
        };
        let patch = tree(
            r#"{"a":{"b":null,"d":3},"containers":[{"name":"x","image":"2"},{"name":"z"}],"args":["r"]}"#,
        );
        assert_eq!(
            after(&|tree| strategic(tree, &patch)),
            r#"{"a":{"c":2,"d":3},"args":["r"],"containers":[{"image":"2","name":"x"},{"name":"z"},{"name":"y"}]}"#
        );
        assert_eq!(
            after(&|tree| merge(tree, &patch)),
            r#"{"a":{"c":2,"d":3},"args":["r"],"containers":[{"image":"2","name":"x"},{"name":"z"}]}"#
        );
        let delete = tree(
            r#"{"containers":[{"name":"y","$patch":"delete"}],"a":{"$patch":"replace","e":1}}"#,
        );
        assert_eq!(
            after(&|tree| strategic(tree, &delete)),
            r#"{"a":{"e":1},"args":["p","q"],"containers":[{"image":"1","name":"x"}]}"#
        );
        let operations = tree(
            r#"[{"op":"test","path":"/a/b","value":1},{"op":"remove","path":"/a/b"},
                {"op":"add","path":"/args/-","value":"s"},{"op":"replace","path":"/containers/0/image","value":"3"},
                {"op":"move","from":"/a/c","path":"/args/0"}]"#,
        );
        assert_eq!(
            after(&|tree| json(tree, &operations).expect("it applies")),
            r#"{"a":{},"args":[2,"p","q","s"],"containers":[{"image":"3","name":"x"},{"name":"y"}]}"#
        );
        let bad = tree(r#"[{"op":"remove","path":"/a/z"}]"#);
        assert!(json(&mut tree(start), &bad).is_err());
    }

    #[test]
    fn directives_of_a_strategic_patch_are_followed() {
        let after = |start: &str, patch: &str| {
            let mut changed = tree(start);
            strategic(&mut changed, &tree(patch));
            changed.json()
        };
        assert_eq!(
            after(
                r#"{"env":[{"name":"A"}]}"#,
                r#"{"$setElementOrder/env":[{"name":"A"},{"name":"B"}],"env":[{"name":"B"}]}"#
            ),
            r#"{"env":[{"name":"A"},{"name":"B"}]}"#
        );
        assert_eq!(
            after(
                r#"{"env":[{"name":"A"},{"name":"B"},{"name":"C"}]}"#,
                r#"{"$setElementOrder/env":[{"name":"C"},{"name":"A"}]}"#
            ),
            r#"{"env":[{"name":"B"},{"name":"C"},{"name":"A"}]}"#
        );
        assert_eq!(
            after(
                r#"{"finalizers":["x","y"]}"#,
                r#"{"$deleteFromPrimitiveList/finalizers":["y"],"$setElementOrder/finalizers":["x"]}"#
            ),
            r#"{"finalizers":["x"]}"#
        );
        assert_eq!(
            after(r#"{"finalizers":["x"]}"#, r#"{"finalizers":["y"]}"#),
            r#"{"finalizers":["y","x"]}"#
        );
        assert_eq!(
            after(
                r#"{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}"#,
                r#"{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}"#
            ),
            r#"{"strategy":{"type":"Recreate"}}"#
        );
        assert_eq!(
            after(
                r#"{"containers":[{"name":"x"},{"name":"y"}]}"#,
                r#"{"containers":[{"$patch":"replace"},{"name":"z"}]}"#
            ),
            r#"{"containers":[{"name":"z"}]}"#
        );
    }

    #[test]
    fn a_manifest_replaces_what_excludes_each_other() {
        let mut live = tree(
            r#"{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{}},"volumes":[{"name":"v","emptyDir":{}}]}}"#,
        );
        let new = tree(
            r#"{"spec":{"strategy":{"type":"Recreate"},"volumes":[{"name":"v","configMap":{"name":"c"}}]}}"#,
        );
        three_way(&mut live, None, &new);
        assert_eq!(
            live.json(),
            r#"{"spec":{"strategy":{"type":"Recreate"},"volumes":[{"configMap":{"name":"c"},"name":"v"}]}}"#
        );
    }

    #[test]
    fn what_a_manifest_says_no_more_goes() {
        let mut live = tree(
            r#"{"a":1,"b":2,"c":3,"env":[{"name":"x","value":"1"},{"name":"y"},{"name":"z"}]}"#,
        );
        let last = tree(r#"{"a":1,"b":2,"env":[{"name":"x","value":"1"},{"name":"y"}]}"#);
        let new = tree(r#"{"a":4,"env":[{"name":"x"}]}"#);
        three_way(&mut live, Some(&last), &new);
        assert_eq!(live.json(), r#"{"a":4,"c":3,"env":[{"name":"x"},{"name":"z"}]}"#);
    }
}
