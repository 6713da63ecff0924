//! Sealed fields: XChaCha20-Poly1305 under a fresh key for each report, that key wrapped by the master's. The place it is stored in
//! (table, column, row, key id) is authenticated, so that a sealed field cannot be moved. Destroying the wrapped key erases the
//! person.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::Rng;
use zeroize::Zeroizing;

use crate::{Keys, StoreError};

/// A sealed value and the wrapped key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) value: Vec<u8>,
    pub(crate) wrapped_key: Vec<u8>,
}

const NONCE: usize = 24;

impl Keys {
    /// Seals a value for one place.
    pub(crate) fn seal(&self, plain: &[u8], place: &str) -> Sealed {
        let mut key = Zeroizing::new([0u8; 32]);
        rand::rng().fill_bytes(&mut key[..]);
        Sealed {
            value: encrypt(&key, plain, &self.bound(place, "value")),
            wrapped_key: encrypt(&self.wrap, &key[..], &self.bound(place, "key")),
        }
    }

    /// Opens what was sealed for the same place.
    pub(crate) fn open(&self, sealed: &Sealed, place: &str) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let key = Zeroizing::new(decrypt(&self.wrap, &sealed.wrapped_key, &self.bound(place, "key"))?);
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| StoreError::Sealed)?;
        Ok(Zeroizing::new(decrypt(key, &sealed.value, &self.bound(place, "value"))?))
    }

    fn bound(&self, place: &str, part: &str) -> String {
        format!("{place}/{part}/{}", self.id)
    }
}

fn encrypt(key: &[u8; 32], plain: &[u8], place: &str) -> Vec<u8> {
    let mut nonce = [0u8; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    match cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place.as_bytes() }) {
        Ok(sealed) => [&nonce[..], &sealed].concat(),
        Err(_) => unreachable!("only a text of 256 GiB is too long to seal"),
    }
}

fn decrypt(key: &[u8; 32], sealed: &[u8], place: &str) -> Result<Vec<u8>, StoreError> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(StoreError::Sealed)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| StoreError::Sealed)?;
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: place.as_bytes() }).map_err(|_| StoreError::Sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_and_nowhere_else() {
        let keys = Keys::from_master(&[7; 32]);
        let sealed = keys.seal(b"a person", "reports/private/RF-1");
        assert_eq!(&keys.open(&sealed, "reports/private/RF-1").unwrap()[..], b"a person");
        assert!(keys.open(&sealed, "reports/private/RF-2").is_err(), "moved to another row");
        assert!(Keys::from_master(&[8; 32]).open(&sealed, "reports/private/RF-1").is_err(), "another master");
        let mut changed = sealed.clone();
        changed.value[30] ^= 1;
        assert!(keys.open(&changed, "reports/private/RF-1").is_err(), "changed");
        let erased = Sealed { wrapped_key: Vec::new(), ..sealed };
        assert!(keys.open(&erased, "reports/private/RF-1").is_err(), "key destroyed");
    }
}
