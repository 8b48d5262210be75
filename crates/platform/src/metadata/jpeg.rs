use super::{Broken, Reader};

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const COMMENT: u8 = 0xfe;

/// ISO/IEC 10918-1, annex B.
pub(super) fn clean(file: &[u8], orientation: u8) -> Result<Vec<u8>, Broken> {
    let mut reader = Reader(file);
    let mut clean = Vec::with_capacity(file.len());
    reader.expect(&[0xff, START])?;
    clean.extend([0xff, START]);
    let mut is_told = orientation <= 1;
    loop {
        reader.expect(&[0xff])?;
        let mut marker = reader.byte()?;
        while marker == 0xff {
            marker = reader.byte()?;
        }
        if marker == END {
            clean.extend([0xff, END]);
            return Ok(clean);
        }
        let length: [u8; 2] = reader.array()?;
        let body = usize::from(u16::from_be_bytes(length)).checked_sub(2);
        let body = reader.take(body.ok_or(Broken)?)?;
        // JFIF wants to be the first.
        if !is_told && marker != 0xe0 {
            clean.extend(turned(orientation));
            is_told = true;
        }
        if is_picture(marker, body) {
            clean.extend([0xff, marker]);
            clean.extend(length);
            clean.extend(body);
        }
        if marker == SCAN {
            clean.extend(reader.take(scanned(reader.0)?)?);
        }
    }
}

/// Whether a segment is needed to see the picture in its right colours.
fn is_picture(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe0 => body.starts_with(b"JFIF\0"),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        0xe1..=0xef | COMMENT => false,
        _ => true,
    }
}

/// How long the compressed data is: it ends at a marker that is none of its own.
fn scanned(data: &[u8]) -> Result<usize, Broken> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    data.windows(2).position(ends).ok_or(Broken)
}

/// Exif with nothing but the orientation (TIFF 6.0: one entry, 0x0112, a short).
fn turned(orientation: u8) -> Vec<u8> {
    let mut segment = b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    segment.extend([
        0x01,
        0x12,
        0,
        3,
        0,
        0,
        0,
        1,
        0,
        orientation,
        0,
        0,
        0,
        0,
        0,
        0,
    ]);
    segment
}
