use sha2::{Digest, Sha256};

use crate::UserId;

/// How many pixels a side the prints of a picture have. Pages show the smallest, cards the next.
pub const AVATAR_SIDES: [u32; 3] = [128, 256, 512];

/// Names somebody's picture by its content: another picture has another name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Avatar(String);

/// A picture in one of its sizes, encoded by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// Pixels of each side.
    pub side: u32,
    /// The file.
    pub file: Vec<u8>,
}

impl Avatar {
    /// The name of what these prints show of this person. Nobody else's picture has it, so that
    /// it can go when they take another.
    pub fn of(user: UserId, prints: &[Print]) -> Self {
        let mut hash = Sha256::new_with_prefix(user.0.as_bytes());
        for print in prints {
            hash.update(&print.file);
        }
        let hash: [u8; 32] = hash.finalize().into();
        let half = hash.first_chunk().expect("32 bytes have 16");
        Self(format!("{:032x}", u128::from_be_bytes(*half)))
    }

    /// A name as it stands in an address.
    pub fn parse(name: &str) -> Option<Self> {
        let is_ours =
            name.len() == 32 && name.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        is_ours.then(|| Self(name.to_owned()))
    }

    /// A name that was stored.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::new_user;

    #[test]
    fn a_picture_is_named_by_its_content_and_its_owner() {
        let (ada, ben) = (new_user("ada").user.id, new_user("ben").user.id);
        let print = |byte| {
            [Print {
                side: 128,
                file: vec![byte],
            }]
        };
        let name = Avatar::of(ada, &print(1));
        assert_eq!(Avatar::parse(name.as_str()), Some(name.clone()));
        assert_eq!(Avatar::of(ada, &print(1)), name);
        assert_ne!(Avatar::of(ada, &print(2)), name);
        assert_ne!(Avatar::of(ben, &print(1)), name);
    }

    #[test]
    fn what_is_no_name_names_nothing() {
        for name in [
            "",
            "..",
            "0123456789abcdef0123456789abcdeF",
            "0123",
            "../../../../../../../etc/passwd0",
        ] {
            assert_eq!(Avatar::parse(name), None, "{name}");
        }
    }
}
