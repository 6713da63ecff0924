//! The stages of a scam call, and what to do.

use serde::{Deserialize, Serialize};

/// A stage in the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Says to be somebody with authority.
    Authority,
    /// Tells the story.
    Pretext,
    /// Has it "verified".
    FalseVerification,
    /// Recruits for an investigation.
    Recruitment,
    /// Asks for silence.
    Secrecy,
    /// Keeps the person on the line.
    Isolation,
    /// Asks for money, goods, cards, access.
    Demand,
    /// Prepares the hand-over.
    Preparation,
    /// Sends somebody.
    Handover,
    /// Comes again.
    Repeat,
}

impl Stage {
    /// All, in their usual order.
    pub const ALL: [Stage; 10] = [
        Stage::Authority,
        Stage::Pretext,
        Stage::FalseVerification,
        Stage::Recruitment,
        Stage::Secrecy,
        Stage::Isolation,
        Stage::Demand,
        Stage::Preparation,
        Stage::Handover,
        Stage::Repeat,
    ];

    /// What the caller does, in plain words.
    pub fn words(self) -> &'static str {
        match self {
            Stage::Authority => "says they are the police, a bank or another authority",
            Stage::Pretext => "tells a story of fraud, arrest or debt",
            Stage::FalseVerification => "asks you to check who they are by ringing a number, or puts a second person on",
            Stage::Recruitment => "asks you to help an investigation",
            Stage::Secrecy => "tells you to keep it secret, or to lie to your bank",
            Stage::Isolation => "keeps you on the line",
            Stage::Demand => "asks for money, goods, a card, a PIN or access to your computer",
            Stage::Preparation => "tells you how to pack or prepare it",
            Stage::Handover => "says someone will come to collect it",
            Stage::Repeat => "asks for more",
        }
    }

    /// The stage of this name, as on the wire.
    pub fn named(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.as_str() == name)
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Authority => "authority",
            Stage::Pretext => "pretext",
            Stage::FalseVerification => "false_verification",
            Stage::Recruitment => "recruitment",
            Stage::Secrecy => "secrecy",
            Stage::Isolation => "isolation",
            Stage::Demand => "demand",
            Stage::Preparation => "preparation",
            Stage::Handover => "handover",
            Stage::Repeat => "repeat",
        }
    }
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Hang up.
    HangUp,
    /// Use another phone, or wait five minutes and ring someone you know first.
    UseAnotherPhone,
    /// Ring 101, or 159 for your bank; 999 if someone is coming.
    RingForHelp,
}

impl Advice {
    /// All three, in the order to do them.
    pub const ALL: [Advice; 3] = [Advice::HangUp, Advice::UseAnotherPhone, Advice::RingForHelp];

    /// The line for people.
    pub fn words(self) -> &'static str {
        match self {
            Advice::HangUp => "Hang up now. You do not have to be polite.",
            Advice::UseAnotherPhone => "Use another phone, or wait five minutes and ring someone you know first.",
            Advice::RingForHelp => "Ring 101, or 159 for your bank. Ring 999 if someone is coming to your home.",
        }
    }
}
