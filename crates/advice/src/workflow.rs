//! The life of a piece of advice: an explicit table of who may do what in which state. Author, last editor and signer are three
//! people; a signature binds to the hash of every rendering; any edit voids it.

use report::Moment;

use series::FigureSet;

use crate::{Advice, Content, Event, State};

/// What is done to a piece of advice.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Its text changes.
    Edit(Box<Content>),
    /// It goes to a signing officer.
    Submit,
    /// It goes back.
    Return,
    /// It is refused for good.
    Reject,
    /// It is signed: the hash over all its renderings.
    Sign {
        /// Hexadecimal SHA-256.
        hash: String,
    },
    /// It goes out; the hash of what goes out, which must be the signed one.
    Publish {
        /// Hexadecimal SHA-256.
        hash: String,
    },
    /// A new version of what is out is begun, on figures counted anew; residents see the old one until the new one is signed.
    Update {
        /// What it says.
        content: Box<Content>,
        /// The figures it rests on.
        figures: FigureSet,
        /// The day after which it says that it has ended.
        expires_on: Option<jiff::civil::Date>,
    },
    /// The update in the making is thrown away.
    Abandon,
    /// It has ended.
    StandDown,
    /// It was wrong.
    Withdraw,
}

/// What cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// Not in this state.
    #[error("advice {id} is {state}: it cannot be {what} now")]
    State {
        /// The advice.
        id: String,
        /// Its state in words.
        state: &'static str,
        /// What was wanted.
        what: &'static str,
    },
    /// The signer wrote or last edited it.
    #[error("{0} wrote or last edited this advice: another officer must sign it")]
    OwnWork(String),
    /// A reason is needed.
    #[error("say why: a reason is needed")]
    Reason,
    /// What goes out is not what was signed.
    #[error("what would go out is not what was signed: it must be signed again")]
    Hash,
}

impl State {
    /// The state in words.
    pub fn words(self) -> &'static str {
        match self {
            State::Draft => "a draft",
            State::InReview => "in review",
            State::Returned => "returned",
            State::Rejected => "rejected",
            State::Signed => "signed",
            State::Published => "published",
            State::StoodDown => "stood down",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Whether residents see it.
    pub fn is_public(self) -> bool {
        matches!(self, State::Published | State::StoodDown | State::Withdrawn)
    }
}

impl Action {
    fn past(&self) -> &'static str {
        match self {
            Action::Edit(_) => "edited",
            Action::Submit => "submitted",
            Action::Return => "returned",
            Action::Reject => "rejected",
            Action::Sign { .. } => "signed",
            Action::Publish { .. } => "published",
            Action::Update { .. } => "update_begun",
            Action::Abandon => "update_abandoned",
            Action::StandDown => "stood_down",
            Action::Withdraw => "withdrawn",
        }
    }

    /// The action in words, for a refusal.
    fn words(&self) -> &'static str {
        match self {
            Action::Submit => "sent for review",
            Action::Update { .. } => "updated",
            Action::Abandon => "taken back to what is out",
            Action::StandDown => "stood down",
            other => other.past(),
        }
    }

    /// The table: the state an action leads to from a state, if it may.
    fn leads_to(&self, from: State, live: bool) -> Option<State> {
        match (self, from) {
            (Action::Edit(_), State::Draft | State::InReview | State::Returned | State::Signed) => Some(State::Draft),
            (Action::Submit, State::Draft | State::Returned) => Some(State::InReview),
            (Action::Return, State::InReview) => Some(State::Returned),
            (Action::Reject, State::InReview) => Some(State::Rejected),
            (Action::Sign { .. }, State::InReview) => Some(State::Signed),
            (Action::Publish { .. }, State::Signed) => Some(State::Published),
            (Action::Update { .. }, State::Published) => Some(State::Draft),
            (Action::Abandon, _) if live => Some(State::Published),
            // What is out can be ended at once, whatever is being written.
            (Action::StandDown, State::Published) => Some(State::StoodDown),
            (Action::StandDown, _) if live => Some(State::StoodDown),
            (Action::Withdraw, State::Published | State::StoodDown) => Some(State::Withdrawn),
            (Action::Withdraw, _) if live => Some(State::Withdrawn),
            _ => None,
        }
    }

    fn needs_reason(&self) -> bool {
        matches!(self, Action::Return | Action::Reject | Action::Withdraw)
    }
}

/// Does something to a piece of advice; gives it as it is afterwards.
///
/// # Errors
/// [`ActionError`]; the advice is unchanged then.
pub fn act(advice: &Advice, action: Action, by: &str, reason: Option<&str>, now: Moment) -> Result<Advice, ActionError> {
    let Some(next) = action.leads_to(advice.state, advice.live.is_some()) else {
        return Err(ActionError::State { id: advice.id.to_string(), state: advice.state.words(), what: action.words() });
    };
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if action.needs_reason() && reason.is_none() {
        return Err(ActionError::Reason);
    }
    if matches!(action, Action::Sign { .. }) && (by == advice.author || by == advice.last_editor) {
        return Err(ActionError::OwnWork(by.to_owned()));
    }
    let what = action.past();
    let ends = matches!(action, Action::Abandon | Action::StandDown | Action::Withdraw);
    let mut changed = match &advice.live {
        Some(live) if ends => advice.back_to(live),
        _ => advice.clone(),
    };
    let mut hash = None;
    match action {
        Action::Edit(content) => {
            changed.content = *content;
            changed.version += 1;
            by.clone_into(&mut changed.last_editor);
            changed.signer = None;
            changed.signed_hash = None;
        }
        Action::Sign { hash: signed } => {
            changed.signer = Some(by.to_owned());
            changed.signed_hash = Some(signed.clone());
            hash = Some(signed);
        }
        Action::Publish { hash: out } => {
            if changed.signed_hash.as_ref() != Some(&out) {
                return Err(ActionError::Hash);
            }
            changed.published_at = changed.published_at.or(Some(now));
            changed.live = None;
            hash = Some(out);
        }
        Action::Update { content, figures, expires_on } => {
            changed.live = Some(Box::new(advice.kept_live()));
            changed.content = *content;
            changed.figures = figures;
            changed.expires_on = expires_on;
            changed.version += 1;
            by.clone_into(&mut changed.author);
            by.clone_into(&mut changed.last_editor);
            changed.signer = None;
            changed.signed_hash = None;
        }
        Action::Abandon => {}
        Action::Submit | Action::Return | Action::Reject | Action::StandDown | Action::Withdraw => {}
    }
    changed.state = next;
    changed.updated_at = now;
    let version = changed.version;
    changed.events.push(Event {
        at: now,
        by: by.to_owned(),
        what: what.to_owned(),
        reason: reason.map(str::to_owned),
        version,
        hash,
    });
    Ok(changed)
}
