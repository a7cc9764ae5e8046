//! The fields of the objects, by their names in a manifest.

use super::decode::{At, Decode, Fields, WrongType};
use crate::api::*;

/// Declares each struct that a manifest may have: its fields here, and what they are called there.
macro_rules! structs {
    ($( $name:ident { $($field:ident $key:literal)* } )*) => {
        $(
            impl Decode for $name {
                fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
                    at.structure(stringify!($name), &[$($key),*], self)
                }
            }

            impl Fields for $name {
                fn field(&mut self, name: &str) -> Option<&mut dyn Decode> {
                    match name {
                        $($key => Some(&mut self.$field),)*
                        _ => None,
                    }
                }
            }
        )*

        /// The names of every struct and its fields: here, and as serde derives them.
        #[cfg(test)]
        fn names() -> Vec<[String; 2]> {
            vec![$([
                format!("{} {:?}", stringify!($name), [$($key),*] as [&str; _]),
                tests::derived::<$name>(),
            ]),*]
        }
    };
}

structs! {
    StatefulSet {
        metadata "metadata"
        spec "spec"
    }
    ObjectMeta {
        name "name"
        namespace "namespace"
        labels "labels"
        annotations "annotations"
        finalizers "finalizers"
    }
    StatefulSetSpec {
        replicas "replicas"
        selector "selector"
        template "template"
        volume_claim_templates "volumeClaimTemplates"
        service_name "serviceName"
        pod_management_policy "podManagementPolicy"
        update_strategy "updateStrategy"
        revision_history_limit "revisionHistoryLimit"
        min_ready_seconds "minReadySeconds"
        persistent_volume_claim_retention_policy "persistentVolumeClaimRetentionPolicy"
        ordinals "ordinals"
    }
    LabelSelector {
        match_labels "matchLabels"
        match_expressions "matchExpressions"
    }
    LabelSelectorRequirement {
        key "key"
        operator "operator"
        values "values"
    }
    PodTemplateSpec {
        metadata "metadata"
        spec "spec"
    }
    PodSpec {
        init_containers "initContainers"
        containers "containers"
        volumes "volumes"
        node_name "nodeName"
        node_selector "nodeSelector"
        tolerations "tolerations"
        hostname "hostname"
        subdomain "subdomain"
        restart_policy "restartPolicy"
        termination_grace_period_seconds "terminationGracePeriodSeconds"
    }
    Container {
        name "name"
        image "image"
        ports "ports"
        volume_mounts "volumeMounts"
        readiness_probe "readinessProbe"
        restart_policy "restartPolicy"
    }
    ContainerPort {
        container_port "containerPort"
        name "name"
        protocol "protocol"
    }
    VolumeMount {
        name "name"
        mount_path "mountPath"
    }
    Probe {
        initial_delay_seconds "initialDelaySeconds"
        period_seconds "periodSeconds"
        success_threshold "successThreshold"
        failure_threshold "failureThreshold"
    }
    Volume {
        name "name"
        persistent_volume_claim "persistentVolumeClaim"
        empty_dir "emptyDir"
    }
    ClaimSource {
        claim_name "claimName"
    }
    EmptyDir {}
    Toleration {
        key "key"
        operator "operator"
        value "value"
        effect "effect"
        toleration_seconds "tolerationSeconds"
    }
    PersistentVolumeClaim {
        metadata "metadata"
        spec "spec"
    }
    ClaimSpec {
        access_modes "accessModes"
        storage_class_name "storageClassName"
        resources "resources"
        volume_name "volumeName"
    }
    StorageResources {
        requests "requests"
    }
    StatefulSetUpdateStrategy {
        kind "type"
        rolling_update "rollingUpdate"
    }
    RollingUpdate {
        partition "partition"
        max_unavailable "maxUnavailable"
    }
    RetentionPolicy {
        when_deleted "whenDeleted"
        when_scaled "whenScaled"
    }
    Ordinals {
        start "start"
    }
    Service {
        metadata "metadata"
        spec "spec"
    }
    ServiceSpec {
        cluster_ip "clusterIP"
        selector "selector"
        ports "ports"
        publish_not_ready_addresses "publishNotReadyAddresses"
        kind "type"
    }
    ServicePort {
        name "name"
        port "port"
        protocol "protocol"
    }
    PersistentVolume {
        metadata "metadata"
        spec "spec"
    }
    VolumeSpec {
        capacity "capacity"
        access_modes "accessModes"
        claim_ref "claimRef"
        storage_class_name "storageClassName"
        persistent_volume_reclaim_policy "persistentVolumeReclaimPolicy"
        node_affinity "nodeAffinity"
        csi "csi"
        local "local"
    }
    ClaimRef {
        namespace "namespace"
        name "name"
    }
    VolumeNodeAffinity {
        required "required"
    }
    NodeSelector {
        node_selector_terms "nodeSelectorTerms"
    }
    NodeSelectorTerm {
        match_expressions "matchExpressions"
    }
    CsiSource {
        driver "driver"
        volume_handle "volumeHandle"
    }
    LocalSource {
        path "path"
    }
    StorageClass {
        metadata "metadata"
        provisioner "provisioner"
        reclaim_policy "reclaimPolicy"
        volume_binding_mode "volumeBindingMode"
        allow_volume_expansion "allowVolumeExpansion"
    }
    ConfigMap {
        metadata "metadata"
        data "data"
    }
    PodDisruptionBudget {
        metadata "metadata"
        spec "spec"
    }
    PodDisruptionBudgetSpec {
        min_available "minAvailable"
        max_unavailable "maxUnavailable"
        selector "selector"
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::Error;
    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
    use serde::forward_to_deserialize_any;

    /// Refuses to give a struct, saying which it was asked for.
    struct Probe;

    impl<'de> Deserializer<'de> for Probe {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("no struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            Err(Error::custom(format!("{name} {fields:?}")))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
            ignored_any
        }
    }

    pub(super) fn derived<T: for<'de> Deserialize<'de>>() -> String {
        T::deserialize(Probe).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn fields_have_the_names_that_serde_derives() {
        for [here, derived] in super::names() {
            assert_eq!(here, derived);
        }
    }
}
