//! The residents' site, the desk and the API.
