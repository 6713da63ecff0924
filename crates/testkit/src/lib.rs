//! Builders, simulator and the store's conformance suite.
