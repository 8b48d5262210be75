use std::io::Cursor;
use std::thread;

use async_trait::async_trait;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
};
use whatscrap_users::{AVATAR_SIDES, PictureError, Pictures, Print};

use crate::permits::Permits;

/// The most pixels of a picture.
const MOST_PIXELS: u64 = 40_000_000;
/// The most bytes that decoding one may take, about.
const MOST_MEMORY: u64 = 256 << 20;
/// The most passes of a progressive JPEG: encoders make about ten, and each may walk all of it.
const MOST_SCANS: usize = 100;
/// How many may wait for a permit, by permit: their files are held meanwhile.
const WAITING_BY_PERMIT: usize = 4;
/// The quality of what we encode as JPEG.
const QUALITY: u8 = 80;
/// What is at least so many times too large is first made smaller the quick way.
const COARSELY: u32 = 2;

/// Makes pictures by the crate `image`: one at a time on each core.
#[derive(Clone)]
pub struct Images {
    pub(crate) permits: Permits,
}

impl Default for Images {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self {
            permits: Permits::new(cores, cores * WAITING_BY_PERMIT),
        }
    }
}

#[async_trait]
impl Pictures for Images {
    async fn prints(&self, file: Vec<u8>) -> Result<Vec<Print>, PictureError> {
        self.permits.run(move || prints(&file)).await?
    }
}

fn prints(file: &[u8]) -> Result<Vec<Print>, PictureError> {
    let largest = AVATAR_SIDES[AVATAR_SIDES.len() - 1];
    let (picture, _, orientation) = decode(file)?;
    // The square in the middle is the same square whichever way is up: a small one is turned.
    let mut picture = reduced(square(picture), largest);
    picture.apply_orientation(orientation);
    let is_opaque = is_opaque(&picture);
    let mut prints = Vec::new();
    for side in AVATAR_SIDES.into_iter().rev() {
        picture = picture.resize_exact(side, side, FilterType::Lanczos3);
        let file = encode(&picture, is_opaque).map_err(|_| PictureError::Damaged)?;
        prints.insert(0, Print { side, file });
    }
    Ok(prints)
}

/// Reads a picture, what format it has, and how to turn it. How large it is, is known before room is made for it.
pub(crate) fn decode(
    file: &[u8],
) -> Result<(DynamicImage, ImageFormat, Orientation), PictureError> {
    let format = image::guess_format(file).map_err(|_| PictureError::Unknown)?;
    let is_known = matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif
    );
    if !is_known {
        return Err(PictureError::Unknown);
    }
    if format == ImageFormat::Jpeg && holds(file, [0xff, 0xda]) > MOST_SCANS {
        return Err(PictureError::Damaged);
    }
    let is_progressive = format == ImageFormat::Jpeg && holds(file, [0xff, 0xc2]) > 0;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(PictureError::Damaged);
    }
    // Until the last scan, a progressive JPEG is kept as its coefficients: two bytes for each of
    // three colours.
    let coefficients = if is_progressive { pixels * 6 } else { 0 };
    if pixels > MOST_PIXELS || decoder.total_bytes() + coefficients > MOST_MEMORY {
        return Err(PictureError::TooLarge);
    }
    let orientation = decoder.orientation().map_err(|error| refused(&error))?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    Ok((picture, format, orientation))
}

fn refused(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Damaged,
    }
}

/// How often a JPEG holds this marker, at most: compressed data never looks like one.
fn holds(file: &[u8], marker: [u8; 2]) -> usize {
    file.windows(2).filter(|pair| *pair == marker).count()
}

/// The square in the middle.
fn square(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    if width == height {
        return picture;
    }
    picture.crop_imm((width - side) / 2, (height - side) / 2, side, side)
}

/// A square that is not much larger than it will be, in eight bits a channel.
fn reduced(picture: DynamicImage, side: u32) -> DynamicImage {
    let picture = if picture.width() > side * COARSELY {
        picture.thumbnail_exact(side * COARSELY, side * COARSELY)
    } else {
        picture
    };
    eight_bits(picture)
}

pub(crate) fn eight_bits(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() {
        picture.into_rgba8().into()
    } else {
        picture.into_rgb8().into()
    }
}

pub(crate) fn is_opaque(picture: &DynamicImage) -> bool {
    let pixels = picture.as_rgba8();
    pixels.is_none_or(|pixels| pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX))
}

/// What shows through is kept; everything else is a JPEG, a tenth of the size.
pub(crate) fn encode(picture: &DynamicImage, is_opaque: bool) -> ImageResult<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    if is_opaque {
        let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
        picture.to_rgb8().write_with_encoder(encoder)?;
    } else {
        picture.write_to(&mut file, ImageFormat::Png)?;
    }
    Ok(file.into_inner())
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
