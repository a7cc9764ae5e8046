//! The version of Kubernetes that a recipe states, or that it is played with if it states none.

use crate::cluster::Version;
use crate::notation::{self, Line, NotationError};

/// The version of the recipes of links and saved runs that state none: they were made before recipes did.
const UNSTATED: Version = Version::V1_36;

/// The lines of a recipe, which state the version: the present one, unless the recipe has another.
pub(super) fn read(recipe: &str) -> Result<Vec<Line>, Vec<NotationError>> {
    let mut lines = notation::parse(recipe)?;
    if !is_stated(&lines) {
        let line = format!("ordinal 1\nkubernetes {}\n", Version::default().name());
        lines.splice(0..0, notation::parse(&line)?);
    }
    Ok(lines)
}

/// A recipe as a [`Timeline`](super::Timeline) of it prints it; none if it cannot be read.
pub fn normalized(recipe: &str) -> Option<String> {
    read(recipe).ok().map(|lines| notation::print(&lines))
}

/// A recipe from a link or a saved run, with the version by whose rules it was recorded.
pub fn with_version(recipe: String) -> String {
    match notation::parse(&recipe) {
        Ok(lines) if !is_stated(&lines) => {
            let (head, rest) = recipe.split_once('\n').unwrap_or((&recipe, ""));
            format!("{head}\nkubernetes {}\n{rest}", UNSTATED.name())
        }
        _ => recipe,
    }
}

fn is_stated(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.words.first().is_some_and(|word| word.text == "kubernetes"))
}
