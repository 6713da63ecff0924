//! The site over HTTP: who may do what, journeys without a browser, headers.

mod access;
mod advice;
mod app;
mod feed;
mod journeys;
