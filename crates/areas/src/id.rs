//! The name of an area.

use serde::{Deserialize, Serialize};

/// The id of an area: a GSS code (`E07000240`) in the built-in gazetteer, any text in an imported one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AreaId(pub String);

impl AreaId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AreaId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for AreaId {
    fn from(text: &str) -> AreaId {
        AreaId(text.to_owned())
    }
}
