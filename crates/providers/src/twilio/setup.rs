//! Where Twilio sends what happens on a number or a messaging service (Twilio, IncomingPhoneNumber resource;
//! Messaging Services API v1, Service resource).

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::client::{MESSAGING_BASE_URL, Twilio, refused, unreadable};
use super::errors;
use crate::transport::BODY_MAX;
use crate::{Abilities, LookupError, Place};

/// What can be set on a number, as Twilio names the parameters and the fields. The URLs count only without an
/// application.
const NUMBER: [(&str, &str); 5] = [
    ("SmsApplicationSid", "sms_application_sid"),
    ("SmsUrl", "sms_url"),
    ("SmsMethod", "sms_method"),
    ("SmsFallbackUrl", "sms_fallback_url"),
    ("SmsFallbackMethod", "sms_fallback_method"),
];

/// The same of a messaging service.
const SERVICE: [(&str, &str); 6] = [
    ("UseInboundWebhookOnNumber", "use_inbound_webhook_on_number"),
    ("InboundRequestUrl", "inbound_request_url"),
    ("InboundMethod", "inbound_method"),
    ("FallbackUrl", "fallback_url"),
    ("FallbackMethod", "fallback_method"),
    ("StatusCallback", "status_callback"),
];

/// What the settings belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// A phone number of the account.
    Number,
    /// A pool of numbers.
    Service,
}

impl PlaceKind {
    /// The first letters of its ids.
    pub fn of(sid: &str) -> Option<PlaceKind> {
        match sid.get(..2)? {
            "PN" => Some(PlaceKind::Number),
            "MG" => Some(PlaceKind::Service),
            _ => None,
        }
    }

    fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            PlaceKind::Number => &NUMBER,
            PlaceKind::Service => &SERVICE,
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its friendly name.
    pub name: String,
    /// Neither suspended nor closed.
    pub is_active: bool,
    /// It sends to verified numbers only.
    pub is_trial: bool,
}

impl Twilio {
    /// The account itself; `None` if there is none of its id.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses.
    pub async fn account(&self) -> Result<Option<Account>, LookupError> {
        let url = self.account_url("").trim_end_matches('/').to_owned() + ".json";
        let found = self.settings_of(Method::GET, &url, &[]).await?;
        Ok(found.map(|found| Account {
            name: found["friendly_name"].as_str().unwrap_or_default().to_owned(),
            is_active: found["status"] == "active",
            is_trial: found["type"] == "Trial",
        }))
    }

    /// What the account's number can do; `None` if it has no such number.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses.
    pub async fn number_abilities(&self, number: &str) -> Result<Option<Abilities>, LookupError> {
        let found = self.find_number(number).await?;
        Ok(found.map(|found| {
            let can = |what: &str| found["capabilities"][what] == true;
            Abilities { sms: can("sms"), mms: can("mms"), voice: can("voice") }
        }))
    }

    /// The account's number, in E.164; `None` if it has no such number.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses.
    pub async fn number(&self, number: &str) -> Result<Option<Place>, LookupError> {
        Ok(self.find_number(number).await?.and_then(|found| place(PlaceKind::Number, &found)))
    }

    async fn find_number(&self, number: &str) -> Result<Option<Value>, LookupError> {
        let wanted = utf8_percent_encode(number, NON_ALPHANUMERIC);
        let url = self.account_url(&format!("IncomingPhoneNumbers.json?PhoneNumber={wanted}"));
        let Some(page) = self.settings_of(Method::GET, &url, &[]).await? else { return Ok(None) };
        let all = page.get("incoming_phone_numbers").and_then(Value::as_array);
        // The filter takes parts of numbers.
        Ok(all.and_then(|all| all.iter().find(|one| one["phone_number"] == number)).cloned())
    }

    /// A number or messaging service by its id; `None` if there is none.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses.
    pub async fn place(&self, kind: PlaceKind, sid: &str) -> Result<Option<Place>, LookupError> {
        let found = self.settings_of(Method::GET, &self.place_url(kind, sid), &[]).await?;
        Ok(found.and_then(|found| place(kind, &found)))
    }

    /// Sets values by parameter and gives what is set then. An empty value takes one away.
    ///
    /// # Errors
    /// When Twilio cannot be asked or refuses; a refusal changes nothing.
    pub async fn set_up(
        &self,
        kind: PlaceKind,
        sid: &str,
        settings: &[(String, String)],
    ) -> Result<Option<Place>, LookupError> {
        let changed = self.settings_of(Method::POST, &self.place_url(kind, sid), settings).await?;
        Ok(changed.and_then(|changed| place(kind, &changed)))
    }

    fn place_url(&self, kind: PlaceKind, sid: &str) -> String {
        let sid = utf8_percent_encode(sid, NON_ALPHANUMERIC);
        match kind {
            PlaceKind::Number => self.account_url(&format!("IncomingPhoneNumbers/{sid}.json")),
            PlaceKind::Service => {
                format!("{}/v1/Services/{sid}", self.at(MESSAGING_BASE_URL))
            }
        }
    }

    async fn settings_of(
        &self,
        method: Method,
        url: &str,
        settings: &[(String, String)],
    ) -> Result<Option<Value>, LookupError> {
        let request = self.request(method, url);
        let request = if settings.is_empty() { request } else { request.form(settings) };
        let answer = self.ask(request, BODY_MAX).await?;
        if answer.status.is_success() {
            return answer.json().map(Some).map_err(|_| unreadable(&answer));
        }
        let refused = refused(&answer);
        if refused.code.as_deref() == Some(errors::NOT_FOUND) { Ok(None) } else { Err(refused.into()) }
    }
}

fn place(kind: PlaceKind, value: &Value) -> Option<Place> {
    let text = |field: &str| match value.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(set)) => set.to_string(),
        _ => String::new(),
    };
    let settings = kind.fields().iter().map(|(parameter, field)| ((*parameter).to_owned(), text(field)));
    let sid = text("sid");
    (!sid.is_empty()).then(|| Place { sid, name: text("friendly_name"), settings: settings.collect() })
}
