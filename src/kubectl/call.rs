//! A line that is being done.

use super::options::{Verb, Words};
use super::view::{Asked, View};
use crate::api::json::Node as Tree;
use crate::api::{DEFAULT_NAMESPACE, Kind};
use crate::manifest::{self, Gates};
use crate::notation::Line;
use crate::sim::Sim;
use crate::task::Progress;
use std::cell::{Cell, RefCell};

/// A line that is being done: what was typed, and what can be seen.
pub(super) struct Call<'a> {
    /// What was typed.
    pub(super) line: &'a Line,
    /// The simulation as it is.
    pub(super) sim: &'a Sim,
    /// The cluster as kubectl sees it.
    pub(super) view: View<'a>,
    /// The verb.
    pub(super) verb: &'static Verb,
    /// The words after the verb.
    pub(super) words: Words<'a>,
    /// The text below the line.
    pub(super) text: Option<&'a str>,
    /// How far it is.
    pub(super) progress: &'a Progress,
    /// A copy of the simulation with the command's changes, once their result is printed.
    pub(super) ahead: RefCell<Option<Sim>>,
    /// How many objects the command has printed.
    pub(super) printed: Cell<u32>,
    /// The objects that the command prints as one list, if it does.
    pub(super) listed: RefCell<Vec<Tree>>,
    /// Warnings of the API server about unknown fields.
    pub(super) warned: RefCell<String>,
    /// The kinds and names that several documents below the line have, in order.
    pub(super) repeated: RefCell<Vec<(Kind, String)>>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        (sim, line): (&'a Sim, &'a Line),
        view: View<'a>,
        (verb, words): (&'static Verb, Words<'a>),
        progress: &'a Progress,
    ) -> Call<'a> {
        let text = line.heredoc.as_ref().map(|heredoc| heredoc.text.as_str());
        let (ahead, printed, listed, warned, repeated) = Default::default();
        Call {
            line,
            sim,
            view,
            verb,
            words,
            text,
            progress,
            ahead,
            printed,
            listed,
            warned,
            repeated,
        }
    }

    /// The namespace that the line is about.
    pub(super) fn namespace(&self) -> &'a str {
        self.words.flag("namespace").unwrap_or(DEFAULT_NAMESPACE)
    }

    /// The feature gates for manifests.
    pub(super) fn gates(&self) -> Gates {
        Gates { has_recreate: self.view.cluster.settings.has_recreate() }
    }

    /// What its words ask for.
    ///
    /// # Errors
    /// In the words of kubectl.
    pub(super) fn asked(&self) -> Result<Asked, String> {
        self.asked_by(&self.words.plain)
    }

    /// The objects that these arguments ask for, or those in the text below the command.
    ///
    /// # Errors
    /// kubectl's error.
    pub(super) fn asked_by(&self, words: &[&str]) -> Result<Asked, String> {
        match self.words.flag("filename").or(self.words.flag("kustomize")) {
            None => Asked::read(&self.view, words),
            Some("-") if words.is_empty() => Asked::described(&self.view, self.text.unwrap_or("")),
            Some("-") => Err("error: when paths, URLs, or stdin is provided as input, you may not specify resource \
                              arguments as well"
                .into()),
            Some(_) => Err(super::objects::NO_FILES.into()),
        }
    }

    /// Whether the API server rejects unknown fields: it warns of them unless kubectl asks for more
    /// (`fieldValidation`).
    pub(super) fn is_strict(&self) -> bool {
        matches!(self.verb.name, "apply" | "create" | "replace" | "edit")
            && matches!(self.words.flag("validate"), None | Some("strict" | "true"))
    }

    /// Removes the unknown fields that a refusal names from a tree, and warns of them; false if it is about something
    /// else, or the API server rejects them.
    pub(super) fn drops_unknown(&self, tree: &mut Tree, refusal: &str) -> bool {
        if self.is_strict() {
            return false;
        }
        let fields = manifest::drop_unknown(tree, refusal);
        let is_silent = matches!(self.words.flag("validate"), Some("false" | "ignore"));
        if !is_silent && self.verb.name != "delete" {
            // kubectl prints each warning once.
            let mut warned = self.warned.borrow_mut();
            for line in fields.iter().map(|field| format!("Warning: {field}\n")) {
                if !warned.contains(&line) {
                    *warned += &line;
                }
            }
        }
        !fields.is_empty()
    }

    /// The output format of objects; empty for sentences.
    pub(super) fn form(&self) -> &'a str {
        let template = self.words.flag("template").map(|_| "go-template");
        self.words.flag("output").filter(|form| !form.is_empty()).or(template).unwrap_or("")
    }

    /// Whether the command is a dry run without the API server.
    pub(super) fn is_client_dry_run(&self) -> bool {
        self.words.flag("dry-run").is_some_and(|it| it != "server" && self.dry_run().is_some())
    }

    /// With `--dry-run`, what is said behind a confirmation instead of doing it.
    pub(super) fn dry_run(&self) -> Option<&'static str> {
        // These verbs do not mention the dry run.
        let is_silent = self.view.is_recent() && matches!(self.verb.name, "patch" | "taint");
        match self.words.flag("dry-run") {
            None | Some("none" | "false") => None,
            Some(_) if is_silent => Some(""),
            Some("server") => Some(" (server dry run)"),
            Some(_) => Some(" (dry run)"),
        }
    }
}
