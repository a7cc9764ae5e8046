//! A report as text for a terminal, and as JSON.

use super::{Advice, Finding, Harm, Moment, Phase, Remedy, Report, Severity};
use crate::api::json::{Node, Value};
use crate::notation::format_duration;

/// The headings of a report, by severity.
pub const HEADINGS: [(Severity, &str); 3] = [
    (Severity::Fails, "Loses data, or gets stuck"),
    (Severity::Warns, "Survives, but is down for more than a minute, or someone has to act"),
    (Severity::Notes, "Survives"),
];

impl Harm {
    /// What happens, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Harm::NeverReady => "never Ready",
            Harm::Data => "data is deleted",
            Harm::Writes => "accepted writes are missing",
            Harm::Twins => "two pods with one identity",
            Harm::Stuck => "stuck",
            Harm::Blocked => "the drain gives up",
            Harm::Copy => "a copy of the data is deleted",
            Harm::Down => "down",
        }
    }

    /// A stable name, for example `never-ready`.
    pub fn name(self) -> &'static str {
        match self {
            Harm::NeverReady => "never-ready",
            Harm::Data => "data",
            Harm::Writes => "writes",
            Harm::Twins => "twins",
            Harm::Stuck => "stuck",
            Harm::Blocked => "blocked",
            Harm::Copy => "copy",
            Harm::Down => "down",
        }
    }
}

impl Severity {
    /// A stable name.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Fails => "fails",
            Severity::Warns => "warns",
            Severity::Notes => "notes",
        }
    }
}

impl Finding {
    /// Which fault does what to which set.
    pub fn title(&self) -> String {
        let fault = self.fault.map_or("without a fault", |fault| fault.title());
        match self.harm {
            Harm::Down => format!("{}, {}: {fault}", self.set, self.amount()),
            harm => format!("{}, {}: {fault}", self.set, harm.title()),
        }
    }

    /// How long it is down.
    fn amount(&self) -> String {
        format!("down for up to {}", super::finding::seconds(self.size))
    }

    /// In which runs it was seen.
    pub fn extent(&self) -> String {
        let Finding { hits, runs, phases, .. } = self;
        let all = phases.len() == Phase::ALL.len();
        let phases: Vec<&str> = phases.iter().map(|phase| phase.title()).collect();
        let phases = if all { "in every phase".to_owned() } else { phases.join(", ") };
        format!("{hits} of {runs} runs, {phases}")
    }

    /// What Kubernetes and the database do, each with its name.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let parts =
            [("Kubernetes", self.kubernetes.as_str()), ("Database", self.database.as_str())];
        parts.into_iter().filter(|(_, text)| !text.is_empty())
    }
}

impl Remedy {
    /// What came of it.
    pub fn outcome(&self) -> String {
        match self.converged_ms {
            Some(ms) => format!("tried: the set converges {} later", super::finding::seconds(ms)),
            None => "tried: the set does not converge".into(),
        }
    }
}

impl Report {
    /// The result in a sentence.
    pub fn summary(&self) -> String {
        let count = |severity: Severity| {
            self.findings.iter().filter(|finding| finding.severity() == severity).count()
        };
        let (fails, warns) = (count(Severity::Fails), count(Severity::Warns));
        let head = match (fails, warns) {
            (0, 0) => "It survives every fault.".to_owned(),
            (0, 1) => "It survives, with 1 warning.".to_owned(),
            (0, _) => format!("It survives, with {warns} warnings."),
            (1, _) => "In 1 case it loses data or gets stuck.".to_owned(),
            _ => format!("In {fails} cases it loses data or gets stuck."),
        };
        format!(
            "{head} {} runs, {} seeds, Kubernetes {}.",
            self.runs,
            self.options.seeds,
            self.options.version.name()
        )
    }

