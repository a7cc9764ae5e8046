//! Actions of the manifest editor.

use super::{Session, storage};
use crate::web::action::ManifestAction;

impl Session {
    /// Handles an action of the manifest editor. The browser stores the new text.
    pub(super) fn handle_manifest(&mut self, action: ManifestAction) {
        let timeline = &self.run.timeline;
        match action {
            ManifestAction::Edit(text) => self.manifest.edit(text.into(), timeline),
            ManifestAction::LoadSample(text) => self.manifest.load_sample(text, timeline),
            ManifestAction::Save => return self.save_edited(),
        }
        if self.editor.is_some() {
            return;
        }
        storage::save_manifest(&self.host, &self.manifest.text);
    }
}
