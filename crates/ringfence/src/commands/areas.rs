//! `ringfence areas`

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use areas::import::{Columns, import};
use areas::map::{MapRequest, render_svg, table};
use areas::{Area, AreaId, Gazetteer};
use store::Actor;

use crate::Outcome;
use crate::config::{Flags, Settings, load};
use crate::context;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// The districts of a force or county; all where none is named.
    #[command(after_help = "Example: ringfence areas list Hertfordshire")]
    List {
        /// Force or county.
        #[arg(default_value = "all")]
        of: String,
    },
    /// One district, or those that a place lies in.
    #[command(after_help = "Example: ringfence areas show 'AL1 3JQ'")]
    Show {
        /// Its id or name, or a postcode, sector, outward code or town.
        place: String,
    },
    /// Draws the districts of a force or county, or of the whole country, and prints the same facts as a table.
    #[command(after_help = "Example: ringfence areas map Hertfordshire --out hertfordshire.svg")]
    Map {
        /// Force or county.
        #[arg(default_value = "all")]
        of: String,
        /// SVG file to write.
        #[arg(long)]
        out: String,
        /// Width in pixels.
        #[arg(long, default_value_t = 800, value_parser = clap::value_parser!(u16).range(200..=4000))]
        width: u16,
    },
    /// Puts another country's areas in place of the built-in ones, if all of them pass the checks.
    #[command(
        after_help = "Example: ringfence areas import --points us_area_code_centroids.csv --column code=area_code --column parent=state"
    )]
    Import {
        /// CSV: code and, where known, name, lat, lon, parent, population, `population_65_plus`. A point may be left out where
        /// there is a boundary.
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
    #[command(after_help = "Example: ringfence areas reset")]
    Reset,
}

pub(crate) async fn run(command: Command, flags: &Flags) -> anyhow::Result<Outcome> {
    let settings = load(flags)?;
    match command {
        Command::List { of } => {
            let gazetteer = gazetteer(settings).await?;
            let found = gazetteer.districts_of(&of);
            if found.is_empty() {
                bail!("there is no force or county '{of}'");
            }
            for area in found {
                print(area, flags.json)?;
            }
        }
        Command::Show { place } => {
            let gazetteer = gazetteer(settings).await?;
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
        Command::Map { of, out, width } => draw(&gazetteer(settings).await?, &of, &out, width, flags)?,
        Command::Import { points, boundaries, id_prop, codes, column, attribution } => {
            let context = context::open(settings).await?;
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
                    let (first, more) = (&errors[0], errors.len() - 1);
                    for error in &errors[1..] {
                        eprintln!("{error}");
                    }
                    let others = if more > 0 { format!(" (and {more} more, above)") } else { String::new() };
                    bail!("{first}{others}: nothing was imported");
                }
            };
            for warning in &imported.warnings {
                eprintln!("{warning}");
            }
            let document = imported.gazetteer.to_json()?;
            context.store.set_gazetteer(Some(&document), &Actor::new("areas", "program"), context::now()).await?;
            let count = imported.gazetteer.districts().count();
            let answer = serde_json::json!({ "areas": count, "warnings": imported.warnings });
            super::tell(flags, &answer, &format!("{count} areas imported"))?;
        }
        Command::Reset => {
            let context = context::open(settings).await?;
            context.store.set_gazetteer(None, &Actor::new("areas", "program"), context::now()).await?;
            super::tell(flags, &serde_json::json!({ "areas": "built-in" }), "the built-in areas are back")?;
        }
    }
    Ok(Outcome::Done)
}

/// The areas that hold. To look at the built-in ones no database is made.
async fn gazetteer(settings: Settings) -> anyhow::Result<Gazetteer> {
    match context::sqlite_path(&settings.database) {
        Some(path) if !path.exists() => Ok(Gazetteer::united_kingdom()),
        _ => Ok(context::open(settings).await?.gazetteer),
    }
}

const STYLE: &str = ".area{fill:#f3f2f1;stroke:#505a5f;stroke-width:.6}.name{font-family:sans-serif;fill:#0b0c0c;\
     paint-order:stroke;stroke:#fff;stroke-width:2px}";

/// Writes the drawing and prints the table beside it.
fn draw(gazetteer: &Gazetteer, of: &str, out: &str, width: u16, flags: &Flags) -> anyhow::Result<()> {
    let areas: Vec<AreaId> = gazetteer.districts_of(of).iter().map(|area| area.id.clone()).collect();
    if areas.is_empty() {
        bail!("there is no force or county '{of}'");
    }
    let title = if of == "all" { "All districts".to_owned() } else { of.to_owned() };
    let description = format!("{} districts. {}", areas.len(), gazetteer.attribution().join(" "));
    let fills = BTreeMap::new();
    let request = MapRequest {
        areas: &areas,
        around: &[],
        fills: &fills,
        title: &title,
        description: &description,
        id: "map",
        width: f64::from(width),
    };
    // On a page the style sheet colours it; a file of its own carries its colours along.
    let svg = render_svg(gazetteer, &request).replacen("><title", &format!("><style>{STYLE}</style><title"), 1);
    std::fs::write(out, svg).with_context(|| format!("cannot write {out}"))?;
    for row in table(gazetteer, &areas, &fills) {
        if let Some(area) = gazetteer.area(&row.id) {
            print(area, flags.json)?;
        }
    }
    if !flags.json {
        super::print_line(&description)?;
    }
    Ok(())
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
