//! The structs of the API, from the table that [`crate::manifest::schema`] describes.

use super::target::group_version;
use std::sync::OnceLock;

/// A struct of the API: its group and version, its name, whether it is a kind, and its fields with their types.
pub(super) struct Struct {
    pub(super) group: &'static str,
    pub(super) name: &'static str,
    pub(super) is_kind: bool,
    fields: &'static str,
}

impl Struct {
    /// The fields, each with the code of its type.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.fields.split(' ').filter_map(|field| field.split_once(':'))
    }
}

/// All structs.
pub(super) fn structs() -> &'static [Struct] {
    static STRUCTS: OnceLock<Vec<Struct>> = OnceLock::new();
    STRUCTS.get_or_init(|| {
        let (mut structs, mut group) = (Vec::new(), "");
        for line in include_str!("../../static/schema.txt").lines() {
            if let Some(name) = line.strip_prefix('@') {
                group = name;
            } else if !line.starts_with('#') {
                let (name, fields) = line.split_once(' ').unwrap_or((line, ""));
                let is_kind = name.ends_with('!');
                structs.push(Struct { group, name: name.trim_end_matches('!'), is_kind, fields });
            }
        }
        structs
    })
}

/// The struct of a kind in a group and version.
pub(super) fn of_kind(api_version: &str, kind: &str) -> Option<&'static Struct> {
    structs().iter().find(|it| it.is_kind && it.group == api_version && it.name == kind)
}

/// The struct that the type of a field refers to, directly or as the item of a list or a map.
pub(super) fn referred(of: &Struct, code: &str) -> Option<&'static Struct> {
    let name = code.trim_start_matches(['[', '{']);
    if name.len() < 2 || name.starts_with('=') {
        return None;
    }
    let named = || structs().iter().filter(|it| it.name == name);
    named().find(|it| it.group == of.group).or_else(|| named().next())
}

/// The name of a struct in OpenAPI, as in `io.k8s.api.apps.v1.StatefulSet`.
pub(super) fn component(of: &Struct) -> String {
    match group_version(of.group) {
        ("meta", version) => format!("io.k8s.apimachinery.pkg.apis.meta.{version}.{}", of.name),
        ("", version) => format!("io.k8s.api.core.{version}.{}", of.name),
        (group, version) => {
            let group = group.split('.').next().unwrap_or(group);
            format!("io.k8s.api.{group}.{version}.{}", of.name)
        }
    }
}
