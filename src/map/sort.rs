//! Sorting, with little generated code for each type.

/// Sorts items by a key. The sort is stable.
pub fn sort_by_key<T, K: PartialOrd>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort(items, |one, other| key(one) < key(other));
}

/// The maximum number of items for an insertion sort.
const FEW: usize = 24;

/// Sorts items. The sort is stable. The standard sort generates much code for each type; here the code
/// that depends on the type is short.
pub fn sort<T>(items: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    if items.len() > FEW {
        // The place of each item; the swaps below move every item to its place.
        let order = order(items.len(), &|one, other| is_less(&items[one], &items[other]));
        let mut places = vec![0; order.len()];
        for (place, index) in order.into_iter().enumerate() {
            places[index] = place;
        }
        for index in 0..places.len() {
            while places[index] != index {
                let place = places[index];
                items.swap(index, place);
                places.swap(index, place);
            }
        }
        return;
    }
    for end in 1..items.len() {
        let mut place = end;
        while place > 0 && is_less(&items[place], &items[place - 1]) {
            items.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// Sorts the numbers below `count` by merging longer and longer runs.
fn order(count: usize, is_less: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut width = 1;
    while width < count {
        let mut merged = Vec::with_capacity(count);
        for pair in order.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([one, others_left @ ..], [other, others_right @ ..]) = (left, right) {
                if is_less(*other, *one) {
                    merged.push(*other);
                    right = others_right;
                } else {
                    merged.push(*one);
                    left = others_left;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        order = merged;
        width *= 2;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_things_are_sorted_as_a_few_are() {
        for count in [0, 1, 2, FEW, FEW + 1, 100, 1_000] {
            // Equal keys are distinguished by their original place.
            let mut things: Vec<(usize, usize)> =
                (0..count).map(|place| (place * 7_919 % 31, place)).collect();
            let mut expected = things.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_by_key(&mut things, |(key, _)| *key);
            assert_eq!(things, expected);
            // Reverse order is the worst case of an insertion sort.
            let mut reverse: Vec<usize> = (0..count * 50).rev().collect();
            sort(&mut reverse, |one, other| one < other);
            assert!(reverse.is_sorted());
        }
    }

    #[test]
    fn sorting_is_stable() {
        let mut items = [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        sort_by_key(&mut items, |item| item.0);
        assert_eq!(items, [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }
}
