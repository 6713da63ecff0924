//! One piece of advice: its content, its figures, its state and everything that happened to it.

use jiff::civil::Date;
use report::Moment;
use serde::{Deserialize, Serialize};
use series::{FigureKey, FigureSet, SeriesId};

/// The name of a piece of advice: its number in four digits (`0144`), counted up by the force for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AdviceId(pub String);

impl std::fmt::Display for AdviceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a piece of advice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft,
    /// Waiting for a signing officer.
    InReview,
    /// Sent back with a reason; may go to review again.
    Returned,
    /// Refused for good, with a reason.
    Rejected,
    /// Signed; the hash of every rendering is fixed.
    Signed,
    /// Out.
    Published,
    /// Out, and ended: the page stays and says so.
    StoodDown,
    /// Taken back because it was wrong; the page stays and says why.
    Withdrawn,
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Its id.
    pub id: AdviceId,
    /// The last part of its address: the title in kebab case and the number.
    pub slug: String,
    /// The series it warns of; none for an imported page.
    pub series: Option<SeriesId>,
    /// Where it stands.
    pub state: State,
    /// Counts up with every edit.
    pub version: u32,
    /// What it says.
    pub content: Content,
    /// The figures it rests on.
    pub figures: FigureSet,
    /// Who wrote the first draft: a user name.
    pub author: String,
    /// Who edited it last.
    pub last_editor: String,
    /// Who signed this version.
    pub signer: Option<String>,
    /// SHA-256 (hexadecimal) over all renderings, which the signature binds to.
    pub signed_hash: Option<String>,
    /// When it first went out.
    pub published_at: Option<Moment>,
    /// When its state or text last changed.
    pub updated_at: Moment,
    /// The day after which it says it has ended.
    pub expires_on: Option<Date>,
    /// Everything that happened, oldest first; never changed.
    pub events: Vec<Event>,
    /// What residents see while an update of it is in the making.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<Box<Live>>,
}

/// The version that is out while a later one is being written, reviewed and signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Its version.
    pub version: u32,
    /// What it says.
    pub content: Content,
    /// The figures it rests on.
    pub figures: FigureSet,
    /// Who wrote it.
    pub author: String,
    /// Who edited it last.
    pub last_editor: String,
    /// Who signed it.
    pub signer: Option<String>,
    /// What its signature binds to.
    pub signed_hash: Option<String>,
    /// When it went out.
    pub updated_at: Moment,
    /// The day after which it says that it has ended.
    pub expires_on: Option<Date>,
}

impl Advice {
    /// The advice as residents see it: itself where it is out, the version before where an update is in the making, `None` where
    /// nothing of it ever went out.
    pub fn as_residents_see(&self) -> Option<Advice> {
        if self.state.is_public() {
            return Some(self.clone());
        }
        self.live.as_ref().map(|live| self.back_to(live))
    }

    /// The advice with the version that is out in place of the one in the making.
    pub(crate) fn back_to(&self, live: &Live) -> Advice {
        Advice {
            state: State::Published,
            version: live.version,
            content: live.content.clone(),
            figures: live.figures.clone(),
            author: live.author.clone(),
            last_editor: live.last_editor.clone(),
            signer: live.signer.clone(),
            signed_hash: live.signed_hash.clone(),
            updated_at: live.updated_at,
            expires_on: live.expires_on,
            live: None,
            ..self.clone()
        }
    }

    /// What is out, kept aside.
    pub(crate) fn kept_live(&self) -> Live {
        Live {
            version: self.version,
            content: self.content.clone(),
            figures: self.figures.clone(),
            author: self.author.clone(),
            last_editor: self.last_editor.clone(),
            signer: self.signer.clone(),
            signed_hash: self.signed_hash.clone(),
            updated_at: self.updated_at,
            expires_on: self.expires_on,
        }
    }
}

/// What the advice says, in the editorial shape of a police advice page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The force's area ("Hertfordshire").
    pub area: String,
    /// Title, sentence case, no full stop.
    pub title: String,
    /// Canonical address of the page.
    pub url: String,
    /// The date it carries.
    pub date: Date,
    /// The day of its latest update, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Date>,
    /// The highlights: count since date, harm, the NEVER rule.
    pub highlights: Vec<Sentence>,
    /// The paragraphs before the quote; the first is the standfirst (at most 160 characters).
    pub paragraphs: Vec<Sentence>,
    /// The officer's quote; none in some imported pages.
    pub quote: Option<Quote>,
    /// The paragraphs after the quote; the last is the reporting line.
    pub closing: Vec<Sentence>,
    /// What to do now, for the box on the page: one short step each.
    pub steps: Vec<Sentence>,
}

/// A sentence or paragraph: words with figures among them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sentence(pub Vec<Piece>);

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// Words.
    Text(String),
    /// The value of a figure, put into words when it is rendered.
    Figure {
        /// Which.
        key: FigureKey,
        /// How it is said: `number`, `date`, `areas`, or a quantity word with its threshold such as `mainly`.
        form: String,
    },
}

/// Words of a named officer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Who.
    pub officer: Officer,
    /// The paragraphs, without quotation marks.
    pub paragraphs: Vec<Sentence>,
}

/// An officer who is quoted: configuration of the force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Rank.
    pub rank: String,
    /// First and last name.
    pub name: String,
    /// "the Constabulary's Serious Fraud and Cyber Unit".
    pub unit: String,
}

/// Something that happened to a piece of advice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Who: a user name.
    pub by: String,
    /// What: `drafted`, `edited`, `submitted`, `returned`, `rejected`, `signed`, `published`, `update_begun`, `update_abandoned`,
    /// `stood_down`, `withdrawn`.
    pub what: String,
    /// The reason given.
    pub reason: Option<String>,
    /// The version it happened to.
    pub version: u32,
    /// SHA-256 over the renderings of that version, hexadecimal.
    pub hash: Option<String>,
}
