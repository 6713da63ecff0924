//! The types of a report of a scam call, its intake formats, numbers, reference numbers and sealed personal data.
