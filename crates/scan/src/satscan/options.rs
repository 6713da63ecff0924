//! A scan's settings, whether from a parameter file or from flags.

use super::date::{Precision, Unit};
use crate::{Coordinates, Ellipses, PValue, Rates, Secondary};

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analysis {
    /// Space, the whole study as one interval.
    PurelySpatial,
    /// Time, all locations as one zone.
    PurelyTemporal,
    /// Space and time, windows anywhere in the study.
    Retrospective,
    /// Space and time, windows that are alive at the end.
    Prospective,
    /// Time, windows that are alive at the end.
    ProspectiveTemporal,
}

impl Analysis {
    /// Whether windows must be alive.
    pub fn is_prospective(self) -> bool {
        matches!(self, Analysis::Prospective | Analysis::ProspectiveTemporal)
    }

    /// Whether there is no space in it.
    pub fn is_temporal(self) -> bool {
        matches!(self, Analysis::PurelyTemporal | Analysis::ProspectiveTemporal)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Analysis::PurelySpatial => "purely spatial",
            Analysis::PurelyTemporal => "retrospective purely temporal",
            Analysis::Retrospective => "retrospective space-time",
            Analysis::Prospective => "prospective space-time",
            Analysis::ProspectiveTemporal => "prospective purely temporal",
        }
    }
}

/// The model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// Poisson with population.
    Poisson,
    /// Cases and controls.
    Bernoulli,
    /// Cases only.
    Permutation,
    /// Against a forecast, Poisson.
    Expectation,
    /// Against a forecast, negative binomial; the dispersion is estimated where it is not given.
    NegativeBinomial {
        /// Variance over mean.
        dispersion: Option<f64>,
    },
}

impl Model {
    /// Its short name.
    pub fn name(self) -> &'static str {
        match self {
            Model::Poisson => "poisson",
            Model::Bernoulli => "bernoulli",
            Model::Permutation => "stp",
            Model::Expectation => "ebp",
            Model::NegativeBinomial { .. } => "nb",
        }
    }

    /// Its name in a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Model::Poisson => "Poisson",
            Model::Bernoulli => "Bernoulli",
            Model::Permutation => "space-time permutation",
            Model::Expectation => "expectation-based Poisson",
            Model::NegativeBinomial { .. } => "expectation-based negative binomial",
        }
    }
}

/// The longest window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LongestTime {
    /// A share of the study, per cent, rounded down to whole units.
    Percent(f64),
    /// Units.
    Units(u32),
}

/// Which windows of a retrospective scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// All.
    All,
    /// Those that reach the end.
    Alive,
    /// Start and end in these ranges of days, inclusive.
    Flexible {
        /// Range of starts.
        start: (i64, i64),
        /// Range of ends.
        end: (i64, i64),
    },
}

/// Clusters of free shape in place of zones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shaping {
    /// The best subset of a centre's nearest.
    Subsets {
        /// How many nearest, the centre among them.
        nearest: usize,
        /// What a location beyond the first costs, nats.
        cost: f64,
    },
    /// Connected sets grown over a graph of neighbours.
    Connected {
        /// Most locations.
        largest: usize,
        /// What a location beyond the first costs, nats.
        cost: f64,
    },
    /// All connected sets of a centre's nearest that hold the centre.
    Flexible {
        /// How many nearest, the centre among them; 20 at most.
        nearest: usize,
    },
}

/// Settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Cases.
    pub case_file: String,
    /// Controls.
    pub control_file: Option<String>,
    /// Population.
    pub population_file: Option<String>,
    /// Coordinates.
    pub coordinates_file: Option<String>,
    /// Centres that are no locations.
    pub grid_file: Option<String>,
    /// Orders of neighbours in place of distances: each line a centre and its neighbours, nearest first.
    pub neighbours_file: Option<String>,
    /// Population by which discs are limited, with the largest share in per cent.
    pub circle_file: Option<(String, f64)>,
    /// Precision of the case times.
    pub precision: Precision,
    /// First day of the study.
    pub start: i64,
    /// Last day.
    pub end: i64,
    /// What coordinates mean.
    pub coordinates: Coordinates,
    /// What is searched.
    pub analysis: Analysis,
    /// The model.
    pub model: Model,
    /// Which side.
    pub rates: Rates,
    /// Unit of windows.
    pub unit: Unit,
    /// Units in an interval.
    pub unit_length: u32,
    /// Cases outside the study are left out instead of refused.
    pub relaxed_period: bool,
    /// Rows of unknown locations are left out instead of refused.
    pub relaxed_places: bool,
    /// Largest share of population or cases in a zone, per cent.
    pub largest_share: f64,
    /// Largest distance from the centre.
    pub largest_radius: Option<f64>,
    /// Most locations in a zone.
    pub nearest: Option<usize>,
    /// Ellipses beside the discs.
    pub ellipses: Option<Ellipses>,
    /// Free shapes.
    pub shape: Option<Shaping>,
    /// What follows a case's time is its stream, and streams are searched together with locations.
    pub streams: bool,
    /// Longest window.
    pub longest: LongestTime,
    /// Shortest window, units.
    pub shortest: u32,
    /// The whole study is a window too.
    pub purely_spatial: bool,
    /// All locations are a zone too.
    pub purely_temporal: bool,
    /// Which windows.
    pub span: Span,
    /// Fewest cases in a high window.
    pub fewest: u32,
    /// Fewest cases in a low window.
    pub fewest_low: u32,
    /// Expectations and permutations within days of the week.
    pub weekly: bool,
    /// Days that are a stratum of their own in forecasts: bank holidays.
    pub holidays: Vec<i64>,
    /// The course over time is given: cases are dealt within intervals.
    pub stratify_time: bool,
    /// The p-value.
    pub p_value: PValue,
    /// Replicates.
    pub replicates: u32,
    /// Seed, where given.
    pub seed: Option<u64>,
    /// First day of surveillance, where recurrence intervals are adjusted for earlier analyses.
    pub since: Option<i64>,
    /// Days between analyses where they are not one interval.
    pub days_between: Option<f64>,
    /// Which clusters are told.
    pub secondary: Secondary,
    /// A title for the report.
    pub title: String,
}

impl Default for Options {
    /// What SaTScan takes where a key is missing.
    fn default() -> Options {
        Options {
            case_file: String::new(),
            control_file: None,
            population_file: None,
            coordinates_file: None,
            grid_file: None,
            neighbours_file: None,
            circle_file: None,
            precision: Precision::Year,
            start: super::day_number(2000, 1, 1),
            end: super::day_number(2000, 12, 31),
            coordinates: Coordinates::LatLon,
            analysis: Analysis::PurelySpatial,
            model: Model::Poisson,
            rates: Rates::High,
            unit: Unit::Year,
            unit_length: 1,
            relaxed_period: false,
            relaxed_places: false,
            largest_share: 50.0,
            largest_radius: None,
            nearest: None,
            ellipses: None,
            shape: None,
            streams: false,
            longest: LongestTime::Percent(50.0),
            shortest: 1,
            purely_spatial: false,
            purely_temporal: false,
            span: Span::All,
            fewest: 2,
            fewest_low: 0,
            weekly: false,
            holidays: Vec::new(),
            stratify_time: false,
            p_value: PValue::Default,
            replicates: 999,
            seed: None,
            since: None,
            days_between: None,
            secondary: Secondary::NoOverlap,
            title: String::new(),
        }
    }
}
