//! `kubectl diff -f -`: how the objects of the cluster would change (`k8s.io/kubectl/pkg/cmd/diff`), in the
//! unified format of `diff -u -N`.

use super::confirm::changed;
use super::{Call, Plan, apply, documents};
use crate::api::json::Node as Tree;
use crate::api::{Kind, LAST_APPLIED};
use crate::manifest;

/// So many lines are printed around a change.
const CONTEXT: usize = 3;

/// Prints what `apply` would change; exit status 1 if there is something.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    // What the documents before would create is there for those after.
    let mut plan = documents::each(call, |plan, tree, object| {
        let reference = object.reference();
        let mut next = apply::apply(call, plan, tree, object);
        next.output.stdout.clear();
        let live = call.view.get(reference.kind, reference.key.namespace(), reference.key.name());
        for command in &next.commands {
            // Each dry run is on its own.
            call.ahead.take();
            let Some((of, mut new)) = changed(call, command) else { continue };
            // A dry run on the API server returns the live version.
            match &live {
                Some(live) => new
                    .child("metadata")
                    .set("resourceVersion", live.word("metadata.resourceVersion").as_str()),
                None => drop(new.child("metadata").remove("resourceVersion")),
            }
            keep_last(live.as_ref(), &mut new);
            let (old, new) = match of {
                Kind::Secret => masked(live.as_ref(), &new),
                _ => (live.clone(), new),
            };
            let hunks = differences(old.as_ref(), &new);
            if !hunks.is_empty() {
                next.output.exit = 1;
                next.output.stdout += &(head(&new) + &hunks);
            }
        }
        next
    })
    .await;
    plan.commands.clear();
    if plan.output.stderr.lines().any(|line| !line.starts_with("Warning: ")) {
        // An exit code of 1 means that something differs.
        plan.output.exit = 2;
    }
    plan
}

/// Ignores what `apply` writes besides the fields of the manifest.
fn keep_last(live: Option<&Tree>, new: &mut Tree) {
    let last = live.and_then(|live| live.at("metadata.annotations")?.get(LAST_APPLIED).cloned());
    let metadata = new.child("metadata");
    match last {
        Some(last) => metadata.child("annotations").set(LAST_APPLIED, last),
        None => drop(metadata.child("annotations").remove(LAST_APPLIED)),
    }
    if metadata.child("annotations").entries().is_empty() {
        metadata.remove("annotations");
    }
}

/// The names of the files that kubectl writes for `diff`.
fn head(tree: &Tree) -> String {
    let of = tree.text("apiVersion").replace('/', ".");
    let (namespace, own) = (tree.word("metadata.namespace"), tree.word("metadata.name"));
    let name = format!("{of}.{}.{namespace}.{own}", tree.text("kind"));
    format!("diff -u -N LIVE/{name} MERGED/{name}\n--- LIVE/{name}\n+++ MERGED/{name}\n")
}

/// Both Secrets with their values hidden; only changed values are marked as before and after (`NewMasker`).
fn masked(old: Option<&Tree>, new: &Tree) -> (Option<Tree>, Tree) {
    let (mut one, mut other) = (old.cloned(), new.clone());
    let data = |tree: Option<&Tree>, key: &str| {
        tree.and_then(|tree| tree.at("data"))
            .and_then(|data| data.entry(key))
            .map(|entry| entry.node.clone())
    };
    let keys = |tree: Option<&Tree>| -> Vec<String> {
        let entries = tree.and_then(|tree| tree.at("data")).map_or(&[] as &[_], Tree::entries);
        entries.iter().map(|entry| entry.key.clone()).collect()
    };
    for key in keys(old) {
        let is_changed = data(Some(new), &key).is_some_and(|it| Some(it) != data(old, &key));
        if let Some(tree) = &mut one {
            tree.child("data").set(&key, if is_changed { "*** (before)" } else { "***" });
        }
    }
    for key in keys(Some(new)) {
        let is_changed = data(old, &key).is_some_and(|it| Some(it) != data(Some(new), &key));
        other.child("data").set(&key, if is_changed { "*** (after)" } else { "***" });
    }
    (one, other)
}

