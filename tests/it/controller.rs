//! What the StatefulSet controller does with objects that no story brings about.
//!
//! The names in the comments are those of upstream tests (`pkg/controller/statefulset`, v1.36).

use super::bare::{World, key, label, meta, owner};
use ordinal::api::*;
use ordinal::cluster::{Code, Effect, WorkItem};
use std::rc::Rc;

/// TestNewStatefulSetPod..., TestStatefulSetControl/CreatePods, UpdateStorage
#[test]
fn a_pod_has_its_identity_its_claims_and_the_rest_of_the_template() {
    let world = World::new(|_| {});
    let pod = world.pod("web-1");
    assert_eq!(label(&pod.metadata, "statefulset.kubernetes.io/pod-name"), Some("web-1"));
    assert_eq!(label(&pod.metadata, "apps.kubernetes.io/pod-index"), Some("1"));
    let revision = &world.set().status.update_revision;
    assert_eq!(label(&pod.metadata, "controller-revision-hash"), Some(revision.as_str()));
    assert_eq!((pod.spec.hostname.as_str(), pod.spec.subdomain.as_str()), ("web-1", "web"));
    assert_eq!(pod.metadata.finalizers, ["example.com/keep"]);
    let volumes: Vec<_> = pod.spec.volumes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(volumes, ["data", "scratch"], "the claim takes the place of the template's volume");
    assert_eq!(pod.claims().collect::<Vec<_>>(), ["data-web-1"]);
    let owners = pod.metadata.owner_references;
    assert_eq!(owners, [owner("StatefulSet", "web", world.set().metadata.uid, true)]);
}

/// getPersistentVolumeClaims: the selector's labels are put over those of the template.
#[test]
fn a_claim_has_the_labels_of_its_template_and_of_the_selector() {
    let claim = World::new(|_| {}).claim("data-web-0");
    assert_eq!(label(&claim.metadata, "app"), Some("web"));
    assert_eq!(label(&claim.metadata, "tier"), Some("db"));
    assert!(claim.metadata.owner_references.is_empty());
}

/// What the model has no use for is part of the template too, and so of the pods.
#[test]
fn a_pod_has_what_else_its_template_says() {
    let scheduler: Other = [("schedulerName".to_owned(), "mine".into())].into_iter().collect();
    let world = World::new(|set| set.spec.template.spec.other = scheduler.clone());
    assert_eq!(world.pod("web-0").spec.other, scheduler);
}

/// ControllerUpdatesIdentity: UpdatesIdentity, NoOpUpdate
#[test]
fn the_labels_of_a_pods_identity_are_restored() {
    let mut world = World::new(|_| {});
    let version = world.sim.cluster().store.resource_version;
    world.effect(Effect::Enqueue(WorkItem::StatefulSet(key("web")), 0));
    world.sim.step(world.sim.cluster().now, &mut world.log);
    assert_eq!(world.sim.cluster().store.resource_version, version, "what matches is not written");
    let mut pod = world.pod("web-0");
    pod.metadata.labels.remove("statefulset.kubernetes.io/pod-name");
    pod.metadata.labels.remove("apps.kubernetes.io/pod-index");
    world.update(pod);
    world.settle();
    let pod = world.pod("web-0");
    assert_eq!(label(&pod.metadata, "statefulset.kubernetes.io/pod-name"), Some("web-0"));
    assert_eq!(label(&pod.metadata, "apps.kubernetes.io/pod-index"), Some("0"));
    // The index by itself is not looked at.
    let mut pod = pod;
    pod.metadata.labels.remove("apps.kubernetes.io/pod-index");
    world.update(pod);
    world.settle();
    assert_eq!(label(&world.pod("web-0").metadata, "apps.kubernetes.io/pod-index"), None);
}

