//! The site over HTTP: who may do what, journeys without a browser, headers.

mod access;
mod app;
mod feed;
mod journeys;
