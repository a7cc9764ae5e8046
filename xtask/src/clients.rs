//! Runs third-party clients against `ordinal api`: the Python client, the one for Node.js, and kube-rs.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::{page, tools};

const PYTHON: &str = "kubernetes==37.0.2";
const NODE: &str = "@kubernetes/client-node@1.4.0";

/// A client: its name, and a function that prepares its command; the last argument is the server's address.
pub(crate) type Client = (&'static str, fn(&Path) -> Result<Command>);

/// All clients.
pub(crate) const CLIENTS: &[Client] =
    &[("the Python package", python), ("client-node", node), ("kube-rs", kube_rs)];

/// Runs a client against its own cluster, with fast time.
pub(crate) fn check(mut client: Command) -> Result<()> {
    let mut server = serve()?;
    let address = address(&mut server);
    let outcome = address.and_then(|address| tools::run(client.arg(address)));
    server.kill()?;
    server.wait()?;
    outcome
}

/// The folder where the clients are installed.
pub(crate) fn folder() -> PathBuf {
    tools::root().join("target/clients")
}

fn serve() -> Result<Child> {
    let mut program = Command::new(page::program());
    program.args(["api", "--port", "0", "--speed", "20"]).stdout(Stdio::piped());
    program.spawn().context("ordinal api does not start")
}

/// The address that the server prints first.
fn address(server: &mut Child) -> Result<String> {
    let mut lines = BufReader::new(server.stdout.take().context("its output")?).lines();
    let line = lines.next().context("ordinal api prints nothing")??;
    let address = line.split_whitespace().find(|word| word.starts_with("http://"));
    let address =
        address.context("ordinal api prints no address")?.trim_end_matches(',').to_owned();
    // Read the rest of the output, so that the server does not block.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(address)
}

fn source(name: &str) -> PathBuf {
    tools::root().join("tests/clients").join(name)
}

fn python(folder: &Path) -> Result<Command> {
    let place = folder.join("python");
    let program = place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !program.is_file() {
        tools::run(tools::command("python3").args(["-m", "venv"]).arg(&place))?;
    }
    tools::run(Command::new(&program).args(["-m", "pip", "install", "--quiet", PYTHON]))?;
    let mut client = Command::new(program);
    client.arg(source("python/client.py"));
    Ok(client)
}

fn node(folder: &Path) -> Result<Command> {
    let place = folder.join("node");
    std::fs::create_dir_all(&place)?;
    std::fs::write(place.join("package.json"), "{}\n")?;
    let mut npm = tools::command("npm");
    npm.current_dir(&place).args(["install", "--no-audit", "--no-fund", "--no-save", NODE]);
    tools::run(&mut npm)?;
    // Node.js looks for packages next to the program.
    let program = place.join("client.mjs");
    std::fs::copy(source("node/client.mjs"), &program)?;
    let mut client = tools::command("node");
    client.arg(program);
    Ok(client)
}

fn kube_rs(folder: &Path) -> Result<Command> {
    let place = folder.join("kube-rs");
    let manifest = source("kube-rs/Cargo.toml");
    let mut cargo = tools::cargo();
    cargo.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest);
    tools::run(cargo.arg("--target-dir").arg(&place))?;
    let program = place.join("debug/kube-client");
    ensure!(program.with_extension(std::env::consts::EXE_EXTENSION).is_file(), "it is not built");
    Ok(Command::new(program))
}
