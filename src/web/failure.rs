//! Failures of the program itself: panics, traps, out of memory.
//!
//! All elements on a page share one instance of the module, and after a failure its state is unknown.
//! The element's script discards the instance and mounts the elements on a fresh one, each from the
//! recipe that it was given here. An instance that has failed is never asked for anything.

use super::script::SharedHost;
use crate::map::Map;
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use wasm_bindgen::prelude::*;

thread_local! {
    static MOUNTED: RefCell<Map<u32, SharedHost>> = const { RefCell::new(Map::new()) };
    static HAS_FAILED: Cell<bool> = const { Cell::new(false) };
    /// The element that was updated last.
    static CURRENT: Cell<Option<u32>> = const { Cell::new(None) };
    /// A failure that a test asked for in the next update.
    static DUE: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Reports a panic to the element that was being updated.
pub(super) fn install_hook() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        HAS_FAILED.set(true);
        let message = panic.to_string();
        MOUNTED.with(|mounted| {
            let Ok(mounted) = mounted.try_borrow() else { return };
            let current = CURRENT.get();
            let mut hosts = mounted.iter();
            let host = hosts.find(|(id, _)| current.is_none_or(|it| it == **id));
            if let Some((_, host)) = host {
                host.fail(&message, current.is_some());
            }
        });
    }));
}

/// Begins an update of an element; false if the program has failed and must not go on.
pub(super) fn enter(id: u32) -> bool {
    if HAS_FAILED.get() {
        return false;
    }
    CURRENT.set(Some(id));
    if let Some(fault) = DUE.take() {
        fault.happen();
    }
    true
}

/// Whether the program has failed and must not go on.
pub(super) fn has_failed() -> bool {
    HAS_FAILED.get()
}

/// Stops this instance for good. Returns the number of the element that was updated last.
#[wasm_bindgen]
pub fn condemn() -> Option<u32> {
    HAS_FAILED.set(true);
    CURRENT.get()
}

/// One element on the page, until it is dropped.
pub(super) struct Registration(u32);

impl Registration {
    /// Reports failures to `host`.
    pub(super) fn new(id: u32, host: SharedHost) -> Registration {
        host.number(id);
        MOUNTED.with_borrow_mut(|mounted| mounted.insert(id, host));
        Registration(id)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        MOUNTED.with_borrow_mut(|mounted| mounted.remove(&self.0));
        if CURRENT.get() == Some(self.0) {
            CURRENT.set(None);
        }
    }
}

/// The script of a mounted element.
fn host(id: u32) -> Option<SharedHost> {
    MOUNTED.with_borrow(|mounted| mounted.get(&id).cloned())
}

/// Gives the recipe of an element to its script, to be kept in case the program fails.
pub(super) fn keep_recipe(id: u32, recipe: &str) {
    CURRENT.set(Some(id));
    if let Some(host) = host(id) {
        host.keep_recipe(recipe);
    }
}

/// The ways in which the program can fail.
#[derive(Clone, Copy)]
enum Fault {
    /// A panic.
    Panic,
    /// A trap, such as `unreachable`.
    Trap,
    /// Out of memory.
    Memory,
}

impl Fault {
    /// Makes the program fail.
    #[expect(clippy::panic, reason = "this is what is asked for")]
    fn happen(self) {
        match self {
            Fault::Panic => panic!("a panic that a test asked for"),
            Fault::Trap => core::arch::wasm32::unreachable(),
            Fault::Memory => loop {
                std::mem::forget(black_box(Vec::<u8>::with_capacity(1 << 28)));
            },
        }
    }
}

/// Makes the program fail with a `panic`, a `trap` or out of `memory`, now or in the next update of an
/// element. For tests only: no recipe, link or terminal line reaches this.
#[wasm_bindgen]
pub fn provoke(fault: &str, is_later: bool) {
    let fault = match fault {
        "panic" => Fault::Panic,
        "memory" => Fault::Memory,
        _ => Fault::Trap,
    };
    if is_later {
        DUE.set(Some(fault));
    } else {
        fault.happen();
    }
}
