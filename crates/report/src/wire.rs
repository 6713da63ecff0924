//! `report.v1` on the wire: one nested JSON object, read strictly and parted into facts and personal data.

use serde::{Deserialize, Serialize};

use crate::numbers::to_e164;
use crate::record::{
    Bank, Call, Callback, Caller, Consent, Courier, Evidence, ExternalRef, Facts, PlaceFacts, Private, Report, ReporterDetails,
    Target,
};
use crate::refusal::Refusal;
use crate::vocabulary::{Danger, Demand, Handover, Need, Outcome, Pretext, Role, Trick};
use crate::{Moment, OpenReason, Source, Victim};

/// Longest account, in bytes.
const NARRATIVE: usize = 100_000;
/// Longest other text, in bytes.
const TEXT: usize = 500;
/// Longest list.
const LIST: usize = 50;
/// Largest loss: ten million pounds, in pence.
const MOST_LOST: u64 = 1_000_000_000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(default = "imported")]
    source: Source,
    received_at: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    danger: Option<Danger>,
    #[serde(default, skip_serializing_if = "is_default")]
    reporter: WireReporter,
    #[serde(default, skip_serializing_if = "is_default")]
    target: Target,
    #[serde(default, skip_serializing_if = "is_default")]
    place: WirePlace,
    #[serde(default, skip_serializing_if = "is_default")]
    call: Call,
    #[serde(default, skip_serializing_if = "is_default")]
    caller: Caller,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pretext: Vec<Pretext>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trick: Vec<Trick>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    demand: Vec<Demand>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    handover: Vec<Handover>,
    #[serde(default, skip_serializing_if = "is_default")]
    courier: Courier,
    #[serde(default, skip_serializing_if = "is_default")]
    bank: Bank,
    #[serde(default, skip_serializing_if = "is_default")]
    callback: Callback,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    loss_pence: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    narrative: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "is_default")]
    consent: Consent,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
}

#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WireReporter {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymous: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safe_to_call: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<Need>,
}

#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WirePlace {
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    town: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
}

fn imported() -> Source {
    Source::Import
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Report {
    /// Reads one report from `report.v1` JSON. `region` is the country of telephone numbers written without one.
    ///
    /// # Errors
    /// [`Refusal`] with the field's path; unknown keys, values outside the vocabularies, numbers that are none and texts past
    /// their limits are refused.
    pub fn from_json(text: &str, region: &str) -> Result<Report, Refusal> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let wire: Wire = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| json_refusal(&error))?;
        deserializer.end().map_err(|_| Refusal::new(".", "more than one JSON object on the line"))?;
        part(wire, region)
    }

    /// The same from a JSON value, as the CSV reader and the API build it.
    ///
    /// # Errors
    /// As [`Report::from_json`].
    pub fn from_value(value: serde_json::Value, region: &str) -> Result<Report, Refusal> {
        let wire: Wire = serde_path_to_error::deserialize(value).map_err(|error| json_refusal(&error))?;
        part(wire, region)
    }

    /// The report as `report.v1`, with its personal data: for exports that a person ordered.
    pub fn to_json(&self, reason: OpenReason) -> serde_json::Value {
        let wire = join(&self.facts, self.private.open(reason));
        // Every field of the wire is a string, number, bool, list or object of these.
        serde_json::to_value(wire).unwrap_or(serde_json::Value::Null)
    }

    /// The same as one line of text, written straight out.
    pub fn facts_text(&self) -> String {
        serde_json::to_string(&join(&self.facts, &Private::default())).unwrap_or_default()
    }

    /// Puts the facts of a stored report and its personal data together again. Both were checked when the report came in.
    ///
    /// # Errors
    /// [`Refusal`] where the stored facts are of another shape.
    pub fn from_parts(facts: &str, private: Private) -> Result<Report, Refusal> {
        let mut report = Report::from_json(facts, "GB")?;
        report.private = Victim::seal(private);
        Ok(report)
    }

    /// The facts alone as `report.v1`, without personal data: for partners.
    pub fn facts_to_json(&self) -> serde_json::Value {
        let wire = join(&self.facts, &Private::default());
        serde_json::to_value(wire).unwrap_or(serde_json::Value::Null)
    }

    /// What names the report for its sender: source and external id.
    pub fn key(&self) -> Option<(String, String)> {
        self.facts.external_id.as_ref().map(|id| (self.facts.source.to_string(), id.clone()))
    }

    /// SHA-256 over the whole report as JSON, its fields in the contract's order: equal reports, equal hash.
    pub fn content_hash(&self) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        let wire = join(&self.facts, self.private.open(OpenReason::Matching));
        let text = zeroize::Zeroizing::new(serde_json::to_vec(&wire).unwrap_or_default());
        Sha256::digest(&text[..]).into()
    }
}

