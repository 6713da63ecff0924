//! From reports to series: what the detector sees of a report ([`Case`]), the streams of modus operandi, the detector, the
//! series with its stable id, and the figures that advice is made of.

mod amend;
mod assemble;
mod background;
mod calibration;
mod case;
mod corrections;
mod counts;
mod decisions;
mod detector;
pub mod disclosure;
mod divide;
pub mod effect;
mod engine;
mod event;
mod figure;
mod figures;
mod found;
mod join;
mod marks;
mod memory;
mod refresh;
mod region;
mod replay;
mod score;
mod series;
pub mod streams;
mod words;

pub use assemble::{Assembled, assemble};
pub use case::{Case, ReportId};
pub use corrections::{CorrectionError, correct};
pub use decisions::{DecisionError, decide};
pub use detector::{Change, Detector, Settings};
pub use engine::Parts;
pub use figure::{Figure, FigureKey, FigureSet, Value};
pub use figures::{count_figures, counted_members, figure_keys, recount};
pub use region::{Region, RegionArea};
pub use replay::{ReplayLine, ReplaySummary, replay};
pub use series::{Alarm, Decision, Evidence, HistoryEntry, Member, Reason, Series, SeriesId, SeriesIdError, State, Window};
pub use streams::Streams;
