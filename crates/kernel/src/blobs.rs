use std::io::Read;

use async_trait::async_trait;

use crate::BackendError;

/// The name of a blob: a folder of the program's own, and a name in it that the program made.
/// No part of it ever comes from a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey {
    folder: &'static str,
    name: String,
}

/// Bytes that are too many for the database: pictures, attachments.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Keeps a blob under this name, instead of the one that was there. Once it has returned, the
    /// blob survives a loss of power; until then it is not there, or the old one is: nobody ever
    /// reads a part.
    async fn put(&self, key: &BlobKey, blob: Vec<u8>) -> Result<(), BackendError>;

    /// Begins a blob that comes in parts.
    async fn begin(&self, key: &BlobKey) -> Result<Box<dyn Incoming>, BackendError>;

    /// The blob of this name.
    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BackendError>;

    /// At most `most` bytes of a blob, from this one on; fewer only where it ends.
    async fn read(
        &self,
        key: &BlobKey,
        from: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, BackendError>;

    /// Forgets the blob of this name; nothing if there is none.
    async fn delete(&self, key: &BlobKey) -> Result<(), BackendError>;

    /// What is kept in a folder, by name: at most `most` of those after this one.
    async fn names(
        &self,
        folder: &'static str,
        after: Option<&BlobKey>,
        most: usize,
    ) -> Result<Vec<BlobKey>, BackendError>;
}

/// A blob that is coming in. Nobody finds it before it is kept; dropped, it is gone.
#[async_trait]
pub trait Incoming: Send {
    /// Adds to its end.
    async fn write(&mut self, part: Vec<u8>) -> Result<(), BackendError>;

    /// Reads what has come so far, from its beginning.
    async fn look(&mut self) -> Result<Box<dyn Read + Send>, BackendError>;

    /// Keeps it, as [`Blobs::put`] does.
    async fn keep(self: Box<Self>) -> Result<(), BackendError>;
}

impl BlobKey {
    /// The most bytes of a name.
    const MOST: usize = 100;

    /// A name, if it is one: small letters, digits, `-`, and a `.` that is not the first.
    pub fn new(folder: &'static str, name: String) -> Option<Self> {
        let is_plain = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
        let is_name = (1..=Self::MOST).contains(&name.len())
            && name.chars().all(|c| is_plain(c) || c == '.')
            && !name.starts_with('.');
        is_name.then_some(Self { folder, name })
    }

    /// Where it belongs.
    pub fn folder(&self) -> &'static str {
        self.folder
    }

    /// What it is called there.
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        let key = |name: &str| BlobKey::new("avatars", name.to_owned());
        assert!(key("0af3-128.jpg").is_some());
        let long = "a".repeat(101);
        for name in [
            "", ".", "..", ".a", "a/b", "../a", "a\\b", "A", "a b", "ü", "a\0", &long,
        ] {
            assert_eq!(key(name), None, "{name:?}");
        }
    }
}
