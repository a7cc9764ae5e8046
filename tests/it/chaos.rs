//! "Will it survive?": what the matrix finds in manifests with known faults, and that its runs can be replayed.

use ordinal::chaos::{Fault, Finding, Harm, Options, Phase, Report, Severity, survey};
use ordinal::cluster::{Code, Version};
use ordinal::task::{self, Progress, Task};
use ordinal::timeline::Timeline;
use std::fs;
use std::process::Command;

const OPTIONS: Options = Options { seeds: 1, nodes: 6, version: Version::V1_37 };

fn text(name: &str) -> String {
    fs::read_to_string(format!("tests/data/{name}.yaml")).expect("a manifest")
}

fn report(name: &str) -> Report {
    task::finish(survey(&text(name), OPTIONS, &Progress::default())).expect("a manifest")
}

fn found(report: &Report, harm: Harm, fault: Option<Fault>) -> &Finding {
    let is_it = |it: &&Finding| it.harm == harm && it.strikes.iter().any(|it| it.fault == fault);
    report.findings.iter().find(is_it).unwrap_or_else(|| panic!("{harm:?}:\n{}", report.text()))
}

/// The harms that fail, without those of the forced rollback, which every ordered set has.
fn fails(report: &Report) -> Vec<Harm> {
    let is_rollback = |it: &&Finding| it.fault() == Some(Fault::BadImage);
    let failing = report.findings.iter().filter(|it| it.severity() == Severity::Fails);
    failing.filter(|it| !is_rollback(it)).map(|it| it.harm).collect()
}

/// The fields that help.
fn fields(finding: &Finding) -> Vec<&str> {
    finding.advice.iter().map(|advice| advice.field.as_str()).collect()
}

#[test]
fn the_example_of_kubernetes_io_is_reported_as_recorded() {
    let (report, path) = (report("manifests/web"), "tests/data/chaos/web.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, report.text()).expect("it is written");
    }
    assert_eq!(report.text(), fs::read_to_string(path).expect("a report"));
    assert_eq!(fails(&report), []);
    let stuck = found(&report, Harm::Stuck, Some(Fault::BadImage));
    assert_eq!(stuck.waits.first().map(|(code, _)| *code), Some(Code::UpdateStuck));
    assert_eq!(stuck.strikes[0].phases, Phase::ALL);
    let remedy = stuck.remedies.first().expect("a remedy");
    assert_eq!(remedy.line, "kubectl delete pod web-1");
    assert!(remedy.converged_ms.is_some());
    assert_eq!(fields(stuck), ["spec.podManagementPolicy"]);
}

#[test]
fn what_is_in_an_empty_dir_is_lost() {
    let report = report("chaos/empty-dir");
    let data = found(&report, Harm::Data, Some(Fault::AllPods));
    assert!(data.kubernetes.contains("emptyDir of db-"), "{}", data.kubernetes);
    assert!(data.database.contains("are on no disk"), "{}", data.database);
    // The first pod is deleted by a rolling update, too: no fault of that phase is blamed for it.
    let update = data.strikes.iter().find(|strike| strike.fault.is_none()).expect("an update");
    assert_eq!(update.phases, [Phase::Updating]);
    for strike in data.strikes.iter().filter(|strike| strike.fault.is_some()) {
        assert!(!strike.phases.contains(&Phase::Updating), "{strike:?}");
    }
    assert_eq!(fields(data), ["spec.volumeClaimTemplates"]);
    assert!(data.advice[0].proof.contains("nothing is deleted"), "{}", data.advice[0].proof);
}

#[test]
fn a_grace_period_of_zero_doubles_an_identity() {
    let report = report("chaos/grace-zero");
    assert!(fails(&report).contains(&Harm::Twins), "{}", report.text());
    let twins = found(&report, Harm::Twins, Some(Fault::PodDelete));
    assert_eq!(fields(twins), ["spec.template.spec.terminationGracePeriodSeconds"]);
}

#[test]
fn claims_go_with_their_pods_if_the_set_says_so() {
    let report = report("chaos/retention");
    assert_eq!(fails(&report), [Harm::Data]);
    let data = found(&report, Harm::Data, Some(Fault::ScaleToZero));
    assert!(data.kubernetes.contains("claim data-db-"), "{}", data.kubernetes);
    assert_eq!(fields(data), ["spec.persistentVolumeClaimRetentionPolicy.whenScaled"]);
}

#[test]
fn a_local_volume_is_stuck_on_a_node_that_is_gone() {
    let report = report("chaos/local");
    assert_eq!(fails(&report), [Harm::Stuck]);
    let stuck = found(&report, Harm::Stuck, Some(Fault::NodeGone));
    assert_eq!(stuck.waits.last().map(|(code, _)| *code), Some(Code::FailedScheduling));
    assert_eq!(fields(stuck), ["storageClassName in spec.volumeClaimTemplates"]);
}

