//! `ringfence scan`: one scan, from SaTScan's files or from flags.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use scan::satscan::{
    Analysis, LongestTime, Model, Options, Precision, Shaping, Span, Study, Table, Texts, Unit, from_csv, parse_time, period,
    read_parameters,
};
use scan::{Coordinates, Ellipses, PValue, Rates, Secondary, with_threads};

use crate::Outcome;
use crate::config::Flags;
use crate::context;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// SaTScan's parameter file; the files that it names are looked for beside it.
    #[arg(required_unless_present = "cases", conflicts_with = "cases")]
    parameters: Option<String>,
    /// A setting in place of the parameter file's: Key=value. May be given more than once.
    #[arg(long, requires = "parameters")]
    set: Vec<String>,
    /// Cases: id, count, time, covariates; or a CSV file with a heading.
    #[arg(long, requires = "model")]
    cases: Option<String>,
    /// Coordinates: id, latitude, longitude.
    #[arg(long)]
    geo: Option<String>,
    /// Population: id, time, population, covariates; or a CSV file with a heading.
    #[arg(long)]
    population: Option<String>,
    /// Controls, for the Bernoulli model.
    #[arg(long)]
    controls: Option<String>,
    /// Expected cases, for ebp and nb: id, time, number; or a CSV table with a column a location. Made from the past where not given.
    #[arg(long)]
    expected: Option<String>,
    /// Bank holidays for forecasts, a date a line: a day of the week of their own.
    #[arg(long)]
    holidays: Option<String>,
    /// Zones in place of discs: the ids of one on each line.
    #[arg(long)]
    zones: Option<String>,
    /// Times without data: a time (everywhere), or an id and a time, on each line.
    #[arg(long)]
    missing: Option<String>,
    /// Clusters of free shape in place of discs.
    #[arg(long, value_enum)]
    shape: Option<ShapeName>,
    /// Neighbours, for connected shapes: an id and its neighbours on each line.
    #[arg(long)]
    neighbours: Option<String>,
    /// Most locations of a shape; 15, and 10 where all connected sets are looked at.
    #[arg(long, requires = "shape", value_parser = clap::value_parser!(u16).range(1..=1000))]
    largest: Option<u16>,
    /// What each location of a shape beyond the first costs, nats.
    #[arg(long, requires = "shape", default_value_t = 0.5)]
    cost: f64,
    /// Several streams at once: what follows a case's time, or a column headed "stream", is its stream.
    #[arg(long)]
    streams: bool,
    /// Reports with the day of the call and the day received (id, called, received): forecasts are brought down to what can be in by now.
    #[arg(long)]
    delays: Option<String>,
    /// The model.
    #[arg(long, value_enum)]
    model: Option<ModelName>,
    /// Seed of the replicates.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; the answer does not depend on them.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Draws the clusters on a map.
    #[arg(long, value_name = "FILE.svg")]
    map: Option<String>,
    #[command(flatten)]
    search: Search,
}

/// Settings of a scan without a parameter file.
#[derive(clap::Args)]
#[command(next_help_heading = "Without a parameter file")]
struct Search {
    /// What is searched.
    #[arg(long, value_enum, conflicts_with = "parameters")]
    analysis: Option<AnalysisName>,
    /// First day of the study; the first case's where not given.
    #[arg(long, conflicts_with = "parameters")]
    from: Option<String>,
    /// Last day.
    #[arg(long, conflicts_with = "parameters")]
    to: Option<String>,
    /// Unit of time; that of the cases' times where not given.
    #[arg(long, value_enum, conflicts_with = "parameters")]
    unit: Option<UnitName>,
    /// Units in an interval.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "parameters")]
    unit_length: u32,
    /// Longest window: units, or a share of the study such as 50%.
    #[arg(long, conflicts_with = "parameters")]
    longest: Option<String>,
    /// Shortest window, units.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "parameters")]
    shortest: u32,
    /// Largest share of population or cases in a zone, per cent.
    #[arg(long, default_value_t = 50.0, conflicts_with = "parameters")]
    max_share: f64,
    /// Largest distance from the centre: km, or the unit of the coordinates.
    #[arg(long, conflicts_with = "parameters")]
    max_radius: Option<f64>,
    /// Most locations in a zone.
    #[arg(long, conflicts_with = "parameters")]
    nearest: Option<usize>,
    /// Coordinates are x and y on a plane.
    #[arg(long, conflicts_with = "parameters")]
    cartesian: bool,
    /// Ellipses too, with this penalty: 0, 0.5 or 1.
    #[arg(long, value_name = "PENALTY", conflicts_with = "parameters")]
    ellipses: Option<f64>,
    /// High or low rates.
    #[arg(long, value_enum, default_value = "high", conflicts_with = "parameters")]
    rates: RatesName,
    /// Fewest cases in a window.
    #[arg(long, default_value_t = 2, conflicts_with = "parameters")]
    fewest: u32,
    /// Within days of the week.
    #[arg(long, conflicts_with = "parameters")]
    weekly: bool,
    /// Variance over mean of the negative binomial model; estimated where not given.
    #[arg(long, conflicts_with = "parameters")]
    dispersion: Option<f64>,
    /// Replicates.
    #[arg(long, default_value_t = 999, conflicts_with = "parameters")]
    replicates: u32,
    /// How p is worked out.
    #[arg(long, value_enum, default_value = "default", conflicts_with = "parameters")]
    p_value: PValueName,
    /// First day of surveillance: recurrence intervals are adjusted for the analyses since.
    #[arg(long, conflicts_with = "parameters")]
    since: Option<String>,
    /// Leaves out cases outside the study and rows of unknown locations.
    #[arg(long, conflicts_with = "parameters")]
    relaxed: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq)]
