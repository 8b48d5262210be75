use super::{Broken, Reader, count};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What is not critical and still needed to see the picture in its right colours, and moving.
const SEEN: [&[u8; 4]; 12] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP", b"bKGD", b"pHYs", b"acTL",
    b"fcTL", b"fdAT",
];

/// PNG, 5.3.
pub(super) fn clean(file: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut reader = Reader(file);
    let mut clean = Vec::with_capacity(file.len());
    reader.expect(SIGNATURE)?;
    clean.extend(SIGNATURE);
    let mut frames = 0;
    loop {
        let length: [u8; 4] = reader.array()?;
        let kind: [u8; 4] = reader.array()?;
        let body = usize::try_from(u32::from_be_bytes(length)).map_err(|_| Broken)?;
        let body_and_sum = reader.take(body.checked_add(4).ok_or(Broken)?)?;
        if kind == *b"fcTL" {
            count(&mut frames)?;
        }
        let is_critical = kind[0].is_ascii_uppercase();
        if is_critical || SEEN.contains(&&kind) {
            clean.extend(length);
            clean.extend(kind);
            clean.extend(body_and_sum);
        }
        if kind == *b"IEND" {
            return Ok(clean);
        }
    }
}
