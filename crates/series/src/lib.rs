//! From reports to series: what the detector sees of a report ([`Case`]), the streams of modus operandi, the detector, the
//! series with its stable id, and the figures that advice is made of.

mod case;
pub mod disclosure;
mod figure;
mod series;

pub use case::{Case, ReportId};
pub use figure::{Figure, FigureKey, FigureSet, Value};
pub use series::{Alarm, Decision, Evidence, HistoryEntry, Member, Reason, Series, SeriesId, SeriesIdError, State, Window};
