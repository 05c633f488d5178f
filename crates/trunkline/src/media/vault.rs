//! Where the bytes are: a folder or a bucket.
//!
//! An object's name begins with the day it was made, so that what a crash left behind is found without looking
//! through everything, and is never used a second time.

use std::sync::Arc;

use anyhow::Context;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, Result};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::ids::RecordId;
use trunkline_domain::time::Timestamp;

use crate::config::{MediaPlace, S3};

/// Bytes that are held before they are written; the least that a part may have on S3 (Amazon S3, "Multipart upload
/// limits").
const PART: usize = 5 * 1024 * 1024;

/// Parts of one file that are on their way at the same time.
const PARTS_AT_ONCE: usize = 2;

/// Bytes by which the type of a file is found.
const HEAD: usize = 8 * 1024;

/// What the name of a small picture ends with; before it stands the name of the large one.
const THUMBNAIL: &str = ".thumbnail";

#[derive(Clone)]
pub(super) struct Vault {
    objects: Arc<dyn ObjectStore>,
    ambient: Ambient,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Written {
    /// Its name in the vault.
    pub(super) object: String,
    pub(super) bytes: u64,
    /// In hexadecimal.
    pub(super) sha256: String,
    /// How it begins.
    pub(super) head: Vec<u8>,
}

/// Why nothing was written.
#[derive(Debug)]
pub(super) enum NotWritten<E> {
    /// There was more than allowed.
    TooLarge,
    /// Where the bytes came from failed.
    Source(E),
    /// The vault failed.
    Vault(Error),
}

impl<E> From<std::io::Error> for NotWritten<E> {
    fn from(error: std::io::Error) -> Self {
        NotWritten::Vault(Error::Generic { store: "vault", source: Box::new(error) })
    }
}

/// Bytes that nobody may need.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: String,
    /// The object that it belongs to: a small picture to the large one.
    pub(super) owner: String,
    pub(super) made_at: Timestamp,
}

impl Vault {
    pub(super) fn open(place: &MediaPlace, ambient: &Ambient) -> anyhow::Result<Vault> {
        let objects = match place {
            MediaPlace::Folder(folder) => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make the folder for media, {}", folder.display()))?;
                let opened = LocalFileSystem::new_with_prefix(folder)
                    .with_context(|| format!("cannot use the folder for media, {}", folder.display()))?;
                Arc::new(opened.with_fsync(true)) as Arc<dyn ObjectStore>
            }
            MediaPlace::S3(s3) => bucket(s3).context("the bucket for media cannot be used")?,
        };
        Ok(Vault { objects, ambient: ambient.clone() })
    }

    /// Writes a new object, hashing what goes by. After a failure nothing of it can be seen.
    pub(super) async fn write<E>(
        &self,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>>,
        max: u64,
    ) -> std::result::Result<Written, NotWritten<E>> {
        let object = format!("{}/{}", self.today(), self.ambient.id::<RecordId>());
        let mut writer = BufWriter::with_capacity(self.objects.clone(), path(&object), PART)
            .with_max_concurrency(PARTS_AT_ONCE);
        let mut written = Written { object, bytes: 0, sha256: String::new(), head: Vec::new() };
        match pour(bytes, &mut writer, &mut written, max).await {
            Ok(()) => Ok(written),
            Err(error) => {
                // Parts that are left behind are the bucket's to delete; see the settings.
                let _ = writer.abort().await;
                Err(error)
            }
        }
    }

    /// Writes the small picture of an object.
    pub(super) async fn write_thumbnail(&self, object: &str, bytes: Vec<u8>) -> Result<()> {
        self.objects.put(&path(&thumbnail(object)), bytes.into()).await.map(|_| ())
    }

    /// The bytes of an object, all or some.
    pub(super) async fn read(
        &self,
        object: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        Ok(self.objects.get_opts(&path(object), options).await?.into_stream())
    }

    /// All bytes of an object, in memory.
    pub(super) async fn read_whole(&self, object: &str) -> Result<Bytes> {
        self.objects.get(&path(object)).await?.bytes().await
    }

    /// Deletes an object and its small picture. That there is none is fine.
    pub(super) async fn delete(&self, object: &str) -> Result<()> {
        for name in [thumbnail(object), object.to_owned()] {
            match self.objects.delete(&path(&name)).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What was made on the day of `at`, UTC.
    pub(super) async fn made_on(&self, at: Timestamp) -> Result<Vec<Object>> {
        let day = path(&day(at));
        let found = self.objects.list(Some(&day)).map_ok(|meta| object(meta.location.as_ref()));
        found.try_filter_map(async |object| Ok(object)).try_collect().await
    }

    fn today(&self) -> String {
        day(self.ambient.now())
    }
}

async fn pour<E>(
    bytes: impl Stream<Item = std::result::Result<Bytes, E>>,
    writer: &mut BufWriter,
    written: &mut Written,
    max: u64,
) -> std::result::Result<(), NotWritten<E>> {
    let (mut bytes, mut hash) = (std::pin::pin!(bytes), Sha256::new());
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(NotWritten::Source)?;
        written.bytes += chunk.len() as u64;
        if written.bytes > max {
            return Err(NotWritten::TooLarge);
        }
        hash.update(&chunk);
        let missing = HEAD.saturating_sub(written.head.len()).min(chunk.len());
        written.head.extend_from_slice(&chunk[..missing]);
        writer.put(chunk).await.map_err(NotWritten::Vault)?;
    }
    writer.shutdown().await?;
    written.sha256 = hex::encode(hash.finalize());
    Ok(())
}

fn bucket(s3: &S3) -> Result<Arc<dyn ObjectStore>> {
    // What the surroundings say, such as a role of the machine, and before it what is configured.
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(&s3.bucket).with_region(&s3.region);
    if let Some(endpoint) = &s3.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http:"));
    }
    if let Some((id, secret)) = &s3.access_key {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose());
    }
    let bucket = builder.build()?;
    Ok(match &s3.prefix {
        Some(prefix) => Arc::new(PrefixStore::new(bucket, prefix.as_str())),
        None => Arc::new(bucket),
    })
}

fn path(name: &str) -> Path {
    Path::from(name)
}

/// `2026-11-20`, in UTC.
fn day(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%d").to_string()
}

/// The name of the small picture.
pub(super) fn thumbnail(object: &str) -> String {
    format!("{object}{THUMBNAIL}")
}

/// An object of ours; what else lies there is none of our business.
fn object(name: &str) -> Option<Object> {
    let owner = name.strip_suffix(THUMBNAIL).unwrap_or(name);
    let (_, id) = owner.rsplit_once('/')?;
    let id: uuid::Uuid = id.parse().ok()?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)? + i64::from(nanos / 1_000);
    Some(Object { name: name.to_owned(), owner: owner.to_owned(), made_at: Timestamp::from_micros(micros) })
}
