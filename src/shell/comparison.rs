//! The operators that compare two values.

use std::cmp::Ordering;

/// An operator that compares two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Less,
    /// `>`
    Greater,
}

impl Comparison {
    /// The operators with their signs. None begins with an earlier one.
    pub const SIGNS: [(&'static str, Comparison); 6] = [
        ("==", Comparison::Equal),
        ("!=", Comparison::NotEqual),
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];

    /// The operator with a sign.
    #[must_use]
    pub fn signed(sign: &str) -> Option<Comparison> {
        Comparison::SIGNS.iter().find(|(own, _)| *own == sign).map(|(_, comparison)| *comparison)
    }

    /// Whether it is true of two values in this order.
    #[must_use]
    pub fn is_true_of(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::AtMost => order.is_le(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::Less => order.is_lt(),
            Comparison::Greater => order.is_gt(),
        }
    }
}
