//! stub
use super::*;
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
pub fn sync_claim(_: &mut Step<'_>, _: &Key) {}
pub fn provisioned(_: &mut Step<'_>, _: &Key) {}
pub fn sync_volume(_: &mut Step<'_>, _: &Key) {}
pub fn attach_detach(_: &mut Step<'_>) {}
pub fn sync_attachment(_: &mut Step<'_>, _: &Key) {}
pub fn can_bind_on(_: &Cluster, _: &PersistentVolumeClaim, _: &Node) -> bool {
    true
}
pub fn waits_for_consumer(_: &Cluster, _: &PersistentVolumeClaim) -> bool {
    true
}