/// TestStorageMatches, UpdateStatefulPod: volumes can't be changed, so an adopted pod without its claims
/// is an error that stays.
#[test]
fn an_adopted_pod_needs_its_claims_under_the_names_of_the_templates() {
    let volume = |name: &str, claim: &str| Volume {
        name: name.into(),
        persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
            claim_name: claim.into(),
            ..PersistentVolumeClaimVolumeSource::default()
        }),
        ..Volume::default()
    };
    for (name, claim, is_mounted) in [
        ("data", "data-web-0", true),
        ("data", "mine", false),
        ("files", "data-web-0", false),
        ("files", "mine", false),
    ] {
        let mut world = World::empty();
        world.stray("web-0", |pod| pod.spec.volumes = vec![volume(name, claim)]);
        world.apply(|_| {});
        world.settle();
        assert!(world.pod("web-0").metadata.controller().is_some(), "it is adopted");
        let said = world.said(Code::PodUpdateFailed);
        let is_refused = said.iter().any(|it| it.contains("pod updates may not change fields"));
        assert_eq!(is_refused, !is_mounted, "{name} {claim}: {said:?}");
    }
}

/// GetPodsForStatefulSetAdopt, AddPodOrphan
#[test]
fn only_orphans_with_the_right_name_and_labels_are_adopted() {
    let mut world = World::empty();
    world.apply(|set| set.spec.replicas = 0);
    world.settle();
    let uid = world.set().metadata.uid;
    world.stray("web-x", |_| {});
    world.stray("web-1-2", |_| {});
    world.stray("web-", |_| {});
    world.stray("webb-1", |_| {});
    world.stray("web-4", |pod| pod.metadata.labels = Labels::default());
    world.stray("web-5", |pod| {
        pod.metadata.owner_references = vec![owner("ReplicaSet", "api", Uid(5), true)];
    });
    // A number of more than 32 bits makes a member, but no ordinal: it is adopted, and left alone.
    world.stray("web-10000000000", |_| {});
    world.stray("web-6", |_| {});
    world.settle();
    let adopted = ["web adopts web-10000000000", "web adopts web-6"];
    let said = world.said(Code::PodAdopted);
    assert_eq!(said.len(), adopted.len(), "{said:?}");
    assert!(adopted.iter().all(|text| said.iter().any(|it| it.starts_with(text))), "{said:?}");
    assert!(world.sim.cluster().store.pods.get(&key("web-6")).is_none(), "it is too many");
    let kept = world.pod("web-10000000000");
    assert_eq!(kept.metadata.controller().map(|it| it.uid), Some(uid));
    assert_eq!(world.set().status.replicas, 0);
}

/// IdentityMatches: `web-01` has the ordinal 1, and cannot be made `web-1`.
#[test]
fn a_name_with_a_leading_nought_is_in_the_way_of_the_right_one() {
    let mut world = World::empty();
    world.stray("web-01", |_| {});
    world.apply(|_| {});
    world.settle();
    assert!(world.sim.cluster().store.pods.get(&key("web-0")).is_some());
    assert!(world.sim.cluster().store.pods.get(&key("web-1")).is_none());
    let said = world.said(Code::PodUpdateFailed);
    assert!(said.iter().any(|text| text.contains("pods \"web-1\" not found")), "{said:?}");
}

/// GetPodsForStatefulSetRelease, UpdatePodRelease, CreatePodExists
#[test]
fn a_pod_whose_labels_do_not_match_is_released_and_keeps_its_name() {
    let mut world = World::new(|_| {});
    let mut pod = world.pod("web-0");
    pod.metadata.labels.insert("app".into(), "mine".into());
    world.update(pod);
    world.settle();
    assert_eq!(world.said(Code::PodReleased).len(), 1);
    assert!(world.pod("web-0").metadata.owner_references.is_empty());
    let said = world.said(Code::PodCreateFailed);
    assert_eq!(said, ["web-0 cannot be created: pods \"web-0\" already exists"]);
    assert_eq!(world.set().status.replicas, 1);
    // Once the name is free the next retry makes a new pod: nobody tells the controller.
    let mut pod = world.pod("web-0");
    pod.metadata.finalizers.clear();
    world.update(pod);
    world.delete(Kind::Pod, "web-0", 0);
    for _ in 0..3 {
        world.settle();
    }
    assert_eq!(world.set().status.replicas, 2);
    assert!(world.pod("web-0").metadata.controller().is_some());
}

