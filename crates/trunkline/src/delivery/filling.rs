//! A message that names a template instead of a text gets its text.

use std::borrow::Cow;

use trunkline_domain::channel::Channel;
use trunkline_domain::message::Purpose;
use trunkline_domain::placeholders;
use trunkline_store::{Result, Tx};

use super::Delivery;
use super::request::{By, ContentFrom, Refusal, Request, TextFrom, refuse_body};
use super::target::{Known, choose_line, resolve};
use crate::http::problem::FieldError;
use crate::inbox::messages::{ContentUse, TemplateUse};
use crate::templates::{self, Filled, Filling, Person};
use crate::{contacts, content};

/// The request with its text. What names no template has it already.
pub(super) fn filled<'a>(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    request: &'a Request,
    known: &Known,
) -> Result<Result<Cow<'a, Request>, Refusal>> {
    if let Some(wanted) = &request.content_from {
        return Ok(with_content(tx, request, wanted)?.map(Cow::Owned));
    }
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

/// The request with what an approved template makes of it, by the line that the template belongs to.
fn with_content(
    tx: &mut Tx<'_>,
    request: &Request,
    wanted: &ContentFrom,
) -> Result<Result<Request, Refusal>> {
    let refuse = |field: &str, message: &str| {
        Refusal::Fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
    };
    let found = content::find(tx, wanted.template)?;
    let Some((template, body)) =
        found.and_then(|template| template.body.clone().map(|body| (template, body)))
    else {
        return Ok(Err(refuse("content_template", "There is no such template with a text. Choose another.")));
    };
    if template.status != "approved" {
        let message = "WhatsApp has not approved this template. Choose an approved one.";
        return Ok(Err(refuse("content_template", message)));
    }
    if request.by.line.is_some_and(|line| line != template.line_id) {
        return Ok(Err(refuse("line_id", "This template belongs to another line. Leave out the line.")));
    }
    let text = match placeholders::fill(&body, &wanted.values) {
        Ok(text) => text,
        Err(missing) => {
            let error = |name: String| FieldError {
                message: format!("Give a value for {{{{{name}}}}}."),
                field: format!("variables.{name}"),
            };
            return Ok(Err(Refusal::Fields(missing.into_iter().map(error).collect())));
        }
    };
    let is_marketing = template.category.as_deref() == Some("MARKETING");
    let usual = if is_marketing { Purpose::Marketing } else { Purpose::Transactional };
    let purpose = wanted.purpose.unwrap_or(usual);
    Ok(Ok(Request {
        by: By { line: Some(template.line_id), channel: None },
        body: text,
        purpose,
        policy: purpose.usual_policy(),
        priority: wanted.priority.unwrap_or_else(|| purpose.usual_priority()),
        content: Some(ContentUse {
            template_id: template.id,
            content_sid: template.content_sid,
            name: template.name,
            variables: wanted.values.clone(),
            buttons: template.buttons,
        }),
        ..request.clone()
    }))
}
