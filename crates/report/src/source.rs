//! Where a report came from.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The way a report came in. With the external id it names the report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The residents' form.
    Web,
    /// A 101 call handler.
    Call101,
    /// A 999 call handler.
    Call999,
    /// A station's front counter.
    FrontCounter,
    /// A paper form.
    Paper,
    /// A file.
    Import,
    /// A checked call that became a report.
    Check,
    /// A partner, by name (lower-case letters, digits, `-` and `_`, at most 40).
    Partner(String),
}

/// A source that the contract does not know.
#[derive(Debug, thiserror::Error)]
#[error("not a source: use web, call_101, call_999, front_counter, paper, import, check or partner:<name>")]
pub struct SourceError;

impl Source {
    /// Reads the wire form.
    ///
    /// # Errors
    /// [`SourceError`] for an unknown word or a partner's name with other characters.
    pub fn parse(text: &str) -> Result<Source, SourceError> {
        if let Some(name) = text.strip_prefix("partner:") {
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
            if name.is_empty() || name.len() > 40 || !name.chars().all(good) {
                return Err(SourceError);
            }
            return Ok(Source::Partner(name.to_owned()));
        }
        match text {
            "web" => Ok(Source::Web),
            "call_101" => Ok(Source::Call101),
            "call_999" => Ok(Source::Call999),
            "front_counter" => Ok(Source::FrontCounter),
            "paper" => Ok(Source::Paper),
            "import" => Ok(Source::Import),
            "check" => Ok(Source::Check),
            _ => Err(SourceError),
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Web => f.write_str("web"),
            Source::Call101 => f.write_str("call_101"),
            Source::Call999 => f.write_str("call_999"),
            Source::FrontCounter => f.write_str("front_counter"),
            Source::Paper => f.write_str("paper"),
            Source::Import => f.write_str("import"),
            Source::Check => f.write_str("check"),
            Source::Partner(name) => write!(f, "partner:{name}"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
        let text = String::deserialize(deserializer)?;
        Source::parse(&text).map_err(serde::de::Error::custom)
    }
}
