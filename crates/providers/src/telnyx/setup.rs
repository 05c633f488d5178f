//! Where Telnyx tells what happens: the webhooks of a messaging profile, and the numbers on it (Telnyx API v2,
//! Messaging profiles; Phone numbers with messaging settings).

use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::client::{Telnyx, refused, unreadable};
use crate::transport::BODY_MAX;
use crate::{Abilities, LookupError, Place};

/// What can be set on a profile.
const PROFILE: [&str; 2] = ["webhook_url", "webhook_failover_url"];

/// A number of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The messaging profile that it is on.
    pub profile_id: Option<String>,
    /// What it can do; Telnyx tells nothing of calls here.
    pub can: Abilities,
}

/// A messaging profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its webhooks.
    pub place: Place,
    /// One that is switched off neither sends nor takes.
    pub enabled: bool,
    /// The countries it may send to, by their two letters; `*` is all of them.
    pub destinations: Vec<String>,
}

impl Telnyx {
    /// The account's number, in E.164; `None` if it has no such number.
    ///
    /// # Errors
    /// When Telnyx cannot be asked or refuses.
    pub async fn number(&self, number: &str) -> Result<Option<Number>, LookupError> {
        let wanted = utf8_percent_encode(number, NON_ALPHANUMERIC);
        let path = format!("phone_numbers/messaging?filter[phone_number]={wanted}");
        let Some(page) = self.settings_of(Method::GET, &path, None).await? else { return Ok(None) };
        let all = page.as_array();
        let found = all.and_then(|all| all.iter().find(|one| one["phone_number"] == number));
        Ok(found.map(|found| Number {
            profile_id: found["messaging_profile_id"].as_str().map(str::to_owned),
            can: Abilities {
                sms: can(&found["features"]["sms"]),
                mms: can(&found["features"]["mms"]),
                voice: false,
            },
        }))
    }

    /// A messaging profile; `None` if there is none with this id.
    ///
    /// # Errors
    /// When Telnyx cannot be asked or refuses.
    pub async fn profile(&self, id: &str) -> Result<Option<Profile>, LookupError> {
        let found = self.settings_of(Method::GET, &profile_path(id), None).await?;
        Ok(found.as_ref().and_then(profile))
    }

    /// Sets webhooks of a profile and gives what is set then. An empty value takes one away.
    ///
    /// # Errors
    /// When Telnyx cannot be asked or refuses; a refusal changes nothing.
    pub async fn set_up(
        &self,
        id: &str,
        settings: &[(String, String)],
    ) -> Result<Option<Place>, LookupError> {
        let value = |text: &String| if text.is_empty() { Value::Null } else { json!(text) };
        let body: Map<String, Value> =
            settings.iter().map(|(name, text)| (name.clone(), value(text))).collect();
        let changed = self.settings_of(Method::PATCH, &profile_path(id), Some(body)).await?;
        Ok(changed.as_ref().and_then(profile).map(|profile| profile.place))
    }

    /// The `data` of an answer; `None` if Telnyx has no such thing.
    async fn settings_of(
        &self,
        method: Method,
        path: &str,
        body: Option<Map<String, Value>>,
    ) -> Result<Option<Value>, LookupError> {
        let request = self.request(method, path);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = self.ask(request, BODY_MAX).await?;
        if answer.status.is_success() {
            let mut value: Value = answer.json().map_err(|_| unreadable(&answer))?;
            return value.get_mut("data").map(Value::take).map(Some).ok_or_else(|| unreadable(&answer));
        }
        let refused = refused(&answer);
        let is_theirs = answer.status == StatusCode::NOT_FOUND && refused.code.is_some();
        if is_theirs { Ok(None) } else { Err(refused.into()) }
    }
}

fn profile_path(id: &str) -> String {
    format!("messaging_profiles/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

/// Whether a number has a feature at all.
fn can(features: &Value) -> bool {
    ["domestic_two_way", "international_inbound", "international_outbound"]
        .iter()
        .any(|kind| features[*kind] == true)
}

fn profile(value: &Value) -> Option<Profile> {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let sid = text("id");
    if sid.is_empty() {
        return None;
    }
    let settings = PROFILE.iter().map(|name| ((*name).to_owned(), text(name))).collect();
    let destinations = value["whitelisted_destinations"].as_array().into_iter().flatten();
    Some(Profile {
        place: Place { sid, name: text("name"), settings },
        // Told by every profile; one that does not is taken for what nearly all are.
        enabled: value["enabled"].as_bool().unwrap_or(true),
        destinations: destinations.filter_map(|country| country.as_str().map(str::to_owned)).collect(),
    })
}
