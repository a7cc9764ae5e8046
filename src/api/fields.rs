//! The fields of the objects, by their names in a manifest: one table for reading and for printing.

/// Hands the table to a macro: each struct, its fields here, and what they are called in Kubernetes.
macro_rules! with_structs {
    ($then:ident) => {
        $then! {
            StatefulSet {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            ObjectMeta {
                name "name"
                namespace "namespace"
                labels "labels"
                annotations "annotations"
                finalizers "finalizers"
                uid "uid"
                resource_version "resourceVersion"
                generation "generation"
                creation_timestamp "creationTimestamp"
                deletion_timestamp "deletionTimestamp"
                deletion_grace_period_seconds "deletionGracePeriodSeconds"
                owner_references "ownerReferences"
                other ""
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
            Deployment {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            DeploymentSpec {
                replicas "replicas"
                selector "selector"
                template "template"
                strategy "strategy"
                min_ready_seconds "minReadySeconds"
                revision_history_limit "revisionHistoryLimit"
                paused "paused"
                progress_deadline_seconds "progressDeadlineSeconds"
            }
            DeploymentStrategy {
                kind "type"
                rolling_update "rollingUpdate"
            }
            RollingUpdateDeployment {
                max_unavailable "maxUnavailable"
                max_surge "maxSurge"
            }
            DeploymentStatus {
                observed_generation "observedGeneration"
                replicas "replicas"
                updated_replicas "updatedReplicas"
                ready_replicas "readyReplicas"
                available_replicas "availableReplicas"
                unavailable_replicas "unavailableReplicas"
                terminating_replicas "terminatingReplicas"
                conditions "conditions"
                collision_count "collisionCount"
            }
            ReplicaSet {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            ReplicaSetSpec {
                replicas "replicas"
                min_ready_seconds "minReadySeconds"
                selector "selector"
                template "template"
            }
            ReplicaSetStatus {
                replicas "replicas"
                fully_labeled_replicas "fullyLabeledReplicas"
                ready_replicas "readyReplicas"
                available_replicas "availableReplicas"
                terminating_replicas "terminatingReplicas"
                observed_generation "observedGeneration"
                conditions "conditions"
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
                affinity "affinity"
                tolerations "tolerations"
                topology_spread_constraints "topologySpreadConstraints"
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
                resources "resources"
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
            PersistentVolumeClaimVolumeSource {
                claim_name "claimName"
            }
            EmptyDirVolumeSource {}
            Toleration {
                key "key"
                operator "operator"
                value "value"
                effect "effect"
                toleration_seconds "tolerationSeconds"
            }
            ResourceRequirements {
                limits "limits"
                requests "requests"
            }
            Affinity {
                node_affinity "nodeAffinity"
                pod_affinity "podAffinity"
                pod_anti_affinity "podAntiAffinity"
            }
            NodeAffinity {
                required "requiredDuringSchedulingIgnoredDuringExecution"
            }
            PodAffinity {
                required "requiredDuringSchedulingIgnoredDuringExecution"
            }
            PodAffinityTerm {
                label_selector "labelSelector"
                namespaces "namespaces"
                topology_key "topologyKey"
            }
            TopologySpreadConstraint {
                max_skew "maxSkew"
                topology_key "topologyKey"
                when_unsatisfiable "whenUnsatisfiable"
                label_selector "labelSelector"
                min_domains "minDomains"
            }
            PersistentVolumeClaim {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            PersistentVolumeClaimSpec {
                access_modes "accessModes"
                storage_class_name "storageClassName"
                resources "resources"
                volume_name "volumeName"
            }
            VolumeResourceRequirements {
                requests "requests"
            }
            StatefulSetUpdateStrategy {
                kind "type"
                rolling_update "rollingUpdate"
            }
            RollingUpdateStatefulSetStrategy {
                partition "partition"
                max_unavailable "maxUnavailable"
            }
            StatefulSetPersistentVolumeClaimRetentionPolicy {
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
                status "status"
            }
            PersistentVolumeSpec {
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
                uid "uid"
            }
            VolumeNodeAffinity {
                required "required"
            }
            NodeSelector {
                node_selector_terms "nodeSelectorTerms"
            }
            NodeSelectorTerm {
                match_expressions "matchExpressions"
                match_fields "matchFields"
            }
            CsiPersistentVolumeSource {
                driver "driver"
                volume_handle "volumeHandle"
            }
            LocalVolumeSource {
                path "path"
            }
            StorageClass {
                metadata "metadata"
                provisioner "provisioner"
                reclaim_policy "reclaimPolicy"
                volume_binding_mode "volumeBindingMode"
                allow_volume_expansion "allowVolumeExpansion"
                allowed_topologies "allowedTopologies"
            }
            TopologySelectorTerm {
                match_label_expressions "matchLabelExpressions"
            }
            TopologySelectorLabelRequirement {
                key "key"
                values "values"
            }
            ConfigMap {
                metadata "metadata"
                data "data"
            }
            PodDisruptionBudget {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            PodDisruptionBudgetStatus {
                observed_generation "observedGeneration"
                disrupted_pods "disruptedPods"
                disruptions_allowed "disruptionsAllowed"
                current_healthy "currentHealthy"
                desired_healthy "desiredHealthy"
                expected_pods "expectedPods"
                conditions "conditions"
            }
            PodDisruptionBudgetSpec {
                min_available "minAvailable"
                max_unavailable "maxUnavailable"
                selector "selector"
                unhealthy_pod_eviction_policy "unhealthyPodEvictionPolicy"
            }
            OwnerReference {
                api_version "apiVersion"
                kind "kind"
                name "name"
                uid "uid"
                controller "controller"
                block_owner_deletion "blockOwnerDeletion"
            }
            StatefulSetStatus {
                observed_generation "observedGeneration"
                replicas "replicas"
                ready_replicas "readyReplicas"
                available_replicas "availableReplicas"
                current_replicas "currentReplicas"
                updated_replicas "updatedReplicas"
                current_revision "currentRevision"
                update_revision "updateRevision"
                collision_count "collisionCount"
                conditions "conditions"
            }
            ControllerRevision {
                metadata "metadata"
                data "data"
                revision "revision"
            }
            Pod {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            PodStatus {
                phase "phase"
                reason "reason"
                conditions "conditions"
                pod_ip "podIP"
                start_time "startTime"
                nominated_node_name "nominatedNodeName"
                init_container_statuses "initContainerStatuses"
                container_statuses "containerStatuses"
            }
            Condition {
                kind "type"
                status "status"
                reason "reason"
                message "message"
                last_transition_time "lastTransitionTime"
                last_heartbeat_time "lastHeartbeatTime"
                last_update_time "lastUpdateTime"
            }
            ContainerStatus {
                name "name"
                ready "ready"
                restart_count "restartCount"
                state "state"
                last_state "lastState"
            }
            PersistentVolumeClaimStatus {
                phase "phase"
                capacity "capacity"
                conditions "conditions"
            }
            PersistentVolumeStatus {
                phase "phase"
            }
            Node {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            NodeSpec {
                unschedulable "unschedulable"
                taints "taints"
            }
            Taint {
                key "key"
                value "value"
                effect "effect"
                time_added "timeAdded"
            }
            NodeStatus {
                allocatable "allocatable"
                conditions "conditions"
                volumes_in_use "volumesInUse"
            }
            Lease {
                metadata "metadata"
                renew_time "renewTime"
            }
            VolumeAttachment {
                metadata "metadata"
                spec "spec"
                status "status"
            }
            VolumeAttachmentSpec {
                attacher "attacher"
                node_name "nodeName"
                persistent_volume_name "persistentVolumeName"
            }
            VolumeAttachmentStatus {
                attached "attached"
            }
            EndpointSlice {
                metadata "metadata"
                endpoints "endpoints"
                ports "ports"
            }
        }
    };
}

pub(crate) use with_structs;
