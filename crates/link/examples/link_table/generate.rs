//! Invented tables with truth, for development: reports of crews that keep some of their habits, and people written down more than once.
//! Made by this project; nothing in them is anybody's.

use std::fmt::Write as _;

use crate::dice::Dice;

/// A table as CSV and, row by row, who.
pub(crate) struct Made {
    pub(crate) csv: String,
    pub(crate) truth: Vec<u32>,
}

/// How a table of reports is made.
pub(crate) struct Habits {
    /// Share of reports that are of no series.
    pub(crate) alone: f64,
    /// Mean further reports of a series.
    pub(crate) mean: f64,
    /// P(a field keeps the series' value).
    pub(crate) keep: f64,
    /// P(a value is missing), scaled by field.
    pub(crate) missing: f64,
    /// P(a slip).
    pub(crate) slip: f64,
    /// Days covered.
    pub(crate) days: f64,
    /// Numbers a series uses, at most.
    pub(crate) numbers: usize,
    /// Share of reports that show one of a few numbers that are nobody's.
    pub(crate) spoofed: f64,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits { alone: 0.4, mean: 6.0, keep: 0.8, missing: 1.0, slip: 0.05, days: 900.0, numbers: 4, spoofed: 0.01 }
    }
}

const CLAIMS: usize = 14;
const PRETEXTS: usize = 9;
const DEMANDS: usize = 8;
const HANDOVERS: usize = 5;
const POST: [&str; 28] = [
    "AL", "B", "BA", "BS", "CB", "CM", "CT", "DE", "E", "EX", "GL", "HP", "L", "LE", "LU", "M", "ME", "N", "NE", "NR", "OX",
    "PO", "RG", "S", "SE", "SW", "W", "YO",
];

struct Series {
    numbers: Vec<String>,
    names: Vec<(usize, usize)>,
    badges: Vec<String>,
    claim: usize,
    pretext: usize,
    demand: usize,
    handover: usize,
    letters: usize,
    district: usize,
    first: f64,
    length: f64,
}

fn number(dice: &mut Dice) -> String {
    if dice.chance(0.5) {
        format!("07{:09}", dice.next() % 1_000_000_000)
    } else {
        format!("01{:09}", dice.next() % 1_000_000_000)
    }
}

fn series(dice: &mut Dice, habits: &Habits) -> Series {
    let claim = dice.zipf(CLAIMS);
    Series {
        numbers: (0..1 + dice.below(habits.numbers)).map(|_| number(dice)).collect(),
        names: (0..1 + dice.below(3)).map(|_| (dice.zipf(350), dice.zipf(600))).collect(),
        badges: (0..1 + dice.below(2)).map(|_| format!("{}", 1000 + dice.next() % 700_000)).collect(),
        claim,
        // A claim has its usual pretexts: what scripts share is no sign of one crew.
        pretext: if dice.chance(0.5) { claim * 5 % PRETEXTS } else { dice.below(PRETEXTS) },
        demand: dice.below(DEMANDS),
        handover: dice.zipf(HANDOVERS),
        letters: dice.zipf(POST.len()),
        district: 1 + dice.below(12),
        first: dice.share() * habits.days,
        length: 4.0 + 50.0 * dice.share(),
    }
}

/// Reports of scam calls.
pub(crate) fn reports(rows: usize, seed: u64, habits: &Habits) -> Made {
    let mut dice = Dice(seed);
    let mut lines: Vec<(String, u32)> = Vec::with_capacity(rows);
    let mut who = 0u32;
    let spoofed: Vec<String> = (0..5).map(|_| number(&mut dice)).collect();
    while lines.len() < rows {
        let one = series(&mut dice, habits);
        let size = if dice.chance(habits.alone * habits.mean / (1.0 + habits.alone * (habits.mean - 1.0))) {
            1
        } else {
            2 + (-(dice.share().max(1e-9)).ln() * habits.mean * if dice.chance(0.05) { 6.0 } else { 0.8 }) as usize
        };
        for _ in 0..size.min(rows - lines.len()) {
            let line = report(&mut dice, &one, habits, &spoofed);
            lines.push((line, who));
        }
        who += 1;
    }
    for place in (1..lines.len()).rev() {
        let other = dice.below(place + 1);
        lines.swap(place, other);
    }
    let mut made = Made {
        csv: String::from("ref,caller,given,family,warrant,claims,story,wants,takes,outcode,received\n"),
        truth: Vec::new(),
    };
    for (place, (line, who)) in lines.into_iter().enumerate() {
        let _ = writeln!(made.csv, "{place},{line}");
        made.truth.push(who);
    }
    made
}

