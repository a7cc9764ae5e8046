//! What the cluster simulates, what it accepts without effect, and what it leaves out, from the tables that decide it.

use crate::api::Kind;
use crate::cluster::Version;
use crate::manifest;

/// A part of the list: its title, a sentence, and its entries.
pub struct Part {
    /// The title.
    pub title: &'static str,
    /// What the entries have in common.
    pub text: &'static str,
    /// The entries: a name, and what belongs to it.
    pub entries: Vec<(String, String)>,
}

/// What nobody should expect of the model.
const LEFT_OUT: [(&str, &str); 6] = [
    ("Containers", "run no programs: a database stands in for every image"),
    (
        "Networks",
        "have names, addresses, and partitions, but no packets, policies, or load balancers",
    ),
    ("Access", "has no users, roles, or tokens: kubectl may do everything"),
    ("Custom resources", "are rejected, also where their definition was applied"),
    ("Metrics and autoscaling", "do not exist: a HorizontalPodAutoscaler is only stored"),
    ("Preemption", "does not happen: priorities are stored"),
];

/// All parts, in order.
pub fn parts() -> Vec<Part> {
    let kinds = |is_simulated: bool| {
        let kinds = Kind::ALL.iter().filter(|kind| kind.is_simulated() == is_simulated);
        kinds.map(|kind| (kind.name().to_owned(), kind.api_version().to_owned())).collect()
    };
    let fields = manifest::all_further_fields();
    let fields = fields.map(|(owner, fields)| (owner.to_owned(), fields.join(", ")));
    let left_out = LEFT_OUT.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let versions = Version::ALL.iter().rev();
    let versions =
        versions.map(|(version, name)| ((*name).to_owned(), version.git_version().to_owned()));
    vec![
        Part {
            title: "Versions",
            text: "The versions of Kubernetes whose rules the cluster can follow.",
            entries: versions.collect(),
        },
        Part {
            title: "Simulated kinds",
            text: "Controllers act on objects of these kinds.",
            entries: kinds(true),
        },
        Part {
            title: "Stored kinds",
            text: "Objects of these kinds are checked, stored, listed, and deleted, and nothing acts on them, except that \
                   Pods wait for what they refer to.",
            entries: kinds(false),
        },
        Part {
            title: "Accepted fields",
            text: "These fields of simulated kinds are checked and stored, and have no effect, except that Pods wait for \
                   what they refer to.",
            entries: fields.collect(),
        },
        Part { title: "Left out", text: "Not part of the model.", entries: left_out.into() },
    ]
}
