//! Uses a served cluster through kube-rs: list, a watch through a 410, create, patch, scale, rollout status, exec, and delete.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::TryStreamExt;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{Namespace, Node, Pod, Service};
use kube::api::{Api, AttachParams, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::runtime::wait::{Condition, await_condition};
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Client, Config};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The timeout of each wait.
const PATIENCE: Duration = Duration::from_secs(60);

fn set(replicas: i32) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"},
        "spec": {
            "serviceName": "web", "replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "db", "image": "db:1"}]}
            }
        }
    })
}

/// Whether a rollout is complete, by the same rules as `kubectl rollout status`.
fn is_rolled_out() -> impl Condition<StatefulSet> {
    |set: Option<&StatefulSet>| {
        let (Some(spec), Some(status)) =
            (set.and_then(|it| it.spec.as_ref()), set.and_then(|it| it.status.as_ref()))
        else {
            return false;
        };
        let generation = set.and_then(|it| it.metadata.generation);
        status.observed_generation >= generation
            && status.ready_replicas.unwrap_or(0) == spec.replicas.unwrap_or(1)
            && status.replicas == spec.replicas.unwrap_or(1)
            && status.update_revision == status.current_revision
    }
}

async fn rollout(sets: &Api<StatefulSet>) -> Result<()> {
    tokio::time::timeout(PATIENCE, await_condition(sets.clone(), "web", is_rolled_out())).await??;
    Ok(())
}

/// The events of a watch; `init` marks each time it starts over.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn add(&self, line: String) {
        self.0.lock().expect("no panic").push(line);
    }

    fn count(&self, line: &str) -> usize {
        self.0.lock().expect("no panic").iter().filter(|it| *it == line).count()
    }

    async fn wait(&self, line: &str, count: usize) -> Result<()> {
        let until = async {
            while self.count(line) < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, until).await {
            Ok(()) => Ok(()),
            Err(_) => Err(format!("not told {count} times: {line}: {:?}", self.0.lock()).into()),
        }
    }
}

async fn follow(pods: Api<Pod>, told: Told) {
    let name = |pod: &Pod| pod.metadata.name.clone().unwrap_or_default();
    let mut events = Box::pin(watcher(pods, watcher::Config::default()));
    loop {
        match events.try_next().await {
            Ok(Some(Event::Init)) => told.add("init".into()),
            Ok(Some(Event::InitApply(pod))) => told.add(format!("first {}", name(&pod))),
            Ok(Some(Event::InitDone)) => told.add("done".into()),
            Ok(Some(Event::Apply(pod))) => told.add(format!("applied {}", name(&pod))),
            Ok(Some(Event::Delete(pod))) => told.add(format!("deleted {}", name(&pod))),
            Ok(None) => return,
            Err(error) => told.add(format!("error {error}")),
        }
    }
}

/// Makes a change in the past of the cluster, which ends its watches.
async fn fork(server: &str) -> Result<()> {
    let address = server.trim_start_matches("http://").to_owned();
    let body = json!({"line": "kubectl label node node-1 a=b", "at": 30_000}).to_string();
    let request = format!(
        "POST /ordinal/do HTTP/1.0\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(&address).await?;
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.contains("\"exit\":0") { Ok(()) } else { Err(answer.into()) }
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = std::env::args().nth(1).ok_or("name the server")?;
    let client = Client::try_from(Config::new(server.parse()?))?;
    let pods: Api<Pod> = Api::namespaced(client.clone(), "default");
    let sets: Api<StatefulSet> = Api::namespaced(client.clone(), "default");
    let version = client.apiserver_version().await?;
    assert!(version.git_version.starts_with("v1."), "{version:?}");

    let nodes = Api::<Node>::all(client.clone()).list(&ListParams::default()).await?;
    assert_eq!(nodes.items.len(), 3);
    assert!(Api::<Namespace>::all(client.clone()).get_opt("default").await?.is_some());
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]}
    });
    let services: Api<Service> = Api::namespaced(client.clone(), "default");
    services.create(&PostParams::default(), &serde_json::from_value(service)?).await?;

    let told = Told::default();
    let watching = tokio::spawn(follow(pods.clone(), told.clone()));
    told.wait("done", 1).await?;

    sets.create(&PostParams::default(), &serde_json::from_value(set(2))?).await?;
    rollout(&sets).await?;
    told.wait("applied web-1", 1).await?;
    let taken = sets.create(&PostParams::default(), &serde_json::from_value(set(2))?).await;
    assert!(matches!(&taken, Err(kube::Error::Api(status)) if status.code == 409), "{taken:?}");

    let scale = json!({"spec": {"replicas": 3}});
    sets.patch_scale("web", &PatchParams::default(), &Patch::Merge(&scale)).await?;
    rollout(&sets).await?;
    assert_eq!(pods.list(&ListParams::default().labels("app=web")).await?.items.len(), 3);

    let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "db", "image": "db:2"}]}}}});
    sets.patch("web", &PatchParams::default(), &Patch::Strategic(&image)).await?;
    rollout(&sets).await?;
    told.wait("deleted web-0", 1).await?;
    let applied = sets.patch("web", &PatchParams::apply("one"), &Patch::Apply(set(2))).await;
    assert!(matches!(&applied, Err(kube::Error::Api(status)) if status.code == 409), "{applied:?}");
    sets.patch("web", &PatchParams::apply("one").force(), &Patch::Apply(set(2))).await?;
    rollout(&sets).await?;

    let mut run = pods.exec("web-0", ["hostname"], &AttachParams::default().stderr(false)).await?;
    let mut printed = String::new();
    run.stdout().ok_or("no output")?.read_to_string(&mut printed).await?;
    assert_eq!(printed.trim(), "web-0");
    run.join().await?;

    // A change in the past ends every watch with 410; the watcher lists again, and continues.
    fork(&server).await?;
    told.wait("init", 2).await?;
    told.wait("done", 2).await?;
    sets.delete("web", &DeleteParams::foreground()).await.map(drop).or_else(|error| match error {
        // It may not exist yet at that time.
        kube::Error::Api(status) if status.code == 404 => Ok(()),
        error => Err(error),
    })?;
    let late = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "late"}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
    pods.create(&PostParams::default(), &serde_json::from_value(late)?).await?;
    told.wait("applied late", 1).await?;
    pods.delete("late", &DeleteParams::default().grace_period(0)).await?;
    told.wait("deleted late", 1).await?;
    watching.abort();
    println!("kube-rs: list, watch, create, patch, scale, apply, rollout, exec, 410, and delete");
    Ok(())
}
