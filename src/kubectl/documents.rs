//! The documents in the text below a line.

use super::objects::{NO_FILES, generate_name, refused, settle};
use super::{Call, Output, Plan, unread};
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use crate::cluster::database::problems;
use crate::later::later;
use crate::manifest::{self, Document, Refusal};
use crate::notation::closest;

/// The documents of the text below the line.
async fn documents(call: &Call<'_>) -> Result<Vec<Document>, Plan> {
    let verb = call.verb.name;
    let text = match (call.words.flag("filename"), call.text) {
        (Some("-"), text) => text.unwrap_or(""),
        (Some(_), _) => return Err(Plan::refuse(NO_FILES)),
        (None, _) => {
            let flags = if call.view.is_recent() || verb == "apply" { "-f and -k" } else { "-f -" };
            let mut plan = Plan::refuse(format!("error: must specify one of {flags}"));
            plan.output.advice =
                format!("the text of the manifest follows the line: kubectl {verb} -f - <<EOF\n");
            return Err(plan);
        }
    };
    let documents = parsed(call, text).await;
    match documents.is_empty() {
        true if ["diff", "replace"].contains(&verb) && call.view.is_recent() => {
            Err(Plan::default())
        }
        true => Err(Plan::refuse(manifest::NO_OBJECTS.replace("apply", verb))),
        false => Ok(documents),
    }
}

/// The documents of a text. What is of a custom kind is known if its definition was applied before: kubectl asks once
/// which kinds there are.
pub(super) async fn parsed(call: &Call<'_>, text: &str) -> Vec<Document> {
    let mut documents = manifest::parse_in_slices(text, call.gates(), call.progress).await;
    let store = &call.view.cluster.store;
    for (number, document) in (0..).zip(&mut documents) {
        let is_custom = document.is_custom();
        let is_named = call.verb.name == "create"
            && generate_name(document, store.resource_version.saturating_add(number));
        let refusal = document.outcome.as_ref().err().map(|refusal| refusal.stderr.clone());
        let is_less = refusal.is_some_and(|it| call.drops_unknown(&mut document.tree, &it));
        if is_custom || is_named || is_less {
            document.read_again(store.definitions(), call.gates());
        }
    }
    documents
}

/// Fields that change what the cluster itself does and that are not simulated. The others are listed in the dialog
/// only: they are the containers' own affair.
const MISSED: [&str; 9] = [
    "activeDeadlineSeconds",
    "hostNetwork",
    "matchLabelKeys",
    "postStart",
    "preferredDuringSchedulingIgnoredDuringExecution",
    "readinessGates",
    "restartPolicyRules",
    "schedulerName",
    "schedulingGates",
];

/// Says which of these fields have no effect here.
fn missed(fields: &[manifest::NotSimulated]) -> String {
    let paths = fields.iter().map(|field| field.path.as_str());
    let missed = paths
        .filter(|path| MISSED.contains(&path.rsplit_once('.').map_or(*path, |(_, name)| name)));
    let missed: Vec<&str> = missed.collect();
    match missed.is_empty() {
        true => String::new(),
        false => format!("accepted but not simulated: {}\n", missed.join(", ")),
    }
}

/// The kinds and names that several documents have, in order.
fn repeated(documents: &[Document]) -> Vec<(Kind, String)> {
    let objects = documents.iter().filter_map(|document| document.outcome.as_ref().ok());
    let mut names: Vec<(Kind, String)> =
        objects.map(|object| (object.kind(), object.meta().name.clone())).collect();
    crate::map::sort(&mut names, |one, other| one < other);
    let pairs = names.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut found: Vec<(Kind, String)> = pairs.map(|pair| pair[0].clone()).collect();
    found.dedup();
    found
}

/// Does something with each document; a refused one does not stop the others.
pub(super) async fn each(call: &Call<'_>, act: impl Fn(&Plan, &Tree, Object) -> Plan) -> Plan {
    let documents = match documents(call).await {
        Ok(documents) => documents,
        Err(plan) => return plan,
    };
    let mut plan = Plan::default();
    let count = documents.len() as u64;
    *call.repeated.borrow_mut() = repeated(&documents);
    for (number, document) in (0..).zip(documents) {
        call.progress.reached(number, count).await;
        let next = match document.outcome {
            Ok(ref object) => {
                let mut object = object.clone();
                warn(&object, &mut plan.output);
                plan.output.advice += &missed(&document.not_simulated);
                match settle(call, &document.tree, &mut object) {
                    Ok(()) => act(&plan, &document.tree, object),
                    Err(refusal) => Plan::refuse(refusal),
                }
            }
            Err(ref refusal) => match NOT_READ.get() {
                Some(not_read) => not_read(call, &document, refusal),
                None => refused(refusal),
            },
        };
        plan.add(next);
    }
    plan
}

later! {
    /// The error for a document that could not be read, where its object may exist.
    static NOT_READ: fn(&Call<'_>, &Document, &Refusal) -> Plan = unread::not_read;
}

/// Warns of annotations that are meant for the database in the pods, and mean nothing to it.
fn warn(object: &Object, output: &mut Output) {
    let Object::StatefulSet(set) = object else { return };
    for problem in problems(&set.spec.template.metadata.annotations) {
        let word = problem.value.unwrap_or(problem.key);
        let advice = match closest(word, problem.known.iter().copied()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => format!("known: {}", problem.known.join(", ")),
        };
        let value = problem.value.map_or_else(String::new, |value| format!(": \"{value}\""));
        let key = problem.key;
        output.stderr += &format!("Warning: annotation {key}{value} means nothing; {advice}\n");
    }
}
