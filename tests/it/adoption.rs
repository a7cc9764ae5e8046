//! Pods that a set adopts although it would not have made them so.

use crate::bare::World;
use ordinal::api::*;

/// `storageMatches` asks for the claim of the ordinal, and `web-01` has the ordinal of `web-1`.
#[test]
fn the_claim_of_a_pod_with_a_leading_zero_is_that_of_its_ordinal() {
    for (claim, is_created) in [("data-web-1", false), ("data-web-01", true)] {
        let mut world = World::empty();
        world.stray("web-01", |pod| {
            pod.spec.volumes = vec![Volume {
                name: "data".into(),
                persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                    claim_name: claim.into(),
                    ..PersistentVolumeClaimVolumeSource::default()
                }),
                ..Volume::default()
            }];
            pod.status.phase = PodPhase::Running;
        });
        world.apply(|_| {});
        world.settle();
        assert!(world.pod("web-01").metadata.controller().is_some(), "it is adopted");
        let has_claim = world.sim.cluster().store.claims.named("default", "data-web-1").is_some();
        assert_eq!(has_claim, is_created, "with {claim}");
    }
}
