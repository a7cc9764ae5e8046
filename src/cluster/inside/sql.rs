//! MySQL, simulated with the example database: each statement that writes is an entry, and the contents of a table
//! follow from the entries in the pod that runs the query. So a statement has an effect wherever it was replicated.

mod statement;

use super::super::world::Database;
use super::arguments::Options;
use super::connect::{self, NoPeer, Peer};
use super::{Inside, Out, SideEffect};
use crate::api::json::Node as Tree;
use crate::db::Role;
use statement::{Table, columns, parts, replay, statements, words};

/// The maximum length of a statement, in bytes.
const LONGEST: usize = 2_000;

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(
    inside: &mut Inside<'_>,
    program: &str,
    words: &[&str],
    input: &str,
) -> Option<Out> {
    if program != "mysql" && program != "mysqladmin" {
        return None;
    }
    let options = Options::read(words, "huPeD");
    let long =
        |name: &str| options.long.iter().find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
    let host = options.value('h').or(long("host")).unwrap_or("localhost");
    let port =
        options.value('P').or(long("port")).and_then(|port| port.parse().ok()).unwrap_or(3306);
    let peer = match connect::connect(inside, host, port) {
        Ok(peer) if super::Family::of(&peer.spec.image) == super::Family::Mysql => peer,
        Ok(_) => return Some(no_server(program, host, port, NoPeer::Refused)),
        Err(why) => return Some(no_server(program, host, port, why)),
    };
    if program == "mysqladmin" {
        return Some(match options.rest.first() {
            Some(&"ping") => Out::print("mysqld is alive\n"),
            _ => inside.not_simulated("this command of mysqladmin"),
        });
    }
    let script = options.value('e').or(long("execute")).unwrap_or(input);
    if script.is_empty() {
        inside.advise("the prompt of mysql is not simulated; use -e 'STATEMENT'");
    }
    let database = options.value('D').or(options.rest.first().copied()).unwrap_or("");
    let is_table = inside.is_tty && !options.has('B') || options.has('t');
    let names = !(options.has('N') || options.long.contains(&"skip-column-names"));
    let mut client = Client { peer, database: database.to_owned(), is_table, names };
    let mut out = Out::default();
    for (statement, line) in statements(script) {
        match client.perform(inside, &statement) {
            Ok(text) => out.stdout += &text,
            Err(Problem::Error(code, words)) => {
                out.stderr += &format!("ERROR {code} at line {line}: {words}\n");
                out.exit = 1;
                break;
            }
            Err(Problem::Unknown) => {
                out.stderr += "this statement is not simulated; use simple forms of CREATE, DROP, INSERT, DELETE, SHOW, and SELECT\n";
                inside.is_unknown = true;
                out.exit = 1;
                break;
            }
        }
    }
    Some(out)
}

fn no_server(program: &str, host: &str, port: u16, why: NoPeer) -> Out {
    let code = if why == NoPeer::Silent { 110 } else { 111 };
    if program == "mysqladmin" {
        return Out::fail(1, format!("mysqladmin: connect to server at '{host}' failed"));
    }
    Out::fail(1, match (why, host) {
        (NoPeer::NoName, _) => format!("ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)"),
        (_, "localhost") => "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)".into(),
        _ => format!("ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' ({code})"),
    })
}

enum Problem {
    /// The error code with the SQL state, and the message of MySQL.
    Error(&'static str, String),
    /// It is not simulated.
    Unknown,
}

/// The error of MySQL if a statement creates an object that exists, or uses one that doesn't exist.
fn conflict(upper: &[&str], exists: bool, (name, full): (&str, &str)) -> Option<Problem> {
    let is_table = upper.get(1) != Some(&"DATABASE") && upper.get(1) != Some(&"SCHEMA");
    let (code, words) = match (upper.first().copied()?, exists, is_table) {
        ("CREATE", true, false) => {
            ("1007 (HY000)", format!("Can't create database '{full}'; database exists"))
        }
        ("CREATE", true, true) => ("1050 (42S01)", format!("Table '{name}' already exists")),
        ("DROP", false, false) => {
            ("1008 (HY000)", format!("Can't drop database '{full}'; database doesn't exist"))
        }
        ("DROP", false, true) => ("1051 (42S02)", format!("Unknown table '{full}'")),
        ("INSERT" | "DELETE", false, _) => {
            ("1146 (42S02)", format!("Table '{full}' doesn't exist"))
        }
        _ => return None,
    };
    Some(Problem::Error(code, words))
}

/// A connection to a server.
struct Client<'a> {
    peer: Peer<'a>,
    database: String,
    is_table: bool,
    names: bool,
}

