//! Whether the calls stopped after the advice: what came in the areas that were warned against what was expected there.
//!
//! Calls of the stream are counted by their day, over as many days before the advice as after it (whole weeks where there are as
//! many; the day itself left out). What is expected after it in a warned area is what came there before, times the change in the areas
//! that were not warned: weekdays, holidays, publicity and reports that are still on their way strike both alike and cancel. The ratio
//! of observed to expected is the odds ratio of the table
//!
//! |              | after | before |
//! |--------------|-------|--------|
//! | warned       | a     | b      |
//! | not warned   | c     | d      |
//!
//! by its conditional maximum likelihood, with the exact interval given the margins (noncentral hypergeometric; Cornfield 1956). Areas
//! differ more than Poisson counts do: the interval's logarithm is stretched by √φ, φ the χ² of the areas not warned about their common
//! change, a degree of freedom, never below 1. Where those have fewer than [`FEWEST`] reports they say nothing, and "as before" is
//! expected (Clopper and Pearson 1934).
//!
//! A fall is no proof: advice comes when calls have just been many, and a series may have moved on by itself.

use std::collections::BTreeSet;

use areas::AreaId;
use jiff::civil::Date;

use crate::Case;

/// Fewest reports of the areas not warned, before and after together, that they are compared with.
pub const FEWEST: u32 = 8;
/// Weight of "no more than Poisson" in φ, in degrees of freedom.
const PHI_PRIOR: f64 = 5.0;
/// Share of the interval's error on each side: 95 % lie within.
const TAIL: f64 = 0.025;
/// Ratios are looked for between e^−30 and e^30.
const FARTHEST: f64 = 30.0;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'a> {
    /// The stream the advice is about.
    pub stream: &'a str,
    /// The areas that were warned.
    pub warned: &'a [AreaId],
    /// The day the advice was published.
    pub published: Date,
    /// The last day that is looked at.
    pub until: Date,
    /// Days looked at on each side, at most.
    pub most_days: u32,
}

/// Reports on both sides of the advice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Before it.
    pub before: u32,
    /// After it.
    pub after: u32,
}

/// An estimate with its interval of 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end; infinite where nothing bounds it.
    pub high: f64,
}

impl Ratio {
    /// Whether the whole interval lies below 1: fewer came than were expected.
    pub fn fell(&self) -> bool {
        self.high < 1.0
    }

    /// Whether the whole interval lies above 1.
    pub fn rose(&self) -> bool {
        self.low > 1.0
    }
}

/// What came of one kind of report.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Reports.
    pub counted: Counted,
    /// Reports that were expected after the advice.
    pub expected: f64,
    /// Observed to expected; `None` where nothing came on either side.
    pub ratio: Option<Ratio>,
}

/// What came in one area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEffect {
    /// The area.
    pub area: AreaId,
    /// Calls told of.
    pub calls: Effect,
    /// Calls by which money was lost.
    pub losses: Effect,
}

/// What is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The change in the areas that were not warned.
    OtherAreas,
    /// What came before: the other areas have too few reports.
    Before,
}

/// What came after an advice.
#[derive(Debug, Clone, PartialEq)]
pub struct AdviceEffect {
    /// Days counted on each side.
    pub days: u32,
    /// What it is compared with.
    pub against: Against,
    /// All warned areas together.
    pub calls: Effect,
    /// The same for calls by which money was lost.
    pub losses: Effect,
    /// Money lost in the warned areas before and after, in pence.
    pub lost_pence: (u64, u64),
    /// The warned areas, as asked.
    pub areas: Vec<AreaEffect>,
    /// Calls in the areas not warned.
    pub others: Counted,
    /// φ: how much more than Poisson the areas not warned differ.
    pub spread: f64,
    /// Calls of any kind since then that were reported, from anywhere. Where there are none, nobody has been listening, and no ratio is told.
    pub heard: u32,
}

