//! The frames of RFC 6455, as far as a client of this server needs them.

/// First byte of a whole text frame.
pub(crate) const TEXT: u8 = 0x81;
/// First byte of a close frame.
pub(crate) const CLOSE: u8 = 0x88;

const MASKED: u8 = 0x80;
/// In the place of a length: the length follows in two bytes, or in eight.
const IN_TWO_BYTES: u8 = 126;
const IN_EIGHT_BYTES: u8 = 127;

/// The frame at the start of `bytes`: its first byte, its payload, and what
/// follows it; `None` until it is whole.
pub(crate) fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[first, length], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match length {
        IN_TWO_BYTES => {
            let (length, rest) = rest.split_first_chunk()?;
            (u64::from(u16::from_be_bytes(*length)), rest)
        }
        IN_EIGHT_BYTES => {
            let (length, rest) = rest.split_first_chunk()?;
            (u64::from_be_bytes(*length), rest)
        }
        length => (u64::from(length), rest),
    };
    let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((first, payload, rest))
}

/// Appends a text frame as a client writes it. Its mask is zero, so that the
/// payload goes out as it is: there is nothing to hide from a middlebox here.
pub(crate) fn push_text(out: &mut Vec<u8>, payload: &[u8]) {
    push_head(out, MASKED, payload.len());
    out.extend([0; 4]);
    out.extend(payload);
}

/// A text frame as a server writes it.
pub(crate) fn server(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 10);
    push_head(&mut out, 0, payload.len());
    out.extend(payload);
    out
}

fn push_head(out: &mut Vec<u8>, masked: u8, length: usize) {
    out.push(TEXT);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..IN_TWO_BYTES), _) => out.push(masked | length),
        (_, Ok(length)) => {
            out.push(masked | IN_TWO_BYTES);
            out.extend(length.to_be_bytes());
        }
        _ => {
            out.push(masked | IN_EIGHT_BYTES);
            out.extend((length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_length_is_split_off_once_it_is_whole() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let mut bytes = server(&payload);
            assert_eq!(split(&bytes[..bytes.len() - 1]), None);
            bytes.push(CLOSE);
            assert_eq!(split(&bytes), Some((TEXT, &*payload, &[CLOSE][..])));
        }
    }

    #[test]
    fn a_client_masks_its_frames_with_a_key_that_changes_nothing() {
        let mut bytes = Vec::new();
        push_text(&mut bytes, b"hi");
        assert_eq!(bytes, [TEXT, MASKED | 2, 0, 0, 0, 0, b'h', b'i']);
    }
}
