//! Small clusters for the tests of the picture, made without any text.

use ordinal::api::*;
use ordinal::cluster::Grace;
use ordinal::cluster::network::Request;
use ordinal::sim::{Cascade, Command, NodeFault, NodeSetup, Setup, Sim};

/// A simulation to which things are done at instants that never decrease.
pub(crate) struct Story {
    pub(crate) sim: Sim,
}

/// Where the data of a set is kept.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Storage {
    Remote,
    Local,
    Folder,
}

impl Story {
    pub(crate) fn new(nodes: usize) -> Story {
        let node = |number: usize| {
            NodeSetup::new(&format!("node-{}", number + 1), ["a", "b", "c"][number % 3])
        };
        let setup = Setup { seed: 7, nodes: (0..nodes).map(node).collect(), ..Setup::default() };
        Story { sim: Sim::new(&setup) }
    }

    pub(crate) fn perform(&mut self, command: Command) -> &mut Story {
        self.sim.perform(&command, &mut Vec::new());
        self
    }

    /// A set with its headless Service, and one for reading.
    pub(crate) fn set(&mut self, name: &str, replicas: i32, storage: Storage) -> &mut Story {
        self.perform(Command::Create(service(name, name, "None").into()));
        self.perform(Command::Create(service(&format!("{name}-read"), name, "").into()));
        self.perform(Command::Create(set(name, replicas, storage).into()))
    }

    pub(crate) fn claim(&mut self, name: &str) -> &mut Story {
        let resources = VolumeResourceRequirements {
            requests: [("storage".into(), "1Gi".into())].into(),
            ..VolumeResourceRequirements::default()
        };
        let spec = PersistentVolumeClaimSpec {
            access_modes: vec![PersistentVolumeAccessMode::ReadWriteOnce],
            resources,
            ..PersistentVolumeClaimSpec::default()
        };
        let claim = PersistentVolumeClaim { metadata: meta(name), spec, ..Default::default() };
        self.perform(Command::Create(claim.into()))
    }

    /// A Deployment and its Service; its pods share a claim if it has one.
    pub(crate) fn deployment(&mut self, name: &str, replicas: i32, image: &str) -> &mut Story {
        if self.sim.cluster().store.services.named(DEFAULT_NAMESPACE, name).is_none() {
            self.perform(Command::Create(service(name, name, "").into()));
        }
        let mut wanted = deployment(name, replicas, image);
        let old = self.sim.cluster().store.deployments.named(DEFAULT_NAMESPACE, name).cloned();
        let Some(old) = old else { return self.perform(Command::Create(wanted.into())) };
        (wanted.metadata, wanted.status) = (old.metadata.clone(), old.status.clone());
        self.perform(Command::Configure(wanted.into(), "configured"))
    }

    pub(crate) fn at(&mut self, ms: u64) -> &mut Story {
        self.sim.run_to(Time(ms), &mut Vec::new());
        self
    }

    pub(crate) fn node(&mut self, name: &str, fault: NodeFault) -> &mut Story {
        self.perform(Command::Node(name.into(), fault))
    }

    pub(crate) fn scale(&mut self, name: &str, replicas: i32) -> &mut Story {
        let reference = ObjectRef::new(Kind::StatefulSet, &key(name));
        self.perform(Command::Scale(reference, replicas))
    }

    pub(crate) fn delete_pod(&mut self, name: &str, grace: Grace) -> &mut Story {
        let reference = ObjectRef::new(Kind::Pod, &key(name));
        self.perform(Command::Delete(reference, grace, Cascade::Background))
    }

    pub(crate) fn write(&mut self, client: &str, name: &str, text: &str) -> &mut Story {
        let request = Request::Write(text.into());
        self.perform(send(client, name, request))
    }

    pub(crate) fn read(&mut self, client: &str, name: &str) -> &mut Story {
        self.perform(send(client, name, Request::Read))
    }
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(DEFAULT_NAMESPACE, name)
}

fn labels(set: &str) -> Labels {
    [("app".to_string(), set.to_string())].into_iter().collect()
}

