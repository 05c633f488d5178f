//! A message that names a template instead of a text gets its text.

use std::borrow::Cow;

use trunkline_domain::channel::Channel;
use trunkline_store::{Result, Tx};

use super::Delivery;
use super::request::{Refusal, Request, TextFrom, refuse_body};
use super::target::{Known, choose_line, resolve};
use crate::contacts;
use crate::http::problem::FieldError;
use crate::inbox::messages::TemplateUse;
use crate::templates::{self, Filled, Filling, Person};

/// The request with its text. What names no template has it already.
pub(super) fn filled<'a>(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    request: &'a Request,
    known: &Known,
) -> Result<Result<Cow<'a, Request>, Refusal>> {
    let Some(wanted) = &request.text_from else { return Ok(Ok(Cow::Borrowed(request))) };
    let Some(line) = choose_line(tx, delivery, request, known)? else { return Ok(Err(Refusal::NoLine)) };
    let channel = line.info.channel;
    let Some(to) = known.address(channel) else { return Ok(Err(Refusal::NoAddress(channel))) };
    let contact = match known.contact {
        Some(id) => contacts::find(tx, id)?,
        None => None,
    };
    let now = delivery.ambient.now();
    let at = match &request.when {
        // A time that cannot be used is refused later, with the other reasons to do so.
        Some(when) => resolve(tx, when, known.contact, to, now)?.map_or(now, |(at, _)| at),
        None => now,
    };
    let agent = request.author.as_ref().map(|(_, name)| name.as_str());
    let person = Person { contact, phone: to, line: Some(&line.info), agent };
    let filling = Filling { template: wanted.template, values: &wanted.values, person, at };
    Ok(match templates::fill(tx, &filling)? {
        Ok(text) => with_text(request, wanted, text, channel).map(Cow::Owned),
        Err(errors) => Err(Refusal::Fields(errors)),
    })
}

fn with_text(
    request: &Request,
    wanted: &TextFrom,
    text: Filled,
    channel: Channel,
) -> Result<Request, Refusal> {
    if let Some(message) = refuse_body(channel, &text.body) {
        return Err(Refusal::Fields(vec![FieldError { field: "body".to_owned(), message }]));
    }
    let purpose = wanted.purpose.unwrap_or(text.purpose);
    Ok(Request {
        body: text.body,
        purpose,
        policy: purpose.usual_policy(),
        priority: wanted.priority.unwrap_or_else(|| purpose.usual_priority()),
        template: Some(TemplateUse { id: wanted.template, version: text.version, variant: text.variant }),
        ..request.clone()
    })
}
