//! When the program itself fails: frames stop, and every element says so and shows its recipe.
//!
//! A panic leaves the module in an unknown state, and all elements on a page share the module. So
//! each is told: what there is to be told, and where to say it, is kept here, out of reach of the
//! state that failed.

use super::host::Hosted;
use crate::map::Map;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static MOUNTED: RefCell<Map<u32, Mounted>> = const { RefCell::new(Map::new()) };
    static HAS_FAILED: Cell<bool> = const { Cell::new(false) };
}

struct Mounted {
    recipe: Rc<str>,
    host: Hosted,
}

/// Tells the elements when the program fails.
pub(super) fn install_hook() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        HAS_FAILED.set(true);
        let message = panic.to_string();
        MOUNTED.with(|mounted| {
            let Ok(mounted) = mounted.try_borrow() else { return };
            for element in mounted.values() {
                element.host.fail(&message, &element.recipe);
            }
        });
    }));
}

/// Whether the program has failed: nothing is to be done any more.
pub(super) fn has_failed() -> bool {
    HAS_FAILED.get()
}

/// One element that wants to be told; dropped, it is forgotten.
pub(super) struct Registration(u32);

impl Registration {
    /// Tells `host` when the program fails.
    pub(super) fn new(id: u32, host: Hosted) -> Registration {
        let recipe = Rc::from("");
        MOUNTED.with_borrow_mut(|mounted| mounted.insert(id, Mounted { recipe, host }));
        Registration(id)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        MOUNTED.with_borrow_mut(|mounted| mounted.remove(&self.0));
    }
}

/// Keeps the recipe of an element for the case of a failure.
pub(super) fn keep_recipe(id: u32, recipe: &Rc<str>) {
    MOUNTED.with_borrow_mut(|mounted| {
        if let Some(element) = mounted.get_mut(&id) {
            element.recipe = recipe.clone();
        }
    });
}
