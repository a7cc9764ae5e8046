//! The cluster before anything happens: what the first lines of a recipe say.

use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::observed::Source;
use crate::cluster::version::GATES;
use crate::cluster::world::Host;
use crate::cluster::{
    Change, Cluster, Effect, Settings, Store, Timings, Version, WorkItem, namespaces,
};
use crate::limits::{self, Limit};
use crate::manifest;
use crate::map::{Map, Set};
use crate::notation::{Line, NotationError, closest, format_duration, parse_duration};
use std::rc::Rc;

/// What is wrong with a line of the setup, and what to write instead.
type Problem = (String, String);

/// What a recipe says before its first command: version, seed, nodes, gates, timings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The seed of all chance.
    pub seed: u64,
    /// The nodes; none means three.
    pub nodes: Vec<NodeSetup>,
    /// Version, timings and gates.
    pub settings: Settings,
}

/// One node of a setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSetup {
    /// Its name.
    pub name: String,
    /// Its zone.
    pub zone: String,
    /// What pods may ask for: `cpu`, `memory`, `pods` -> quantity.
    pub allocatable: Map<String, String>,
}

/// What a node has unless the recipe says otherwise: a small machine, and the kubelet's own limit of pods.
const CAPACITY: [(&str, &str); 4] =
    [("cpu", "4"), ("memory", "8Gi"), ("pods", "110"), ("ephemeral-storage", "100Gi")];

impl NodeSetup {
    /// A node of the usual size.
    pub fn new(name: &str, zone: &str) -> NodeSetup {
        let allocatable = CAPACITY.map(|(name, amount)| (name.to_owned(), amount.to_owned()));
        NodeSetup { name: name.into(), zone: zone.into(), allocatable: allocatable.into() }
    }

    /// Takes a word such as `zone=a` or `cpu=500m`.
    fn read(&mut self, word: &str) -> Result<(), String> {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        if name == "zone" {
            self.zone = value.into();
            return Ok(());
        }
        let Some(amount) = self.allocatable.get_mut(name) else {
            return Err(format!("a node has no {name}"));
        };
        if thousandths(value) == 0 {
            return Err(format!("\"{value}\" is no amount of {name}"));
        }
        *amount = value.into();
        Ok(())
    }
}

impl Default for Setup {
    fn default() -> Setup {
        Setup { seed: 1, nodes: Vec::new(), settings: Settings::default() }
    }
}

/// `node-1` to `node-<count>`, each in a zone of its own as far as the letters a to c go.
fn numbered_nodes(count: u32) -> Vec<NodeSetup> {
    let zones = ["a", "b", "c"].iter().cycle();
    (1..=count)
        .zip(zones)
        .map(|(number, zone)| NodeSetup::new(&format!("node-{number}"), zone))
        .collect()
}

/// How many nodes a line asks for.
fn read_count(text: &str) -> Result<u32, String> {
    let count: u32 = text.parse().map_err(|_| format!("\"{text}\" is not a number of nodes"))?;
    match usize::try_from(count) {
        Ok(0) => Err("a cluster has at least 1 node".into()),
        Ok(number) if number <= limits::NODES => Ok(count),
        _ => Err(Limit::Nodes.sentence()),
    }
}