fn report(dice: &mut Dice, one: &Series, habits: &Habits, spoofed: &[String]) -> String {
    let missing = |dice: &mut Dice, p: f64| dice.chance(p * habits.missing);
    let slipped = |dice: &mut Dice, value: String| if dice.chance(habits.slip) { dice.slip(&value) } else { value };
    let caller = if missing(dice, 0.42) {
        String::new()
    } else if dice.chance(habits.spoofed) {
        spoofed[dice.below(spoofed.len())].clone()
    } else {
        let value = one.numbers[dice.below(one.numbers.len())].clone();
        slipped(dice, value)
    };
    let (given, family) = one.names[dice.below(one.names.len())];
    let given = if missing(dice, 0.4) { String::new() } else { slipped(dice, Dice::name(given, 1)) };
    let family = if missing(dice, 0.3) { String::new() } else { slipped(dice, Dice::name(family, 2)) };
    let warrant = if missing(dice, 0.6) {
        String::new()
    } else {
        let value = one.badges[dice.below(one.badges.len())].clone();
        slipped(dice, value)
    };
    let mut kept = |value: usize, most: usize| if dice.chance(habits.keep) { value } else { dice.below(most) };
    let claim = kept(one.claim, CLAIMS);
    let story = kept(one.pretext, PRETEXTS);
    let wants = kept(one.demand, DEMANDS);
    let takes = kept(one.handover, HANDOVERS);
    let letters = if dice.chance(0.95) { one.letters } else { dice.zipf(POST.len()) };
    let district = (one.district + dice.below(4)).saturating_sub(dice.below(4)).max(1);
    let day = (one.first + one.length * dice.share() * dice.share() * 1.5).max(0.0) as u32;
    format!(
        "{caller},{given},{family},{warrant},claim {claim},story {story},wants {wants},takes {takes},{}{district},{day}",
        POST[letters]
    )
}

const ORGANISATIONS: [&str; 16] = [
    "Met Police",
    "County Police",
    "Lloyds",
    "NatWest",
    "Barclays",
    "HSBC",
    "Scotland Yard",
    "Santander",
    "HMRC",
    "National Crime Agency",
    "BT",
    "Visa",
    "Amazon",
    "Post Office",
    "City Police",
    "Western Police",
];
const CALL_PRETEXTS: usize = 10;
const CALL_DEMANDS: usize = 7;
const CALL_HANDOVERS: usize = 5;
const LETTERS: usize = 41;

/// Reports with the columns of `scam_10k.csv.gz` (and its `series`), and about its shares of missing values, of slips, of lone reports and
/// of sizes: a table of any length of that kind. A crew has a few numbers, aliases that belong together, mostly one badge.
pub(crate) fn calls(rows: usize, seed: u64, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut dice = Dice(seed);
    let mut lines: Vec<String> = Vec::with_capacity(rows);
    let mut series = 0usize;
    while lines.len() < rows {
        let size = if series % 100 < 76 {
            1
        } else {
            // A long tail from two, none above two hundred.
            ((2.0 / (1.0 - dice.share()).powf(0.72)) as usize).clamp(2, 200)
        };
        let letters = dice.zipf(LETTERS * 3) % LETTERS;
        let phones: Vec<String> =
            (0..1 + dice.below(4)).map(|_| format!("0{}{:09}", [1, 2, 7][dice.below(3)], dice.next() % 1_000_000_000)).collect();
        let aliases: Vec<(usize, usize)> = (0..1 + dice.below(3)).map(|_| (dice.below(60), dice.zipf(100))).collect();
        let badge = format!("{}", 1000 + dice.next() % 900_000);
        let habits = [dice.zipf(16), dice.below(CALL_PRETEXTS), dice.below(CALL_DEMANDS), dice.below(CALL_HANDOVERS)];
        let district = 1 + dice.below(10);
        let (first, pace) = (dice.share() * 1_090.0, 4.0 + 18.0 * dice.share());
        for _ in 0..size.min(rows - lines.len()) {
            let slipped = |dice: &mut Dice, value: String| if dice.chance(0.08) { dice.slip(&value) } else { value };
            let phone = phones[dice.below(phones.len())].clone();
            let phone = if dice.chance(0.45) { String::new() } else { slipped(&mut dice, phone) };
            let (one, two) = aliases[dice.below(aliases.len())];
            let one = if dice.chance(0.44) { String::new() } else { slipped(&mut dice, Dice::name(one, 1)) };
            let two = if dice.chance(0.3) { String::new() } else { slipped(&mut dice, Dice::name(two, 2)) };
            let badge = if dice.chance(0.65) { String::new() } else { slipped(&mut dice, badge.clone()) };
            let mut kept = |value: usize, most: usize| if dice.chance(0.87) { value } else { dice.below(most) };
            let (claim, pretext) = (kept(habits[0], 16), kept(habits[1], CALL_PRETEXTS));
            let (demand, handover) = (kept(habits[2], CALL_DEMANDS), kept(habits[3], CALL_HANDOVERS));
            let letters = if dice.chance(0.97) { letters } else { dice.below(LETTERS) };
            let district = (district + dice.below(5)).saturating_sub(2).max(1);
            let day = (first + pace * -(1.0 - dice.share()).ln()).min(first + 60.0) as u32;
            lines.push(format!(
                "{phone},{one},{two},{badge},{},pretext {pretext},demand {demand},hand-over {handover},{}{}{district},{day},{series}",
                ORGANISATIONS[claim],
                (b'A' + (letters / 5) as u8) as char,
                (b'K' + (letters % 5) as u8) as char,
            ));
        }
        series += 1;
    }
    for place in (1..lines.len()).rev() {
        let other = dice.below(place + 1);
        lines.swap(place, other);
    }
    writeln!(out, "unique_id,phone,alias_first,alias_last,badge,org,pretext,demand,handover,area,day,series")?;
    for (place, line) in lines.iter().enumerate() {
        writeln!(out, "{place},{line}")?;
    }
    Ok(())
}

