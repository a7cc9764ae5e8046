//! What `kubectl explain` says about some structs and fields.

/// Descriptions, by struct or by struct and field: the words of the API's documentation, shortened.
const FIELDS: &[(&str, &str)] = &[
    (
        "StatefulSet",
        "StatefulSet represents a set of pods with consistent identities. Identities are defined as: Network (a single stable DNS and hostname), Storage (as many VolumeClaims as requested). The StatefulSet guarantees that a given network identity will always map to the same storage identity.",
    ),
    ("StatefulSet.spec", "Spec defines the desired identities of pods in this set."),
    (
        "StatefulSetSpec.replicas",
        "replicas is the desired number of replicas of the given Template. These are replicas in the sense that they are instantiations of the same Template, but individual replicas also have a consistent identity. If unspecified, defaults to 1.",
    ),
    (
        "StatefulSetSpec.selector",
        "selector is a label query over pods that should match the replica count. It must match the pod template's labels.",
    ),
    (
        "StatefulSetSpec.serviceName",
        "serviceName is the name of the service that governs this StatefulSet. This service must exist before the StatefulSet, and is responsible for the network identity of the set. Pods get DNS/hostnames that follow the pattern: pod-specific-string.serviceName.default.svc.cluster.local.",
    ),
    (
        "StatefulSetSpec.podManagementPolicy",
        "podManagementPolicy controls how pods are created during initial scale up, when replacing pods on nodes, or when scaling down. The default policy is `OrderedReady`, where pods are created in increasing order (pod-0, then pod-1, etc) and the controller will wait until each pod is ready before continuing. When scaling down, the pods are removed in the opposite order. The alternative policy is `Parallel`.",
    ),
    (
        "StatefulSetSpec.updateStrategy",
        "updateStrategy indicates the StatefulSetUpdateStrategy that will be employed to update Pods in the StatefulSet when a revision is made to Template.",
    ),
    (
        "StatefulSetUpdateStrategy.type",
        "Type indicates the type of the StatefulSetUpdateStrategy. Default is RollingUpdate. With OnDelete, pods are updated when you delete them.",
    ),
    (
        "RollingUpdateStatefulSetStrategy.partition",
        "Partition indicates the ordinal at which the StatefulSet should be partitioned for updates. During a rolling update, all pods from ordinal Replicas-1 to Partition are updated. All pods from ordinal Partition-1 to 0 remain untouched. The default value is 0.",
    ),
    (
        "RollingUpdateStatefulSetStrategy.maxUnavailable",
        "The maximum number of pods that can be unavailable during the update. Defaults to 1. The field applies to all pods in the range 0 to Replicas-1.",
    ),
    (
        "StatefulSetSpec.revisionHistoryLimit",
        "revisionHistoryLimit is the maximum number of revisions that will be maintained in the StatefulSet's revision history. The default value is 10.",
    ),
    (
        "StatefulSetSpec.minReadySeconds",
        "Minimum number of seconds for which a newly created pod should be ready without any of its container crashing for it to be considered available. Defaults to 0.",
    ),
    (
        "StatefulSetSpec.persistentVolumeClaimRetentionPolicy",
        "persistentVolumeClaimRetentionPolicy describes the lifecycle of persistent volume claims created from volumeClaimTemplates. By default, all persistent volume claims are created as needed and retained until manually deleted.",
    ),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted",
        "WhenDeleted specifies what happens to PVCs created from StatefulSet VolumeClaimTemplates when the StatefulSet is deleted. The default policy of `Retain` causes PVCs to not be affected by StatefulSet deletion.",
    ),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled",
        "WhenScaled specifies what happens to PVCs created from StatefulSet VolumeClaimTemplates when the StatefulSet is scaled down. The default policy of `Retain` causes PVCs to not be affected by a scaledown.",
    ),
    (
        "StatefulSetSpec.ordinals",
        "ordinals controls the numbering of replica indices in a StatefulSet. The default ordinals behavior assigns a \"0\" index to the first replica.",
    ),
    ("StatefulSetOrdinals.start", "start is the number representing the first replica's index."),
    (
        "StatefulSetSpec.template",
        "template is the object that describes the pod that will be created if insufficient replicas are detected. Each pod will be named with the format <statefulsetname>-<podindex>.",
    ),
    (
        "StatefulSetSpec.volumeClaimTemplates",
        "volumeClaimTemplates is a list of claims that pods are allowed to reference. Every claim in this list must have at least one matching (by name) volumeMount in one container in the template. A claim in this list takes precedence over any volumes in the template, with the same name.",
    ),
    (
        "Pod",
        "Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts.",
    ),
    (
        "PersistentVolumeClaim",
        "PersistentVolumeClaim is a user's request for and claim to a persistent volume",
    ),
    (
        "Service",
        "Service is a named abstraction of software service (for example, mysql) consisting of local port that the proxy listens on, and the selector that determines which pods will answer requests sent through the proxy.",
    ),
    (
        "ServiceSpec.clusterIP",
        "clusterIP is the IP address of the service. \"None\" makes a headless service (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.",
    ),
];

/// The required fields of structs (`required` of the OpenAPI documents of Kubernetes).
const REQUIRED: &str = "\
ConfigMapKeySelector key|Container name|ContainerPort containerPort|\
ControllerRevision revision|CronJobSpec jobTemplate schedule|CrossVersionObjectReference kind name|\
CSIPersistentVolumeSource driver volumeHandle|ContainerResourceMetricSource container name target|DaemonSetSpec selector template|\
DeploymentSpec selector template|EndpointSlice addressType endpoints|EnvVar name|ExternalMetricSource metric target|GRPCAction port|HPAScalingPolicy periodSeconds type value|\
HorizontalPodAutoscalerSpec maxReplicas scaleTargetRef|HostPathVolumeSource path|HTTPGetAction port|\
HTTPHeader name value|HTTPIngressPath backend pathType|IngressServiceBackend name|JobSpec template|KeyToPath key path|\
LabelSelectorRequirement key operator|LimitRangeItem type|LimitRangeSpec limits|LocalVolumeSource path|\
MetricIdentifier name|MetricSpec type|MetricTarget type|NodeSelector nodeSelectorTerms|NodeSelectorRequirement key operator|\
ObjectMetricSource describedObject metric target|\
OwnerReference apiVersion kind name uid|PersistentVolumeClaimVolumeSource claimName|PodAffinityTerm topologyKey|\
PodReadinessGate conditionType|PodSpec containers|PodsMetricSource metric target|PolicyRule verbs|PreferredSchedulingTerm preference weight|\
PriorityClass value|ReplicaSetSpec selector|ResourceMetricSource name target|RoleBinding roleRef|\
ClusterRoleBinding roleRef|RoleRef apiGroup kind name|SecretKeySelector key|ServicePort port|\
StatefulSetSpec selector template|StorageClass provisioner|Subject kind name|Taint effect key|TCPSocketAction port|\
TopologySpreadConstraint maxSkew topologyKey whenUnsatisfiable|Volume name|VolumeDevice devicePath name|\
VolumeMount mountPath name|WeightedPodAffinityTerm podAffinityTerm weight";

/// What a struct, or a field such as `StatefulSetSpec.replicas`, is for.
pub(super) fn description(of: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(known, _)| *known == of).map(|(_, words)| *words)
}

/// The required fields of a struct.
pub(super) fn required(of: &str) -> impl Iterator<Item = &'static str> {
    let mut structs = REQUIRED.split('|').map(|it| it.split(' '));
    let found = structs.find_map(|mut words| (words.next() == Some(of)).then_some(words));
    found.into_iter().flatten()
}
