//! Cuts the module in two: what the page runs until its first picture, and the rest.
//!
//! A *marked* module ([`mark`]) tells which functions were called until then; a browser runs it once.
//! [`split`] leaves those in the first module and moves the others into a second one, which shares
//! memory, tables and globals with the first, and brings the constants that only it names. Where the first still refers to a function that was
//! moved stands a small gate. It asks the doorman, who has the second module loaded if it is not there
//! yet, by an import of the page's own ([`LOAD`]), and then calls through the table. Whatever is
//! called too early is therefore late, never wrong.

mod data;
mod parts;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use parts::Parts;
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Instruction, Module, TableSection, TypeSection, ValType,
};
use wasmparser::{FunctionBody, Parser};

pub(crate) use data::constants;
use data::{Constants, Data, Piece};

/// The import that loads the second module at once.
pub(crate) const LOAD: &str = "loadRest";

/// What the second module calls the first in its imports.
const FIRST: &str = "first";

/// The exported global of the first module that is 1 once the second is there.
const LOADED: &str = "loaded";

/// What the exports of a marked module begin with; the number of the function follows.
const MARK: &str = "called-";

type Encoded<T = ()> = Result<T, reencode::Error<std::convert::Infallible>>;

/// The module with an exported global for each of its functions, set when it is called.
pub(crate) fn mark(module: &[u8]) -> Result<Vec<u8>> {
    let parts = Parts::of(module)?;
    let mut marked = Module::new();
    let mut marker = Marker { parts: &parts, next: 0 };
    marker.parse_core_module(&mut marked, Parser::new(0), module)?;
    Ok(marked.finish())
}

/// The first module, which keeps the functions whose numbers a marked module told, and the second.
/// `constants` are what nothing writes to.
pub(crate) fn split(
    module: &[u8],
    called: &BTreeSet<u32>,
    constants: &Constants,
) -> Result<[Vec<u8>; 2]> {
    let parts = Parts::of(module)?;
    let cut = Cut::new(&parts, called, constants)?;
    let mut first = Module::new();
    FirstHalf { cut: &cut }.parse_core_module(&mut first, Parser::new(0), module)?;
    Ok([first.finish(), cut.second()?])
}

/// Writes a marked module.
struct Marker<'a> {
    parts: &'a Parts<'a>,
    next: u32,
}

