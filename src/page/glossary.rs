//! The glossary: the terms that a newcomer needs, and where they first occur in a panel.

/// The terms in alphabetical order: the forms of each, separated by `|`, with its name first, and a
/// sentence. In a text, a form may have a plural `s`, and a form in lower case may start with a capital letter.
pub const TERMS: [(&str, &str); 32] = [
    (
        "back-off|BackOff|CrashLoopBackOff",
        "A pause before the next attempt, longer after each failure.",
    ),
    (
        "condition",
        "One aspect of an object's status that is true, false, or unknown, such as Ready.",
    ),
    (
        "controller",
        "A loop that compares the desired state with the current one and acts on the difference.",
    ),
    (
        "cordon|cordoned",
        "To mark a node as unschedulable: it accepts no new pods, and its existing pods keep running.",
    ),
    ("drain|drained", "To cordon a node and evict its pods, for example before maintenance."),
    (
        "EndpointSlice",
        "The addresses of the pods behind a Service, and whether each of them is Ready.",
    ),
    (
        "eviction|evict|evicted",
        "The removal of a pod from its node, because of a drain, a taint, or a lack of resources.",
    ),
    (
        "finalizer",
        "A key that keeps a deleted object until a controller has cleaned up and removed the key.",
    ),
    ("grace period", "The time that containers get to shut down before they are killed."),
    (
        "headless Service|headless",
        "A Service without its own IP address: its DNS names resolve to the addresses of the pods.",
    ),
    (
        "kubelet",
        "The agent on each node that runs the containers of its pods and reports their status.",
    ),
    (
        "lease|heartbeat",
        "A node's signal to the control plane, renewed every 10 seconds; without it, the node becomes NotReady.",
    ),
    (
        "ordinal",
        "The number in the name of a pod of a StatefulSet: part of its identity, and its place in the order.",
    ),
    (
        "partition",
        "In a rolling update, only pods with this ordinal or a higher one get the new revision.",
    ),
    ("PersistentVolume|volume", "Storage in the cluster that exists independently of pods."),
    (
        "PersistentVolumeClaim|claim",
        "A request for storage, bound to one volume; a pod's claim outlives the pod.",
    ),
    (
        "PodDisruptionBudget",
        "A limit on how many pods of an application can be evicted at the same time.",
    ),
    (
        "primary",
        "The member of a database that accepts writes: in the example database, ordinal 0.",
    ),
    ("quorum", "A majority of the members, which a replicated database needs to make a decision."),
    (
        "readiness probe",
        "A check that the kubelet repeats to learn whether a container can serve requests.",
    ),
    ("Ready", "The condition of a pod that can serve requests, or of a node that can run pods."),
    (
        "replica",
        "One of several copies: a pod of a set, or a database member that copies the primary.",
    ),
    (
        "revision|ControllerRevision",
        "A stored version of a set's pod template, for updates and rollbacks.",
    ),
    ("rolling update", "The replacement of pods with pods from a new template, one at a time."),
    ("scheduler", "The component that chooses a node for each new pod."),
    (
        "StatefulSet",
        "An object that manages pods with stable identities: a replaced pod keeps its name, ordinal, and volume.",
    ),
    ("StorageClass", "A type of storage: which provisioner creates volumes for claims, and when."),
    ("taint", "A mark on a node that keeps pods away, or evicts them, unless they tolerate it."),
    (
        "Terminating|terminating",
        "The state of a deleted pod until its containers have stopped and its object is removed.",
    ),
    ("toleration|tolerate", "A pod setting that lets it run on nodes with matching taints."),
    (
        "UID",
        "A unique identifier that is never reused: a new pod with the same name gets a different one.",
    ),
    (
        "VolumeAttachment|attached",
        "The record that a volume is attached to a node, so that pods there can mount it.",
    ),
];

