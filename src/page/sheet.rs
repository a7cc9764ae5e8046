//! The sheet below the picture, in which the story, the panels and the events share a place where the window is
//! narrow or low. Where there is room, they stand beside the picture, and the sheet does not exist.

/// The contents of the sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The card of the guided story.
    Story,
    /// The control loop, or the answer to "Why?".
    #[default]
    Why,
    /// The events.
    Log,
    /// The comparison with another run.
    Versions,
}

impl Tab {
    /// The label of the tab.
    pub fn label(self) -> &'static str {
        match self {
            Tab::Story => "Story",
            Tab::Why => "Why",
            Tab::Log => "Log",
            Tab::Versions => "Compare",
        }
    }
}

/// The state of the sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The chosen tab.
    tab: Tab,
    /// Whether the sheet is folded to one line; until somebody folds or opens it, the height of the window decides.
    is_folded: Option<bool>,
}

impl Sheet {
    /// Opens the sheet at a tab.
    pub fn show(&mut self, tab: Tab) {
        *self = Sheet { tab, is_folded: Some(false) };
    }

    /// Chooses a tab; the sheet stays folded or open.
    pub fn choose(&mut self, tab: Tab) {
        self.tab = tab;
    }

    /// Leaves a tab that no longer exists.
    pub fn leave(&mut self, tab: Tab) {
        if self.tab == tab {
            self.tab = Tab::Why;
        }
    }

    /// Handles a click on a tab: opens it, or folds the sheet if it is open there.
    pub fn toggle(&mut self, tab: Tab, has_story: bool) {
        let is_open = self.is_folded == Some(false) && self.shown(has_story) == tab;
        *self = Sheet { tab, is_folded: Some(is_open) };
    }

    /// The tab that is shown. A story that has ended gives its place to the panels.
    pub fn shown(self, has_story: bool) -> Tab {
        if self.tab == Tab::Story && !has_story { Tab::Why } else { self.tab }
    }

    /// Whether a tab is open.
    pub fn is_open(self, tab: Tab, has_story: bool) -> bool {
        self.is_folded != Some(true) && self.shown(has_story) == tab
    }

    /// The CSS classes of the sheet.
    pub fn classes(self, has_story: bool) -> [&'static str; 2] {
        let tab = match self.shown(has_story) {
            Tab::Story => "show-story",
            Tab::Why => "show-why",
            Tab::Log => "show-log",
            Tab::Versions => "show-versions",
        };
        let fold = match self.is_folded {
            Some(true) => "folded",
            None if !has_story => "unset",
            _ => "",
        };
        [tab, fold]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_on_the_open_tab_folds_the_sheet() {
        let mut sheet = Sheet::default();
        assert_eq!(sheet.classes(false), ["show-why", "unset"]);
        sheet.toggle(Tab::Log, false);
        assert_eq!(sheet.classes(false), ["show-log", ""]);
        sheet.toggle(Tab::Log, false);
        assert_eq!(sheet.classes(false), ["show-log", "folded"]);
        assert!(!sheet.is_open(Tab::Log, false));
        sheet.toggle(Tab::Why, false);
        assert!(sheet.is_open(Tab::Why, false));
    }

    #[test]
    fn a_tab_that_no_longer_exists_gives_its_place_to_the_panels() {
        let mut sheet = Sheet::default();
        sheet.show(Tab::Versions);
        sheet.leave(Tab::Log);
        assert_eq!(sheet.classes(false), ["show-versions", ""]);
        sheet.leave(Tab::Versions);
        assert_eq!(sheet.classes(false), ["show-why", ""]);
    }

    #[test]
    fn a_story_that_has_ended_gives_its_place_to_the_panels() {
        let mut sheet = Sheet::default();
        sheet.show(Tab::Story);
        assert!(sheet.is_open(Tab::Story, true));
        assert!(sheet.is_open(Tab::Why, false));
    }
}
