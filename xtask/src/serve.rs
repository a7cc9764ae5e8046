//! `cargo xtask serve`: build, serve, watch, reload.

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::http::{self, Build};
use crate::page::{self, Profile};
use crate::tools;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The port to serve on; the next free one is taken when it is in use
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Compile the page as it is shipped: slower to build, faster to run
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode> {
    let profile = if arguments.release { Profile::Shipped } else { Profile::Dev };
    let site = tools::target_dir().join("site");

    println!("Building the page; the first time takes a few minutes ...");
    let sources = Sources::now()?;
    let build = build(profile, &site)?;

    let (sender, receiver) = watch::channel(build);
    let served = site.clone();
    thread::spawn(move || watch(&sources, profile, &site, &sender));

    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = listen(arguments.port).await?;
        println!("The page is at http://{}/ (Ctrl+C ends this)", listener.local_addr()?);
        axum::serve(listener, http::routes(served, receiver)).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Takes the given port or the next free one.
async fn listen(wanted: u16) -> Result<TcpListener> {
    for port in wanted..=wanted.saturating_add(99) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                println!("Port {port} is taken, trying the next one.");
            }
            Err(error) => return Err(error).with_context(|| format!("cannot use port {port}")),
        }
    }
    anyhow::bail!("no free port from {wanted} on")
}

fn build(profile: Profile, site: &Path) -> Result<Build> {
    let start = Instant::now();
    page::compile(profile)?;
    page::lay_out(profile, site)?;
    println!("Built the page in {:.1} s.", start.elapsed().as_secs_f32());
    let stamp = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
    Ok(Build { stamp, broken: false })
}

/// Rebuilds the page whenever its sources change. What is broken is told, and the last good page
/// stays: `build` touches the served folder only after everything has compiled.
fn watch(built: &Sources, profile: Profile, site: &Path, pages: &watch::Sender<Build>) {
    let mut built = built.clone();
    loop {
        thread::sleep(Duration::from_millis(300));
        // A file that vanishes while it is looked at is a change in progress: look again.
        let Ok(sources) = Sources::now() else { continue };
        if sources == built {
            continue;
        }
        built = sources;
        println!("Something changed: building the page again ...");
        match build(profile, site) {
            Ok(build) => drop(pages.send_replace(build)),
            Err(error) => {
                eprintln!("error: {error:#}. The page before the change stays.");
                pages.send_modify(|build| build.broken = true);
            }
        }
    }
}

/// Which files the page is made of, and when each was last written.
#[derive(Clone, PartialEq)]
struct Sources(Vec<(std::path::PathBuf, SystemTime)>);

impl Sources {
    fn now() -> Result<Self> {
        let root = tools::root();
        let mut files = vec![root.join("Cargo.toml"), root.join("index.html")];
        for folder in ["src", "static"] {
            files.extend(page::files_below(&root.join(folder))?);
        }
        let stamped = files.into_iter().map(|file| {
            let modified = file.metadata()?.modified()?;
            Ok((file, modified))
        });
        stamped.collect::<Result<_>>().map(Self)
    }
}