impl AdviceEffect {
    /// One plain sentence about the calls.
    pub fn words(&self) -> String {
        if self.heard == 0 {
            return "No call of any kind since the advice has been reported yet, so nothing is known of its effect.".to_owned();
        }
        let expected = crate::words::decimal(self.calls.expected);
        let came = crate::words::count(u64::from(self.calls.counted.after), "call", "calls");
        let days = crate::words::count(u64::from(self.days), "day", "days");
        let against = match self.against {
            Against::OtherAreas => "by the change in the areas not warned",
            Against::Before => "by what came before",
        };
        let verdict = match self.calls.ratio {
            None => "nothing can be said".to_owned(),
            Some(ratio) => {
                let said = if ratio.fell() {
                    "they fell"
                } else if ratio.rose() {
                    "they rose"
                } else {
                    "this may be chance"
                };
                let high = if ratio.high.is_finite() { format!("{:.2}", ratio.high) } else { "any number".to_owned() };
                format!("{said}: {:.2} of what was expected, between {:.2} and {high}", ratio.value, ratio.low)
            }
        };
        format!(
            "{came} in the warned areas in the {days} after the advice, where {expected} would be expected {against}; {verdict}."
        )
    }
}

/// Counts and compares. `cases` may hold reports of other streams and times; `None` where no day has passed since the advice.
pub fn effect_of_advice(cases: &[Case], question: &Question<'_>) -> Option<AdviceEffect> {
    let passed = question.published.until(question.until).map(|span| span.get_days()).unwrap_or(0);
    let passed = u32::try_from(passed).unwrap_or(0).min(question.most_days);
    let days = if passed >= 7 { passed - passed % 7 } else { passed };
    if days == 0 {
        return None;
    }
    let warned: BTreeSet<&AreaId> = question.warned.iter().collect();
    let mut calls = vec![Counted::default(); question.warned.len()];
    let mut losses = calls.clone();
    let mut others: std::collections::BTreeMap<&AreaId, (Counted, Counted)> = std::collections::BTreeMap::new();
    let mut lost_pence = (0u64, 0u64);
    let heard = cases.iter().filter(|case| case.call_day > question.published).count();
    for case in cases {
        if case.main_stream() != question.stream || case.scam_call == Some(false) {
            continue;
        }
        let apart = question.published.until(case.call_day).map(|span| span.get_days()).unwrap_or(0);
        if apart == 0 || apart.unsigned_abs() > days {
            continue;
        }
        let Some(area) = case.main_district() else { continue };
        let lost = case.loss_pence.unwrap_or(0);
        let add = |counted: &mut Counted| if apart > 0 { counted.after += 1 } else { counted.before += 1 };
        if warned.contains(area) {
            for at in (0..question.warned.len()).filter(|at| question.warned[*at] == *area) {
                add(&mut calls[at]);
                if lost > 0 {
                    add(&mut losses[at]);
                }
            }
            let side = if apart > 0 { &mut lost_pence.1 } else { &mut lost_pence.0 };
            *side = side.saturating_add(lost);
        } else {
            let held = others.entry(area).or_default();
            add(&mut held.0);
            if lost > 0 {
                add(&mut held.1);
            }
        }
    }
    let other_calls: Vec<Counted> = others.values().map(|held| held.0).collect();
    let all_others = sum(other_calls.iter().copied());
    let other_losses = sum(others.values().map(|held| held.1));
    let spread = spread(&other_calls);
    let against = if all_others.before + all_others.after >= FEWEST { Against::OtherAreas } else { Against::Before };
    let effect = |counted: Counted, others: Counted| {
        let effect = effect(counted, others, spread);
        Effect { ratio: effect.ratio.filter(|_| heard > 0), ..effect }
    };
    Some(AdviceEffect {
        days,
        against,
        calls: effect(sum(calls.iter().copied()), all_others),
        losses: effect(sum(losses.iter().copied()), other_losses),
        lost_pence,
        areas: question
            .warned
            .iter()
            .zip(calls.iter().zip(&losses))
            .map(|(area, (calls, losses))| AreaEffect {
                area: area.clone(),
                calls: effect(*calls, all_others),
                losses: effect(*losses, other_losses),
            })
            .collect(),
        others: all_others,
        spread,
        heard: u32::try_from(heard).unwrap_or(u32::MAX),
    })
}

