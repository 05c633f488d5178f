//! A template becomes the text for one person.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value as Json;
use trunkline_domain::ids::TemplateId;
use trunkline_domain::message::Purpose;
use trunkline_domain::phone::{CountryCode, PhoneNumber};
use trunkline_domain::template::{Locale, RenderContext, RenderErrors};
use trunkline_domain::time::Timestamp;
use trunkline_domain::variants;
use trunkline_store::{Result, Tx};

use super::storage::{self, TemplateView};
use super::wording::{Problems, Variant, parsed};
use crate::compliance;
use crate::contacts::{self, Contact};
use crate::http::problem::FieldError;
use crate::lines::LineInfo;

/// Values by the name of their variable.
pub(crate) type Values = BTreeMap<String, String>;

/// Whom a text is for, and who it comes from: what the built-in names stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person<'a> {
    pub(crate) contact: Option<Contact>,
    /// E.164; empty if it is nobody in particular.
    pub(crate) phone: &'a str,
    pub(crate) line: Option<&'a LineInfo>,
    pub(crate) agent: Option<&'a str>,
}

/// A text that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Filling<'a> {
    pub(crate) template: TemplateId,
    pub(crate) values: &'a Values,
    pub(crate) person: Person<'a>,
    /// When it is to leave: what `today` and `now` mean.
    pub(crate) at: Timestamp,
}

/// A text that was made, and from what.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub(crate) version: u32,
    pub(crate) variant: String,
    pub(crate) purpose: Purpose,
    pub(crate) body: String,
}

/// Makes the text, or says everything that stands against it, field by field of a request to send.
pub(crate) fn fill(
    tx: &mut Tx<'_>,
    filling: &Filling<'_>,
) -> Result<std::result::Result<Filled, Vec<FieldError>>> {
    let refused = |message: &str| {
        Ok(Err(vec![FieldError { field: "template_id".to_owned(), message: message.to_owned() }]))
    };
    let template = match storage::find(tx, filling.template)? {
        None => return refused("There is no such template."),
        Some(template) if template.archived => {
            return refused("This template is archived. Restore it, or choose another one.");
        }
        Some(template) => template,
    };
    let Some(variant) = variant_for(&template, filling.person.phone) else {
        return refused("No variant of this template has a weight. Give one a weight first.");
    };
    let surroundings = Surroundings::of(tx, &filling.person)?;
    Ok(filled(&template, variant, filling, &surroundings))
}

/// The variant that is this person's, by their number: they may be no contact yet.
fn variant_for<'a>(template: &'a TemplateView, phone: &str) -> Option<&'a Variant> {
    let weights: Vec<u32> = template.variants.iter().map(|variant| variant.weight).collect();
    template.variants.get(variants::pick(template.id.into(), phone, &weights)?)
}

fn filled(
    template: &TemplateView,
    variant: &Variant,
    filling: &Filling<'_>,
    surroundings: &Surroundings,
) -> std::result::Result<Filled, Vec<FieldError>> {
    let channel = filling.person.line.map_or("sms", |line| line.channel.as_str());
    let mut problems = Problems::default();
    let declared = template.wording().declared(&mut problems);
    let parsed = variant.body(channel).and_then(|(_, body)| parsed("template_id", body, &mut problems));
    problems.into_result()?;
    let Some(text) = parsed else {
        let message = format!("This template has no text for {channel}. Write one first.");
        return Err(vec![FieldError { field: "template_id".to_owned(), message }]);
    };
    let value = |name: &str| value_of(name, filling.values, &filling.person);
    let body = text.render(&value, &declared, &surroundings.at(filling.at)).map_err(field_errors)?;
    let (version, variant, purpose) = (template.version, variant.name.clone(), template.purpose);
    Ok(Filled { version, variant, purpose, body })
}

fn field_errors(errors: RenderErrors) -> Vec<FieldError> {
    let missing = errors.missing.into_iter().map(|name| {
        let message = format!("{{{{{name}}}}} has no value and no default. Give it a value.");
        FieldError { field: format!("variables.{name}"), message }
    });
    let unfit = errors.unfit.into_iter().map(|unfit| {
        let message = format!("{{{{{}}}}} does not fit: {}.", unfit.name, unfit.problem);
        FieldError { field: format!("variables.{}", unfit.name), message }
    });
    missing.chain(unfit).collect()
}

/// The value behind a name: the one given, else what is built in. Defaults are the template's own matter.
pub(super) fn value_of(name: &str, given: &Values, person: &Person<'_>) -> Option<String> {
    let given = given.get(name).filter(|value| !value.trim().is_empty()).cloned();
    given.or_else(|| match name.strip_prefix("contact.") {
        Some(key) => of_contact(key, person),
        None => match name {
            "line.name" => person.line.map(|line| line.name.clone()),
            "line.address" => person.line.map(|line| line.address.clone()),
            "agent.name" => person.agent.map(str::to_owned),
            _ => None,
        },
    })
}

fn of_contact(key: &str, person: &Person<'_>) -> Option<String> {
    let contact = person.contact.as_ref();
    let name = || contact?.name.clone();
    match key {
        "name" => name(),
        "first_name" => name()?.split_whitespace().next().map(str::to_owned),
        "phone" => Some(person.phone.to_owned()).filter(|phone| !phone.is_empty()),
        "email" => contact?.email.clone(),
        key => match contact?.metadata.get(key)? {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(word) => Some(word.to_string()),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        },
    }
}

/// Where a person is: what decides how times and numbers are written for them.
pub(super) struct Surroundings {
    zone: TimeZone,
    country: Option<CountryCode>,
}

impl Surroundings {
    pub(super) fn of(tx: &mut Tx<'_>, person: &Person<'_>) -> Result<Self> {
        let by_hand = match &person.contact {
            Some(contact) => contacts::time_zone(tx, contact.id)?,
            None => None,
        };
        let zones = compliance::zones_of(by_hand.as_deref(), person.phone, &compliance::load_settings(tx)?);
        let country = PhoneNumber::parse(person.phone, None).ok().and_then(|number| number.country());
        Ok(Surroundings { zone: zones.likely(), country })
    }

    pub(super) fn at(&self, now: Timestamp) -> RenderContext<'_> {
        let locale = self.country.map(Locale::of).unwrap_or_default();
        RenderContext { now, zone: &self.zone, locale, country: self.country }
    }
}
