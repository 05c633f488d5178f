//! Message webhooks: what a customer wrote, and what became of what we wrote.
//!
//! Twilio adds parameters without notice (Twilio, Track outbound message status), so all of them are kept
//! beside the ones understood here.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use trunkline_domain::message::MessageState;

use super::address::inside;
use super::form::Params;
use super::status::state_of;

/// More media than Twilio puts on one message (10); what a forged request claims beyond is not followed.
const MEDIA_MAX: usize = 20;

/// Every parameter of a webhook; of one that came twice, the first.
pub type RawParams = BTreeMap<String, String>;

/// A message that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// The message SID.
    pub provider_id: String,
    /// The sender as Twilio writes it: a number, a short code, a sender name or the address of a channel we do not
    /// know. Of WhatsApp the number alone.
    pub from: String,
    /// Our number.
    pub to: String,
    /// It came by WhatsApp.
    pub whatsapp: bool,
    /// The text; empty when only media came.
    pub body: String,
    /// Pictures and other files.
    pub media: Vec<Media>,
    /// Segments it took.
    pub segments: Option<u32>,
    /// `STOP`, `START` or `HELP` when Twilio's Advanced Opt-Out has acted on it, and answered.
    pub opt_out_type: Option<String>,
    /// The sender's own name on WhatsApp.
    pub profile_name: Option<String>,
    /// The button or list entry that was tapped.
    pub tap: Option<Tap>,
    /// The place that was sent.
    pub location: Option<Location>,
    /// The message that this one answers, by its SID.
    pub reply_to: Option<String>,
    /// It was forwarded from elsewhere.
    pub forwarded: Forwarded,
    /// Every parameter.
    pub raw: RawParams,
}

/// A tap instead of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// What stood on the button or the entry.
    pub text: String,
    /// What the template gave it as its id, which the customer does not see.
    pub payload: Option<String>,
}

/// A place on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// The address, if the sender's app knew one.
    pub address: Option<String>,
    /// What the place is called.
    pub label: Option<String>,
}

/// How often a message was passed on, as far as WhatsApp tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// The sender wrote it.
    #[default]
    No,
    /// From another chat.
    Once,
    /// From chat to chat, many times.
    Often,
}

/// One file of a message, still at Twilio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where it can be fetched, with the account's credentials.
    pub url: String,
    /// Its type as Twilio states it; empty when it states none.
    pub content_type: String,
}

/// Twilio's word on what became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The message SID.
    pub provider_id: String,
    /// The status in our words; `None` for a word Twilio has added since.
    pub state: Option<MessageState>,
    /// The status as it came.
    pub raw_status: String,
    /// Why it failed.
    pub error_code: Option<String>,
    /// The carrier's time of the receipt, to the minute and in a time zone nobody states.
    pub raw_dlr_done: Option<DateTime>,
    /// The sender. May be missing.
    pub from: Option<String>,
    /// The recipient. May be missing.
    pub to: Option<String>,
    /// Every parameter.
    pub raw: RawParams,
}

/// A webhook that lacks what makes it one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook has no {0}; is this URL configured for another kind of event?")]
pub struct MissingParam(pub &'static str);

impl Inbound {
    /// Reads an incoming-message webhook (Twilio, "Twilio's request to your incoming message webhook").
    ///
    /// # Errors
    /// When there is no message SID, sender or recipient.
    pub fn parse(params: &Params) -> Result<Inbound, MissingParam> {
        let provider_id = message_sid(params)?;
        let (from, to) = (required(params, "From")?, required(params, "To")?);
        let ((from, whatsapp), (to, _)) = (inside(&from), inside(&to));
        Ok(Inbound {
            provider_id,
            from: from.to_owned(),
            to: to.to_owned(),
            whatsapp,
            body: params.get("Body").unwrap_or_default().to_owned(),
            media: media(params),
            segments: params.get("NumSegments").and_then(|count| count.parse().ok()),
            opt_out_type: optional(params, "OptOutType"),
            profile_name: optional(params, "ProfileName"),
            tap: tap(params),
            location: location(params),
            reply_to: optional(params, "OriginalRepliedMessageSid"),
            forwarded: forwarded(params),
            raw: raw(params),
        })
    }
}

impl StatusReport {
    /// Reads a status callback (Twilio, "Track the message status of outbound messages").
    ///
    /// # Errors
    /// When there is no message SID or no status.
    pub fn parse(params: &Params) -> Result<StatusReport, MissingParam> {
        let status = params.filled("MessageStatus").or_else(|| params.filled("SmsStatus"));
        let raw_status = status.ok_or(MissingParam("MessageStatus"))?.to_owned();
        Ok(StatusReport {
            provider_id: message_sid(params)?,
            state: state_of(&raw_status),
            raw_status,
            error_code: optional(params, "ErrorCode").filter(|code| code != "0"),
            raw_dlr_done: params.get("RawDlrDoneDate").and_then(dlr_time),
            from: number(params, "From"),
            to: number(params, "To"),
            raw: raw(params),
        })
    }
}

/// An address without its channel.
fn number(params: &Params, name: &str) -> Option<String> {
    params.filled(name).map(|address| inside(address).0.to_owned())
}

/// A quick-reply button (`ButtonText`, `ButtonPayload`) or an entry of a list (`ListTitle`, `ListId`).
fn tap(params: &Params) -> Option<Tap> {
    let tapped = |text: &str, payload: &str| {
        Some(Tap { text: optional(params, text)?, payload: optional(params, payload) })
    };
    tapped("ButtonText", "ButtonPayload").or_else(|| tapped("ListTitle", "ListId"))
}

/// A place, if it is one on earth.
fn location(params: &Params) -> Option<Location> {
    let degrees = |name: &str, most: f64| {
        params.filled(name)?.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most)
    };
    Some(Location {
        latitude: degrees("Latitude", 90.0)?,
        longitude: degrees("Longitude", 180.0)?,
        address: optional(params, "Address"),
        label: optional(params, "Label"),
    })
}

