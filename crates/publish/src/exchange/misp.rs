//! MISP JSON (core format). Numbers as `phone-number` objects (template version 1), the calls of one number as `ftm-Call` (version 2,
//! the nearest there is to a scam call), the people rung as a class and their districts in `victim` (version 10). The fields next to
//! these that would name a victim are never written.

use serde_json::{Value, json};

use super::{Shared, ids};

const PHONE_NUMBER: &str = "c4b5a67c-63d2-11ec-90d6-0242ac120003";
const CALL: &str = "4ad4661a-59bb-4171-a47b-18d9e7b6d6d7";
const VICTIM: &str = "a8806e40-39ad-435f-be02-ac2a13d6fc7d";

/// Tags of public taxonomies that fit every series of scam calls.
const TAGS: [&str; 5] = [
    "social-engineering-attack-vectors:technical=\"vishing\"",
    "social-engineering-attack-vectors:non-technical=\"pretexting-impersonation\"",
    "phishing:techniques=\"voice-phishing\"",
    "rsit:fraud=\"masquerade\"",
    "gsma-fraud:business=\"social-engineering\"",
];

/// The series as a MISP event.
pub fn misp_event(shared: &Shared) -> Value {
    let uuid = |name: &str| ids::of(&shared.producer_url, &format!("misp/{}/{name}", shared.id));
    let time = shared.as_of.timestamp().as_second().to_string();
    let tags: Vec<Value> = std::iter::once(format!("tlp:{}", shared.tlp.name()))
        .chain(TAGS.iter().map(|tag| (*tag).to_owned()))
        .map(|name| json!({ "name": name }))
        .collect();
    let mut attributes = vec![attribute(&uuid("method"), "Other", "text", &shared.method, "how it is done", true, &time)];
    if let Some(n) = shared.at_least {
        let text = format!("at least {n} reports from {} to {}", shared.first_call, shared.last_call);
        attributes.push(attribute(&uuid("count"), "Other", "text", &text, "counted, rounded down to whole eights", true, &time));
    }
    for alias in &shared.aliases {
        attributes.push(attribute(
            &uuid(&format!("alias/{alias}")),
            "Social network",
            "text",
            alias,
            "name the caller used",
            true,
            &time,
        ));
    }
    let mut objects = Vec::new();
    let victim = uuid("victim");
    for number in &shared.numbers {
        let id = uuid(&format!("number/{number}"));
        let call = uuid(&format!("call/{number}"));
        let mut fields = vec![("phone-number", "phone-number", number.clone(), false)];
        if let Some(rest) = number.strip_prefix("+44") {
            fields.push(("country-code", "text", "GB".to_owned(), true));
            fields.push(("country-code-numeric", "text", "44".to_owned(), true));
            fields.push(("subscriber-number", "text", rest.to_owned(), true));
        }
        let relations = vec![relation(&uuid(&format!("relation/{number}")), &id, &call, "related-to", &time)];
        objects.push(object(&uuid, &id, ("phone-number", "mobile", PHONE_NUMBER, 1), &fields, &relations, &time));
        let fields = vec![
            ("callerNumber", "phone-number", number.clone(), false),
            ("startDate", "text", shared.first_call.to_string(), true),
            ("endDate", "text", shared.last_call.to_string(), true),
            ("summary", "text", shared.method.clone(), true),
        ];
        let relations = vec![relation(&uuid(&format!("relation/call/{number}")), &call, &victim, "targets", &time)];
        objects.push(object(&uuid, &call, ("ftm-Call", "followthemoney", CALL, 2), &fields, &relations, &time));
    }
    let mut fields = vec![("classification", "text", "class".to_owned(), true)];
    for (id, name) in &shared.areas {
        fields.push(("regions", "target-location", format!("{name} ({id})"), true));
    }
    objects.push(object(&uuid, &victim, ("victim", "misc", VICTIM, 10), &fields, &[], &time));
    json!({
        "Event": {
            "uuid": uuid("event"),
            "info": format!("Scam telephone calls, series {}", shared.id),
            "date": shared.first_call.to_string(),
            "timestamp": time,
            "threat_level_id": "2",
            // 1: ongoing, 2: completed.
            "analysis": if shared.over { "2" } else { "1" },
            // 0: the recipient's organisation only. Who may be told more is the tag's to say.
            "distribution": "0",
            "published": false,
            "Orgc": { "name": shared.producer, "uuid": ids::of(&shared.producer_url, "identity") },
            "Tag": tags,
            "Attribute": attributes,
            "Object": objects,
        }
    })
}

#[allow(clippy::too_many_arguments, reason = "the parts of one attribute, in the standard's order")]
fn attribute(uuid: &str, category: &str, kind: &str, value: &str, comment: &str, quiet: bool, time: &str) -> Value {
    json!({
        "uuid": uuid, "category": category, "type": kind, "value": value, "comment": comment, "to_ids": false,
        "disable_correlation": quiet, "distribution": "5", "timestamp": time,
    })
}

/// An object: its name, meta-category, template and version; its fields as (relation, type, value, whether not to correlate on it).
fn object(
    uuid: &impl Fn(&str) -> String,
    id: &str,
    (name, meta, template, version): (&str, &str, &str, u32),
    fields: &[(&str, &str, String, bool)],
    references: &[Value],
    time: &str,
) -> Value {
    let attributes: Vec<Value> = fields
        .iter()
        .map(|(relation, kind, value, quiet)| {
            let category = match *kind {
                "target-location" => "Targeting data",
                "phone-number" => "Financial fraud",
                _ => "Other",
            };
            json!({
                "uuid": uuid(&format!("{id}/{relation}/{value}")), "object_relation": relation, "type": kind, "category": category,
                "value": value, "to_ids": false, "disable_correlation": quiet, "distribution": "5", "timestamp": time,
            })
        })
        .collect();
    json!({
        "uuid": id, "name": name, "meta-category": meta, "template_uuid": template, "template_version": version.to_string(),
        "description": "", "distribution": "5", "timestamp": time, "Attribute": attributes, "ObjectReference": references,
    })
}

fn relation(uuid: &str, from: &str, to: &str, kind: &str, time: &str) -> Value {
    json!({
        "uuid": uuid, "object_uuid": from, "referenced_uuid": to, "relationship_type": kind, "timestamp": time, "comment": "",
    })
}
