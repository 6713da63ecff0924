//! The seed format: a fenced block of front matter, highlights as level-3 headings in a list, paragraphs, the officer's words in
//! quotation marks. One canonical writer; a lenient reader (CRLF, byte order mark, quoted scalars, any indent of bullets).

use std::fmt::Write;

use advice::{Advice, AdviceId, Content, Event, MONTHS, Officer, Piece, Quote, Sentence, State};
use jiff::civil::Date;
use report::Moment;
use series::FigureSet;

use crate::Spoken;

/// A text that is not in the seed format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// Larger than a page is.
    #[error("larger than 256 KiB: not a page of advice")]
    TooLarge,
    /// A part is missing.
    #[error("line {line}: {what}")]
    At {
        /// Line, from 1.
        line: usize,
        /// What is wanted there.
        what: &'static str,
    },
}

const LARGEST: usize = 256 * 1024;

/// Writes the page.
pub fn export(spoken: &Spoken) -> String {
    let mut text = String::new();
    let date =
        format!("{} {} {}", spoken.date.day(), &MONTHS[(spoken.date.month() as usize - 1).min(11)][..3], spoken.date.year());
    let _ = write!(
        text,
        "```yaml\narea: {}\nog:\n  description: {}\npublish:\n  date: {date}\ntitle: {}\nurl: {}\n```\n",
        scalar(&spoken.area),
        scalar(&spoken.description),
        scalar(&spoken.title),
        scalar(&spoken.url)
    );
    for (position, highlight) in spoken.highlights.iter().enumerate() {
        // The first bullet is flush, every later one begins with a space: so the pages have it.
        let _ = write!(text, "\n{}* ### {highlight}\n", if position == 0 { "" } else { " " });
    }
    for paragraph in &spoken.paragraphs {
        let _ = write!(text, "\n{paragraph}\n");
    }
    if let Some(officer) = &spoken.officer {
        let last = spoken.quote.len().saturating_sub(1);
        for (position, paragraph) in spoken.quote.iter().enumerate() {
            text.push('\n');
            if position == 0 {
                let _ = write!(text, "{} {}, from {}, said: ", officer.rank, officer.name, officer.unit);
            }
            let _ = writeln!(text, "\"{paragraph}{}", if position == last { "\"" } else { "" });
        }
    }
    for paragraph in &spoken.closing {
        let _ = write!(text, "\n{paragraph}\n");
    }
    text
}

/// A YAML scalar, quoted only where YAML must.
fn scalar(text: &str) -> String {
    let special = |c: char| {
        matches!(
            c,
            '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '{' | '}' | '[' | ']' | ',' | '#' | '?' | '-' | ':'
        )
    };
    let must = text.is_empty()
        || text.starts_with(special)
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || text != text.trim()
        || matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "null" | "~")
        || text.parse::<f64>().is_ok();
    if must { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) } else { text.to_owned() }
}

fn unscalar(text: &str) -> String {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return inner.replace("\\\"", "\"").replace("\\\\", "\\");
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return inner.replace("''", "'");
    }
    text.to_owned()
}