fn forwarded(params: &Params) -> Forwarded {
    let is = |name: &str| params.filled(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match (is("FrequentlyForwarded"), is("Forwarded")) {
        (true, _) => Forwarded::Often,
        (false, true) => Forwarded::Once,
        (false, false) => Forwarded::No,
    }
}

/// The same id comes under three names, of which the older two may one day stop.
fn message_sid(params: &Params) -> Result<String, MissingParam> {
    let sid = ["MessageSid", "SmsMessageSid", "SmsSid"].into_iter().find_map(|name| params.filled(name));
    sid.map(str::to_owned).ok_or(MissingParam("MessageSid"))
}

fn required(params: &Params, name: &'static str) -> Result<String, MissingParam> {
    optional(params, name).ok_or(MissingParam(name))
}

fn optional(params: &Params, name: &str) -> Option<String> {
    params.filled(name).map(str::to_owned)
}

fn raw(params: &Params) -> RawParams {
    let mut raw = RawParams::new();
    for (name, value) in params.iter() {
        raw.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    raw
}

/// `MediaUrl0`, `MediaUrl1` … as far as they go. `NumMedia` is not trusted: a file too few is a loss.
fn media(params: &Params) -> Vec<Media> {
    let one = |index: usize| {
        let url = optional(params, &format!("MediaUrl{index}"))?;
        let content_type = optional(params, &format!("MediaContentType{index}")).unwrap_or_default();
        Some(Media { url, content_type })
    };
    (0..MEDIA_MAX).map_while(one).collect()
}

/// `YYMMDDhhmm` (Twilio, changelog of 2023-02-14).
fn dlr_time(text: &str) -> Option<DateTime> {
    let pair = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let complete = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
    let year = complete.then(|| pair(0)).flatten()?;
    DateTime::new(2000 + i16::from(year), pair(2)?, pair(4)?, pair(6)?, pair(8)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inbound(params: &[(&str, &str)]) -> Result<Inbound, MissingParam> {
        Inbound::parse(&params.iter().copied().collect())
    }

    fn status(params: &[(&str, &str)]) -> Result<StatusReport, MissingParam> {
        StatusReport::parse(&params.iter().copied().collect())
    }

    #[test]
    fn a_picture_message_is_read_with_all_its_parameters() {
        let message = inbound(&[
            ("MessageSid", "MM1"),
            ("From", "whatsapp:+14155550142"),
            ("To", "whatsapp:+14155550100"),
            ("Body", ""),
            ("NumMedia", "1"),
            ("NumSegments", "1"),
            ("MediaUrl0", "https://api.twilio.com/0"),
            ("MediaContentType0", "image/jpeg"),
            ("MediaUrl1", "https://api.twilio.com/1"),
            ("ProfileName", "Zoë"),
            ("OptOutType", "STOP"),
            ("BrandNew", "kept"),
        ])
        .unwrap();
        let media = |n: u32, kind: &str| Media {
            url: format!("https://api.twilio.com/{n}"),
            content_type: kind.into(),
        };
        assert_eq!(message.media, [media(0, "image/jpeg"), media(1, "")]);
        assert_eq!(
            (message.provider_id.as_str(), message.body.as_str(), message.segments),
            ("MM1", "", Some(1))
        );
        assert_eq!(message.profile_name.as_deref(), Some("Zoë"));
        assert_eq!(message.opt_out_type.as_deref(), Some("STOP"));
        assert_eq!(message.raw["BrandNew"], "kept");
        assert_eq!(message.raw.len(), 12);
    }

    /// C12: what only WhatsApp has (Twilio, "Twilio's request to your incoming message webhook").
    #[test]
    fn what_whatsapp_adds_is_read() {
        let base =
            [("MessageSid", "SM1"), ("From", "whatsapp:+14155550142"), ("To", "whatsapp:+14155550100")];
        let with = |more: &[(&'static str, &'static str)]| inbound(&[&base[..], more].concat()).unwrap();
        let plain = with(&[]);
        assert_eq!(
            (plain.from.as_str(), plain.to.as_str(), plain.whatsapp),
            ("+14155550142", "+14155550100", true)
        );
        assert_eq!((&plain.tap, &plain.location, plain.forwarded), (&None, &None, Forwarded::No));
        let tapped = with(&[("ButtonText", "Yes"), ("ButtonPayload", "confirm"), ("ButtonType", "REPLY")]);
        assert_eq!(tapped.tap, Some(Tap { text: "Yes".into(), payload: Some("confirm".into()) }));
        let listed = with(&[("ListTitle", "Tuesday"), ("ListId", "tue")]);
        assert_eq!(listed.tap, Some(Tap { text: "Tuesday".into(), payload: Some("tue".into()) }));
        let place = with(&[("Latitude", "37.7955"), ("Longitude", "-122.3937"), ("Label", "Ferry Building")]);
        let place = place.location.unwrap();
        assert_eq!((place.latitude, place.longitude, place.address), (37.7955, -122.3937, None));
        for nowhere in [("91", "0"), ("0", "181"), ("NaN", "0"), ("inf", "1"), ("x", "1")] {
            assert_eq!(with(&[("Latitude", nowhere.0), ("Longitude", nowhere.1)]).location, None);
        }
        assert_eq!(with(&[("OriginalRepliedMessageSid", "SM0")]).reply_to.as_deref(), Some("SM0"));
        assert_eq!(with(&[("Forwarded", "true")]).forwarded, Forwarded::Once);
        let often = [("Forwarded", "true"), ("FrequentlyForwarded", "true")];
        assert_eq!(with(&often).forwarded, Forwarded::Often);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(inbound(&[("From", "a"), ("To", "b")]), Err(MissingParam("MessageSid")));
        assert_eq!(inbound(&[("MessageSid", "SM1"), ("From", ""), ("To", "b")]), Err(MissingParam("From")));
        assert_eq!(inbound(&[("SmsSid", "SM1"), ("From", "a")]), Err(MissingParam("To")));
        assert_eq!(status(&[("MessageSid", "SM1")]), Err(MissingParam("MessageStatus")));
        assert_eq!(status(&[("MessageStatus", "sent")]), Err(MissingParam("MessageSid")));
    }

    #[test]
    fn a_receipt_is_read() {
        let report = status(&[
            ("MessageSid", "SM1"),
            ("MessageStatus", "undelivered"),
            ("ErrorCode", "30003"),
            ("RawDlrDoneDate", "2611200319"),
        ])
        .unwrap();
        assert_eq!(report.state, Some(MessageState::Undelivered));
        assert_eq!(report.error_code.as_deref(), Some("30003"));
        assert_eq!(report.raw_dlr_done.unwrap().to_string(), "2026-11-20T03:19:00");
        assert_eq!((report.from, report.to), (None, None));
    }

    #[test]
    fn a_status_word_of_tomorrow_is_kept_without_a_state() {
        let report =
            status(&[("SmsSid", "SM1"), ("SmsStatus", "teleported"), ("RawDlrDoneDate", "26-11-2003")])
                .unwrap();
        assert_eq!(
            (report.state, report.raw_status.as_str(), report.raw_dlr_done),
            (None, "teleported", None)
        );
    }

    #[test]
    fn statuses_before_the_carriers_answer_are_all_sent() {
        for word in ["accepted", "queued", "sending", "sent", "partially_delivered"] {
            assert_eq!(state_of(word), Some(MessageState::Sent), "{word}");
        }
        for word in ["scheduled", "delivered", "read", "undelivered", "failed", "canceled", "received"] {
            assert_eq!(state_of(word).map(MessageState::as_str), Some(word));
        }
        assert_eq!(state_of("receiving"), Some(MessageState::Received));
    }

    proptest! {
        #[test]
        fn any_parameters_are_read_without_panic(
            params in prop::collection::vec(("MessageSid|From|To|SmsStatus|RawDlrDoneDate|MediaUrl0|.{0,9}", ".{0,20}"), 0..12),
        ) {
            let params: Params = params.into_iter().collect();
            let _ = (Inbound::parse(&params), StatusReport::parse(&params));
        }
    }
}
