//! The residents' site. One file a page.

pub(crate) mod advice;
pub(crate) mod answers;
pub(crate) mod check;
pub(crate) mod home;
pub(crate) mod pages;
pub(crate) mod questions;
pub(crate) mod report;
pub(crate) mod status;
