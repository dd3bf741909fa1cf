//! The project's own tool: `cargo xtask run | test | dev | bench | codegen | tidy`.

mod bench;
mod codegen;
mod install;
mod postgres;
mod run;
mod shell;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  run       builds the pages and the server, and starts the product with a demo company
  test      runs every check; installs what it needs where it may
  dev       the server on a demo company, and the pages with hot reload
  bench     measures the promises (--postgres, --customers N)
  codegen   writes the generated documents again
  tidy      checks the invariants of the source tree
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let done = match arguments.first().map(String::as_str) {
        Some("run") => run::run(rest),
        Some("dev") => run::dev(rest),
        Some("test") => test::test(rest),
        Some("bench") => bench::bench(rest),
        Some("codegen") => codegen::codegen(),
        Some("tidy") => tidy::tidy(),
        _ => {
            eprint!("{HELP}");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("xtask: {what}");
            ExitCode::FAILURE
        }
    }
}
