use std::io::Read;

use async_trait::async_trait;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat};
use whatscrap_messages::attachments::{self, Developed};
use whatscrap_users::PictureError;

use crate::images::{Images, decode, eight_bits, encode, is_opaque};
use crate::metadata;

/// The most bytes of a picture's file.
const MOST_FILE: u64 = 64 << 20;
/// The longest side of a thumbnail.
const LONGEST: u32 = 640;
/// A picture that is no larger needs no thumbnail, if its file has at most [`LIGHT`] bytes.
const LIGHT: usize = 128 << 10;
/// What is at least so many times too large is first made smaller the quick way.
const COARSELY: u32 = 2;

#[async_trait]
impl attachments::Images for Images {
    async fn develop(&self, file: Box<dyn Read + Send>) -> Result<Developed, PictureError> {
        self.permits.run(move || develop(file)).await?
    }
}

fn develop(file: impl Read) -> Result<Developed, PictureError> {
    let mut bytes = Vec::new();
    let read = file.take(MOST_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|error| PictureError::Backend(whatscrap_kernel::BackendError::new(error)))?;
    if bytes.len() as u64 > MOST_FILE {
        return Err(PictureError::TooLarge);
    }
    let (picture, format, orientation) = decode(&bytes)?;
    let file = metadata::without(&bytes, format, orientation.to_exif());
    let file = file.map_err(|_| PictureError::Damaged)?;
    // Only of a JPEG the orientation is kept, so only a JPEG is turned.
    let orientation = match format {
        ImageFormat::Jpeg => orientation,
        _ => Orientation::NoTransforms,
    };
    let is_light = file.len() <= LIGHT && picture.width().max(picture.height()) <= LONGEST;
    let (width, height) = upright((picture.width(), picture.height()), orientation);
    Ok(Developed {
        width,
        height,
        thumbnail: (!is_light)
            .then(|| thumbnail(picture, orientation))
            .transpose()?,
        file: (file != bytes).then_some(file),
    })
}

fn thumbnail(picture: DynamicImage, orientation: Orientation) -> Result<Vec<u8>, PictureError> {
    let (width, height) = fitting(picture.width(), picture.height());
    let picture = if picture.width() > width * COARSELY || picture.height() > height * COARSELY {
        picture.thumbnail_exact(width * COARSELY, height * COARSELY)
    } else {
        picture
    };
    let mut picture = eight_bits(picture).resize_exact(width, height, FilterType::Lanczos3);
    picture.apply_orientation(orientation);
    let is_opaque = is_opaque(&picture);
    encode(&picture, is_opaque).map_err(|_| PictureError::Damaged)
}

/// The size of a thumbnail: of this shape, and never larger than the picture.
fn fitting(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= LONGEST {
        return (width, height);
    }
    let fit = |side: u32| {
        let side = u64::from(side) * u64::from(LONGEST) / u64::from(longest);
        u32::try_from(side).unwrap_or(LONGEST).max(1)
    };
    (fit(width), fit(height))
}

fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

#[cfg(test)]
#[path = "developing_tests.rs"]
mod tests;
