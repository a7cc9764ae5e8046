//! The messages that kubectl sends as protobuf whatever the server offers: what `kubectl create` makes of words, the
//! options of a deletion, an eviction, a review of access (`k8s.io/apimachinery/pkg/runtime/serializer/protobuf`).

use crate::api::json::{Node as Tree, Value};

/// What such a body begins with.
pub(super) const MAGIC: &[u8] = b"k8s\0";

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

/// The messages that kubectl sends, by kind, with the numbers, names, and types of their fields (`generated.proto` of
/// `k8s.io/api`). Fields that kubectl does not set are left out.
///
/// A type is `s` for a string, `i` for a number, `b` for a bool, `x` for a number or a string, `q` for a quantity, `{s` for a
/// map of strings, `{y` for a map of bytes, `{q` for a map of quantities, or the name of a message; `[` is before the type of
/// an item of a list. The fields of a message named `.` are fields of the message around it.
const MESSAGES: &[(&str, &str)] = &[
    ("AggregationRule", "1 clusterRoleSelectors [LabelSelector"),
    ("ConfigMap", "1 metadata ObjectMeta|2 data {s|3 binaryData {y|4 immutable b"),
    ("Container", "1 name s|2 image s|3 command [s|4 args [s|6 ports [ContainerPort"),
    ("ContainerPort", "1 name s|2 hostPort i|3 containerPort i|4 protocol s|5 hostIP s"),
    ("CrossVersionObjectReference", "1 kind s|2 name s|3 apiVersion s"),
    ("CronJob", "1 metadata ObjectMeta|2 spec CronJobSpec"),
    ("CronJobSpec", "1 schedule s|5 jobTemplate JobTemplateSpec"),
    (
        "DeleteOptions",
        "1 gracePeriodSeconds i|2 preconditions Preconditions|3 orphanDependents b|4 propagationPolicy s|5 dryRun [s",
    ),
    ("Deployment", "1 metadata ObjectMeta|2 spec DeploymentSpec"),
    ("DeploymentSpec", "1 replicas i|2 selector LabelSelector|3 template PodTemplateSpec"),
    ("Eviction", "1 metadata ObjectMeta|2 deleteOptions DeleteOptions"),
    ("HTTPIngressPath", "1 path s|2 backend IngressBackend|3 pathType s"),
    ("HTTPIngressRuleValue", "1 paths [HTTPIngressPath"),
    ("HorizontalPodAutoscaler1", "1 metadata ObjectMeta|2 spec HorizontalPodAutoscalerSpec1"),
    (
        "HorizontalPodAutoscalerSpec1",
        "1 scaleTargetRef CrossVersionObjectReference|2 minReplicas i|3 maxReplicas i|4 targetCPUUtilizationPercentage i",
    ),
    ("HorizontalPodAutoscaler", "1 metadata ObjectMeta|2 spec HorizontalPodAutoscalerSpec"),
    (
        "HorizontalPodAutoscalerSpec",
        "1 scaleTargetRef CrossVersionObjectReference|2 minReplicas i|3 maxReplicas i|4 metrics [MetricSpec",
    ),
    ("Ingress", "1 metadata ObjectMeta|2 spec IngressSpec"),
    ("IngressBackend", "4 service IngressServiceBackend"),
    ("IngressRule", "1 host s|2 . IngressRuleValue"),
    ("IngressRuleValue", "1 http HTTPIngressRuleValue"),
    ("IngressServiceBackend", "1 name s|2 port ServiceBackendPort"),
    (
        "IngressSpec",
        "1 defaultBackend IngressBackend|2 tls [IngressTLS|3 rules [IngressRule|4 ingressClassName s",
    ),
    ("IngressTLS", "1 hosts [s|2 secretName s"),
    ("Job", "1 metadata ObjectMeta|2 spec JobSpec"),
    ("JobSpec", "6 template PodTemplateSpec"),
    ("JobTemplateSpec", "1 metadata ObjectMeta|2 spec JobSpec"),
    ("LabelSelector", "1 matchLabels {s|2 matchExpressions [LabelSelectorRequirement"),
    ("LabelSelectorRequirement", "1 key s|2 operator s|3 values [s"),
    ("MetricSpec", "1 type s|4 resource ResourceMetricSource"),
    ("MetricTarget", "1 type s|2 value q|3 averageValue q|4 averageUtilization i"),
    ("Namespace", "1 metadata ObjectMeta"),
    ("ObjectMeta", "1 name s|2 generateName s|3 namespace s|11 labels {s|12 annotations {s"),
    ("PodDisruptionBudget", "1 metadata ObjectMeta|2 spec PodDisruptionBudgetSpec"),
    ("PodDisruptionBudgetSpec", "1 minAvailable x|2 selector LabelSelector|3 maxUnavailable x"),
    ("PodSpec", "2 containers [Container|3 restartPolicy s"),
    ("PodTemplateSpec", "1 metadata ObjectMeta|2 spec PodSpec"),
    (
        "PolicyRule",
        "1 verbs [s|2 apiGroups [s|3 resources [s|4 resourceNames [s|5 nonResourceURLs [s",
    ),
    ("Preconditions", "1 uid s|2 resourceVersion s"),
    (
        "PriorityClass",
        "1 metadata ObjectMeta|2 value i|3 globalDefault b|4 description s|5 preemptionPolicy s",
    ),
    ("ResourceMetricSource", "1 name s|2 target MetricTarget"),
    ("ResourceQuota", "1 metadata ObjectMeta|2 spec ResourceQuotaSpec"),
    ("ResourceQuotaSpec", "1 hard {q|2 scopes [s"),
    ("Role", "1 metadata ObjectMeta|2 rules [PolicyRule"),
    ("ClusterRole", "1 metadata ObjectMeta|2 rules [PolicyRule|3 aggregationRule AggregationRule"),
    ("RoleBinding", "1 metadata ObjectMeta|2 subjects [Subject|3 roleRef RoleRef"),
    ("ClusterRoleBinding", "1 metadata ObjectMeta|2 subjects [Subject|3 roleRef RoleRef"),
    ("RoleRef", "1 apiGroup s|2 kind s|3 name s"),
    ("Secret", "1 metadata ObjectMeta|2 data {y|3 type s|4 stringData {s|5 immutable b"),
    ("SelfSubjectAccessReview", ""),
    ("Service", "1 metadata ObjectMeta|2 spec ServiceSpec"),
    ("ServiceAccount", "1 metadata ObjectMeta"),
    ("ServiceBackendPort", "1 name s|2 number i"),
    ("ServicePort", "1 name s|2 protocol s|3 port i|4 targetPort x|5 nodePort i"),
    ("ServiceSpec", "1 ports [ServicePort|2 selector {s|3 clusterIP s|4 type s|10 externalName s"),
    ("Subject", "1 kind s|2 apiGroup s|3 name s|4 namespace s"),
];

