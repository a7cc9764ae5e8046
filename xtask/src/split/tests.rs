//! Cutting a tiny module.

use wasm_encoder::{ImportSection, MemorySection, MemoryType, RefType, TableType};

use super::*;

/// Imports `loadRest`; `early` calls `late` and is exported, `late` calls `early` and is in the table.
fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("./rest.js", LOAD, EntityType::Function(0));
    let mut functions = FunctionSection::new();
    functions.function(1).function(1);
    let mut tables = TableSection::new();
    let (minimum, maximum) = (2, Some(2));
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, minimum, maximum, table64: false, shared: false });
    let mut memories = MemorySection::new();
    let memory = MemoryType { minimum: 1, maximum: None, ..no_memory() };
    memories.memory(memory);
    let mut globals = GlobalSection::new();
    globals.global(flag(), &ConstExpr::i32_const(7));
    let mut exports = ExportSection::new();
    exports.export("early", ExportKind::Func, 1);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions((&[2][..]).into()));
    let mut code = CodeSection::new();
    for other in [2, 1] {
        let mut function = Function::new([]);
        function.instruction(&Instruction::LocalGet(0)).instruction(&Instruction::Call(other));
        function.instruction(&Instruction::End);
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables);
    module.section(&memories).section(&globals).section(&exports).section(&elements);
    module.section(&code);
    module.finish()
}

fn no_memory() -> MemoryType {
    MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None }
}

fn names(module: &[u8]) -> Vec<&str> {
    Parts::of(module).unwrap().exports.iter().map(|export| export.name).collect()
}

#[test]
fn a_marked_module_tells_each_function() {
    let marked = mark(&module()).unwrap();
    wasmparser::validate(&marked).unwrap();
    assert_eq!(names(&marked), ["early", "called-1", "called-2"]);
}

#[test]
fn what_was_not_called_moves_and_leaves_a_gate() {
    let [first, rest] = split(&module(), &BTreeSet::from([1]), &Constants::new()).unwrap();
    for half in [&first, &rest] {
        wasmparser::validate(half).unwrap();
    }
    assert_eq!(names(&first), ["early", "1", "m0", "t0", "g0", LOADED]);
    let (first, rest) = (Parts::of(&first).unwrap(), wasmparser::Parser::new(0).parse_all(&rest));
    assert_eq!(first.bodies.len(), 3, "what was called, a gate, the doorman");
    assert_eq!(first.listed, [2], "the gate stands in the table too");
    assert_eq!(first.tables[0].initial, 3);
    let moved =
        rest.filter(|part| matches!(part, Ok(wasmparser::Payload::CodeSectionEntry(_)))).count();
    assert_eq!(moved, 1);
}

#[test]
fn constants_go_with_those_who_name_them() {
    let map = "
  Addr      Off     Size Out     In      Symbol
     8       0       30 .rodata
     8       0        8         page.o:(.rodata.named_by_early)
    10       8        8         page.o:(.rodata.a_pointer_to_the_fourth)
    18      10       10         page.o:(.rodata.named_by_nobody)
    28      20       10         page.o:(.rodata.named_by_the_second)";
    let constants = constants(map);
    assert_eq!(constants, Constants::from([(8, 16), (16, 24), (24, 40), (40, 56)]));

    let body = |address: i32| {
        let mut function = Function::new([]);
        function.instruction(&Instruction::I32Const(address)).instruction(&Instruction::Drop);
        function.instruction(&Instruction::End);
        function.into_raw_body()
    };
    let bodies = [body(8), body(16)];
    let [one, two] =
        bodies.each_ref().map(|body| FunctionBody::new(wasmparser::BinaryReader::new(body, 0)));
    // What is zero is in no segment, even within the pointer.
    let segments = [(8, vec![b'.'; 8]), (16, vec![40]), (24, vec![b'.'; 40])];
    let places = |pieces: &[Piece]| -> Vec<(u32, usize)> {
        pieces.iter().map(|(start, bytes)| (*start, bytes.len())).collect()
    };
    // What lies behind the constants, from 56 on, can be written to, and stays.
    let data = Data::part(&segments, &constants, &[&one, &two]).unwrap();
    assert_eq!(places(&data.kept), [(8, 9), (40, 24)]);
    assert_eq!(places(&data.moved), [(24, 16)]);
}