/// processNextWorkItem: a pass without an error makes the queue forget those before it (`Forget`).
#[test]
fn after_a_pass_without_errors_the_next_error_is_retried_as_soon_as_the_first() {
    let mut world = World::new(|set| {
        set.spec.replicas = 0;
        set.spec.template.metadata.finalizers.clear();
    });
    let scale = |world: &mut World, replicas| {
        let mut set = world.set();
        set.spec.replicas = replicas;
        world.update(set);
    };
    for wait_ms in [20_000, 30] {
        world.stray("web-0", |pod| pod.metadata.labels = Labels::default());
        scale(&mut world, 1);
        world.sim.run_to(world.sim.cluster().now.plus(wait_ms), &mut world.log);
        world.delete(Kind::Pod, "web-0", 0);
        // The first delays are 5, 10, 20 ms; after 20 s the next one takes more than 10 s.
        world.sim.run_to(world.sim.cluster().now.plus(wait_ms + 100), &mut world.log);
        assert!(world.pod("web-0").metadata.controller().is_some(), "after {wait_ms} ms");
        scale(&mut world, 0);
        world.sim.run_to(world.sim.cluster().now.plus(60_000), &mut world.log);
        assert!(world.sim.cluster().store.pods.is_empty());
    }
}

/// UpdatePodOrphanWithNewLabels, DeletePodOrphan, UpdatePodWithNoSet
#[test]
fn an_orphan_wakes_the_set_when_its_labels_change_and_not_when_it_goes() {
    let mut world = World::new(|set| set.spec.replicas = 0);
    let item = WorkItem::StatefulSet(key("web"));
    world.stray("web-x", |_| {});
    assert!(world.sim.is_queued(&item), "a new orphan might be adopted");
    world.settle();
    let mut pod = world.pod("web-x");
    pod.status.reason = "Changed".into();
    world.update(pod.clone());
    assert!(!world.sim.is_queued(&item), "its status is nobody's business");
    pod.metadata.labels.insert("more".into(), "labels".into());
    world.update(pod);
    assert!(world.sim.is_queued(&item));
    world.settle();
    world.delete(Kind::Pod, "web-x", 0);
    assert!(!world.sim.is_queued(&item), "nobody cares about orphans that go");
}

