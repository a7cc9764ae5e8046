//! The fields and types of the whole Kubernetes API, for what is not simulated: it is checked and kept.
//!
//! `cargo xtask schema` writes the table, `static/schema.txt`. A line `@apps/v1` begins a version of a group; the
//! lines below it have a struct each, and a `!` behind the name of one that is a kind:
//! ```text
//! EnvVar name:s value:s valueFrom:EnvVarSource
//! ```
//! A type is `s` for a string, `=Protocol` for a string with its own name in Go, `b` for a bool, `i` for an int32,
//! `l` for an int64, `f` for a float64, `y` for bytes, `q` for a quantity, `x` for a number or a string, `t` for a time,
//! `a` for anything, `[s` for a list, `{s` for a map, or the name of a struct.
//!
//! Natively, the table is part of the program. The page fetches it ([`install`]) before it reads a text with a
//! field that is not simulated ([`is_needed`]).

use super::decode::{At, Extra, Found, Path, Seen, Step};
use super::tree::{Entry, Node, Value};
use super::{known, quantity, scalar};
use crate::api::Kind;
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::OnceLock;

static TABLE: OnceLock<Vec<Struct>> = OnceLock::new();

/// A struct of the API.
struct Struct {
    /// As in `apiVersion`.
    group: &'static str,
    name: &'static str,
    is_kind: bool,
    /// Its fields and their types.
    fields: &'static str,
}

/// Installs the table, unless there is one.
pub fn install(text: &'static str) {
    TABLE.get_or_init(|| structs(text));
}

/// Whether there is a table.
pub fn is_installed() -> bool {
    !table().is_empty()
}

fn table() -> &'static [Struct] {
    #[cfg(not(target_arch = "wasm32"))]
    install(include_str!("../../static/schema.txt"));
    TABLE.get().map_or(&[], Vec::as_slice)
}

fn structs(text: &'static str) -> Vec<Struct> {
    let (mut structs, mut group) = (Vec::new(), "");
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('@') {
            group = name;
        } else if !line.starts_with('#') {
            let (name, fields) = line.split_once(' ').unwrap_or((line, ""));
            let is_kind = name.ends_with('!');
            structs.push(Struct { group, name: name.trim_end_matches('!'), is_kind, fields });
        }
    }
    structs
}

/// Whether a text, such as a manifest, a recipe or a line of the terminal, may have a field or a kind that is not
/// simulated, and the table must be installed before it is read.
pub fn is_needed(text: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let mut is_kind = false;
    // A name can be hidden behind an escape sequence.
    text.contains('\\')
        || text.split(|it| !is_letter(it)).filter(|word| !word.is_empty()).any(|word| {
            let is_other = is_kind && !Kind::ALL.iter().any(|kind| kind.name() == word);
            is_kind = word == "kind";
            is_other || known::is_further_field(word)
        })
}

impl Struct {
    /// The type of a field.
    fn field(&self, name: &str) -> Option<&'static str> {
        self.fields.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix(':'))
    }

    /// The struct of this name that a field of this one has: of the same group, or else the first.
    fn other(&self, name: &str) -> Option<&'static Struct> {
        let named = || table().iter().filter(|it| it.name == name);
        named().find(|it| it.group == self.group).or_else(|| named().next())
    }

    /// Its package in Go.
    fn package(&self) -> &'static str {
        self.group.rsplit('/').next().unwrap_or_default()
    }

    /// What Go calls a type of a field of this struct.
    fn go_type(&self, code: &'static str) -> String {
        match code {
            "s" => "string".into(),
            "b" => "bool".into(),
            "i" => "int32".into(),
            "l" => "int64".into(),
            "f" => "float64".into(),
            "y" => "[]uint8".into(),
            "q" => "resource.Quantity".into(),
            "x" => "intstr.IntOrString".into(),
            "t" => "v1.Time".into(),
            "a" => "runtime.RawExtension".into(),
            "{q" => "v1.ResourceList".into(),
            _ => match (code.split_at(1), self.other(code)) {
                (("[", item), _) => format!("[]{}", self.go_type(item)),
                (("{", value), _) => format!("map[string]{}", self.go_type(value)),
                (("=", name), _) if name.contains('.') => name.into(),
                (("=", name), _) => format!("{}.{name}", self.package()),
                (_, Some(other)) => format!("{}.{code}", other.package()),
                (_, None) => code.into(),
            },
        }
    }
}

