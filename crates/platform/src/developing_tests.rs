use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{GenericImageView, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Colours that no format makes small.
fn noise(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let mixed = (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).to_le_bytes();
        Rgb([mixed[1], mixed[2], mixed[3]])
    })
}

fn develop_file(file: Vec<u8>) -> Result<Developed, PictureError> {
    develop(Cursor::new(file))
}

#[test]
fn a_large_picture_gets_a_thumbnail_of_its_shape() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let developed = develop_file(file(noise(1_200, 300), format)).unwrap();
        assert_eq!((developed.width, developed.height), (1_200, 300));
        let thumbnail = developed.thumbnail.unwrap();
        assert!(thumbnail.starts_with(b"\xff\xd8"), "{format:?}");
        let thumbnail = image::load_from_memory(&thumbnail).unwrap();
        assert_eq!(thumbnail.dimensions(), (640, 160));
    }
}

#[test]
fn a_small_picture_is_its_own_thumbnail() {
    let developed = develop_file(file(RgbImage::new(100, 50), ImageFormat::Png)).unwrap();
    let expected = Developed {
        width: 100,
        height: 50,
        file: None,
        thumbnail: None,
    };
    assert_eq!(developed, expected);
}

#[test]
fn what_shows_through_does_so_in_the_thumbnail() {
    let clear = RgbaImage::from_pixel(900, 900, Rgba([9, 9, 9, 0]));
    let developed = develop_file(file(clear, ImageFormat::Png)).unwrap();
    let thumbnail = image::load_from_memory(&developed.thumbnail.unwrap()).unwrap();
    assert_eq!(thumbnail.to_rgba8().get_pixel(9, 9).0[3], 0);
}

#[test]
fn a_picture_on_its_side_is_measured_and_shown_upright() {
    let mut on_its_side = file(noise(1_200, 300), ImageFormat::Jpeg);
    let exif =
        b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    on_its_side.splice(2..2, *exif);
    let developed = develop_file(on_its_side).unwrap();
    assert_eq!((developed.width, developed.height), (300, 1_200));
    let thumbnail = image::load_from_memory(&developed.thumbnail.unwrap()).unwrap();
    assert_eq!(thumbnail.dimensions(), (160, 640));
}

#[test]
fn the_thinnest_picture_has_a_thumbnail() {
    let developed = develop_file(file(noise(20_000, 1), ImageFormat::Png)).unwrap();
    let thumbnail = image::load_from_memory(&developed.thumbnail.unwrap()).unwrap();
    assert_eq!(thumbnail.dimensions(), (640, 1));
}

#[test]
fn bombs_and_broken_files_are_refused_at_once() {
    let mut bomb = file(RgbImage::new(8, 8), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum);
    let begun = Instant::now();
    assert!(matches!(develop_file(bomb), Err(PictureError::TooLarge)));
    assert!(begun.elapsed() < Duration::from_secs(1));
    let mut cut = file(noise(700, 700), ImageFormat::Jpeg);
    cut.truncate(cut.len() / 2);
    assert!(matches!(develop_file(cut), Err(PictureError::Damaged)));
    let endless = std::io::repeat(0xff);
    assert!(matches!(develop(endless), Err(PictureError::TooLarge)));
}

/// The sum of a PNG's chunk (PNG, 5.5).
fn crc(chunk: &[u8]) -> [u8; 4] {
    let sum = chunk.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    (!sum).to_be_bytes()
}
