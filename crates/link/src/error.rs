//! What can be wrong with a table, a spec or a ruling.

/// An input that cannot be linked. The text says what, where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A table without a header or without rows.
    #[error("{0}")]
    Empty(String),
    /// A table that cannot be read.
    #[error("{0}")]
    Table(String),
    /// A spec that cannot be used, or that does not fit the table.
    #[error("{0}")]
    Spec(String),
    /// Rulings that contradict each other or name rows that are not there.
    #[error("{0}")]
    Ruling(String),
}
