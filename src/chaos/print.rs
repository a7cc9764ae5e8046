//! A report as text for a terminal, and as JSON.

use super::case::seconds;
use super::{
    Advice, Fault, Finding, Harm, Moment, Options, Phase, Remedy, Report, Severity, Strike,
};
use crate::api::json::{Node, Value};
use crate::notation::format_duration;

/// The headings of a report, by severity.
pub const HEADINGS: [(Severity, &str); 3] = [
    (Severity::Fails, "Does not survive"),
    (Severity::Warns, "Survives, with fewer pods for more than a minute, or someone has to act"),
    (Severity::Notes, "Survives"),
];

impl Harm {
    /// What happens, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Harm::NeverReady => "is never Ready",
            Harm::Data => "loses data",
            Harm::Writes => "loses accepted writes",
            Harm::Twins => "runs an identity twice",
            Harm::Stuck => "gets stuck",
            Harm::Blocked => "keeps a node from being drained",
            Harm::Copy => "loses a copy of its data",
            Harm::Down => "has fewer Ready pods",
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
    /// What happens to which set, and by which fault if it is one.
    pub fn title(&self) -> String {
        let harm = match self.harm {
            Harm::Down if self.kubernetes.is_empty() => {
                format!("takes no writes for up to {}", seconds(self.size()))
            }
            Harm::Down => format!("{} for up to {}", self.harm.title(), seconds(self.size())),
            harm => harm.title().to_owned(),
        };
        match self.strikes.as_slice() {
            [strike] => format!("{} {harm}: {}", self.set, strike.title()),
            _ => format!("{} {harm}", self.set),
        }
    }

    /// What Kubernetes and the database do, each with its name.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let parts =
            [("Kubernetes", self.kubernetes.as_str()), ("Database", self.database.as_str())];
        parts.into_iter().filter(|(_, text)| !text.is_empty())
    }
}

impl Strike {
    /// The fault.
    pub fn title(&self) -> &'static str {
        self.fault.map_or("without a fault", Fault::title)
    }

    /// In which runs it was seen.
    pub fn extent(&self) -> String {
        let Strike { hits, runs, phases, .. } = self;
        let all = phases.len() == Phase::ALL.len();
        let phases: Vec<&str> = phases.iter().map(|phase| phase.title()).collect();
        let phases = if all { "in every phase".to_owned() } else { phases.join(", ") };
        format!("{hits} of {runs} runs, {phases}")
    }
}

impl Remedy {
    /// What came of it.
    pub fn outcome(&self) -> String {
        match self.converged_ms {
            Some(ms) => format!("tried: the set converges {} later", seconds(ms)),
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
            (1, _) => "It does not survive: 1 problem.".to_owned(),
            _ => format!("It does not survive: {fails} problems."),
        };
        let Options { seeds, version, .. } = self.options;
        let seeds = if seeds == 1 { "1 seed".to_owned() } else { format!("{seeds} seeds") };
        format!("{head} {} runs, {seeds}, Kubernetes {}.", self.runs, version.name())
    }

    /// The report for a terminal. The findings are numbered from 1.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.summary());
        for (severity, heading) in HEADINGS {
            let found = (1..).zip(&self.findings).filter(|(_, it)| it.severity() == severity);
            let mut found = found.peekable();
            if found.peek().is_some() {
                push(&mut out, 0, &format!("\n{heading}:"));
            }
            found.for_each(|(number, finding)| push_finding(&mut out, number, finding));
        }
        if !self.survived.is_empty() {
            push(&mut out, 0, "\nNothing happens:");
            self.survived.iter().for_each(|fault| push(&mut out, 5, fault.title()));
        }
        push(&mut out, 0, "\nNotes:");
        self.notes.iter().for_each(|note| push(&mut out, 5, note));
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

/// Adds lines with so many blanks before them.
fn push(out: &mut String, indent: usize, text: &str) {
    for line in text.lines() {
        out.push_str(&" ".repeat(if line.is_empty() { 0 } else { indent }));
        out.push_str(line);
        out.push('\n');
    }
}

fn push_finding(out: &mut String, number: u32, finding: &Finding) {
    push(out, 0, &format!("{number:>3}  {}", finding.title()));
    for strike in &finding.strikes {
        let extent = strike.extent();
        match finding.strikes.len() {
            1 => push(out, 5, &format!("({extent})")),
            _ => push(out, 5, &format!("- {} ({extent})", strike.title())),
        }
    }
    for (who, text) in finding.parts() {
        push(out, 5, &format!("{who}: {text}"));
    }
    for (code, text) in &finding.waits {
        push(out, 5, &format!("waiting: {text} [{}]", code.name()));
    }
    for remedy in &finding.remedies {
        push(out, 5, &format!("$ {}   # {}", remedy.line, remedy.outcome()));
    }
    for advice in &finding.advice {
        push(out, 5, &format!("change {}:", advice.field));
        push(out, 9, &advice.yaml);
        push(out, 7, &format!("{} {}", advice.proof, advice.note));
    }
    push(out, 5, &finding.remark);
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
    node.set("strikes", list(it.strikes.iter().map(strike)));
    node.set("kubernetes", it.kubernetes.as_str());
    node.set("database", it.database.as_str());
    let wait = |(code, text): &(crate::cluster::Code, String)| {
        Node::map([("reason".into(), code.name().into()), ("text".into(), text.as_str().into())])
    };
    node.set("waits", list(it.waits.iter().map(wait)));
    node.set("remedies", list(it.remedies.iter().map(remedy)));
    node.set("advice", list(it.advice.iter().map(advice)));
    node.set("remark", it.remark.as_str());
    node
}

fn strike(it: &Strike) -> Node {
    let mut node = Node::default();
    if let Some(fault) = it.fault {
        node.set("fault", fault.name());
    }
    node.set("phases", list(it.phases.iter().map(|phase| phase.name().into())));
    node.set("hits", number(it.hits.into()));
    node.set("runs", number(it.runs.into()));
    node.set("size", number(it.size));
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
