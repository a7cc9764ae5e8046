//! The hash that kustomize appends to the names of generated ConfigMaps and Secrets (`api/hasher`): part of the SHA-256
//! (FIPS 180-4) of the object as JSON.

use crate::api::json::Node;

/// The suffix of an object, from its kind, name, type, and data.
pub(super) fn suffix(object: &Node) -> String {
    let mut hashed = Node::map([]);
    for key in ["kind", "type"] {
        if !object.text(key).is_empty() {
            hashed.set(key, object.text(key));
        }
    }
    hashed.set("name", object.word("metadata.name").as_str());
    match object.get("data") {
        Some(data) => hashed.set("data", data.clone()),
        None => hashed.set("data", ""),
    }
    let hex = sha256(hashed.json().as_bytes());
    let letter = |c: char| match c {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        c => c,
    };
    hex.chars().take(10).map(letter).collect()
}

/// The first 32 bits of the fractional part of the square or cube root of a prime: a constant of SHA-256.
fn fraction(prime: u64, is_cube: bool) -> u32 {
    // Finds the largest integer that is at most the root times 2^32.
    let (mut low, mut high) = (0_u128, 1_u128 << 37);
    while high - low > 1 {
        let middle = (low + high) / 2;
        let is_below = match is_cube {
            // 37 bits cubed are 111 bits.
            true => middle * middle * middle <= u128::from(prime) << 96,
            false => middle * middle <= u128::from(prime) << 64,
        };
        if is_below { low = middle } else { high = middle }
    }
    low as u32
}

fn primes() -> impl Iterator<Item = u64> {
    (2..).filter(|number| (2..*number).all(|divisor| number % divisor != 0))
}

fn sha256(text: &[u8]) -> String {
    let mut state: [u32; 8] = [0; 8];
    state.iter_mut().zip(primes()).for_each(|(word, prime)| *word = fraction(prime, false));
    let rounds: Vec<u32> = primes().take(64).map(|prime| fraction(prime, true)).collect();
    let mut bytes = text.to_vec();
    bytes.push(0x80);
    while bytes.len() % 64 != 56 {
        bytes.push(0);
    }
    bytes.extend((text.len() as u64 * 8).to_be_bytes());
    for block in bytes.chunks_exact(64) {
        let word = |bytes: &[u8]| bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        let mut words: Vec<u32> = block.chunks_exact(4).map(word).collect();
        for at in 16..64 {
            let (one, other) = (words[at - 15], words[at - 2]);
            let small = one.rotate_right(7) ^ one.rotate_right(18) ^ one >> 3;
            let large = other.rotate_right(17) ^ other.rotate_right(19) ^ other >> 10;
            words.push(
                words[at - 16].wrapping_add(small).wrapping_add(words[at - 7]).wrapping_add(large),
            );
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (round, word) in rounds.iter().zip(words) {
            let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = e & f ^ !e & g;
            let one =
                h.wrapping_add(mixed).wrapping_add(choice).wrapping_add(*round).wrapping_add(word);
            let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = a & b ^ a & c ^ b & c;
            let other = mixed.wrapping_add(majority);
            (h, g, f, e) = (g, f, e, d.wrapping_add(one));
            (d, c, b, a) = (c, b, a, one.wrapping_add(other));
        }
        for (word, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(new);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        for (text, hash) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(sha256(text.as_bytes()), hash);
        }
    }

    /// From `api/hasher/hasher_test.go` of kustomize.
    #[test]
    fn suffixes_are_those_of_kustomize() {
        for (manifest, expected) in [
            ("kind: ConfigMap\nmetadata: {name: \"\"}\n", "6ct58987ht"),
            ("kind: ConfigMap\nmetadata: {name: \"\"}\ndata: {one: \"\"}\n", "9g67k2htb6"),
            (
                "kind: Secret\ntype: my-type\nmetadata: {name: \"\"}\ndata: {one: \"\"}\n",
                "74bd68bm66",
            ),
        ] {
            let object = crate::manifest::read(manifest).expect("YAML");
            assert_eq!(suffix(&object), expected, "{manifest}");
        }
    }
}
