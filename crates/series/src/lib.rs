//! Streams, baselines, the detector, stable identity, figures and disclosure control of series.
