//! The endings of generated names: hashes and chance, in letters that form no words.
//!
//! Follows `k8s.io/apimachinery/pkg/util/rand` and `ComputeHash` of `pkg/controller/controller_utils.go`.

use super::{Step, Stream};
use crate::api::json::Node;

const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// The letter that stands for a number or a byte.
fn letter(number: u64) -> char {
    let letter = usize::try_from(number % 27).ok().and_then(|place| LETTERS.get(place));
    char::from(letter.copied().unwrap_or(b'b'))
}

/// The hash of a template as JSON: the digits of 32 bits, each as a letter (`rand.SafeEncodeString`).
/// `collisions` tells apart what has one hash.
pub(super) fn name_hash(template: &Node, collisions: u32) -> String {
    let text = format!("{}{collisions}", template.json());
    // FNV-1 with 32 bits.
    let sum = text
        .bytes()
        .fold(0x811c_9dc5_u32, |sum, byte| sum.wrapping_mul(0x0100_0193) ^ u32::from(byte));
    sum.to_string().bytes().map(|digit| letter(u64::from(digit))).collect()
}

/// Five random characters (`rand.String`), as `generateName` adds them.
pub(super) fn suffix(step: &mut Step<'_>) -> String {
    (0..5).map(|_| letter(step.random(Stream::Identity, 27))).collect()
}

/// The name that the API server makes of a `generateName` (`SimpleNameGenerator` of `k8s.io/apiserver`). The letters
/// depend on a number only, so that kubectl can print the name at once.
pub fn generated_name(base: &str, number: u64) -> String {
    let mut name: String = base.chars().take(58).collect();
    let mut state = number.wrapping_add(1);
    for _ in 0..5 {
        // The multiplier of the generator of Knuth's MMIX.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        name.push(letter(state >> 33));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_only_the_letters_that_digits_become() {
        let names = [0, 1].map(|collisions| name_hash(&Node::map([]), collisions));
        assert!(names.iter().all(|name| name.chars().all(|letter| "456789bcdf".contains(letter))));
        assert_ne!(names[0], names[1]);
    }
}
