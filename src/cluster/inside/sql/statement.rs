//! SQL: the parser, the effect of statements on tables, and the output of the client.

/// The statements of a script, each with the number of its first line.
pub(super) fn statements(script: &str) -> Vec<(String, usize)> {
    let (mut found, mut text, mut quote, mut line) = (Vec::new(), String::new(), None, 1);
    let mut start = 1;
    for c in script.chars() {
        line += usize::from(c == '\n');
        match quote {
            Some(mark) if c == mark => quote = None,
            None if ['\'', '"', '`'].contains(&c) => quote = Some(c),
            None if c == ';' => {
                found.push((std::mem::take(&mut text), start));
                start = line;
                continue;
            }
            _ => {}
        }
        if text.trim().is_empty() {
            start = line;
        }
        text.push(c);
    }
    found.push((text, start));
    found.retain(|(text, _)| !text.trim().is_empty());
    found.into_iter().map(|(text, line)| (text.trim().to_owned(), line)).collect()
}

/// A table with its rows.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// The words of a statement: names, numbers, strings (which keep the opening quote), and punctuation.
pub(super) fn words(statement: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut chars = statement.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut word = String::new();
        match c {
            '\'' | '"' => {
                word.push('\'');
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => word.extend(chars.next()),
                        inner if inner == c => break,
                        inner => word.push(inner),
                    }
                }
            }
            '`' => word.extend(chars.by_ref().take_while(|inner| *inner != '`')),
            c if c.is_alphanumeric() || "_@-".contains(c) => {
                word.push(c);
                while let Some(inner) =
                    chars.next_if(|inner| inner.is_alphanumeric() || "_@.$-".contains(*inner))
                {
                    word.push(inner);
                }
            }
            c => word.push(c),
        }
        found.push(word);
    }
    found
}

/// The parenthesized lists of values, one per row.
fn rows(words: &[String]) -> Vec<Vec<String>> {
    let (mut found, mut depth) = (Vec::new(), 0);
    for word in words {
        match word.as_str() {
            "(" => {
                depth += 1;
                if depth == 1 {
                    found.push(Vec::new());
                }
            }
            ")" => depth -= 1,
            "," => {}
            _ if depth > 0 => {
                if let Some(row) = found.last_mut() {
                    row.push(word.trim_start_matches('\'').to_owned());
                }
            }
            _ => {}
        }
    }
    found
}

/// The columns of `CREATE TABLE`: the first word of each part.
pub(super) fn columns(words: &[String]) -> Vec<String> {
    let (mut found, mut depth, mut is_first) = (Vec::new(), 0, false);
    for word in words {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 1 => is_first = true,
            _ if depth == 1 && (is_first || found.is_empty()) => {
                is_first = false;
                if !["PRIMARY", "KEY", "INDEX", "UNIQUE", "CONSTRAINT", "FOREIGN"]
                    .contains(&word.to_ascii_uppercase().as_str())
                {
                    found.push(word.clone());
                }
            }
            _ => {}
        }
    }
    found
}

/// The databases and tables after all statements.
pub(super) fn replay(entries: &[String]) -> (Vec<String>, Vec<Table>) {
    let (mut databases, mut tables) = (Vec::new(), Vec::<Table>::new());
    for entry in entries {
        let words = words(entry);
        let word = |index: usize| words.get(index).map_or("", String::as_str);
        let rest = words.get(3..).unwrap_or(&[]);
        match (word(0), word(1)) {
            ("CREATE", "DATABASE") => databases.push(word(2).to_owned()),
            ("DROP", "DATABASE") => {
                databases.retain(|name| name != word(2));
                tables.retain(|table| !table.name.starts_with(&format!("{}.", word(2))));
            }
            ("CREATE", "TABLE") => {
                tables.push(Table {
                    name: word(2).to_owned(),
                    columns: columns(rest),
                    rows: Vec::new(),
                });
            }
            ("DROP", "TABLE") => tables.retain(|table| table.name != word(2)),
            ("DELETE", "FROM") => {
                tables
                    .iter_mut()
                    .filter(|table| table.name == word(2))
                    .for_each(|table| table.rows.clear());
            }
            ("INSERT", "INTO") => {
                let Some(table) = tables.iter_mut().find(|table| table.name == word(2)) else {
                    continue;
                };
                let values =
                    rest.iter().position(|word| word.eq_ignore_ascii_case("VALUES")).unwrap_or(0);
                let (names, values) = rest.split_at(values);
                let names =
                    self::rows(names).into_iter().next().unwrap_or_else(|| table.columns.clone());
                for row in self::rows(values) {
                    let value = |column: &String| {
                        names
                            .iter()
                            .position(|name| name == column)
                            .and_then(|at| row.get(at))
                            .cloned()
                    };
                    table.rows.push(
                        table
                            .columns
                            .iter()
                            .map(|column| value(column).unwrap_or_else(|| "NULL".into()))
                            .collect(),
                    );
                }
            }
            _ => {}
        }
    }
    (databases, tables)
}

/// The items of a comma-separated list; commas in parentheses don't separate.
pub(super) fn parts(words: &[String]) -> Vec<String> {
    let (mut found, mut depth) = (vec![String::new()], 0);
    for word in words {
        depth += i32::from(word == "(") - i32::from(word == ")");
        match (word.as_str(), found.last_mut()) {
            (",", _) if depth == 0 => found.push(String::new()),
            (_, Some(last)) => *last += word,
            _ => {}
        }
    }
    found
}

/// Formats rows like the client: as a table on a terminal, or separated by tabs.
pub(super) fn table(
    names: &[String],
    rows: &[Vec<String>],
    has_head: bool,
    is_table: bool,
) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head = has_head.then(|| names.to_vec());
    if !is_table {
        return head.iter().chain(rows).map(|row| row.join("\t") + "\n").collect();
    }
    let all = || head.iter().chain(rows);
    let widths: Vec<usize> = (0..names.len())
        .map(|column| {
            all()
                .filter_map(|row| row.get(column))
                .map(|text| text.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let rule = widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("+");
    let rule = format!("+{rule}+\n");
    let is_number = |column: usize| {
        rows.iter().all(|row| row.get(column).is_some_and(|it| it.parse::<i64>().is_ok()))
    };
    let line = |(index, row): (usize, &Vec<String>)| {
        let is_head = index == 0 && head.is_some();
        let cell = |(column, text): (usize, &String)| {
            let width = widths.get(column).copied().unwrap_or(0);
            match is_number(column) && !is_head {
                true => format!(" {text:>width$} |"),
                false => format!(" {text:<width$} |"),
            }
        };
        let text = row.iter().enumerate().map(cell).collect::<String>();
        format!("|{text}\n{}", if is_head { rule.as_str() } else { "" })
    };
    format!("{rule}{}{rule}", all().enumerate().map(line).collect::<String>())
}
