//! The API, version 1.

pub(crate) mod advice;
pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod openapi;
pub(crate) mod reports;
pub(crate) mod series;