impl Reencode for Marker<'_> {
    type Error = std::convert::Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Encoded {
        utils::parse_global_section(self, globals, section)?;
        for _ in self.parts.defined() {
            globals.global(flag(), &ConstExpr::i32_const(0));
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Encoded {
        utils::parse_export_section(self, exports, section)?;
        for (function, global) in self.parts.defined().zip(self.parts.globals.len() as u32..) {
            exports.export(&format!("{MARK}{function}"), ExportKind::Global, global);
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Encoded {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let global = self.parts.globals.len() as u32 + self.next;
        self.next += 1;
        function.instruction(&Instruction::I32Const(1));
        function.instruction(&Instruction::GlobalSet(global));
        copy_instructions(self, &mut function, &body)?;
        code.function(&function);
        Ok(())
    }
}

/// What goes where.
struct Cut<'a> {
    parts: &'a Parts<'a>,
    /// The functions that stay.
    kept: Vec<u32>,
    /// The functions that go.
    moved: Vec<u32>,
    /// The functions that go and are named by what stays: each has a gate there.
    gated: Vec<u32>,
    /// The functions that stay, or are imported, and are named by what goes: exported by number.
    lent: Vec<u32>,
    /// The table that functions are called through.
    table: u32,
    /// Its length, where the places of the gated functions begin.
    end: u32,
    /// The type of the doorman, which takes and gives nothing.
    plain: u32,
    /// What the memory is filled with.
    data: Data,
}

impl<'a> Cut<'a> {
    fn new(parts: &'a Parts<'a>, called: &BTreeSet<u32>, constants: &Constants) -> Result<Cut<'a>> {
        let (kept, moved): (Vec<u32>, Vec<u32>) =
            parts.defined().partition(|function| called.contains(function));
        let is_moved = |function: &u32| *function >= parts.imported && !called.contains(function);
        let mut named: BTreeSet<u32> = parts.listed.iter().copied().collect();
        named.extend(parts.exports.iter().filter_map(|export| {
            (export.kind == wasmparser::ExternalKind::Func).then_some(export.index)
        }));
        for function in &kept {
            named.extend(parts.named_by(*function)?);
        }
        let mut lent = BTreeSet::new();
        for function in &moved {
            lent.extend(parts.named_by(*function)?);
        }
        let plain =
            parts.signatures.iter().position(|of| of.params().len() + of.results().len() == 0);
        let table = parts.tables.iter().position(|table| table.element_type.is_func_ref());
        let table = table.context("the module has no table of functions")?;
        let bodies: Vec<_> = kept.iter().map(|function| parts.body(*function)).collect();
        let data = Data::part(&parts.segments, constants, &bodies)?;
        Ok(Cut {
            parts,
            data,
            gated: named.into_iter().filter(is_moved).collect(),
            lent: lent.into_iter().filter(|function| !is_moved(function)).collect(),
            kept,
            moved,
            table: u32::try_from(table)?,
            end: u32::try_from(parts.tables[table].initial)?,
            plain: u32::try_from(plain.context("no function takes and gives nothing")?)?,
        })
    }

    /// The number of a function in the first module: imports, what is kept, gates.
    fn in_first(&self, function: u32) -> u32 {
        let imported = self.parts.imported;
        if function < imported {
            return function;
        }
        let place = match self.kept.binary_search(&function) {
            Ok(place) => place,
            Err(_) => self.kept.len() + self.gated.binary_search(&function).expect("a gate for it"),
        };
        imported + place as u32
    }

    /// The number of a function in the second module: what is lent, what was moved.
    fn in_second(&self, function: u32) -> u32 {
        let place = match self.lent.binary_search(&function) {
            Ok(place) => place,
            Err(_) => self.lent.len() + self.moved.binary_search(&function).expect("moved or lent"),
        };
        place as u32
    }

    fn signature(&self, function: u32) -> u32 {
        self.parts.functions[function as usize]
    }

    /// The number of the doorman in the first module: behind all gates.
    fn doorman(&self) -> u32 {
        self.parts.imported + (self.kept.len() + self.gated.len()) as u32
    }

    /// Has the second module loaded if it is not there yet.
    fn doorman_body(&self) -> Function {
        let mut doorman = Function::new([]);
        doorman.instruction(&Instruction::GlobalGet(self.parts.globals.len() as u32));
        doorman.instruction(&Instruction::I32Eqz);
        doorman.instruction(&Instruction::If(BlockType::Empty));
        doorman.instruction(&Instruction::Call(self.parts.load));
        doorman.instruction(&Instruction::End);
        doorman.instruction(&Instruction::End);
        doorman
    }

    /// Goes on in the function at a place of the table.
    fn gate(&self, function: u32, place: u32) -> Function {
        let type_index = self.signature(function);
        let parameters = self.parts.signatures[type_index as usize].params().len() as u32;
        let mut gate = Function::new([]);
        gate.instruction(&Instruction::Call(self.doorman()));
        for parameter in 0..parameters {
            gate.instruction(&Instruction::LocalGet(parameter));
        }
        gate.instruction(&Instruction::I32Const(place as i32));
        gate.instruction(&Instruction::CallIndirect { type_index, table_index: self.table });
        gate.instruction(&Instruction::End);
        gate
    }

    /// The name by which the memory, a table or a global of the first module is known.
    fn name(kind: char, index: usize) -> String {
        format!("{kind}{index}")
    }

    fn second(&self) -> Result<Vec<u8>> {
        let (parts, mut plain) = (self.parts, RoundtripReencoder);
        let mut types = TypeSection::new();
        plain.parse_type_section(&mut types, parts.types.clone())?;
        let mut imports = ImportSection::new();
        for function in &self.lent {
            let signature = EntityType::Function(self.signature(*function));
            imports.import(FIRST, &function.to_string(), signature);
        }
        imports.import(FIRST, &Self::name('m', 0), plain.memory_type(parts.memory)?);
        for (at, table) in parts.tables.iter().enumerate() {
            imports.import(FIRST, &Self::name('t', at), self.grown(&mut plain, at, *table)?);
        }
        for (at, global) in parts.globals.iter().enumerate() {
            imports.import(FIRST, &Self::name('g', at), plain.global_type(*global)?);
        }
        let mut functions = FunctionSection::new();
        for function in &self.moved {
            functions.function(self.signature(*function));
        }
        let mut elements = ElementSection::new();
        let gated: Vec<u32> = self.gated.iter().map(|gated| self.in_second(*gated)).collect();
        elements.active(
            Some(self.table),
            &ConstExpr::i32_const(self.end as i32),
            Elements::Functions(gated.into()),
        );
        let mut code = CodeSection::new();
        for function in &self.moved {
            SecondHalf { cut: self }
                .parse_function_body(&mut code, parts.body(*function).clone())?;
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions);
        module.section(&elements).section(&code).section(&data_section(&self.data.moved));
        Ok(module.finish())
    }

    /// The type of a table in both modules: with places for what is gated.
    fn grown(
        &self,
        encoder: &mut impl Reencode<Error = std::convert::Infallible>,
        at: usize,
        table: wasmparser::TableType,
    ) -> Encoded<wasm_encoder::TableType> {
        let mut table = encoder.table_type(table)?;
        if at == self.table as usize {
            let more = self.gated.len() as u64;
            table.minimum += more;
            table.maximum = table.maximum.map(|most| most + more);
        }
        Ok(table)
    }
}

/// Writes the first module.
struct FirstHalf<'a> {
    cut: &'a Cut<'a>,
}

