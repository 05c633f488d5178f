//! Pictures, and files that only pretend to be some.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;

use super::{jpeg, png};
use crate::media::picture::look;

/// A JPEG that its camera took on its side: EXIF orientation 6, "rotate by 90 degrees".
fn on_its_side() -> Vec<u8> {
    let plain = jpeg(60, 40);
    let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut exif = b"\xff\xe1\0\x22Exif\0\0".to_vec();
    exif.extend_from_slice(tiff);
    let length = u16::try_from(exif.len() - 2).unwrap().to_be_bytes();
    exif[2..4].copy_from_slice(&length);
    [&plain[..2], &exif, &plain[2..]].concat()
}

#[test]
fn a_picture_is_shown_as_its_camera_was_held() {
    let picture = look(&on_its_side()).unwrap();
    assert_eq!((picture.width, picture.height), (40, 60));
    let small = image::load_from_memory(&picture.small.unwrap()).unwrap().to_rgb8();
    assert_eq!((small.width(), small.height()), (40, 60));
    // Left was red; turned to the right, the top is.
    let (top, bottom) = (small.get_pixel(20, 5).0, small.get_pixel(20, 55).0);
    assert!(top[0] > 150 && bottom[2] > 150, "{top:?} {bottom:?}");
}

#[test]
fn what_shines_through_still_does() {
    let glass = RgbaImage::from_pixel(900, 30, Rgba([10, 20, 30, 40]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(glass).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let small = look(&bytes.into_inner()).unwrap().small.unwrap();
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((small.width(), small.to_rgba8().get_pixel(3, 3).0[3]), (640, 40));
}

/// The header of a PNG that says it is `side` pixels wide and high, and no more than that.
fn bomb(side: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// As PNG has it (PNG specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn a_bomb_is_not_decoded() {
    for side in [8_000, 60_000, 2_000_000_000] {
        let picture = look(&bomb(side));
        assert!(picture.is_none_or(|picture| picture.small.is_none()), "{side}");
    }
    // A GIF of 65535 by 65535 pixels in 30 bytes.
    let gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;";
    assert!(look(gif).is_none_or(|picture| picture.small.is_none()));
}

#[test]
fn a_picture_that_breaks_off_has_no_small_one() {
    let whole = jpeg(300, 200);
    let picture = look(&whole[..whole.len() / 8]);
    assert!(picture.is_none_or(|picture| picture.small.is_none() || picture.width == 300));
    assert!(look(b"nonsense").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_looked_at_without_harm(
        start in prop::sample::select(vec![&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 "]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = look(&[start, &rest].concat());
    }

    #[test]
    fn a_damaged_picture_is_looked_at_without_harm(place in 0_usize..2_000, byte: u8) {
        for mut bytes in [jpeg(64, 64), png(64, 64)] {
            let place = place % bytes.len();
            bytes[place] = byte;
            let _ = look(&bytes);
        }
    }
}