/// Reads a page into words.
///
/// # Errors
/// [`SeedError`] with the line.
pub fn read(text: &str) -> Result<Spoken, SeedError> {
    if text.len() > LARGEST {
        return Err(SeedError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let at = |line: usize, what: &'static str| SeedError::At { line, what };
    if lines.first().map(|line| line.trim()) != Some("```yaml") {
        return Err(at(1, "a page begins with ```yaml"));
    }
    let close = lines
        .iter()
        .skip(1)
        .position(|line| line.trim() == "```")
        .ok_or_else(|| at(1, "the front matter is never closed with ```"))?
        + 1;
    let (mut area, mut description, mut date, mut title, mut url) = (None, None, None, None, None);
    let mut group = "";
    for (position, line) in lines.iter().enumerate().take(close).skip(1) {
        let indented = line.starts_with([' ', '\t']);
        let Some((key, value)) = line.split_once(':') else {
            if line.trim().is_empty() {
                continue;
            }
            return Err(at(position + 1, "a line of front matter is `key: value`"));
        };
        let key = key.trim();
        if !indented {
            group = key;
        }
        let value = unscalar(value);
        match (if indented { group } else { "" }, key) {
            ("", "area") => area = Some(value),
            ("og", "description") => description = Some(value),
            ("publish", "date") => {
                date = Some(parse_date(&value).ok_or_else(|| at(position + 1, "a date is such as 30 Apr 2019"))?);
            }
            ("", "title") => title = Some(value),
            ("", "url") => url = Some(value),
            ("", "og" | "publish") => {}
            _ => return Err(at(position + 1, "an unknown key: the keys are area, og.description, publish.date, title, url")),
        }
    }
    let mut spoken = Spoken {
        area: area.ok_or_else(|| at(close + 1, "the front matter has no area"))?,
        description: description.ok_or_else(|| at(close + 1, "the front matter has no og.description"))?,
        date: date.ok_or_else(|| at(close + 1, "the front matter has no publish.date"))?,
        title: title.ok_or_else(|| at(close + 1, "the front matter has no title"))?,
        url: url.ok_or_else(|| at(close + 1, "the front matter has no url"))?,
        highlights: Vec::new(),
        paragraphs: Vec::new(),
        officer: None,
        quote: Vec::new(),
        closing: Vec::new(),
        steps: Vec::new(),
        state: State::Published,
        updated: None,
        updated_on: None,
    };
    let mut open = false;
    for line in &lines[close + 1..] {
        let line = line.trim_end();
        let bare = line.trim_start();
        if bare.is_empty() {
            continue;
        }
        if let Some(highlight) = bare.strip_prefix("* ### ").or_else(|| bare.strip_prefix("- ### ")) {
            spoken.highlights.push(highlight.to_owned());
        } else if open {
            let inner = bare.strip_prefix('"').unwrap_or(bare);
            let last = inner.ends_with('"');
            spoken.quote.push(inner.strip_suffix('"').unwrap_or(inner).to_owned());
            open = !last;
        } else if let Some((officer, said)) = introduction(bare) {
            spoken.officer = Some(officer);
            let last = said.ends_with('"');
            spoken.quote.push(said.strip_suffix('"').unwrap_or(said).to_owned());
            open = !last;
        } else if spoken.officer.is_some() {
            spoken.closing.push(line.to_owned());
        } else {
            spoken.paragraphs.push(line.to_owned());
        }
    }
    if open {
        return Err(at(lines.len(), "the officer's words are never closed with a quotation mark"));
    }
    Ok(spoken)
}

/// `{Rank} {First} {Last}, from {unit}, said: "…`: the rank is all but the last two names.
fn introduction(line: &str) -> Option<(Officer, &str)> {
    let (before, said) = line.split_once(", said: \"")?;
    let (who, unit) = before.split_once(", from ")?;
    let words: Vec<&str> = who.split(' ').collect();
    if words.len() < 3 {
        return None;
    }
    let (rank, name) = words.split_at(words.len() - 2);
    Some((Officer { rank: rank.join(" "), name: name.join(" "), unit: unit.to_owned() }, said))
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split_whitespace();
    let day: i8 = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let year: i16 = parts.next()?.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| name[..3].eq_ignore_ascii_case(month))?;
    Date::new(year, month as i8 + 1, day).ok()
}

/// Takes somebody's page in as advice of its own: published, without figures, nothing in it checked.
///
/// # Errors
/// [`SeedError`] with the line.
pub fn import(text: &str, by: &str, now: Moment) -> Result<Advice, SeedError> {
    let spoken = read(text)?;
    let plain = |lines: Vec<String>| lines.into_iter().map(|line| Sentence(vec![Piece::Text(line)])).collect::<Vec<_>>();
    let slug = spoken.url.trim_end_matches('/').rsplit('/').next().unwrap_or("page").to_owned();
    let number: String = slug
        .rsplit('-')
        .next()
        .filter(|tail| tail.bytes().all(|b| b.is_ascii_digit()) && tail.len() == 4)
        .unwrap_or("0000")
        .to_owned();
    let content = Content {
        area: spoken.area,
        title: spoken.title,
        url: spoken.url,
        date: spoken.date,
        updated: None,
        highlights: plain(spoken.highlights),
        paragraphs: plain(spoken.paragraphs),
        quote: spoken.officer.map(|officer| Quote { officer, paragraphs: plain(spoken.quote) }),
        closing: plain(spoken.closing),
        steps: Vec::new(),
    };
    let event = Event { at: now, by: by.to_owned(), what: "imported".to_owned(), reason: None, version: 1, hash: None };
    Ok(Advice {
        id: AdviceId(number),
        slug,
        series: None,
        state: State::Published,
        version: 1,
        content,
        figures: FigureSet::new(),
        author: by.to_owned(),
        last_editor: by.to_owned(),
        signer: None,
        signed_hash: None,
        published_at: Some(now),
        updated_at: now,
        expires_on: None,
        events: vec![event],
        live: None,
    })
}
