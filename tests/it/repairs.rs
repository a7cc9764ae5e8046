//! Repairs in lessons: goals, guards, alternative and wrong repairs; predictions, and what the page hides meanwhile.

use crate::lessons::{TWO, lesson, said};
use ordinal::lessons::{Guide, Phase, parse};
use ordinal::task::{Progress, finish};
use ordinal::timeline::Timeline;
use std::rc::Rc;

/// The lesson of two steps with another second step: web-1, which was deleted, has to become Ready.
fn repair(lines: &str) -> String {
    let steps = format!(
        "step\nsay Wait.\nwhen PodReady pod/web-2\ndo kubectl cordon node-1 node-2 node-3\n\
         do kubectl delete pod web-1\n\nstep\nsay Repair it.\nwhen FailedScheduling pod/web-1\n{lines}"
    );
    lesson("", &steps)
}

const REPAIR: &str = "goal ready sts/web 3\n\
    unless DeletionForced | Not by force.\n\
    hint The scheduler needs a node.\n\
    do kubectl uncordon node-1 node-2 node-3\n\
    or do kubectl uncordon node-1\n\
    or do kubectl uncordon node-2\n\
    or do kubectl uncordon node-3\n\
    wrong do kubectl delete pod web-1 | The next one finds no node either.\n\n\
    step\nsay Done.\nif TaintSet | You have tainted a node.\n";

/// A guide at the goal of a repair, with its run.
fn at_the_goal() -> (Guide, Timeline) {
    let lesson = Rc::new(parse(&repair(REPAIR)).expect("a lesson"));
    let mut timeline = Timeline::new(&lesson.recipe).expect("a recipe");
    let progress = &Progress::default();
    let mut guide = finish(Guide::new(lesson, &mut timeline, progress));
    finish(guide.go_on(&mut timeline, progress));
    assert!(finish(guide.skip(&mut timeline, progress)));
    assert_eq!(guide.phase(&timeline), Phase::Acting);
    (guide, timeline)
}

#[test]
fn a_goal_is_a_state_that_several_ways_reach() {
    assert_eq!(said(&repair(REPAIR)), "");
    let progress = &Progress::default();
    for line in ["kubectl uncordon node-1 node-2 node-3", "kubectl uncordon node-2"] {
        let (mut guide, mut timeline) = at_the_goal();
        timeline.run_line("kubectl taint nodes node-1 a=b:PreferNoSchedule");
        timeline.run_line(line);
        assert!(finish(guide.skip_to_goal(&mut timeline, progress)), "{line}");
        assert_eq!(guide.phase(&timeline), Phase::Arrived, "{line}");
        finish(guide.go_on(&mut timeline, progress));
        assert_eq!(guide.caption(timeline.events()), "You have tainted a node.");
        let results = guide.results(timeline.now());
        assert_eq!((results.used, results.par), (2, 1), "{line}");
    }
    let (mut guide, mut timeline) = at_the_goal();
    finish(guide.show(&mut timeline, progress));
    finish(guide.skip_to_goal(&mut timeline, progress));
    finish(guide.go_on(&mut timeline, progress));
    assert_eq!(guide.results(timeline.now()).par, 0, "steps that the lesson showed do not count");
    assert_eq!(guide.caption(timeline.events()), "Done.");
}

#[test]
fn a_guard_fails_and_the_step_starts_again() {
    let (mut guide, mut timeline) = at_the_goal();
    let began = timeline.now();
    timeline.run_line("kubectl delete pod web-0 --force --grace-period=0");
    timeline.run_line("kubectl uncordon node-1");
    finish(guide.skip_to_goal(&mut timeline, &Progress::default()));
    let phase = guide.phase(&timeline);
    assert_eq!(phase, Phase::Failed(0));
    assert_eq!(guide.guard(phase).map(|guard| &*guard.reply), Some("Not by force."));
    let timeline = finish(guide.retry(&Progress::default())).expect("the step");
    assert_eq!((guide.phase(&timeline), timeline.now()), (Phase::Acting, began));
}

