//! The cluster as kubectl sees it: objects as the API server answers them.

use super::events;
use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::{Cluster, Event, Version};
use crate::later::later;
use crate::manifest::autoscaling::versions;
use crate::manifest::{self, Document};
use crate::map::Set;

/// The cluster at an instant, and what was said before.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The cluster.
    pub(crate) cluster: &'a Cluster,
    /// The log so far.
    pub(crate) past: &'a [Event],
    /// The stored objects that lists are limited to.
    pub(crate) only: Option<&'a Set<Key>>,
}

impl View<'_> {
    /// Whether kubectl is of version 1.37, like its cluster; with older clusters it is 1.32, of which there are recordings.
    pub(crate) fn is_recent(&self) -> bool {
        self.cluster.settings.version >= Version::V1_37
    }

    /// All objects of a type in a namespace, or in all of them, in the order of their names.
    pub(crate) fn list(&self, of: Kind, namespace: Option<&str>) -> Vec<Tree> {
        let is_here = |place: &str| {
            !of.is_namespaced() || namespace.is_none_or(|namespace| namespace == place)
        };
        let objects = self.cluster.store.list(of);
        let here = objects.iter().filter(|object| {
            is_here(&object.meta().namespace)
                && self.only.is_none_or(|only| only.contains(&object.key()))
        });
        let mut trees: Vec<Tree> = here.map(|object| self.complete(object)).collect();
        match of {
            Kind::Event => {
                let events = events_of(self.cluster, self.past).into_iter();
                trees.extend(events.filter(|event| is_here(&event.word("metadata.namespace"))));
            }
            Kind::Service if self.only.is_none() && is_here(DEFAULT_NAMESPACE) => {
                let store = &self.cluster.store;
                if !store.has(Kind::Service, DEFAULT_NAMESPACE, API_SERVER) {
                    let place = trees.partition_point(|tree| {
                        let of = |field: &str| tree.word(field);
                        (of("metadata.namespace"), of("metadata.name"))
                            < (DEFAULT_NAMESPACE.to_owned(), API_SERVER.to_owned())
                    });
                    trees.insert(place, api_server().encode());
                }
            }
            Kind::ComponentStatus => trees.extend(COMPONENTS.map(component)),
            Kind::Endpoints => {
                let services = self.cluster.store.services.iter();
                let here = services.filter(|service| is_here(&service.metadata.namespace));
                trees.extend(here.filter_map(|service| self.endpoints(service)));
                let key =
                    |tree: &Tree| (tree.word("metadata.namespace"), tree.word("metadata.name"));
                crate::map::sort(&mut trees, |one, other| key(one) < key(other));
            }
            _ => {}
        }
        trees
    }

    /// The object of this name.
    pub(crate) fn get(&self, of: Kind, namespace: &str, name: &str) -> Option<Tree> {
        let place = if of.is_namespaced() { namespace } else { "" };
        if let Some(object) = self.cluster.store.get(&ObjectRef::named(of, place, name)) {
            return Some(self.complete(&object));
        }
        if !of.is_derived() && of != Kind::Service {
            return None;
        }
        let mut all = self.list(of, Some(namespace)).into_iter();
        all.find(|tree| tree.word("metadata.name") == name)
    }

    /// The object with what its writers took from nodes: addresses and zones.
    pub(crate) fn complete(&self, object: &Object) -> Tree {
        let mut tree = object.encode();
        match object {
            Object::Pod(pod) if pod.status.start_time.is_some() => {
                let node = self.cluster.store.node(&pod.spec.node_name);
                let ip = node.map_or("", |node| node.internal_ip());
                if !ip.is_empty() {
                    tree.child("status").set_default("hostIP", ip);
                }
            }
            Object::EndpointSlice(slice) => {
                for endpoint in tree.items_mut("endpoints") {
                    let node = self.cluster.store.node(endpoint.text("nodeName"));
                    let zone = node.map_or("", |node| node.zone());
                    if !zone.is_empty() {
                        endpoint.set_default("zone", zone);
                    }
                }
                for (port, own) in tree.items_mut("ports").iter_mut().zip(&slice.ports) {
                    *port = Tree::map([]);
                    port.set("name", own.name.as_str());
                    port.set("port", Value::Int(self.target_port(slice, own)));
                    let protocol = own.protocol.as_str();
                    port.set("protocol", if protocol.is_empty() { "TCP" } else { protocol });
                }
            }
            _ => {}
        }
        tree
    }

    /// The port of the pods behind a port of a Service; a name is that of a port of the first pod (`FindPort` of
    /// `k8s.io/endpointslice/util`).
    fn target_port(&self, slice: &EndpointSlice, port: &ServicePort) -> i64 {
        let own = port.port.into();
        let Some(target) = port.other.get("targetPort") else { return own };
        if let Some(number) = target.as_int() {
            return if number == 0 { own } else { number };
        }
        let pods = &self.cluster.store.pods;
        let mut found = slice.endpoints.iter();
        let found = found.find_map(|it| pods.named(&slice.metadata.namespace, &it.target));
        let containers = found.map(|pod| Object::from(Pod::clone(pod)).encode());
        let containers = containers.as_ref().map_or(&[] as &[_], |pod| pod.list("spec.containers"));
        let mut ports = containers.iter().flat_map(|container| container.list("ports"));
        let port = ports.find(|port| port.text("name") == target.as_text());
        port.map_or(own, |port| port.number("containerPort"))
    }

    /// What mirrors the slice of a Service (`pkg/controller/endpoint`).
    fn endpoints(&self, service: &Service) -> Option<Tree> {
        let slice = self.cluster.store.slice_of(service)?;
        let mut tree = header("v1", "Endpoints", &service.metadata);
        let version = slice.metadata.resource_version.to_string();
        tree.child("metadata").set("resourceVersion", version.as_str());
        let (mut ready, mut not_ready) = (Vec::new(), Vec::new());
        for endpoint in &slice.endpoints {
            let mut address = Tree::map([("ip".into(), endpoint.address.as_str().into())]);
            if !endpoint.hostname.is_empty() {
                address.set("hostname", endpoint.hostname.as_str());
            }
            address.set("nodeName", endpoint.node_name.as_str());
            if endpoint.ready { &mut ready } else { &mut not_ready }.push(address);
        }
        let mut subset = Tree::map([]);
        for (key, addresses) in [("addresses", ready), ("notReadyAddresses", not_ready)] {
            if !addresses.is_empty() {
                subset.set(key, Value::List(addresses));
            }
        }
        if !subset.entries().is_empty() {
            let slice = self.complete(&EndpointSlice::clone(slice).into());
            subset.set("ports", slice.get("ports").cloned().unwrap_or_default());
            for port in subset.items_mut("ports").iter_mut().filter(|it| it.text("name").is_empty())
            {
                port.remove("name");
            }
            tree.set("subsets", Value::List(vec![subset]));
        }
        Some(tree)
    }
}

