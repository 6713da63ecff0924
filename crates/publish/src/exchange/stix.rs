//! STIX 2.1 (OASIS Standard, 10 June 2021): the series as a campaign that uses voice phishing and targets districts; each number as an
//! observable of its own kind and an indicator that runs out, for numbers are spoofed and given to others.

use jiff::civil::Date;
use report::Moment;
use serde_json::{Map, Value, json};

use super::{Shared, Tlp, ids};

/// An indicator holds for so long after the last call.
const HOLDS_DAYS: i64 = 90;

/// The definition of our `phone-number` observable; its id stays for good.
const PHONE_NUMBER_EXTENSION: &str = "extension-definition--0c5a7d2e-8f43-4b61-9a1f-6c2d7e90b3a4";
/// The traffic light protocol 2.0 as FIRST and OASIS define it for STIX.
const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

fn marking(tlp: Tlp) -> (&'static str, &'static str) {
    match tlp {
        Tlp::Clear => ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
        Tlp::Green => ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
        Tlp::Amber => ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
        Tlp::AmberStrict => ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
        Tlp::Red => ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
    }
}

/// What every object of a bundle is made with.
struct Maker<'a> {
    shared: &'a Shared,
    created: String,
    modified: String,
    identity: String,
    objects: Vec<Value>,
}

impl Maker<'_> {
    fn id(&self, kind: &str, name: &str) -> String {
        format!("{kind}--{}", ids::of(&self.shared.producer_url, &format!("stix/{}/{kind}/{name}", self.shared.id)))
    }

    /// Adds an object of the domain: common properties first, then its own.
    fn add(&mut self, kind: &str, id: &str, own: &Value) {
        let mut object = Map::new();
        let common = json!({
            "type": kind, "spec_version": "2.1", "id": id, "created_by_ref": self.identity, "created": self.created,
            "modified": self.modified, "object_marking_refs": [marking(self.shared.tlp).0],
        });
        for part in [&common, own] {
            for (key, value) in part.as_object().into_iter().flatten() {
                object.insert(key.clone(), value.clone());
            }
        }
        self.objects.push(Value::Object(object));
    }

    fn relate(&mut self, source: &str, kind: &str, target: &str) {
        let id = self.id("relationship", &format!("{source}/{kind}/{target}"));
        let own = json!({ "relationship_type": kind, "source_ref": source, "target_ref": target });
        self.add("relationship", &id, &own);
    }
}

/// The series as a STIX 2.1 bundle.
pub fn stix_bundle(shared: &Shared) -> Value {
    let identity = format!("identity--{}", ids::of(&shared.producer_url, "identity"));
    let mut maker = Maker {
        shared,
        created: time(shared.raised),
        modified: time(shared.as_of.max(shared.raised)),
        identity: identity.clone(),
        objects: Vec::new(),
    };
    let (marking_id, colour) = marking(shared.tlp);
    maker.objects.push(json!({
        "type": "marking-definition", "spec_version": "2.1", "id": marking_id, "created": "2022-10-01T00:00:00.000Z",
        "name": format!("TLP:{}", colour.to_uppercase()),
        "extensions": { TLP_EXTENSION: { "extension_type": "property-extension", "tlp_2_0": colour } },
    }));
    let own = json!({ "name": shared.producer, "identity_class": "organization", "sectors": ["emergency-services"] });
    maker.add("identity", &identity, &own);

    let campaign = maker.id("campaign", "series");
    let mut description = shared.method.clone();
    if let Some(n) = shared.at_least {
        description = format!("{description} At least {n} reports, rounded down to whole eights.");
    }
    if !shared.aliases.is_empty() {
        description = format!("{description} Names used: {}.", shared.aliases.join(", "));
    }
    let own = json!({
        "name": format!("Scam calls {}", shared.id), "description": description,
        "objective": "To get money, goods, cards or details from the people rung.",
        "first_seen": day(shared.first_call), "last_seen": day(shared.last_call),
    });
    maker.add("campaign", &campaign, &own);

    let method = maker.id("attack-pattern", "method");
    let own = json!({
        "name": "Voice phishing", "description": shared.method,
        "external_references": [
            { "source_name": "mitre-attack", "external_id": "T1598.004" },
            { "source_name": "mitre-attack", "external_id": "T1566.004" },
            { "source_name": "capec", "external_id": "CAPEC-656" },
        ],
    });
    maker.add("attack-pattern", &method, &own);
    maker.relate(&campaign, "uses", &method);

    let advice = maker.id("course-of-action", "hang-up");
    let own = json!({
        "name": "Hang up, wait five minutes or use another phone",
        "description": "The police or a bank never send someone to collect money, cards or goods.",
    });
    maker.add("course-of-action", &advice, &own);
    maker.relate(&advice, "mitigates", &method);

    if !shared.numbers.is_empty() {
        number_definition(&mut maker);
    }
    for number in &shared.numbers {
        add_number(&mut maker, number, &campaign);
    }
    if let Some(country) = shared.country {
        for (id, name) in &shared.areas {
            let location = format!("location--{}", ids::of(&shared.producer_url, &format!("stix/location/{id}")));
            maker.add("location", &location, &json!({ "name": name, "country": country }));
            maker.relate(&campaign, "targets", &location);
        }
    }
    json!({
        "type": "bundle",
        "id": format!("bundle--{}", ids::of(&shared.producer_url, &format!("stix/{}/bundle/{}", shared.id, maker.modified))),
        "objects": maker.objects,
    })
}