/// serde's message without the offending value: it may be a person's.
fn json_refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let inner = error.inner();
    let path = match inner.classify() {
        serde_json::error::Category::Data => error.path().to_string(),
        _ => ".".to_owned(),
    };
    let message = inner.to_string();
    let reason = match inner.classify() {
        serde_json::error::Category::Syntax if message.starts_with("recursion limit") => "nested too deeply".to_owned(),
        serde_json::error::Category::Syntax => format!("not JSON, at column {}", inner.column()),
        serde_json::error::Category::Eof => "the JSON ends too soon".to_owned(),
        serde_json::error::Category::Io => "could not be read".to_owned(),
        serde_json::error::Category::Data => plain(&message),
    };
    Refusal::new(path, reason)
}

/// The message without position and without quoted input.
fn plain(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let allowed = rest.split_once("expected ").map_or("", |(_, allowed)| allowed);
        return format!("not one of the values: use {}", allowed.trim_start_matches("one of ").replace('`', ""));
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let field = rest.split('`').nth(1).unwrap_or("");
        let short: String = field.chars().take(40).collect();
        return format!("unknown key '{short}'");
    }
    if message.starts_with("invalid type: ") || message.starts_with("invalid value: ") {
        let wanted = message.rsplit_once("expected ").map_or("another type", |(_, wanted)| wanted);
        return format!("wrong type: {wanted} is wanted");
    }
    message.to_owned()
}

fn join(facts: &Facts, private: &Private) -> Wire {
    let reporter = &private.reporter;
    Wire {
        external_id: facts.external_id.clone(),
        source: facts.source.clone(),
        received_at: facts.received_at,
        danger: facts.danger,
        reporter: WireReporter {
            role: facts.role,
            anonymous: reporter.anonymous,
            name: reporter.name.clone(),
            phone: reporter.phone.clone(),
            email: reporter.email.clone(),
            safe_to_call: reporter.safe_to_call,
            language: reporter.language.clone(),
            needs: reporter.needs.clone(),
        },
        target: private.target.clone(),
        place: WirePlace {
            postcode: private.postcode.clone(),
            sector: facts.place.sector.clone(),
            outcode: facts.place.outcode.clone(),
            district: facts.place.district.clone(),
            town: facts.place.town.clone(),
            lat: private.lat,
            lon: private.lon,
        },
        call: facts.call.clone(),
        caller: facts.caller.clone(),
        pretext: facts.pretext.clone(),
        trick: facts.trick.clone(),
        demand: facts.demand.clone(),
        handover: facts.handover.clone(),
        courier: private.courier.clone(),
        bank: private.bank.clone(),
        callback: facts.callback.clone(),
        outcome: facts.outcome,
        loss_pence: facts.loss_pence,
        narrative: private.narrative.clone(),
        evidence: private.evidence.clone(),
        consent: facts.consent.clone(),
        external_refs: facts.external_refs.clone(),
    }
}

fn part(wire: Wire, region: &str) -> Result<Report, Refusal> {
    check_texts(&wire)?;
    check_lists(&wire)?;
    let mut place = PlaceFacts { sector: None, outcode: None, district: wire.place.district, town: wire.place.town };
    let mut postcode = None;
    if let Some(text) = &wire.place.postcode {
        let parsed = areas::parse_postcode(text)
            .ok_or_else(|| Refusal::new("place.postcode", "not the shape of a postcode such as AL1 3JQ"))?;
        place.sector = Some(parsed.sector);
        place.outcode = Some(parsed.outcode);
        postcode = Some(parsed.full);
    }
    if let Some(text) = &wire.place.sector {
        let sector = areas::parse_sector(text)
            .ok_or_else(|| Refusal::new("place.sector", "not the shape of a postcode sector such as AL1 3"))?;
        place.outcode.get_or_insert_with(|| areas::outcode_of(&sector).to_owned());
        place.sector.get_or_insert(sector);
    }
    if let Some(text) = &wire.place.outcode {
        let outcode = areas::parse_outcode(text)
            .ok_or_else(|| Refusal::new("place.outcode", "not the shape of an outward code such as AL1"))?;
        place.outcode.get_or_insert(outcode);
    }
    in_range(wire.place.lat, 90.0, "place.lat")?;
    in_range(wire.place.lon, 180.0, "place.lon")?;
    if wire.place.lat.is_some() != wire.place.lon.is_some() {
        return Err(Refusal::new("place", "lat and lon go together"));
    }
    let mut call = wire.call;
    if let Some(text) = &call.number_shown
        && !matches!(text.as_str(), "withheld" | "unavailable" | "unknown")
    {
        call.number_shown = Some(number(text, region, "call.number_shown")?);
    }
    if let Some(at) = call.at
        && at.timestamp().duration_since(wire.received_at.timestamp()) > jiff::SignedDuration::from_hours(24)
    {
        return Err(Refusal::new("call.at", "more than a day after received_at"));
    }
    let mut callback = wire.callback;
    if let Some(text) = &callback.number {
        callback.number = Some(number(text, region, "callback.number")?);
    }
    let mut phone = None;
    if let Some(text) = &wire.reporter.phone {
        phone = Some(number(text, region, "reporter.phone")?);
    }
    if wire.loss_pence.is_some_and(|loss| loss > MOST_LOST) {
        return Err(Refusal::new("loss_pence", "more than ten million pounds: money is in pence"));
    }
    for (position, evidence) in wire.evidence.iter().enumerate() {
        check_text(&format!("evidence[{position}].media_type"), &evidence.media_type)?;
        if evidence.sha256.len() != 64 || !evidence.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Refusal::new(format!("evidence[{position}].sha256"), "not 64 hexadecimal digits"));
        }
    }
    let anonymous = wire.reporter.anonymous == Some(true);
    let facts = Facts {
        external_id: wire.external_id,
        source: wire.source,
        received_at: wire.received_at,
        danger: wire.danger,
        role: wire.reporter.role,
        place,
        call,
        caller: wire.caller,
        pretext: wire.pretext,
        trick: wire.trick,
        demand: wire.demand,
        handover: wire.handover,
        callback,
        outcome: wire.outcome,
        loss_pence: wire.loss_pence,
        consent: wire.consent,
        external_refs: wire.external_refs,
    };
    let private = Private {
        reporter: ReporterDetails {
            anonymous: wire.reporter.anonymous,
            // Who wishes to stay anonymous leaves no contact behind, whatever was sent.
            name: wire.reporter.name.filter(|_| !anonymous),
            phone: phone.filter(|_| !anonymous),
            email: wire.reporter.email.filter(|_| !anonymous),
            safe_to_call: wire.reporter.safe_to_call.filter(|_| !anonymous),
            language: wire.reporter.language,
            needs: wire.reporter.needs,
        },
        target: wire.target,
        postcode,
        lat: wire.place.lat.map(to_a_centimetre),
        lon: wire.place.lon.map(to_a_centimetre),
        narrative: wire.narrative,
        courier: wire.courier,
        bank: wire.bank,
        evidence: wire.evidence,
    };
    Ok(Report { facts, private: Victim::seal(private) })
}

