//! Space-time scan statistics: where and when there are more cases than expected, with Monte Carlo p-values that are the same for any
//! number of threads.

mod alive;
mod analysis;
mod baseline;
mod bound;
mod chance;
mod cluster;
mod deal;
mod distance;
mod draw;
mod drill;
mod exact;
mod expectation;
mod history;
mod inference;
mod kept;
mod lag;
mod permutation;
mod problem;
mod ratio;
mod replicates;
pub mod satscan;
mod scanner;
mod secondary;
mod shapes;
mod streams;
mod surveillance;
mod windows;
mod zones;

pub use analysis::{Findings, Found, Settings, analyse};
pub use baseline::{Forecast, forecast};
pub use cluster::Cluster;
pub use distance::{Coordinates, Location, Point, distance};
pub use drill::{Drill, Near, drill, relative_risk};
pub use expectation::{Expectation, ExpectationError, expectation_scan};
pub use inference::{PValue, Replicates, recurrence_interval};
pub use lag::{Completeness, Delay};
pub use permutation::{Cases, PermutationError, PermutationSettings, permutation_expected, permutation_scan};
pub use problem::{Null, Problem, ProblemError, Rates};
pub use ratio::{Ratio, conditional_llr, expectation_llr};
pub use scanner::{Against, Outside, Scanner};
pub use secondary::Secondary;
pub use shapes::{Shape, shaped_scan};
pub use streams::{Streams, StreamsError, streams_scan};
pub use surveillance::{Course, DayScore, Watch, episodes};
pub use windows::Windows;
pub use zones::{Chain, Ellipses, Limit, Zones, connected, flexible, nearest};

/// Runs work on a number of threads; on as many as the machine has where none is given. The answer does not depend on it.
pub fn with_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match threads.and_then(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
