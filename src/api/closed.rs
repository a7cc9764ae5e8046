//! The closed sets of words of the API: policies, phases, effects, and the like.
//!
//! A word that Kubernetes doesn't have is kept as it is, so that the API server can reject it in its own words.
//! What is an open set upstream, such as reasons and the types of conditions, is a string.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Declares sets of words.
macro_rules! closed {
    ($($(#[$about:meta])* $set:ident { $($(#[$meaning:meta])* $word:ident = $text:literal,)+ })+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $set {
            /// No word is given.
            #[default]
            Unset,
            $($(#[$meaning])* $word,)+
            /// Another word, which the API server rejects.
            Other(String),
        }

        impl $set {
            /// The word, as Kubernetes writes it; an empty string if none is given.
            pub fn as_str(&self) -> &str {
                match self {
                    $set::Unset => "",
                    $($set::$word => $text,)+
                    $set::Other(word) => word,
                }
            }

            /// Whether no word is given.
            pub fn is_empty(&self) -> bool {
                *self == $set::Unset
            }

            /// Sets the word if none is given.
            pub fn default_to(&mut self, word: $set) {
                if self.is_empty() {
                    *self = word;
                }
            }
        }

        impl From<&str> for $set {
            fn from(word: &str) -> $set {
                match word {
                    "" => $set::Unset,
                    $($text => $set::$word,)+
                    _ => $set::Other(word.to_owned()),
                }
            }
        }

        impl fmt::Display for $set {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.as_str())
            }
        }

        impl Serialize for $set {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $set {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$set, D::Error> {
                String::deserialize(deserializer).map(|word| $set::from(word.as_str()))
            }
        }
    )+};
}

closed! {
    /// Whether containers that ended are started again.
    RestartPolicy {
        /// They are.
        Always = "Always",
        /// Those that failed are.
        OnFailure = "OnFailure",
        /// They aren't.
        Never = "Never",
    }

    /// The protocol of a port.
    Protocol {
        /// TCP
        Tcp = "TCP",
        /// UDP
        Udp = "UDP",
        /// SCTP
        Sctp = "SCTP",
    }

    /// What a taint does to pods that don't tolerate it.
    TaintEffect {
        /// New pods stay away.
        NoSchedule = "NoSchedule",
        /// New pods stay away if there is another node.
        PreferNoSchedule = "PreferNoSchedule",
        /// Running pods are evicted, too.
        NoExecute = "NoExecute",
    }

    /// How a toleration compares its value with that of a taint.
    TolerationOperator {
        /// Any value matches.
        Exists = "Exists",
        /// The values must be equal.
        Equal = "Equal",
    }

    /// How a requirement of a selector compares a label with its values.
    SelectorOperator {
        /// The label has one of the values.
        In = "In",
        /// The label doesn't exist, or has none of the values.
        NotIn = "NotIn",
        /// The label exists.
        Exists = "Exists",
        /// The label doesn't exist.
        DoesNotExist = "DoesNotExist",
        /// The label is a greater number; only for nodes.
        Gt = "Gt",
        /// The label is a smaller number; only for nodes.
        Lt = "Lt",
    }

    /// What the scheduler does if no node satisfies a spread constraint.
    UnsatisfiableConstraintAction {
        /// The pod stays Pending.
        DoNotSchedule = "DoNotSchedule",
        /// It takes the node that violates the constraint least.
        ScheduleAnyway = "ScheduleAnyway",
    }

    /// The status of a condition.
    ConditionStatus {
        /// It is so.
        True = "True",
        /// It isn't so.
        False = "False",
        /// Whether it is so isn't known.
        Unknown = "Unknown",
    }

    /// The order in which a StatefulSet creates and deletes its pods.
    PodManagementPolicy {
        /// One after the other.
        OrderedReady = "OrderedReady",
        /// All at once.
        Parallel = "Parallel",
    }

    /// How a StatefulSet replaces pods of an old revision.
    StatefulSetUpdateStrategyType {
        /// One after the other.
        RollingUpdate = "RollingUpdate",
        /// When somebody deletes them.
        OnDelete = "OnDelete",
        /// All at once, behind a feature gate.
        Recreate = "Recreate",
    }

    /// How a Deployment replaces pods of an old revision.
    DeploymentStrategyType {
        /// A few at a time.
        RollingUpdate = "RollingUpdate",
        /// All at once.
        Recreate = "Recreate",
    }

    /// Whether the claims of a StatefulSet's pods outlive them.
    PersistentVolumeClaimRetentionPolicyType {
        /// They do.
        Retain = "Retain",
        /// They are deleted.
        Delete = "Delete",
    }

    /// Which pods that aren't Ready an eviction may delete.
    UnhealthyPodEvictionPolicyType {
        /// Those whose budget has enough healthy pods.
        IfHealthyBudget = "IfHealthyBudget",
        /// All.
        AlwaysAllow = "AlwaysAllow",
    }

    /// The type of a Service.
    ServiceType {
        /// An address in the cluster.
        ClusterIp = "ClusterIP",
        /// A port of each node.
        NodePort = "NodePort",
        /// An address outside of the cluster.
        LoadBalancer = "LoadBalancer",
        /// A name outside of the cluster.
        ExternalName = "ExternalName",
    }

    /// By how many nodes or pods a volume may be mounted.
    PersistentVolumeAccessMode {
        /// By one node.
        ReadWriteOnce = "ReadWriteOnce",
        /// By many nodes, to read.
        ReadOnlyMany = "ReadOnlyMany",
        /// By many nodes.
        ReadWriteMany = "ReadWriteMany",
        /// By one pod.
        ReadWriteOncePod = "ReadWriteOncePod",
    }

    /// The phase of a claim.
    PersistentVolumeClaimPhase {
        /// It has no volume yet.
        Pending = "Pending",
        /// It has its volume.
        Bound = "Bound",
        /// Its volume no longer exists.
        Lost = "Lost",
    }

    /// The phase of a volume.
    PersistentVolumePhase {
        /// It isn't usable yet.
        Pending = "Pending",
        /// No claim has it.
        Available = "Available",
        /// A claim has it.
        Bound = "Bound",
        /// Its claim was deleted.
        Released = "Released",
        /// It couldn't be deleted or cleaned.
        Failed = "Failed",
    }

    /// What happens to a volume when its claim is deleted.
    PersistentVolumeReclaimPolicy {
        /// It is kept.
        Retain = "Retain",
        /// It is deleted.
        Delete = "Delete",
        /// It is cleaned and used again; deprecated.
        Recycle = "Recycle",
    }

    /// When volumes of a class are provisioned and bound.
    VolumeBindingMode {
        /// As soon as there is a claim.
        Immediate = "Immediate",
        /// When a pod with the claim is scheduled.
        WaitForFirstConsumer = "WaitForFirstConsumer",
    }
}

impl From<bool> for ConditionStatus {
    fn from(is_so: bool) -> ConditionStatus {
        if is_so { ConditionStatus::True } else { ConditionStatus::False }
    }
}