/// GetStatefulSetsForPod: two sets that select the same pods take only those of their own name.
#[test]
fn two_sets_with_one_selector_do_not_take_each_others_pods() {
    let mut world = World::new(|_| {});
    world.apply(|set| set.metadata.name = "web-1".into());
    world.settle();
    let pods: Vec<_> = world.sim.cluster().store.pods.iter().collect();
    let of = |name: &str| {
        let uid =
            world.sim.cluster().store.stateful_sets.get(&key(name)).expect("set").metadata.uid;
        let own = |pod: &&&Rc<Pod>| pod.metadata.controller().is_some_and(|it| it.uid == uid);
        pods.iter().filter(own).map(|pod| pod.metadata.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("web"), ["web-0", "web-1"]);
    assert_eq!(of("web-1"), ["web-1-0", "web-1-1"]);
}

/// getStatefulSetRevisions, TestCreateApplyRevision
#[test]
fn a_revision_is_named_after_its_template_and_used_again() {
    let mut world = World::new(|_| {});
    let first = world.revisions().remove(0);
    let hash = label(&first.metadata, "controller.kubernetes.io/hash").expect("a hash");
    assert_eq!(first.metadata.name, format!("web-{hash}"));
    assert_eq!(label(&first.metadata, "app"), Some("web"));
    assert_eq!(first.metadata.annotations.get("kubernetes.io/change-cause"), Some(&"first".into()));
    assert_eq!(first.revision, 1);
    world.set_image("db:2");
    let status = world.set().status;
    assert_eq!(status.current_revision, first.metadata.name);
    assert_ne!(status.update_revision, first.metadata.name);
    world.set_image("db:1");
    let numbers: Vec<u64> = world.revisions().iter().map(|it| it.revision).collect();
    assert_eq!(numbers.iter().max(), Some(&3), "the old one gets the next number: {numbers:?}");
    assert_eq!(world.set().status.update_revision, first.metadata.name);
    assert_eq!(world.said(Code::RevisionCreated).len(), 2);
    assert_eq!(world.said(Code::RevisionReused).len(), 1);
}

/// CreateControllerRevision: a name that is taken by another template counts as a collision.
#[test]
fn two_revisions_of_one_name_are_told_apart_by_the_collision_count() {
    let name = World::new(|_| {}).revisions()[0].metadata.name.clone();
    let mut world = World::empty();
    let metadata = ObjectMeta { name: name.clone(), ..meta() };
    world.create(ControllerRevision { metadata, ..ControllerRevision::default() });
    world.apply(|_| {});
    world.settle();
    let status = world.set().status;
    assert_eq!(status.collision_count, 1);
    assert_ne!(status.update_revision, name);
    // One with the same template is taken as it is, whoever owns it.
    let mut world = World::empty();
    world.apply(|_| {});
    let data = Rc::new(world.set().spec.template);
    let owners = vec![owner("StatefulSet", "web", Uid(7), true)];
    let metadata = ObjectMeta { name: name.clone(), owner_references: owners, ..meta() };
    world.create(ControllerRevision { metadata, data, revision: 4 });
    world.settle();
    let status = world.set().status;
    assert_eq!((status.collision_count, status.update_revision), (0, name));
}

/// TestStatefulSetControlLimitsHistory, TestStatefulSetHonorRevisionHistoryLimit
#[test]
fn no_more_revisions_are_kept_than_the_limit_and_those_in_use() {
    for (limit, kept) in [(0, 2), (2, 4), (-1, 11)] {
        // Under OnDelete the pods stay at the first revision, which so stays in use.
        let mut world = World::new(|set| {
            set.spec.revision_history_limit = limit;
            set.spec.update_strategy =
                StatefulSetUpdateStrategy { kind: "OnDelete".into(), rolling_update: None };
        });
        for number in 2..=11 {
            world.set_image(&format!("db:{number}"));
        }
        let mut numbers: Vec<u64> = world.revisions().iter().map(|it| it.revision).collect();
        numbers.sort_unstable();
        assert_eq!(numbers.len(), kept, "limit {limit}: {numbers:?}");
        let newest: Vec<u64> = (13 - kept as u64..=11).collect();
        assert_eq!(numbers[1..], newest, "limit {limit}: the oldest go first");
        assert_eq!(numbers[0], 1, "limit {limit}: the pods still use the first");
    }
}

/// AdoptOrphanRevisions
#[test]
fn revisions_without_an_owner_are_adopted_and_others_left_alone() {
    let mut world = World::empty();
    let labels: Labels = [("app".to_owned(), "web".to_owned())].into_iter().collect();
    let with = |name: &str, labels: Labels, owners| ControllerRevision {
        metadata: ObjectMeta { name: name.into(), labels, owner_references: owners, ..meta() },
        revision: 7,
        ..ControllerRevision::default()
    };
    world.create(with("web-mine", labels.clone(), Vec::new()));
    world.create(with("web-other", Labels::default(), Vec::new()));
    let theirs = with("web-theirs", labels, vec![owner("StatefulSet", "web", Uid(9), true)]);
    world.create(ControllerRevision { revision: 20, ..theirs });
    world.apply(|_| {});
    world.settle();
    let uid = world.set().metadata.uid;
    let own: Vec<_> = world
        .revisions()
        .iter()
        .filter(|it| it.metadata.controller().is_some_and(|owner| owner.uid == uid))
        .map(|it| it.revision)
        .collect();
    assert_eq!(own.len(), 2);
    assert!(own.contains(&7) && own.contains(&8), "the new one is numbered after it: {own:?}");
}

/// IsClaimOwnerUpToDate, UpdateClaimOwnerRef, ClaimsMatchDeletionPolcy
#[test]
fn a_claim_gets_the_owners_that_the_policy_asks_for_unless_others_have_it() {
    let policy = |deleted: &str, scaled: &str| StatefulSetPersistentVolumeClaimRetentionPolicy {
        when_deleted: deleted.into(),
        when_scaled: scaled.into(),
    };
    let other = owner("StatefulSet", "other", Uid(1), false);
    let manager = owner("ConfigMap", "manager", Uid(2), true);
    let old_set = owner("StatefulSet", "web", Uid(3), true);
    let own = |world: &World, controller| {
        owner("StatefulSet", "web", world.set().metadata.uid, controller)
    };
    for (what, retention) in [
        ("keep", policy("Retain", "Retain")),
        ("keep", policy("Retain", "Delete")),
        ("go with the set", policy("Delete", "Retain")),
        ("go with the set", policy("Delete", "Delete")),
    ] {
        let check = |owners: &dyn Fn(&World) -> Vec<OwnerReference>,
                     expected: &dyn Fn(&World) -> Vec<OwnerReference>| {
            let mut world = World::new(|set| {
                set.spec.persistent_volume_claim_retention_policy = retention.clone();
            });
            let mut claim = world.claim("data-web-0");
            claim.metadata.owner_references = owners(&world);
            world.update(claim);
            world.effect(Effect::Enqueue(WorkItem::StatefulSet(key("web")), 0));
            world.settle();
            let (got, wanted) = (world.claim("data-web-0").metadata, expected(&world));
            assert_eq!(got.owner_references, wanted, "{what}");
        };
        let goes = what != "keep";
        let mine = |world: &World| if goes { vec![own(world, true)] } else { Vec::new() };
        check(&|_| Vec::new(), &mine);
        check(&|world| vec![own(world, true)], &mine);
        check(&|world| vec![own(world, false)], &mine);
        let with_other = |world: &World| [vec![other.clone()], mine(world)].concat();
        check(&|world| vec![own(world, false), other.clone()], &with_other);
        // Somebody else manages it: ours are taken off, none is added. Under Retain it does not matter.
        check(&|_| vec![manager.clone()], &|_| vec![manager.clone()]);
        check(&|world| vec![own(world, true), manager.clone()], &|_| vec![manager.clone()]);
        // What an earlier set of the name left is not touched.
        check(&|_| vec![old_set.clone()], &|_| vec![old_set.clone()]);
    }
}

/// UpdateClaimOwnerRef: a claim that somebody else manages does not go with a condemned pod.
#[test]
fn a_condemned_pod_takes_its_claim_along_unless_somebody_else_manages_it() {
    let manager = owner("ConfigMap", "manager", Uid(2), true);
    for owners in [Vec::new(), vec![manager]] {
        // Its finalizer keeps the condemned pod.
        let mut world = World::new(|set| {
            set.spec.persistent_volume_claim_retention_policy.when_scaled =
                PersistentVolumeClaimRetentionPolicyType::Delete;
        });
        let mut claim = world.claim("data-web-1");
        claim.metadata.owner_references = owners.clone();
        world.update(claim);
        let uid = world.pod("web-1").metadata.uid;
        let mut set = world.set();
        set.spec.replicas = 1;
        world.update(set);
        world.settle();
        let expected =
            if owners.is_empty() { vec![owner("Pod", "web-1", uid, true)] } else { owners };
        assert_eq!(world.claim("data-web-1").metadata.owner_references, expected);
    }
}

/// TestPodClaimIsStale: only a policy that deletes claims makes one of an earlier pod unusable.
#[test]
fn a_claim_of_an_earlier_pod_holds_up_the_next_only_if_claims_are_deleted() {
    for (when_scaled, is_made) in [("Retain", true), ("Delete", false)] {
        let mut world = World::new(|set| {
            set.spec.replicas = 1;
            set.spec.persistent_volume_claim_retention_policy.when_scaled = when_scaled.into();
        });
        let metadata = ObjectMeta {
            name: "data-web-1".into(),
            owner_references: vec![owner("Pod", "web-1", Uid(4), true)],
            ..meta()
        };
        world.create(PersistentVolumeClaim { metadata, ..PersistentVolumeClaim::default() });
        let mut set = world.set();
        set.spec.replicas = 2;
        world.update(set);
        world.settle();
        let made = world.sim.cluster().store.pods.get(&key("web-1")).is_some();
        assert_eq!(made, is_made, "{when_scaled}");
        assert_eq!(world.said(Code::ClaimStale).is_empty(), is_made, "{when_scaled}");
        let owners = world.claim("data-web-1").metadata.owner_references;
        assert_eq!(owners.first().map(|it| it.uid), Some(Uid(4)), "{when_scaled}");
    }
}

/// TestParallelScale: batches of 1, 2, 4, ... and at most 500; one error stops those after it.
#[test]
fn a_parallel_set_makes_many_pods_in_one_pass() {
    let many = |set: &mut StatefulSet| {
        set.spec.replicas = 1000;
        set.spec.volume_claim_templates.clear();
    };
    let mut world = World::empty();
    world.apply(many);
    world.settle();
    assert_eq!(world.sim.cluster().store.pods.len(), 1000);
    assert_eq!(world.set().status.replicas, 1000);
    // The place of web-200 is taken: what is in its batch (127 to 254) is made, the rest is not.
    let mut world = World::empty();
    world.stray("web-200", |pod| pod.metadata.labels = Labels::default());
    world.apply(many);
    world.settle();
    assert_eq!(world.sim.cluster().store.pods.len(), 255);
    let said = world.said(Code::PodCreateFailed);
    assert!(said[0].ends_with("; web-255 and the pods after it wait"), "{said:?}");
}

/// UpdatePodChangeControllerRef
#[test]
fn a_pod_that_changes_hands_wakes_both_sets() {
    let mut world = World::new(|_| {});
    world.apply(|set| set.metadata.name = "api".into());
    world.settle();
    let uid = world.sim.cluster().store.stateful_sets.get(&key("api")).expect("set").metadata.uid;
    let mut pod = world.pod("web-0");
    pod.metadata.owner_references = vec![owner("StatefulSet", "api", uid, true)];
    world.update(pod);
    for name in ["web", "api"] {
        assert!(world.sim.is_queued(&WorkItem::StatefulSet(key(name))), "{name}");
    }
}

/// ControllerDeletionTimestamp, ControllerDeletionTimestampRace
#[test]
fn a_set_that_is_being_deleted_makes_and_adopts_nothing() {
    let mut world = World::new(|set| set.spec.template.metadata.finalizers.clear());
    let mut set = world.set();
    set.metadata.finalizers = vec!["example.com/keep".into()];
    world.update(set);
    world.settle();
    world.delete(Kind::StatefulSet, "web", 0);
    world.stray("web-2", |_| {});
    world.delete(Kind::Pod, "web-0", 0);
    world.settle();
    assert!(world.set().metadata.is_terminating());
    assert!(world.sim.cluster().store.pods.get(&key("web-0")).is_none());
    assert!(world.pod("web-2").metadata.owner_references.is_empty());
    assert_eq!(world.set().status.replicas, 1, "its status is kept up");
    assert!(world.said(Code::PodAdopted).is_empty());
}
