//! `cargo xtask test`: every check there is, in one go, counted.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::{dist, page, reproduce, tools, wasm};

mod others;
mod tally;

use tally::{Echo, Tally, count};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Succeed although something was skipped
    #[arg(long)]
    allow_skips: bool,
    /// Only what takes seconds: format, native clippy, native tests
    #[arg(long)]
    fast: bool,
    /// Also run what takes longer: the large model-checker run, other clients of `ordinal api`, the element in more
    /// hosts, and whether two fresh clones produce the same dist
    #[arg(long, conflicts_with_all = ["fast", "filter"])]
    slow: bool,
    /// Only the tests with this in their name, and none of the other checks
    filter: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if !arguments.fast && tools::is_interactive() {
        install_what_is_missing();
    }
    let mut tally = Tally::default();
    if arguments.filter.is_none() {
        tally += section("Format", || check(format()));
        tally += section("Clippy: core, program and tools", || {
            check(clippy(&["--workspace", "--all-targets"]))
        });
        if !arguments.fast {
            let page = ["--package", "ordinal", "--target", wasm::TARGET];
            tally += section("Clippy: page", || check_for_page(|| clippy(&page)));
            tally += section("Documentation: core, program and tools", || {
                check(documentation(&["--workspace"]))
            });
            tally += section("Documentation: page", || check_for_page(|| documentation(&page)));
        }
    }
    let filter = arguments.filter.as_deref();
    tally += section("Native tests", || native_tests(filter));
    if !arguments.fast {
        tally += section("Damaged links", || {
            node_tests(&["tests/fuzz"], filter, &[]).unwrap_or_else(failure)
        });
        tally += section("The terminal compared with a real kubectl", || {
            others::compare_with_kubectl(filter)
        });
        tally += test_page(filter);
    }
    if arguments.slow {
        tally += section("Native tests that take minutes", slow_native_tests);
        tally += section("Third-party clients", others::other_clients);
        for browser in &BROWSERS {
            tally += test_hosts(browser, None, SLOW_HOSTS);
        }
        tally += section("Two fresh clones give the same files", || check(reproduce::check()));
    }
    println!("\n{}", tally.closing_line());
    let good = tally.failed == 0 && (tally.skipped == 0 || arguments.allow_skips);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A browser to test with.
struct Browser {
    /// Its name for the reader.
    name: &'static str,
    /// Its name in the variable `BROWSER`.
    variable: &'static str,
    /// The Debian packages that bring it, and what drives it.
    packages: &'static [&'static str],
    /// The tests that run in it, by the beginnings of their paths.
    tests: &'static [&'static str],
}

const BROWSERS: [Browser; 2] = [
    Browser {
        name: "Chromium",
        variable: "chromium",
        packages: &["chromium"],
        tests: &["tests/browser"],
    },
    Browser {
        name: "Firefox",
        variable: "firefox",
        packages: &["firefox-esr"],
        tests: &["tests/browser"],
    },
];

/// The engine of Safari and iPhones, as packaged for Linux. If it cannot be installed, that is reported and does not
/// count as a failure.
const WEBKIT: Browser = Browser {
    name: "WebKit",
    variable: "webkit",
    packages: &["webkit2gtk-driver", "xvfb"],
    tests: &["tests/browser/first-minute", "tests/browser/layout"],
};

/// Asks about all that is missing before the work that takes minutes. What fails here fails again in
/// the section that needs it, and is told there.
fn install_what_is_missing() {
    _ = wasm::cargo();
    for browser in BROWSERS.iter().chain([&WEBKIT]) {
        _ = tools::need_browser(browser.variable, browser.packages);
    }
}

/// Where the site that is tested claims to be.
const ADDRESS: &str = "https://ordinal.example/";

/// Builds the page as it is shipped, and tests that.
fn test_page(filter: Option<&str>) -> Tally {
    const SECTIONS: usize = 5;
    let mut tally = Tally::default();
    let mut built = Ok(());
    tally += section("Page: build and size", || {
        built = dist::build(Some(ADDRESS));
        match &built {
            Ok(()) => check(dist::report().and_then(|holds| {
                ensure!(holds, "the page is over its budget");
                Ok(())
            })),
            Err(error) => check(Err(anyhow::anyhow!("{error:#}"))),
        }
    });
    if built.is_err() {
        println!("There is no page to test.");
        tally.skipped += SECTIONS;
        return tally;
    }
    tally += section("The same log natively and in WebAssembly", || {
        tools::run(tools::cargo().args(["build", "--quiet", "--package", "ordinal"]))
            .and_then(|()| node_tests(&["tests/replay"], filter, &[]))
            .unwrap_or_else(failure)
    });
    for browser in &BROWSERS {
        tally += test_in(browser, filter, |error| skip(&format!("{error:#}")));
        tally += test_hosts(browser, filter, QUICK_HOSTS);
    }
    tally += test_in(&WEBKIT, filter, |error| {
        println!("not tested: {error:#}");
        Tally::default()
    });
    tally
}

