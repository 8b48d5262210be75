use super::{Broken, Reader, count};

/// The flags of VP8X that say that there is Exif, and XMP.
const TOLD: u8 = 0b0000_1100;

const SEEN: [&[u8; 4]; 7] = [
    b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF",
];

/// WebP, the container: RIFF (RFC 9649, 2).
pub(super) fn clean(file: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut reader = Reader(file);
    reader.expect(b"RIFF")?;
    let size = length(reader.array()?)?;
    reader.0 = reader.0.get(..size).ok_or(Broken)?;
    reader.expect(b"WEBP")?;
    let mut chunks = Vec::with_capacity(file.len());
    let mut frames = 0;
    while !reader.0.is_empty() {
        let kind: [u8; 4] = reader.array()?;
        let told: [u8; 4] = reader.array()?;
        let body = length(told)?;
        let body = reader.take(body.checked_next_multiple_of(2).ok_or(Broken)?)?;
        if kind == *b"ANMF" {
            count(&mut frames)?;
        }
        if SEEN.contains(&&kind) {
            chunks.extend(kind);
            chunks.extend(told);
            let begin = chunks.len();
            chunks.extend(body);
            if kind == *b"VP8X" {
                *chunks.get_mut(begin).ok_or(Broken)? &= !TOLD;
            }
        }
    }
    let size = u32::try_from(chunks.len() + 4).map_err(|_| Broken)?;
    Ok([b"RIFF", &size.to_le_bytes()[..], b"WEBP", &chunks].concat())
}

fn length(bytes: [u8; 4]) -> Result<usize, Broken> {
    usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| Broken)
}
