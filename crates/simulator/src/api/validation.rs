//! What a create request must look like (Twilio, Message resource, and the pages of the error codes).

use serde_json::{Map, Value};
use trunkline_domain::segments;
use trunkline_domain::time::Timestamp;
use url::Url;

use crate::record::{Direction, Status};
use crate::simulator::is_e164;
use crate::whatsapp::{self, Extras};
use crate::world::{Draft, World};

use super::error::ApiError;
use super::form::Form;

const BODY_CHARACTERS_MAX: usize = 1_600;
const MEDIA_MAX: usize = 10;
const VALIDITY_S: std::ops::RangeInclusive<u32> = 1..=36_000;
/// How far ahead a message may be scheduled, in seconds: 5 minutes to 35 days.
const SCHEDULE_S: std::ops::RangeInclusive<u64> = 300..=3_024_000;
/// The sender of Twilio's test credentials that always works.
const MAGIC_SENDER: &str = "+15005550006";

/// The message `form` asks for.
pub(super) fn draft(
    form: &Form,
    world: &World,
    scheduled_max: usize,
    now: Timestamp,
) -> Result<Draft, ApiError> {
    let to = recipient(form)?;
    let sender = sender(form, world, &to)?;
    let (body, media, extras) = match template(form, world, &to)? {
        Some((body, extras)) => (body, Vec::new(), extras),
        None => content(form).map(|(body, media)| (body, media, Extras::default()))?,
    };
    let send_at = schedule(form, &sender, now)?;
    if send_at.is_some() && world.scheduled() >= scheduled_max {
        return Err(ApiError::bad(35_125, "The account holds as many scheduled messages as it may"));
    }
    let status_callback = status_callback(form)?.or_else(|| service_callback(world, &sender));
    let validity_s = validity(form)?;
    check_opt_out(world, &sender, &to)?;
    Ok(Draft {
        from: sender.number,
        media,
        status: initial_status(send_at, sender.service.is_some()),
        service: sender.service,
        status_callback,
        send_at,
        validity_s,
        extras,
        ..Draft::new(Direction::OutboundApi, "", &to, &body)
    })
}

/// A number, a service that will choose one, or both.
struct Sender {
    number: Option<String>,
    service: Option<String>,
}

fn initial_status(send_at: Option<Timestamp>, has_service: bool) -> Status {
    match (send_at, has_service) {
        (Some(_), _) => Status::Scheduled,
        (None, true) => Status::Accepted,
        (None, false) => Status::Queued,
    }
}

fn recipient(form: &Form) -> Result<String, ApiError> {
    let Some(to) = form.filled("To") else {
        return Err(ApiError::bad(21_604, "A 'To' phone number is required."));
    };
    // The recipients of Twilio's test credentials that always fail.
    match to {
        "+15005550001" => Err(invalid_to(to)),
        "+15005550002" => {
            Err(ApiError::bad(21_612, format!("The number {to} cannot be reached from this sender")))
        }
        "+15005550003" => {
            Err(ApiError::bad(21_408, "No permission to send to the region of the 'To' number"))
        }
        "+15005550004" => Err(opted_out()),
        "+15005550009" => {
            Err(ApiError::bad(21_614, format!("'To' number {to} is not a valid mobile number")))
        }
        _ if is_e164(whatsapp::number_in(to)) => Ok(to.to_owned()),
        _ => Err(invalid_to(to)),
    }
}

fn invalid_to(to: &str) -> ApiError {
    ApiError::bad(21_211, format!("Invalid 'To' Phone Number: {to}"))
}

fn opted_out() -> ApiError {
    ApiError::bad(21_610, "Attempt to send to unsubscribed recipient")
}

fn sender(form: &Form, world: &World, to: &str) -> Result<Sender, ApiError> {
    let service = form.filled("MessagingServiceSid");
    let number = form.filled("From");
    if let Some(sid) = service {
        check_service(world, sid, number)?;
    }
    match number {
        Some(number) => check_number(world, number, to)?,
        None if service.is_none() => {
            return Err(ApiError::bad(21_603, "A 'From' phone number is required."));
        }
        None => {}
    }
    Ok(Sender { number: number.map(str::to_owned), service: service.map(str::to_owned) })
}

fn check_service(world: &World, sid: &str, number: Option<&str>) -> Result<(), ApiError> {
    let Some(service) = world.service(sid) else {
        return Err(ApiError::bad(21_701, format!("The Messaging Service {sid} does not exist")));
    };
    if service.numbers.is_empty() {
        return Err(ApiError::bad(21_704, "The Messaging Service contains no phone numbers"));
    }
    match number {
        Some(number) if !service.numbers.iter().any(|known| known == number) => {
            Err(ApiError::bad(21_712, format!("{number} is not in the Messaging Service {sid}")))
        }
        _ => Ok(()),
    }
}

