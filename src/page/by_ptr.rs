//! A shared value that is compared by address.

use std::ops::Deref;
use std::rc::Rc;

/// A shared, immutable value that is equal only to itself, so that comparing component properties is cheap.
#[derive(Debug, Default)]
pub struct ByPtr<T>(Rc<T>);

impl<T> ByPtr<T> {
    /// Shares a value.
    pub fn new(value: T) -> ByPtr<T> {
        ByPtr(Rc::new(value))
    }
}

impl<T> Clone for ByPtr<T> {
    fn clone(&self) -> ByPtr<T> {
        ByPtr(self.0.clone())
    }
}

impl<T> PartialEq for ByPtr<T> {
    fn eq(&self, other: &ByPtr<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for ByPtr<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ByPtr;

    #[test]
    fn only_clones_are_equal() {
        let value = ByPtr::new(1);
        assert!(value == value.clone());
        assert!(value != ByPtr::new(1));
    }
}
