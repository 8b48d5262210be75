use super::{Broken, Reader, count};

const IMAGE: u8 = 0x2c;
const EXTENSION: u8 = 0x21;
const CONTROL: u8 = 0xf9;
const APPLICATION: u8 = 0xff;
const TRAILER: u8 = 0x3b;

/// GIF 89a.
pub(super) fn clean(file: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut reader = Reader(file);
    let mut clean = Vec::with_capacity(file.len());
    let screen = reader.take(13)?;
    if !screen.starts_with(b"GIF8") {
        return Err(Broken);
    }
    clean.extend(screen);
    clean.extend(reader.take(table(screen[10]))?);
    let mut frames = 0;
    loop {
        match reader.byte()? {
            TRAILER => {
                clean.push(TRAILER);
                return Ok(clean);
            }
            IMAGE => {
                count(&mut frames)?;
                clean.push(IMAGE);
                let descriptor = reader.take(9)?;
                clean.extend(descriptor);
                clean.extend(reader.take(table(descriptor[8]) + 1)?);
                clean.extend(blocks(&mut reader)?);
            }
            EXTENSION => {
                let label = reader.byte()?;
                let blocks = blocks(&mut reader)?;
                if is_seen(label, blocks) {
                    clean.extend([EXTENSION, label]);
                    clean.extend(blocks);
                }
            }
            _ => return Err(Broken),
        }
    }
}

/// How long a table of colours is.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// Whether an extension says how the picture moves.
fn is_seen(label: u8, blocks: &[u8]) -> bool {
    let loops = |name: &[u8; 11]| blocks.get(1..12) == Some(&name[..]);
    label == CONTROL || label == APPLICATION && (loops(b"NETSCAPE2.0") || loops(b"ANIMEXTS1.0"))
}

/// The blocks that follow, up to the empty one that ends them.
fn blocks<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Broken> {
    let begin = reader.0;
    loop {
        let length = usize::from(reader.byte()?);
        reader.take(length)?;
        if length == 0 {
            return Ok(&begin[..begin.len() - reader.0.len()]);
        }
    }
}
