//! Cassandra, simulated with the example database: `nodetool status`.

use super::keeper::members;
use super::{Inside, Out};

/// Runs `nodetool`; `None` for any other program.
pub(super) fn run(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Option<Out> {
    if program != "nodetool" {
        return None;
    }
    let (["status", ..], Some(own)) = (words, &inside.run.database) else {
        return Some(inside.not_simulated("this command of nodetool"));
    };
    if !own.is_open() {
        return Some(Out::fail(
            1,
            "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused'.",
        ));
    }
    let named = |name: &str, usual: &str| inside.variable(name).unwrap_or_else(|| usual.to_owned());
    let (center, rack) = (named("CASSANDRA_DC", "datacenter1"), named("CASSANDRA_RACK", "rack1"));
    let title = format!("Datacenter: {center}");
    let mut text = format!(
        "{title}\n{}\nStatus=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n--  Address      Load  Tokens  Owns  Host ID                               Rack\n",
        "=".repeat(title.len())
    );
    for (uid, run) in members(inside, inside.run, &own.member.set) {
        text += &format!("UN  {:<11}  ?     256     ?     {uid}  {rack}\n", run.ip);
    }
    Some(Out::print(text))
}