fn number(text: &str, region: &str, path: &str) -> Result<String, Refusal> {
    to_e164(text, region).ok_or_else(|| Refusal::new(path, "not a telephone number"))
}

/// Degrees to seven decimals: finer is noise, and a number so short is read back as it was written.
fn to_a_centimetre(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

fn in_range(value: Option<f64>, most: f64, path: &str) -> Result<(), Refusal> {
    match value {
        Some(value) if !(-most..=most).contains(&value) => Err(Refusal::new(path, format!("not from -{most} to {most}"))),
        _ => Ok(()),
    }
}

fn check_texts(wire: &Wire) -> Result<(), Refusal> {
    if wire.narrative.as_ref().is_some_and(|text| text.len() > NARRATIVE) {
        return Err(Refusal::new("narrative", format!("longer than {NARRATIVE} bytes")));
    }
    let texts = [
        ("external_id", &wire.external_id),
        ("reporter.name", &wire.reporter.name),
        ("reporter.phone", &wire.reporter.phone),
        ("reporter.email", &wire.reporter.email),
        ("reporter.language", &wire.reporter.language),
        ("place.postcode", &wire.place.postcode),
        ("place.sector", &wire.place.sector),
        ("place.outcode", &wire.place.outcode),
        ("place.district", &wire.place.district),
        ("place.town", &wire.place.town),
        ("call.number_shown", &wire.call.number_shown),
        ("caller.station", &wire.caller.station),
        ("callback.number", &wire.callback.number),
        ("courier.description", &wire.courier.description),
        ("courier.vehicle", &wire.courier.vehicle),
        ("courier.registration", &wire.courier.registration),
        ("courier.password", &wire.courier.password),
        ("bank.name", &wire.bank.name),
    ];
    for (path, text) in texts {
        if let Some(text) = text {
            check_text(path, text)?;
        }
    }
    for (position, name) in wire.caller.names.iter().enumerate() {
        check_text(&format!("caller.names[{position}]"), name)?;
    }
    for (position, reference) in wire.external_refs.iter().enumerate() {
        check_text(&format!("external_refs[{position}].system"), &reference.system)?;
        check_text(&format!("external_refs[{position}].value"), &reference.value)?;
    }
    if wire.external_id.as_deref() == Some("") {
        return Err(Refusal::new("external_id", "empty: leave it out instead"));
    }
    Ok(())
}

fn check_text(path: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > TEXT {
        return Err(Refusal::new(path, format!("longer than {TEXT} bytes")));
    }
    if text.contains(char::is_control) {
        return Err(Refusal::new(path, "holds control characters"));
    }
    Ok(())
}

fn check_lists(wire: &Wire) -> Result<(), Refusal> {
    let lists = [
        ("reporter.needs", wire.reporter.needs.len()),
        ("target.vulnerability", wire.target.vulnerability.len()),
        ("caller.claimed", wire.caller.claimed.len()),
        ("caller.names", wire.caller.names.len()),
        ("pretext", wire.pretext.len()),
        ("trick", wire.trick.len()),
        ("demand", wire.demand.len()),
        ("handover", wire.handover.len()),
        ("evidence", wire.evidence.len()),
        ("external_refs", wire.external_refs.len()),
    ];
    for (path, length) in lists {
        if length > LIST {
            return Err(Refusal::new(path, format!("more than {LIST} values")));
        }
    }
    Ok(())
}