enum ModelName {
    Stp,
    Poisson,
    Bernoulli,
    Ebp,
    Nb,
}

#[derive(ValueEnum, Clone, Copy)]
enum ShapeName {
    /// The best subset of a place and its nearest.
    Subsets,
    /// Connected sets, grown place by place.
    Connected,
    /// All connected sets of a place and its nearest: for few places.
    Flexible,
}

#[derive(ValueEnum, Clone, Copy)]
enum AnalysisName {
    Spatial,
    Temporal,
    Retrospective,
    Prospective,
    ProspectiveTemporal,
}

#[derive(ValueEnum, Clone, Copy)]
enum UnitName {
    Year,
    Month,
    Day,
    Generic,
}

#[derive(ValueEnum, Clone, Copy)]
enum RatesName {
    High,
    Low,
    Both,
}

#[derive(ValueEnum, Clone, Copy)]
enum PValueName {
    Default,
    MonteCarlo,
    Sequential,
    Gumbel,
}

/// A file's name and text.
type Read = Option<(String, String)>;

pub(crate) fn run(arguments: &Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    let (mut options, base) = match &arguments.parameters {
        Some(file) => {
            let options = read_parameters(file, &context::read(file)?, &arguments.set)?;
            (options, Path::new(file).parent().map(Path::to_path_buf).unwrap_or_default())
        }
        None => (from_flags(arguments)?, PathBuf::new()),
    };
    options.shape = shape(arguments)?;
    options.streams = arguments.streams;
    let beside = |name: &Option<String>| name.as_deref().map(|name| open(&base, name)).transpose();
    let table = |read: Read, kind: Table| -> anyhow::Result<Read> {
        read.map(|(name, text)| Ok((name.clone(), from_csv(&name, &text, kind)?))).transpose()
    };
    let cases = table(Some(open(&base, &options.case_file)?), cases_table(arguments))?.unwrap_or_default();
    let controls = table(beside(&options.control_file)?, Table::Cases)?;
    let population = table(beside(&options.population_file)?, Table::Population)?;
    let coordinates = beside(&options.coordinates_file)?;
    let grid = beside(&options.grid_file)?;
    let neighbours = beside(&options.neighbours_file)?;
    let circle = beside(&options.circle_file.as_ref().map(|(name, _)| name.clone()))?;
    let (expected, zones) = (beside(&arguments.expected)?, beside(&arguments.zones)?);
    let (missing, graph, delays) = (beside(&arguments.missing)?, beside(&arguments.neighbours)?, beside(&arguments.delays)?);
    fn of(read: &Read) -> Option<(&str, &str)> {
        read.as_ref().map(|(name, text)| (name.as_str(), text.as_str()))
    }
    let texts = Texts {
        cases: (&cases.0, &cases.1),
        controls: of(&controls),
        population: of(&population),
        coordinates: of(&coordinates),
        grid: of(&grid),
        neighbours: of(&neighbours),
        circle: of(&circle),
        expected: of(&expected),
        zones: of(&zones),
        missing: of(&missing),
        graph: of(&graph),
        delays: of(&delays),
    };
    let study = Study::new(&options, &texts, arguments.seed)?;
    // Shown on a terminal only.
    let bar = ProgressBar::new(u64::from(options.replicates));
    bar.set_style(ProgressStyle::with_template("{pos} of {len} replicates {bar:30} {eta}")?);
    let findings = with_threads(arguments.threads.map(usize::from), || study.scan(&|done| bar.set_position(u64::from(done))))?;
    bar.finish_and_clear();
    if let Some(file) = &arguments.map {
        let map = study.map(&findings, options.coordinates == Coordinates::LatLon);
        if map.is_empty() {
            bail!("--map {file}: the locations have no coordinates to draw");
        }
        std::fs::write(file, map).with_context(|| format!("cannot write {file}"))?;
    }
    if flags.json {
        super::print_json(&study.answer(&options, &findings))?;
    } else {
        super::print_line(study.report(&options, &findings).trim_end())?;
    }
    Ok(Outcome::Done)
}

