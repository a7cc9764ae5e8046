//! `Status`: how the API server answers where there is no object (`k8s.io/apimachinery/pkg/api/errors`).

use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};

/// A refusal: an HTTP status code, a reason, a message, and what it is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Status {
    /// The HTTP status code.
    pub(super) code: u16,
    /// The reason, for example `NotFound`; may be empty.
    pub(super) reason: Box<str>,
    /// The message.
    pub(super) message: String,
    /// The name of the object and its kind in lower case and plural, or as it is for `Invalid`, if it is about one.
    pub(super) about: Option<(Kind, Box<str>)>,
    /// What is wrong, field by field: the reason, the message, and the field.
    pub(super) causes: Vec<[String; 3]>,
    /// The kind of the options that it is about, if it is not about an object.
    options: &'static str,
}

/// The codes of reasons (`metav1.StatusReason`).
const CODES: &[(&str, u16)] = &[
    ("Unauthorized", 401),
    ("Forbidden", 403),
    ("NotFound", 404),
    ("MethodNotAllowed", 405),
    ("NotAcceptable", 406),
    ("AlreadyExists", 409),
    ("Conflict", 409),
    ("Gone", 410),
    ("Expired", 410),
    ("RequestEntityTooLarge", 413),
    ("UnsupportedMediaType", 415),
    ("Invalid", 422),
    ("TooManyRequests", 429),
    ("InternalError", 500),
    ("ServiceUnavailable", 503),
    ("Timeout", 504),
    ("BadRequest", 400),
];

/// The reasons of causes, by how their messages begin (`field.ErrorType`).
const CAUSES: &[(&str, &str)] = &[
    ("Required value", "FieldValueRequired"),
    ("Duplicate value", "FieldValueDuplicate"),
    ("Unsupported value", "FieldValueNotSupported"),
    ("Forbidden", "FieldValueForbidden"),
    ("Not found", "FieldValueNotFound"),
    ("Too long", "FieldValueTooLong"),
    ("Too many", "FieldValueTooMany"),
    ("Internal error", "InternalError"),
];

impl Status {
    /// A refusal for this reason.
    pub(super) fn new(reason: &str, message: impl Into<String>) -> Status {
        let code = CODES.iter().find(|(known, _)| *known == reason).map_or(500, |(_, code)| *code);
        let (reason, message) = (reason.into(), message.into());
        Status { code, reason, message, about: None, causes: Vec::new(), options: "" }
    }

    /// The same about an object.
    pub(super) fn about(self, kind: Kind, name: &str) -> Status {
        Status { about: Some((kind, name.into())), ..self }
    }

    /// The error for invalid options such as `PatchOptions`.
    pub(super) fn options(options: &'static str, words: &str) -> Status {
        let message = format!("{options}.meta.k8s.io \"\" is invalid: {words}");
        Status { causes: vec![cause(words)], options, ..Status::new("Invalid", message) }
    }

    /// `pods "x" not found`.
    pub(super) fn not_found(kind: Kind, name: &str) -> Status {
        Status::new("NotFound", format!("{} \"{name}\" not found", kind.resource()))
            .about(kind, name)
    }

    /// What is said of a path that is not served.
    pub(super) fn no_resource() -> Status {
        Status::new("NotFound", "the server could not find the requested resource")
    }

    /// What is said of a method that is not served.
    pub(super) fn no_method() -> Status {
        let words = "the server does not allow this method on the requested resource";
        Status::new("MethodNotAllowed", words)
    }

    /// The refusal that kubectl prints as this text: the inverse of `CheckErr` of `k8s.io/kubectl/pkg/cmd/util`.
    pub(super) fn printed(text: &str, about: Option<(Kind, String)>) -> Status {
        let text = text.trim_end();
        let mut status = if let Some(rest) = text.strip_prefix("Error from server (") {
            let (reason, message) = rest.split_once("): ").unwrap_or((rest, ""));
            Status::new(reason, without_source(message))
        } else if let Some(message) = text.strip_prefix("Error from server: ") {
            Status { reason: "".into(), ..Status::new("InternalError", without_source(message)) }
        } else if let Some((name, causes)) = invalid(text) {
            return Status::invalid(about, name, causes);
        } else if let Some(message) = text.strip_prefix("The request is invalid: ") {
            return Status::new("Invalid", message);
        } else {
            let message = text.strip_prefix("error: ").unwrap_or(text);
            Status::new("BadRequest", without_source(message))
        };
        status.about = about.map(|(kind, name)| (kind, name.into()));
        status
    }

