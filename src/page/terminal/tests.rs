//! Scripts on a run, as the page plays them.

use super::*;
use crate::api::Time;
use crate::page::tests::first_story;
use crate::terminal::Step;
use crate::timeline::Timeline;

const ALWAYS: &dyn Fn() -> bool = &|| true;

/// A terminal on a run.
struct Page(Terminal, Timeline);

impl Page {
    fn new(seconds: u64) -> Page {
        Page(Terminal::default(), first_story(seconds))
    }

    /// Types a text with Enter, and runs the commands until they wait for time to pass.
    fn type_in(&mut self, pane: usize, text: &str) {
        self.0.panes[pane].edit(&format!("{text}\n"));
        self.0.enter(pane);
        self.go_on();
    }

    fn go_on(&mut self) {
        let Page(terminal, timeline) = self;
        let files = &mut terminal.files;
        for pane in &mut terminal.panes {
            loop {
                pane.begin_next();
                pane.follow(timeline, ALWAYS);
                let Some(running) = &mut pane.running else { break };
                let step = running.go_on(files, timeline.now()).cloned();
                pane.show_printed();
                pane.show_waiting();
                let Some(step) = step else { break };
                let running = pane.running.as_mut().expect("it runs");
                match step {
                    Step::Line(line, is_shown) => match timeline.wait(&line) {
                        Some((watch, first)) => {
                            let held = (!is_shown).then(|| first.clone());
                            running.wait(Wait::Watch(Box::new(watch), held, false));
                            pane.print(false, if is_shown { &first } else { "" });
                        }
                        None => {
                            let output = timeline.run_line(&line);
                            match timeline.watch(&line) {
                                Some(watch) => {
                                    let output = output.before_timeout();
                                    running.wait(Wait::Watch(Box::new(watch), None, false));
                                    pane.print(false, &output.stdout);
                                }
                                None => running.answer(output),
                            }
                        }
                    },
                    Step::Sleep(ms, _) => {
                        let now = timeline.now();
                        running.wait(Wait::Until(now, now.plus(ms)));
                    }
                    Step::Done(exit) => pane.finish(exit),
                    _ => running.answer(Default::default()),
                }
            }
        }
    }

    fn last(&self, pane: usize) -> (String, u8, String) {
        let last = self.0.panes[pane].history.last().expect("a command");
        let text = last.printed.iter().map(|(_, text)| text.as_str()).collect();
        (text, last.exit, last.advice.clone())
    }
}

#[test]
fn a_text_is_cut_into_commands() {
    let (all, rest) = commands("echo a\n\nfor i in 1 2\ndo echo $i\ndone\ncat <<EOF\nx\nEOF\nkube");
    assert_eq!(all, ["echo a\n", "for i in 1 2\ndo echo $i\ndone\n", "cat <<EOF\nx\nEOF\n"]);
    assert_eq!(rest, "kube");
    assert_eq!(commands("echo 'a\n"), (Vec::new(), "echo 'a\n".into()));
    assert_eq!(commands("kubectl get \\\n pods\n").0.len(), 1);
}

#[test]
fn commands_wait_for_those_before_them() {
    let mut page = Page::new(5);
    page.type_in(0, "sleep 10; echo a\necho b");
    assert_eq!(page.last(0), (String::new(), 0, "Still running. Press Ctrl+C to stop.".into()));
    page.1.seek(Time(14_000));
    page.go_on();
    assert_eq!(page.0.panes[0].history.len(), 1);
    page.1.seek(Time(15_000));
    page.go_on();
    let history = &page.0.panes[0].history;
    assert_eq!(history[0].printed, [(false, "a\n".to_owned())]);
    assert_eq!(history[1].line, "echo b");
    assert_eq!(page.last(0), ("b\n".into(), 0, String::new()));
    assert!(!page.0.panes[0].is_busy());
}

#[test]
fn delete_waits_until_the_object_is_gone() {
    let mut page = Page::new(40);
    page.type_in(0, "kubectl delete pod web-1; kubectl get pod web-1 -o name");
    assert_eq!(page.last(0).0, "pod \"web-1\" deleted from default namespace\n");
    assert!(page.0.panes[0].is_busy());
    page.1.seek(Time(120_000));
    page.go_on();
    assert!(page.last(0).0.ends_with("\npod/web-1\n"), "{:?}", page.last(0));
    let busy = |page: &Page| page.0.panes[0].is_busy();
    // The API server deletes a Service at once, and `--wait=false` does not wait.
    page.type_in(0, "kubectl delete service web; kubectl delete pod web-2 --wait=false");
    assert!(!busy(&page), "{:?}", page.last(0));
    // A claim in use stays until the pod is gone, or until Ctrl+C.
    page.type_in(0, "kubectl delete pvc data-web-0");
    assert!(busy(&page), "{:?}", page.last(0));
}

#[test]
fn delete_fails_only_when_its_timeout_has_passed() {
    let mut page = Page::new(40);
    page.type_in(0, "kubectl delete pod web-1 --timeout=500ms || echo sorry");
    let deleted = "pod \"web-1\" deleted from default namespace\n";
    assert_eq!(page.last(0).0, deleted);
    page.1.seek(Time(40_400));
    page.go_on();
    assert_eq!(page.last(0).0, deleted);
    page.1.seek(Time(40_600));
    page.go_on();
    let error = "error: timed out waiting for the condition on pods/web-1\n";
    assert_eq!(page.last(0).0, format!("{deleted}{error}sorry\n"));
    // It succeeds if the pod is gone in time.
    page.type_in(0, "kubectl delete pod web-2 --force --timeout=3s && echo fine");
    assert!(page.last(0).0.ends_with("fine\n"), "{:?}", page.last(0));
}

