//! Advice to residents: drafts whose every figure is counted, plain English, leak guard, states and four eyes, and a signature
//! over every rendering.

mod draft;
mod force;
mod guard;
mod lint;
mod markup;
mod record;
mod signing;
mod template;
mod update;
mod wording;
mod workflow;

pub use draft::{DraftError, draft, kebab};
pub use force::{Force, ForceError, ReportingLine};
pub use guard::typed_figures;
pub use lint::{LintContext, LintFinding, flesch_kincaid, lint};
pub use markup::{from_markup, to_markup};
pub use record::{Advice, AdviceId, Content, Event, Live, Officer, Piece, Quote, Sentence, State};
pub use signing::{Obstacle, obstacles};
pub use template::{TemplateError, Templates};
pub use update::update;
pub use wording::{MONTHS, WordingError, list, month_day, words};
pub use workflow::{Action, ActionError, act};
