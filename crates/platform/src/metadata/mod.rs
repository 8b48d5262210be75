//! Takes out of a picture's file what is no picture: where and with what it was made, comments,
//! smaller copies, whatever hides behind its end. The picture itself stays as it is, byte by byte,
//! animated or not.

mod gif;
mod jpeg;
mod png;
mod webp;

use image::ImageFormat;

/// The most frames of an animation.
const MOST_FRAMES: usize = 2_000;

/// The file is not what it says, or is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

/// The file without it. A JPEG is told apart from one that lies on its side by `orientation` alone,
/// the number that Exif has for it.
pub(crate) fn without(
    file: &[u8],
    format: ImageFormat,
    orientation: u8,
) -> Result<Vec<u8>, Broken> {
    match format {
        ImageFormat::Jpeg => jpeg::clean(file, orientation),
        ImageFormat::Png => png::clean(file),
        ImageFormat::WebP => webp::clean(file),
        _ => gif::clean(file),
    }
}

/// A file that is read from its beginning.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        Ok(self.take(1)?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        self.take(N)?.try_into().map_err(|_| Broken)
    }

    fn expect(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        if self.take(bytes.len())? == bytes {
            Ok(())
        } else {
            Err(Broken)
        }
    }
}

/// Counts another frame.
fn count(frames: &mut usize) -> Result<(), Broken> {
    *frames += 1;
    if *frames > MOST_FRAMES {
        return Err(Broken);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
