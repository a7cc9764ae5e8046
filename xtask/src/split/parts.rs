//! A module, taken apart.

use anyhow::{Context as _, Result, bail};
use wasmparser::{FunctionBody, Operator, Parser, Payload, TypeRef};

use super::LOAD;
use super::data::{self, Piece};

/// A module taken apart as far as cutting it needs.
pub(super) struct Parts<'a> {
    pub(super) types: wasmparser::TypeSectionReader<'a>,
    pub(super) signatures: Vec<wasmparser::FuncType>,
    /// The type of each function, imported ones first.
    pub(super) functions: Vec<u32>,
    /// How many functions are imported.
    pub(super) imported: u32,
    /// The import that loads the second module.
    pub(super) load: u32,
    pub(super) globals: Vec<wasmparser::GlobalType>,
    pub(super) tables: Vec<wasmparser::TableType>,
    pub(super) memory: wasmparser::MemoryType,
    pub(super) exports: Vec<wasmparser::Export<'a>>,
    /// The functions in the table.
    pub(super) listed: Vec<u32>,
    pub(super) bodies: Vec<FunctionBody<'a>>,
    /// What the memory is filled with.
    pub(super) segments: Vec<Piece>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(module: &'a [u8]) -> Result<Parts<'a>> {
        let (mut types, mut memory, mut load) = (None, None, None);
        let (mut functions, mut globals, mut tables) = (Vec::new(), Vec::new(), Vec::new());
        let (mut exports, mut listed, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        let mut segments = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => types = Some(section),
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        if import.name.contains(LOAD) {
                            load = Some(u32::try_from(functions.len())?);
                        }
                        functions.push(signature(&import)?);
                    }
                }
                Payload::FunctionSection(section) => {
                    functions.extend(section.into_iter().collect::<Result<Vec<_>, _>>()?);
                }
                Payload::TableSection(section) => {
                    for table in section {
                        tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => {
                    memory = section.into_iter().next().transpose()?
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    exports = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        let wasmparser::ElementItems::Functions(items) = element?.items else {
                            bail!("the module has a table that is filled by expressions")
                        };
                        listed.extend(items.into_iter().collect::<Result<Vec<_>, _>>()?);
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::DataSection(section) => {
                    for segment in section {
                        let segment = segment?;
                        segments.push((data::address(&segment.kind)?, segment.data.to_vec()));
                    }
                }
                _ => {}
            }
        }
        let types = types.context("the module has no types")?;
        Ok(Parts {
            signatures: types.clone().into_iter_err_on_gc_types().collect::<Result<_, _>>()?,
            types,
            imported: u32::try_from(functions.len() - bodies.len())?,
            functions,
            load: load.with_context(|| format!("the module does not import {LOAD}"))?,
            globals,
            tables,
            memory: memory.context("the module has no memory")?,
            exports,
            listed,
            bodies,
            segments,
        })
    }

    /// The functions that are not imported.
    pub(super) fn defined(&self) -> std::ops::Range<u32> {
        self.imported..self.functions.len() as u32
    }

    pub(super) fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[(function - self.imported) as usize]
    }

    /// The functions that a body names.
    pub(super) fn named_by(&self, function: u32) -> Result<Vec<u32>> {
        let mut named = Vec::new();
        for operator in self.body(function).get_operators_reader()? {
            match operator? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => named.push(function_index),
                _ => {}
            }
        }
        Ok(named)
    }
}

/// The type of a function that is imported.
fn signature(import: &wasmparser::Import<'_>) -> Result<u32> {
    match import.ty {
        TypeRef::Func(signature) => Ok(signature),
        _ => bail!("the module imports {}, which is no function", import.name),
    }
}
