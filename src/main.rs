//! One program, two hosts: the command line natively, the page in a browser.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    ordinal::cli::main()
}

/// The browser calls the exports of [`ordinal::web`]; nothing happens before the element asks.
#[cfg(target_arch = "wasm32")]
fn main() {
    ordinal::web::install();
}
