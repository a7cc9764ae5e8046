//! Tests with third-party programs: a real kubectl, and clients of the Kubernetes API.

use super::{Tally, check, failure, node_tests};
use crate::{clients, kubectl, tools};

/// Runs the same commands in our terminal and in a real kubectl. If kubectl cannot be installed, that is reported and
/// does not count as a failure.
pub(super) fn compare_with_kubectl(filter: Option<&str>) -> Tally {
    let kubectl = match kubectl::need() {
        Ok(kubectl) => kubectl,
        Err(error) => {
            println!("not tested: {error:#}");
            return Tally::default();
        }
    };
    let kubectl = kubectl.to_string_lossy();
    tools::run(tools::cargo().args(["build", "--quiet", "--package", "ordinal"]))
        .and_then(|()| node_tests(&["tests/kubectl"], filter, &[("KUBECTL", &kubectl)]))
        .unwrap_or_else(failure)
}

/// The kubectl that serves the page in some tests of browsers; `none` if it cannot be installed, and they are skipped.
pub(super) fn kubectl_or_none() -> String {
    match kubectl::need() {
        Ok(kubectl) => kubectl.to_string_lossy().into_owned(),
        Err(error) => {
            println!("not tested: {error:#}");
            "none".into()
        }
    }
}

/// Runs third-party clients against `ordinal api`. Reports clients that cannot be installed, without failing.
pub(super) fn other_clients() -> Tally {
    if let Err(error) =
        tools::run(tools::cargo().args(["build", "--quiet", "--package", "ordinal"]))
    {
        return failure(error);
    }
    let mut tally = Tally::default();
    for (name, prepare) in clients::CLIENTS {
        match prepare(&clients::folder()) {
            Ok(client) => tally += check(clients::check(client)),
            Err(error) => println!("not tested: {name}: {error:#}"),
        }
    }
    tally
}
