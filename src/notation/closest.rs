//! "Did you mean ...?"

/// The candidate that differs least from `word`, if it differs by at most a third of the letters.
///
/// Letters left out, added, replaced or swapped with their neighbour count one each; upper and
/// lower case are the same. Of equally close candidates the first is taken.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = lower(word);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let other = lower(candidate);
        let limit = (word.len().max(other.len()) / 3).max(1);
        if word.len().abs_diff(other.len()) > limit {
            continue;
        }
        let distance = distance(&word, &other, true);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The candidates that differ from `word` in at most `most` letters, or begin with it, in their order. Swapped
/// letters count two (`ld` of `spf13/cobra`).
pub fn near<'a>(word: &str, most: usize, candidates: &[&'a str]) -> Vec<&'a str> {
    let word = lower(word);
    let is_near = |candidate: &&&str| {
        let other = lower(candidate);
        distance(&word, &other, false) <= most || other.starts_with(&word)
    };
    candidates.iter().filter(is_near).copied().collect()
}

fn lower(word: &str) -> Vec<char> {
    // A longer word is no misspelling of anything, and the comparison takes quadratic time.
    word.chars().take(64).map(|c| c.to_ascii_lowercase()).collect()
}

/// The optimal string alignment distance; without `swaps` the Levenshtein distance.
fn distance(a: &[char], b: &[char], swaps: bool) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (i, &from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        let mut previous_b = None;
        for (j, &to) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, j) + usize::from(from != to);
            let mut least = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if swaps && previous_a == Some(to) && previous_b == Some(from) && j > 0 {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
            previous_b = Some(to);
        }
        previous_a = Some(from);
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}
