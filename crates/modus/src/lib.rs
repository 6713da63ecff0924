//! Reads the modus operandi out of what people write: a signal engine and its rule packs.
