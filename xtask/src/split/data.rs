//! What of the constants goes where: strings and tables that only the second half names go with it.
//!
//! The linker's map tells where each constant lies. Every number in the code of a kept function that
//! may be an address is taken for one: the constant there stays, and whatever it names in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Result, bail};
use wasmparser::{DataKind, FunctionBody, Operator};

/// Pieces that are closer to each other than this are written as one.
const GAP: usize = 12;

/// An address so many bytes before a constant may be meant for it.
const BEFORE: u32 = 64;

/// A piece of memory as the module fills it: where it begins, and its bytes.
pub(super) type Piece = (u32, Vec<u8>);

/// The constants of a module, none of which is ever written to: where each begins, and where it ends.
pub(crate) type Constants = BTreeMap<u32, u32>;

/// Reads the constants from the map that the linker has written: lines of address, place in the file,
/// length, all in hexadecimal, and what lies there.
pub(crate) fn constants(map: &str) -> Constants {
    let mut constants = Constants::new();
    for line in map.lines().filter(|line| line.contains(":(.rodata")) {
        let mut words = line.split_whitespace().map(|word| u32::from_str_radix(word, 16));
        if let (Some(Ok(start)), Some(_), Some(Ok(length))) =
            (words.next(), words.next(), words.next())
        {
            constants.insert(start, start + length);
        }
    }
    constants
}

/// The address that a segment fills from the beginning on.
pub(super) fn address(kind: &DataKind<'_>) -> Result<u32> {
    let DataKind::Active { offset_expr, .. } = kind else {
        bail!("a segment waits to be filled in")
    };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        other => bail!("a segment begins at {other:?}"),
    }
}

/// What stays in the first module, and what goes to the second.
#[derive(Default)]
pub(super) struct Data {
    pub kept: Vec<Piece>,
    pub moved: Vec<Piece>,
}

impl Data {
    /// Parts the segments of a module. `kept` are the functions that stay.
    pub(super) fn part(
        segments: &[Piece],
        constants: &Constants,
        kept: &[&FunctionBody<'_>],
    ) -> Result<Data> {
        let memory = Memory::of(segments);
        // What can be written to names what may be needed at any time.
        let words = memory.words(0..u32::MAX).filter(|(at, _)| around(constants, *at).is_none());
        let mut named: Vec<u32> = words.map(|(_, word)| word).collect();
        for body in kept {
            named.extend(numbers(body)?);
        }
        Ok(Self::cut(segments, constants, &closure(&memory, constants, named)))
    }

    fn cut(segments: &[Piece], constants: &Constants, stays: &BTreeSet<u32>) -> Data {
        let mut data = Data::default();
        for (start, bytes) in segments {
            let mut address = *start;
            while let Some(rest) =
                bytes.get((address - start) as usize..).filter(|it| !it.is_empty())
            {
                let constant = around(constants, address);
                let next =
                    constants.range(address + 1..).next().map_or(u32::MAX, |(next, _)| *next);
                let end = constant.map_or(next, |(_, end)| end).max(address + 1);
                let goes = constant.is_some_and(|(constant, _)| !stays.contains(&constant));
                let length = rest.len().min((end - address) as usize);
                let to = if goes { &mut data.moved } else { &mut data.kept };
                to.push((address, rest[..length].to_vec()));
                address += length as u32;
            }
        }
        join(&mut data.kept, segments);
        join(&mut data.moved, segments);
        data
    }
}

/// The constant in which an address lies.
fn around(constants: &Constants, address: u32) -> Option<(u32, u32)> {
    let (start, end) = constants.range(..=address).next_back()?;
    (address < *end).then_some((*start, *end))
}

/// Where the constants begin that stay: those that something kept names, and what they name in turn.
fn closure(memory: &Memory, constants: &Constants, named: Vec<u32>) -> BTreeSet<u32> {
    let mut stays = BTreeSet::new();
    let mut open: Vec<u32> =
        named.into_iter().flat_map(|number| meant(constants, number)).collect();
    while let Some(address) = open.pop() {
        if let Some((start, end)) = around(constants, address)
            && stays.insert(start)
        {
            open.extend(memory.words(start..end).map(|(_, word)| word));
        }
    }
    stays
}

/// The constants that code may mean by a number.
fn meant(constants: &Constants, number: u32) -> Vec<u32> {
    let mut meant = vec![number];
    // Loops that run up to zero count from where a table ends: `end[i - length]`.
    let before = number.checked_sub(1).and_then(|before| around(constants, before));
    let is_table = |(start, end): &(u32, u32)| start % 4 == 0 && end % 4 == 0 && *end == number;
    meant.extend(before.filter(is_table).map(|(start, _)| start));
    // Within a constant it may be before the beginning of one that follows: `array[i - 1]`.
    if let Some((_, end)) = around(constants, number).filter(|(start, _)| *start < number) {
        meant.extend(constants.range(end..end.max(number + BEFORE)).map(|(start, _)| *start));
    }
    meant
}

/// The memory as the segments fill it. They leave out what is zero, even a part of a word.
struct Memory {
    start: u32,
    bytes: Vec<u8>,
}

impl Memory {
    fn of(segments: &[Piece]) -> Memory {
        let start = segments.iter().map(|(start, _)| start & !3).min().unwrap_or(0);
        let mut bytes = Vec::new();
        for (address, content) in segments {
            let from = (address - start) as usize;
            bytes.resize(bytes.len().max((from + content.len()).next_multiple_of(4)), 0);
            bytes[from..from + content.len()].copy_from_slice(content);
        }
        Memory { start, bytes }
    }

