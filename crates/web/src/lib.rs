//! The residents' site, the desk and the API. Pages are made on the server; nothing on the residents' side needs JavaScript.

mod access;
mod api;
mod assets;
mod desk;
mod error;
pub mod feed;
mod layers;
mod limits;
mod metrics;
mod residents;
mod routes;
mod session;
mod site;
mod state;

pub use access::{Access, Role};
pub use limits::Limits;
pub use routes::{RouteEntry, route_table, router};
pub use session::hash_password;
pub use state::{AppState, Clock};