later! {
    /// [`events::trees`]
    static EVENTS: fn(&Cluster, &[Event]) -> Vec<Tree> = events::trees;
}

/// The components whose health the API server checks (`pkg/registry/core/componentstatus`).
const COMPONENTS: [&str; 3] = ["controller-manager", "etcd-0", "scheduler"];

/// The deprecated status of a component, which is always healthy here.
fn component(name: &str) -> Tree {
    let mut condition = Tree::map([]);
    for (field, value) in [("message", "ok"), ("status", "True"), ("type", "Healthy")] {
        condition.set(field, value);
    }
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "ComponentStatus");
    tree.set("conditions", Value::List(vec![condition]));
    tree.child("metadata").set("name", name);
    tree
}

fn events_of(cluster: &Cluster, past: &[Event]) -> Vec<Tree> {
    EVENTS.get().map(|events| events(cluster, past)).unwrap_or_default()
}

/// The name of the Service of the API server.
const API_SERVER: &str = "kubernetes";

/// The Service of the API server, which every cluster has (`pkg/controlplane/controller/kubernetesservice`). Nothing here
/// asks for it, so it is not stored, and not in the picture.
pub(super) fn api_server() -> Object {
    let text = |text: &str| text.to_owned();
    let labels = [("component", "apiserver"), ("provider", API_SERVER)];
    let other = [(text("targetPort"), Tree::from(Value::Int(6443)))].into_iter().collect();
    let port = ServicePort { name: text("https"), port: 443, protocol: Protocol::Tcp, other };
    let spec = ServiceSpec {
        cluster_ip: text("10.96.0.1"),
        kind: ServiceType::ClusterIp,
        ports: vec![port],
        ..ServiceSpec::default()
    };
    let metadata = ObjectMeta {
        name: text(API_SERVER),
        namespace: text(DEFAULT_NAMESPACE),
        uid: Uid(0x0a91_0000_0000_4000_8000_0000_0000_0000),
        resource_version: 1,
        labels: labels.map(|(key, value)| (text(key), text(value))).into(),
        ..ObjectMeta::default()
    };
    Service { metadata, spec }.into()
}

/// Whether an object is the Service of the API server.
pub fn is_api_server(of: Kind, tree: &Tree) -> bool {
    let meta = |field: &str| tree.word(&format!("metadata.{field}"));
    of == Kind::Service && meta("name") == API_SERVER && meta("namespace") == DEFAULT_NAMESPACE
}

/// An object that has nothing yet but name, namespace, labels and the time of its creation.
fn header(version: &str, kind: &str, meta: &ObjectMeta) -> Tree {
    let mut tree = Tree::map([("apiVersion".into(), version.into()), ("kind".into(), kind.into())]);
    let metadata = tree.child("metadata");
    metadata.set("creationTimestamp", to_tree(&meta.creation_timestamp));
    if !meta.labels.is_empty() {
        metadata.set("labels", to_tree(&meta.labels));
    }
    metadata.set("name", meta.name.as_str());
    if !meta.namespace.is_empty() {
        metadata.set("namespace", meta.namespace.as_str());
    }
    tree
}

