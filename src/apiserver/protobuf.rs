//! The few messages that kubectl sends as protobuf whatever the server offers: the options of a deletion, an eviction,
//! a review of access (`k8s.io/apimachinery/pkg/runtime/serializer/protobuf`).

use crate::api::json::{Node as Tree, Value};

/// What such a body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// A field of a message.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message, each with its number; none if it is cut short.
fn fields(mut bytes: &[u8]) -> Option<Vec<(u64, Field<'_>)>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut bytes)?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                Field::Bytes(bytes.split_off(..length)?)
            }
            1 => {
                bytes.split_off(..8)?;
                continue;
            }
            5 => {
                bytes.split_off(..4)?;
                continue;
            }
            _ => return None,
        };
        fields.push((tag >> 3, field));
    }
    Some(fields)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f).checked_shl(shift)?;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// The object in a body: its kind, and the fields that are understood. None if it is none of the known messages.
pub(super) fn read(body: &[u8]) -> Option<Tree> {
    let (mut kind, mut raw): (&str, &[u8]) = ("", &[]);
    for (number, field) in fields(body.strip_prefix(MAGIC)?)? {
        match (number, field) {
            (1, Field::Bytes(meta)) => {
                for (number, field) in fields(meta)? {
                    if let (2, Field::Bytes(name)) = (number, field) {
                        kind = text(name)?;
                    }
                }
            }
            (2, Field::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let mut tree = match kind {
        "DeleteOptions" => options(raw)?,
        "Eviction" => eviction(raw)?,
        "SelfSubjectAccessReview" => Tree::map([]),
        _ => return None,
    };
    tree.set("kind", kind);
    Some(tree)
}

fn eviction(raw: &[u8]) -> Option<Tree> {
    let mut tree = Tree::map([]);
    for (number, field) in fields(raw)? {
        match (number, field) {
            (1, Field::Bytes(meta)) => {
                for (number, field) in fields(meta)? {
                    match (number, field) {
                        (1, Field::Bytes(name)) => tree.child("metadata").set("name", text(name)?),
                        (3, Field::Bytes(place)) if !place.is_empty() => {
                            tree.child("metadata").set("namespace", text(place)?);
                        }
                        _ => {}
                    }
                }
            }
            (2, Field::Bytes(raw)) => tree.set("deleteOptions", options(raw)?),
            _ => {}
        }
    }
    Some(tree)
}

fn options(raw: &[u8]) -> Option<Tree> {
    let mut tree = Tree::map([]);
    let mut dry_run = Vec::new();
    for (number, field) in fields(raw)? {
        match (number, field) {
            (1, Field::Number(seconds)) => {
                tree.set("gracePeriodSeconds", Value::Int(seconds.cast_signed()));
            }
            (2, Field::Bytes(raw)) => {
                for (number, field) in fields(raw)? {
                    match (number, field) {
                        (1, Field::Bytes(uid)) => {
                            tree.child("preconditions").set("uid", text(uid)?)
                        }
                        (2, Field::Bytes(version)) => {
                            tree.child("preconditions").set("resourceVersion", text(version)?);
                        }
                        _ => {}
                    }
                }
            }
            (3, Field::Number(orphan)) => tree.set("orphanDependents", Value::Bool(orphan != 0)),
            (4, Field::Bytes(policy)) => tree.set("propagationPolicy", text(policy)?),
            (5, Field::Bytes(word)) => dry_run.push(Tree::from(text(word)?)),
            _ => {}
        }
    }
    if !dry_run.is_empty() {
        tree.set("dryRun", Value::List(dry_run));
    }
    Some(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).expect("short");
        [&[number << 3 | 2, length], bytes].concat()
    }

    #[test]
    fn an_eviction_is_read() {
        let meta = [field(1, b"web-0"), field(3, b"default")].concat();
        let options = [vec![8, 30], field(2, &field(1, b"u-1")), field(4, b"Background")].concat();
        let raw = [field(1, &meta), field(2, &options)].concat();
        let types = [field(1, b"policy/v1"), field(2, b"Eviction")].concat();
        let body = [MAGIC.to_vec(), field(1, &types), field(2, &raw)].concat();
        let tree = read(&body).expect("an eviction");
        assert_eq!(
            tree.json(),
            r#"{"deleteOptions":{"gracePeriodSeconds":30,"preconditions":{"uid":"u-1"},"propagationPolicy":"Background"},"kind":"Eviction","metadata":{"name":"web-0","namespace":"default"}}"#
        );
        assert_eq!(read(&body[..body.len() - 1]), None);
        assert_eq!(read(b"{}"), None);
    }
}
