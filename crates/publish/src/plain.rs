//! Plain text, for a screen reader's reading view, a fax or a telephone.

use std::fmt::Write;

use crate::Spoken;

/// The advice as plain text.
pub(crate) fn text(spoken: &Spoken) -> String {
    let mut text = format!("{}\n{}\n\n", spoken.title, spoken.area);
    if let Some(banner) = crate::page::banner(spoken) {
        let _ = writeln!(text, "{banner}\n");
    }
    if !spoken.steps.is_empty() {
        text.push_str("What to do now\n");
        for (position, step) in spoken.steps.iter().enumerate() {
            let _ = writeln!(text, "{}. {step}", position + 1);
        }
        text.push('\n');
    }
    for highlight in &spoken.highlights {
        let _ = writeln!(text, "- {highlight}");
    }
    for paragraph in &spoken.paragraphs {
        let _ = write!(text, "\n{paragraph}\n");
    }
    if let Some(officer) = &spoken.officer {
        let _ = write!(text, "\n{} {}, from {}, said:\n", officer.rank, officer.name, officer.unit);
        for paragraph in &spoken.quote {
            let _ = write!(text, "\n{paragraph}\n");
        }
    }
    for paragraph in &spoken.closing {
        let _ = write!(text, "\n{paragraph}\n");
    }
    let _ = write!(text, "\n{}\n", spoken.url);
    text
}
