//! SHA-256 of a text or of raw bytes.

use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// That of no bytes.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4,
        0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ]);

    /// The digest of `bytes`.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(bytes.as_ref()).into())
    }

    /// The digests of the first `start` bytes, and of all: in one pass.
    pub fn of_start(bytes: &[u8], start: usize) -> [Self; 2] {
        let mut hasher = Sha256::new_with_prefix(&bytes[..start]);
        let first = hasher.clone();
        hasher.update(&bytes[start..]);
        [first, hasher].map(|hasher| Self(hasher.finalize().into()))
    }

    /// The 32 bytes, as the state stores them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", &self.to_string()[..12])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_have_a_digest_that_is_known() {
        assert_eq!(Digest::of(""), Digest::EMPTY);
    }

    #[test]
    fn the_start_of_a_text_has_the_digest_of_its_own() {
        let bytes = [7; 200];
        for start in [0, 1, 63, 64, 65, 200] {
            assert_eq!(Digest::of_start(&bytes, start), [Digest::of(&bytes[..start]), Digest::of(bytes)]);
        }
    }
}