#[test]
fn an_answer_is_masked_until_it_was_watched() {
    let lesson = Rc::new(parse(&lesson("", TWO)).expect("a lesson"));
    let mut timeline = Timeline::new(&lesson.recipe).expect("a recipe");
    let progress = &Progress::default();
    let mut guide = finish(Guide::new(lesson, &mut timeline, progress));
    let masks = |guide: &Guide, timeline: &Timeline| guide.masked(guide.phase(timeline)).len();
    assert_eq!(masks(&guide, &timeline), 0, "there is no question yet");
    finish(guide.skip(&mut timeline, progress));
    assert_eq!(masks(&guide, &timeline), 2);
    guide.choose(1);
    assert_eq!(masks(&guide, &timeline), 2, "a choice alone does not reveal the answer");
    finish(guide.go_on(&mut timeline, progress));
    assert_eq!((guide.phase(&timeline), masks(&guide, &timeline)), (Phase::Waiting, 2));
    finish(guide.skip(&mut timeline, progress));
    assert_eq!((guide.phase(&timeline), masks(&guide, &timeline)), (Phase::Acting, 0));
    let results = guide.results(timeline.now());
    assert_eq!((results.right, results.predicted), (0, 1));
}

#[test]
fn the_motion_is_slow_just_before_what_a_step_waits_for() {
    let steps = "step\nsay Wait.\npace 0.25x\nwhen PodReady pod/web-0\n\nstep\nsay Done.\n";
    let lesson = Rc::new(parse(&lesson("", steps)).expect("a lesson"));
    let mut timeline = Timeline::new(&lesson.recipe).expect("a recipe");
    let guide = finish(Guide::new(lesson, &mut timeline, &Progress::default()));
    let mut slow = Vec::new();
    while guide.phase(&timeline) == Phase::Waiting {
        let now = timeline.now();
        slow.push(guide.slower(timeline.now()));
        timeline.seek(now.plus(100));
    }
    let first = slow.iter().position(|steps| *steps > 0).expect("a slow stretch");
    assert!(slow[first..].iter().all(|steps| *steps == 4), "{slow:?}");
    assert!((15..=20).contains(&(slow.len() - first)) && first > 20, "{slow:?}");
}

/// Replacements in the lesson with a repair, and the error that `lint` reports.
const WRONG: [(&str, &str, &str); 16] = [
    ("unless DeletionForced | Not by force.\n", "", ""),
    ("ready sts/web 3", "ready sts/web", ""),
    ("ready sts/web 3", "exists pod/web-0", "is true, or a guard fails, before the visitor acts"),
    ("ready sts/web 3", "PodReady pod/web-1", ""),
    ("ready sts/web 3", "NodeReady node/node-1", "this solution does not reach the goal"),
    ("ready sts/web 3", "ready service/web", "`ready` does not apply to this object"),
    ("ready sts/web 3", "size pvc/data-web-0", "the value is missing"),
    (
        "wrong do kubectl delete pod web-1",
        "wrong do kubectl uncordon node-1",
        "the wrong repair reaches the goal",
    ),
    (
        "or do kubectl uncordon node-3",
        "or do kubectl cordon node-3",
        "this solution does not reach the goal",
    ),
    (
        "do kubectl uncordon node-1 node-2 node-3",
        "refused kubectl uncordon node-1",
        "the command is not rejected",
    ),
    ("say Done.", "say Done: web-7 is Ready.", "the step names web-7, which is not on the screen"),
    ("say Done.", "say Look at the panel.", "the caption mentions a panel"),
    ("say Done.", "say Done.\npanel where", "`where` is not a panel"),
    ("say Done.", "say Done.\npace 9x", "`9x` is not a pace of a step"),
    (
        "say Done.",
        "say Done.\nask Which?\nright A | Yes.\nwrong B | No.",
        "no step follows the question of the last step",
    ),
    ("goal ready sts/web 3\n", "", "belong to a goal"),
];

#[test]
fn repairs_that_do_not_fit_their_goal_are_found() {
    for (from, to, message) in WRONG {
        let errors = said(&repair(&REPAIR.replacen(from, to, 1)));
        assert!(
            errors.contains(message) && errors.is_empty() == message.is_empty(),
            "{to}: {errors}"
        );
    }
}

#[test]
fn goals_that_are_reached_by_waiting_or_by_force_are_found() {
    let steps = |goal: &str| {
        format!(
            "step\nsay Wait.\nwhen PodReady pod/web-1\ngoal {goal}\nhint It is easy.\n\
             do kubectl scale statefulset web --replicas=4\n"
        )
    };
    let waits = said(&lesson("", &steps("PodReady pod/web-2")));
    assert!(waits.contains("`PodReady pod/web-2` is reached by waiting"), "{waits}");
    let forced = said(&lesson("", &steps("PodReplaced pod/web-1")));
    assert!(forced.contains("is reached by force-deleting web-1"), "{forced}");
    let words = format!("say {}\n", "word ".repeat(50));
    let long: String = (0..8).map(|_| format!("step\n{words}\n")).collect();
    assert!(said(&lesson("", &long)).contains("a visitor reads 400 words"));
}
