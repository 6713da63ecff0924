//! What is asked for on the command line.

use series::Parts;

/// What to measure, and in which worlds.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) what: String,
    pub(crate) first_seed: u64,
    pub(crate) seeds: u64,
    pub(crate) history: i64,
    pub(crate) parts: Parts,
    pub(crate) rate: f64,
    pub(crate) courier: Vec<f64>,
    pub(crate) kind: Option<String>,
    /// Whether nothing is ticked and all is read from the words.
    pub(crate) narratives: bool,
    /// Whether each run is printed.
    pub(crate) show: bool,
    /// The table that is drawn, and the file that the figure is written to.
    pub(crate) table: Option<String>,
    pub(crate) plot: Option<String>,
}

impl Options {
    /// As given, with the rest as it is without being asked.
    pub(crate) fn read() -> Options {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| arguments.iter().position(|held| held == name).and_then(|at| arguments.get(at + 1)).cloned();
        let given = |name: &str| arguments.iter().any(|held| held == name);
        let number = |name: &str, default: f64| value(name).and_then(|text| text.parse().ok()).unwrap_or(default);
        let split = if value("--split").as_deref() == Some("test") { 900_000 } else { 1_000 };
        Options {
            what: arguments.first().cloned().unwrap_or_else(|| "series".to_owned()),
            first_seed: split + number("--from", 0.0) as u64,
            seeds: number("--seeds", 4.0) as u64,
            history: number("--history", 200.0) as i64,
            parts: without_part(value("--leave-out").as_deref()),
            rate: number("--rate", 1.0),
            courier: value("--courier")
                .map_or(vec![0.1, 0.25, 0.5, 1.0], |text| text.split(',').filter_map(|one| one.parse().ok()).collect()),
            kind: value("--kind"),
            narratives: given("--narratives"),
            show: given("--show"),
            table: value("--table"),
            plot: value("--plot"),
        }
    }
}

/// The detector without one of its parts.
pub(crate) fn without_part(name: Option<&str>) -> Parts {
    let mut parts = Parts::default();
    match name {
        Some("scan") => parts.scan = false,
        Some("links") => parts.links = false,
        Some("method") => parts.method = false,
        Some("lag") => parts.lag = false,
        Some("calibration") => parts.calibration = false,
        _ => {}
    }
    parts
}
