//! Whatever is taken is written so that it is taken again as the same report: every field, every value of every vocabulary.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use report::{OpenReason, Report};
use serde_json::{Map, Value, json};

/// The contract's vocabularies. They are written out here, so that a value that the program lost or added shows.
const CLAIMED: &[&str] = &[
    "police",
    "bank",
    "hmrc",
    "telecom",
    "utility",
    "retailer",
    "courier_firm",
    "court",
    "nca_fca",
    "tech_support",
    "family",
    "jeweller_or_bureau",
    "lawyer",
    "other",
];
const PRETEXT: &[&str] = &[
    "card_misused",
    "account_compromised",
    "corrupt_bank_staff",
    "corrupt_retailer_staff",
    "counterfeit_cash",
    "suspect_arrested",
    "family_in_custody",
    "tax_debt",
    "refund",
    "parcel",
    "device_infected",
    "prize",
    "investment",
    "expired_card",
    "other",
];
const TRICK: &[&str] = &[
    "line_held_open",
    "call_back_number_given",
    "spoofed_number",
    "second_officer",
    "knew_personal_details",
    "password_for_courier",
    "told_to_lie_to_bank",
    "secrecy",
    "threat",
    "kept_on_line",
    "helping_investigation",
];
const DEMAND: &[&str] = &[
    "withdraw_cash",
    "foreign_currency",
    "luxury_goods",
    "gold",
    "bank_card",
    "pin",
    "bank_transfer",
    "crypto",
    "gift_cards",
    "remote_access",
    "personal_details",
    "press_key",
    "other",
];
const HANDOVER: &[&str] = &["courier_at_home", "taxi", "meeting", "post", "bank_branch", "online"];
const OUTCOME: &[&str] = &[
    "recognised_hung_up",
    "challenged",
    "gave_details_only",
    "stopped_by_bank",
    "stopped_by_third_party",
    "handover_attempted",
    "paid",
    "unknown",
];
const SOURCE: &[&str] =
    &["web", "call_101", "call_999", "front_counter", "paper", "import", "check", "partner:acme_bank", "partner:x-1"];
const ROLE: &[&str] =
    &["target", "relative_or_carer", "bank_staff", "retailer", "courier_or_taxi", "neighbour", "professional", "other"];
const AGE: &[&str] = &["under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_74", "75_84", "85_plus", "unknown"];
const VULNERABILITY: &[&str] =
    &["lives_alone", "memory_loss", "recent_bereavement", "ill_health", "disability", "repeat_target", "carer_dependent"];
const DANGER: &[&str] = &["caller_on_line", "courier_expected", "courier_present", "no"];
const NEED: &[&str] = &["large_print", "easy_read", "bsl", "text_relay", "interpreter"];
const PRECISION: &[&str] = &["minute", "hour", "part_of_day", "day", "week", "unknown"];
const LINE: &[&str] = &["landline", "mobile", "voip", "unknown"];
const ANSWER: &[&str] = &["yes", "no", "unsure"];
const NUMBER: &[&str] = &["+441632960123", "01632 960123", "withheld", "unavailable", "unknown", "020 7946 0321"];

fn one(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    select(words).prop_map(|word| json!(word)).boxed()
}

fn some(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    subsequence(words, 0..=words.len()).prop_map(|list| json!(list)).boxed()
}

fn text() -> BoxedStrategy<Value> {
    "[\\PC&&[^\\p{Cc}]]{0,40}".prop_map(|text| json!(text)).boxed()
}

fn truth() -> BoxedStrategy<Value> {
    any::<bool>().prop_map(|value| json!(value)).boxed()
}

fn time() -> BoxedStrategy<Value> {
    let offset = select(&["Z", "+01:00", "-05:30", "+00:00"][..]);
    (1u8..=12, 1u8..=28, 0u8..24, 0u8..60, offset)
        .prop_map(|(m, d, h, min, o)| json!(format!("2019-{m:02}-{d:02}T{h:02}:{min:02}:07{o}")))
        .boxed()
}

/// An object of which each field may be missing.
fn object(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let parts: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| {
            proptest::option::of(value).prop_map(move |value| value.map(|value| (name.to_owned(), value))).boxed()
        })
        .collect();
    parts.prop_map(|parts| Value::Object(parts.into_iter().flatten().collect::<Map<_, _>>())).boxed()
}

