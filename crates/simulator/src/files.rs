//! Files: those that phones send, and those that the carrier fetched for them.
//!
//! They lie at `/files/…` on the provider's side, at addresses that nobody can guess and that ask for no credentials,
//! as the storage does to which providers redirect. With a ledger they are kept beside it.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures::StreamExt;
use parking_lot::Mutex;

use crate::config::Config;
use crate::faults::MediaFault;
use crate::record::{Direction, Record};
use crate::simulator::{ControlError, Simulator};

/// Where files lie below the provider's address.
pub(crate) const PATH: &str = "/files/";

/// The largest file that is taken, in bytes.
pub(crate) const FILE_MAX: usize = 32 * 1024 * 1024;

/// All files in memory together, in bytes; after that the oldest go.
const MEMORY_MAX: usize = 256 * 1024 * 1024;

/// How long the carrier waits for a file that is to be sent along.
const FETCH_WITHIN: Duration = Duration::from_secs(15);

/// Extensions and the types they stand for; the first of a type is given to its files.
const TYPES: [(&str, &str); 19] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("mp4", "video/mp4"),
    ("3gp", "video/3gpp"),
    ("webm", "video/webm"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("amr", "audio/amr"),
    ("m4a", "audio/mp4"),
    ("wav", "audio/x-wav"),
    ("pdf", "application/pdf"),
    ("vcf", "text/vcard"),
    ("ics", "text/calendar"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
    ("bin", "application/octet-stream"),
];

/// The type that the end of an address suggests; most of what is sent along are pictures.
pub(crate) fn type_of(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == extension).map_or("image/jpeg", |(_, kind)| kind)
}

fn extension_of(content_type: &str) -> &'static str {
    TYPES.iter().find(|(_, kind)| *kind == content_type).map_or("bin", |(extension, _)| extension)
}

/// The files of one carrier.
#[derive(Default)]
pub(crate) struct Files {
    held: Mutex<Held>,
    folder: Option<PathBuf>,
}

#[derive(Default)]
struct Held {
    by_name: HashMap<String, Bytes>,
    oldest_first: VecDeque<String>,
    total: usize,
}

impl Files {
    pub(crate) fn new(config: &Config) -> Self {
        let folder = config.ledger_path.as_ref().map(|path| path.with_extension("files"));
        Files { folder, ..Files::default() }
    }

