use std::time::{Duration, Instant};

use image::{Rgba, RgbaImage};

use super::*;

/// A picture whose left half is red, in this format.
fn sample(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixel = |x, _| {
        let red = if x < width / 2 { 255 } else { 0 };
        Rgba([red, 0, 255 - red, 255])
    };
    let picture = DynamicImage::from(RgbaImage::from_fn(width, height, pixel));
    let mut file = Cursor::new(Vec::new());
    picture.to_rgb8().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn refusal(file: &[u8]) -> PictureError {
    let begun = Instant::now();
    let error = prints(file).map(drop).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(1), "{error}");
    error
}

/// The largest print, as whoever looks at it sees it.
fn shown(file: &[u8]) -> DynamicImage {
    let prints = prints(file).unwrap();
    let sides: Vec<_> = prints.iter().map(|print| print.side).collect();
    assert_eq!(sides, AVATAR_SIDES);
    for Print { side, file } in &prints {
        let picture = image::load_from_memory(file).unwrap();
        assert_eq!((picture.width(), picture.height()), (*side, *side));
    }
    image::load_from_memory(&prints[2].file).unwrap()
}

fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue] = picture.to_rgb8().get_pixel(x, y).0;
    red > 200 && blue < 60
}

/// A chunk of a PNG (PNG specification, 5.3).
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&kind, data].concat();
    let crc = named.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &named, &(!crc).to_be_bytes()].concat()
}

/// The beginning of a PNG of this size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = chunk(*b"IHDR", &[&size[..], &[8, 2, 0, 0, 0]].concat());
    [
        b"\x89PNG\r\n\x1a\n",
        &header[..],
        &chunk(*b"IDAT", &[0x78, 0x9c]),
    ]
    .concat()
}

/// A segment APP1 with Exif: this orientation, and the place where it was taken (TIFF 6.0, Exif 2.3).
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    // GPSInfo, at 38.
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    // GPSLatitudeRef "N".
    tiff.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"somewhere in Vienna");
    let body = [b"Exif\0\0", &tiff[..]].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, 0xe1], &length[..], &body].concat()
}

fn contains(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|part| part == what)
}

#[test]
fn every_known_format_is_cut_to_its_middle() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        let picture = shown(&sample(900, 300, format));
        assert!(is_red(&picture, 200, 256), "{format:?}");
        assert!(!is_red(&picture, 312, 256), "{format:?}");
    }
}

#[test]
fn the_smallest_picture_is_one() {
    shown(&sample(1, 1, ImageFormat::Png));
    shown(&sample(1, 3_000, ImageFormat::Png));
}

#[test]
fn what_shows_through_is_kept_and_all_else_is_a_jpeg() {
    let clear = RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]));
    let mut file = Cursor::new(Vec::new());
    clear.write_to(&mut file, ImageFormat::Png).unwrap();
    let picture = shown(&file.into_inner());
    assert_eq!(picture.to_rgba8().get_pixel(9, 9).0[3], 0);
    let prints = prints(&sample(64, 64, ImageFormat::Png)).unwrap();
    assert!(
        prints
            .iter()
            .all(|print| print.file.starts_with(&[0xff, 0xd8]))
    );
}

#[test]
fn a_picture_is_turned_upright_and_says_nothing_of_where_it_was_taken() {
    let plain = sample(300, 300, ImageFormat::Jpeg);
    // Turned by a quarter, what was left is above.
    let turned = [&plain[..2], &exif(6), &plain[2..]].concat();
    assert!(contains(&turned, b"Vienna"));
    let prints = prints(&turned).unwrap();
    let picture = shown(&turned);
    assert!(is_red(&picture, 256, 100) && !is_red(&picture, 256, 400));
    for Print { file, .. } in prints {
        for what in [&b"Exif"[..], b"Vienna", b"MM\0\x2a", &[0xff, 0xe1]] {
            assert!(!contains(&file, what));
        }
    }
}

