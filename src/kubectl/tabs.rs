//! Columns of text: cells that end in a tab are as wide as the widest of their column.
//!
//! Follows Go's `text/tabwriter`: a column is a run of consecutive lines that have a cell there.

/// Lays out lines of cells with at least `least` letters and `padding` blanks for each cell.
pub(super) fn layout(text: &str, least: usize, padding: usize) -> String {
    let ends_in_line = text.ends_with('\n');
    let body = text.strip_suffix('\n').unwrap_or(text);
    let lines: Vec<Vec<&str>> = body.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut writer = Writer { lines, widths: Vec::new(), out: String::new(), least, padding };
    writer.format(0, writer.lines.len());
    if !ends_in_line {
        writer.out.pop();
    }
    writer.out
}

/// The tables of `kubectl get`.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join("\t") + "\n").collect();
    layout(&lines.concat(), 6, 3)
}

/// Lines of a table that is printed line by line: columns remember how wide they were, and only grow.
pub(super) fn growing(rows: &[Vec<String>], widths: &mut Vec<usize>) -> String {
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            let width = (cell.chars().count() + 3).max(6);
            match widths.get_mut(index) {
                Some(known) => *known = width.max(*known),
                None => widths.push(width),
            }
        }
    }
    let line = |row: &Vec<String>| {
        let last = row.len().saturating_sub(1);
        let cell = |(index, cell): (usize, &String)| match index == last {
            true => format!("{cell}\n"),
            false => format!("{cell:width$}", width = widths[index]),
        };
        row.iter().enumerate().map(cell).collect::<String>()
    };
    rows.iter().map(line).collect()
}

struct Writer<'t> {
    lines: Vec<Vec<&'t str>>,
    /// The widths of the columns around the lines that are being formatted.
    widths: Vec<usize>,
    out: String,
    least: usize,
    padding: usize,
}

impl Writer<'_> {
    /// Whether a line has a cell in this column that ends in a tab.
    fn has(&self, line: usize, column: usize) -> bool {
        self.lines.get(line).is_some_and(|cells| column + 1 < cells.len())
    }

    fn format(&mut self, mut start: usize, end: usize) {
        let column = self.widths.len();
        let mut line = start;
        while line < end {
            if !self.has(line, column) {
                line += 1;
                continue;
            }
            self.write(start, line);
            start = line;
            let mut width = self.least;
            while line < end && self.has(line, column) {
                let cell = self.lines[line][column].chars().count();
                width = width.max(cell + self.padding);
                line += 1;
            }
            self.widths.push(width);
            self.format(start, line);
            self.widths.pop();
            start = line;
        }
        self.write(start, end);
    }

    fn write(&mut self, start: usize, end: usize) {
        for cells in self.lines.get(start..end).unwrap_or(&[]) {
            for (index, cell) in cells.iter().enumerate() {
                self.out.push_str(cell);
                let width = self.widths.get(index).copied().unwrap_or(0);
                for _ in cell.chars().count()..width {
                    self.out.push(' ');
                }
            }
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What kubectl wrote while objects changed, batch by batch as the table came.
    #[test]
    fn columns_grow_as_those_of_kubectl_do() {
        let recorded = include_str!("../../tests/data/watch-pods.txt");
        let mut widths = Vec::new();
        let mut lines: Vec<&str> = recorded.lines().collect();
        let mut text = String::new();
        let cells = |line: &str| -> Vec<String> {
            let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
            cells.map(str::to_owned).collect()
        };
        let first: Vec<_> = lines.drain(..2).map(cells).collect();
        text += &growing(&first, &mut widths);
        for line in lines {
            text += &growing(&[cells(line)], &mut widths);
        }
        assert_eq!(text, recorded);
    }

    #[test]
    fn a_column_is_a_run_of_lines() {
        let text = "Name:\tweb\nLabels:\ta=b\n\tc=d\nAlone\nA:\tb\n";
        assert_eq!(layout(text, 0, 2), "Name:    web\nLabels:  a=b\n         c=d\nAlone\nA:  b\n");
    }
}