fn meta(name: &str) -> ObjectMeta {
    ObjectMeta { name: name.into(), namespace: DEFAULT_NAMESPACE.into(), ..ObjectMeta::default() }
}

fn service(name: &str, set: &str, cluster_ip: &str) -> Service {
    let spec = ServiceSpec {
        cluster_ip: cluster_ip.into(),
        selector: labels(set),
        ..ServiceSpec::default()
    };
    Service { metadata: meta(name), spec }
}

fn set(name: &str, replicas: i32, storage: Storage) -> StatefulSet {
    let mount =
        VolumeMount { name: "data".into(), mount_path: "/data".into(), ..VolumeMount::default() };
    let container = |name: &str| Container {
        name: name.into(),
        image: "ordinal/db:1".into(),
        volume_mounts: vec![mount.clone()],
        ..Container::default()
    };
    let probe = Probe { period_seconds: 1, ..Probe::default() };
    let folder = Volume {
        name: "data".into(),
        empty_dir: Some(EmptyDirVolumeSource::default()),
        ..Volume::default()
    };
    let spec = PodSpec {
        init_containers: vec![container("clone")],
        containers: vec![Container { readiness_probe: Some(probe), ..container("db") }],
        volumes: if storage == Storage::Folder { vec![folder] } else { Vec::new() },
        termination_grace_period_seconds: 10,
        ..PodSpec::default()
    };
    let requests = [("storage".to_string(), "1Gi".to_string())].into_iter().collect();
    let claim = PersistentVolumeClaim {
        metadata: meta("data"),
        spec: PersistentVolumeClaimSpec {
            access_modes: vec![PersistentVolumeAccessMode::ReadWriteOnce],
            storage_class_name: (storage == Storage::Local).then(|| "local".into()),
            resources: VolumeResourceRequirements {
                requests,
                ..VolumeResourceRequirements::default()
            },
            ..PersistentVolumeClaimSpec::default()
        },
        ..PersistentVolumeClaim::default()
    };
    let claims = if storage == Storage::Folder { Vec::new() } else { vec![claim] };
    StatefulSet {
        metadata: meta(name),
        spec: StatefulSetSpec {
            replicas,
            selector: LabelSelector { match_labels: labels(name), ..LabelSelector::default() },
            template: PodTemplateSpec {
                metadata: ObjectMeta { labels: labels(name), ..ObjectMeta::default() },
                spec,
            },
            volume_claim_templates: claims,
            service_name: name.into(),
            ..StatefulSetSpec::default()
        },
        ..StatefulSet::default()
    }
}

/// An image with `disk` in its name mounts the claim `disk`.
fn deployment(name: &str, replicas: i32, image: &str) -> Deployment {
    let container = Container { name: "app".into(), image: image.into(), ..Container::default() };
    let source = Some(PersistentVolumeClaimVolumeSource {
        claim_name: "disk".into(),
        ..PersistentVolumeClaimVolumeSource::default()
    });
    let volume =
        Volume { name: "disk".into(), persistent_volume_claim: source, ..Volume::default() };
    let volumes = if image.contains("disk") { vec![volume] } else { Vec::new() };
    let spec = PodSpec { containers: vec![container], volumes, ..PodSpec::default() };
    let metadata = ObjectMeta { labels: labels(name), ..ObjectMeta::default() };
    let quarter = Some(IntOrString::String("25%".into()));
    let rolling = RollingUpdateDeployment { max_unavailable: quarter.clone(), max_surge: quarter };
    let strategy =
        DeploymentStrategy { kind: "RollingUpdate".into(), rolling_update: Some(rolling) };
    let spec = DeploymentSpec {
        replicas,
        selector: LabelSelector { match_labels: labels(name), ..LabelSelector::default() },
        template: PodTemplateSpec { metadata, spec },
        strategy,
        ..DeploymentSpec::default()
    };
    Deployment { metadata: meta(name), spec, status: DeploymentStatus::default() }
}

fn send(client: &str, host: &str, request: Request) -> Command {
    let (client, namespace, host) = (client.into(), "default".into(), host.into());
    Command::Send { client, namespace, host, request }
}