    /// The aligned words that begin within a range, with their addresses.
    fn words(&self, range: Range<u32>) -> impl Iterator<Item = (u32, u32)> {
        let from = range.start.max(self.start).next_multiple_of(4);
        let to = range.end.min(self.start + self.bytes.len() as u32);
        (from..to).step_by(4).filter_map(|at| {
            let word = self.bytes[(at - self.start) as usize..].first_chunk()?;
            Some((at, u32::from_le_bytes(*word)))
        })
    }
}

/// The numbers in a body that may be addresses.
fn numbers(body: &FunctionBody<'_>) -> Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::I32Const { value } => numbers.push(value as u32),
            Operator::I64Const { value } => {
                // Two words in one: a pointer and a length.
                numbers.extend([value as u32, (value >> 32) as u32]);
            }
            Operator::I32Load { memarg }
            | Operator::I64Load { memarg }
            | Operator::F32Load { memarg }
            | Operator::F64Load { memarg }
            | Operator::I32Load8S { memarg }
            | Operator::I32Load8U { memarg }
            | Operator::I32Load16S { memarg }
            | Operator::I32Load16U { memarg }
            | Operator::I64Load8S { memarg }
            | Operator::I64Load8U { memarg }
            | Operator::I64Load16S { memarg }
            | Operator::I64Load16U { memarg }
            | Operator::I64Load32S { memarg }
            | Operator::I64Load32U { memarg } => numbers.extend(u32::try_from(memarg.offset)),
            _ => {}
        }
    }
    Ok(numbers)
}

/// Joins pieces that follow each other, or nearly: what is written twice is the same both times.
fn join(pieces: &mut Vec<Piece>, segments: &[Piece]) {
    let mut joined: Vec<Piece> = Vec::new();
    for (start, bytes) in pieces.drain(..) {
        if let Some((before, text)) = joined.last_mut() {
            let end = *before + text.len() as u32;
            let gap = (start.saturating_sub(end)) as usize;
            let between = segments.iter().find_map(|(segment, all)| {
                let from = end.checked_sub(*segment)? as usize;
                all.get(from..from + gap)
            });
            if let Some(between) = between.filter(|_| gap <= GAP) {
                text.extend(between);
                text.extend(bytes);
                continue;
            }
        }
        joined.push((start, bytes));
    }
    *pieces = joined;
}
