//! The packs of a folder, for rules that are being written: no build between two measurements.

use modus::Packs;

/// Packs that others build on come first.
const FIRST: [&str; 9] = [
    "words.toml",
    "claimed.toml",
    "pretext.toml",
    "trick.toml",
    "demand.toml",
    "handover.toml",
    "outcome.toml",
    "composites.toml",
    "context.toml",
];

pub(crate) fn packs(folder: &str) -> Packs {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("rules")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), name.clone()));
    let texts: Vec<String> =
        names.iter().map(|name| std::fs::read_to_string(format!("{folder}/{name}")).expect("a pack")).collect();
    let files: Vec<(&str, &str)> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Packs::parse(&files).unwrap_or_else(|error| panic!("{error}"))
}
