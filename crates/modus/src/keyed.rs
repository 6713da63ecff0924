//! Tables by keys that are hashes already, and are not hashed again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table by key.
pub(crate) type Keyed<V> = HashMap<u64, V, BuildHasherDefault<Itself>>;

/// A key is its own hash.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Itself(u64);

impl Hasher for Itself {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
