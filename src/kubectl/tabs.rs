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

    #[test]
    fn a_column_is_a_run_of_lines() {
        let text = "Name:\tweb\nLabels:\ta=b\n\tc=d\nAlone\nA:\tb\n";
        assert_eq!(layout(text, 0, 2), "Name:    web\nLabels:  a=b\n         c=d\nAlone\nA:  b\n");
    }
}