fn cases_table(arguments: &Arguments) -> Table {
    if arguments.streams { Table::Streams } else { Table::Cases }
}

/// Most locations of a grown set where the flags do not say.
const LARGEST: u16 = 15;
/// Nearest of which all connected sets are looked at: ten have at most 512 with their centre.
const FLEXIBLE: u16 = 10;

fn shape(arguments: &Arguments) -> anyhow::Result<Option<Shaping>> {
    if arguments.neighbours.is_some() && !matches!(arguments.shape, Some(ShapeName::Connected | ShapeName::Flexible)) {
        bail!("--neighbours is for --shape connected or flexible");
    }
    if !(arguments.cost.is_finite() && arguments.cost >= 0.0) {
        bail!("--cost must be a number of 0 or more");
    }
    let largest = |otherwise| usize::from(arguments.largest.unwrap_or(otherwise));
    Ok(match arguments.shape {
        None => None,
        Some(ShapeName::Subsets) => Some(Shaping::Subsets { nearest: largest(LARGEST), cost: arguments.cost }),
        Some(ShapeName::Connected) => Some(Shaping::Connected { largest: largest(LARGEST), cost: arguments.cost }),
        Some(ShapeName::Flexible) if largest(FLEXIBLE) > 20 => {
            bail!("--largest is 20 at most where all connected sets are looked at")
        }
        Some(ShapeName::Flexible) => Some(Shaping::Flexible { nearest: largest(FLEXIBLE) }),
    })
}

/// Opens a file that a parameter file names: as it says, beside the parameter file, or (a path of another machine) by its last part.
fn open(base: &Path, name: &str) -> anyhow::Result<(String, String)> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let places = [base.join(name), PathBuf::from(name), base.join(last)];
    let found = places.iter().find(|path| path.is_file()).unwrap_or(&places[0]);
    let path = found.to_string_lossy().into_owned();
    let bytes = std::fs::read(found).with_context(|| format!("cannot read {path}"))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((path, text)),
        // Old files hold names in one byte a letter.
        Err(error) => Ok((path, error.into_bytes().iter().map(|byte| char::from(*byte)).collect())),
    }
}