/// The name of a term.
pub fn name(index: usize) -> &'static str {
    let forms = TERMS.get(index).map_or("", |(forms, _)| forms);
    forms.split('|').next().unwrap_or_default()
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Plain text.
    Text(&'t str),
    /// The first occurrence of the term with this index.
    Term(&'t str, usize),
}

/// Finds the first occurrence of each term in the texts of a panel.
#[derive(Default)]
pub struct Finder {
    /// The indices of the terms that have occurred, in this order.
    pub found: Vec<usize>,
}

impl Finder {
    /// Cuts the next text of the panel into pieces.
    pub fn pieces<'t>(&mut self, text: &'t str) -> Vec<Piece<'t>> {
        let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some((index, length)) = self.term(rest) {
                pieces.extend(text.get(start..at).filter(|it| !it.is_empty()).map(Piece::Text));
                pieces.extend(rest.get(..length).map(|term| Piece::Term(term, index)));
                self.found.push(index);
                at += length;
                start = at;
            }
            at = next_word(text, at);
        }
        pieces.extend(text.get(start..).filter(|it| !it.is_empty()).map(Piece::Text));
        pieces
    }

    /// The new term with which a text begins, and its length. Of two, the longer one.
    fn term(&self, text: &str) -> Option<(usize, usize)> {
        let mut longest = None;
        for (index, (forms, _)) in TERMS.iter().enumerate() {
            for form in forms.split('|') {
                let length = occurrence(text, form).unwrap_or(0);
                if length > longest.map_or(0, |(_, length)| length) && !self.found.contains(&index)
                {
                    longest = Some((index, length));
                }
            }
        }
        longest
    }
}

/// The length of a form of a term with which a text begins.
fn occurrence(text: &str, form: &str) -> Option<usize> {
    let start = text.get(..form.len())?;
    let is_lower = form.starts_with(|it: char| it.is_ascii_lowercase());
    let is_same = start == form
        || is_lower && start.get(1..) == form.get(1..) && start.eq_ignore_ascii_case(form);
    let rest = text.get(form.len()..).filter(|_| is_same)?;
    let plural = usize::from(rest.starts_with('s'));
    let mut after = rest.get(plural..)?.chars();
    let goes_on = match after.next() {
        Some('.') => after.next().is_some_and(is_of_word),
        next => next.is_some_and(is_of_word),
    };
    (!goes_on).then_some(form.len() + plural)
}

/// Whether a character belongs to a word: names such as `ready-0` and `claim.yaml` are no terms.
fn is_of_word(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '/')
}

/// Where the next word begins after a place in the text.
fn next_word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|it| !is_of_word(it) && it != '.').unwrap_or(rest.len());
    let space = rest.get(end..).unwrap_or_default();
    at + end + space.find(is_of_word).unwrap_or(space.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with its terms in brackets.
    fn marked(finder: &mut Finder, text: &str) -> String {
        let pieces = finder.pieces(text).into_iter().map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Term(text, index) => format!("[{text}={}]", name(index)),
        });
        pieces.collect()
    }

    #[test]
    fn the_first_occurrence_of_each_term_is_found() {
        let finder = &mut Finder::default();
        let text = "web-1 is not created until web-0 is Running and Ready, and Ready means ready";
        let expected = text.replacen("Ready", "[Ready=Ready]", 1);
        assert_eq!(marked(finder, text), expected);
        assert_eq!(marked(finder, "web-0 is Ready"), "web-0 is Ready");
        assert_eq!(
            marked(finder, "Ordinals stay; the headless Service has nothing to do with taints."),
            "[Ordinals=ordinal] stay; the [headless Service=headless Service] has nothing to do with [taints=taint]."
        );
        assert_eq!(finder.found.len(), 4);
    }

    #[test]
    fn names_and_longer_words_are_no_terms() {
        let finder = &mut Finder::default();
        for text in ["claim-0 uncordoned", "taint.yaml", "pvc/claim", "my-StatefulSet", "ü", ""] {
            assert_eq!(marked(finder, text), text);
        }
        assert_eq!(
            marked(finder, "(claim)—UID"),
            "([claim=PersistentVolumeClaim])—UID".replace("UID", "[UID=UID]")
        );
    }

    #[test]
    fn pieces_make_up_the_text_and_terms_are_sorted() {
        for (forms, sentence) in TERMS {
            assert!(sentence.ends_with('.') && sentence.len() < 110, "{sentence}");
            let (mut finder, text) = (Finder::default(), format!("{forms} {sentence} {forms}"));
            let pieces = finder.pieces(&text).into_iter().map(|piece| match piece {
                Piece::Text(text) | Piece::Term(text, _) => text.to_owned(),
            });
            assert_eq!(pieces.collect::<String>(), text);
        }
        let names: Vec<String> = (0..TERMS.len()).map(|it| name(it).to_lowercase()).collect();
        assert!(names.is_sorted());
    }
}
