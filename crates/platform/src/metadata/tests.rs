use image::{DynamicImage, RgbImage};

use super::*;

fn picture(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(40, 30, |x, y| {
        let [x, y] = [x, y].map(|at| at.to_le_bytes()[0]);
        image::Rgb([x * 6, y * 8, 128])
    });
    let mut file = std::io::Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut file, format)
        .unwrap();
    file.into_inner()
}

fn holds(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|part| part == what)
}

/// The file with this in it, at this place.
fn with(file: &[u8], at: usize, what: &[u8]) -> Vec<u8> {
    [&file[..at], what, &file[at..]].concat()
}

fn looks_the_same(one: &[u8], other: &[u8]) {
    let read = |file| image::load_from_memory(file).unwrap().to_rgb8();
    assert_eq!(read(one), read(other));
}

#[test]
fn a_picture_that_tells_nothing_stays_as_it_is() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let file = picture(format);
        assert_eq!(without(&file, format, 1), Ok(file.clone()), "{format:?}");
        let followed = [&file[..], b"<script>secret</script>"].concat();
        assert_eq!(without(&followed, format, 1), Ok(file), "{format:?}");
    }
}

#[test]
fn a_jpeg_loses_where_it_was_made_and_keeps_its_colours_and_which_way_is_up() {
    let file = picture(ImageFormat::Jpeg);
    let segments = [
        &b"\xff\xe1\0\x10Exif\0\0secret.."[..],
        b"\xff\xe2\0\x12ICC_PROFILE\0mine",
        b"\xff\xe2\0\x0cMPF\0secret",
        b"\xff\xed\0\x0asecret..",
        b"\xff\xfe\0\x08secret",
    ];
    let told = with(&file, 2, &segments.concat());
    let clean = without(&told, ImageFormat::Jpeg, 6).unwrap();
    assert!(!holds(&clean, b"secret"));
    assert!(holds(&clean, b"ICC_PROFILE\0mine"));
    looks_the_same(&clean, &file);
    let format = image::ImageReader::with_format(std::io::Cursor::new(&clean), ImageFormat::Jpeg);
    let mut decoder = format.into_decoder().unwrap();
    let orientation = image::ImageDecoder::orientation(&mut decoder).unwrap();
    assert_eq!(orientation, image::metadata::Orientation::Rotate90);
}

#[test]
fn a_png_loses_its_notes() {
    let file = picture(ImageFormat::Png);
    let mut told = file.clone();
    for kind in [b"tEXt", b"eXIf", b"prVt"] {
        let chunk = [&8_u32.to_be_bytes()[..], kind, b"a secretsums"].concat();
        told = with(&told, 33, &chunk);
    }
    assert_eq!(without(&told, ImageFormat::Png, 1), Ok(file));
}

#[test]
fn a_gif_loses_its_comments_and_still_moves() {
    let file = picture(ImageFormat::Gif);
    let table = 13 + (3 << ((usize::from(file[10]) & 7) + 1));
    let moves = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let animated = with(&file, table, moves);
    let told = with(&animated, table, b"\x21\xfe\x06secret\0");
    let told = with(&told, table, b"\x21\xff\x0bXMP DataXMP\x06secret\0");
    let told = with(&told, told.len() - 1, b"\x21\xfe\x06secret\0");
    assert_eq!(
        without(&animated, ImageFormat::Gif, 1),
        Ok(animated.clone())
    );
    let clean = without(&told, ImageFormat::Gif, 1).unwrap();
    assert_eq!(clean, animated);
}

#[test]
fn a_webp_loses_its_chunks_and_says_so() {
    let file = picture(ImageFormat::WebP);
    let mut body = file[12..].to_vec();
    let extended = [0b0000_1100, 0, 0, 0, 39, 0, 0, 29, 0, 0];
    body.splice(0..0, [b"VP8X\x0a\0\0\0", &extended[..]].concat());
    body.extend(b"EXIF\x07\0\0\0secret!\0XMP \x06\0\0\0secret");
    let size = u32::try_from(body.len() + 4).unwrap().to_le_bytes();
    let told = [b"RIFF", &size[..], b"WEBP", &body].concat();
    let clean = without(&told, ImageFormat::WebP, 1).unwrap();
    assert!(!holds(&clean, b"secret"));
    assert_eq!(clean[20], 0);
    looks_the_same(&clean, &file);
}

#[test]
fn what_is_cut_off_anywhere_is_broken_and_never_more() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let file = picture(format);
        for end in 0..file.len() {
            assert_eq!(without(&file[..end], format, 1), Err(Broken), "{format:?}");
        }
    }
}

#[test]
fn an_animation_of_too_many_frames_is_broken() {
    let file = picture(ImageFormat::Gif);
    let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let many = with(&file, file.len() - 1, &frame.repeat(MOST_FRAMES));
    assert_eq!(without(&many, ImageFormat::Gif, 1), Err(Broken));
}
