//! The packs that ship: in `rules/modus/` a folder a field, in it a file a value, before them the lists of words that the field's patterns
//! name.

macro_rules! packs {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!(concat!("../../../rules/modus/", $path)))),*] };
}

/// Name and text, in the order in which they are read: lists of words before what names them.
pub(crate) const BUILTIN: &[(&str, &str)] = packs![
    "words.toml",
    "claimed/words.toml",
    "claimed/bank.toml",
    "claimed/courier_firm.toml",
    "claimed/court.toml",
    "claimed/family.toml",
    "claimed/hmrc.toml",
    "claimed/jeweller_or_bureau.toml",
    "claimed/lawyer.toml",
    "claimed/nca_fca.toml",
    "claimed/other.toml",
    "claimed/police.toml",
    "claimed/retailer.toml",
    "claimed/tech_support.toml",
    "claimed/telecom.toml",
    "claimed/utility.toml",
    "pretext/words.toml",
    "pretext/account_compromised.toml",
    "pretext/card_misused.toml",
    "pretext/corrupt_bank_staff.toml",
    "pretext/corrupt_retailer_staff.toml",
    "pretext/counterfeit_cash.toml",
    "pretext/device_infected.toml",
    "pretext/expired_card.toml",
    "pretext/family_in_custody.toml",
    "pretext/investment.toml",
    "pretext/other.toml",
    "pretext/parcel.toml",
    "pretext/prize.toml",
    "pretext/refund.toml",
    "pretext/suspect_arrested.toml",
    "pretext/tax_debt.toml",
    "trick/words.toml",
    "trick/call_back_number_given.toml",
    "trick/helping_investigation.toml",
    "trick/kept_on_line.toml",
    "trick/knew_personal_details.toml",
    "trick/line_held_open.toml",
    "trick/password_for_courier.toml",
    "trick/second_officer.toml",
    "trick/secrecy.toml",
    "trick/spoofed_number.toml",
    "trick/threat.toml",
    "trick/told_to_lie_to_bank.toml",
    "demand/words.toml",
    "demand/bank_card.toml",
    "demand/bank_transfer.toml",
    "demand/crypto.toml",
    "demand/foreign_currency.toml",
    "demand/gift_cards.toml",
    "demand/gold.toml",
    "demand/luxury_goods.toml",
    "demand/other.toml",
    "demand/personal_details.toml",
    "demand/pin.toml",
    "demand/press_key.toml",
    "demand/remote_access.toml",
    "demand/withdraw_cash.toml",
    "handover/words.toml",
    "handover/bank_branch.toml",
    "handover/courier_at_home.toml",
    "handover/meeting.toml",
    "handover/online.toml",
    "handover/post.toml",
    "handover/taxi.toml",
    "outcome/words.toml",
    "outcome/challenged.toml",
    "outcome/gave_details_only.toml",
    "outcome/handover_attempted.toml",
    "outcome/nothing.toml",
    "outcome/paid.toml",
    "outcome/recognised_hung_up.toml",
    "outcome/stopped_by_bank.toml",
    "outcome/stopped_by_third_party.toml",
    "composites.toml",
    "context/words.toml",
    "context/call.toml",
    "context/closed.toml",
    "context/enquiry.toml",
    "context/genuine.toml",
    "context/no_call.toml",
    "context/other_channel.toml",
    "context/other_crime.toml",
    "context/scam.toml",
    "context/two_calls.toml",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use walkdir::WalkDir;

    use super::BUILTIN;

    #[test]
    fn every_pack_of_the_folder_ships() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/modus");
        let paths = WalkDir::new(root).into_iter().map(|entry| entry.unwrap().into_path());
        let packs = paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
        let there: BTreeSet<String> = packs.map(|path| path.strip_prefix(root).unwrap().display().to_string()).collect();
        let shipped: BTreeSet<String> = BUILTIN.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(shipped, there);
    }
}
