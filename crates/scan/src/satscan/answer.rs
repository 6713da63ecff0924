//! What a scan found, as machines and as people read it.

use std::fmt::Write;

use serde::Serialize;

use super::options::{Model, Options};
use super::study::{Search, Study};
use crate::drill::{Drill, drill};
use crate::{Findings, Found, Problem, Ratio, Shape, recurrence_interval};

/// The contract's shape, and what else is known after it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Short name of the model.
    pub model: &'static str,
    /// Clusters, best first.
    pub clusters: Vec<ClusterAnswer>,
    /// Replicates that were drawn.
    pub replications: usize,
    /// Their seed.
    pub seed: u64,
    /// What was searched: retrospective or prospective, space, time.
    pub analysis: &'static str,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterAnswer {
    /// Ids, the centre first.
    pub locations: Vec<String>,
    /// Streams, where several were scanned at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub streams: Vec<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Cases.
    pub cases: u32,
    /// Expected.
    pub expected: f64,
    /// Log-likelihood ratio.
    pub llr: f64,
    /// The p-value; null without replicates.
    pub p: Option<f64>,
    /// Days; null for scans that look back.
    pub recurrence_interval_days: Option<f64>,
    /// Risk inside over risk outside; null where all cases are inside.
    pub relative_risk: Option<f64>,
    /// Gumbel p-value; null without replicates or with low rates.
    pub gumbel_p: Option<f64>,
    /// Ellipse: axes' ratio and angle in degrees from north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ellipse: Option<(f64, f64)>,
}

impl Study {
    /// The recurrence interval of a cluster, days; none for scans that look back or without replicates.
    pub fn recurrence(&self, options: &Options, findings: &Findings, found: &Found) -> Option<f64> {
        let judged = options.analysis.is_prospective() && !findings.replicates.maxima.is_empty();
        judged.then(|| recurrence_interval(found.p, self.days_between, self.earlier))
    }

    /// As machines read it.
    pub fn answer(&self, options: &Options, findings: &Findings) -> Answer {
        let judged = !findings.replicates.maxima.is_empty();
        let clusters = findings
            .clusters
            .iter()
            .filter(|found| found.llr > 0.0)
            .map(|found| {
                let (from, to) = self.dates(found.from, found.to);
                let risk = crate::drill::relative_risk(self.problem.ratio, f64::from(found.cases), found.expected);
                ClusterAnswer {
                    locations: self.ids(&found.locations).into_iter().map(str::to_owned).collect(),
                    streams: self.streams(found).into_iter().map(str::to_owned).collect(),
                    from,
                    to,
                    cases: found.cases,
                    expected: found.expected,
                    llr: found.llr,
                    p: judged.then_some(found.p),
                    recurrence_interval_days: self.recurrence(options, findings, found),
                    relative_risk: risk.is_finite().then_some(risk),
                    gumbel_p: found.gumbel,
                    ellipse: found.ellipse,
                }
            })
            .collect();
        Answer {
            model: options.model.name(),
            clusters,
            replications: findings.replicates.maxima.len(),
            seed: self.settings.seed,
            analysis: options.analysis.name(),
        }
    }

    /// The locations nearest to a cluster's centre that are not in it.
    fn beside(&self, found: &Found, most: usize) -> Vec<usize> {
        let Some(centre) = found.locations.first().filter(|_| !found.temporal) else { return Vec::new() };
        let from = self.places[*centre].point;
        let mut others: Vec<usize> =
            (0..self.places.len()).filter(|one| self.places[*one].at.is_some() && !found.locations.contains(one)).collect();
        others
            .sort_by(|a, b| from.squared(&self.places[*a].point).total_cmp(&from.squared(&self.places[*b].point)).then(a.cmp(b)));
        others.truncate(most);
        others
    }

    /// A closer look at a cluster, with the few locations nearest to it.
    pub fn drill(&self, found: &Found) -> Drill {
        let beside = self.beside(found, 3);
        match &self.search {
            // Of a cluster of streams its own streams are looked at.
            Search::Streams { streams, .. } => {
                let cells = self.problem.cases.len();
                let of = |stream: &usize| stream * cells..(stream + 1) * cells;
                let mut own = Problem { cases: vec![0; cells], expected: vec![0.0; cells], ..self.problem.clone() };
                for stream in &found.streams {
                    own.cases.iter_mut().zip(&streams.cases[of(stream)]).for_each(|(sum, one)| *sum += one);
                    own.expected.iter_mut().zip(&streams.expected[of(stream)]).for_each(|(sum, one)| *sum += one);
                }
                drill(&own, found, &beside)
            }
            Search::Zones | Search::Shape(..) => drill(&self.problem, found, &beside),
        }
    }

