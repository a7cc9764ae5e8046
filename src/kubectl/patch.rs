//! Changes of trees: patches of three kinds, and what `apply` makes of three versions of an object.

use crate::api::json::{Node as Tree, Value};

/// The lists whose items are merged, by what tells the items apart (`patchMergeKey` in `k8s.io/api`).
const KEYS: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("ports", &["containerPort", "port"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("ownerReferences", &["uid"]),
    ("conditions", &["type"]),
];

/// What tells the items of a list apart, if they are merged.
fn key_of(list: &str, items: &[Tree]) -> Option<&'static str> {
    let (_, keys) = KEYS.iter().find(|(name, _)| *name == list)?;
    keys.iter().find(|key| items.iter().all(|item| item.get(key).is_some())).copied()
}

/// A strategic merge patch (`strategicpatch.StrategicMergePatch`).
pub(crate) fn strategic(tree: &mut Tree, patch: &Tree) {
    if patch.text("$patch") == "replace" {
        *tree = patch.clone();
        tree.remove("$patch");
        return;
    }
    for entry in patch.entries() {
        let (key, value) = (entry.key.as_str(), &entry.node);
        if key.starts_with('$') {
            continue;
        }
        match &value.value {
            Value::Null => {
                tree.remove(key);
            }
            Value::Map(_) if value.text("$patch") == "delete" => {
                tree.remove(key);
            }
            Value::Map(_) => strategic(tree.child(key), value),
            Value::List(items) => list(tree.child(key), key, items),
            _ => tree.set(key, value.clone()),
        }
    }
    if !matches!(tree.value, Value::Map(_)) {
        tree.value = Value::Map(Vec::new());
    }
}

fn list(tree: &mut Tree, name: &str, patches: &[Tree]) {
    let real: Vec<Tree> =
        patches.iter().filter(|item| item.get("$patch").is_none()).cloned().collect();
    let old = tree.items().to_vec();
    let key = key_of(name, &real).filter(|key| old.iter().all(|item| item.get(key).is_some()));
    let Some(key) = key else {
        tree.value = Value::List(real);
        return;
    };
    let mut items = old.clone();
    for (number, patch) in patches.iter().enumerate() {
        // kubectl compares lists item by item, so the second item with a value of the key is the
        // second one there as well.
        let is_same = |item: &&Tree| item.get(key) == patch.get(key);
        let earlier = patches.iter().take(number).filter(|it| is_same(it)).count();
        let places = items.iter().enumerate().filter(|(_, item)| is_same(item));
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        let place = places.get(earlier).or(places.last()).copied();
        match (place, patch.text("$patch")) {
            (Some(place), "delete") => {
                items.remove(place);
            }
            (_, "delete") => {}
            (Some(place), _) => strategic(&mut items[place], patch),
            (None, _) => items.push(patch.clone()),
        }
    }
    tree.value = Value::List(ordered(items, &old, &real, key));
}

/// Orders merged items: those of the patch in its order, and the others between them where they were before
/// (`normalizeElementOrder`).
fn ordered(items: Vec<Tree>, old: &[Tree], patches: &[Tree], key: &str) -> Vec<Tree> {
    let place =
        |list: &[Tree], item: &Tree| list.iter().position(|it| it.get(key) == item.get(key));
    let (mut patched, others): (Vec<Tree>, Vec<Tree>) =
        items.into_iter().partition(|item| place(patches, item).is_some());
    crate::map::sort_by_key(&mut patched, |item| place(patches, item));
    let (mut all, mut others) = (Vec::new(), others.into_iter().peekable());
    for item in patched {
        let own = place(old, &item);
        while let Some(other) = others.next_if(|other| own.is_some() && place(old, other) < own) {
            all.push(other);
        }
        all.push(item);
    }
    all.extend(others);
    all
}

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

/// What `apply` makes of a live object: what the last manifest said and the new one does not goes, what
/// the new one says is set, all else stays (`CreateThreeWayMergePatch`).
pub(super) fn three_way(live: &mut Tree, last: Option<&Tree>, new: &Tree) {
    if let Some(last) = last {
        prune(live, last, new);
    }
    strategic(live, new);
}

fn prune(live: &mut Tree, last: &Tree, new: &Tree) {
    for entry in last.entries() {
        let Some(now) = new.get(&entry.key) else {
            live.remove(&entry.key);
            continue;
        };
        if live.entry(&entry.key).is_none() {
            continue;
        }
        let inside = live.child(&entry.key);
        match (&entry.node.value, &now.value) {
            (Value::Map(_), Value::Map(_)) => prune(inside, &entry.node, now),
            (Value::List(before), Value::List(after)) => {
                prune_list(inside, &entry.key, before, after);
            }
            _ => {}
        }
    }
}

fn prune_list(live: &mut Tree, name: &str, before: &[Tree], after: &[Tree]) {
    let Some(key) = key_of(name, before) else { return };
    let Value::List(items) = &mut live.value else { return };
    let find = |list: &'_ [Tree], item: &Tree| {
        list.iter().find(|other| other.get(key) == item.get(key)).cloned()
    };
    items.retain(|item| find(before, item).is_none() || find(after, item).is_some());
    for item in items {
        if let (Some(before), Some(after)) = (find(before, item), find(after, item)) {
            prune(item, &before, &after);
        }
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