    /// The report for a terminal. The findings are numbered from 1.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.summary());
        let mut push = |indent: usize, text: &str| {
            for line in text.lines() {
                out += &format!("{}{line}\n", " ".repeat(indent));
            }
        };
        for (severity, heading) in HEADINGS {
            let found = (1..).zip(&self.findings).filter(|(_, it)| it.severity() == severity);
            let found: Vec<_> = found.collect();
            if !found.is_empty() {
                push(0, &format!("\n{heading}:"));
            }
            for (number, finding) in found {
                push(0, &format!("{number:>3}  {}", finding.title()));
                push(5, &format!("({})", finding.extent()));
                for (who, text) in finding.parts() {
                    push(5, &format!("{who}: {text}"));
                }
                finding
                    .waits
                    .iter()
                    .for_each(|(code, text)| push(5, &format!("waits: {text} [{}]", code.name())));
                for remedy in &finding.remedies {
                    push(5, &format!("$ {}   # {}", remedy.line, remedy.outcome()));
                }
                for advice in &finding.advice {
                    push(5, &format!("change {}:", advice.field));
                    push(9, &advice.yaml);
                    push(7, &format!("{} {}", advice.proof, advice.note));
                }
                push(5, &finding.remark);
            }
        }
        if !self.survived.is_empty() {
            push(0, "\nNothing happens:");
            self.survived.iter().for_each(|fault| push(5, fault.title()));
        }
        push(0, "\nNotes:");
        self.notes.iter().for_each(|note| push(5, note));
        out
    }

    /// The report as JSON on one line. Times are in milliseconds.
    pub fn json(&self) -> String {
        let texts = |texts: &[String]| list(texts.iter().map(|text| text.as_str().into()));
        let mut report = Node::default();
        report.set("summary", self.summary().as_str());
        report.set("fails", Value::Bool(self.fails()));
        report.set("kubernetes", self.options.version.name());
        report.set("seeds", number(self.options.seeds));
        report.set("nodes", number(self.options.nodes.into()));
        report.set("runs", number(self.runs.into()));
        report.set("findings", list(self.findings.iter().map(finding)));
        report.set("survived", list(self.survived.iter().map(|fault| fault.name().into())));
        report.set("notes", texts(&self.notes));
        report.json()
    }
}

fn list(items: impl Iterator<Item = Node>) -> Node {
    Value::List(items.collect()).into()
}

fn number(value: u64) -> Node {
    Value::Int(i64::try_from(value).unwrap_or(i64::MAX)).into()
}

fn moment(it: &Moment) -> Node {
    let mut node = Node::default();
    node.set("at", number(it.at.0));
    node.set("time", format_duration(it.at.0).as_str());
    node.set("seed", number(it.seed));
    node.set("phase", it.phase.name());
    node.set("recipe", &*it.recipe);
    node
}

fn finding(it: &Finding) -> Node {
    let mut node = Node::default();
    node.set("set", it.set.as_str());
    node.set("harm", it.harm.name());
    node.set("severity", it.severity().name());
    if let Some(fault) = it.fault {
        node.set("fault", fault.name());
    }
    node.set("phases", list(it.phases.iter().map(|phase| phase.name().into())));
    node.set("hits", number(it.hits.into()));
    node.set("runs", number(it.runs.into()));
    node.set("size", number(it.size));
    node.set("kubernetes", it.kubernetes.as_str());
    node.set("database", it.database.as_str());
    let wait = |(code, text): &(crate::cluster::Code, String)| {
        Node::map([("reason".into(), code.name().into()), ("text".into(), text.as_str().into())])
    };
    node.set("waits", list(it.waits.iter().map(wait)));
    node.set("remedies", list(it.remedies.iter().map(remedy)));
    node.set("advice", list(it.advice.iter().map(advice)));
    node.set("remark", it.remark.as_str());
    node.set("moment", moment(&it.moment));
    node
}

fn remedy(it: &Remedy) -> Node {
    let mut node = Node::default();
    node.set("line", it.line.as_str());
    node.set("note", it.note.as_str());
    node.set("converged", it.converged_ms.map_or(Node::default(), number));
    node
}

fn advice(it: &Advice) -> Node {
    let mut node = Node::default();
    for (key, text) in
        [("field", &it.field), ("yaml", &it.yaml), ("note", &it.note), ("proof", &it.proof)]
    {
        node.set(key, text.as_str());
    }
    node.set("moment", moment(&it.moment));
    node
}
