//! What the controller must keep to in each step.

use super::*;

pub(super) const NO_TWINS: &str = "a pod is replaced only after the old one is gone";
pub(super) const IN_ORDER: &str = "a pod is created in its turn, from the template of the set";
pub(super) const SCALE_DOWN: &str = "the highest pod goes first, while the others are well";
pub(super) const UPDATE: &str =
    "only a failed pod is replaced, or an outdated one whose turn it is";
pub(super) const CLAIMS_STAY: &str = "claims outlive pods";
pub(super) const NO_QUEUE: &str = "nobody waits for others in a parallel set";
pub(super) const NO_MIX: &str =
    "with Recreate, no pod is created while an outdated one is there, and all of those go at once";
pub(super) const NOTHING_NEW: &str = "a pass out of turn changes nothing";

/// The rules that a step of the controller broke.
pub(super) fn broken(
    plan: &Plan,
    before: &State,
    after: &State,
    has_twin: bool,
) -> Vec<&'static str> {
    let (is_ordered, wanted) = (plan.is_ordered(), before.replicas);
    let all_healthy = |mut range: std::ops::Range<usize>| range.all(|it| before.is_healthy(it));
    let stays = |pod: Option<Member>| pod.filter(|pod| !pod.is_going);
    let select = |is: &dyn Fn(usize) -> bool| (0..PODS).filter(|it| is(*it)).collect::<Vec<_>>();
    let created = select(&|it| before.pods[it].is_none() && after.pods[it].is_some());
    let removed = select(&|it| stays(before.pods[it]).is_some() && stays(after.pods[it]).is_none());
    let has_failed = |it: usize| before.pods[it].is_some_and(|pod| pod.stage == Failed);
    let mut broken = Vec::new();
    let mut check = |rule, holds: bool| broken.extend((!holds).then_some(rule));
    let is_old = |it: &usize| before.is_outdated(*it);
    let is_recreated = plan.strategy == "Recreate" && (0..PODS).any(|it| is_old(&it));
    let are_going = (0..PODS).filter(is_old).all(|it| stays(after.pods[it]).is_none());
    check(NO_MIX, !is_recreated || created.is_empty() && are_going);
    for it in &created {
        let new = Member { stage: Pending, is_going: false, template: before.template };
        let is_turn = !is_ordered || created.len() == 1 && all_healthy(0..*it);
        let has_claim = after.claims[*it] == Some(Claim::There);
        check(IN_ORDER, is_turn && *it < wanted && has_claim && after.pods[*it] == Some(new));
    }
    for it in removed.iter().copied().filter(|it| !is_recreated || !before.is_outdated(*it)) {
        let is_turn = !is_ordered || removed.len() == 1 && all_healthy(0..it.min(wanted));
        if it >= wanted {
            let is_top = before.pods[it + 1..].iter().all(Option::is_none);
            // Of those that are not well the lowest may go.
            let mut below = before.pods[wanted..it].iter().flatten();
            let is_lowest = before.is_healthy(it) || below.all(|pod| pod.is_healthy());
            check(SCALE_DOWN, is_turn && (!is_ordered || is_top && is_lowest));
        } else if has_failed(it) {
            check(UPDATE, is_turn);
        } else {
            let done = |it| before.is_healthy(it) && !before.is_outdated(it);
            let is_only =
                removed.iter().all(|other| *other == it || *other >= wanted || has_failed(*other));
            let is_top = (it + 1..wanted).all(done) && is_only;
            let is_over = !is_ordered || before.pods[wanted..].iter().all(Option::is_none);
            // A parallel set replaces outdated pods that are unavailable anyway at once.
            let is_due = is_top && is_over || !is_ordered && !before.is_healthy(it);
            check(UPDATE, is_turn && is_due && before.is_outdated(it));
        }
    }
    if !is_ordered && !is_recreated && !before.claims.contains(&Some(Claim::Going)) {
        let is_made = |it: usize| before.pods[it].is_some() || after.pods[it].is_some();
        check(NO_QUEUE, (0..wanted).all(is_made));
        check(NO_QUEUE, after.pods[wanted..].iter().all(|pod| stays(*pod).is_none()));
        check(NO_QUEUE, (0..PODS).all(|it| !has_failed(it) || stays(after.pods[it]).is_none()));
    }
    let had = before.claims.iter().zip(&after.claims).filter(|(old, _)| old.is_some());
    check(CLAIMS_STAY, had.into_iter().all(|(old, new)| old == new));
    check(NO_TWINS, !has_twin);
    // That a claim goes is nothing that the controller watches.
    let goes = before.claims.contains(&Some(Claim::Going));
    check(NOTHING_NEW, before.is_queued || before == after || goes);
    broken
}