fn sum(counts: impl Iterator<Item = Counted>) -> Counted {
    counts.fold(Counted::default(), |a, b| Counted { before: a.before + b.before, after: a.after + b.after })
}

/// Observed to expected of one count, against the areas not warned or, where those have too few reports, against what came before.
fn effect(counted: Counted, others: Counted, spread: f64) -> Effect {
    let before = f64::from(counted.before);
    let nothing = counted.before + counted.after == 0;
    if others.before + others.after < FEWEST {
        return Effect { counted, expected: before, ratio: (!nothing).then(|| as_before(counted)) };
    }
    let change = (f64::from(others.after) + 0.5) / (f64::from(others.before) + 0.5);
    let ratio = (!nothing).then(|| {
        let ratio = ratio_of_ratios(counted, others);
        // Where an end or the estimate lies at nothing or at no bound there is nothing to stretch about.
        let stretch = |end: f64| {
            if ratio.value > 0.0 && ratio.value.is_finite() && end > 0.0 && end.is_finite() {
                ratio.value * ((end / ratio.value).ln() * spread.sqrt()).exp()
            } else {
                end
            }
        };
        Ratio { value: ratio.value, low: stretch(ratio.low), high: stretch(ratio.high) }
    });
    Effect { counted, expected: before * change, ratio }
}

/// φ of areas about their common change: χ² a degree of freedom, drawn towards 1, never below it.
fn spread(areas: &[Counted]) -> f64 {
    let all = sum(areas.iter().copied());
    let (before, after) = (f64::from(all.before), f64::from(all.after));
    if before + after <= 0.0 || before * after <= 0.0 {
        return 1.0;
    }
    let mut chi2 = 0.0;
    let mut df = -1.0;
    for area in areas {
        let n = f64::from(area.before + area.after);
        for (count, share) in [(area.before, before / (before + after)), (area.after, after / (before + after))] {
            let due = n * share;
            chi2 += (f64::from(count) - due).powi(2) / due;
        }
        df += 1.0;
    }
    if df <= 0.0 { 1.0 } else { ((chi2 + PHI_PRIOR) / (df + PHI_PRIOR)).max(1.0) }
}

/// The ratio of after to before in the one, to that in the other: the odds ratio by conditional maximum likelihood, with its exact
/// interval of 95 % given the margins (as Fisher's test has it).
pub fn ratio_of_ratios(one: Counted, other: Counted) -> Ratio {
    let table = Margins::of(one, other);
    let at = f64::from(one.after);
    let value = if one.after == table.least {
        0.0
    } else if one.after == table.most {
        f64::INFINITY
    } else {
        solve(|log| table.mean(log) - at)
    };
    // The more the odds, the more of the weight lies at and above what was seen.
    let low = if one.after == table.least { 0.0 } else { solve(|log| table.from(log, one.after) - TAIL) };
    let high = if one.after == table.most { f64::INFINITY } else { solve(|log| TAIL - table.up_to(log, one.after)) };
    Ratio { value, low, high }
}

/// After to before, with the exact interval of a binomial share.
fn as_before(counted: Counted) -> Ratio {
    let n = counted.before + counted.after;
    let terms: Vec<f64> = (0..=n).map(|k| log_choose(n, k)).collect();
    // ln odds of "after": P(X >= after) and P(X <= after) of a binomial.
    let share = |log: f64, from: u32, to: u32| {
        let weight = |k: u32| (terms[k as usize] + f64::from(k) * log - f64::from(n) * softplus(log)).exp();
        (from..=to).map(weight).sum::<f64>()
    };
    let value = if counted.before == 0 { f64::INFINITY } else { f64::from(counted.after) / f64::from(counted.before) };
    let low = if counted.after == 0 { 0.0 } else { solve(|log| share(log, counted.after, n) - TAIL) };
    let high = if counted.before == 0 { f64::INFINITY } else { solve(|log| TAIL - share(log, 0, counted.after)) };
    Ratio { value, low, high }
}

fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// What the margins of a table allow in its first cell, with the log weight of each at even odds.
struct Margins {
    least: u32,
    most: u32,
    weights: Vec<f64>,
}

impl Margins {
    fn of(one: Counted, other: Counted) -> Margins {
        let (rows, others) = (one.before + one.after, other.before + other.after);
        let after = one.after + other.after;
        let (least, most) = (after.saturating_sub(others), rows.min(after));
        let weights = (least..=most).map(|x| log_choose(rows, x) + log_choose(others, after - x)).collect();
        Margins { least, most, weights }
    }

    /// The weighted mean of `of` over the cell at these log odds.
    fn weighed(&self, log: f64, of: impl Fn(u32) -> f64) -> f64 {
        let logs: Vec<f64> = (self.least..=self.most).zip(&self.weights).map(|(x, weight)| weight + f64::from(x) * log).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut all) = (0.0, 0.0);
        for (x, one) in (self.least..=self.most).zip(logs) {
            let weight = (one - most).exp();
            sum += weight * of(x);
            all += weight;
        }
        sum / all
    }

    fn mean(&self, log: f64) -> f64 {
        self.weighed(log, f64::from)
    }

    fn from(&self, log: f64, x: u32) -> f64 {
        self.weighed(log, |at| if at >= x { 1.0 } else { 0.0 })
    }

    fn up_to(&self, log: f64, x: u32) -> f64 {
        self.weighed(log, |at| if at <= x { 1.0 } else { 0.0 })
    }
}

/// The ratio at which a rising function of its log is nothing.
fn solve(rising: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-FARTHEST, FARTHEST);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if rising(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).exp()
}

