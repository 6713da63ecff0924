//! Browser tests: the demo is served, Chromium walks every page state, axe looks at each.

use std::process::Command;
use std::time::Instant;

use anyhow::Context;

use crate::count::Count;
use crate::install;
use crate::test::cargo;

pub(crate) fn check() -> anyhow::Result<Count> {
    let started = Instant::now();
    install::program(&["/usr/bin/chromium"], "chromium")?;
    install::program(&["/usr/bin/node", "/usr/local/bin/node"], "nodejs")?;
    let npm = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--silent"])
        .current_dir("browser")
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .status()
        .context("cannot run npm")?;
    anyhow::ensure!(npm.success(), "npm could not install the packages of browser/package-lock.json");
    // The program as the tests built it: another selection of packages would build every dependency once more.
    anyhow::ensure!(
        cargo(&["test", "--workspace", "--locked", "--no-run", "--quiet"]).status()?.success(),
        "the program does not build"
    );
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let program = std::path::Path::new(&target)
        .join("debug/ringfence")
        .canonicalize()
        .context("the program was not built where it is looked for")?;
    let output = Command::new("node").arg("run.mjs").arg(&program).current_dir("browser").output().context("cannot run node")?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let closing = text.lines().rev().find_map(|line| line.strip_prefix("browser: ")).unwrap_or("");
    let number = |at: usize| {
        closing
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .nth(at)
            .and_then(|part| part.parse().ok())
            .unwrap_or(0)
    };
    let mut count = Count { passed: number(0), failed: number(1) };
    if !output.status.success() && count.failed == 0 {
        count.failed = 1;
    }
    eprintln!("browser tests in {} s", started.elapsed().as_secs());
    Ok(count)
}
