//! Tokens that turn out to be keys once a colon follows.

use super::{Failure, Mark, Scanned};

/// How many characters a key without `?` may have.
const LENGTH_MAX: usize = 1024;

#[derive(Clone, Copy, Default)]
struct SimpleKey {
    is_possible: bool,
    /// Whether it must be a key, as it begins at the column of its mapping.
    is_required: bool,
    /// Whether the scanner looks for the colon before the parser gets the token.
    is_awaited: bool,
    /// The number of its token.
    number: usize,
    mark: Mark,
}

/// One possible key for each level of flow collections, the innermost last (`yaml_simple_key_t`).
pub(super) struct SimpleKeys(Vec<SimpleKey>);

fn no_colon<T>(mark: Mark, context: Mark) -> Scanned<T> {
    Err(Failure { words: "could not find expected ':'", mark, context, is_scanner: true })
}

impl SimpleKey {
    /// Whether a colon at `now` would make it a key.
    fn is_valid(&mut self, now: Mark) -> Scanned<bool> {
        let is_over = self.mark.line < now.line || self.mark.index + LENGTH_MAX < now.index;
        if self.is_possible && is_over {
            if self.is_required {
                return no_colon(now, self.mark);
            }
            self.is_possible = false;
        }
        Ok(self.is_possible)
    }
}

impl SimpleKeys {
    pub(super) fn new() -> SimpleKeys {
        SimpleKeys(vec![SimpleKey::default()])
    }

    /// Begins a flow collection with the token of this number.
    pub(super) fn begin(&mut self, number: usize) {
        self.0.push(SimpleKey { number, ..SimpleKey::default() });
    }

    /// Ends a flow collection. As in Go, its first token is no longer awaited as a key if there was none inside.
    pub(super) fn end(&mut self) {
        let Some(SimpleKey { number, .. }) = self.0.pop() else { return };
        self.0.iter_mut().for_each(|key| key.is_awaited &= key.number != number);
    }

    /// Whether the token of this number may still turn out to be a key.
    pub(super) fn may_be(&mut self, number: usize, now: Mark) -> Scanned<bool> {
        match self
            .0
            .iter_mut()
            .find(|key| key.is_possible && key.is_awaited && key.number == number)
        {
            Some(key) => key.is_valid(now),
            None => Ok(false),
        }
    }

    /// Saves a possible key in the place of the one before.
    pub(super) fn save(&mut self, number: usize, is_required: bool, mark: Mark) -> Scanned<()> {
        self.remove(mark)?;
        if let Some(key) = self.0.last_mut() {
            *key = SimpleKey { is_possible: true, is_required, is_awaited: true, number, mark };
        }
        Ok(())
    }

    /// Removes the possible key of this level.
    pub(super) fn remove(&mut self, now: Mark) -> Scanned<()> {
        match self.0.last_mut() {
            Some(key) if key.is_possible && key.is_required => no_colon(now, key.mark),
            Some(key) => {
                key.is_possible = false;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Takes the key before a colon at `now`: its number and where it begins.
    pub(super) fn take(&mut self, now: Mark) -> Scanned<Option<(usize, Mark)>> {
        let Some(key) = self.0.last_mut() else { return Ok(None) };
        let is_valid = key.is_valid(now)?;
        key.is_possible = false;
        Ok(is_valid.then_some((key.number, key.mark)))
    }
}
