//! What a change wakes, in a cluster that plays.

use super::Timeline;
use crate::api::{Kind, Time};
use crate::cluster::watch::watchers;

/// The most components that a claim or a volume wakes while so many pods start together.
fn most_woken(pods: usize) -> usize {
    let recipe = format!(
        "ordinal 1\nnodes 20\nkubectl apply -f - <<EOF
apiVersion: apps/v1
kind: StatefulSet
metadata: {{ name: db }}
spec:
  replicas: {pods}
  podManagementPolicy: Parallel
  selector: {{ matchLabels: {{ app: db }} }}
  template:
    metadata: {{ labels: {{ app: db }} }}
    spec: {{ containers: [{{ name: db, image: nginx }}] }}
  volumeClaimTemplates:
  - metadata: {{ name: data }}
    spec: {{ accessModes: [ReadWriteOnce], resources: {{ requests: {{ storage: 1Gi }} }} }}
EOF
"
    );
    let mut timeline = Timeline::new(&recipe).expect("a valid recipe");
    let (mut most, mut volumes) = (0, 0);
    for ms in (300..2_000).step_by(50) {
        timeline.seek(Time(ms));
        let cluster = timeline.cluster();
        for kind in [Kind::PersistentVolumeClaim, Kind::PersistentVolume] {
            for object in cluster.store.list(kind) {
                volumes += usize::from(kind == Kind::PersistentVolume);
                most = most.max(watchers(cluster, Some(&object), Some(&object)).len());
            }
        }
    }
    assert!(volumes > 0, "volumes are provisioned meanwhile");
    most
}

#[test]
fn a_claim_or_a_volume_wakes_no_more_when_more_pods_wait() {
    assert_eq!(most_woken(5), most_woken(50));
}