/// The hosts whose examples are built and opened in each run, and those that take minutes.
const QUICK_HOSTS: &str = "html,mkdocs,hugo,reveal,react,esbuild";
const SLOW_HOSTS: &str = "mdbook,vue,vitepress,docusaurus,starlight,sphinx,webpack,package";

/// Builds the examples for these hosts from the packed element, and opens them in a browser.
fn test_hosts(browser: &Browser, filter: Option<&str>, hosts: &str) -> Tally {
    section(&format!("The element in other pages in {}", browser.name), || {
        if let Err(error) = tools::need_browser(browser.variable, browser.packages) {
            return skip(&format!("{error:#}"));
        }
        let environment = [("BROWSER", browser.variable), ("HOSTS", hosts)];
        node_tests(&["tests/hosts"], filter, &environment).unwrap_or_else(failure)
    })
}

/// Tests the page in a browser; `missing` says what it means that the browser cannot be installed.
fn test_in(
    browser: &Browser,
    filter: Option<&str>,
    missing: impl FnOnce(anyhow::Error) -> Tally,
) -> Tally {
    section(&format!("The page in {}", browser.name), || {
        if let Err(error) = tools::need_browser(browser.variable, browser.packages) {
            return missing(error);
        }
        let kubectl = others::kubectl_or_none();
        let environment = [("BROWSER", browser.variable), ("KUBECTL", kubectl.as_str())];
        node_tests(browser.tests, filter, &environment).unwrap_or_else(failure)
    })
}

/// Prints what is done and how long it took.
fn section(heading: &str, work: impl FnOnce() -> Tally) -> Tally {
    println!("\n== {heading}");
    let start = Instant::now();
    let tally = work();
    println!("-- {heading}: {} in {:.1} s", tally.closing_line(), start.elapsed().as_secs_f32());
    tally
}

/// Counts a check of the code of the page, which needs the standard library for the browser, compiled.
fn check_for_page(work: impl FnOnce() -> Result<()>) -> Tally {
    match wasm::cargo().and(wasm::has_target()) {
        Ok(true) => check(work()),
        Ok(false) => skip("this needs Rust's own target for the browser"),
        Err(error) => failure(error),
    }
}

/// Counts a check that either passes or fails.
fn check(result: Result<()>) -> Tally {
    match result {
        Ok(()) => Tally { passed: 1, ..Tally::default() },
        Err(error) => failure(error),
    }
}

fn skip(why: &str) -> Tally {
    println!("skipped: {why}");
    Tally { skipped: 1, ..Tally::default() }
}

fn failure(error: anyhow::Error) -> Tally {
    println!("failed: {error:#}");
    Tally { failed: 1, ..Tally::default() }
}

fn format() -> Result<()> {
    tools::need_component("rustfmt", "fmt")?;
    tools::run(tools::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(arguments: &[&str]) -> Result<()> {
    tools::need_component("clippy", "clippy")?;
    tools::run(
        tools::cargo().args(["clippy", "--quiet"]).args(arguments).args(["--", "-D", "warnings"]),
    )
}

/// Whether the documentation can be built without warnings, also that of private items.
fn documentation(arguments: &[&str]) -> Result<()> {
    let mut cargo = tools::cargo();
    cargo.args(["doc", "--quiet", "--no-deps", "--document-private-items"]).args(arguments);
    tools::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Tests this program apart from the rest: together they agree on other features of what both
/// depend on, and half of what `cargo xtask` is made of would be compiled a second time.
fn native_tests(filter: Option<&str>) -> Tally {
    let mut tally = Tally::default();
    for packages in [["--workspace", "--exclude=xtask"].as_slice(), &["--package=xtask"]] {
        let mut cargo = tools::cargo();
        cargo.args(["test", "--quiet", "--no-fail-fast"]).args(packages).args(filter);
        tally += count(&mut cargo, Echo::Yes).unwrap_or_else(failure);
    }
    tally
}

/// Runs the ignored tests: the large spaces of the model checker.
fn slow_native_tests() -> Tally {
    let mut cargo = tools::cargo();
    cargo.args(["test", "--release", "--quiet", "--test", "it", "--", "--ignored"]);
    count(&mut cargo, Echo::Yes).unwrap_or_else(failure)
}

/// Runs the test files of Node whose paths begin with one of `prefixes`.
fn node_tests(
    prefixes: &[&str],
    filter: Option<&str>,
    environment: &[(&str, &str)],
) -> Result<Tally> {
    let root = tools::root();
    let mut node = tools::command("node");
    // One report for the reader, one to count.
    for (reporter, destination) in [("spec", "stderr"), ("tap", "stdout")] {
        node.arg(format!("--test-reporter={reporter}"));
        node.arg(format!("--test-reporter-destination={destination}"));
    }
    node.arg("--test").args(filter.map(|filter| format!("--test-name-pattern={filter}")));
    for file in page::files_below(&root.join("tests"))? {
        let file = file.strip_prefix(root)?;
        let name = file.to_string_lossy();
        if prefixes.iter().any(|it| name.starts_with(it)) && name.ends_with(".test.mjs") {
            node.arg(file);
        }
    }
    node.envs(environment.iter().copied());
    node.env("ORDINAL", page::program());
    count(&mut node, Echo::No)
}
