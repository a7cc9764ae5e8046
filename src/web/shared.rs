//! A value for the properties of a component: equal only to itself, so that comparing costs nothing.

use std::ops::Deref;
use std::rc::Rc;

/// A shared value that is replaced, never changed.
#[derive(Debug, Default)]
pub(super) struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub(super) fn new(value: T) -> Shared<T> {
        Shared(Rc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(self.0.clone())
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
