//! What must raise no alarm.

use super::{County, Told, World, background};
use crate::simulate::Chance;

/// Things that happen and are no series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// After advice, everybody tells of everything three times as often for five days.
    Surge,
    /// A long weekend without reports, and the catch-up.
    BankHoliday,
    /// One person tells of one number twenty times.
    Persistent,
    /// Forty reports of the last six weeks stamped with one day.
    Backlog,
    /// Everything falls to 0.43, for good.
    Drop,
    /// Everything rises by a half, for good.
    Rise,
    /// Four people tell of one call.
    Duplicates,
}

impl Quiet {
    /// All.
    pub const ALL: [Quiet; 7] =
        [Quiet::Surge, Quiet::BankHoliday, Quiet::Persistent, Quiet::Backlog, Quiet::Drop, Quiet::Rise, Quiet::Duplicates];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Quiet::Surge => "surge x3",
            Quiet::BankHoliday => "bank holiday",
            Quiet::Persistent => "persistent reporter",
            Quiet::Backlog => "backlog of 40",
            Quiet::Drop => "drop x0.43",
            Quiet::Rise => "rise x1.5",
            Quiet::Duplicates => "one call, four people",
        }
    }
}

pub(crate) fn happen(county: &County, world: &World, quiet: Quiet, start: i64, told: &mut Vec<Told>, chance: &mut Chance) {
    match quiet {
        Quiet::Surge => more(county, world, start, 5, 2.0, told, chance),
        Quiet::Rise => more(county, world, start, 30, 0.5, told, chance),
        Quiet::Drop => told.retain(|call| call.day < start || chance.happens(0.43)),
        Quiet::BankHoliday => {
            for call in told.iter_mut().filter(|call| (start..start + 4).contains(&call.day)) {
                if chance.happens(0.6) {
                    call.received = Some(start + 4);
                }
            }
        }
        Quiet::Persistent => {
            let mut call = background::courier(start, chance.weighted(&county.older), chance);
            call.number = Some(background::drama(chance));
            call.reporter = Some(7);
            call.sector = county.sectors[call.area].first().cloned();
            for n in 0..20 {
                told.push(Told { day: start + n, received: Some(start + n), ..call.clone() });
            }
        }
        Quiet::Backlog => {
            let mut late = Vec::new();
            more(county, world, start - 14, 14, 40.0 / (14.0 * (world.courier + world.other)), &mut late, chance);
            for call in &mut late {
                call.day = start;
                call.received = Some(start);
            }
            told.extend(late);
        }
        Quiet::Duplicates => {
            let mut call = background::courier(start, chance.weighted(&county.older), chance);
            call.number = Some(background::drama(chance));
            call.sector = county.sectors[call.area].first().cloned();
            for n in 0..4 {
                told.push(Told { received: Some(start + n / 2), ..call.clone() });
            }
        }
    }
}

/// More of everything for some days.
fn more(county: &County, world: &World, start: i64, days: i64, share: f64, told: &mut Vec<Told>, chance: &mut Chance) {
    let extra = World { courier: world.courier * share, other: world.other * share, ..world.clone() };
    for mut call in background::calls(county, &extra, days, chance) {
        call.day += start;
        told.push(call);
    }
}
