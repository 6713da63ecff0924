//! The dialogue pack that ships: `rules/call/`, one file a stage (stories five, demands four, secrecy two) and one of what
//! genuine callers say.

use modus::{PackError, Packs};

const BUILTIN: [(&str, &str); 19] = [
    ("call/authority.toml", include_str!("../../../rules/call/authority.toml")),
    ("call/pretext.toml", include_str!("../../../rules/call/pretext.toml")),
    ("call/pretext_offers.toml", include_str!("../../../rules/call/pretext_offers.toml")),
    ("call/pretext_investment.toml", include_str!("../../../rules/call/pretext_investment.toml")),
    ("call/pretext_deals.toml", include_str!("../../../rules/call/pretext_deals.toml")),
    ("call/pretext_trouble.toml", include_str!("../../../rules/call/pretext_trouble.toml")),
    ("call/false_verification.toml", include_str!("../../../rules/call/false_verification.toml")),
    ("call/recruitment.toml", include_str!("../../../rules/call/recruitment.toml")),
    ("call/secrecy.toml", include_str!("../../../rules/call/secrecy.toml")),
    ("call/secrecy_stories.toml", include_str!("../../../rules/call/secrecy_stories.toml")),
    ("call/isolation.toml", include_str!("../../../rules/call/isolation.toml")),
    ("call/demand.toml", include_str!("../../../rules/call/demand.toml")),
    ("call/demand_details.toml", include_str!("../../../rules/call/demand_details.toml")),
    ("call/demand_fees.toml", include_str!("../../../rules/call/demand_fees.toml")),
    ("call/demand_transfers.toml", include_str!("../../../rules/call/demand_transfers.toml")),
    ("call/preparation.toml", include_str!("../../../rules/call/preparation.toml")),
    ("call/handover.toml", include_str!("../../../rules/call/handover.toml")),
    ("call/repeat.toml", include_str!("../../../rules/call/repeat.toml")),
    ("call/genuine.toml", include_str!("../../../rules/call/genuine.toml")),
];

/// The dialogue pack that ships with the program.
pub fn dialogue() -> Packs {
    match dialogue_with(&[]) {
        Ok(packs) => packs,
        Err(error) => panic!("the built-in dialogue pack does not parse: {error}"),
    }
}

/// The dialogue pack with a force's own files after it: a signal of the same id takes the place of ours. With the parts of its signals.
///
/// # Errors
/// [`PackError`], naming the file and the signal.
pub fn dialogue_with(local: &[(&str, &str)]) -> Result<Packs, PackError> {
    let mut files: Vec<(&str, &str)> = BUILTIN.to_vec();
    files.extend_from_slice(local);
    Ok(Packs::parse(&files)?.with_parts())
}
