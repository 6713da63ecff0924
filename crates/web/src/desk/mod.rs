//! The desk: the staff side. One file a page.

pub(crate) mod advice;
pub(crate) mod audit;
pub(crate) mod curve;
pub(crate) mod effect;
pub(crate) mod export;
pub(crate) mod home;
pub(crate) mod link;
pub(crate) mod marks;
pub(crate) mod report;
pub(crate) mod reports;
pub(crate) mod series;
pub(crate) mod sign_in;
pub(crate) mod take;
pub(crate) mod users;

/// A time for people, to the minute: "2019-04-12 13:05".
pub(crate) fn time_words(at: impl std::fmt::Display) -> String {
    at.to_string().chars().take(16).collect::<String>().replace('T', " ")
}
