//! Record linkage: blocking, comparisons, match weights, incremental clusters, explanations.
