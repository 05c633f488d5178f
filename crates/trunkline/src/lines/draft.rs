//! What is asked of a line, a new one or a change, and whether it can be had: field by field, all that is wrong at once.

use std::collections::BTreeMap;

use serde::Deserialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::rate::Limits;
use trunkline_providers::Secret;
use utoipa::ToSchema;

use super::Lines;
use super::catalogue::{PROVIDERS, ProviderForm, Values};
use super::rows::Settings;
use crate::config::{Refusal, Signature, USUAL_LIMITS, parse};
use crate::http::problem::FieldError;
use crate::http::{ApiResult, Problem};

/// More than anyone's line sends.
const LIMIT_MAX: u32 = 10_000_000;

/// A line that somebody wants to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLine)]
pub(crate) struct Draft {
    pub(crate) provider: String,
    /// The provider's usual one if it is left out.
    #[schema(value_type = Option<String>)]
    pub(crate) channel: Option<Channel>,
    /// Stands in webhook addresses and never changes. Made of the name if it is left out.
    pub(crate) slug: Option<String>,
    pub(crate) name: String,
    /// The number or sender that customers see.
    pub(crate) address: String,
    /// It leads to the built-in simulator.
    #[serde(default)]
    pub(crate) simulated: bool,
    /// The provider's fields by name, as `/api/line-providers` describes them.
    #[schema(value_type = BTreeMap<String, String>)]
    #[serde(default)]
    pub(crate) fields: Values,
    #[serde(default = "enforce")]
    pub(crate) signature: Signature,
    /// The usual ones if they are left out.
    pub(crate) limits: Option<LimitsSetting>,
    /// The slugs of lines that may stand in for it, in order.
    #[serde(default)]
    pub(crate) failover: Vec<String>,
}

const fn enforce() -> Signature {
    Signature::Enforce
}

/// How fast a line may send, in segments; `null` is without limit.
#[derive(Clone, Copy, Debug, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineLimits)]
pub(crate) struct LimitsSetting {
    pub(crate) per_second: Option<u32>,
    pub(crate) per_minute: Option<u32>,
    pub(crate) per_day: Option<u32>,
}

/// What is to be different on a line; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = LineChange)]
pub(crate) struct Change {
    /// The revision that was looked at: a change that somebody else made meanwhile is not overwritten.
    pub(crate) revision: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
    /// Fields that are no secrets; an empty text takes an optional one away.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) signature: Option<Signature>,
    pub(crate) limits: Option<LimitsSetting>,
    pub(crate) failover: Option<Vec<String>>,
}

/// Collects everything that is wrong with a request.
#[derive(Default)]
pub(super) struct Problems(Vec<FieldError>);

impl Problems {
    pub(super) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// The value, or a note of why it cannot be used.
    pub(super) fn take<T>(&mut self, field: &str, label: &str, parsed: Result<T, Refusal>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(refusal) => {
                let Refusal { message, hint } = refusal;
                self.add(field, format!("{label} {message}. {hint}").trim_end().to_owned());
                None
            }
        }
    }

    pub(super) fn or<T>(self, value: T) -> ApiResult<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Problem::invalid_fields(self.0)) }
    }
}

/// A draft that can be stored, and what is to be sealed.
pub(super) struct Ready {
    pub(super) form: &'static ProviderForm,
    pub(super) slug: Option<String>,
    pub(super) settings: Settings,
    pub(super) secrets: Values,
}

impl Lines {
    /// Checks a draft, field by field.
    pub(super) fn read(&self, draft: &Draft) -> ApiResult<Ready> {
        let mut problems = Problems::default();
        let Some(form) = ProviderForm::of(&draft.provider) else {
            let known: Vec<_> = PROVIDERS.iter().map(|provider| provider.name).collect();
            problems.add("provider", format!("There is no such provider. Use one of: {}.", known.join(", ")));
            return Err(Problem::invalid_fields(problems.0));
        };
        let channel = draft.channel.or_else(|| form.channels.first().copied()).unwrap_or(Channel::Sms);
        if !form.channels.contains(&channel) {
            problems.add("channel", format!("{} lines cannot be of the channel {channel}.", form.label));
        }
        if draft.simulated
            && let Err(problem) = self.simulator_url()
        {
            problems.add("simulated", problem.told());
        }
        let slug =
            draft.slug.as_deref().and_then(|slug| problems.take("slug", "The short name", parse::slug(slug)));
        let name = problems.take("name", "The name", parse::line_of_text(60)(&draft.name));
        let address = self.address(&mut problems, form, &draft.address);
        let (fields, secrets) = read_fields(&mut problems, form, &draft.fields);
        check_fit(&mut problems, form, &fields, secrets.keys());
        self.check_failover(&mut problems, &draft.failover, slug.as_deref(), channel);
        let limits = read_limits(&mut problems, draft.limits);
        let settings = Settings {
            name: name.unwrap_or_default(),
            channel,
            provider: form.name.to_owned(),
            address: address.unwrap_or_default(),
            simulated: draft.simulated,
            fields,
            signature: draft.signature,
            limits,
            failover: draft.failover.clone(),
        };
        problems.or(Ready { form, slug, settings, secrets })
    }

