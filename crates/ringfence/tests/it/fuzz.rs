//! The fuzzer's targets over their seeds and over many small changes of each, on any toolchain. What the fuzzer finds is added to the
//! seeds and stays found.

#[path = "../../../../fuzz/targets.rs"]
mod targets;

use std::path::PathBuf;

/// Changed copies of each seed that are tried.
const CHANGES: u64 = 60;

#[test]
fn the_targets_hold_on_their_seeds_and_round_them() {
    let seeds = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds"));
    for (name, target) in targets::TARGETS {
        let mut files: Vec<PathBuf> = std::fs::read_dir(seeds.join(name)).unwrap().map(|one| one.unwrap().path()).collect();
        files.sort();
        assert!(files.len() >= 2, "{name} has hardly a seed");
        for file in files {
            let seed = std::fs::read(&file).unwrap();
            let run = |data: &[u8], what: String| {
                let held = std::panic::catch_unwind(|| target(data));
                assert!(held.is_ok(), "{name} does not hold on {} {what}: {}", file.display(), String::from_utf8_lossy(data));
            };
            run(&seed, "as it is".into());
            for change in 0..CHANGES {
                run(&changed(&seed, change), format!("with change {change}"));
            }
        }
    }
}

#[test]
fn every_target_is_built_by_the_fuzzer() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");
    let manifest = std::fs::read_to_string(format!("{root}/Cargo.toml")).unwrap();
    for (name, _) in targets::TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
        let main = std::fs::read_to_string(format!("{root}/fuzz_targets/{name}.rs")).unwrap();
        assert!(main.contains(&format!("targets::{name}(data)")), "{name}");
    }
}

/// A copy with one to four bytes changed, put in or taken away, or a part repeated; the same every time.
fn changed(seed: &[u8], number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut dice = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap()
    };
    let mut bytes = seed.to_vec();
    for _ in 0..=dice(4) {
        let at = dice(bytes.len().max(1));
        match dice(5) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(dice(256)).unwrap(),
            1 if !bytes.is_empty() => {
                bytes.remove(at);
            }
            2 => bytes.truncate(at),
            3 => {
                let end = (at + dice(20)).min(bytes.len());
                let part = bytes[at.min(end)..end].to_vec();
                bytes.splice(at.min(end)..at.min(end), part);
            }
            _ => bytes.insert(at.min(bytes.len()), b"\"\n,;:{}[]0-+.eE \\\xff\x00"[dice(19)]),
        }
    }
    bytes
}