impl Setup {
    /// Reads a line as part of the setup. Returns whether it is one.
    pub fn read(&mut self, line: &Line) -> Result<bool, NotationError> {
        let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
        let problem = |word: usize, message: String, suggestion: &str| {
            let column = line.words.get(word).map_or(1, |word| word.column);
            NotationError { line: line.number, column, message, suggestion: suggestion.to_owned() }
        };
        match words.as_slice() {
            ["seed", seed] => {
                self.seed = seed.parse().map_err(|_| {
                    problem(1, format!("\"{seed}\" is not a number"), "write for example seed 7")
                })?;
            }
            ["nodes", count] => {
                self.nodes = read_count(count)
                    .map(numbered_nodes)
                    .map_err(|message| problem(1, message, "write for example nodes 3"))?;
            }
            ["node", name, values @ ..] if values.iter().all(|value| value.contains('=')) => {
                let mut node = NodeSetup::new(name, "");
                for (index, value) in values.iter().enumerate() {
                    let advice = "write for example zone=a cpu=4 memory=8Gi pods=20";
                    node.read(value).map_err(|message| problem(index + 2, message, advice))?;
                }
                self.add(node).map_err(|(message, advice)| problem(1, message, &advice))?;
            }
            ["kubernetes", version] => {
                self.settings.version = Version::named(version).ok_or_else(|| {
                    let known = Version::ALL.map(|(_, name)| name).join(", ");
                    let message = format!("Kubernetes {version} is not simulated");
                    problem(1, message, &format!("known versions are {known}"))
                })?;
            }
            ["gate", gate] => {
                self.read_gate(gate).map_err(|(message, advice)| problem(1, message, &advice))?
            }
            ["timing", timing] => self
                .read_timing(timing)
                .map_err(|(message, advice)| problem(1, message, &advice))?,
            ["observed", values @ ..] => {
                self.settings.observed = Some(Rc::new(read_source(values).map_err(|message| {
                    problem(1, message, "write for example from=2026-11-20T22:50:55Z")
                })?));
            }
            ["kubernetes" | "seed" | "nodes" | "gate" | "timing", ..] => {
                let message = format!("{} wants one value", words.first().unwrap_or(&""));
                return Err(problem(0, message, "write for example nodes 3"));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Adds a node, if the API server would take it.
    fn add(&mut self, node: NodeSetup) -> Result<(), Problem> {
        if self.nodes.len() >= limits::NODES {
            return Err((Limit::Nodes.sentence(), "remove this line".into()));
        }
        let name = &node.name;
        if self.nodes.iter().any(|other| other.name == *name) {
            let message = format!("there is a node \"{name}\" already");
            return Err((message, "give each node a name of its own".into()));
        }
        match manifest::validate(
            &new_node(self.settings.version, 1, &node).into(),
            manifest::Gates::default(),
        )
        .first()
        {
            None => self.nodes.push(node),
            Some(error) => {
                let message = format!("{}: {}", error.field, error.detail);
                let advice = "write for example node node-a zone=a".into();
                return Err((format!("The Node \"{name}\" is invalid: {message}"), advice));
            }
        }
        Ok(())
    }

    fn read_gate(&mut self, text: &str) -> Result<(), Problem> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let known = GATES.map(|(gate, _)| gate);
        if !known.contains(&name) {
            let advice = closest(name, known).map_or_else(
                || format!("known are {}", known.join(", ")),
                |name| format!("did you mean {name}?"),
            );
            return Err((format!("there is no feature gate \"{name}\" here"), advice));
        }
        match value {
            "on" | "true" => drop(self.settings.gates.insert(name.to_owned(), true)),
            "off" | "false" => drop(self.settings.gates.insert(name.to_owned(), false)),
            _ => {
                let message = format!("\"{text}\" sets no feature gate");
                return Err((message, format!("write for example gate {name}=on")));
            }
        }
        Ok(())
    }

    fn read_timing(&mut self, text: &str) -> Result<(), Problem> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let Some(timing) = self.settings.timings.by_name(name) else {
            let advice = closest(name, Timings::NAMES.iter().copied()).map_or_else(
                || format!("known are {}", Timings::NAMES.join(", ")),
                |name| format!("did you mean {name}?"),
            );
            return Err((format!("there is no timing \"{name}\""), advice));
        };
        let advice = || "write for example 500ms, 41s or 1m30s".to_owned();
        let Some(value_ms) = parse_duration(value) else {
            return Err((format!("\"{value}\" is not a duration"), advice()));
        };
        if value_ms > limits::DURATION_MS {
            return Err((format!("{value} is too long: {}", Limit::Duration.sentence()), advice()));
        }
        if value_ms == 0 && Timings::PERIODS.contains(&name) {
            let usual = format_duration(*timing);
            let message =
                format!("{name} must be greater than 0: it sets how often something is repeated");
            return Err((message, format!("write for example timing {name}={usual}")));
        }
        *timing = value_ms;
        Ok(())
    }

    /// The cluster before the API server has any object.
    pub(super) fn cluster(&self) -> Cluster {
        let store = match self.settings.observed {
            Some(_) => Store::default(),
            None => Store::initial(namespaces::initial_objects()),
        };
        Cluster::new(store, self.settings.clone())
    }

    /// What is there from the beginning: nodes, their hosts and heartbeats, storage classes.
    pub(super) fn effects(&self) -> Vec<Effect> {
        if self.settings.observed.is_some() {
            return Vec::new();
        }
        let mut effects =
            vec![Effect::Enqueue(WorkItem::NodeMonitor, self.settings.timings.node_monitor_ms)];
        let three = if self.nodes.is_empty() { numbered_nodes(3) } else { Vec::new() };
        for (subnet, node) in (1..).zip(self.nodes.iter().chain(&three)) {
            let version = self.settings.version;
            let machine = Change::Host(node.name.clone(), machine(version, subnet, node));
            effects.push(Effect::World(Box::new(machine)));
            effects.push(Effect::Create(new_node(version, subnet, node).into()));
            // Heartbeats of different nodes do not fall together.
            let offset = u64::from(subnet) * 700 % self.settings.timings.lease_renewal_ms.max(1);
            effects.push(Effect::Create(lease(&node.name).into()));
            effects.push(Effect::Enqueue(WorkItem::Lease(node.name.clone()), offset));
        }
        effects.extend(classes().map(|class| Effect::Create(class.into())));
        effects
    }
}

/// Reads what is known of a real cluster: `from=TIME`, `without=KINDS`, and whether it is a `recording`, and whether the names were replaced (`renamed`).
fn read_source(values: &[&str]) -> Result<Source, String> {
    let mut source = Source::default();
    for value in values {
        match value.split_once('=') {
            Some(("from", time)) => source.from = time.to_owned(),
            Some(("without", kinds)) => {
                source.without = kinds.split(',').map(str::to_owned).collect();
            }
            None if *value == "recording" => source.is_recording = true,
            None if *value == "renamed" => source.is_renamed = true,
            _ => return Err(format!("\"{value}\" says nothing of a cluster")),
        }
    }
    Ok(source)
}

fn machine(version: Version, subnet: u32, node: &NodeSetup) -> Host {
    Host {
        is_on: true,
        boots: false,
        shuts_down: false,
        is_linked: true,
        since: Time(0),
        node: Rc::new(new_node(version, subnet, node)),
        images: Set::new(),
        next_address: 0,
        subnet,
    }
}

fn new_node(version: Version, number: u32, node: &NodeSetup) -> Node {
    let mut labels = registration_labels(&node.name);
    if !node.zone.is_empty() {
        labels.insert(ZONE_LABEL.to_owned(), node.zone.clone());
    }
    let (name, other) = (node.name.clone(), machine_facts(version, number, &node.name));
    let allocatable = node.allocatable.clone();
    let status = NodeStatus { allocatable, other, ..NodeStatus::default() };
    let metadata = ObjectMeta { name, labels, ..ObjectMeta::default() };
    let mut node = Node { metadata, spec: NodeSpec::default(), status };
    node.post_ready(Time(0));
    node
}

/// What a kubelet says of its machine, and nobody here acts on.
fn machine_facts(version: Version, number: u32, name: &str) -> Other {
    let map = |fields: &[(&str, &str)]| {
        Tree::map(fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())))
    };
    let ip = format!("192.168.{}.{}", number / 256, number % 256);
    let addresses = [("InternalIP", ip.as_str()), ("Hostname", name)]
        .map(|(kind, address)| map(&[("address", address), ("type", kind)]));
    let uuid = |kind: u128| {
        Uid(0x0a91_0000_0000_4000_8000_0000_0000_0000 | kind << 16 | u128::from(number)).to_string()
    };
    let info = map(&[
        ("architecture", "amd64"),
        ("bootID", &uuid(2)),
        ("containerRuntimeVersion", "containerd://2.1.4"),
        ("kernelVersion", "6.12.0"),
        ("kubeProxyVersion", ""),
        ("kubeletVersion", version.git_version()),
        ("machineID", &uuid(0).replace('-', "")),
        ("operatingSystem", "linux"),
        ("osImage", "Ordinal"),
        ("systemUUID", &uuid(1)),
    ]);
    Other::from_iter([
        ("addresses".to_owned(), Value::List(addresses.into()).into()),
        ("nodeInfo".to_owned(), info),
    ])
}

fn lease(node: &str) -> Lease {
    let metadata = ObjectMeta {
        name: node.into(),
        namespace: LEASE_NAMESPACE.into(),
        ..ObjectMeta::default()
    };
    Lease { metadata, renew_time: Time(0) }
}

/// A default class for remote volumes, and one for folders of a node.
fn classes() -> impl Iterator<Item = StorageClass> {
    let class = |name: &str, provisioner: &str, is_default: bool| {
        let is_default =
            is_default.then(|| (DEFAULT_CLASS_ANNOTATION.to_owned(), "true".to_owned()));
        let annotations = is_default.into_iter().collect();
        StorageClass {
            metadata: ObjectMeta { name: name.into(), annotations, ..ObjectMeta::default() },
            provisioner: provisioner.into(),
            volume_binding_mode: VolumeBindingMode::WaitForFirstConsumer,
            allow_volume_expansion: provisioner.starts_with("csi"),
            ..StorageClass::default()
        }
    };
    [class("standard", "csi.ordinal", true), class("local", "local.ordinal", false)].into_iter()
}