fn from_flags(arguments: &Arguments) -> anyhow::Result<Options> {
    let search = &arguments.search;
    let file = arguments.cases.clone().context("give a parameter file, or --cases with --model")?;
    let model = match arguments.model.context("--model is missing")? {
        ModelName::Stp => Model::Permutation,
        ModelName::Poisson => Model::Poisson,
        ModelName::Bernoulli => Model::Bernoulli,
        ModelName::Ebp => Model::Expectation,
        ModelName::Nb => Model::NegativeBinomial { dispersion: search.dispersion },
    };
    if search.dispersion.is_some_and(|found| !(found > 1.0 && found < 1e6)) {
        bail!("--dispersion must be above 1: it is the variance over the mean");
    }
    let (name, text) = open(Path::new(""), &file)?;
    let (precision, first, last) = period(&name, &from_csv(&name, &text, cases_table(arguments))?)?;
    let unit = match search.unit {
        Some(UnitName::Year) => Unit::Year,
        Some(UnitName::Month) => Unit::Month,
        Some(UnitName::Day) => Unit::Day,
        Some(UnitName::Generic) => Unit::Generic,
        None => match precision {
            Precision::Year | Precision::None => Unit::Year,
            Precision::Month => Unit::Month,
            Precision::Day => Unit::Day,
            Precision::Generic => Unit::Generic,
        },
    };
    let generic = precision == Precision::Generic;
    let day = |flag: &str, given: &Option<String>, otherwise: i64, last: bool| -> anyhow::Result<i64> {
        let Some(text) = given else { return Ok(otherwise) };
        // The end of a year or month is its last day.
        let whole = match (last && !generic, text.split(['/', '-']).count()) {
            (true, 1) => format!("{text}/12/31"),
            (true, 2) => (28..=31)
                .rev()
                .map(|day| format!("{text}/{day}"))
                .find(|one| parse_time(one, false).is_some())
                .unwrap_or_default(),
            _ => text.clone(),
        };
        parse_time(&whole, generic).with_context(|| format!("{flag} {text} is no date: write year/month/day"))
    };
    let analysis = match search.analysis {
        Some(AnalysisName::Spatial) => Analysis::PurelySpatial,
        Some(AnalysisName::Temporal) => Analysis::PurelyTemporal,
        Some(AnalysisName::Retrospective) => Analysis::Retrospective,
        Some(AnalysisName::Prospective) => Analysis::Prospective,
        Some(AnalysisName::ProspectiveTemporal) => Analysis::ProspectiveTemporal,
        None if precision == Precision::None => Analysis::PurelySpatial,
        None => Analysis::Prospective,
    };
    let longest = match search.longest.as_deref() {
        None if unit == Unit::Day && analysis.is_prospective() => LongestTime::Units(30),
        None => LongestTime::Percent(50.0),
        Some(text) => match text.strip_suffix('%') {
            Some(share) => LongestTime::Percent(
                share
                    .trim()
                    .parse()
                    .ok()
                    .filter(|share| (0.0..=100.0).contains(share))
                    .context("--longest: the share must be a number from 0 to 100")?,
            ),
            None => {
                LongestTime::Units(text.parse().context("--longest must be a whole number of units, or a share such as 50%")?)
            }
        },
    };
    let mut holidays = Vec::new();
    if let Some(file) = &arguments.holidays {
        let (name, text) = open(Path::new(""), file)?;
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let day = parse_time(line.trim(), false);
            holidays.push(day.with_context(|| format!("{name}:{}: '{}' is no date: write year/month/day", at + 1, line.trim()))?);
        }
    }
    let ellipses = match search.ellipses {
        None => None,
        Some(penalty) if [0.0, 0.5, 1.0].contains(&penalty) && search.cartesian => Some(Ellipses::standard(penalty)),
        Some(_) => bail!("--ellipses takes 0, 0.5 or 1 and needs --cartesian"),
    };
    if !(search.max_share > 0.0 && search.max_share <= 100.0) {
        bail!("--max-share must lie above 0 and at most at 100");
    }
    Ok(Options {
        case_file: file,
        control_file: arguments.controls.clone(),
        population_file: arguments.population.clone(),
        coordinates_file: arguments.geo.clone(),
        precision,
        start: day("--from", &search.from, first, false)?,
        end: day("--to", &search.to, last, true)?,
        coordinates: if search.cartesian { Coordinates::Cartesian } else { Coordinates::LatLon },
        analysis,
        model,
        rates: match search.rates {
            RatesName::High => Rates::High,
            RatesName::Low => Rates::Low,
            RatesName::Both => Rates::Both,
        },
        unit,
        unit_length: search.unit_length,
        // A period that is given is one to cut by.
        relaxed_period: search.relaxed || search.from.is_some() || search.to.is_some(),
        relaxed_places: search.relaxed,
        largest_share: search.max_share,
        largest_radius: search.max_radius,
        nearest: search.nearest,
        ellipses,
        longest,
        shortest: search.shortest,
        span: if analysis.is_prospective() { Span::Alive } else { Span::All },
        fewest: search.fewest,
        weekly: search.weekly,
        holidays,
        p_value: match search.p_value {
            PValueName::Default => PValue::Default,
            PValueName::MonteCarlo => PValue::MonteCarlo,
            PValueName::Sequential => PValue::Sequential { exceedances: 50 },
            PValueName::Gumbel => PValue::Gumbel,
        },
        replicates: search.replicates,
        since: search.since.as_ref().map(|_| day("--since", &search.since, 0, false)).transpose()?,
        secondary: Secondary::NoOverlap,
        ..Options::default()
    })
}
