//! The settings of media: where the files are kept, and how large one may be.

use std::path::Path;
use std::time::Duration;

use super::problem::Refusal;
use super::reader::Reader;
use super::{Media, MediaPlace, S3, parse};

/// Larger than what any text or WhatsApp message brings, and as large as most mailboxes let through.
const FILE_MAX: u64 = 25 * 1024 * 1024;

pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Media {
    let folder = reader.optional("media.folder", parse::path);
    Media {
        place: match bucket(reader) {
            Some(bucket) => MediaPlace::S3(bucket),
            None => MediaPlace::Folder(folder.unwrap_or_else(|| data_dir.join("media"))),
        },
        file_max_bytes: reader.or("media.file_max_bytes", FILE_MAX, parse::number(1_024..=1_073_741_824)),
        fetch_within: reader.or("media.fetch_within_s", Duration::from_secs(120), parse::seconds),
    }
}

fn bucket(reader: &mut Reader<'_>) -> Option<S3> {
    let key = parse::secret(1..=500, "It is shown where the key was made.");
    let s3 = (
        reader.optional("media.s3_bucket", parse::line_of_text(63)),
        reader.or("media.s3_region", "us-east-1".to_owned(), parse::line_of_text(60)),
        reader.optional("media.s3_endpoint", parse::web_address),
        reader.optional("media.s3_prefix", parse::line_of_text(200)),
        reader.optional("media.s3_access_key_id", parse::line_of_text(200)),
        reader.hidden("media.s3_secret_access_key", key),
    );
    let (bucket, region, endpoint, prefix, access_key_id, secret_access_key) = s3;
    let bucket = bucket?;
    if access_key_id.is_some() != secret_access_key.is_some() {
        let hint =
            "Give both s3_access_key_id and s3_secret_access_key, or neither where the machine itself may.";
        reader.refuse("media", Refusal::new("has one of two halves of the key to the bucket", hint));
    }
    Some(S3 { bucket, region, endpoint, prefix, access_key: access_key_id.zip(secret_access_key) })
}
