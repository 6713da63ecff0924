//! What a new machine lacks is installed: Debian packages as root, npm packages in the folder of the browser tests.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// A program, and the Debian package that brings it.
pub(crate) fn program(paths: &[&str], package: &str) -> anyhow::Result<()> {
    if paths.iter().any(|path| exists(path)) {
        return Ok(());
    }
    eprintln!("installing {package}");
    let run = |arguments: &[&str]| {
        Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .with_context(|| format!("{package} is missing and apt-get cannot be run: install it by hand"))
    };
    // The list of a new machine is empty or old; a failed update is told by the install.
    let _ = run(&["update", "-q"]);
    if !run(&["install", "-y", "-q", "--no-install-recommends", package])?.success() || !paths.iter().any(|path| exists(path)) {
        bail!("{package} is missing and could not be installed: install it by hand (it brings {})", paths.join(" or "));
    }
    Ok(())
}

/// Whether a path is there; `*` stands for one folder.
fn exists(path: &str) -> bool {
    match path.split_once("/*/") {
        None => Path::new(path).exists(),
        Some((before, after)) => {
            std::fs::read_dir(before).is_ok_and(|entries| entries.flatten().any(|entry| entry.path().join(after).exists()))
        }
    }
}
