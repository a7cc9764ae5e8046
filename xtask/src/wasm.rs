//! A cargo that can compile for the browser.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, Result};

use crate::tools;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler, and the source of the standard library that belongs to it.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library";

/// The cargo that runs this program, once Rust has the standard library for the browser.
pub(crate) fn cargo() -> Result<Command> {
    if has_target()? {
        return Ok(tools::cargo());
    }
    if Path::new(DEBIAN_SOURCE).exists() {
        return cargo_with_debian_rustc();
    }
    tools::confirm_install(&format!("the target {TARGET} of Rust, with rustup"))?;
    if tools::run(tools::command("rustup").args(["target", "add", TARGET])).is_ok() {
        return Ok(tools::cargo());
    }
    println!("That is not possible here: trying Debian's compiler instead ...");
    tools::apt_install(&["rustc-web", "rust-web-src"])
        .with_context(|| format!("install the {TARGET} target of Rust"))?;
    cargo_with_debian_rustc()
}

/// Flags for the compiler: where the sources lay on this machine is of no interest to those who load
/// the page, and the same sources give the same module wherever they lie.
pub(crate) fn flags() -> Result<Vec<String>> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir().context("there is no home folder")?.join(".cargo"),
    };
    let registries = home.join("registry/src");
    let given = env::var("RUSTFLAGS").unwrap_or_default();
    let mut flags: Vec<String> = given.split_whitespace().map(str::to_owned).collect();
    // The cut into two modules needs to know what refers to what.
    flags.push("-Clink-arg=--emit-relocs".to_owned());
    flags.push(format!("--remap-path-prefix={}=", tools::root().display()));
    for registry in fs::read_dir(&registries).into_iter().flatten() {
        flags.push(format!("--remap-path-prefix={}=", registry?.path().display()));
    }
    Ok(flags)
}

/// Whether the standard library for the browser is here, compiled.
pub(crate) fn has_target() -> Result<bool> {
    Ok(sysroot()?.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// Compiles the standard library as well, which takes minutes the first time. Rust comes with its
/// source only by way of rustup; Debian's packages have it beside a compiler of the same version.
fn cargo_with_debian_rustc() -> Result<Command> {
    let host = tools::output(tools::command("rustc").args(["--print", "host-tuple"]))?;
    let linker = sysroot()?.join("lib/rustlib").join(host.trim()).join("bin/rust-lld");
    let mut cargo = tools::cargo();
    cargo.env("RUSTC", DEBIAN_RUSTC);
    cargo.env("RUSTC_BOOTSTRAP", "1");
    cargo.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    Ok(cargo)
}

fn sysroot() -> Result<std::path::PathBuf> {
    let sysroot = tools::output(tools::command("rustc").args(["--print", "sysroot"]))?;
    Ok(sysroot.trim().into())
}
