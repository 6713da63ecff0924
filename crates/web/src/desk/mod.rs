//! The desk: the staff side. One file a page.

pub(crate) mod advice;
pub(crate) mod audit;
pub(crate) mod curve;
pub(crate) mod home;
pub(crate) mod reports;
pub(crate) mod series;
pub(crate) mod sign_in;
pub(crate) mod users;
