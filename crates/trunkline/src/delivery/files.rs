//! The files of a message that is to go out: whether they are here, and whether its channel takes them.

use trunkline_domain::ids::MediaId;
use trunkline_domain::media::Attached;
use trunkline_store::{Result, Tx};

use super::request::{Refusal, Request};
use crate::http::problem::FieldError;
use crate::lines::Line;
use crate::media::{self, Sendable};

/// The files that a request wants to go along. What stands in for another message takes that one's.
pub(super) fn wanted(tx: &mut Tx<'_>, request: &Request) -> Result<Vec<MediaId>> {
    match request.retry_of {
        Some(message) if request.media.is_empty() => media::ids_of(tx, message),
        _ => Ok(request.media.clone()),
    }
}

/// The files, if this line's channel takes them along.
pub(super) fn checked(
    tx: &mut Tx<'_>,
    request: &Request,
    line: &Line,
) -> Result<std::result::Result<Vec<Sendable>, Refusal>> {
    let ids = wanted(tx, request)?;
    if ids.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let Some(files) = media::sendable(tx, &ids)? else {
        return Ok(Err(refused("One of these files is not here any more. Attach it again.")));
    };
    let Some(limits) = line.info.media_limits() else {
        let told = format!("{} cannot send files. Choose another line, or send a link.", line.info.name);
        return Ok(Err(refused(&told)));
    };
    let attached: Vec<Attached<'_>> = files.iter().map(Sendable::attached).collect();
    Ok(match limits.check(&attached) {
        Ok(()) => Ok(files),
        Err(refusal) => Err(refused(&refusal.to_string())),
    })
}

fn refused(message: &str) -> Refusal {
    Refusal::Fields(vec![FieldError { field: "media".to_owned(), message: message.to_owned() }])
}
