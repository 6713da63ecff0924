//! Keys: one master secret outside the database, from which the key that wraps data keys and the keys of the matching hashes are
//! derived by HMAC-SHA-256, one a purpose.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The program's keys.
#[derive(Clone)]
pub struct Keys {
    pub(crate) wrap: Zeroizing<[u8; 32]>,
    matching: Zeroizing<[u8; 32]>,
    tokens: Zeroizing<[u8; 32]>,
    audit: Zeroizing<[u8; 32]>,
    /// Names the master secret without telling it: stands beside what it sealed.
    pub(crate) id: String,
}

/// A key file that holds no key.
#[derive(Debug, thiserror::Error)]
#[error("the key must be 64 hexadecimal digits: 32 random bytes")]
pub struct KeysError;

impl Keys {
    /// Keys from a master secret of 32 bytes.
    pub fn from_master(master: &[u8; 32]) -> Keys {
        let id = derive(master, "key id");
        Keys {
            wrap: Zeroizing::new(derive(master, "wrap data keys")),
            matching: Zeroizing::new(derive(master, "match reporters")),
            tokens: Zeroizing::new(derive(master, "hash tokens")),
            audit: Zeroizing::new(derive(master, "mark the audit log's end")),
            id: hex(&id[..6]),
        }
    }

    /// Keys from the text of a key file: 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn from_hex(text: &str) -> Result<Keys, KeysError> {
        let text = text.trim();
        let mut master = Zeroizing::new([0u8; 32]);
        if text.len() != 64 || !text.is_ascii() {
            return Err(KeysError);
        }
        for (position, byte) in master.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * position..2 * position + 2], 16).map_err(|_| KeysError)?;
        }
        Ok(Keys::from_master(&master))
    }

    /// The text of a new key file, from 32 random bytes.
    pub fn to_hex(master: &[u8; 32]) -> String {
        hex(master)
    }

    /// A keyed hash by which the same reporter is known again, and nothing else. It stays personal data.
    pub fn reporter_hash(&self, contact: &str) -> String {
        let folded: String = contact.trim().to_lowercase();
        hex(&mac(&self.matching, folded.as_bytes())[..16])
    }

    /// The hash under which a token (session, draft, return code) is stored.
    pub fn token_hash(&self, token: &str) -> [u8; 32] {
        mac(&self.tokens, token.as_bytes())
    }
}

impl Keys {
    /// Marks an entry as the audit log's last: who has the database and not the key cannot cut the log or write it anew.
    pub(crate) fn audit_mark(&self, seq: i64, hash: &str) -> String {
        hex(&mac(&self.audit, format!("{seq}/{hash}").as_bytes()))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.id)
    }
}

fn derive(master: &[u8; 32], purpose: &str) -> [u8; 32] {
    mac(master, purpose.as_bytes())
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
