/// How a page shows a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// A picture of a kind that we can read.
    Image,
    /// Sound that browsers play.
    Audio,
    /// A film that browsers play.
    Video,
    /// Anything else: it is only to be saved.
    Other,
}

const IMAGES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const AUDIO: [&str; 6] = [
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/wav",
    "audio/flac",
    "audio/aac",
];
const VIDEO: [&str; 3] = ["video/mp4", "video/webm", "video/quicktime"];

impl Media {
    /// How a file of this type is shown. Only types that [`sniff`] found itself are more than
    /// something to be saved.
    pub fn of(kind: &str) -> Self {
        if IMAGES.contains(&kind) {
            Self::Image
        } else if AUDIO.contains(&kind) {
            Self::Audio
        } else if VIDEO.contains(&kind) {
            Self::Video
        } else {
            Self::Other
        }
    }
}

/// What a file is, by how it begins. What it calls itself is not asked.
pub fn sniff(head: &[u8]) -> &'static str {
    match infer::get(head).map(|found| found.mime_type()) {
        Some("audio/m4a") => "audio/mp4",
        Some("audio/x-flac") => "audio/flac",
        Some("audio/x-wav") => "audio/wav",
        Some("video/x-m4v") => "video/mp4",
        Some(kind) => kind,
        None if is_text(head) => "text/plain",
        None => "application/octet-stream",
    }
}

/// Whether it begins like text in UTF-8; a character may be cut at the end.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_some() => return false,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    text.chars().all(|c| c.is_whitespace() || !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds() {
        for (head, kind, media) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "image/png", Media::Image),
            (b"\xff\xd8\xff\xe0....", "image/jpeg", Media::Image),
            (b"GIF89a....", "image/gif", Media::Image),
            (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav", Media::Audio),
            (b"OggS\0\x02....", "audio/ogg", Media::Audio),
            (b"ID3\x03....", "audio/mpeg", Media::Audio),
            (
                b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
                "video/mp4",
                Media::Video,
            ),
            (b"%PDF-1.7", "application/pdf", Media::Other),
            (b"<!DOCTYPE html><script>", "text/html", Media::Other),
            (b"<svg xmlns='a' onload='b'>", "text/plain", Media::Other),
            ("Grüße\r\n".as_bytes(), "text/plain", Media::Other),
            (&"ü".as_bytes()[..1], "text/plain", Media::Other),
            (b"\0\x01\x02", "application/octet-stream", Media::Other),
            (b"\xff\xfe\xfd", "application/octet-stream", Media::Other),
        ] {
            let found = sniff(head);
            assert_eq!((found, Media::of(found)), (kind, media), "{head:?}");
        }
    }
}
