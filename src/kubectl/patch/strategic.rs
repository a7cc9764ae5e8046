//! Strategic merge patches: maps are merged, and so are the lists with the patch strategy `merge`.

use crate::api::json::{Node as Tree, Value};

/// The lists whose items are merged, and their merge keys (`patchMergeKey` in `k8s.io/api`).
const KEYS: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("secrets", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("ports", &["containerPort", "port"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("ownerReferences", &["uid"]),
    ("conditions", &["type"]),
];

/// The merge key of a list, if its items are merged.
pub(super) fn key_of(list: &str, items: &[Tree]) -> Option<&'static str> {
    let (_, keys) = KEYS.iter().find(|(name, _)| *name == list)?;
    keys.iter().find(|key| items.iter().all(|item| item.get(key).is_some())).copied()
}

/// The lists of primitive values that are merged. Each value occurs once.
const MERGED_VALUES: &[&str] = &["finalizers"];

/// The prefixes of the directives for a list. The name of the list follows.
const SET_ORDER: &str = "$setElementOrder/";
const DELETE_VALUES: &str = "$deleteFromPrimitiveList/";

/// A strategic merge patch with its directives (`strategicpatch.StrategicMergePatch`).
pub(crate) fn strategic(tree: &mut Tree, patch: &Tree) {
    if patch.text("$patch") == "replace" {
        *tree = patch.clone();
        tree.remove("$patch");
        return;
    }
    if let Some(kept) = patch.get("$retainKeys") {
        retain_keys(tree, |key| kept.items().iter().any(|it| it.as_text() == key));
    }
    for entry in patch.entries() {
        let (key, value) = (entry.key.as_str(), &entry.node);
        if let Some(name) = key.strip_prefix(DELETE_VALUES)
            && let Some(Value::List(items)) = tree.get(name).map(|it| it.value.clone())
        {
            let items = items.into_iter().filter(|item| !value.items().contains(item));
            tree.set(name, Value::List(items.collect()));
        }
        if let Some(name) = key.strip_prefix(SET_ORDER)
            && patch.get(name).is_none()
            && tree.get(name).is_some()
        {
            reorder(tree.child(name), name, value.items());
        }
        if key.starts_with('$') {
            continue;
        }
        let order = || patch.get(&format!("{SET_ORDER}{key}")).map(Tree::items);
        match &value.value {
            Value::Null => {
                tree.remove(key);
            }
            Value::Map(_) if value.text("$patch") == "delete" => {
                tree.remove(key);
            }
            Value::Map(_) => strategic(tree.child(key), value),
            Value::List(items) => list(tree.child(key), key, items, order()),
            _ => tree.set(key, value.clone()),
        }
    }
    if !matches!(tree.value, Value::Map(_)) {
        tree.value = Value::Map(Vec::new());
    }
}

/// Removes the entries of a map whose keys are not to be kept.
fn retain_keys(tree: &mut Tree, is_kept: impl Fn(&str) -> bool) {
    if let Value::Map(entries) = &mut tree.value {
        entries.retain(|entry| is_kept(&entry.key));
    }
}

/// Sorts the items of a list. `order` has the values, or maps with only the merge key.
fn reorder(tree: &mut Tree, name: &str, order: &[Tree]) {
    let old = tree.items().to_vec();
    tree.value = Value::List(ordered(old.clone(), &old, order, key_of(name, order)));
}

/// Merges a list with its patch. `order` is the order from `$setElementOrder`, if the patch has it.
fn list(tree: &mut Tree, name: &str, patches: &[Tree], order: Option<&[Tree]>) {
    let real: Vec<Tree> =
        patches.iter().filter(|item| item.get("$patch").is_none()).cloned().collect();
    if patches.iter().any(|item| item.text("$patch") == "replace") {
        tree.value = Value::List(real);
        return;
    }
    let old = tree.items().to_vec();
    if MERGED_VALUES.contains(&name) {
        let new = real.iter().filter(|item| !old.contains(item)).cloned();
        let items = old.iter().cloned().chain(new).collect();
        tree.value = Value::List(ordered(items, &old, order.unwrap_or(&real), None));
        return;
    }
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
    tree.value = Value::List(ordered(items, &old, order.unwrap_or(&real), Some(key)));
}

/// Sorts merged items: those in `order` get its order, and the others keep their places relative to them
/// (`normalizeElementOrder`). Without a `key`, the items are primitive values.
fn ordered(items: Vec<Tree>, old: &[Tree], order: &[Tree], key: Option<&str>) -> Vec<Tree> {
    let is_same = |one: &Tree, other: &Tree| match key {
        Some(key) => one.get(key) == other.get(key),
        None => one == other,
    };
    let place = |list: &[Tree], item: &Tree| list.iter().position(|it| is_same(it, item));
    let (mut patched, others): (Vec<Tree>, Vec<Tree>) =
        items.into_iter().partition(|item| place(order, item).is_some());
    crate::map::sort_by_key(&mut patched, |item| place(order, item));
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

/// Applies a manifest to a live object: removes what only the last manifest has, sets what the new one has, and keeps
/// everything else (`CreateThreeWayMergePatch`).
pub(crate) fn three_way(live: &mut Tree, last: Option<&Tree>, new: &Tree) {
    if let Some(last) = last {
        prune(live, last, new);
    }
    retain(live, new);
    strategic(live, new);
}

/// Removes keys that a manifest doesn't have from maps with the patch strategy `retainKeys`: the strategy of a
/// Deployment, and the volumes of a pod.
fn retain(live: &mut Tree, new: &Tree) {
    for entry in new.entries() {
        let (key, now) = (entry.key.as_str(), &entry.node);
        if live.get(key).is_none() {
            continue;
        }
        let inside = live.child(key);
        match &now.value {
            Value::Map(_) if key == "strategy" => {
                retain_keys(inside, |key| now.get(key).is_some());
            }
            Value::Map(_) => retain(inside, now),
            Value::List(volumes) if key == "volumes" => {
                let Value::List(items) = &mut inside.value else { continue };
                for item in items {
                    let same = volumes.iter().find(|it| it.get("name") == item.get("name"));
                    if let Some(same) = same {
                        retain_keys(item, |key| same.get(key).is_some());
                    }
                }
            }
            _ => {}
        }
    }
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
    let Value::List(items) = &mut live.value else { return };
    if MERGED_VALUES.contains(&name) {
        items.retain(|item| !before.contains(item) || after.contains(item));
    }
    let Some(key) = key_of(name, before) else { return };
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