fn check_number(world: &World, number: &str, to: &str) -> Result<(), ApiError> {
    // Before the rest: senders of Twilio's test credentials that always fail.
    match number {
        "+15005550001" => {
            return Err(ApiError::bad(21_212, format!("Invalid 'From' Phone Number: {number}")));
        }
        "+15005550008" => {
            return Err(ApiError::bad(21_611, "This 'From' number has too many messages queued"));
        }
        _ => {}
    }
    if world.is_telnyx(number) {
        return Err(ApiError::bad(
            21_606,
            format!("The 'From' number {number} is not a number of this account"),
        ));
    }
    if whatsapp::is_address(number) && world.number(number).is_none() {
        return Err(ApiError::bad(63_007, "No channel with the specified 'From' address was found"));
    }
    if whatsapp::is_address(number) != whatsapp::is_address(to) {
        return Err(ApiError::bad(21_910, "Invalid 'From' and 'To' pair: they are of different channels"));
    }
    if number == to {
        return Err(ApiError::bad(21_211, "'To' and 'From' cannot be the same"));
    }
    if number != MAGIC_SENDER && world.number(number).is_none() {
        let text = format!("The 'From' number {number} is not an SMS-capable number of this account");
        return Err(ApiError::bad(21_606, text));
    }
    Ok(())
}

fn content(form: &Form) -> Result<(String, Vec<String>), ApiError> {
    let body = form.get("Body").unwrap_or_default();
    let media = form.all("MediaUrl");
    if body.is_empty() && media.is_empty() {
        return Err(ApiError::bad(21_602, "Message body is required."));
    }
    if body.chars().count() > BODY_CHARACTERS_MAX {
        let text = format!("The message body exceeds the {BODY_CHARACTERS_MAX} character limit.");
        return Err(ApiError::bad(21_617, text));
    }
    if media.len() > MEDIA_MAX {
        return Err(ApiError::bad(21_623, format!("A message has at most {MEDIA_MAX} media")));
    }
    if let Some(url) = media.iter().find(|url| !is_web_url(url)) {
        return Err(ApiError::bad(21_620, format!("Invalid media URL: {url}")));
    }
    let smart = form.filled("SmartEncoded").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Ok((if smart { segments::to_gsm(body) } else { body.to_owned() }, media))
}

/// The text and the buttons of a template, if one is named.
fn template(form: &Form, world: &World, to: &str) -> Result<Option<(String, Extras)>, ApiError> {
    let variables = form.filled("ContentVariables");
    let Some(sid) = form.filled("ContentSid") else {
        return match variables {
            Some(_) => Err(ApiError::bad(21_654, "ContentSid is required with ContentVariables")),
            None => Ok(None),
        };
    };
    let given = variables.map_or(Ok(Map::new()), serde_json::from_str::<Map<String, Value>>);
    let Ok(given) = given else {
        return Err(ApiError::bad(21_656, "ContentVariables is not a JSON object"));
    };
    let Some(content) = world.contents.iter().find(|content| content.sid == sid) else {
        return Err(ApiError::bad(21_655, "The ContentSid is not a template of this account"));
    };
    // One that WhatsApp has not approved opens no window.
    let approved = content.status == "approved" || !whatsapp::is_address(to);
    let (text, buttons) = content.rendered(&given);
    Ok(Some((text, Extras { buttons, content: approved.then(|| sid.to_owned()), ..Extras::default() })))
}

fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.host().is_some())
}

/// Loopback addresses are taken, unlike at Twilio: that is where the product runs.
fn status_callback(form: &Form) -> Result<Option<String>, ApiError> {
    let Some(text) = form.filled("StatusCallback") else { return Ok(None) };
    let host = Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned));
    if !is_web_url(text) || host.is_none_or(|host| host.contains('_')) {
        return Err(ApiError::bad(21_609, format!("The 'StatusCallback' URL {text} is not a valid URL.")));
    }
    Ok(Some(text.to_owned()))
}

fn service_callback(world: &World, sender: &Sender) -> Option<String> {
    world.service(sender.service.as_deref()?)?.status_callback.clone()
}

fn validity(form: &Form) -> Result<Option<u32>, ApiError> {
    let Some(text) = form.filled("ValidityPeriod") else { return Ok(None) };
    match text.parse().ok().filter(|seconds| VALIDITY_S.contains(seconds)) {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(ApiError::bad(21_624, "The validity period must be from 1 to 36000 seconds")),
    }
}

fn schedule(form: &Form, sender: &Sender, now: Timestamp) -> Result<Option<Timestamp>, ApiError> {
    let (kind, at) = (form.filled("ScheduleType"), form.filled("SendAt"));
    if kind.is_none() && at.is_none() {
        return Ok(None);
    }
    if kind != Some("fixed") {
        return Err(ApiError::bad(35_126, "ScheduleType must be 'fixed' when SendAt is given"));
    }
    if sender.service.is_none() {
        return Err(ApiError::bad(35_118, "MessagingServiceSid is required to schedule a message"));
    }
    let Some(at) = at else {
        return Err(ApiError::bad(35_111, "SendAt is required when ScheduleType is 'fixed'"));
    };
    let Ok(at) = at.parse::<Timestamp>() else {
        return Err(ApiError::bad(35_114, "SendAt is not an ISO 8601 time in UTC"));
    };
    let in_range = at > now && SCHEDULE_S.contains(&at.since(now).as_secs());
    if !in_range {
        return Err(ApiError::bad(35_117, "SendAt must be between 300 seconds and 35 days in the future"));
    }
    Ok(Some(at))
}

fn check_opt_out(world: &World, sender: &Sender, to: &str) -> Result<(), ApiError> {
    let blocked = match (&sender.number, &sender.service) {
        (Some(number), _) => world.is_blocked(number, to),
        (None, Some(service)) => world.is_blocked(service, to),
        (None, None) => false,
    };
    if blocked { Err(opted_out()) } else { Ok(()) }
}
