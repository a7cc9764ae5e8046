//! Applies the side effects of commands in containers.

use super::inside::{Layer, SideEffect};
use super::*;
use crate::db::Data;
use crate::map::Map;

/// Applies the side effects of a command to its pod and its disks.
pub fn apply_side_effects(
    step: &mut WorldStep<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    side_effects: &[SideEffect],
) {
    for side_effect in side_effects {
        match side_effect {
            SideEffect::Write(Layer::Container(name), files) => {
                let container = run.containers.iter_mut().find(|one| one.name == *name);
                container.into_iter().for_each(|one| one.files = files.clone());
            }
            SideEffect::Write(Layer::Folder(name), files) => {
                Rc::make_mut(&mut run.folders).insert(name.clone(), files.clone());
            }
            SideEffect::Write(Layer::Disk(disk), files) => {
                change_disk(step, disk, |it| it.files = files.clone())
            }
            SideEffect::Wipe(disk) => change_disk(step, disk, |it| it.data = Data::default()),
            // See [`write_statements`].
            SideEffect::Store(..) => {}
            SideEffect::End(name, code) => exit(step, uid, run, name, *code),
        }
    }
}

/// Writes the statements among the side effects of a command to their databases.
pub fn write_statements(step: &mut WorldStep<'_>, side_effects: &[SideEffect]) {
    let mut by_pod: Map<Uid, Vec<&str>> = Map::new();
    for side_effect in side_effects {
        if let SideEffect::Store(uid, text) = side_effect {
            by_pod.or_default(*uid).push(text);
        }
    }
    for (uid, texts) in by_pod.iter() {
        if let Some(run) = step.cluster.world.runs.get(uid).cloned() {
            database::write(step, *uid, &run, texts);
        }
    }
}

fn change_disk(step: &mut WorldStep<'_>, id: &DiskId, change: impl FnOnce(&mut Disk)) {
    let Some(disk) = step.cluster.world.disks.get(id) else { return };
    let mut disk = Disk::clone(disk);
    change(&mut disk);
    step.change(Change::Disk(id.clone(), Some(disk)));
}
