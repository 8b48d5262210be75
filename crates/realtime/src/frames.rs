use std::sync::Arc;

use bytes::Bytes;

/// Encoded frames, back to back as they go over the wire, shared by every socket that sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frames {
    bytes: Bytes,
    /// Where in `bytes` each frame ends; those before `skipped` are not sent.
    ends: Arc<[usize]>,
    skipped: usize,
}

impl Frames {
    /// Encodes one frame an item; `encode` appends it to what is there.
    pub fn of<T>(
        items: impl IntoIterator<Item = T>,
        mut encode: impl FnMut(T, &mut Vec<u8>),
    ) -> Self {
        let mut bytes = Vec::new();
        let ends = items
            .into_iter()
            .map(|item| {
                encode(item, &mut bytes);
                bytes.len()
            })
            .collect();
        Self {
            bytes: bytes.into(),
            ends,
            skipped: 0,
        }
    }

    /// Frames that were encoded elsewhere: their bytes, and where in these each ends. `None` if
    /// that cannot be.
    pub(crate) fn from_parts(bytes: Bytes, ends: Vec<usize>) -> Option<Self> {
        let fits = ends.is_sorted() && ends.last().copied().unwrap_or(0) == bytes.len();
        fits.then(|| Self {
            bytes,
            ends: ends.into(),
            skipped: 0,
        })
    }

    /// Where each of them ends in [`Frames::bytes`].
    pub(crate) fn ends(&self) -> impl Iterator<Item = usize> {
        let start = self.start();
        self.ends[self.skipped..].iter().map(move |end| end - start)
    }

    /// How many frames they are.
    pub fn count(&self) -> usize {
        self.ends.len() - self.skipped
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> Bytes {
        self.bytes.slice(self.start()..)
    }

    /// How many bytes go over the wire.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start()
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The same without the first `count` frames.
    #[must_use]
    pub fn skip(mut self, count: usize) -> Self {
        self.skipped = (self.skipped + count).min(self.ends.len());
        self
    }

    fn start(&self) -> usize {
        self.skipped
            .checked_sub(1)
            .map_or(0, |last_skipped| self.ends[last_skipped])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(texts: &[&str]) -> Frames {
        Frames::of(texts, |text, bytes| bytes.extend(text.as_bytes()))
    }

    #[test]
    fn frames_stand_back_to_back() {
        let frames = frames(&["one", "two"]);
        assert_eq!((frames.count(), frames.len()), (2, 6));
        assert_eq!(frames.bytes(), "onetwo");
    }

    #[test]
    fn skipped_frames_are_neither_counted_nor_sent() {
        let frames = frames(&["one", "two", "three"]).skip(1).skip(1);
        assert_eq!((frames.count(), frames.len()), (1, 5));
        assert_eq!(frames.bytes(), "three");
        assert!(frames.skip(9).is_empty());
    }
}