fn log_choose(n: u32, k: u32) -> f64 {
    let log_factorial = |n: u32| (2..=n).map(|k| f64::from(k).ln()).sum::<f64>();
    log_factorial(n) - log_factorial(k) - log_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn counted(before: u32, after: u32) -> Counted {
        Counted { before, after }
    }

    fn within(found: f64, known: f64, share: f64) {
        assert!((found - known).abs() <= share * known.abs(), "{found} is not {known}");
    }

    fn close(found: f64, known: f64) {
        within(found, known, 2e-4);
    }

    #[test]
    fn fishers_tea_and_convictions_have_their_published_odds_ratios() {
        // R's fisher.test on its manual's examples: Fisher's tea tasting (Agresti 1990) and convictions of like-sex twins (Fisher 1962).
        // The ends of its intervals are as exact as its search for a root: within a hundredth.
        let tea = ratio_of_ratios(counted(1, 3), counted(3, 1));
        close(tea.value, 6.408309);
        within(tea.low, 0.2117329, 0.01);
        within(tea.high, 621.9337505, 0.01);
        // By hand: ψ⁴ is 0.975 of 1 + 16ψ + 36ψ² + 16ψ³ + ψ⁴ at the upper end.
        let psi = tea.high;
        let all = 1.0 + 16.0 * psi + 36.0 * psi.powi(2) + 16.0 * psi.powi(3) + psi.powi(4);
        close(psi.powi(4) / all, 0.975);
        let twins = ratio_of_ratios(counted(15, 2), counted(3, 10));
        close(twins.value, 0.04693661);
        within(twins.low, 0.003325764, 0.01);
        within(twins.high, 0.363182271, 0.01);
        assert!(twins.fell() && !tea.fell() && !tea.rose());
    }

    #[test]
    fn as_before_is_the_binomial_of_clopper_and_pearson() {
        // 2 of 10: a share between 0.02521 and 0.55610, so odds between 0.02586 and 1.2528.
        let ratio = as_before(counted(8, 2));
        close(ratio.value, 0.25);
        close(ratio.low, 0.0252107 / 0.9747893);
        close(ratio.high, 0.5560955 / 0.4439045);
        assert_eq!(as_before(counted(4, 0)).low, 0.0);
        assert_eq!(as_before(counted(0, 4)).high, f64::INFINITY);
    }

    #[test]
    fn areas_that_change_together_have_no_spread_and_others_have() {
        assert!((spread(&[counted(10, 5), counted(20, 10), counted(40, 20)]) - 1.0).abs() < 1e-9);
        // By hand: shares 1/2; chi2 = 2·(5²/15) + 2·(5²/15) = 6.667 on one degree of freedom; (6.667 + 5) / 6.
        close(spread(&[counted(20, 10), counted(10, 20)]), (20.0 / 3.0 + 5.0) / 6.0);
    }

    fn case(n: usize, area: &str, day: Date, lost: Option<u64>) -> Case {
        let text = format!(
            r#"{{"id":"{n}","received_at":"2019-05-30T10:00:00Z","call_day":"{day}","shares":[["{area}",1.0]],
            "streams":[["courier_fraud",0.9]],"outcome":"unknown","use_for_advice":true}}"#
        );
        Case { loss_pence: lost, ..serde_json::from_str(&text).unwrap() }
    }

    #[test]
    fn a_fall_in_the_warned_areas_alone_is_seen_and_a_fall_of_everything_is_not() {
        let published = date(2019, 4, 22);
        let mut cases = Vec::new();
        let mut told = |area: &str, before: usize, after: usize| {
            for n in 0..before {
                cases.push(case(
                    cases.len(),
                    area,
                    published.saturating_sub(jiff::Span::new().days(1 + n as i64 % 14)),
                    Some(100),
                ));
            }
            for n in 0..after {
                cases.push(case(cases.len(), area, published.saturating_add(jiff::Span::new().days(1 + n as i64 % 14)), None));
            }
        };
        told("A", 24, 3);
        told("B", 10, 10);
        told("C", 12, 11);
        let warned = [AreaId("A".to_owned())];
        let mut question =
            Question { stream: "courier_fraud", warned: &warned, published, until: date(2019, 5, 9), most_days: 28 };
        let effect = effect_of_advice(&cases, &question).unwrap();
        // Seventeen days have passed: two whole weeks on each side.
        assert_eq!((effect.days, effect.against), (14, Against::OtherAreas));
        assert_eq!((effect.calls.counted, effect.others), (counted(24, 3), counted(22, 21)));
        assert!((effect.calls.expected - 24.0 * 21.5 / 22.5).abs() < 1e-9);
        assert!(effect.calls.ratio.unwrap().fell());
        assert_eq!(effect.lost_pence, (2400, 0));
        assert!(effect.words().contains("they fell"), "{}", effect.words());
        // The same fall everywhere is not the advice's.
        let everywhere: Vec<Case> = cases
            .iter()
            .enumerate()
            .filter(|(n, case)| case.call_day < published || n % 8 == 0)
            .map(|(_, case)| case.clone())
            .collect();
        let effect = effect_of_advice(&everywhere, &question).unwrap();
        assert!(!effect.calls.ratio.unwrap().fell(), "{effect:?}");
        // A desk that has heard nothing since does not take silence for a fall.
        let silent: Vec<Case> = cases.iter().filter(|case| case.call_day < published).cloned().collect();
        let effect = effect_of_advice(&silent, &question).unwrap();
        assert_eq!((effect.heard, effect.calls.ratio), (0, None));
        assert!(effect.words().starts_with("No call of any kind since the advice"), "{}", effect.words());
        // On the day itself nothing can be said; of another stream nothing came.
        question.until = published;
        assert_eq!(effect_of_advice(&cases, &question), None);
        question = Question { stream: "tax", until: date(2019, 5, 9), ..question };
        let effect = effect_of_advice(&cases, &question).unwrap();
        assert_eq!((effect.calls.ratio, effect.against), (None, Against::Before));
    }
}