    fn invalid(about: Option<(Kind, String)>, name: &str, causes: Vec<&str>) -> Status {
        let joined = match causes.as_slice() {
            [one] => (*one).to_owned(),
            all => format!("[{}]", all.join(", ")),
        };
        let kind = about
            .as_ref()
            .map_or_else(String::new, |(kind, _)| kind.name().to_owned() + kind.group());
        let mut status = Status::new("Invalid", format!("{kind} \"{name}\" is invalid: {joined}"));
        status.causes = causes.into_iter().map(cause).collect();
        status.about = about.map(|(kind, name)| (kind, name.into()));
        status
    }

    /// The refusal as an object.
    pub(super) fn tree(&self) -> Tree {
        let mut tree = Tree::map([]);
        tree.set("apiVersion", "v1");
        tree.set("code", Value::Int(self.code.into()));
        tree.set("kind", "Status");
        tree.set("message", self.message.as_str());
        tree.set("metadata", Tree::map([]));
        if !self.reason.is_empty() {
            tree.set("reason", &*self.reason);
        }
        tree.set("status", "Failure");
        if let Some((kind, name)) = &self.about {
            let details = tree.child("details");
            let group = kind.group().trim_start_matches('.');
            if !group.is_empty() {
                details.set("group", group);
            }
            details
                .set("kind", if &*self.reason == "Invalid" { kind.name() } else { kind.plural() });
            details.set("name", &**name);
        }
        if !self.options.is_empty() {
            tree.child("details").set("group", "meta.k8s.io");
            tree.child("details").set("kind", self.options);
        }
        if !self.causes.is_empty() {
            let causes = self.causes.iter().map(|[reason, message, field]| {
                let mut tree = Tree::map([]);
                if !field.is_empty() {
                    tree.set("field", field.as_str());
                }
                tree.set("message", message.as_str());
                tree.set("reason", reason.as_str());
                tree
            });
            tree.child("details").set("causes", Value::List(causes.collect()));
        }
        tree
    }
}

/// What a deletion that is complete is answered with.
pub(super) fn deleted(kind: Kind, name: &str, uid: &str) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Status");
    tree.set("metadata", Tree::map([]));
    tree.set("status", "Success");
    let details = tree.child("details");
    let group = kind.group().trim_start_matches('.');
    if !group.is_empty() {
        details.set("group", group);
    }
    details.set("kind", kind.plural());
    details.set("name", name);
    details.set("uid", uid);
    tree
}

/// A message without what kubectl says of where an object came from.
fn without_source(message: &str) -> &str {
    let rest = message.strip_prefix("error when ").and_then(|rest| rest.split_once("\"STDIN\": "));
    rest.map_or(message, |(_, message)| message)
}

/// The name and the causes of `The StatefulSet "web" is invalid: ...`.
fn invalid(text: &str) -> Option<(&str, Vec<&str>)> {
    let (head, causes) = text.strip_prefix("The ")?.split_once("\" is invalid: ")?;
    let (_, name) = head.split_once(" \"")?;
    let causes = match causes.trim_start().strip_prefix("* ") {
        Some(list) => list.split("\n* ").map(str::trim_end).collect(),
        None => vec![causes],
    };
    Some((name, causes))
}

/// The reason, the message, and the field of `spec.replicas: Invalid value: -1: ...`.
fn cause(text: &str) -> [String; 3] {
    let (field, message) = text.split_once(": ").unwrap_or(("", text));
    let known = CAUSES.iter().find(|(begin, _)| message.starts_with(begin));
    let reason = known.map_or("FieldValueInvalid", |(_, reason)| reason);
    [reason, message, field].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubectl_prints_becomes_a_status() {
        let about = Some((Kind::StatefulSet, "web".to_owned()));
        let status = |text: &str| Status::printed(text, about.clone());
        let missing = status("Error from server (NotFound): statefulsets.apps \"web\" not found\n");
        assert_eq!((missing.code, &*missing.reason), (404, "NotFound"));
        assert_eq!(missing.tree().word("details.kind"), "statefulsets");
        let taken = status(
            "Error from server (AlreadyExists): error when creating \"STDIN\": statefulsets.apps \"web\" already exists\n",
        );
        assert_eq!(taken.message, "statefulsets.apps \"web\" already exists");
        let one = status(
            "The StatefulSet \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n",
        );
        assert_eq!(
            one.message,
            "StatefulSet.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"
        );
        assert_eq!(one.tree().word("details.causes.0.field"), "spec.replicas");
        let two = status(
            "The StatefulSet \"web\" is invalid: \n* spec.a: Required value\n* spec.b: Forbidden: no\n",
        );
        assert_eq!(
            two.message,
            "StatefulSet.apps \"web\" is invalid: [spec.a: Required value, spec.b: Forbidden: no]"
        );
        assert_eq!(
            two.causes.iter().map(|cause| cause[0].as_str()).collect::<Vec<_>>(),
            ["FieldValueRequired", "FieldValueForbidden"]
        );
        assert_eq!(status("error: no\n").code, 400);
    }
}