/// The object in a body. None if it is none of the known messages, or is cut short.
pub(super) fn read(body: &[u8]) -> Option<Tree> {
    let (mut version, mut kind, mut raw): (&str, &str, &[u8]) = ("", "", &[]);
    for (number, field) in fields(body.strip_prefix(MAGIC)?)? {
        match (number, field) {
            (1, Field::Bytes(meta)) => {
                for (number, field) in fields(meta)? {
                    match (number, field) {
                        (1, Field::Bytes(name)) => version = text(name)?,
                        (2, Field::Bytes(name)) => kind = text(name)?,
                        _ => {}
                    }
                }
            }
            (2, Field::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let is_old = (version, kind) == ("autoscaling/v1", "HorizontalPodAutoscaler");
    let mut tree = message(if is_old { "HorizontalPodAutoscaler1" } else { kind }, raw)?;
    tree.set("apiVersion", version);
    tree.set("kind", kind);
    Some(tree)
}

/// A message of this name.
fn message(name: &str, raw: &[u8]) -> Option<Tree> {
    let (_, known) = MESSAGES.iter().find(|(known, _)| *known == name)?;
    let mut tree = Tree::map([]);
    for (number, field) in fields(raw)? {
        let is_it = |text: &&str| text.split(' ').next() == Some(number.to_string().as_str());
        let Some(known) = known.split('|').find(is_it) else { continue };
        let mut words = known.split(' ').skip(1);
        let (key, of) = (words.next()?, words.next()?);
        if let (".", Field::Bytes(raw)) = (key, &field) {
            for entry in message(of, raw)?.entries() {
                tree.set(&entry.key, entry.node.clone());
            }
            continue;
        }
        add(tree.child(key), of, &field)?;
        let is_nothing = match &tree.child(key).value {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            // Ports that are not given are sent as well.
            Value::Int(0) => key.ends_with("Port") || key == "number",
            _ => false,
        };
        if is_nothing {
            tree.remove(key);
        }
    }
    Some(tree)
}

/// Adds what a field has to the value of its key.
fn add(tree: &mut Tree, of: &str, field: &Field<'_>) -> Option<()> {
    match (of.split_at(1), field) {
        (("[", item), field) => {
            let mut value = Tree::default();
            add(&mut value, item, field)?;
            match &mut tree.value {
                Value::List(items) => items.push(value),
                other => *other = Value::List(vec![value]),
            }
        }
        (("{", value), Field::Bytes(raw)) => {
            let (mut name, mut bytes): (&str, &[u8]) = ("", &[]);
            for (number, field) in fields(raw)? {
                match (number, field) {
                    (1, Field::Bytes(key)) => name = text(key)?,
                    (2, Field::Bytes(value)) => bytes = value,
                    _ => {}
                }
            }
            let value = match value {
                "y" => base64(bytes),
                "q" => quantity(bytes)?,
                _ => text(bytes)?.to_owned(),
            };
            tree.set(name, value.as_str());
        }
        (("q", ""), Field::Bytes(bytes)) => tree.value = Value::Text(quantity(bytes)?),
        (("s", ""), Field::Bytes(bytes)) => tree.value = Value::Text(text(bytes)?.to_owned()),
        (("i", ""), Field::Number(number)) => tree.value = Value::Int(number.cast_signed()),
        (("b", ""), Field::Number(number)) => tree.value = Value::Bool(*number != 0),
        (("x", ""), Field::Bytes(raw)) => {
            let (mut is_text, mut number, mut words) = (false, 0, "");
            for (index, field) in fields(raw)? {
                match (index, field) {
                    (1, Field::Number(kind)) => is_text = kind == 1,
                    (2, Field::Number(value)) => number = value.cast_signed(),
                    (3, Field::Bytes(bytes)) => words = text(bytes)?,
                    _ => {}
                }
            }
            tree.value = if is_text { Value::Text(words.to_owned()) } else { Value::Int(number) };
        }
        (_, Field::Bytes(raw)) => *tree = message(of, raw)?,
        _ => return None,
    }
    Some(())
}

/// The text of a quantity.
fn quantity(raw: &[u8]) -> Option<String> {
    match fields(raw)?.first() {
        Some((1, Field::Bytes(amount))) => text(amount).map(str::to_owned),
        _ => Some(String::new()),
    }
}

/// Bytes as JSON has them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number =
            (0..3).fold(0, |sum, at| sum << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let index = number >> (18 - 6 * at) & 63;
            let letter = char::from(LETTERS[index as usize]);
            out.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    out
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
    fn messages_are_read() {
        let meta = [field(1, b"web-0"), field(3, b"default")].concat();
        let options = [vec![8, 30], field(2, &field(1, b"u-1")), field(4, b"Background")].concat();
        let raw = [field(1, &meta), field(2, &options)].concat();
        let types = [field(1, b"policy/v1"), field(2, b"Eviction")].concat();
        let body = [MAGIC.to_vec(), field(1, &types), field(2, &raw)].concat();
        let tree = read(&body).expect("an eviction");
        assert_eq!(
            tree.json(),
            r#"{"apiVersion":"policy/v1","deleteOptions":{"gracePeriodSeconds":30,"preconditions":{"uid":"u-1"},"propagationPolicy":"Background"},"kind":"Eviction","metadata":{"name":"web-0","namespace":"default"}}"#
        );
        assert_eq!(read(&body[..body.len() - 1]), None);
        let data = field(2, &[field(1, b"a"), field(2, b"bytes")].concat());
        let raw = [field(1, &field(1, b"s")), data].concat();
        let types = [field(1, b"v1"), field(2, b"Secret")].concat();
        let body = [MAGIC.to_vec(), field(1, &types), field(2, &raw)].concat();
        let tree = read(&body).expect("a Secret");
        assert_eq!(
            (tree.word("data.a").as_str(), tree.word("metadata.name").as_str()),
            ("Ynl0ZXM=", "s")
        );
        assert_eq!(read(b"{}"), None);
    }

    #[test]
    fn rules_are_inline_and_quantities_are_texts() {
        let port = field(2, &[16, 80]);
        let service = field(4, &[field(1, b"s"), port].concat());
        let path = field(1, &[field(1, b"/"), field(2, &service), field(3, b"Exact")].concat());
        let rule = [field(1, b"a.example"), field(2, &field(1, &path))].concat();
        let raw = [field(1, &field(1, b"i")), field(2, &field(3, &rule))].concat();
        let types = [field(1, b"networking.k8s.io/v1"), field(2, b"Ingress")].concat();
        let tree = read(&[MAGIC.to_vec(), field(1, &types), field(2, &raw)].concat());
        let spec = tree.expect("an Ingress").get("spec").map(Tree::json);
        assert_eq!(
            spec.as_deref(),
            Some(
                r#"{"rules":[{"host":"a.example","http":{"paths":[{"backend":{"service":{"name":"s","port":{"number":80}}},"path":"/","pathType":"Exact"}]}}]}"#
            )
        );
        let target = [field(1, b"AverageValue"), field(3, &field(1, b"200Mi"))].concat();
        let target = message("MetricTarget", &target).expect("a target");
        assert_eq!(target.json(), r#"{"averageValue":"200Mi","type":"AverageValue"}"#);
    }
}
