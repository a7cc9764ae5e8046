//! The programs that the commands call, and how the missing ones are installed.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root")
}

/// Where cargo builds. Handed to every cargo started from here, so that both agree.
pub(crate) fn target_dir() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// A program started in the root of the repository.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("CARGO_TARGET_DIR", target_dir());
    command
}

/// What to call a program in a message: not by the folder it lies in.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(program.as_os_str()).display().to_string()
}

/// Runs a program that talks to the reader itself; fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    ensure!(status.success(), "{name} failed ({status})");
    Ok(())
}

/// Runs a program for what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    ensure!(output.status.success(), "{name} failed ({})", output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{name} printed no UTF-8"))
}

/// Ends a program that hangs: politely, so that it says what it was doing and ends its own children, and after
/// ten seconds in any case.
pub(crate) fn end(child: &mut Child) {
    _ = Command::new("kill").arg(child.id().to_string()).status();
    for _ in 0..100 {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    _ = child.kill();
}

/// Whether a program of this name lies in the search path.
pub(crate) fn exists(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Whether somebody is there to answer a question.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal()
}

/// What the user did not want to be installed, and is not asked about again.
static DECLINED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says what is about to be installed. In a terminal it asks first, and fails if the answer is no.
pub(crate) fn confirm_install(what: &str) -> Result<()> {
    if !is_interactive() {
        println!("Installing {what} ...");
        return Ok(());
    }
    let mut declined = DECLINED.lock().expect("one thread asks");
    if !declined.iter().any(|it| it == what) {
        print!("Install {what}? [Y/n] ");
        io::stdout().flush()?;
        let mut answer = String::new();
        // Without an answer the input has ended: that is no consent.
        let answered = io::stdin().read_line(&mut answer)? > 0;
        if answered && matches!(answer.trim(), "" | "y" | "Y" | "yes") {
            return Ok(());
        }
        declined.push(what.to_owned());
    }
    bail!("not installed: {what}")
}

/// Makes sure that a component of Rust is here, seen from the cargo command that it brings.
pub(crate) fn need_component(component: &str, subcommand: &str) -> Result<()> {
    let version = cargo().args([subcommand, "--version"]).stderr(Stdio::null()).output()?;
    if version.status.success() {
        return Ok(());
    }
    confirm_install(&format!("the component {component} of Rust, with rustup"))?;
    run(command("rustup").args(["component", "add", component]))
        .with_context(|| format!("install {component}"))
}

/// Makes sure that Node is here, and that node_modules is what package-lock.json says.
pub(crate) fn need_node_modules() -> Result<()> {
    if !exists("node") || !exists("npm") {
        apt_install(&["nodejs", "npm"]).context("install Node 18 or newer, with npm")?;
    }
    // npm writes this file last, so its age is that of a finished installation.
    let modified = |path: &str| root().join(path).metadata().and_then(|found| found.modified());
    let wanted = modified("package-lock.json").context("package-lock.json")?;
    if modified("node_modules/.package-lock.json").is_ok_and(|installed| installed >= wanted) {
        return Ok(());
    }
    confirm_install("the npm packages of package-lock.json into node_modules")?;
    run(command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
}

/// Makes sure that a browser is here, and what drives it; `packages` are those of Debian that bring both.
pub(crate) fn need_browser(browser: &str, packages: &[&str]) -> Result<()> {
    need_node_modules()?;
    let found = || {
        let script = "import('./tests/browser/browser.mjs').then((it) => it.findProgram())";
        let mut node = command("node");
        let node = node.args(["-e", script]).env("BROWSER", browser).stderr(Stdio::null());
        Ok::<_, anyhow::Error>(node.status()?.success())
    };
    if found()? {
        return Ok(());
    }
    apt_install(packages).with_context(|| format!("install {browser}"))?;
    ensure!(found()?, "{} brought no {browser}", packages.join(" and "));
    Ok(())
}

/// Installs Debian packages, where this process may.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    if !exists("apt-get") {
        bail!("{} missing, and there is no apt-get to install it with", packages.join(" and "));
    }
    confirm_install(&format!("{} with apt-get", packages.join(" and ")))?;
    let apt_get = |arguments: &[&str]| {
        let mut apt_get = match am_root()? {
            true => command("apt-get"),
            false => {
                let mut sudo = command("sudo");
                // Where nobody is there to type a password, sudo fails instead of asking for it.
                sudo.args((!is_interactive()).then_some("-n")).arg("apt-get");
                sudo
            }
        };
        run(apt_get.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()))
    };
    apt_get(&["update", "-qq"])?;
    apt_get(&[&["install", "-qq", "--yes", "--no-install-recommends"], packages].concat())
}

fn am_root() -> Result<bool> {
    Ok(output(command("id").arg("-u"))?.trim() == "0")
}
