//! Atom (RFC 4287).

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Text};

use crate::Spoken;

/// A feed of advice, the latest first.
pub fn feed(all: &[Spoken], title: &str, self_url: &str) -> String {
    let entries: Vec<Entry> = all.iter().map(entry).collect();
    let updated = entries.iter().map(|entry| entry.updated).max().unwrap_or_else(|| at("1970-01-01T00:00:00+00:00"));
    let mut feed = Feed { title: Text::plain(title), id: self_url.to_owned(), updated, entries, ..Feed::default() };
    feed.lang = Some("en-GB".to_owned());
    feed.links = vec![Link {
        href: self_url.to_owned(),
        rel: "self".to_owned(),
        mime_type: Some("application/atom+xml".to_owned()),
        ..Link::default()
    }];
    feed.generator = Some(Generator { value: "Ringfence".to_owned(), ..Generator::default() });
    feed.to_string()
}

fn entry(spoken: &Spoken) -> Entry {
    let published = at(&format!("{}T00:00:00+00:00", spoken.date));
    let updated = match (spoken.updated, spoken.updated_on) {
        (Some(moment), _) => at(&moment.to_string().replace('Z', "+00:00")),
        (None, Some(day)) => at(&format!("{day}T00:00:00+00:00")),
        (None, None) => published,
    };
    let title = match (crate::page::ended(spoken), spoken.updated_on) {
        (Some(_), _) => format!("{} (ended)", spoken.title),
        (None, Some(_)) => format!("{} (updated)", spoken.title),
        (None, None) => spoken.title.clone(),
    };
    Entry {
        title: Text::plain(title),
        id: spoken.url.clone(),
        updated,
        published: Some(published),
        summary: Some(Text::plain(spoken.description.clone())),
        // Whoever reads by feed alone is told the same as on the page: counts, the rule, what to do, where to report.
        content: Some(Content {
            content_type: Some("text".to_owned()),
            value: Some(crate::plain::text(spoken)),
            ..Content::default()
        }),
        links: vec![Link {
            href: spoken.url.clone(),
            rel: "alternate".to_owned(),
            mime_type: Some("text/html".to_owned()),
            ..Link::default()
        }],
        ..Entry::default()
    }
}

fn at(text: &str) -> FixedDateTime {
    FixedDateTime::parse_from_rfc3339(text).unwrap_or_default()
}
