//! Record linkage by match weights (Fellegi and Sunter 1969, JASA 64:1183), one record at a time: blocking by indexes, comparison levels
//! with m and u probabilities, term frequencies, values that link everything held back, and an explanation of every link whose parts
//! sum to its weight.
//!
//! Two ways in. [`Linker`] takes reports one at a time under a fixed [`Spec`]. [`link_table`] links the rows of any [`Table`] under a
//! [`Plan`] that is given or proposed from the data, trained without truth.

mod agglomerate;
mod batch;
mod blocks;
mod choose;
mod compare;
mod error;
mod estimate;
mod evaluate;
mod explain;
mod fields;
mod frequency;
mod known;
mod linker;
mod measure;
mod model;
mod narrative;
mod plan;
mod profile;
mod proposal;
mod register;
mod ruling;
mod scorer;
mod similar;
mod spec;
mod suggest;
mod table;
mod text;
mod words;
mod writing;

pub use batch::{DEFAULT_THRESHOLD, Linked, Options, Stage, link_table};
pub use compare::{Link, Part, compare};
pub use error::LinkError;
pub use evaluate::{Evaluation, evaluate};
pub use explain::{Bar, Membership, Waterfall};
pub use linker::{Linker, Record};
pub use measure::Measure;
pub use model::{ComparisonModel, MODEL_VERSION, Model};
pub use narrative::{NEAR_DUPLICATE, Narratives, NearText};
pub use plan::{Key, KnownGood, On, PLAN_VERSION, Plan, PlannedColumn, PlannedComparison, Rule, Within};
pub use proposal::{Proposal, ProposalKind};
pub use register::{Event, Register, Taken};
pub use similar::{jaro_winkler_bytes, one_edit_apart, phonetic_key};
pub use spec::{Comparison, Kind, Level, Spec, SpecError};
pub use suggest::{Suggestion, suggest};
pub use table::{Column, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, TableBuilder, Values, read_csv};
pub use text::{jaro_winkler, name_key, one_digit_off};
