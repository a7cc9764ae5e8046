//! `cargo xtask serve`: build, serve, watch, reload.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
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
    let build = build(profile, &site, true)?;

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

/// Builds the page; what is compiled may still be good.
fn build(profile: Profile, site: &Path, compile: bool) -> Result<Build> {
    let start = Instant::now();
    if compile {
        page::compile(profile)?;
    }
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
        let mut changed = sources.changed_since(&built);
        built = sources;
        let all = changed.len();
        changed.retain(|file| !file.starts_with(tools::root().join(XTASK)));
        if changed.len() < all {
            println!("{XTASK} changed: start `cargo xtask serve` again to use it.");
        }
        if changed.is_empty() {
            continue;
        }
        println!("Something changed: building the page again ...");
        let compile =
            pages.borrow().broken || changed.iter().any(|file| needs_compiling(file, profile));
        match build(profile, site, compile) {
            Ok(build) => drop(pages.send_replace(build)),
            Err(error) => {
                eprintln!("error: {error:#}. The page before the change stays.");
                pages.send_modify(|build| build.broken = true);
            }
        }
    }
}

/// The code of this program.
const XTASK: &str = "xtask/src";

/// What is copied into the page, unless the code includes it.
const COPIED: [&str; 2] = ["index.html", "static"];

fn needs_compiling(file: &Path, profile: Profile) -> bool {
    let copied = COPIED.iter().any(|name| file.starts_with(tools::root().join(name)));
    !copied || page::is_compiled_in(file, profile)
}

/// Which files the page is made of, and when each was last written.
#[derive(Clone)]
struct Sources(BTreeSet<(PathBuf, SystemTime)>);

impl Sources {
    fn now() -> Result<Self> {
        let root = tools::root();
        let mut files = ["Cargo.toml", "Cargo.lock", "index.html"].map(|it| root.join(it)).to_vec();
        for folder in ["src", "static", XTASK] {
            files.extend(page::files_below(&root.join(folder))?);
        }
        let stamped = files.into_iter().map(|file| {
            let modified = file.metadata()?.modified()?;
            Ok((file, modified))
        });
        stamped.collect::<Result<_>>().map(Self)
    }

    /// The files that were written, added or removed.
    fn changed_since(&self, before: &Self) -> BTreeSet<PathBuf> {
        self.0.symmetric_difference(&before.0).map(|(file, _)| file.clone()).collect()
    }
}
