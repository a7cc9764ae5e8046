//! What an event is about, and which component reports it.

/// What an event is about; the time line marks events by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// The user asked for something.
    Command,
    /// Something failed, or was repaired.
    Fault,
    /// An object was created.
    Created,
    /// Something changed.
    Changed,
    /// Something was deleted, or its deletion began.
    Deleted,
    /// Something waits.
    Waiting,
    /// Data was written or copied.
    Data,
    /// A client sent a request, or got a response.
    Request,
}

impl EventType {
    /// The type as the log writes it.
    pub fn name(self) -> &'static str {
        match self {
            EventType::Command => "command",
            EventType::Fault => "fault",
            EventType::Created => "created",
            EventType::Changed => "changed",
            EventType::Deleted => "deleted",
            EventType::Waiting => "waiting",
            EventType::Data => "data",
            EventType::Request => "request",
        }
    }
}

/// Declares the components: each with its name in the log, as Kubernetes calls it.
macro_rules! components {
    ($( $component:ident $name:literal $text:literal; )*) => {
        /// The component that acts or explains.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Component { $( #[doc = $text] $component, )* }

        impl Component {
            /// The name as the log prints it.
            pub fn name(self) -> &'static str {
                match self { $(Component::$component => $name),* }
            }
        }
    };
}

components! {
    User "you" "The user, through kubectl or the page.";
    ApiServer "kube-apiserver" "The API server.";
    StatefulSet "statefulset-controller" "The StatefulSet controller.";
    Deployment "deployment-controller" "The Deployment controller.";
    ReplicaSet "replicaset-controller" "The ReplicaSet controller.";
    Autoscaler "horizontal-pod-autoscaler" "The HorizontalPodAutoscaler controller.";
    Scheduler "kube-scheduler" "The scheduler.";
    PersistentVolume "persistentvolume-controller" "The PersistentVolume controller and the provisioner.";
    AttachDetach "attachdetach-controller" "The attach/detach controller and the attacher.";
    Expand "volume_expand" "The volume expansion controller.";
    Resizer "external-resizer" "The resizer of the storage driver.";
    Snapshotter "snapshot-controller" "The snapshot controller and the snapshotter of the storage driver.";
    ClaimProtection "pvc-protection-controller" "The PersistentVolumeClaim protection controller.";
    VolumeProtection "pv-protection-controller" "The PersistentVolume protection controller.";
    Kubelet "kubelet" "The kubelet of a node.";
    NodeLifecycle "node-lifecycle-controller" "The node lifecycle controller.";
    TaintEviction "taint-eviction-controller" "The taint eviction controller.";
    EndpointSlice "endpointslice-controller" "The EndpointSlice controller; DNS follows it.";
    GarbageCollector "garbage-collector-controller" "The garbage collector.";
    PodGarbageCollector "pod-garbage-collector" "The Pod garbage collector.";
    Database "database" "The database in the pods.";
    Operator "operator" "The operator that names the primary.";
    Client "client" "A client of the database.";
    Observer "observer" "What a real cluster reports.";
}
