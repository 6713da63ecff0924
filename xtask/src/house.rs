//! The rules of the house that a program can hold: who may depend on whom, where `sqlx` and `axum` may stand, licences, no build-time
//! downloads.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use crate::count::Count;

/// Each room with the rooms it may stand on. Development dependencies are free.
const ROOMS: [(&str, &[&str]); 14] = [
    ("areas", &[]),
    ("report", &["areas"]),
    ("modus", &[]),
    ("link", &[]),
    ("scan", &[]),
    ("series", &["areas", "report", "modus", "link", "scan"]),
    ("advice", &["areas", "report", "series"]),
    ("publish", &["areas", "report", "series", "advice"]),
    ("call", &["modus"]),
    ("store", &["areas", "report", "modus", "series", "advice", "publish"]),
    ("web", &["areas", "report", "modus", "link", "scan", "series", "advice", "publish", "call", "store"]),
    ("testkit", &["areas", "report"]),
    ("xtask", &[]),
    (
        "ringfence",
        &["areas", "report", "modus", "link", "scan", "series", "advice", "publish", "call", "store", "web", "testkit"],
    ),
];

/// Licences that may be combined with ours; an expression passes when one of its choices does.
const LICENCES: [&str; 13] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "Unlicense",
    "0BSD",
    "MPL-2.0",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
];

/// Crates that fetch at build time, bring a second TLS or C library, or are given up.
const REFUSED: [&str; 14] = [
    "ort",
    "hf-hub",
    "aws-lc-rs",
    "aws-lc-sys",
    "openssl-sys",
    "native-tls",
    "serde_yaml",
    "serde_yml",
    "figment",
    "onig_sys",
    "duckdb",
    "polars",
    "syntect",
    "tokenizers",
];

/// `links` keys that may stand in the lock file: SQLite and ring's own C, and three that only mark a crate as being there once.
const LINKS: [&str; 5] = ["sqlite3", "ring_core", "rayon-core", "prettyplease", "wasm_bindgen"];

pub(crate) fn check() -> anyhow::Result<Count> {
    let metadata = MetadataCommand::new().other_options(vec!["--locked".to_owned()]).exec().context("cargo metadata")?;
    let members: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let mut count = Count::default();
    let mut rule = |name: &str, broken: Vec<String>| {
        for one in &broken {
            eprintln!("house: {name}: {one}");
        }
        count.add(Count::one(broken.is_empty()));
    };
    rule("rooms stand only on those below them", rooms(&metadata.workspace_packages(), &members));
    rule("sqlx only in store, axum only in web and the binary", frameworks(&metadata.workspace_packages()));
    rule("licences", licences(&metadata.packages, &members));
    rule(
        "refused crates",
        metadata
            .packages
            .iter()
            .filter(|package| REFUSED.contains(&package.name.as_str()))
            .map(|package| package.name.to_string())
            .collect(),
    );
    rule("native libraries", native(&metadata.packages));
    rule(
        "sources",
        metadata
            .packages
            .iter()
            .filter(|p| p.source.as_ref().is_some_and(|source| source.repr.starts_with("git+")))
            .map(|p| p.name.to_string())
            .collect(),
    );
    eprintln!("house: {} rules hold, {} broken", count.passed, count.failed);
    Ok(count)
}

fn rooms(packages: &[&Package], members: &BTreeSet<&str>) -> Vec<String> {
    let table: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let mut broken = Vec::new();
    for package in packages {
        let Some(allowed) = table.get(package.name.as_str()) else {
            broken.push(format!("{} is not in the table", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if dependency.kind == DependencyKind::Normal && members.contains(name) && !allowed.contains(&name) {
                broken.push(format!("{} depends on {name}", package.name));
            }
        }
    }
    broken
}

fn frameworks(packages: &[&Package]) -> Vec<String> {
    let mut broken = Vec::new();
    for package in packages {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal) {
            let right = match dependency.name.as_str() {
                "sqlx" | "riverqueue" | "async-nats" => package.name.as_str() == "store",
                "axum" => matches!(package.name.as_str(), "web" | "ringfence"),
                _ => true,
            };
            if !right {
                broken.push(format!("{} depends on {}", package.name, dependency.name));
            }
        }
    }
    broken
}

fn licences(packages: &[Package], members: &BTreeSet<&str>) -> Vec<String> {
    let mut broken = Vec::new();
    for package in packages.iter().filter(|package| !members.contains(package.name.as_str())) {
        let expression = package.license.clone().unwrap_or_default().replace('/', " OR ");
        let fits = expression.split(" OR ").any(|choice| {
            choice.trim_matches(|c| c == '(' || c == ')').split(" AND ").all(|one| {
                let bare = one.trim().trim_matches(|c| c == '(' || c == ')');
                LICENCES.contains(&bare.split(" WITH ").next().unwrap_or(bare))
            })
        });
        if !fits {
            broken.push(format!("{} {}: '{expression}'", package.name, package.version));
        }
    }
    broken
}

fn native(packages: &[Package]) -> Vec<String> {
    let allowed = |links: &str| LINKS.iter().any(|held| links.starts_with(held));
    packages
        .iter()
        .filter_map(|package| {
            package.links.as_ref().filter(|links| !allowed(links)).map(|links| format!("{} links {links}", package.name))
        })
        .collect()
}
