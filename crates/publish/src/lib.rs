//! One pure renderer for each channel that advice goes out by. All of them say the same record; the signature binds to them all.

mod atom;
pub mod exchange;
mod page;
mod plain;
mod seed;
mod spoken;

use advice::Advice;
use areas::Gazetteer;
use sha2::{Digest, Sha256};

pub use atom::feed;
pub use page::{AreaRow, PageParts, grouped, page_parts};
pub use seed::{SeedError, export, import, read};
pub use spoken::{Spoken, spoken};

/// A rendering that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A figure does not bear out its sentence.
    #[error(transparent)]
    Wording(#[from] advice::WordingError),
    /// The page's template failed.
    #[error("the page could not be written: {0}")]
    Template(#[from] askama::Error),
}

/// One rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The channel: `page`, `seed`, `text`, `atom`.
    pub channel: &'static str,
    /// File name.
    pub path: String,
    /// Media type.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// All renderings of a piece of advice, in the order of their channels' names.
///
/// # Errors
/// [`RenderError`] where a figure does not bear out its sentence: then nothing goes out.
pub fn render_all(advice: &Advice, gazetteer: &Gazetteer) -> Result<Vec<Rendering>, RenderError> {
    let spoken = spoken(advice, gazetteer)?;
    let slug = &advice.slug;
    Ok(vec![
        Rendering {
            channel: "atom",
            path: format!("{slug}.atom"),
            media_type: "application/atom+xml; charset=utf-8",
            bytes: atom::feed(std::slice::from_ref(&spoken), "Advice for residents", &spoken.url).into_bytes(),
        },
        Rendering {
            channel: "page",
            path: format!("{slug}.html"),
            media_type: "text/html; charset=utf-8",
            bytes: page::document(&spoken, advice, gazetteer)?.into_bytes(),
        },
        Rendering {
            channel: "seed",
            path: format!("{slug}.md"),
            media_type: "text/markdown; charset=utf-8",
            bytes: seed::export(&spoken).into_bytes(),
        },
        Rendering {
            channel: "text",
            path: format!("{slug}.txt"),
            media_type: "text/plain; charset=utf-8",
            bytes: plain::text(&spoken).into_bytes(),
        },
    ])
}

/// The words of the plain rendering: what the linter and the leak guard read. Empty where it is not among them.
pub fn plain_text(renderings: &[Rendering]) -> String {
    let text = renderings.iter().find(|one| one.channel == "text");
    text.map(|one| String::from_utf8_lossy(&one.bytes).into_owned()).unwrap_or_default()
}

/// The hash that a signature binds to: over every channel's name, path, type and bytes.
pub fn signature_hash(renderings: &[Rendering]) -> String {
    let mut hash = Sha256::new();
    for rendering in renderings {
        for part in [rendering.channel.as_bytes(), rendering.path.as_bytes(), rendering.media_type.as_bytes(), &rendering.bytes] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