impl Client<'_> {
    fn table(&self, names: &[String], rows: &[Vec<String>]) -> String {
        statement::table(names, rows, self.names, self.is_table)
    }

    fn stand_in(&self) -> Option<&Database> {
        self.peer.run.database.as_ref().filter(|database| database.is_open())
    }

    /// The name of a table with its database.
    fn full(&self, name: &str) -> Result<String, Problem> {
        match (name.contains('.'), self.database.as_str()) {
            (true, _) => Ok(name.to_owned()),
            (false, "") => Err(Problem::Error("1046 (3D000)", "No database selected".into())),
            (false, database) => Ok(format!("{database}.{name}")),
        }
    }

    fn perform(&mut self, inside: &mut Inside<'_>, statement: &str) -> Result<String, Problem> {
        let words = words(statement);
        let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
        let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
        let entries = inside.data_of(self.peer.uid, self.peer.run);
        let (databases, tables) = replay(&entries);
        let name = |index: usize| words.get(index).cloned().unwrap_or_default();
        match upper.as_slice() {
            ["USE", _] => {
                self.known(&databases, &name(1))?;
                self.database = name(1);
                Ok(String::new())
            }
            ["SHOW", "DATABASES" | "SCHEMAS"] => {
                let mut all = ["information_schema", "mysql", "performance_schema", "sys"]
                    .map(str::to_owned)
                    .to_vec();
                all.extend(databases);
                all.sort();
                Ok(self.table(
                    &["Database".into()],
                    &all.into_iter().map(|name| vec![name]).collect::<Vec<_>>(),
                ))
            }
            ["SHOW", "TABLES"] | ["SHOW", "TABLES", "FROM" | "IN", _] => {
                let database = if words.len() > 2 { name(3) } else { self.database.clone() };
                self.known(&databases, &database)?;
                let own = tables
                    .iter()
                    .filter_map(|table| table.name.strip_prefix(&format!("{database}.")));
                let rows: Vec<_> = own.map(|name| vec![name.to_owned()]).collect();
                Ok(self.table(&[format!("Tables_in_{database}")], &rows))
            }
            ["SELECT", rest @ ..] => self.select(inside, &tables, &words, rest),
            ["CREATE" | "DROP" | "INSERT" | "DELETE", ..] => {
                let text = self.change(&databases, &tables, &words, &upper)?;
                if let Some(text) = text {
                    inside.side_effects.push(SideEffect::Store(self.peer.uid, text));
                }
                Ok(String::new())
            }
            _ => Err(Problem::Unknown),
        }
    }

    fn known(&self, databases: &[String], name: &str) -> Result<(), Problem> {
        match databases.iter().any(|known| known == name) || ["mysql", "sys"].contains(&name) {
            true => Ok(()),
            false if name.is_empty() => {
                Err(Problem::Error("1046 (3D000)", "No database selected".into()))
            }
            false => Err(Problem::Error("1049 (42000)", format!("Unknown database '{name}'"))),
        }
    }

    /// The statement to write to the database; `None` if it has no effect.
    fn change(
        &self,
        databases: &[String],
        tables: &[Table],
        words: &[String],
        upper: &[&str],
    ) -> Result<Option<String>, Problem> {
        let role = self.stand_in().map(|database| database.data.role);
        match role {
            Some(Some(Role::Primary)) => {}
            Some(_) => {
                let words = "The MySQL server is running with the --super-read-only option so it cannot execute this statement";
                return Err(Problem::Error("1290 (HY000)", words.into()));
            }
            // Only pods of StatefulSets have an example database.
            None => return Err(Problem::Unknown),
        }
        let is_forgiving = upper.contains(&"EXISTS");
        let at = if is_forgiving {
            upper.iter().position(|word| *word == "EXISTS").unwrap_or(1) + 1
        } else {
            2
        };
        let (Some(name), Some(what)) = (words.get(at), upper.get(1)) else {
            return Err(Problem::Unknown);
        };
        let is_database = ["DATABASE", "SCHEMA"].contains(what);
        let full = if is_database { name.clone() } else { self.full(name)? };
        let database = full.split('.').next().unwrap_or("");
        let exists = match is_database {
            true => databases.contains(&full),
            false => {
                self.known(databases, database)?;
                tables.iter().any(|table| table.name == full)
            }
        };
        if let Some(problem) = conflict(upper, exists, (name, &full)) {
            return if is_forgiving { Ok(None) } else { Err(problem) };
        }
        let rest = words.get(at + 1..).unwrap_or(&[]);
        let is_known = match (upper.first().copied().unwrap_or(""), *what) {
            ("CREATE", "TABLE") => !columns(rest).is_empty(),
            ("CREATE" | "DROP", "DATABASE" | "SCHEMA" | "TABLE") => true,
            ("INSERT", "INTO") => upper.contains(&"VALUES"),
            ("DELETE", "FROM") => rest.is_empty(),
            _ => false,
        };
        let quoted = |word: &String| match word.strip_prefix('\'') {
            Some(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            None => word.clone(),
        };
        let what = if is_database { "DATABASE" } else { what };
        let head = format!("{} {what} {full}", upper.first().unwrap_or(&""));
        let text = rest.iter().map(quoted).fold(head, |text, word| text + " " + &word);
        if is_known && text.len() <= LONGEST { Ok(Some(text)) } else { Err(Problem::Unknown) }
    }

    fn select(
        &self,
        inside: &Inside<'_>,
        tables: &[Table],
        words: &[String],
        upper: &[&str],
    ) -> Result<String, Problem> {
        let Some(from) = upper.iter().position(|word| *word == "FROM") else {
            let parts = parts(words.get(1..).unwrap_or(&[]));
            let values: Option<Vec<String>> =
                parts.iter().map(|part| self.value(inside, part)).collect();
            let names: Vec<String> =
                parts.iter().map(|part| part.trim_start_matches('\'').to_owned()).collect();
            return Ok(self.table(&names, &[values.ok_or(Problem::Unknown)?]));
        };
        let name = words.get(from + 2).ok_or(Problem::Unknown)?;
        let full = self.full(name)?;
        let table = tables.iter().find(|table| table.name == full);
        let table = table.ok_or_else(|| {
            Problem::Error("1146 (42S02)", format!("Table '{full}' doesn't exist"))
        })?;
        let most = match upper.get(from + 2..).unwrap_or(&[]) {
            [] => usize::MAX,
            ["LIMIT", count] => count.parse().map_err(|_| Problem::Unknown)?,
            _ => return Err(Problem::Unknown),
        };
        let chosen = parts(words.get(1..from + 1).unwrap_or(&[]));
        match chosen.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["*"] => Ok(self.table(
                &table.columns,
                table.rows.get(..most.min(table.rows.len())).unwrap_or(&[]),
            )),
            [count] if count.eq_ignore_ascii_case("COUNT(*)") => {
                Ok(self.table(&[(*count).to_owned()], &[vec![table.rows.len().to_string()]]))
            }
            names => {
                let place = |name: &&str| {
                    let words = format!("Unknown column '{name}' in 'field list'");
                    table
                        .columns
                        .iter()
                        .position(|column| column == name)
                        .ok_or(Problem::Error("1054 (42S22)", words))
                };
                let places: Vec<usize> = names.iter().map(place).collect::<Result<_, _>>()?;
                let row = |row: &Vec<String>| {
                    places.iter().filter_map(|at| row.get(*at).cloned()).collect::<Vec<_>>()
                };
                let rows: Vec<_> = table.rows.iter().take(most).map(row).collect();
                Ok(self.table(&chosen, &rows))
            }
        }
    }

    /// The value of an expression, if it is simulated.
    fn value(&self, inside: &Inside<'_>, expression: &str) -> Option<String> {
        let now = inside.now().rfc3339();
        Some(match expression.to_ascii_uppercase().as_str() {
            "@@SERVER_ID" => self.server_id().to_string(),
            "@@HOSTNAME" => super::connect::host_name(self.peer.run).to_owned(),
            "@@READ_ONLY" | "@@SUPER_READ_ONLY" => {
                let is_primary =
                    self.stand_in().is_none_or(|it| it.data.role == Some(Role::Primary));
                u8::from(!is_primary).to_string()
            }
            "NOW()" => now.replace('T', " ").trim_end_matches('Z').to_owned(),
            "DATABASE()" if self.database.is_empty() => "NULL".into(),
            "DATABASE()" => self.database.clone(),
            "VERSION()" | "@@VERSION" => {
                self.peer.spec.image.rsplit_once(':').map_or("", |(_, tag)| tag).to_owned()
            }
            _ if expression.parse::<i64>().is_ok() => expression.to_owned(),
            _ => expression.strip_prefix('\'')?.to_owned(),
        })
    }

    /// The ID that an init container writes to the configuration, as in `server-id=$((100 + $ordinal))`, or 1.
    fn server_id(&self) -> i64 {
        let run = self.peer.run;
        let ordinal = run.pod.name().rsplit('-').next().and_then(|text| text.parse::<i64>().ok());
        let scripts = run.spec.init_containers.iter().flat_map(|one| {
            let words =
                ["command", "args"].map(|field| one.other.get(field).map_or(&[][..], Tree::items));
            words.into_iter().flatten().map(Tree::as_text)
        });
        let base =
            scripts.filter_map(|text| text.split_once("server-id=$((")).find_map(|(_, rest)| {
                rest.split(['+', ')']).next().and_then(|number| number.trim().parse::<i64>().ok())
            });
        base.zip(ordinal).map_or(1, |(base, ordinal)| base.saturating_add(ordinal))
    }
}
