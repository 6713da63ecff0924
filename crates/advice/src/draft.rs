//! The first draft of advice from the figures of a series, in the editorial shape of a police advice page: highlights, standfirst,
//! count and places, who calls, what they ask, variants, the officer's words, the reporting line. A sentence whose figure does
//! not bear it out is left out.

use areas::Gazetteer;
use jiff::civil::Date;
use report::Moment;
use series::{FigureSet, Series};

use crate::wording::holds;
use crate::{Advice, AdviceId, Content, Event, Force, Piece, Quote, Sentence, State};

/// Drafting that cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// No counted report.
    #[error("series {0} has no report that may be used for advice")]
    Nothing(series::SeriesId),
    /// No reporting line holds on the day.
    #[error("the force file has no reporting line that holds on {0}")]
    Reporting(Date),
}

/// A sentence in the making.
struct Build(Vec<Piece>);

impl Build {
    fn text(mut self, words: &str) -> Build {
        self.0.push(Piece::Text(words.to_owned()));
        self
    }
    fn figure(mut self, key: &str, form: &str) -> Build {
        self.0.push(Piece::Figure { key: key.to_owned(), form: form.to_owned() });
        self
    }
    fn done(self) -> Sentence {
        Sentence(self.0)
    }
}

fn say(words: &str) -> Build {
    Build(vec![Piece::Text(words.to_owned())])
}

/// Drafts advice for a series. `number` is the force's running number, `now` the day it carries.
///
/// # Errors
/// [`DraftError`]
pub fn draft(
    series: &Series,
    figures: FigureSet,
    gazetteer: &Gazetteer,
    force: &Force,
    number: u32,
    now: Moment,
    author: &str,
) -> Result<Advice, DraftError> {
    if figures.get("reports").is_none_or(|figure| figure.reports.is_empty()) {
        return Err(DraftError::Nothing(series.id.clone()));
    }
    let today = now.day();
    let line = force.reporting_on(today).ok_or(DraftError::Reporting(today))?;
    let can = |key: &str, form: &str| holds(key, form, &figures, gazetteer);
    let small = series::disclosure::review(&figures, &["reports"], &[]).iter().any(|finding| finding.key == "reports");
    let title = "Warning over calls from people posing as police".to_owned();
    let id = AdviceId(format!("{number:04}"));
    let slug = format!("{}-{number:04}", kebab(&title));

    let mut highlights = Vec::new();
    if !small {
        highlights.push(
            say("There have been ").figure("reports", "number").text(" reports since ").figure("since", "date").text(".").done(),
        );
    }
    highlights.push(if can("outcome_paid", "few_pay") {
        say("Residents have handed over large amounts of money.").done()
    } else {
        say("Callers are asking residents for large amounts of money.").done()
    });
    highlights.push(say("The police or your bank will NEVER send someone to collect your money, cards or goods.").done());

    let mut paragraphs = vec![
        say("Residents are being warned about callers who pose as police officers or bank staff to get people to hand over money.").done(),
    ];
    let mut count = Build(Vec::new());
    if small {
        count = count.text("Calls have been reported");
    } else {
        count = count.text("We have had ").figure("reports", "number").text(" reports since ").figure("since", "date");
    }
    if can("areas", "areas") {
        count = if can("areas", "mainly") {
            count.text(", ").figure("areas", "mainly").text(" from ")
        } else {
            count.text(", among other places from ")
        };
        count = count.figure("areas", "areas");
    }
    paragraphs.push(count.text(".").done());
    let quantity = |key: &str| ["vast_majority", "most", "some"].into_iter().find(|form| can(key, form));
    if let Some(form) = quantity("claimed_police") {
        let mut who = Build(Vec::new()).figure("claimed_police", form).text(" the caller claims to be from the police");
        if can("claimed_bank", "some") {
            who = who.text(". ").figure("claimed_bank", "some").text(" it is the bank");
        }
        paragraphs.push(who.text(".").done());
    }
    if let Some(form) = quantity("pretext_card_or_account") {
        paragraphs.push(
            Build(Vec::new())
                .figure("pretext_card_or_account", form)
                .text(" they say that a bank card or account has been used by a criminal.")
                .done(),
        );
    }
    let mut ask = Build(Vec::new());
    if let Some(form) = quantity("demand_cash") {
        ask = ask.figure("demand_cash", form).text(" they ask the person to draw out cash");
        if let Some(form) = quantity("trick_investigation") {
            ask = ask.text(". ").figure("trick_investigation", form).text(" they say it will help an investigation");
        }
        if let Some(form) = quantity("handover_courier") {
            ask = ask.text(". ").figure("handover_courier", form).text(" a courier is sent to collect it");
        }
        paragraphs.push(ask.text(".").done());
    }
    let variants: Vec<(&str, &str)> = [
        ("demand_currency", " people have been asked to buy foreign currency."),
        ("demand_goods", " people have been asked to buy costly goods such as watches."),
        ("demand_card", " people have been asked to hand over a bank card."),
    ]
    .into_iter()
    .filter(|(key, _)| can(key, "some"))
    .collect();
    for (key, rest) in variants {
        paragraphs.push(Build(Vec::new()).figure(key, "some").text(rest).done());
    }

    let mut spoken = Vec::new();
    spoken.push(if can("outcome_refused", "many_refuse") {
        say("It is good to see that ")
            .figure("outcome_refused", "many_refuse")
            .text(" see through these calls and put the phone down. But the callers are clever, and anyone can be taken in.")
            .done()
    } else {
        say("These callers are clever, and anyone can be taken in.").done()
    });
    if can("trick_line_held", "some") || can("trick_line_held", "most") {
        spoken.push(say("They may tell you to ring another number to check who they are. They stay on the line, so the call never ends, and a second criminal answers.").done());
    }
    spoken.push(say("No police officer will ever ask you to draw out cash, buy goods or give anything to a courier.").done());
    spoken.push(say("If a call does not feel right, hang up. Wait at least five minutes or use another phone before you ring anyone. Please tell older family, friends and neighbours too.").done());

    let content = Content {
        area: force.area.clone(),
        title,
        url: format!("{}{}{slug}", force.base_url, force.page_path),
        date: today,
        highlights,
        paragraphs,
        quote: Some(Quote { officer: force.officer.clone(), paragraphs: spoken }),
        closing: vec![say(&format!(
            "If you have had a call like this, report it to us on {} or online at {}. In an emergency, or if someone is at your door, dial 999.",
            line.words, force.report_online
        ))
        .done()],
        steps: vec![
            say("Hang up.").done(),
            say("Wait five minutes or use another phone.").done(),
            say(&format!("Call us on {}. Dial 999 if someone is coming to your home.", line.number)).done(),
            say("Never hand over cash, cards or goods.").done(),
        ],
    };
    let event = Event { at: now, by: author.to_owned(), what: "drafted".to_owned(), reason: None, version: 1, hash: None };
    Ok(Advice {
        id,
        slug,
        series: Some(series.id.clone()),
        state: State::Draft,
        version: 1,
        content,
        figures,
        author: author.to_owned(),
        last_editor: author.to_owned(),
        signer: None,
        signed_hash: None,
        published_at: None,
        updated_at: now,
        expires_on: Some(today.saturating_add(jiff::Span::new().days(force.expires_after_days))),
        events: vec![event],
    })
}

/// Lower case, words joined by hyphens.
pub fn kebab(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