/// Says what our observable is: STIX has none for a telephone number.
fn number_definition(maker: &mut Maker<'_>) {
    let own = json!({
        "name": "Telephone number", "description": "A telephone number as an observable: property value, E.164.",
        "schema": "https://github.com/OpenCTI-Platform/opencti", "version": "1.0.0", "extension_types": ["new-sco"],
    });
    maker.add("extension-definition", PHONE_NUMBER_EXTENSION, &own);
}

fn add_number(maker: &mut Maker<'_>, number: &str, campaign: &str) {
    let shared = maker.shared;
    // Canonical JSON (RFC 8785) of the one property that tells it apart: two senders' ids of one number are the same.
    let observable = format!("phone-number--{}", ids::uuid(&ids::STIX, &format!(r#"{{"value":"{number}"}}"#)));
    maker.objects.push(json!({
        "type": "phone-number", "spec_version": "2.1", "id": observable, "value": number,
        "object_marking_refs": [marking(shared.tlp).0],
        "extensions": { PHONE_NUMBER_EXTENSION: { "extension_type": "new-sco" } },
    }));
    let indicator = maker.id("indicator", number);
    let until = shared.last_call.saturating_add(jiff::Span::new().days(HOLDS_DAYS));
    let own = json!({
        "name": format!("Number used in scam calls: {number}"),
        "description": "Shown or given by the caller in two reports or more. Numbers are spoofed and given to others: it runs out.",
        "indicator_types": ["malicious-activity"],
        "pattern": format!("[phone-number:value = '{number}']"), "pattern_type": "stix",
        "valid_from": day(shared.first_call), "valid_until": day(until),
    });
    maker.add("indicator", &indicator, &own);
    maker.relate(&indicator, "indicates", campaign);
    let observed = observed(maker, number, &observable);
    maker.relate(&indicator, "based-on", &observed);
}

/// The number as it was observed. How often is not told of one number: it stands for the two reports that it takes to be told.
fn observed(maker: &mut Maker<'_>, number: &str, observable: &str) -> String {
    let id = maker.id("observed-data", number);
    let (first, last) = (day(maker.shared.first_call), day(maker.shared.last_call));
    let own = json!({ "first_observed": first, "last_observed": last, "number_observed": super::SHARED_BY, "object_refs": [observable] });
    maker.add("observed-data", &id, &own);
    id
}

/// A time in UTC with milliseconds, as STIX wants it.
fn time(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

fn day(day: Date) -> String {
    format!("{day}T00:00:00.000Z")
}