fn differences(old: Option<&Tree>, new: &Tree) -> String {
    // A Secret is masked even if it does not exist.
    let missing = if new.text("kind") == "Secret" { "null\n" } else { "" };
    let old = old.map_or_else(|| missing.to_owned(), manifest::to_yaml);
    let new = manifest::to_yaml(new);
    let lines = compare(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>());
    hunks(&lines)
}

/// A line of the old text, of the new one, or of both: ` `, `-`, `+`.
type Line<'t> = (char, &'t str);

/// The most pairs of lines that are compared.
const MOST_PAIRS: usize = 4_000_000;

/// The lines of both texts, with as few changes as there can be.
fn compare<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let same = |(one, other): &(&&str, &&str)| one == other;
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let (one, other) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    // The most lines that what is behind each pair of places has in common.
    let width = other.len() + 1;
    // Texts that have almost nothing in common are not compared line by line: that takes room for each pair.
    if (one.len() + 1).saturating_mul(width) > MOST_PAIRS {
        let gone = one.iter().map(|line| ('-', *line));
        let changed = gone.chain(other.iter().map(|line| ('+', *line)));
        let before = old[..start].iter().map(|line| (' ', *line));
        let after = old_rest[one.len()..].iter().map(|line| (' ', *line));
        return before.chain(changed).chain(after).collect();
    }
    let mut common = vec![0_u32; (one.len() + 1) * width];
    for (row, line) in one.iter().enumerate().rev() {
        for (column, counterpart) in other.iter().enumerate().rev() {
            let at = row * width + column;
            common[at] = match line == counterpart {
                true => common[at + width + 1] + 1,
                false => common[at + width].max(common[at + 1]),
            };
        }
    }
    let mut lines: Vec<Line<'t>> = old[..start].iter().map(|line| (' ', *line)).collect();
    let (mut row, mut column) = (0, 0);
    while row < one.len() || column < other.len() {
        let at = row * width + column;
        if row < one.len() && column < other.len() && one[row] == other[column] {
            lines.push((' ', one[row]));
            (row, column) = (row + 1, column + 1);
        } else if row < one.len() && (column == other.len() || common[at + width] >= common[at + 1])
        {
            lines.push(('-', one[row]));
            row += 1;
        } else {
            lines.push(('+', other[column]));
            column += 1;
        }
    }
    lines.extend(old_rest[one.len()..].iter().map(|line| (' ', *line)));
    lines
}

/// The changed lines with some around them, each stretch under a line `@@ -1,7 +1,8 @@`.
fn hunks(lines: &[Line<'_>]) -> String {
    let mut out = String::new();
    let changed = |index: &usize| lines[*index].0 != ' ';
    let mut next = (0..lines.len()).find(changed);
    while let Some(first) = next {
        let start = first.saturating_sub(CONTEXT);
        let mut last = first;
        while let Some(more) = (last + 1..lines.len().min(last + 2 + 2 * CONTEXT)).find(changed) {
            last = more;
        }
        let end = (last + 1 + CONTEXT).min(lines.len());
        let count =
            |lines: &[Line<'_>], other: char| lines.iter().filter(|line| line.0 != other).count();
        let range = |other: char| {
            let (before, here) = (count(&lines[..start], other), count(&lines[start..end], other));
            match here {
                0 => format!("{before},0"),
                1 => format!("{}", before + 1),
                here => format!("{},{here}", before + 1),
            }
        };
        out += &format!("@@ -{} +{} @@\n", range('+'), range('-'));
        for (sign, line) in &lines[start..end] {
            out += &format!("{sign}{line}\n");
        }
        next = (end..lines.len()).find(changed);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As GNU diff prints it.
    #[test]
    fn changes_stand_among_three_lines() {
        let old: Vec<String> = (1..=20).map(|line| line.to_string()).collect();
        let mut new = old.clone();
        new[1] = "two".into();
        new.remove(14);
        new.push("21".into());
        let texts = |lines: &[String]| lines.join("\n");
        let (old, new) = (texts(&old), texts(&new));
        let lines = compare(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>());
        assert_eq!(
            hunks(&lines),
            "@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -12,9 +12,9 @@\n 12\n 13\n 14\n-15\n 16\n 17\n 18\n 19\n 20\n+21\n"
        );
        assert_eq!(hunks(&compare(&[], &["a"])), "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(hunks(&compare(&["a"], &["a"])), "");
    }
}
