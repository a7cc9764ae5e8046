//! The changes of commands.

use super::*;

/// A change of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The files in a layer of the pod change.
    Write(Layer, Files),
    /// The database file is removed from its disk.
    Wipe(DiskId),
    /// The first process of a container ends with an exit code.
    End(String, u8),
    /// A statement is written to the database of a pod.
    Store(Uid, String),
}

/// Makes the changes of a command.
pub fn perform(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, deeds: &[Deed]) {
    for deed in deeds {
        match deed {
            Deed::Write(Layer::Container(name), files) => {
                let container = run.containers.iter_mut().find(|one| one.name == *name);
                container.into_iter().for_each(|one| one.files = files.clone());
            }
            Deed::Write(Layer::Folder(name), files) => {
                Rc::make_mut(&mut run.folders).insert(name.clone(), files.clone());
            }
            Deed::Write(Layer::Disk(disk), files) => {
                change_disk(step, disk, |it| it.files = files.clone())
            }
            Deed::Wipe(disk) => change_disk(step, disk, |it| it.data = Data::default()),
            // See [`store`].
            Deed::Store(..) => {}
            Deed::End(name, code) => kubelet::exit(step, uid, run, name, *code),
        }
    }
}

/// Writes the statements of a command to their databases.
pub fn store(step: &mut WorldStep<'_>, deeds: &[Deed]) {
    let mut by_pod: Map<Uid, Vec<&str>> = Map::new();
    for deed in deeds {
        if let Deed::Store(uid, text) = deed {
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
