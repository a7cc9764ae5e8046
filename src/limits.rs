//! How much of everything there may be, and the one sentence that refuses more.
//!
//! Every limit is a constant that says where it comes from, and a [`Limit`] that carries its sentence.
//! The page, the program and links all print the same sentence. `docs/stories.md` has the table;
//! a test compares it with [`Limit::ALL`].

/// Declares the limits: variant, constant, its type and value, what it is, and the sentence around the value.
macro_rules! limits {
    ($( $(#[doc = $doc:literal])+ $limit:ident $name:ident: $type:ty = $value:expr, $before:literal $unit:ident; )*) => {
        $( $(#[doc = $doc])+ pub const $name: $type = $value; )*

        /// A limit, to be told to a person.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Limit { $( $(#[doc = $doc])+ $limit, )* }

        impl Limit {
            /// Every limit, in the order of the table in `docs/stories.md`.
            pub const ALL: &'static [Limit] = &[$(Limit::$limit),*];

            /// The name of the constant.
            pub fn name(self) -> &'static str { match self { $(Limit::$limit => stringify!($name)),* } }

            /// The sentence that refuses more, without a period: `a cluster has at most 1000 nodes`.
            pub fn sentence(self) -> String {
                let (before, amount) = match self {
                    $(Limit::$limit => ($before, Unit::$unit.write($name as u64)),)*
                };
                format!("{before} at most {amount}")
            }
        }
    };
}

limits! {
    /// Cluster time in milliseconds: 7 days. A node that stays away is forgotten, a claim is released and a
    /// back-off is at its longest within minutes; the longest fault that a story can tell is a weekend.
    ClusterTime CLUSTER_TIME_MS: u64 = 7 * DAY_MS, "a story covers" Milliseconds;
    /// Nodes. 10,000 pods need 91 nodes of the usual 110 pods each; the rest is room for odd shapes.
    Nodes NODES: usize = 1_000, "a cluster has" Nodes;
    /// Pods, counted as they are wanted and as they are created.
    Pods PODS: usize = 10_000, "a cluster has" Pods;
    /// API objects of all kinds.
    Objects OBJECTS: usize = 100_000, "a cluster has" Objects;
    /// Clients that ask again and again.
    Clients CLIENTS: usize = 100, "a cluster has" Clients;
    /// Lines of a recipe, those of the texts below its commands included.
    RecipeLines RECIPE_LINES: usize = 200_000, "a story has" Lines;
    /// Bytes of a line without the text below it: Linux passes no longer word to a program (`MAX_ARG_STRLEN`).
    LineBytes LINE_BYTES: usize = 128 << 10, "a line has" Bytes;
    /// Bytes of a recipe in UTF-8.
    RecipeBytes RECIPE_BYTES: usize = 16 << 20, "a story has" Bytes;
    /// Bytes that a link may unpack to: those of a recipe.
    LinkBytes LINK_BYTES: usize = RECIPE_BYTES, "a link unpacks to" Bytes;
    /// Bytes that the aliases of a YAML document may produce: the API server takes no larger request
    /// (`MaxRequestBodyBytes` of `k8s.io/apiserver`).
    AliasBytes ALIAS_BYTES: usize = 3 << 20, "the aliases of a YAML document produce" Bytes;
    /// Milliseconds of a duration, such as a timing or a `--timeout`: a year, longer than any story.
    Duration DURATION_MS: u64 = 365 * DAY_MS, "a duration is" Milliseconds;
    /// Seconds of a grace period: a year, longer than any story.
    GracePeriod GRACE_PERIOD_S: u64 = 365 * DAY_MS / 1_000, "a grace period is" Seconds;
    /// Changed files on a volume, or in a container outside of its volumes.
    VolumeFiles VOLUME_FILES: usize = 256, "a volume holds" Files;
    /// Bytes of the changed files on a volume, or in a container outside of its volumes.
    VolumeBytes VOLUME_BYTES: usize = 256 << 10, "the files of a volume have" Bytes;
    /// Events that are kept of a run.
    Events EVENTS: usize = 2_000_000, "a story has" Events;
}

const DAY_MS: u64 = 24 * 3_600_000;

/// What a limit counts.
enum Unit {
    Milliseconds,
    Seconds,
    Nodes,
    Pods,
    Objects,
    Clients,
    Lines,
    Bytes,
    Files,
    Events,
}

impl Unit {
    fn write(&self, amount: u64) -> String {
        let word = match self {
            Unit::Milliseconds => return format!("{}h", amount / 3_600_000),
            Unit::Seconds => "seconds",
            Unit::Nodes => "nodes",
            Unit::Pods => "pods",
            Unit::Objects => "objects",
            Unit::Clients => "clients",
            Unit::Lines => "lines",
            Unit::Bytes => "bytes",
            Unit::Files => "files",
            Unit::Events => "events",
        };
        format!("{amount} {word}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_limited_below_what_is_promised() {
        const { assert!(PODS >= 10_000 && OBJECTS >= 100_000 && RECIPE_LINES >= 100_000) };
        // A week of heartbeats of every node fits into the largest number of milliseconds many times.
        const { assert!(DURATION_MS < u64::MAX / 1_000_000) };
    }

    #[test]
    fn every_limit_has_a_sentence_of_its_own() {
        let mut sentences: Vec<String> = Limit::ALL.iter().map(|limit| limit.sentence()).collect();
        assert_eq!(Limit::Nodes.sentence(), "a cluster has at most 1000 nodes");
        assert_eq!(Limit::ClusterTime.sentence(), "a story covers at most 168h");
        sentences.sort();
        sentences.dedup();
        assert_eq!(sentences.len(), Limit::ALL.len());
    }
}
