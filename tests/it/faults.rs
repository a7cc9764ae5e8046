//! Whatever is recorded replays: lines with faults, typed at any instant, make a recipe that anybody can play.

use crate::cases::SAMPLE;
use ordinal::api::Time;
use ordinal::notation;
use ordinal::timeline::Timeline;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// Something that a person does at a terminal.
#[derive(Clone, Debug)]
enum Action {
    /// The cursor goes to an instant, in milliseconds.
    Seek(u64),
    /// A line is typed.
    Type(String),
    /// A text is applied.
    Apply(String),
}

/// A part of a manifest, sound or not.
const PARTS: &[&str] = &[
    SAMPLE,
    "apiVersion: v1\nkind: Service\nmetadata: { name: other }\nspec: { ports: [{ port: 80 }] }\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: words }\ndata: { a: \"\\r\\n\" }\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: typo }\nspec: { replica: 3 }\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: web }\nspec: { replicas: many }\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: web }\nspec: { serviceName: x }\n",
    "kind: Pod\n",
    "a: [\n",
    "EOF\n",
    "# nothing\n",
    "",
];

/// Lines that do something, that are refused, and that are both.
const LINES: &[&str] = &[
    "kubectl delete pod web-0",
    "kubectl delete pod web-0 web-9",
    "kubectl delete pod web-1 --force --grace-period=0",
    "kubectl delete svc,sts,pvc --all",
    "kubectl delete sts web --cascade=orphan",
    "kubectl scale sts web --replicas=1",
    "kubectl scale sts web nothing --replicas=4",
    "kubectl scale sts web --replicas=-1",
    "kubectl label pods --all a=b",
    "kubectl label pod web-0 web-7 'c=d e'",
    "kubectl patch sts web -p '{\"spec\":{\"minReadySeconds\":2}}'",
    "kubectl patch sts web -p '{\"spec\":'",
    "kubectl set image sts/web db=ordinal/db:2",
    "kubectl rollout restart sts/web",
    "kubectl rollout undo sts/web --to-revision=9",
    "kubectl cordon node-1 node-9",
    "kubectl uncordon node-1",
    "kubectl taint nodes node-2 a=b:NoExecute",
    "kubectl drain node-3",
    "kubectl get pods -w",
    "kubectl frobnicate",
    "crash web-0",
    "crash web-9",
    "write web-0.web \"a\u{202e}b\"",
    "write web-9.web x",
    "read web",
    "client shop writes web-0.web every 2s",
    "client shop stop",
    "node node-1 off",
    "node node-1 on",
    "node node-9 off",
    "nodes 5",
    "seed 9",
    "at 5s kubectl delete pod web-0",
    "# a remark",
    "'open",
    "",
];

/// Bytes that are seldom typed.
const ODD: &[&str] = &[
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\\",
    "\"",
    "<<EOF",
];

/// A text with an odd byte somewhere, or as it is.
fn spoiled(text: String) -> impl Strategy<Value = String> {
    let spoil = |text: String, (at, odd): (prop::sample::Index, &str)| {
        let places: Vec<usize> =
            text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
        let (before, after) = text.split_at(*at.get(&places));
        format!("{before}{odd}{after}")
    };
    let odd = (any::<prop::sample::Index>(), select(ODD));
    prop_oneof![
        3 => Just(text.clone()),
        1 => odd.prop_map(move |odd| spoil(text.clone(), odd)),
    ]
}

fn manifest() -> impl Strategy<Value = String> {
    vec(select(PARTS), 1..4).prop_flat_map(|parts| spoiled(parts.join("---\n")))
}

fn action() -> impl Strategy<Value = Action> {
    let below = |line: &'static str| {
        manifest().prop_map(move |text| Action::Type(format!("{line} <<END\n{text}END")))
    };
    prop_oneof![
        2 => (0_u64..90_000).prop_map(Action::Seek),
        6 => select(LINES).prop_flat_map(|line| spoiled(line.to_owned())).prop_map(Action::Type),
        2 => manifest().prop_map(Action::Apply),
        1 => below("kubectl apply -f -"),
        1 => below("kubectl create -f -"),
        1 => below("kubectl replace -f -"),
    ]
}

/// Does it all, and answers the timeline, a while after the last line.
fn act(actions: &[Action]) -> Timeline {
    let mut timeline = Timeline::new("ordinal 1\nseed 3\n").expect("the setup is sound");
    for action in actions {
        match action {
            Action::Seek(to) => timeline.seek(Time(*to)),
            Action::Type(line) => drop(timeline.run_line(line)),
            Action::Apply(text) => drop(timeline.apply(text)),
        }
    }
    let end = timeline.end().plus(20_000);
    timeline.seek(end);
    timeline
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(11),
        ..ProptestConfig::with_cases(192)
    })]

    #[test]
        fn whatever_is_recorded_replays(actions in vec(action(), 1..12)) {
        let timeline = act(&actions);
        let recipe = timeline.recipe();
        let mut again = match Timeline::new(&recipe) {
            Ok(again) => again,
            Err(errors) => return Err(TestCaseError::fail(format!("{errors:?}\n{recipe}"))),
        };
        again.seek(timeline.now());
        prop_assert_eq!(again.recipe(), &*recipe);
        prop_assert_eq!(again.events(), timeline.events());
        prop_assert_eq!(again.rules(), timeline.rules());
        prop_assert!(again.cluster() == timeline.cluster(), "another cluster\n{}", recipe);
        let lines = notation::parse(&recipe).expect("it was just played");
        prop_assert_eq!(notation::print(&lines), recipe);
    }
}