#[test]
fn what_hides_in_a_picture_is_not_kept() {
    let script = b"<script>alert(1)</script>";
    let png = sample(64, 64, ImageFormat::Png);
    let text = chunk(*b"tEXt", &[b"Comment\0", &script[..]].concat());
    for polyglot in [
        [&png, &script[..]].concat(),
        [&png[..33], &text, &png[33..]].concat(),
        [
            &sample(64, 64, ImageFormat::Gif),
            &b"PK\x03\x04"[..],
            script,
        ]
        .concat(),
        [&sample(64, 64, ImageFormat::Jpeg), &script[..]].concat(),
    ] {
        for Print { file, .. } in prints(&polyglot).unwrap() {
            assert!(!contains(&file, b"script"));
        }
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    for file in [
        &b""[..],
        b"hello",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"BM\0\0\0\0",
        b"II\x2a\0\xff\xff\xff\x7f\xff\xff",
        b"MM\0\x2a\x7f\xff\xff\xff",
        b"P6 9 9 255 ",
    ] {
        let error = refusal(file);
        assert!(matches!(error, PictureError::Unknown), "{file:?}: {error}");
    }
}

#[test]
fn enormous_pictures_are_refused_by_what_they_say_of_themselves() {
    let screen = [0xff, 0xff, 0xff, 0xff];
    let gif = [
        b"GIF89a",
        &screen[..],
        &[0, 0, 0, 0x2c, 0, 0, 0, 0],
        &screen,
        &[0, 8],
    ]
    .concat();
    // SOF0 of 65,500 by 65,500 in three components.
    let mut jpeg = sample(16, 16, ImageFormat::Jpeg);
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    // VP8L: fourteen bits each of width and height.
    let mut webp = sample(16, 16, ImageFormat::WebP);
    let bits = webp.windows(4).position(|part| part == b"VP8L").unwrap() + 9;
    webp[bits..bits + 4].copy_from_slice(&[0xff, 0xff, 0xff, 0x0f]);
    for file in [
        png_header(30_000, 30_000),
        png_header(u32::MAX >> 1, 1),
        gif,
        jpeg,
        webp,
    ] {
        let kind = file[..8].to_vec();
        let error = refusal(&file);
        let is_told = match &kind[..4] {
            // Its decoder finds this to be at odds with the rest of the file first.
            b"RIFF" => matches!(error, PictureError::TooLarge | PictureError::Damaged),
            _ => matches!(error, PictureError::TooLarge),
        };
        assert!(is_told, "{kind:?}: {error}");
    }
}

#[test]
fn damaged_and_truncated_files_are_refused() {
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let file = sample(300, 300, format);
        for length in [9, 30, 60, file.len() / 2] {
            let error = refusal(&file[..length.min(file.len() / 2)]);
            let is_told = matches!(error, PictureError::Damaged | PictureError::Unknown);
            assert!(is_told, "{format:?} {length}: {error}");
        }
    }
    let jpeg = sample(300, 300, ImageFormat::Jpeg);
    assert!(matches!(refusal(&jpeg[..200]), PictureError::Damaged));
    // A length that leads beyond the end of the file: what is there may be read, no more.
    let mut webp = sample(64, 64, ImageFormat::WebP);
    webp[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    webp[16..20].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    let begun = Instant::now();
    let _ = prints(&webp);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_jpeg_of_thousands_of_scans_is_refused() {
    let mut jpeg = sample(64, 64, ImageFormat::Jpeg);
    let scan = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    let again = jpeg[scan..scan + 14].repeat(5_000);
    jpeg.splice(scan..scan, again);
    assert!(matches!(refusal(&jpeg), PictureError::Damaged));
}

#[tokio::test]
async fn pictures_are_made_off_the_async_threads() {
    let images = Images::default();
    let prints = images.prints(sample(64, 64, ImageFormat::Png)).await;
    assert_eq!(prints.unwrap().len(), 3);
}