    fn put(&self, name: &str, bytes: Bytes) -> std::io::Result<()> {
        if let Some(folder) = &self.folder {
            std::fs::create_dir_all(folder)?;
            std::fs::write(folder.join(name), &bytes)?;
        }
        let mut held = self.held.lock();
        held.total += bytes.len();
        held.by_name.insert(name.to_owned(), bytes);
        held.oldest_first.push_back(name.to_owned());
        while held.total > MEMORY_MAX {
            let Some(oldest) = held.oldest_first.pop_front() else { break };
            held.total -= held.by_name.remove(&oldest).map_or(0, |bytes| bytes.len());
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<Bytes> {
        if let Some(bytes) = self.held.lock().by_name.get(name) {
            return Some(bytes.clone());
        }
        let is_ours = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        let folder = self.folder.as_ref().filter(|_| is_ours && !name.starts_with('.'))?;
        std::fs::read(folder.join(name)).ok().map(Bytes::from)
    }

    /// Forgets them all, as a provider does after a while.
    pub(crate) fn clear(&self) {
        *self.held.lock() = Held::default();
        if let Some(folder) = &self.folder {
            // That there is none is fine.
            _ = std::fs::remove_dir_all(folder);
        }
    }
}

impl Simulator {
    /// Takes a file that a phone is to send along, and gives its address.
    ///
    /// # Errors
    ///
    /// When it is empty, too large or cannot be written.
    pub fn add_file(&self, content_type: &str, bytes: Bytes) -> Result<String, ControlError> {
        if bytes.is_empty() || bytes.len() > FILE_MAX {
            return Err(ControlError::InvalidFile);
        }
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let token = hex::encode(self.ambient().bytes::<16>());
        let name = format!("{token}.{}", extension_of(&kind));
        self.files().put(&name, bytes).map_err(ControlError::File)?;
        let base = self.config().public_url.as_deref().unwrap_or_default().trim_end_matches('/');
        Ok(format!("{base}{PATH}{name}"))
    }

    /// Forgets all files, as a provider does after its time of retention.
    pub fn forget_files(&self) {
        self.files().clear();
    }

    /// The file at an address of ours.
    pub fn file(&self, url: &str) -> Option<Bytes> {
        self.files().get(url.rsplit('/').next()?)
    }
}

/// `GET /files/{name}`, as the storage behind a provider answers.
pub(crate) async fn serve(State(simulator): State<Simulator>, Path(name): Path<String>) -> Response {
    let fault = simulator.world().faults.media;
    match fault {
        Some(fault) => misbehave(fault),
        None => plain(&simulator, &name),
    }
}

/// The same for whoever looks at the phone.
pub(crate) async fn show(State(simulator): State<Simulator>, Path(name): Path<String>) -> Response {
    plain(&simulator, &name)
}

fn plain(simulator: &Simulator, name: &str) -> Response {
    match simulator.files().get(name) {
        Some(bytes) => ([(header::CONTENT_TYPE, type_of(name))], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn misbehave(fault: MediaFault) -> Response {
    let jpeg = [(header::CONTENT_TYPE, "image/jpeg")];
    match fault {
        MediaFault::NotFound => StatusCode::NOT_FOUND.into_response(),
        MediaFault::Error => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        MediaFault::WrongType => {
            (jpeg, "<!DOCTYPE html><html><body>Not a picture</body></html>").into_response()
        }
        MediaFault::RedirectPrivate => {
            Redirect::temporary("http://169.254.169.254/latest/meta-data/").into_response()
        }
        MediaFault::RedirectLoop => Redirect::temporary("loop.jpg").into_response(),
        MediaFault::Endless => {
            let head = Bytes::from_static(b"\xff\xd8\xff\xe0\0\x10JFIF\0");
            let rest = futures::stream::repeat(Bytes::from_static(&[0; 65_536]));
            let body = futures::stream::once(async { head }).chain(rest).map(Ok::<_, std::io::Error>);
            (jpeg, Body::from_stream(body)).into_response()
        }
        MediaFault::Stalled => {
            let head =
                futures::stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"\xff\xd8\xff")) });
            (jpeg, Body::from_stream(head.chain(futures::stream::pending()))).into_response()
        }
    }
}

/// Fetches what is to be sent along, from where the business says it is, and keeps it for the phone.
///
/// # Errors
///
/// The code under which the message fails (Twilio, errors 11200 and 12300; Telnyx's 40316 stands for both).
pub(crate) async fn fetch(simulator: &Simulator, record: &Record) -> Result<(), u32> {
    if !simulator.config().fetches_media || record.direction == Direction::Inbound || record.media.is_empty()
    {
        return Ok(());
    }
    let mut urls = Vec::new();
    for medium in &record.media {
        let fetched = fetch_one(simulator, &medium.url).await;
        urls.push(fetched.map_err(|code| if record.telnyx { 40_316 } else { code })?);
    }
    simulator.change(&record.sid, |record| {
        for (medium, url) in record.media.iter_mut().zip(urls) {
            (medium.content_type, medium.url) = (type_of(&url).to_owned(), url);
        }
    });
    Ok(())
}

async fn fetch_one(simulator: &Simulator, url: &str) -> Result<String, u32> {
    const NOT_RETRIEVED: u32 = 11_200;
    const INVALID_TYPE: u32 = 12_300;
    let request = simulator.courier().client().get(url).timeout(FETCH_WITHIN);
    let response = request.send().await.map_err(|_| NOT_RETRIEVED)?;
    if !response.status().is_success() {
        return Err(NOT_RETRIEVED);
    }
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.ok_or(INVALID_TYPE)?.to_owned();
    let bytes = response.bytes().await.map_err(|_| NOT_RETRIEVED)?;
    simulator.add_file(&content_type, bytes).map_err(|_| NOT_RETRIEVED)
}
