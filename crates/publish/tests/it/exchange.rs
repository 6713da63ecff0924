//! Exports of a series: what is in them and what is not, and that the field's own programs take them.

use std::path::{Path, PathBuf};
use std::process::Command;

use advice::Force;
use areas::Gazetteer;
use publish::exchange::{ShareError, Shared, Tlp, misp_event, stix_bundle};
use report::{Moment, OpenReason};
use series::{Case, Series, State};

use crate::channels::demo_series;

fn shared(tlp: Tlp) -> (Shared, Vec<Case>) {
    let (mut series, cases, uk): (Series, Vec<Case>, Gazetteer) = demo_series();
    let now = Moment::parse("2019-04-30T15:00:00+01:00").unwrap();
    let members: Vec<Case> =
        cases.iter().filter(|case| series.members.iter().any(|member| member.report == case.id)).cloned().collect();
    let early = Shared::of(&series, &members, &uk, &Force::demo(), tlp, now);
    assert!(matches!(early, Err(ShareError::State { .. })), "a candidate does not leave the house");
    series.state = State::Confirmed;
    (Shared::of(&series, &members, &uk, &Force::demo(), tlp, now).unwrap(), members)
}

#[test]
fn only_the_caller_side_leaves() {
    let (shared, members) = shared(Tlp::Amber);
    assert!(shared.at_least.is_some_and(|n| n % 8 == 0 && n <= members.len() as u64));
    assert!(!shared.numbers.is_empty() && !shared.areas.is_empty());
    let texts = [misp_event(&shared).to_string(), stix_bundle(&shared).to_string()];
    let month = testkit::simulate::demo_month(&Gazetteer::united_kingdom());
    for text in &texts {
        for report in &month.reports {
            let private = report.private.open(OpenReason::Export);
            let reporter = &private.reporter;
            // Invented numbers and names are few: a person's may be, by chance, one that the scammers used.
            let name = reporter.name.as_ref().filter(|name| !shared.aliases.iter().any(|alias| alias.contains(*name)));
            let phone = reporter.phone.as_ref().filter(|phone| !shared.numbers.contains(phone));
            let secrets = [
                ("name", name),
                ("phone", phone),
                ("e-mail", reporter.email.as_ref()),
                ("postcode", private.postcode.as_ref()),
                ("words", private.narrative.as_ref()),
            ];
            for (what, secret) in secrets {
                let held = secret.is_some_and(|secret| secret.len() >= 6 && text.contains(secret.as_str()));
                assert!(!held, "an export holds a person's {what}");
            }
            let id = report.facts.external_id.as_deref().unwrap_or("-");
            assert!(id == "-" || !text.contains(&format!("\"{id}\"")), "an export holds a report's id");
        }
        for field in ["receiverNumber", "street_address", "postal_code", "latitude", "\"reference\"", "short-message-service"] {
            assert!(!text.contains(field), "an export holds {field}");
        }
        assert!(text.contains("amber"), "each is marked");
    }
    // A number that one report alone has stays here: it may be the victim's own.
    let once: Vec<&String> = members
        .iter()
        .flat_map(|case| &case.numbers_given)
        .filter(|number| {
            members
                .iter()
                .filter(|case| case.numbers_given.contains(number) || case.number_shown.as_ref() == Some(number))
                .count()
                == 1
        })
        .collect();
    assert!(once.iter().all(|number| !texts[0].contains(number.as_str()) && !texts[1].contains(number.as_str())));
    // Every object of the bundle that can bear a marking bears it.
    let bundle = stix_bundle(&shared);
    for object in bundle["objects"].as_array().unwrap() {
        assert!(object["type"] == "marking-definition" || object["object_marking_refs"].is_array(), "{object}");
    }
    assert_eq!(stix_bundle(&shared), bundle, "the same every time");
}

/// The folder for what the test fetches: outside the sources, kept between runs.
fn workshop() -> PathBuf {
    let target = std::env::var("CARGO_TARGET_DIR")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    target.join("exchange-venv")
}

/// Python with the clients; `None`, said loudly, where it is not to be had.
fn clients() -> Option<PathBuf> {
    let venv = workshop();
    let python = venv.join("bin/python");
    let ready = || {
        let tried = Command::new(&python).args(["-c", "import pymisp, stix2, stix2validator"]).output();
        tried.is_ok_and(|out| out.status.success())
    };
    if ready() {
        return Some(python);
    }
    let _ = std::fs::remove_dir_all(&venv);
    let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).output().is_ok_and(|out| out.status.success());
    let wanted = ["pymisp==2.5.34.4", "stix2==3.0.2", "stix2-validator==3.3.2"];
    let installed = made
        && Command::new(venv.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(wanted)
            .output()
            .is_ok_and(|out| out.status.success());
    if installed && ready() {
        return Some(python);
    }
    eprintln!("SKIPPED: this test needs python3 with venv, and pymisp and stix2-validator from PyPI");
    None
}

#[test]
fn pymisp_and_the_stix_validator_take_them() {
    let Some(python) = clients() else { return };
    let folder = workshop();
    for tlp in [Tlp::Clear, Tlp::AmberStrict] {
        let (shared, _) = shared(tlp);
        let (misp, stix) = (folder.join("series.misp.json"), folder.join("series.stix.json"));
        std::fs::write(&misp, misp_event(&shared).to_string()).unwrap();
        std::fs::write(&stix, stix_bundle(&shared).to_string()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/exchange_clients.py");
        let out = Command::new(&python).arg(script).arg(&misp).arg(&stix).output().unwrap();
        let told = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{told}");
        eprintln!("{told}");
    }
}