#[test]
fn waiting_lines_go_on_with_the_cluster() {
    let mut page = Page::new(1);
    page.type_in(0, "kubectl rollout status sts/web && echo done; echo $?");
    page.0.split(true);
    page.type_in(1, "kubectl get pods -o name | head -1");
    assert_eq!(page.last(1).0, "pod/web-0\n");
    assert!(page.last(0).0.starts_with("Waiting for"), "{:?}", page.last(0));
    page.1.seek(Time(30_000));
    page.go_on();
    let text = page.last(0).0;
    assert!(text.contains("Waiting for 1 pods to be ready...\n"), "{text}");
    assert!(text.ends_with("...\ndone\n0\n"), "{text}");
    page.type_in(0, "kubectl wait --for=condition=Ready pod/web-0 --timeout=5s");
    assert_eq!(page.last(0).0, "pod/web-0 condition met\n");
    page.type_in(0, "kubectl wait --for=delete pod/web-0 --timeout=5s");
    assert!(page.0.panes[0].is_busy());
    page.1.seek(Time(36_000));
    page.go_on();
    let (text, exit, _) = page.last(0);
    assert!(exit == 1 && text.contains("timed out waiting for the condition"), "{text}");
}

#[test]
fn ctrl_c_ends_what_runs() {
    let mut page = Page::new(30);
    page.type_in(0, "kubectl logs -f web-0; echo never");
    assert!(page.0.panes[0].is_busy());
    page.0.panes[0].edit("half");
    page.0.panes[0].interrupt();
    page.go_on();
    assert_eq!(page.last(0).1, 130);
    assert!(!page.0.panes[0].is_busy() && page.0.panes[0].text.is_empty());
    // The rest of a pipe gets the earlier output.
    page.type_in(0, "kubectl logs -f web-0 | wc -l");
    assert_eq!(page.last(0).0, "");
    page.0.panes[0].interrupt();
    page.go_on();
    assert_ne!(page.last(0).0, "");
    page.type_in(0, "while true; do sleep 1; done");
    page.1.seek(Time(34_000));
    page.go_on();
    page.0.panes[0].interrupt();
    assert!(!page.0.panes[0].is_busy());
}

#[test]
fn earlier_lines_are_recalled() {
    let mut page = Page::new(5);
    page.type_in(0, "echo 1");
    page.type_in(0, "echo 2");
    page.type_in(0, "echo 1");
    page.0.panes[0].edit("draft");
    let mut recall = |by| {
        page.0.recall(0, by);
        page.0.panes[0].text.to_string()
    };
    let recalled = [1, 1, 1, -1, -1, -1].map(&mut recall);
    assert_eq!(recalled, ["echo 1", "echo 2", "echo 2", "echo 1", "draft", "draft"]);
}

#[test]
fn the_history_and_its_output_are_limited() {
    let mut page = Page::new(5);
    for number in 0..65 {
        page.type_in(0, &format!("echo {number}"));
    }
    assert_eq!(page.0.panes[0].history.len(), 60);
    let mut record = CommandRecord::default();
    let line = "x".repeat(99) + "\n";
    (0..300).for_each(|number| record.print(number % 50 == 0, &line));
    let size: usize = record.printed.iter().map(|(_, text)| text.len()).sum();
    assert!(size <= 20_000 && record.printed[0].1.starts_with(&line), "{size}");
}

#[test]
fn the_last_word_is_completed() {
    let page = Page::new(30);
    let Page(mut terminal, timeline) = page;
    terminal.files.write("/home/user/web.yaml", "");
    for (text, expected) in [
        ("kubectl rollout stat", "kubectl rollout status "),
        ("kube", "kubectl "),
        ("kubectl apply -f w", "kubectl apply -f web.yaml "),
        (
            "kubectl apply -f application/zoo",
            "kubectl apply -f application/zookeeper/zookeeper.yaml ",
        ),
        ("echo a | gre", "echo a | grep "),
        ("cat we", "cat web.yaml "),
        ("kubectl get pods; kubectl delete pod web-", "kubectl get pods; kubectl delete pod web-"),
        ("get xyz", "get xyz"),
    ] {
        let pane = &mut terminal.panes[0];
        pane.edit(text);
        pane.complete(&timeline, &terminal.files);
        assert_eq!(&*pane.text, expected, "{text}");
    }
    assert!(terminal.panes[0].completions.is_empty());
    // In the namespace of the current context.
    let set = "kubectl config set-context --current --namespace=kube-node-lease";
    crate::terminal::run(
        &mut timeline.clone(),
        &mut terminal.files,
        &crate::terminal::shell(),
        set,
    );
    for (text, expected) in [
        ("kubectl delete lease node-", 3),
        ("kubectl delete lease -n default node-", 0),
        ("kubectl -n default delete lease node-", 0),
    ] {
        let pane = &mut terminal.panes[0];
        pane.edit(text);
        pane.complete(&timeline, &terminal.files);
        assert_eq!(pane.completions.len(), expected, "{text}");
    }
    terminal.panes[0].complete_with(vec!["x1".into(), "x2".into()]);
    assert_eq!(terminal.panes[0].completions.len(), 2);
}
