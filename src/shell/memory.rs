//! The state of a shell: variables, aliases, functions, and the working directory.

use super::syntax::Node;
use crate::map::Map;
use std::cell::RefCell;
use std::rc::Rc;

/// The state that a shell keeps from one script to the next. Clones share it.
#[derive(Clone, Default)]
pub struct Shell(pub(super) Rc<RefCell<Memory>>);

/// The state of a shell.
#[derive(Clone, Default)]
pub(super) struct Memory {
    pub(super) variables: Map<String, String>,
    pub(super) exported: Vec<String>,
    pub(super) aliases: Map<String, String>,
    pub(super) functions: Map<String, Rc<Node>>,
    pub(super) arguments: Vec<String>,
    pub(super) folder: String,
    pub(super) status: u8,
    /// The standard input of the next script, unless that is the terminal.
    pub(super) input: Option<String>,
}

impl Shell {
    /// Creates a shell with a working directory and exported variables.
    pub fn new<'a>(folder: &str, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Shell {
        let shell = Shell::default();
        shell.0.borrow_mut().folder = folder.into();
        for (name, value) in variables {
            shell.set(name, value.into());
            shell.0.borrow_mut().exported.push(name.into());
        }
        shell
    }

    /// The working directory.
    pub fn folder(&self) -> String {
        self.0.borrow().folder.clone()
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.borrow().variables.get(name).cloned()
    }

    /// Sets a variable.
    pub fn set(&self, name: &str, value: String) {
        self.0.borrow_mut().variables.insert(name.into(), value);
    }

    /// Sets the positional parameters (`$1`).
    pub fn set_arguments(&self, arguments: Vec<String>) {
        self.0.borrow_mut().arguments = arguments;
    }

    /// Sets the standard input of the next script.
    pub fn set_input(&self, text: String) {
        self.0.borrow_mut().input = Some(text);
    }

    /// All variables with their values.
    pub fn variables(&self) -> Vec<(String, String)> {
        let memory = self.0.borrow();
        memory.variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The exported variables, as `NAME=VALUE`.
    pub fn exported(&self) -> Vec<String> {
        let memory = self.0.borrow();
        let value = |name: &String| Some(format!("{name}={}", memory.variables.get(name)?));
        memory.exported.iter().filter_map(value).collect()
    }

    /// Sets an alias.
    pub fn set_alias(&self, name: &str, text: &str) {
        self.0.borrow_mut().aliases.insert(name.into(), text.into());
    }

    /// The text of an alias.
    pub fn alias(&self, name: &str) -> Option<String> {
        self.0.borrow().aliases.get(name).cloned()
    }

    /// The names of aliases and functions, for completion.
    pub fn names(&self) -> Vec<String> {
        let memory = self.0.borrow();
        memory.aliases.keys().chain(memory.functions.keys()).cloned().collect()
    }
}
