//! Space-time scan statistics: where and when there are more cases than expected, with Monte Carlo p-values that are the same for any
//! number of threads.

mod cluster;
mod expectation;
mod permutation;
mod ratio;
mod replicates;
mod zones;

pub use cluster::Cluster;
pub use expectation::{Expectation, ExpectationError, expectation_scan};
pub use permutation::{Cases, PermutationError, PermutationSettings, permutation_scan};
pub use ratio::{conditional_llr, expectation_llr};
pub use zones::{Coordinates, Location, connected, nearest};