fn place() -> BoxedStrategy<Value> {
    let point = proptest::option::of((-90.0f64..=90.0, -180.0f64..=180.0));
    let fields = object(vec![
        ("postcode", one(&["AL1 3JQ", "wd171aa"])),
        ("sector", one(&["AL1 3", "sg8 5"])),
        ("outcode", one(&["AL1", "EC1A"])),
        ("district", text()),
        ("town", text()),
    ]);
    (fields, point)
        .prop_map(|(mut place, point)| {
            if let (Some((lat, lon)), Value::Object(place)) = (point, &mut place) {
                place.insert("lat".into(), json!(lat));
                place.insert("lon".into(), json!(lon));
            }
            place
        })
        .boxed()
}

fn report() -> BoxedStrategy<Value> {
    let evidence = ("[0-9a-f]{64}", any::<u32>())
        .prop_map(|(sha256, bytes)| json!({"sha256": sha256, "media_type": "audio/wav", "bytes": bytes}));
    let reference = (text(), text()).prop_map(|(system, value)| json!({"system": system, "value": value}));
    let fields = object(vec![
        ("external_id", "[A-Za-z0-9:/ -]{1,30}".prop_map(|id| json!(id)).boxed()),
        ("source", one(SOURCE)),
        ("danger", one(DANGER)),
        (
            "reporter",
            object(vec![
                ("role", one(ROLE)),
                ("anonymous", truth()),
                ("name", text()),
                ("phone", one(&["+441632960101", "01632960102"])),
                ("email", text()),
                ("safe_to_call", truth()),
                ("language", one(&["en-GB", "cy"])),
                ("needs", some(NEED)),
            ]),
        ),
        ("target", object(vec![("age_band", one(AGE)), ("vulnerability", some(VULNERABILITY))])),
        ("place", place()),
        (
            "call",
            object(vec![
                ("precision", one(PRECISION)),
                ("line", one(LINE)),
                ("number_shown", one(NUMBER)),
                ("count", any::<u32>().prop_map(|count| json!(count)).boxed()),
            ]),
        ),
        (
            "caller",
            object(vec![("claimed", some(CLAIMED)), ("names", some(&["DC Adam Example", "Sergeant X"])), ("station", text())]),
        ),
        ("pretext", some(PRETEXT)),
        ("trick", some(TRICK)),
        ("demand", some(DEMAND)),
        ("handover", some(HANDOVER)),
        (
            "courier",
            object(vec![
                ("at", time()),
                ("description", text()),
                ("vehicle", text()),
                ("registration", text()),
                ("password", text()),
            ]),
        ),
        ("bank", object(vec![("name", text()), ("told", one(ANSWER)), ("told_at", time())])),
        (
            "callback",
            object(vec![("number", one(&["+442079460321"])), ("same_phone", one(ANSWER)), ("dial_tone_heard", one(ANSWER))]),
        ),
        ("outcome", one(OUTCOME)),
        ("loss_pence", (0u64..=1_000_000_000).prop_map(|loss| json!(loss)).boxed()),
        ("narrative", "\\PC{0,120}".prop_map(|text| json!(text)).boxed()),
        ("evidence", proptest::collection::vec(evidence, 0..3).prop_map(|list| json!(list)).boxed()),
        (
            "consent",
            object(vec![("use_for_advice", truth()), ("share_with_partners", truth()), ("tell_me_what_came_of_it", truth())]),
        ),
        ("external_refs", proptest::collection::vec(reference, 0..3).prop_map(|list| json!(list)).boxed()),
    ]);
    (fields, time())
        .prop_map(|(mut report, received)| {
            report["received_at"] = received;
            report
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn every_field_goes_out_as_it_came_in(given in report()) {
        let first = Report::from_json(&given.to_string(), "GB").unwrap_or_else(|error| panic!("{error}: {given}"));
        let written = first.to_json(OpenReason::Export);
        let again = Report::from_json(&written.to_string(), "GB").unwrap();
        prop_assert_eq!(&again, &first);
        prop_assert_eq!(again.content_hash(), first.content_hash());
        prop_assert_eq!(&again.to_json(OpenReason::Export), &written);
        // What a store keeps apart comes together again.
        let parts = Report::from_parts(&first.facts_text(), first.private.open(OpenReason::Export).clone()).unwrap();
        prop_assert_eq!(&parts, &first);
        // Nothing that was said is lost, but for what anonymity takes away and what is written in another form.
        for key in ["pretext", "trick", "demand", "handover", "outcome", "loss_pence", "narrative", "danger", "evidence", "external_refs"] {
            let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            prop_assert!(given[key] == written[key] || (empty(&given[key]) && empty(&written[key])), "{}: {} {}", key, given, written);
        }
    }
}
