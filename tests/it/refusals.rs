//! The scheduler refuses pods in the words of the real one: `tests/data/refusals.txt`.

use ordinal::api::Time;
use ordinal::cluster::Reason;
use ordinal::timeline::Timeline;

const REFUSALS: &str = include_str!("../data/refusals.txt");

/// Five nodes in three zones, as where it was recorded.
const NODES: &str = "ordinal 1
node node-1 zone=a pods=20
node node-2 zone=a pods=20
node node-3 zone=b pods=20
node node-4 zone=b pods=20
node node-5 zone=c pods=20
";

#[test]
fn pods_are_refused_in_the_words_of_the_real_scheduler() {
    let cases: Vec<&str> = REFUSALS.split("\n--- ").skip(1).collect();
    assert!(cases.len() > 15, "there are refusals");
    for case in cases {
        let (name, rest) = case.split_once('\n').expect("a name");
        let (recipe, rest) = rest.split_once("=== pod ").expect("a pod");
        let (pod, expected) = rest.split_once('\n').expect("messages");
        let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
        let mut timeline =
            Timeline::new(&format!("{NODES}{recipe}")).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        timeline.seek(Time(20_000));
        let refusal = |event: &ordinal::cluster::Event| match &*event.reason {
            Reason::FailedScheduling { pod: refused, message, tail } => {
                refused.key.name().starts_with(pod).then(|| format!("{message}{tail}"))
            }
            _ => None,
        };
        let said: Vec<String> = timeline.events().iter().filter_map(refusal).collect();
        for message in &said {
            assert!(expected.contains(&message.as_str()), "{name}: {message}\n{expected:#?}");
        }
        assert_eq!(said.last().map(String::as_str), expected.last().copied(), "{name}");
    }
}
