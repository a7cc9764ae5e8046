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

/// A recipe with another version than it states.
pub fn at_version(recipe: &str, version: Version) -> String {
    let mut lines = recipe.split_inclusive('\n');
    let head = lines.next().unwrap_or_default();
    let rest: String =
        lines.filter(|line| line.split_whitespace().next() != Some("kubernetes")).collect();
    format!("{}\nkubernetes {}\n{rest}", head.trim_end(), version.name())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Timeline;

    /// The recipe that a timeline of this one prints.
    fn printed(recipe: &str) -> String {
        Timeline::new(recipe).expect("a recipe").recipe()
    }

    #[test]
    fn a_recipe_states_the_version_that_it_is_played_with() {
        assert_eq!(printed("ordinal 1\nseed 3\n"), "ordinal 1\nkubernetes 1.37\nseed 3\n");
        assert_eq!(
            printed("ordinal 1\nseed 3\nkubernetes 1.34\n"),
            "ordinal 1\nseed 3\nkubernetes 1.34\n"
        );
        assert_eq!(normalized("ordinal 1\nseed 3\n"), Some(printed("ordinal 1\nseed 3\n")));
        assert_eq!(
            with_version("ordinal 1\nseed 3\n".into()),
            "ordinal 1\nkubernetes 1.36\nseed 3\n"
        );
        assert_eq!(with_version("no recipe".into()), "no recipe");
    }

    #[test]
    fn a_recipe_can_be_played_with_another_version() {
        for recipe in ["ordinal 1\nseed 3\n", "ordinal 1\nkubernetes 1.34\nseed 3\n"] {
            assert_eq!(at_version(recipe, Version::V1_35), "ordinal 1\nkubernetes 1.35\nseed 3\n");
        }
    }

    #[test]
    fn an_unknown_version_is_refused_with_those_that_are_known() {
        let errors = Timeline::new("ordinal 1\nkubernetes 1.12\n").expect_err("no such version");
        let error = errors.first().expect("an error");
        assert_eq!((error.line, error.column), (2, 12));
        assert_eq!(error.message, "Kubernetes 1.12 is not simulated");
        assert_eq!(error.suggestion, "known versions are 1.34, 1.35.0, 1.35, 1.36, 1.37");
    }
}