/// People written down more than once, with slips, missing parts and changed-over names.
pub(crate) fn people(rows: usize, seed: u64, copies: f64, slip: f64) -> Made {
    let mut dice = Dice(seed);
    let mut lines: Vec<(String, u32)> = Vec::new();
    let mut who = 0u32;
    while lines.len() < rows {
        let given = Dice::name(dice.zipf(400), 1);
        let family = Dice::name(dice.zipf(900), 2);
        let town = dice.zipf(120);
        let street = format!("{} {}", Dice::name(dice.below(2500), 4), ["Road", "Lane", "Close", "Avenue"][dice.below(4)]);
        let house = 1 + dice.zipf(200);
        let born = (1930 + dice.below(85), 1 + dice.below(12), 1 + dice.below(28));
        let postcode = format!(
            "{}{} {}{}{}",
            POST[town % POST.len()],
            1 + town % 20,
            1 + dice.below(9),
            (b'A' + dice.below(20) as u8) as char,
            (b'A' + dice.below(20) as u8) as char
        );
        let mail = format!(
            "{}.{}{}@{}",
            given.to_lowercase(),
            family.to_lowercase(),
            dice.below(99),
            ["example.com", "example.org", "example.net"][dice.below(3)]
        );
        let size = 1 + (-(dice.share().max(1e-9)).ln() * copies) as usize;
        for _ in 0..size.min(8).min(rows - lines.len()) {
            let mut part = |value: &str, missing: f64| {
                if dice.chance(missing) {
                    return String::new();
                }
                let mut value = value.to_owned();
                for _ in 0..2 {
                    if dice.chance(slip) {
                        value = dice.slip(&value);
                    }
                }
                value
            };
            let (mut first, mut last) = (part(&given, 0.05), part(&family, 0.04));
            let born = part(&format!("{}-{:02}-{:02}", born.0, born.1, born.2), 0.05);
            let (house, street, town) = (part(&house.to_string(), 0.06), part(&street, 0.08), part(&Dice::name(town, 3), 0.05));
            let (postcode, mail) = (part(&postcode, 0.1), part(&mail, 0.35));
            if dice.chance(0.03) {
                std::mem::swap(&mut first, &mut last);
            }
            lines.push((format!("{first},{last},{born},{house},{street},{town},{postcode},{mail}"), who));
        }
        who += 1;
    }
    for place in (1..lines.len()).rev() {
        let other = dice.below(place + 1);
        lines.swap(place, other);
    }
    let mut made =
        Made { csv: String::from("id,first_name,last_name,born,house,street,town,postcode,email\n"), truth: Vec::new() };
    for (place, (line, who)) in lines.into_iter().enumerate() {
        let _ = writeln!(made.csv, "p{place},{line}");
        made.truth.push(who);
    }
    made
}