    /// Names of a cluster's streams.
    fn streams(&self, found: &Found) -> Vec<&str> {
        match &self.search {
            Search::Streams { names, .. } => found.streams.iter().map(|one| names[*one].as_str()).collect(),
            Search::Zones | Search::Shape(..) => Vec::new(),
        }
    }

    /// What is searched, as the report says it.
    fn searched(&self) -> String {
        let windows = self.problem.windows.count();
        match &self.search {
            Search::Zones => format!("Zones, windows        {} × {windows}", self.problem.zones.count()),
            Search::Shape(Shape::Subsets { nearest }, cost) => {
                let most = nearest.first().map_or(0, Vec::len);
                format!("Sets, windows         subsets of {most} nearest, {cost} nats a location × {windows}")
            }
            Search::Shape(Shape::Connected { largest, .. }, cost) => {
                format!("Sets, windows         connected sets of up to {largest}, {cost} nats a location × {windows}")
            }
            Search::Streams { names, neighbourhoods, .. } => {
                let most = neighbourhoods.first().map_or(0, Vec::len);
                format!("Sets, windows         subsets of {most} nearest and of {} streams × {windows}", names.len())
            }
        }
    }

    /// As an analyst reads it.
    pub fn report(&self, options: &Options, findings: &Findings) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write_report(options, findings, &mut text);
        text
    }

    fn write_report(&self, options: &Options, findings: &Findings, out: &mut String) -> std::fmt::Result {
        if !options.title.is_empty() {
            writeln!(out, "{}\n", options.title)?;
        }
        let analysis = options.analysis.name();
        writeln!(
            out,
            "{}{} scan for {} rates, {} model\n",
            analysis[..1].to_uppercase(),
            &analysis[1..],
            self.rates_in_words(),
            options.model.title()
        )?;
        let last = self.problem.intervals - 1;
        let (from, to) = self.dates(0, last);
        let ids: usize = self.places.iter().map(|place| place.ids.len()).sum();
        writeln!(out, "Study period          {from} to {to}")?;
        if last > 0 {
            writeln!(
                out,
                "Intervals             {} of {} {}",
                last + 1,
                options.unit_length,
                options.unit.name(options.unit_length as usize)
            )?;
        }
        let shared = if ids == self.places.len() { String::new() } else { format!(" at {} places", self.places.len()) };
        writeln!(out, "Locations             {ids}{shared}")?;
        writeln!(out, "Cases                 {}", self.problem.total())?;
        if let Some(people) = &self.people {
            writeln!(out, "Population, average   {:.0}", people.iter().sum::<f64>())?;
        }
        if let Ratio::Bernoulli { cases, points } = self.problem.ratio {
            writeln!(out, "Controls              {:.0}", points - cases)?;
        }
        if let (Some(dispersion), Model::NegativeBinomial { .. }) = (self.dispersion, options.model) {
            writeln!(out, "Dispersion            {dispersion:.3}")?;
        }
        if self.left_out.0 > 0 {
            writeln!(out, "Left out              {} cases outside the study period", self.left_out.0)?;
        }
        if self.left_out.1 > 0 {
            writeln!(out, "Left out              {} cases of unknown locations", self.left_out.1)?;
        }
        if self.in_gaps > 0 {
            writeln!(out, "Left out              {} cases in times said to be without data", self.in_gaps)?;
        }
        if let Some(share) = self.in_by_now {
            writeln!(out, "In by now             {:.0} % of the last day's reports", 100.0 * share)?;
        }
        writeln!(out, "{}", self.searched())?;
        let drawn = findings.replicates.maxima.len();
        let stopped = if findings.replicates.stopped { ", stopped early: enough were as high" } else { "" };
        writeln!(out, "Replicates            {drawn} (seed {}){stopped}", self.settings.seed)?;
        if findings.clusters.iter().all(|found| found.llr <= 0.0) {
            writeln!(out, "\nNo cluster: no window differs from what is expected.")?;
        }
        for (position, found) in findings.clusters.iter().filter(|found| found.llr > 0.0).enumerate() {
            self.write_cluster(options, findings, position + 1, found, out)?;
        }
        if drawn > 0 {
            writeln!(out, "\nClusters that every replicate beats are not told. Where scores are equal, so are their p-values.")?;
        }
        Ok(())
    }

    fn write_cluster(
        &self,
        options: &Options,
        findings: &Findings,
        number: usize,
        found: &Found,
        out: &mut String,
    ) -> std::fmt::Result {
        let look = self.drill(found);
        let ids = self.ids(&found.locations);
        writeln!(out, "\n{number}. {}", if found.temporal { "All locations".to_owned() } else { ids.join(", ") })?;
        if let (Some(centre), false) = (found.locations.first().and_then(|one| self.places[*one].at), found.temporal) {
            let far = found.locations.last().map_or(0.0, |one| {
                crate::distance(&self.places[found.locations[0]].point, &self.places[*one].point, options.coordinates)
            });
            let unit = if options.coordinates == crate::Coordinates::LatLon { " km" } else { "" };
            match found.ellipse {
                None if self.search != Search::Zones => writeln!(out, "   Begins at           {:.6}, {:.6}", centre.x, centre.y)?,
                None => writeln!(out, "   Centre, radius      {:.6}, {:.6}; {far:.2}{unit}", centre.x, centre.y)?,
                Some((shape, angle)) => {
                    writeln!(
                        out,
                        "   Centre, ellipse     {:.6}, {:.6}; {shape} to 1, {angle:.0}° from north",
                        centre.x, centre.y
                    )?;
                }
            }
        }
        let streams = self.streams(found);
        if !streams.is_empty() {
            writeln!(out, "   Streams             {}", streams.join(", "))?;
        }
        let (from, to) = self.dates(found.from, found.to);
        writeln!(out, "   When                {from} to {to}")?;
        writeln!(out, "   Cases, expected     {}, {:.2}", found.cases, found.expected)?;
        writeln!(out, "   Observed/expected   {:.2}", f64::from(found.cases) / found.expected.max(1e-9))?;
        if look.relative_risk.is_finite() {
            writeln!(out, "   Relative risk       {:.2}", look.relative_risk)?;
        }
        let statistic = match &self.search {
            Search::Shape(..) => "Score, less cost   ",
            _ if options.model == Model::Permutation => "Test statistic     ",
            _ => "Log-likelihood     ",
        };
        writeln!(out, "   {statistic} {:.6}", found.llr)?;
        if !findings.replicates.maxima.is_empty() {
            writeln!(out, "   p                   {}", p_text(found.p))?;
            if let Some(gumbel) = found.gumbel {
                writeln!(out, "   p, Gumbel           {}", p_text(gumbel))?;
            }
        }
        if let Some(days) = self.recurrence(options, findings, found) {
            writeln!(
                out,
                "   Recurrence interval {}: by chance alone a cluster as strong comes once in that time",
                interval_text(days)
            )?;
        }
        if found.temporal || (look.inside.len() < 2 && look.beside.is_empty()) {
            return Ok(());
        }
        writeln!(out, "   Border strength     {:.2} nats", look.border)?;
        writeln!(out, "   location              cases  expected  observed/expected  score without it")?;
        for near in &look.inside {
            self.write_near(near, out)?;
        }
        if !look.beside.is_empty() {
            writeln!(out, "   nearest outside       cases  expected  observed/expected  change with it")?;
            for near in &look.beside {
                self.write_near(near, out)?;
            }
        }
        Ok(())
    }

    fn write_near(&self, near: &crate::drill::Near, out: &mut String) -> std::fmt::Result {
        let ids = self.places[near.location].ids.join("+");
        let change = if near.difference.is_finite() { near.difference } else { 0.0 };
        writeln!(out, "   {ids:<20} {:>6} {:>9.2} {:>18.2} {change:>16.2}", near.cases, near.expected, near.ratio)
    }
}

fn p_text(p: f64) -> String {
    if p < 0.0001 { format!("{p:.1e}") } else { format!("{p:.5}").trim_end_matches('0').trim_end_matches('.').to_owned() }
}

fn interval_text(days: f64) -> String {
    if days < 365.25 { format!("{days:.0} days") } else { format!("{:.1} years", days / 365.25) }
}
