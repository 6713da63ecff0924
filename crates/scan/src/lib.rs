//! Space-time scan statistics: windows, likelihood ratios, replicates, p-values, recurrence intervals.