#[test]
fn a_quorum_needs_names_and_pods_at_the_same_time() {
    let report = report("chaos/quorum");
    let stuck = found(&report, Harm::Stuck, Some(Fault::ScaleToZero));
    assert_eq!(stuck.waits.last().map(|(code, _)| *code), Some(Code::NoQuorum));
    let [both] = fields(stuck)[..] else { panic!("{:?}", fields(stuck)) };
    assert!(both.contains("podManagementPolicy") && both.contains("publishNotReady"), "{both}");
}

#[test]
fn a_budget_that_allows_no_eviction_blocks_a_drain() {
    let report = report("chaos/budget");
    let blocked = found(&report, Harm::Blocked, Some(Fault::Drain));
    assert_eq!(blocked.severity(), Severity::Warns);
    assert_eq!(fields(blocked), ["spec.maxUnavailable of the PodDisruptionBudget"]);
}

#[test]
fn a_set_that_is_never_ready_is_not_struck() {
    let report = report("chaos/no-secret");
    assert_eq!(fails(&report), [Harm::NeverReady]);
    assert!(report.survived.is_empty());
    let remedy = &report.findings[0].remedies[0];
    assert_eq!(remedy.line, "kubectl create secret generic pw");
    assert!(remedy.converged_ms.is_some());
}

#[test]
fn what_a_manifest_relies_on_is_assumed_and_said() {
    let report = report("chaos/namespace");
    let is_said = |part: &str| report.notes.iter().any(|note| note.contains(part));
    assert!(is_said("the namespace prod exists") && is_said("the StorageClass fast exists"));
    let stuck = found(&report, Harm::Stuck, Some(Fault::BadImage));
    assert_eq!(stuck.remedies[0].line, "kubectl delete pod db-2 -n prod");
    assert!(stuck.remedies[0].converged_ms.is_some());
}

#[test]
fn every_moment_can_be_replayed() {
    let report = report("chaos/empty-dir");
    for finding in &report.findings {
        let advice = finding.advice.iter().map(|advice| &advice.moment);
        for moment in finding.strikes.iter().map(|strike| &strike.moment).chain(advice) {
            let mut timeline = Timeline::new(&moment.recipe).expect("a recipe");
            assert_eq!(timeline.recipe(), *moment.recipe);
            timeline.seek(moment.at.plus(1_000));
            let refused = timeline.events().iter().find(|it| it.reason.code() == Code::Refused);
            assert_eq!(refused, None, "{}", finding.title());
        }
        let worst = &finding.worst().expect("a fault").moment;
        let mut timeline = Timeline::new(&worst.recipe).expect("a recipe");
        timeline.seek(worst.at);
        let is_then = |code: Code| {
            timeline.events().iter().any(|it| it.time == worst.at && it.reason.code() == code)
        };
        match finding.harm {
            Harm::Copy => assert!(is_then(Code::DataLost), "{}", finding.title()),
            Harm::Data => assert!(is_then(Code::DataLost), "{}", finding.title()),
            _ => {}
        }
    }
}

#[test]
fn slices_give_the_same_report_and_progress() {
    let text = text("manifests/web");
    let progress = Progress::default();
    let mut task: Task<'_, _> = Box::pin(survey(&text, OPTIONS, &progress));
    let (mut before, mut values) = (0, 0);
    let sliced = loop {
        let done = task::poll(&mut task);
        let now = progress.thousandths().unwrap_or(0);
        values += u32::from(now > before);
        before = before.max(now);
        if let Some(report) = done {
            break report.expect("a manifest");
        }
    };
    assert!(values > 40, "{values} steps of the progress");
    assert_eq!(sliced, report("manifests/web"));
}

#[test]
fn what_cannot_be_tested_is_refused_with_the_reason() {
    let refusal = |text: &str| {
        let refused = task::finish(survey(text, OPTIONS, &Progress::default()));
        refused.expect_err("nothing to test").message
    };
    assert!(refusal("").contains("no objects passed to apply"));
    assert!(refusal("a: [").contains("error converting YAML to JSON"));
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}]}\n";
    assert!(refusal(service).contains("no StatefulSet that wants pods"));
    let many = text("chaos/empty-dir").replace("replicas: 3", "replicas: 51");
    assert!(refusal(&many).contains("want 51 pods, and at most 50"));
}

#[test]
fn the_program_prints_text_json_and_stories() {
    let run = |arguments: &[&str]| {
        let path = "tests/data/chaos/budget.yaml";
        let start = ["chaos", path, "--seeds", "1"];
        let mut program = Command::new(env!("CARGO_BIN_EXE_ordinal"));
        let output = program.args(start).args(arguments).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        (output.status.code(), text, String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (code, json, _) = run(&["--json"]);
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["fails"], true);
    assert_eq!(json["findings"][0]["harm"], "stuck");
    let recipe = json["findings"][0]["strikes"][0]["moment"]["recipe"].as_str();
    let (code, story, _) = run(&["--story", "1"]);
    assert_eq!(code, Some(0));
    assert!(story.starts_with(recipe.expect("a recipe")), "{story}");
    assert!(Timeline::new(&story).is_ok());
    let (code, _, complaint) = run(&["--story", "99"]);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("findings 1 to"), "{complaint}");
}
