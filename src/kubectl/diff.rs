//! `kubectl diff -f -`: how the objects of the cluster would change (`k8s.io/kubectl/pkg/cmd/diff`), in the
//! unified format of `diff -u -N`.

use super::{Call, Plan, apply};
use crate::api::json::Node as Tree;
use crate::api::{LAST_APPLIED, Object};
use crate::manifest;
use crate::sim::Command;

/// So many lines are printed around a change.
const CONTEXT: usize = 3;

/// Prints what `apply` would change; exit status 1 if there is something.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    // What the documents before would create is there for those after.
    let mut plan = apply::each(call, |plan, tree, object| {
        let reference = object.reference();
        let mut next = apply::apply(call, plan, tree, object);
        next.output.stdout.clear();
        let old = call.view.cluster.store.get(&reference).map(|object| object.encode());
        for command in &next.commands {
            if let Command::Create(new) | Command::Configure(new, _) = command {
                let hunks = differences(old.as_ref(), new);
                if !hunks.is_empty() {
                    next.output.exit = 1;
                    next.output.stdout += &(head(new) + &hunks);
                }
            }
        }
        next
    })
    .await;
    plan.commands.clear();
    plan
}

/// The names of the files that kubectl writes for `diff`.
fn head(object: &Object) -> String {
    let tree = object.encode();
    let meta = object.meta();
    let of = tree.text("apiVersion").replace('/', ".");
    let name = format!("{of}.{}.{}.{}", tree.text("kind"), meta.namespace, meta.name);
    format!("diff -u -N LIVE/{name} MERGED/{name}\n--- LIVE/{name}\n+++ MERGED/{name}\n")
}

/// What `apply` writes beside the fields of the manifest is no difference.
fn differences(old: Option<&Tree>, new: &Object) -> String {
    let mut new = new.encode();
    let last = |tree: &Tree| tree.at("metadata.annotations")?.get(LAST_APPLIED).cloned();
    let metadata = new.child("metadata");
    metadata.child("annotations").remove(LAST_APPLIED);
    if let Some(old) = old {
        if let Some(last) = last(old) {
            metadata.child("annotations").set(LAST_APPLIED, last);
        }
        if old.at("spec") != new.at("spec") && old.at("metadata.generation").is_some() {
            let generation = crate::api::json::Value::Int(old.number("metadata.generation") + 1);
            new.child("metadata").set("generation", generation);
        }
    }
    let metadata = new.child("metadata");
    if metadata.child("annotations").entries().is_empty() {
        metadata.remove("annotations");
    }
    let old = old.map(manifest::to_yaml).unwrap_or_default();
    let new = manifest::to_yaml(&new);
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
