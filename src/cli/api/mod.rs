//! `ordinal api`: serves a simulated cluster as a Kubernetes API, and the page that shows it.

#![expect(clippy::disallowed_methods, reason = "a served cluster follows the real clock")]

mod class;
mod clock;
mod engine;
mod exec;
mod http;
mod local;
pub(super) mod page;
mod pipe;
mod response;

pub(super) use local::{DoArgs, run_line};

use super::Failure;
use crate::timeline::Timeline;
use clap::Args;
use engine::Engine;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The story that is served if none is given: three nodes, and nothing on them.
const EMPTY: &str = "ordinal 1\n";

#[derive(Args)]
pub(super) struct ApiArgs {
    /// The story file, in the line notation [default: an empty cluster of three nodes].
    story: Option<PathBuf>,
    /// The port to listen on; 0 picks a free one.
    #[arg(long, default_value_t = 8001)]
    port: u16,
    /// The address to listen on. Anybody who can reach it can change the cluster.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    listen: IpAddr,
    /// How many times faster than real time the cluster runs, up to 60.
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// Serve so many clusters, one for each participant of a class.
    #[arg(long, default_value_t = 1, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=100))]
    clusters: u8,
    /// Write a kubeconfig file for this cluster.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Write the recipe of what happened to this file at the end [default: print it if something happened]; with several
    /// clusters, a file for each, with its number.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// The directory of the page [default: dist/site, where cargo xtask dist puts it].
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.1..=60.0).contains(&speed) { Ok(speed) } else { Err("not between 0.1 and 60".into()) }
}

/// Serves until Ctrl+C.
pub(super) fn serve(args: &ApiArgs) -> Result<(), Failure> {
    let recipe = match &args.story {
        Some(path) => super::read(path)?,
        None => EMPTY.into(),
    };
    let path = args.story.as_deref().unwrap_or(Path::new("-"));
    let timeline =
        Timeline::new(&recipe).map_err(|errors| Failure(2, super::describe(path, &errors)))?;
    for error in timeline.refused_at_start() {
        eprintln!("warning: {error}");
    }
    let before = timeline.recipe();
    // Each engine has its own: the memory is needed there.
    drop(timeline);
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure(1, format!("error: cannot start: {error}")))?;
    let after = runtime.block_on(async {
        let address = SocketAddr::new(args.listen, args.port);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|error| Failure(1, format!("error: cannot listen on {address}: {error}")))?;
        let address = listener.local_addr().map_err(Failure::from)?;
        let engines: Vec<Engine> =
            (0..args.clusters).map(|_| Engine::start(before.clone(), args.speed)).collect();
        announce(args, address)?;
        let page = page::find(args.page.as_deref());
        http::serve(listener, engines.clone(), page, args.listen.is_loopback()).await?;
        let mut recipes = Vec::new();
        for engine in &engines {
            recipes.push(engine.recipe().await);
        }
        Ok::<Vec<String>, Failure>(recipes)
    })?;
    keep(args, &before, &after)
}

/// Prints what a participant has to type.
fn announce(args: &ApiArgs, address: SocketAddr) -> Result<(), Failure> {
    let server = match address.ip().is_unspecified() {
        true => format!("http://THIS-MACHINE:{}", address.port()),
        false => format!("http://{address}"),
    };
    if !args.listen.is_loopback() {
        eprintln!(
            "warning: anybody who can reach {address} can read and change the clusters; there is no authentication"
        );
    }
    if args.clusters > 1 {
        println!(
            "{} simulated clusters are at {server}: participants open it to join, and the trainer opens {server}/trainer.\n\n\
             Press Ctrl+C to stop.",
            args.clusters
        );
        return Ok(());
    }
    println!(
        "A simulated cluster is at {server}, and the page that shows it as well. Type in another terminal:\n"
    );
    match &args.kubeconfig {
        Some(path) => {
            fs::write(path, kubeconfig(&server)).map_err(|error| cannot_write(path, &error))?;
            let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            println!("  export KUBECONFIG='{}'", path.display());
        }
        None => println!("  alias kubectl='kubectl --server={server}'"),
    }
    println!("  kubectl get nodes\n\nPress Ctrl+C to stop.");
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure(1, format!("error: cannot write {}: {error}", path.display()))
}

/// A kubeconfig for a server.
fn kubeconfig(server: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: ordinal\n  cluster:\n    server: {server}\ncontexts:\n- name: ordinal\n  \
         context:\n    cluster: ordinal\n    namespace: default\n    user: ordinal\ncurrent-context: ordinal\nusers:\n- name: ordinal\n  user: {{}}\n"
    )
}

/// Keeps the recipes of what happened in each cluster.
fn keep(args: &ApiArgs, before: &str, after: &[String]) -> Result<(), Failure> {
    let Some(path) = &args.save else {
        match after {
            [after] if before != after => println!("\nThe recipe of what happened:\n\n{after}"),
            _ => println!(),
        }
        return Ok(());
    };
    for (number, recipe) in (1..).zip(after) {
        let path = if after.len() > 1 { numbered(path, number) } else { path.clone() };
        fs::write(&path, recipe).map_err(|error| cannot_write(&path, &error))?;
        println!("\nSaved the recipe as {}. Play it with: ordinal run {0}", path.display());
    }
    Ok(())
}

/// `run.ordinal` becomes `run-3.ordinal`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension =
        path.extension().map(|it| format!(".{}", it.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}-{number}{extension}"))
}
