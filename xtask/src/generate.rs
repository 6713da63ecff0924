//! `cargo xtask generate`: files that are made from others.

use anyhow::Context;

use crate::test::cargo;

/// Writes `docs/signals.md` from the packs.
pub(crate) fn run() -> anyhow::Result<bool> {
    let output = cargo(&["run", "--quiet", "-p", "modus", "--example", "modus_signals"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        return Ok(false);
    }
    std::fs::write("docs/signals.md", output.stdout).context("docs/signals.md")?;
    eprintln!("generate: docs/signals.md");
    Ok(true)
}
