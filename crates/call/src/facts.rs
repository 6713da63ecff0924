//! What was heard, as the values of a report (`contracts/report.md`): what a report that begins as a check starts filled in with. Only where
//! a signal means one value; the person who reports sees each and may take it away.

use crate::{Check, Checker};

/// Signals by id, with the field and the value that they stand for.
const FACTS: [(&str, &str, &str); 42] = [
    ("authority.police", "claimed", "police"),
    ("authority.bank", "claimed", "bank"),
    ("authority.support", "claimed", "tech_support"),
    ("authority.family", "claimed", "family"),
    ("pretext.arrest", "pretext", "suspect_arrested"),
    ("pretext.insider", "pretext", "corrupt_bank_staff"),
    ("pretext.account_at_risk", "pretext", "account_compromised"),
    ("pretext.intruder", "pretext", "account_compromised"),
    ("pretext.payment", "pretext", "card_misused"),
    ("pretext.infected", "pretext", "device_infected"),
    ("pretext.popup", "pretext", "device_infected"),
    ("pretext.prize", "pretext", "prize"),
    ("pretext.parcel", "pretext", "parcel"),
    ("pretext.emergency", "pretext", "family_in_custody"),
    ("pretext.investment", "pretext", "investment"),
    ("pretext.invoice", "pretext", "refund"),
    ("pretext.overpaid", "pretext", "refund"),
    ("pretext.legal", "trick", "threat"),
    ("false_verification.ring_999", "trick", "call_back_number_given"),
    ("false_verification.held_line", "trick", "line_held_open"),
    ("false_verification.second_voice", "trick", "second_officer"),
    ("false_verification.number_shown", "trick", "spoofed_number"),
    ("false_verification.password", "trick", "password_for_courier"),
    ("false_verification.password_at_door", "trick", "password_for_courier"),
    ("recruitment.help", "trick", "helping_investigation"),
    ("secrecy.tell_no_one", "trick", "secrecy"),
    ("secrecy.cover_story", "trick", "told_to_lie_to_bank"),
    ("isolation.dont_hang_up", "trick", "kept_on_line"),
    ("demand.cash", "demand", "withdraw_cash"),
    ("demand.safe_account", "demand", "bank_transfer"),
    ("demand.moved_over", "demand", "bank_transfer"),
    ("demand.new_details", "demand", "bank_transfer"),
    ("demand.gift_card", "demand", "gift_cards"),
    ("demand.remote_access", "demand", "remote_access"),
    ("demand.pin", "demand", "pin"),
    ("demand.details", "demand", "personal_details"),
    ("demand.many_details", "demand", "personal_details"),
    ("demand.whole_card", "demand", "personal_details"),
    ("demand.card_given_up", "demand", "bank_card"),
    ("handover.collected", "handover", "courier_at_home"),
    ("handover.posted", "handover", "post"),
    ("isolation.taxi", "handover", "taxi"),
];

impl Checker {
    /// What the call so far says of a report's fields: field and value, each once, in the order of the report.
    ///
    /// # Example
    /// ```
    /// let (checker, mut check) = (call::Checker::builtin(), call::Check::default());
    /// checker.turn(&mut check, false, "Do not tell anyone. A courier will come to your house to collect it.");
    /// assert_eq!(checker.facts(&check), [("trick", "secrecy"), ("handover", "courier_at_home")]);
    /// ```
    pub fn facts(&self, check: &Check) -> Vec<(&'static str, &'static str)> {
        let mut facts = Vec::new();
        for (id, field, value) in FACTS {
            if self.heard_signal(check, id) && !facts.contains(&(field, value)) {
                facts.push((field, value));
            }
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::FACTS;

    #[test]
    fn every_fact_is_of_a_signal_that_there_is() {
        let packs = crate::dialogue();
        for (id, ..) in FACTS {
            assert!(packs.signals().iter().any(|signal| signal.id == id), "{id}");
        }
    }
}
