//! `cargo xtask test`

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;

use crate::count::{Count, of_cargo};
use crate::{browser, house, install};

/// Runs everything; whether all of it passed.
pub(crate) fn run(with_browser: bool) -> anyhow::Result<bool> {
    let mut total = Count::default();
    total.add(step("formatting", &["fmt", "--all", "--check"])?);
    total.add(house::check()?);
    total.add(step("clippy", &["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"])?);
    // PostgreSQL refuses to run as root; the tests start it as its own user in a folder of their own.
    install::program(&["/usr/lib/postgresql/*/bin/initdb"], "postgresql")?;
    install::program(&["/usr/sbin/nats-server", "/usr/bin/nats-server"], "nats-server")?;
    // A call is heard to the end: a voice, and a recogniser with its model.
    install::program(&["/usr/bin/espeak-ng"], "espeak-ng")?;
    install::program(&["/usr/lib/python3/dist-packages/pocketsphinx/__init__.py"], "python3-pocketsphinx")?;
    install::program(&["/usr/share/pocketsphinx/model/en-us/en-us.lm.bin"], "pocketsphinx-en-us")?;
    total.add(tests(&["test", "--workspace", "--locked", "--no-fail-fast"])?);
    if with_browser {
        total.add(browser::check()?);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0)
}

/// A cargo command that passes or fails as a whole.
fn step(name: &str, arguments: &[&str]) -> anyhow::Result<Count> {
    let started = Instant::now();
    let passed = cargo(arguments).status().with_context(|| format!("cannot run cargo {}", arguments[0]))?.success();
    eprintln!("{name}: {} in {} s", if passed { "passed" } else { "FAILED" }, started.elapsed().as_secs());
    Ok(Count::one(passed))
}

/// A cargo command that runs tests: its output is shown as it comes, and counted.
fn tests(arguments: &[&str]) -> anyhow::Result<Count> {
    let started = Instant::now();
    let mut child = cargo(arguments).stdout(Stdio::piped()).spawn().context("cannot run cargo test")?;
    let output = child.stdout.take().context("cargo test has no output")?;
    let mut text = String::new();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        text.push_str(&line);
        text.push('\n');
    }
    let passed = child.wait()?.success();
    let mut count = of_cargo(&text);
    if !passed && count.failed == 0 {
        // It did not compile, or a test program died.
        count.failed = 1;
    }
    eprintln!("tests: {} passed, {} failed in {} s", count.passed, count.failed, started.elapsed().as_secs());
    Ok(count)
}

pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).env("INSTA_UPDATE", "no").env("CARGO_INCREMENTAL", "0");
    command
}
