//! The hint in the top bar: what to try next.

/// The hint while the set waits for something that only the user can resolve.
pub const STUCK: &str =
    "Stuck: this won't resolve on its own. The panel shows the ways out, with their risks.";

/// Suggests what to try next. `story` is the recipe at the start, `recipe` the current one.
pub fn hint(story: &str, recipe: &str) -> &'static str {
    // The user's lines are those that the recipe has and the story does not.
    let did = |words: &str| recipe.matches(words).count() > story.matches(words).count();
    if !did("delete pod ") {
        "Click a pod and delete it. See what comes back, and what survives."
    } else if !did("scale statefulset ") {
        "Now scale up. Each new pod clones the data of the previous one."
    } else if !did(" off") && !did(" cut") {
        "Now click a node and cut its network. Its pod is not replaced; the panel says why."
    } else if !did("--force") && !did("delete node ") {
        "Wait until the pod is Terminating, then unblock it yourself. What are the risks?"
    } else {
        "Drag the timeline back and do something else. The future changes."
    }
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn hints_follow_what_the_user_did() {
        let story = "at 5s kubectl delete pod web-0\n";
        let mut recipe = String::from(story);
        let mut hints = vec![hint(story, &recipe)];
        for line in [
            "kubectl delete pod web-1",
            "kubectl scale statefulset web --replicas=4",
            "node node-1 cut",
            "kubectl delete pod web-1 --force",
        ] {
            recipe += line;
            hints.push(hint(story, &recipe));
        }
        let first_words: Vec<_> =
            hints.iter().map(|it| it.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            first_words,
            ["Click a pod", "Now scale up.", "Now click a", "Wait until the", "Drag the timeline"]
        );
    }
}
