//! End to end: the program as it is run, in processes of its own.

mod amend;
mod areas;
mod config;
mod demo;
mod fuzz;
mod help;
mod hostile;
mod import;
mod link;
mod modus;
mod operations;
mod program;
mod scan;
