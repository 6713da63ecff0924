//! The packs told in words: `docs/signals.md`, which `cargo xtask generate` writes.

use std::fmt::Write;

use crate::pack::Packs;

impl Packs {
    /// All signals as a table in Markdown, in the order of the packs.
    pub fn table(&self) -> String {
        let mut out = String::from(
            "# Signals\n\nWritten by `cargo xtask generate` from `rules/modus/`; not by hand. What the columns mean, and the figures: \
             `docs/modus.md`. A force puts its own beside them, or in their place by id, in a folder of packs that `ringfence modus \
             --local` names.\n\nA value is read where the weights of its signals come to a half or more, each signal once: weights a and \
             b make 1 - (1 - a)(1 - b). Weight 0 is on trial. For outcomes and context weights are added up.\n",
        );
        let mut field = None;
        for signal in &self.signals {
            if field != Some(signal.field) {
                field = Some(signal.field);
                let _ = writeln!(out, "\n## {}\n", signal.field.as_str());
                out.push_str("| id | value | weight | says | patterns | found in | not in | only with | not with |\n");
                out.push_str("|---|---|---|---|---|---|---|---|---|\n");
            }
            let ids = |list: &[String]| list.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" ");
            let _ = writeln!(
                out,
                "| `{}` | `{}` | {} | {} | {} | {} | {} | {} | {} |",
                signal.id,
                signal.value,
                signal.weight,
                cell(&signal.describe),
                signal.patterns.len(),
                cell(signal.positive.first().map_or("", String::as_str)),
                cell(signal.negative.first().map_or("", String::as_str)),
                ids(&signal.needs),
                ids(&signal.unless)
            );
        }
        out.push_str("\n## Composites\n\nValues that follow from others, and are shown by their words.\n\n");
        out.push_str("| id | value | weight | says | follows from | not with |\n|---|---|---|---|---|---|\n");
        for composite in &self.composites {
            let list = |list: &[String]| list.iter().map(|one| format!("`{}`", cell(one))).collect::<Vec<_>>().join(" and ");
            let _ = writeln!(
                out,
                "| `{}` | `{}.{}` | {} | {} | {} | {} |",
                composite.id,
                composite.field.as_str(),
                composite.value,
                composite.weight,
                cell(&composite.describe),
                list(&composite.all),
                list(&composite.unless)
            );
        }
        out
    }
}

/// Text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