    pub(super) fn address(&self, problems: &mut Problems, form: &ProviderForm, text: &str) -> Option<String> {
        let parsed = (form.address.parse)(text.trim(), self.0.sources.default_country);
        problems.take("address", form.address.label, parsed)
    }

    pub(super) fn check_failover(
        &self,
        problems: &mut Problems,
        named: &[String],
        own: Option<&str>,
        channel: Channel,
    ) {
        let fits = |slug: &String| {
            Some(slug.as_str()) != own && self.by_slug(slug).is_some_and(|line| line.info.channel == channel)
        };
        if let Some(slug) = named.iter().find(|slug| !fits(slug)) {
            let text = format!(
                "\"{slug}\" is no other line of the same channel. Name lines in the order to try them."
            );
            problems.add("failover", text);
        }
    }
}

fn read_fields(
    problems: &mut Problems,
    form: &ProviderForm,
    given: &Values,
) -> (BTreeMap<String, String>, Values) {
    let (mut fields, mut secrets) = (BTreeMap::new(), Values::new());
    for name in given.keys().filter(|name| form.field(name).is_none()) {
        let shown: String = name.chars().take(40).collect();
        problems.add(format!("fields.{shown}"), format!("{} has no field by the name {shown}.", form.label));
    }
    for field in form.fields {
        let key = format!("fields.{}", field.name);
        match given.get(field.name).map(|value| value.expose().trim()).filter(|value| !value.is_empty()) {
            None if field.required => {
                problems.add(key, format!("{} is missing. {}", field.label, field.help))
            }
            None => {}
            Some(text) => {
                let Some(value) = problems.take(&key, field.label, (field.parse)(text)) else { continue };
                if field.secret {
                    secrets.insert(field.name.to_owned(), Secret::new(value));
                } else {
                    fields.insert(field.name.to_owned(), value);
                }
            }
        }
    }
    (fields, secrets)
}

/// Whether the fields fit together; of secrets it is enough to know that they are there.
pub(super) fn check_fit<'a>(
    problems: &mut Problems,
    form: &ProviderForm,
    fields: &BTreeMap<String, String>,
    secrets: impl Iterator<Item = &'a String>,
) {
    let open = fields.iter().map(|(name, value)| (name.clone(), Secret::new(value.clone())));
    let values = open.chain(secrets.map(|name| (name.clone(), Secret::new("given")))).collect();
    if let Some((name, refusal)) = form.misfit(&values) {
        let label = form.field(name).map_or(name, |field| field.label);
        problems.take::<()>(&format!("fields.{name}"), label, Err(refusal));
    }
}

pub(super) fn change_field(
    problems: &mut Problems,
    form: &ProviderForm,
    settings: &mut Settings,
    name: &str,
    value: &str,
) {
    let key = format!("fields.{name}");
    match form.field(name) {
        None => problems.add(key, format!("{} has no field by the name {name}.", form.label)),
        Some(field) if field.secret => {
            problems.add(key, format!("{} is a credential; use \"Change credentials\" for it.", field.label));
        }
        Some(field) if value.trim().is_empty() && field.required => {
            problems.add(key, format!("{} is missing. {}", field.label, field.help));
        }
        Some(_) if value.trim().is_empty() => drop(settings.fields.remove(name)),
        Some(field) => {
            if let Some(value) = problems.take(&key, field.label, (field.parse)(value.trim())) {
                settings.fields.insert(name.to_owned(), value);
            }
        }
    }
}

pub(super) fn read_limits(problems: &mut Problems, given: Option<LimitsSetting>) -> Limits {
    let Some(LimitsSetting { per_second, per_minute, per_day }) = given else { return USUAL_LIMITS };
    for (name, limit) in [("per_second", per_second), ("per_minute", per_minute), ("per_day", per_day)] {
        if limit.is_some_and(|limit| limit > LIMIT_MAX) {
            problems
                .add(format!("limits.{name}"), format!("Use a number up to {LIMIT_MAX}, or leave it empty."));
        }
    }
    Limits { per_second, per_minute, per_day }
}
