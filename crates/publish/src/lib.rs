//! One pure renderer for each channel that advice goes out by.
