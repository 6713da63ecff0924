//! `ringfence areas`

use anyhow::{Context as _, bail};
use areas::import::{Columns, import};
use areas::{Area, AreaId};
use store::Actor;

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// The districts of a force or county; all where none is named.
    List {
        /// Force or county.
        #[arg(default_value = "all")]
        of: String,
    },
    /// One district.
    Show {
        /// Its id or name, or a postcode, sector, outward code or town.
        place: String,
    },
    /// Puts another country's areas in place of the built-in ones.
    Import {
        /// CSV: code, lat, lon and, where known, name, parent, population, `population_65_plus`.
        #[arg(long)]
        points: String,
        /// GeoJSON of boundaries.
        #[arg(long)]
        boundaries: Option<String>,
        /// Property of the boundaries that holds the code.
        #[arg(long, default_value = "id")]
        id_prop: String,
        /// CSV of codes: code, lat, lon, area, share.
        #[arg(long)]
        codes: Option<String>,
        /// The file's name for one of the columns: OURS=THEIRS.
        #[arg(long)]
        column: Vec<String>,
        /// The line to print wherever the areas are shown.
        #[arg(long, default_value = "")]
        attribution: String,
    },
    /// Puts the built-in areas back.
    Reset,
}

pub(crate) async fn run(command: Command, flags: &Flags) -> anyhow::Result<Outcome> {
    let context = context::open(load(flags)?).await?;
    let gazetteer = &context.gazetteer;
    match command {
        Command::List { of } => {
            let found = gazetteer.districts_of(&of);
            if found.is_empty() {
                bail!("there is no force or county '{of}'");
            }
            for area in found {
                print(area, flags.json)?;
            }
        }
        Command::Show { place } => {
            let given = areas::PlaceGiven {
                postcode: Some(&place),
                sector: Some(&place),
                outcode: Some(&place),
                district: Some(&place),
                town: Some(&place),
                ..areas::PlaceGiven::default()
            };
            let resolved = gazetteer.resolve(&given);
            if resolved.shares.is_empty() {
                bail!("'{place}' is no place that is known: give a district, town, postcode or its first part");
            }
            for (id, share) in &resolved.shares {
                let Some(area) = gazetteer.area(id) else { continue };
                if !flags.json {
                    super::print_line(&format!("{:.0} % of {place} lies in:", share * 100.0))?;
                }
                print(area, flags.json)?;
            }
        }
        Command::Import { points, boundaries, id_prop, codes, column, attribution } => {
            let mut columns = Columns::default();
            for pair in &column {
                let (ours, theirs) = pair.split_once('=').with_context(|| format!("--column: '{pair}' is not OURS=THEIRS"))?;
                columns.renamed.insert(ours.to_owned(), theirs.to_owned());
            }
            let points = context::read(&points)?;
            let boundaries = boundaries.as_deref().map(context::read).transpose()?;
            let codes = codes.as_deref().map(context::read).transpose()?;
            let imported = match import(
                &points,
                &columns,
                boundaries.as_deref().map(|text| (text, id_prop.as_str())),
                codes.as_deref(),
                &attribution,
            ) {
                Ok(imported) => imported,
                Err(errors) => {
                    for error in &errors {
                        eprintln!("{error}");
                    }
                    bail!("{} errors: nothing was imported", errors.len());
                }
            };
            for warning in &imported.warnings {
                eprintln!("{warning}");
            }
            let document = imported.gazetteer.to_json()?;
            context.store.set_gazetteer(Some(&document), &Actor::new("areas", "program"), context::now()).await?;
            super::print_line(&format!("{} areas imported", imported.gazetteer.districts().count()))?;
        }
        Command::Reset => {
            context.store.set_gazetteer(None, &Actor::new("areas", "program"), context::now()).await?;
            super::print_line("the built-in areas are back")?;
        }
    }
    Ok(Outcome::Done)
}

fn print(area: &Area, json: bool) -> anyhow::Result<()> {
    if json {
        return super::print_json(area);
    }
    let people = area.population.map_or_else(|| "population not known".to_owned(), |people| format!("{people} people"));
    let older = area.population_65_plus.map_or_else(String::new, |older| format!(", {older} aged 65 and over"));
    let AreaId(id) = &area.id;
    super::print_line(&format!("{id} {} ({}): {people}{older}", area.name, area.parent.as_deref().unwrap_or("no county")))
}
