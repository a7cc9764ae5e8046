//! Applies what commands in containers change.

use super::inside::{Effect, Layer};
use super::*;
use crate::db::Data;
use crate::map::Map;

/// Applies the effects of a command to its pod and its disks.
pub fn apply_effects(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, effects: &[Effect]) {
    for effect in effects {
        match effect {
            Effect::Write(Layer::Container(name), files) => {
                let container = run.containers.iter_mut().find(|one| one.name == *name);
                container.into_iter().for_each(|one| one.files = files.clone());
            }
            Effect::Write(Layer::Folder(name), files) => {
                Rc::make_mut(&mut run.folders).insert(name.clone(), files.clone());
            }
            Effect::Write(Layer::Disk(disk), files) => {
                change_disk(step, disk, |it| it.files = files.clone())
            }
            Effect::Wipe(disk) => change_disk(step, disk, |it| it.data = Data::default()),
            // See [`write_statements`].
            Effect::Store(..) => {}
            Effect::End(name, code) => exit(step, uid, run, name, *code),
        }
    }
}

/// Writes the statements among the effects of a command to their databases.
pub fn write_statements(step: &mut WorldStep<'_>, effects: &[Effect]) {
    let mut by_pod: Map<Uid, Vec<&str>> = Map::new();
    for effect in effects {
        if let Effect::Store(uid, text) = effect {
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