/// A type, and the name of an object of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    /// The type.
    pub(super) of: Kind,
    /// The namespace, if it is not that of the line.
    pub(super) namespace: Option<String>,
    /// The name.
    pub(super) name: String,
}

/// `Error from server (NotFound)`.
pub(super) fn not_found(of: Kind, name: &str) -> String {
    format!("Error from server (NotFound): {} \"{name}\" not found", of.resource())
}

/// The error for an object that is not there. For one in a namespace that is not there either, kubectl names that
/// (`Info.Get` of `k8s.io/cli-runtime/pkg/resource`).
pub(super) fn absent(view: View<'_>, of: Kind, namespace: &str, name: &str) -> String {
    let is_there = |name: &str| view.get(Kind::Namespace, "", name).is_some();
    match of.is_namespaced() && namespace != "default" && !is_there(namespace) {
        true => not_found(Kind::Namespace, namespace),
        false => not_found(of, name),
    }
}

/// What the words of a line ask for.
#[derive(Debug, PartialEq)]
pub(super) enum Asked {
    /// Nothing.
    Nothing,
    /// All objects of these types.
    Types(Vec<Kind>),
    /// These objects.
    Objects(Vec<Named>),
}

impl Asked {
    /// Reads words such as `statefulset web`, `sts/web pod/web-0`, `pods,svc` (`resource.Builder`).
    ///
    /// # Errors
    /// In the words of kubectl.
    pub(super) fn read(view: &View<'_>, words: &[&str]) -> Result<Asked, String> {
        let Some((first, names)) = words.split_first() else { return Ok(Asked::Nothing) };
        if words.iter().any(|word| word.contains('/')) {
            return words
                .iter()
                .map(|word| pair(view, word))
                .collect::<Result<_, _>>()
                .map(Asked::Objects);
        }
        let types = view.kinds(first)?;
        if names.is_empty() {
            return Ok(Asked::Types(types));
        }
        let named = |of: &Kind| {
            let of = *of;
            names.iter().map(move |name| Named { of, namespace: None, name: (*name).to_owned() })
        };
        Ok(Asked::Objects(types.iter().flat_map(named).collect()))
    }

    /// The objects that a text describes: each needs only a kind and a name.
    ///
    /// # Errors
    /// kubectl's error.
    pub(super) fn described(view: &View<'_>, text: &str) -> Result<Asked, String> {
        let mut names = Vec::new();
        for document in manifest::parse(text) {
            match (Asked::of_document(view, &document), document.outcome) {
                (Some(named), _) => names.push(named),
                (None, Err(refusal)) => return Err(refusal.stderr),
                (None, Ok(_)) => {}
            }
        }
        match names.is_empty() {
            true => Ok(Asked::Nothing),
            false => Ok(Asked::Objects(names)),
        }
    }

    /// The object that a document names, if its kind is known.
    pub(super) fn of_document(view: &View<'_>, document: &Document) -> Option<Named> {
        let tree = &document.tree;
        let kinds = Kind::ALL.iter().copied().chain(view.cluster.store.defined_kinds());
        let is_meant = |of: &Kind| {
            of.name() == tree.text("kind")
                && versions(*of).any(|version| version == tree.text("apiVersion"))
        };
        { kinds }.find(is_meant).map(|of| Named {
            of,
            namespace: Some(tree.word("metadata.namespace")).filter(|it| !it.is_empty()),
            name: tree.word("metadata.name"),
        })
    }

    /// Whether the words ask for all objects of several types.
    pub(super) fn has_several_types(words: &[&str]) -> bool {
        words.first().is_some_and(|first| *first == "all" || first.contains(','))
    }
}

/// `TYPE/NAME`.
fn pair(view: &View<'_>, word: &str) -> Result<Named, String> {
    let Some((kind, name)) = word.split_once('/') else {
        return Err(
            "error: there is no need to specify a resource type as a separate argument when \
                    passing arguments in resource/name form (e.g. 'kubectl get \
                    resource/<resource_name>' instead of 'kubectl get resource \
                    resource/<resource_name>'"
                .into(),
        );
    };
    if name.is_empty() || kind.is_empty() {
        return Err(
            "error: arguments in resource/name form must have a single resource and name".into()
        );
    }
    if name.contains('/') {
        return Err(
            "error: arguments in resource/name form may not have more than one slash".into()
        );
    }
    match view.kinds(kind)?.as_slice() {
        [of] => Ok(Named { of: *of, namespace: None, name: name.to_owned() }),
        _ => {
            Err("error: arguments in resource/name form must have a single resource and name"
                .into())
        }
    }
}

/// kubectl's error if a command names nothing.
pub(super) const NOTHING: &str = "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   \
     '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";
