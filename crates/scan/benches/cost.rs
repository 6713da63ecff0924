//! What a scan costs against areas, days and replicates: CPU seconds on one thread, and a plot.
//!
//! `cargo bench -p scan --bench cost` prints the table; with `--plot FILE.svg` after `--` it draws it too. Linux only (reads `/proc`).

#[path = "common/county.rs"]
mod county;

use std::fmt::Write;

use county::{cpu, peak_mb, permutation};
use scan::satscan::{Study, Texts, read_parameters};
use scan::{PValue, Secondary, Settings, analyse, with_threads};

fn measure(areas: usize, days: usize, replicates: u32) -> f64 {
    let before = cpu();
    let problem = permutation(areas, days, 30, true);
    let settings = Settings { replicates, seed: 1, p_value: PValue::MonteCarlo, secondary: Secondary::NoOverlap };
    let found = with_threads(Some(1), || analyse(&problem, &settings, &|_| ()));
    assert!(found.is_ok_and(|found| !found.clusters.is_empty()));
    cpu() - before
}

/// SaTScan's own example, retrospective, with covariates: the whole way from the files to the clusters.
fn new_mexico(replicates: u32) -> Option<f64> {
    let root =
        std::env::var("RINGFENCE_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let read = |name: &str| std::fs::read_to_string(format!("{root}/data/scan/new-mexico/{name}")).ok();
    let (parameters, cases) = (read("NewMexicoSpaceTimePoisson.prm")?, read("nm.cas")?);
    let (places, people) = (read("nm.geo")?, read("nm.pop")?);
    let before = cpu();
    let options = read_parameters("nm.prm", &parameters, &[format!("MonteCarloReps={replicates}")]).ok()?;
    let texts = Texts {
        cases: ("nm.cas", &cases),
        coordinates: Some(("nm.geo", &places)),
        population: Some(("nm.pop", &people)),
        ..Texts::default()
    };
    let study = Study::new(&options, &texts, 1).ok()?;
    let found = with_threads(Some(1), || analyse(&study.problem, &study.settings, &|_| ())).ok()?;
    assert_eq!(found.replicates.maxima.len() as u32, replicates);
    Some(cpu() - before)
}

fn main() {
    for replicates in [999, 9_999] {
        match new_mexico(replicates) {
            Some(seconds) => eprintln!("New Mexico   {replicates:>8} {seconds:>8.2} CPU s"),
            None => eprintln!("New Mexico   SKIPPED: this needs ../shared/data/scan/new-mexico"),
        }
    }
    let mut rows: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
    let mut series = |name: &'static str, of: &mut dyn FnMut(f64) -> f64, at: &[f64]| {
        let points: Vec<(f64, f64)> = at.iter().map(|x| (*x, of(*x))).collect();
        for (x, seconds) in &points {
            eprintln!("{name:<12} {x:>8} {seconds:>8.2} CPU s   peak {:.0} MB", peak_mb());
        }
        rows.push((name, points));
    };
    series("areas", &mut |areas| measure(areas as usize, 365, 999), &[50.0, 100.0, 200.0, 300.0, 500.0, 1000.0]);
    series("days", &mut |days| measure(300, days as usize, 999), &[60.0, 90.0, 180.0, 365.0, 730.0]);
    series("replicates", &mut |replicates| measure(300, 365, replicates as u32), &[99.0, 999.0, 9_999.0]);
    let mut arguments = std::env::args().skip_while(|one| one != "--plot").skip(1);
    if let Some(file) = arguments.next()
        && let Err(error) = std::fs::write(&file, plot(&rows))
    {
        eprintln!("cannot write {file}: {error}");
    }
}

/// Three panels with logarithmic axes.
fn plot(rows: &[(&str, Vec<(f64, f64)>)]) -> String {
    let mut out = String::new();
    let (wide, high, edge) = (300.0, 220.0, 50.0);
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n<title>Cost of a prospective space-time permutation scan, one thread</title>\n<desc>CPU seconds against areas (365 days, 999 replicates), days (300 areas, 999 replicates) and replicates (300 areas, 365 days).</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
        wide * rows.len() as f64,
        high + 20.0
    );
    for (panel, (name, points)) in rows.iter().enumerate() {
        let left = wide * panel as f64 + edge;
        let ends = |of: &dyn Fn(&(f64, f64)) -> f64| {
            points
                .iter()
                .map(|one| of(one).max(0.01).ln())
                .fold((f64::INFINITY, f64::NEG_INFINITY), |held, one| (held.0.min(one), held.1.max(one)))
        };
        let x = ends(&|one| one.0);
        // A cost that hardly varies is drawn as flat as it is.
        let y = ends(&|one| one.1);
        let y = if y.1 - y.0 < 0.5 { (y.0 - 1.0, y.1 + 1.0) } else { y };
        let at = |one: &(f64, f64)| {
            let across = (one.0.ln() - x.0) / (x.1 - x.0).max(1e-9);
            let up = (one.1.max(0.01).ln() - y.0) / (y.1 - y.0).max(1e-9);
            (left + across * (wide - 1.6 * edge), high - edge - up * (high - 2.0 * edge))
        };
        let line: Vec<String> = points.iter().map(at).map(|(px, py)| format!("{px:.1},{py:.1}")).collect();
        let _ = writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2\"/>", line.join(" "));
        for one in points {
            let (px, py) = at(one);
            let _ = writeln!(
                out,
                "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"3\" fill=\"#0072b2\"/><text x=\"{px:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.2}</text><text x=\"{px:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555555\">{}</text>",
                py - 8.0,
                one.1,
                high - edge + 20.0,
                one.0
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}; CPU seconds above the points</text>",
            left + 0.4 * wide,
            high - 8.0
        );
    }
    out.push_str("</svg>\n");
    out
}
