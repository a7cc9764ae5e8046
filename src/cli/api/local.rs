//! `ordinal do`: a line for a cluster that `ordinal api` serves.

use crate::cli::Failure;
use clap::Args;
use std::io::{Read, Write};
use std::net::TcpStream;

#[derive(Args)]
pub(in crate::cli) struct DoArgs {
    /// The line, for example "node node-2 off".
    line: String,
    /// The address of ordinal api.
    #[arg(long, default_value = "127.0.0.1:8001", value_name = "HOST:PORT")]
    server: String,
}

/// Sends the line, and prints what is answered.
pub(in crate::cli) fn run_line(args: &DoArgs) -> Result<(), Failure> {
    let server = args.server.trim_start_matches("http://").trim_end_matches('/');
    let unreachable = |error: std::io::Error| {
        Failure(1, format!("error: cannot reach {server}: {error}; is ordinal api running?"))
    };
    let mut stream = TcpStream::connect(server).map_err(unreachable)?;
    let body = serde_json::json!({ "line": args.line }).to_string();
    let head = format!(
        "POST /ordinal/do HTTP/1.0\r\nHost: {server}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).map_err(unreachable)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(unreachable)?;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let output: serde_json::Value = serde_json::from_str(body)
        .map_err(|_| Failure(1, format!("error: {server} does not answer as ordinal api does")))?;
    let text = |key: &str| output[key].as_str().unwrap_or_default().to_owned();
    print!("{}", text("stdout"));
    eprint!("{}{}", text("stderr"), text("advice"));
    match output["exit"].as_u64() {
        Some(0) => Ok(()),
        _ => Err(Failure(1, String::new())),
    }
}
