//! Taking bytes in: bounded, hashed, looked at.

use bytes::Bytes;
use futures::Stream;
use trunkline_domain::ids::{LineId, MediaId, MessageId};
use trunkline_domain::media::human;
use trunkline_store::{Result, Tx};

use super::rows::Kept;
use super::vault::{NotWritten, Written};
use super::{Media, kind, picture, rows};

/// The longest name of a file that is kept, in characters.
const NAME_MAX: usize = 200;

/// What is said of a file by whoever brings it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) name: Option<String>,
    pub(crate) declared_type: Option<String>,
}

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    /// There is more of it than is kept.
    #[error("it is too large")]
    TooLarge,
    /// Nobody could take it: what is wrong with it, for a person.
    #[error("{0}")]
    Refused(String),
    /// It broke off where it came from.
    #[error("it broke off: {0}")]
    BrokenOff(String),
    /// It could not be written.
    #[error("the place where media are kept failed: {0}")]
    Vault(#[from] object_store::Error),
}

impl Media {
    /// Takes a file into the vault. It may take as long as its source does.
    pub(crate) async fn keep<E: std::fmt::Display>(
        &self,
        given: Given,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>>,
    ) -> std::result::Result<Kept, NotKept> {
        let written = self.vault.write(bytes, self.file_max).await.map_err(|error| self.not_kept(error))?;
        match self.examine(given, &written).await {
            Ok(kept) => Ok(kept),
            Err(error) => {
                self.forget(&written.object).await;
                Err(error)
            }
        }
    }

    /// Deletes what was kept and is not needed. What cannot be deleted now is swept up later.
    pub(super) async fn forget(&self, object: &str) {
        if let Err(error) = self.vault.delete(object).await {
            tracing::warn!(%error, object, "a file that is not needed could not be deleted");
        }
    }

    fn not_kept<E: std::fmt::Display>(&self, error: NotWritten<E>) -> NotKept {
        match error {
            NotWritten::TooLarge => NotKept::TooLarge,
            NotWritten::Source(error) => NotKept::BrokenOff(error.to_string()),
            NotWritten::Vault(error) => NotKept::Vault(error),
        }
    }

    async fn examine(&self, given: Given, written: &Written) -> std::result::Result<Kept, NotKept> {
        if written.bytes == 0 {
            return Err(NotKept::Refused("The file is empty.".to_owned()));
        }
        let declared = given.declared_type.as_deref();
        let content_type = kind::found(&written.head, declared);
        if let Some(reason) = kind::refused(&content_type, declared) {
            return Err(NotKept::Refused(reason));
        }
        let mut kept = Kept {
            object: written.object.clone(),
            name: given.name.as_deref().and_then(file_name),
            declared_type: given.declared_type.map(|kind| text(&kind)),
            content_type,
            bytes: written.bytes,
            sha256: written.sha256.clone(),
            width: None,
            height: None,
            thumbnail: false,
        };
        if kind::is_picture(&kept.content_type) && kept.bytes <= picture::FILE_MAX {
            self.picture(&mut kept).await?;
        }
        Ok(kept)
    }

    /// Notes how large a picture is, and makes it small, a few at a time on threads that may block.
    async fn picture(&self, kept: &mut Kept) -> std::result::Result<(), NotKept> {
        // The permit comes first: bytes that wait for it would be held in memory.
        let permit = self.easels.clone().acquire_owned().await;
        let bytes = self.vault.read_whole(&kept.object).await?;
        let looked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            picture::look(&bytes)
        });
        // A decoder that panics has found a picture that is none.
        let Ok(Some(picture)) = looked.await else { return Ok(()) };
        (kept.width, kept.height) = (Some(picture.width), Some(picture.height));
        if let Some(small) = picture.small {
            self.vault.write_thumbnail(&kept.object, small).await?;
            kept.thumbnail = true;
        }
        Ok(())
    }
}

/// A file that somebody brought along with a message.
#[derive(Clone, Debug)]
pub(crate) enum Brought {
    Kept(Box<Kept>),
    /// It is not kept, and why.
    Refused {
        declared_type: Option<String>,
        reason: String,
    },
}

impl Media {
    /// Takes in a file whose bytes are here. One that is refused is noted with its reason.
    ///
    /// # Errors
    /// When our own place for files fails.
    pub(crate) async fn bring(&self, given: Given, bytes: Vec<u8>) -> std::result::Result<Brought, NotKept> {
        let declared_type = given.declared_type.as_deref().map(text);
        let bytes = futures::stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from(bytes))]);
        let refused = |reason| Ok(Brought::Refused { declared_type, reason });
        match self.keep(given, bytes).await {
            Ok(kept) => Ok(Brought::Kept(Box::new(kept))),
            Err(NotKept::TooLarge) => refused(too_large(self.file_max)),
            Err(NotKept::Refused(reason)) => refused(reason),
            Err(ours) => Err(ours),
        }
    }
}

/// Gives what was brought along to a message, in the transaction that makes the message.
pub(crate) fn attach_all(
    tx: &mut Tx<'_>,
    media: &Media,
    message: MessageId,
    line: LineId,
    files: &[Brought],
) -> Result<()> {
    for (position, file) in files.iter().enumerate() {
        match file {
            Brought::Kept(kept) => drop(attach(tx, media, message, position, kept)?),
            Brought::Refused { declared_type, reason } => {
                let (id, now) = (media.ambient.id(), media.ambient.now());
                let kind = declared_type.as_deref().unwrap_or_default();
                rows::insert_refused(tx, id, now, message, line, (position, kind, reason))?;
            }
        }
    }
    Ok(())
}

/// Gives a file that is kept to a message, as its n-th, in the transaction that makes the message.
pub(crate) fn attach(
    tx: &mut Tx<'_>,
    media: &Media,
    message: MessageId,
    position: usize,
    kept: &Kept,
) -> Result<MediaId> {
    let id = media.ambient.id();
    rows::insert_kept(tx, id, media.ambient.now(), rows::Owner::Message(message, position), kept)?;
    Ok(id)
}

pub(super) fn too_large(max: u64) -> String {
    format!("It is larger than {}, which is the most that is kept.", human(max))
}

/// The last part of a path, without what no file name should hold. `None` if nothing is left.
fn file_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control() && !is_direction(*c)).take(NAME_MAX).collect();
    Some(name.trim().trim_matches('.').to_owned()).filter(|name| !name.is_empty())
}

/// Characters that turn the direction of writing, with which `gpj.exe` can be made to look like `exe.jpg`.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// What can be stored and shown.
fn text(given: &str) -> String {
    given.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        for (given, expected) in [
            ("cat.jpg", Some("cat.jpg")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\ana\\cat.jpg", Some("cat.jpg")),
            ("report\u{202e}gpj.exe", Some("reportgpj.exe")),
            ("a\r\nb", Some("ab")),
            ("..", None),
            ("", None),
        ] {
            assert_eq!(file_name(given).as_deref(), expected, "{given:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_can_be_stored(given in ".{0,300}") {
            if let Some(name) = file_name(&given) {
                prop_assert!(name.chars().count() <= NAME_MAX && !name.contains(['/', '\\', '\0', '\n']));
            }
        }
    }
}
