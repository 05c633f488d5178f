//! A picture made small, whatever somebody built into it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// The longest side of a small picture, in pixels: the widest that a thread shows, on a dense screen.
const SIDE_MAX: u32 = 640;

/// More than the largest camera; a picture of 50 million pixels needs 150 to 400 MB while it is decoded.
const PIXELS_MAX: u64 = 50_000_000;

/// What a decoder may take, in bytes: 50 million pixels of eight bytes.
const MEMORY_MAX: u64 = 400_000_000;

/// A file larger than this is no picture that somebody looks at in a thread, in bytes.
pub(super) const FILE_MAX: u64 = 32 * 1024 * 1024;

const QUALITY: u8 = 82;

/// What is known of a picture.
#[derive(Debug)]
pub(super) struct Picture {
    /// As it is to be shown: turned as its camera was held.
    pub(super) width: u32,
    pub(super) height: u32,
    /// JPEG, or PNG where something shines through. None if the picture is too large to be decoded, or broken.
    pub(super) small: Option<Vec<u8>>,
}

/// Looks at a picture and makes it small. Takes a core for a moment, so it is for threads that may block. None
/// if it is not even the beginning of one.
pub(super) fn look(bytes: &[u8]) -> Option<Picture> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.limits(limits());
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = if is_on_its_side(orientation) { (height, width) } else { (width, height) };
    let small = decode(decoder, orientation).and_then(|image| encode(&image));
    Some(Picture { width, height, small })
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY_MAX);
    limits
}

fn decode(mut decoder: impl ImageDecoder, orientation: Orientation) -> Option<DynamicImage> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY_MAX {
        return None;
    }
    decoder.set_limits(limits()).ok()?;
    let image = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = if width.max(height) > SIDE_MAX { image.thumbnail(SIDE_MAX, SIDE_MAX) } else { image };
    small.apply_orientation(orientation);
    Some(small)
}

fn encode(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if shines_through(image) {
        image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).ok()?;
    } else {
        image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).ok()?;
    }
    Some(bytes)
}

fn shines_through(image: &DynamicImage) -> bool {
    image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255)
}

fn is_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}
