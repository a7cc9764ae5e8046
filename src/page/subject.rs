//! How the page names and colors subjects.

use crate::api::Kind;
use crate::cluster::Subject;

/// The name of a subject without its kind and namespace.
pub fn name(subject: &Subject) -> &str {
    match subject {
        Subject::Object(object) => object.key.name(),
        Subject::Client(name) | Subject::Name(name) => name,
    }
}

/// The ordinal that determines the hue of a subject, if the subject belongs to an identity.
fn ordinal(subject: &Subject) -> Option<u32> {
    let name = match subject {
        Subject::Object(object) => match object.kind {
            Kind::Pod | Kind::PersistentVolumeClaim => object.key.name(),
            _ => return None,
        },
        Subject::Name(name) => name.split('.').next()?,
        Subject::Client(_) => return None,
    };
    name.rsplit_once('-')?.1.parse().ok()
}

/// The CSS class of a subject's hue, or an empty string.
pub fn hue(subject: &Subject) -> &'static str {
    const HUES: [&str; 12] = [
        "hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7", "hue-8", "hue-9",
        "hue-10", "hue-11",
    ];
    ordinal(subject).map_or("", |ordinal| HUES[ordinal as usize % HUES.len()])
}

#[cfg(test)]
mod tests {
    use super::{hue, name};
    use crate::api::{Key, Kind};
    use crate::cluster::Subject;

    fn object(kind: Kind, name: &str) -> Subject {
        Subject::object(kind, &Key::new("default", name))
    }

    #[test]
    fn what_belongs_to_an_identity_has_its_hue() {
        assert_eq!(hue(&object(Kind::Pod, "web-1")), "hue-1");
        assert_eq!(hue(&object(Kind::PersistentVolumeClaim, "data-web-13")), "hue-1");
        assert_eq!(hue(&Subject::Name("web-2.web".into())), "hue-2");
        for other in [
            object(Kind::Node, "node-1"),
            object(Kind::Pod, "web-5d9c7"),
            Subject::Name("web".into()),
            Subject::Client("reader-1".into()),
        ] {
            assert_eq!(hue(&other), "", "{other:?}");
        }
    }

    #[test]
    fn names_are_short() {
        assert_eq!(name(&object(Kind::Pod, "web-1")), "web-1");
        assert_eq!(name(&Subject::Name("web-1.web".into())), "web-1.web");
        assert_eq!(name(&Subject::Client("reader".into())), "reader");
    }
}
