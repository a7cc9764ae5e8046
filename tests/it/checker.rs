//! The StatefulSet controller under a model checker: a few pods, everything that can happen to them, in every order.
//!
//! [stateright](https://docs.rs/stateright) visits each state that [`Plan`] allows once. A [`State`] has what the
//! controller can see and whether it is queued; the test plays everybody else (scheduler, kubelet, persons). In each
//! step the API objects are made anew from the state, so the controller cannot remember anything, and what comes of
//! them is read back. Versions, UIDs, times and the delay of a retry are left out: it is always instant 0, and a queued
//! pass may happen at any time. Whatever breaks or is asked for by a person costs one of [`Plan::faults`]; without that
//! bound, and with it the end of all trouble, nothing would have to be complete in the end.

mod objects;
mod rules;

use ordinal::api::*;
use ordinal::cluster::Code;
use rules::*;
use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// The most pods of any plan.
const PODS: usize = 3;
/// The most steps from a state to a complete set.
const STEPS: usize = 100;

/// What a kubelet made of a pod so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    /// It has no node.
    Pending,
    /// It has a node, and nothing runs yet.
    Bound,
    Running,
    Ready,
    Failed,
}
use Stage::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Member {
    stage: Stage,
    is_going: bool,
    template: usize,
}

impl Member {
    fn is_healthy(self) -> bool {
        self.stage == Ready && !self.is_going
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Claim {
    There,
    Going,
}

/// Pods and claims are listed by ordinal, templates and revisions told by the number of the template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    replicas: usize,
    template: usize,
    /// Whether the status is about the present spec.
    is_observed: bool,
    /// Of the status: all replicas, ready, available, current, and updated ones.
    counts: [i32; 5],
    /// Of the status: the current and the update revision.
    revisions: [Option<usize>; 2],
    /// The revisions that exist, the newest last.
    history: Vec<usize>,
    pods: [Option<Member>; PODS],
    claims: [Option<Claim>; PODS],
    /// Whether the controller is going to look.
    is_queued: bool,
    /// Of the status: the reason of the condition Progressing.
    progress: Option<String>,
    /// What the set waits for: the code, and the pod that it names.
    wait: Option<(&'static str, String)>,
    faults: usize,
    /// The rules that the last step broke.
    broken: Vec<&'static str>,
}

impl State {
    fn is_healthy(&self, ordinal: usize) -> bool {
        self.pods[ordinal].is_some_and(Member::is_healthy)
    }

    fn is_outdated(&self, ordinal: usize) -> bool {
        self.pods[ordinal].is_some_and(|pod| pod.template != self.template)
    }

    /// Whether everything is as the spec says, and the status says so.
    fn is_complete(&self) -> bool {
        let is_there = |ordinal| self.is_healthy(ordinal) && !self.is_outdated(ordinal);
        (0..self.replicas).all(is_there)
            && self.pods[self.replicas..].iter().all(Option::is_none)
            && self.claims[..self.replicas].iter().all(Option::is_some)
            && self.revisions == [Some(self.template); 2]
            && self.counts == [self.replicas as i32; 5]
            && self.is_observed
    }

    fn is_settled(&self) -> bool {
        self.is_complete() && !self.is_queued
    }

    /// Whether two pods that are too many wait for each other: an ordered set goes from the highest, but removes an
    /// unhealthy one only if it is the lowest (`processCondemned`). If neither can become Ready, because it has
    /// failed or nobody makes its claim again, a person has to delete one.
    fn is_dead_end(&self) -> bool {
        let is_lost = |it: &usize| match (self.pods[*it], self.claims[*it]) {
            (Some(pod), claim) => pod.stage == Failed || pod.stage == Pending && claim.is_none(),
            (None, _) => false,
        };
        let waits_for = self.wait.as_ref().map(|(code, _)| *code);
        waits_for == Some(Code::WaitForCondemnedReady.name())
            && !self.is_queued
            && (self.replicas..PODS).filter(is_lost).count() > 1
    }

    /// Whether the status is about what is there.
    fn is_told(&self) -> bool {
        let count = |is: &dyn Fn(&Member) -> bool| {
            self.pods.iter().flatten().filter(|pod| is(pod)).count() as i32
        };
        let (all, ready) = (count(&|_| true), count(&|pod| pod.stage == Ready));
        let updated = count(&|pod| !pod.is_going && pod.template == self.template);
        let [replicas, are_ready, available, _, are_updated] = self.counts;
        [replicas, are_ready, available, are_updated] == [all, ready, ready, updated]
            && self.revisions[1] == Some(self.template)
            && self.is_observed
    }

    /// Whether there is a reason if, and only if, something is missing; the pod that it names is not well.
    fn is_explained(&self) -> bool {
        let Some((_, pod)) = &self.wait else { return self.is_complete() };
        let ordinal: usize = pod.trim_start_matches("web-").parse().expect("the name of a pod");
        !self.is_complete() && (ordinal >= self.replicas || !self.is_healthy(ordinal))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// The controller makes a pass.
    Sync,
    /// A pod gets to its next stage.
    Advance(usize),
    /// A kubelet is done with a pod that is to go.
    EndPod(usize),
    /// No pod uses the claim any more: its finalizer is taken away.
    EndClaim(usize),
    Unready(usize),
    Fail(usize),
    DeletePod(usize),
    DeleteClaim(usize),
    Scale(usize),
    SetTemplate(usize),
}
use Action::*;

/// What is gone through.
struct Plan {
    replicas: usize,
    policy: &'static str,
    /// The type of the update strategy.
    strategy: &'static str,
    /// How much may be asked for or break, over all.
    faults: usize,
    /// States from which the set becomes complete.
    converging: Mutex<BTreeSet<State>>,
}

impl Plan {
    fn new(replicas: usize, policy: &'static str, faults: usize) -> Plan {
        let strategy = "RollingUpdate";
        Plan { replicas, policy, strategy, faults, converging: Mutex::default() }
    }

    fn recreate(self) -> Plan {
        Plan { strategy: "Recreate", ..self }
    }

    fn is_ordered(&self) -> bool {
        self.policy == "OrderedReady"
    }

    /// What happens by itself in time.
    fn free(&self, state: &State, actions: &mut Vec<Action>) {
        actions.push(Sync);
        for ordinal in 0..self.replicas {
            let (pod, claim) = (state.pods[ordinal], state.claims[ordinal]);
            // The scheduler wants the claim of a pod to be there, and not to go.
            let is_free = |pod: Member| pod.stage > Pending || claim == Some(Claim::There);
            let goes_on = |pod: &Member| !pod.is_going && pod.stage < Ready && is_free(*pod);
            actions.extend(pod.filter(goes_on).map(|_| Advance(ordinal)));
            actions.extend(pod.filter(|pod| pod.is_going).map(|_| EndPod(ordinal)));
            // `podUsesPVC`: only a pod with a node does.
            let is_used = pod.is_some_and(|pod| pod.stage > Pending);
            let is_over = claim == Some(Claim::Going) && !is_used;
            actions.extend(is_over.then_some(EndClaim(ordinal)));
        }
    }

    /// What breaks, or what a person asks for.
    fn faults(&self, state: &State, actions: &mut Vec<Action>) {
        for ordinal in 0..self.replicas {
            if let Some(pod) = state.pods[ordinal] {
                actions.extend((pod.stage == Ready).then_some(Unready(ordinal)));
                let has_run = matches!(pod.stage, Bound | Running | Ready);
                actions.extend(has_run.then_some(Fail(ordinal)));
                actions.extend((!pod.is_going).then_some(DeletePod(ordinal)));
            }
            let is_there = state.claims[ordinal] == Some(Claim::There);
            actions.extend(is_there.then_some(DeleteClaim(ordinal)));
        }
        actions.extend((0..=self.replicas).filter(|it| *it != state.replicas).map(Scale));
        actions.push(SetTemplate(1 - state.template));
    }

    /// Whether the set becomes complete when nothing breaks any more. There is a way from every state; so, if
    /// everything that can happen again and again does happen in the end, no other way avoids it for ever.
    fn converges(&self, state: &State) -> bool {
        let mut path = vec![State { faults: 0, broken: Vec::new(), ..state.clone() }];
        let mut converging = self.converging.lock().expect("no panic");
        while let Some(last) = path.last().filter(|_| path.len() < STEPS) {
            if last.is_settled() || last.is_dead_end() || converging.contains(last) {
                break;
            }
            let mut actions = Vec::new();
            self.free(last, &mut actions);
            let mut next = actions.into_iter().filter_map(|action| self.next_state(last, action));
            let Some(next) = next.next() else { return false };
            path.push(State { broken: Vec::new(), ..next });
        }
        let is_good = path.len() < STEPS;
        converging.extend(path.into_iter().filter(|_| is_good));
        is_good
    }
}

type Rule = Property<Plan>;

impl Model for Plan {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            replicas: self.replicas,
            template: 0,
            is_observed: false,
            counts: [0; 5],
            revisions: [None; 2],
            history: Vec::new(),
            progress: None,
            pods: [None; PODS],
            claims: [None; PODS],
            is_queued: true,
            wait: None,
            faults: self.faults,
            broken: Vec::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.free(state, actions);
        if state.faults > 0 {
            self.faults(state, actions);
        }
    }

    fn next_state(&self, before: &State, action: Action) -> Option<State> {
        let (mut after, has_twin) = objects::act(self, before, action);
        match action {
            Sync => after.broken = broken(self, before, &after, has_twin),
            Advance(_) | EndPod(_) => {}
            // The scheduler tells the pod that it has no claim.
            EndClaim(it) => after.is_queued |= before.pods[it].is_some(),
            _ => after.faults -= 1,
        }
        (after != *before).then_some(after)
    }

    fn properties(&self) -> Vec<Rule> {
        let mut rules = vec![
            Rule::always(NO_TWINS, |_, it| !it.broken.contains(&NO_TWINS)),
            Rule::always(IN_ORDER, |_, it| !it.broken.contains(&IN_ORDER)),
            Rule::always(SCALE_DOWN, |_, it| !it.broken.contains(&SCALE_DOWN)),
            Rule::always(UPDATE, |_, it| !it.broken.contains(&UPDATE)),
            Rule::always(CLAIMS_STAY, |_, it| !it.broken.contains(&CLAIMS_STAY)),
            Rule::always(NO_QUEUE, |_, it| !it.broken.contains(&NO_QUEUE)),
            Rule::always(NO_MIX, |_, it| !it.broken.contains(&NO_MIX)),
            Rule::always(NOTHING_NEW, |_, it| !it.broken.contains(&NOTHING_NEW)),
            Rule::always("every wait has a reason", |_, it| it.is_queued || it.is_explained()),
            Rule::always("the status is true", |_, it| it.is_queued || it.is_told()),
            Rule::always("the set becomes complete", Plan::converges),
            Rule::sometimes("an update is done", |plan, it| {
                it.template == 1 && it.replicas == plan.replicas && it.is_complete()
            }),
            Rule::sometimes("there are no pods left", |_, it| it.replicas == 0 && it.is_complete()),
            Rule::sometimes("a claim that goes is in the way", |_, it| {
                it.wait.as_ref().is_some_and(|(code, _)| *code == Code::PodCreateFailed.name())
            }),
        ];
        if self.is_ordered() && self.faults > 2 {
            rules
                .push(Rule::sometimes("failed pods wait for each other", |_, it| it.is_dead_end()));
        }
        rules
    }
}

/// Visits all states of a plan, of which there are at least so many.
fn check(plan: Plan, least: usize) {
    let Plan { replicas, policy, strategy, faults, .. } = &plan;
    let name = format!("{replicas} pods, {policy}, {strategy}, {faults} faults");
    let checker = plan.checker().spawn_bfs().join();
    println!("{name}: {} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
    assert!(checker.unique_state_count() >= least, "{name}: few states");
}

#[test]
fn an_ordered_set_keeps_its_rules_and_becomes_complete_whatever_happens() {
    check(Plan::new(2, "OrderedReady", 2), 3_500);
}

#[test]
fn a_parallel_set_keeps_its_rules_and_becomes_complete_whatever_happens() {
    check(Plan::new(2, "Parallel", 2), 7_000);
}

#[test]
fn a_set_with_recreate_keeps_its_rules_and_becomes_complete_whatever_happens() {
    check(Plan::new(2, "OrderedReady", 2).recreate(), 3_500);
    check(Plan::new(2, "Parallel", 2).recreate(), 7_000);
}

#[test]
#[ignore = "takes minutes: cargo test --release --test it checker -- --ignored --nocapture"]
fn three_pods_keep_their_rules_and_become_complete_whatever_happens() {
    check(Plan::new(3, "OrderedReady", 3), 100_000);
    check(Plan::new(3, "Parallel", 3), 400_000);
    check(Plan::new(3, "OrderedReady", 3).recreate(), 100_000);
}