/// Checks an object of a kind that is only stored; none if the table does not have its kind.
#[cfg_attr(not(test), expect(dead_code, reason = "no kind is only stored yet"))]
pub(super) fn check_object(root: &Node) -> Option<Found> {
    let (group, kind) = (root.text("apiVersion"), root.text("kind"));
    let is_it = |it: &&Struct| it.is_kind && it.group == group && it.name == kind;
    let of = table().iter().find(is_it)?;
    let found = RefCell::new(Found::default());
    let path = Path { parent: None, step: Step::Index(0) };
    let at = At { node: root, place: root.place, path: &path, owner: "", found: &found };
    at.check_struct(of);
    Some(found.into_inner())
}

impl At<'_> {
    /// Checks the value of a field that the model has not, and notes what is wrong with it.
    pub(super) fn check_extra(&self) {
        let name = known::go_name(self.owner);
        let owner = table().iter().find(|it| it.name == name);
        if let Some((owner, code)) = owner.and_then(|it| Some((it, it.field(self.path.field())?))) {
            self.check(owner, code);
        }
    }

    /// Checks a value whose type is that of a field of `of`.
    fn check(&self, of: &Struct, code: &'static str) {
        let unlike = || self.wrong(&of.go_type(code));
        match (code.split_at(1), &self.node.value) {
            (_, Value::Null) | (("a", ""), _) => {}
            (("s", "") | ("=", _), value) => {
                if !matches!(value, Value::Text(_)) {
                    unlike();
                }
            }
            (("b", ""), _) => drop(self.truth()),
            (("i", ""), _) => drop(self.integer("int32")),
            (("l", ""), _) => drop(self.integer("int64")),
            (("f", ""), Value::Int(_) | Value::Float(_)) => {}
            (("y", ""), Value::Text(text)) => {
                if let Err(byte) = scalar::base64(text) {
                    self.stop(format!("illegal base64 data at input byte {byte}"));
                }
            }
            (("q", ""), value) => {
                let text = match value {
                    Value::Text(text) | Value::Float(text) => text.clone(),
                    Value::Int(number) => number.to_string(),
                    _ => String::new(),
                };
                if let Some(message) = quantity::refusal(&text) {
                    self.stop(message.into());
                }
            }
            // Of what is a text or a number, Go names the type that it tries last, and not the field.
            (("x", ""), Value::Text(_)) | (("t", ""), Value::Text(_)) => {}
            (("x", ""), _) => drop(At { owner: "", ..*self }.integer("int32")),
            (("t", ""), _) => At { owner: "", ..*self }.wrong("string"),
            (("[", item), Value::List(items)) => {
                for (index, node) in items.iter().enumerate() {
                    let path = Path { parent: Some(self.path), step: Step::Index(index) };
                    At { node, place: node.place, path: &path, ..*self }.check(of, item);
                }
            }
            (("{", value), Value::Map(entries)) => {
                for Entry { key, place, node } in entries {
                    let path = Path { parent: Some(self.path), step: Step::Key(key) };
                    At { node, place: *place, path: &path, ..*self }.check(of, value);
                }
            }
            (_, Value::Map(_)) if let Some(other) = of.other(code) => self.check_struct(other),
            _ => unlike(),
        }
    }

    fn check_struct(&self, of: &'static Struct) {
        let fields = || of.fields.split(' ').filter_map(|field| Some(field.split_once(':')?.0));
        if self.found.borrow().wrong.is_none() {
            let fields = Cow::Owned(fields().collect());
            let seen = Seen { path: self.path.text(), name: of.name, fields };
            self.found.borrow_mut().seen.push(seen);
        }
        for Entry { key, place, node } in self.node.entries() {
            let path = Path { parent: Some(self.path), step: Step::Field(key) };
            let at = At { node, place: *place, path: &path, owner: of.name, ..*self };
            match of.field(key) {
                Some(code) => at.check(of, code),
                None if of.is_kind && matches!(key.as_str(), "apiVersion" | "kind") => {}
                None if self.found.borrow().wrong.is_some() => {}
                None => self.found.borrow_mut().unknown.push(Extra {
                    path: path.text(),
                    place: *place,
                    owner: of.name,
                    value: Node::default(),
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, tree};
    use super::*;

    /// What the API server says of a pod with this in its container, and what the advice is.
    fn refusal(field: &str) -> (String, String) {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: a\n    {field}\n"
        );
        match parse(&pod).pop().map(|document| document.outcome) {
            Some(Err(refusal)) => {
                let start = "Error from server (BadRequest): error when creating \"STDIN\": Pod in version \"v1\" cannot be handled as a Pod: ";
                let words = refusal.stderr.strip_prefix(start).unwrap_or(&refusal.stderr);
                (words.trim_end().to_owned(), refusal.advice)
            }
            _ => Default::default(),
        }
    }

    #[test]
    fn wrong_types_are_rejected_in_the_words_of_go() {
        for (field, words) in [
            (
                "env: [{name: A, value: 5}]",
                "number into Go struct field EnvVar.spec.containers.env.value of type string",
            ),
            (
                "env: {A: b}",
                "object into Go struct field Container.spec.containers.env of type []v1.EnvVar",
            ),
            (
                "env: [A]",
                "string into Go struct field Container.spec.containers.env of type v1.EnvVar",
            ),
            (
                "command: sh",
                "string into Go struct field Container.spec.containers.command of type []string",
            ),
            (
                "args: [1]",
                "number into Go struct field Container.spec.containers.args of type string",
            ),
            (
                "imagePullPolicy: 1",
                "number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
            ),
            (
                "stdin: 'true'",
                "string into Go struct field Container.spec.containers.stdin of type bool",
            ),
            (
                "securityContext: {runAsUser: '0'}",
                "string into Go struct field SecurityContext.spec.containers.securityContext.runAsUser of type int64",
            ),
            (
                "securityContext: {runAsUser: 0.5}",
                "number 0.5 into Go struct field SecurityContext.spec.containers.securityContext.runAsUser of type int64",
            ),
            (
                "securityContext: {capabilities: {add: NET_ADMIN}}",
                "string into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type []v1.Capability",
            ),
            (
                "livenessProbe: {periodSeconds: 9999999999}",
                "number 9999999999 into Go struct field Probe.spec.containers.livenessProbe.periodSeconds of type int32",
            ),
            ("livenessProbe: {httpGet: {port: true}}", "bool into Go value of type int32"),
            (
                "lifecycle: []",
                "array into Go struct field Container.spec.containers.lifecycle of type v1.Lifecycle",
            ),
        ] {
            assert_eq!(refusal(field).0, format!("json: cannot unmarshal {words}"), "{field}");
        }
    }

    #[test]
    fn unknown_fields_are_rejected_with_a_guess() {
        for (field, path, meant) in [
            ("env: [{name: A, vlaue: b}]", "env[0].vlaue", "env[0].value"),
            (
                "securityContext: {runAsUsr: 1}",
                "securityContext.runAsUsr",
                "securityContext.runAsUser",
            ),
            ("ports: [{containerPort: 1, prot: TCP}]", "ports[0].prot", "ports[0].port"),
            (
                "livenessProbe: {httpGet: {pth: /}}",
                "livenessProbe.httpGet.pth",
                "livenessProbe.httpGet.path",
            ),
        ] {
            let (words, advice) = refusal(field);
            assert_eq!(
                words,
                format!("strict decoding error: unknown field \"spec.containers[0].{path}\"")
            );
            assert!(advice.contains(meant) || meant.ends_with("port"), "{advice}");
        }
    }

    #[test]
    fn what_has_the_types_of_the_api_is_accepted() {
        for field in [
            "env: [{name: A, value: '5'}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: C, value: }]",
            "envFrom: [{secretRef: {name: s, optional: true}}, {prefix: p, configMapRef: {name: c}}]",
            "livenessProbe: {httpGet: {port: http, httpHeaders: [{name: a, value: b}]}, timeoutSeconds: 1}",
            "startupProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 5}",
            "lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 5']}}}",
            "securityContext: {runAsUser: 1000, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}",
            "volumeDevices: [{name: a, devicePath: /dev/a}]\n  volumes: [{name: a, projected: {defaultMode: 0644, sources: [{serviceAccountToken: {path: t}}]}}]",
        ] {
            let (words, _) = refusal(field);
            assert!(!words.contains("unmarshal") && !words.contains("strict"), "{field}: {words}");
        }
    }

    #[test]
    fn every_struct_of_the_model_is_in_the_table() {
        for (name, field) in
            [("Pod", "spec"), ("StorageClass", "parameters"), ("ConfigMap", "binaryData")]
        {
            let of = table().iter().find(|it| it.name == name).expect(name);
            assert!(of.is_kind && of.field(field).is_some(), "{name}");
        }
        // Of what the model knows and leaves out, the table says the type, but for what is newer or older.
        for owner in
            ["PodSpec", "Container", "Volume", "ServiceSpec", "PersistentVolumeClaimSpec", "Probe"]
        {
            let of = table().iter().find(|it| it.name == owner).expect(owner);
            for field in known::further_fields(owner).filter(|field| *field != "workloadRef") {
                assert!(of.field(field).is_some(), "{owner}.{field}");
            }
        }
        for of in table() {
            for (field, code) in of.fields.split(' ').filter_map(|field| field.split_once(':')) {
                let code = code.trim_start_matches(['[', '{']);
                let is_plain = "sbilfyqxta".contains(code) || code.starts_with('=');
                assert!(is_plain || of.other(code).is_some(), "{}.{field}: {code}", of.name);
            }
        }
    }

    #[test]
    fn objects_of_further_kinds_are_checked() {
        let check = |text: &str| {
            let root = tree::read(text, 1).expect("YAML");
            let found = check_object(&root)?;
            let unknown = found.unknown.into_iter().map(|extra| extra.path);
            Some(found.wrong.map_or_else(|| unknown.collect(), |wrong| wrong.message))
        };
        let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n";
        assert_eq!(check(job).as_deref(), Some(""));
        assert_eq!(
            check(&format!(
                "{job}spec: {{backofLimit: 1, template: {{spec: {{containers: [{{nam: a}}]}}}}}}"
            ))
            .as_deref(),
            Some("spec.backofLimitspec.template.spec.containers[0].nam")
        );
        assert_eq!(
            check(&format!("{job}spec: {{backoffLimit: a}}")).as_deref(),
            Some(
                "json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32"
            )
        );
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
        assert_eq!(
            check(&format!("{secret}data: {{a: hello world}}")).as_deref(),
            Some("illegal base64 data at input byte 5")
        );
        assert_eq!(
            check(&format!("{secret}stringData: {{a: 1}}")).as_deref(),
            Some(
                "json: cannot unmarshal number into Go struct field Secret.stringData of type string"
            )
        );
        let scaler =
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {metrics: 1}\n";
        assert_eq!(
            check(scaler).as_deref(),
            Some(
                "json: cannot unmarshal number into Go struct field HorizontalPodAutoscalerSpec.spec.metrics of type []v2.MetricSpec"
            )
        );
        assert_eq!(check("apiVersion: a/v1\nkind: Job\n"), None);
    }

    #[test]
    fn texts_that_need_the_table_are_known() {
        for text in
            ["env: [{name: a}]", "{\"env\":[]}", "kind: Job", "\"kind\":\"Job\"", "\"\\x65nv\": a"]
        {
            assert!(is_needed(text), "{text}");
        }
        for text in ["", "kind: Pod\nspec: {containers: [{name: a, image: b}]}", "crash web-0"] {
            assert!(!is_needed(text), "{text}");
        }
        assert!(is_installed());
    }
}
