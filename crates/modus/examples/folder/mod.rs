//! The packs of a folder, for rules that are being written: no build between two measurements.

use std::path::{Path, PathBuf};

use modus::Packs;
use walkdir::WalkDir;

/// Fields whose lists of words others name come first.
const ORDER: [&str; 9] =
    ["words.toml", "claimed", "pretext", "trick", "demand", "handover", "outcome", "composites.toml", "context"];

pub(crate) fn packs(folder: &str) -> Packs {
    let root = Path::new(folder);
    let mut paths: Vec<PathBuf> = WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort_by_key(|path| {
        let within = path.strip_prefix(root).expect("within the folder");
        let place = within.iter().next().and_then(|first| ORDER.iter().position(|name| first == *name));
        (place.unwrap_or(ORDER.len()), !within.ends_with("words.toml"), within.to_owned())
    });
    let files: Vec<(String, String)> =
        paths.iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).expect("a pack"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Packs::parse(&files).unwrap_or_else(|error| panic!("{error}"))
}