impl Reencode for FirstHalf<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Encoded<u32> {
        Ok(self.cut.in_first(function))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: wasmparser::FunctionSectionReader<'_>,
    ) -> Encoded {
        for function in self.cut.kept.iter().chain(&self.cut.gated) {
            functions.function(self.cut.signature(*function));
        }
        functions.function(self.cut.plain);
        Ok(())
    }

    fn parse_table_section(
        &mut self,
        tables: &mut TableSection,
        section: wasmparser::TableSectionReader<'_>,
    ) -> Encoded {
        for (at, table) in section.into_iter().enumerate() {
            let table = self.cut.grown(self, at, table?.ty)?;
            tables.table(table);
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Encoded {
        utils::parse_global_section(self, globals, section)?;
        globals.global(flag(), &ConstExpr::i32_const(0));
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Encoded {
        utils::parse_export_section(self, exports, section)?;
        let (cut, parts) = (self.cut, self.cut.parts);
        for function in &cut.lent {
            exports.export(&function.to_string(), ExportKind::Func, cut.in_first(*function));
        }
        exports.export(&Cut::name('m', 0), ExportKind::Memory, 0);
        for at in 0..parts.tables.len() {
            exports.export(&Cut::name('t', at), ExportKind::Table, at as u32);
        }
        for at in 0..parts.globals.len() {
            exports.export(&Cut::name('g', at), ExportKind::Global, at as u32);
        }
        exports.export(LOADED, ExportKind::Global, parts.globals.len() as u32);
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Encoded<u32> {
        Ok(self.cut.data.kept.len() as u32)
    }

    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        _: wasmparser::DataSectionReader<'_>,
    ) -> Encoded {
        *data = data_section(&self.cut.data.kept);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        _: wasmparser::CodeSectionReader<'_>,
    ) -> Encoded {
        let cut = self.cut;
        for function in &cut.kept {
            self.parse_function_body(code, cut.parts.body(*function).clone())?;
        }
        for (function, place) in cut.gated.iter().zip(cut.end..) {
            code.function(&cut.gate(*function, place));
        }
        code.function(&cut.doorman_body());
        Ok(())
    }
}

/// Writes the functions of the second module.
struct SecondHalf<'a> {
    cut: &'a Cut<'a>,
}

impl Reencode for SecondHalf<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Encoded<u32> {
        Ok(self.cut.in_second(function))
    }
}

fn copy_instructions(
    encoder: &mut impl Reencode<Error = std::convert::Infallible>,
    function: &mut Function,
    body: &FunctionBody<'_>,
) -> Encoded {
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        function.instruction(&encoder.parse_instruction(&mut operators)?);
    }
    Ok(())
}

fn data_section(pieces: &[Piece]) -> DataSection {
    let mut section = DataSection::new();
    for (address, bytes) in pieces {
        section.active(0, &ConstExpr::i32_const(*address as i32), bytes.iter().copied());
    }
    section
}

fn flag() -> GlobalType {
    GlobalType { val_type: ValType::I32, mutable: true, shared: false }
}

#[cfg(test)]
mod tests;
