//! What the API server does with deletions and with writes that come too late.

use super::bare::{World, key, label};
use ordinal::api::*;
use ordinal::cluster::{Effect, Grace};

/// `rest.BeforeDelete`, `podStrategy.CheckGracefulDelete`
#[test]
fn a_grace_period_can_only_be_shortened_and_counts_from_the_first_request() {
    let mut world = World::new(|set| set.spec.template.metadata.finalizers.clear());
    world.delete(Kind::Pod, "web-1", 30);
    assert!(
        world.sim.cluster().store.pods.get(&key("web-1")).is_none(),
        "a pod without a node needs no time"
    );
    let mut pod = world.pod("web-0");
    pod.spec.node_name = "elsewhere".into();
    world.update(pod);
    let asked = world.sim.cluster().now;
    world.delete(Kind::Pod, "web-0", 30);
    let told = |world: &World| {
        let meta = world.pod("web-0").metadata;
        (meta.deletion_timestamp, meta.deletion_grace_period_seconds, meta.generation)
    };
    let (_, _, generation) = told(&world);
    assert_eq!(told(&world), (Some(asked.plus(30_000)), Some(30), generation));
    world.settle();
    world.delete(Kind::Pod, "web-0", 60);
    assert_eq!(told(&world), (Some(asked.plus(30_000)), Some(30), generation));
    world.delete(Kind::Pod, "web-0", 10);
    assert_eq!(told(&world), (Some(asked.plus(10_000)), Some(10), generation));
    world.delete(Kind::Pod, "web-0", 0);
    assert!(world.sim.cluster().store.pods.get(&key("web-0")).is_none(), "0 is at once");
}

/// Preconditions and finalizers of the API server.
#[test]
fn a_write_to_another_incarnation_does_nothing_and_finalizers_keep_an_object() {
    let mut world = World::new(|_| {});
    let mut stranger = world.pod("web-0");
    stranger.metadata.uid = Uid(8);
    stranger.metadata.labels = Labels::default();
    world.update(stranger);
    assert_eq!(label(&world.pod("web-0").metadata, "app"), Some("web"));
    let reference = ObjectRef::new(Kind::Pod, &key("web-0"));
    world.effect(Effect::Delete(reference, Some(Uid(8)), Grace::Seconds(0)));
    assert!(!world.pod("web-0").metadata.is_terminating());
    world.delete(Kind::Pod, "web-0", 0);
    world.settle();
    let mut pod = world.pod("web-0");
    assert!(pod.metadata.is_terminating(), "its finalizer keeps it");
    let uid = pod.metadata.uid;
    pod.metadata.finalizers.clear();
    world.update(pod);
    world.settle();
    assert_ne!(world.pod("web-0").metadata.uid, uid, "it is gone, and replaced");
}
