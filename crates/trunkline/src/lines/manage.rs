//! The rules for lines that are made in the program: what is asked of a new one, and what may be done to one.
//!
//! The API and the commands go through here. A change is written under the lock of all lines, names who made it, and
//! is in use on this node when the function returns. Every refusal names the field, what is wrong and the way out.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use serde::Deserialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::LineId;
use trunkline_domain::rate::Limits;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_store::{Tx, sql};
use utoipa::ToSchema;

use super::catalogue::{Field, PROVIDERS, ProviderForm, Values};
use super::rows::{self, Hint, Made, Settings};
use super::{Lines, seal, snapshot};
use crate::config::{LineConfig, Refusal, Signature, USUAL_LIMITS, parse};
use crate::http::problem::FieldError;
use crate::http::{ApiResult, Problem};

/// How long a removed line can be restored; then its credentials are erased.
pub(crate) const RESTORABLE: Duration = Duration::from_secs(86_400);

/// More than anyone's line sends.
const LIMIT_MAX: u32 = 10_000_000;

/// Shown of a credential.
const ENDING: usize = 4;

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
struct Problems(Vec<FieldError>);

impl Problems {
    fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// The value, or a note of why it cannot be used.
    fn take<T>(&mut self, field: &str, label: &str, parsed: Result<T, Refusal>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(refusal) => {
                let Refusal { message, hint } = refusal;
                self.add(field, format!("{label} {message}. {hint}").trim_end().to_owned());
                None
            }
        }
    }

    fn or<T>(self, value: T) -> ApiResult<T> {
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
    /// The lines that were made, oldest first; removed ones for as long as they can be restored.
    pub(crate) async fn made(&self) -> ApiResult<Vec<Made>> {
        let stored = self.0.store.read(rows::load).await?;
        Ok(stored.made.into_iter().filter(|made| made.removed_at.is_none() || made.is_restorable()).collect())
    }

    /// One that was made.
    pub(crate) async fn made_one(&self, id: LineId) -> ApiResult<Made> {
        let made = self.0.store.read(move |tx| rows::find(tx, id)).await?;
        made.ok_or_else(|| self.not_made(id))
    }

    /// What the line would be, for a look at the provider before it is made.
    pub(crate) fn sketch(&self, draft: &Draft) -> ApiResult<LineConfig> {
        let Ready { form, slug, settings, secrets } = self.read(draft)?;
        let open = settings.fields.iter().map(|(name, value)| (name.clone(), Secret::new(value.clone())));
        let credentials = form.credentials(&open.chain(secrets).collect());
        Ok(LineConfig {
            slug: slug.unwrap_or_else(|| "new".to_owned()),
            name: settings.name,
            channel: settings.channel,
            address: settings.address,
            credentials: credentials.ok_or_else(|| Problem::invalid("fields", "Fields are missing."))?,
            base_url: if settings.simulated { self.simulator_url()? } else { form.base_url.to_owned() },
            signature: settings.signature,
            limits: settings.limits,
            failover: settings.failover,
        })
    }

    /// Makes a line.
    pub(crate) async fn create(&self, draft: &Draft, by: &str) -> ApiResult<Made> {
        if !self.0.sources.keys.can_seal() {
            return Err(Problem::new(StatusCode::CONFLICT, "no_sealing_key", seal::NO_KEY));
        }
        let ready = self.read(draft)?;
        let (lines, by) = (self.clone(), by.to_owned());
        let made = self.0.store.write(move |tx| lines.insert(tx, ready, by)).await??;
        tracing::info!(line = made.slug, by = made.changed_by, "a line was made");
        self.refresh().await?;
        Ok(made)
    }

    fn insert(&self, tx: &mut Tx<'_>, ready: Ready, by: String) -> trunkline_store::Result<ApiResult<Made>> {
        let (ambient, now) = (&self.0.ambient, self.0.ambient.now());
        let revision = rows::hold(tx)?;
        if let Some(problem) = self.clash(tx, None, &ready.settings)? {
            return Ok(Err(problem));
        }
        let (slug, id) = match self.slug_for(tx, &ready)? {
            Ok((slug, id)) => (slug, id.unwrap_or_else(|| ambient.id())),
            Err(problem) => return Ok(Err(problem)),
        };
        let hints = ready.secrets.iter().map(|(name, secret)| (name.clone(), hint(secret, now))).collect();
        let Some(sealed) = self.seal(id, &ready.secrets) else {
            return Ok(Err(Problem::internal(&"credentials could not be sealed")));
        };
        let made = Made {
            id,
            slug,
            revision,
            settings: ready.settings,
            sealed,
            hints,
            created_at: now,
            changed_at: now,
            changed_by: by,
            removed_at: None,
        };
        rows::save(tx, &made)?;
        Ok(Ok(made))
    }

    /// The short name of a new line, and the id of the former one that it takes up.
    fn slug_for(
        &self,
        tx: &mut Tx<'_>,
        ready: &Ready,
    ) -> trunkline_store::Result<ApiResult<(String, Option<LineId>)>> {
        if let Some(slug) = &ready.slug {
            let known = rows::by_slug(tx, slug)?;
            let taken = self.is_configured(slug) || known.is_some_and(|(_, in_use)| in_use);
            if taken {
                let text = format!("Another line has the short name {slug}. Choose another one.");
                return Ok(Err(Problem::invalid("slug", text)));
            }
            // A line of that name was there before: its history goes on.
            return Ok(Ok((slug.clone(), known.map(|(id, _)| id))));
        }
        let stem = slug_of(&ready.settings.name);
        for number in 1.. {
            let slug = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            if rows::by_slug(tx, &slug)?.is_none() {
                return Ok(Ok((slug, None)));
            }
        }
        Ok(Err(Problem::invalid("slug", "Choose a short name.")))
    }

    /// Changes a line.
    pub(crate) async fn change(&self, id: LineId, change: Change, by: &str) -> ApiResult<Made> {
        self.alter(id, change.revision, by, move |lines, made| lines.apply(made, &change)).await
    }

    fn apply(&self, made: &mut Made, change: &Change) -> ApiResult<()> {
        let Some(form) = ProviderForm::of(&made.settings.provider) else {
            return Err(Problem::invalid(
                "provider",
                "This release does not know the provider of this line.",
            ));
        };
        let mut problems = Problems::default();
        let settings = &mut made.settings;
        if let Some(name) = &change.name
            && let Some(name) = problems.take("name", "The name", parse::line_of_text(60)(name))
        {
            settings.name = name;
        }
        if let Some(address) = &change.address
            && let Some(address) = self.address(&mut problems, form, address)
        {
            settings.address = address;
        }
        for (name, value) in &change.fields {
            change_field(&mut problems, form, settings, name, value);
        }
        settings.signature = change.signature.unwrap_or(settings.signature);
        if let Some(limits) = change.limits {
            settings.limits = read_limits(&mut problems, Some(limits));
        }
        if let Some(failover) = &change.failover {
            self.check_failover(&mut problems, failover, Some(&made.slug), settings.channel);
            settings.failover.clone_from(failover);
        }
        check_fit(&mut problems, form, &settings.fields, made.hints.keys());
        problems.or(())
    }

    /// Gives a line new credentials. A former one that webhooks may still be signed with stays valid until it is
    /// retired; there can be one of each.
    pub(crate) async fn rotate(&self, id: LineId, fields: Values, by: &str) -> ApiResult<Made> {
        self.alter(id, None, by, move |lines, made| lines.exchange(made, &fields)).await
    }

    fn exchange(&self, made: &mut Made, fields: &Values) -> ApiResult<()> {
        let form = ProviderForm::of(&made.settings.provider);
        let form =
            form.ok_or_else(|| Problem::invalid("provider", "This release does not know its provider."))?;
        let now = self.0.ambient.now();
        // Without the key to them, all that are required have to be given anew.
        let mut values = self.secrets_of(made, form).unwrap_or_default();
        let mut problems = Problems::default();
        if fields.is_empty() {
            problems.add("fields", "Give at least one credential.");
        }
        for (name, value) in fields {
            let key = format!("fields.{name}");
            let Some(field) = form.field(name).filter(|field| field.secret) else {
                problems.add(key, format!("{} has no credential by the name {name}.", form.label));
                continue;
            };
            let Some(value) = problems.take(&key, field.label, (field.parse)(value.expose())) else {
                continue;
            };
            put(&mut problems, made, &mut values, field, Secret::new(value), now);
        }
        for field in form.fields.iter().filter(|field| field.secret && field.required) {
            if !values.contains_key(field.name) {
                let text =
                    format!("{} has to be given as well, since the stored one cannot be read.", field.label);
                problems.add(format!("fields.{}", field.name), text);
            }
        }
        problems.or(())?;
        made.sealed = self.seal(made.id, &values).ok_or_else(no_key)?;
        Ok(())
    }

    /// Former credentials are no longer accepted.
    pub(crate) async fn retire(&self, id: LineId, by: &str) -> ApiResult<Made> {
        self.alter(id, None, by, |lines, made| {
            let form = ProviderForm::of(&made.settings.provider);
            let former: Vec<&str> =
                form.iter().flat_map(|form| form.fields).filter_map(|field| field.former).collect();
            let mut values = lines.secrets_of(made, form.ok_or_else(no_key)?).map_err(locked)?;
            values.retain(|name, _| !former.contains(&name.as_str()));
            made.hints.retain(|name, _| !former.contains(&name.as_str()));
            made.sealed = lines.seal(made.id, &values).ok_or_else(no_key)?;
            Ok(())
        })
        .await
    }

    /// Takes a line out of use. Its history stays, and for a day it can be restored.
    pub(crate) async fn remove(&self, id: LineId, by: &str) -> ApiResult<Made> {
        self.alter(id, None, by, |lines, made| {
            made.removed_at = Some(lines.0.ambient.now());
            Ok(())
        })
        .await
    }

    /// Puts a removed line to use again.
    pub(crate) async fn restore(&self, id: LineId, by: &str) -> ApiResult<Made> {
        let (lines, by) = (self.clone(), by.to_owned());
        let restored = self.0.store.write(move |tx| {
            let revision = rows::hold(tx)?;
            let Some(mut made) = rows::find(tx, id)? else { return Ok(Err(lines.not_made(id))) };
            if made.removed_at.is_some() && !made.is_restorable() {
                let text = "It was removed more than a day ago, and its credentials are erased. Add it anew with the \
                            same short name, and its history goes on.";
                return Ok(Err(Problem::new(StatusCode::CONFLICT, "not_restorable", text)));
            }
            if let Some(problem) = lines.clash(tx, Some(id), &made.settings)? {
                return Ok(Err(problem));
            }
            (made.removed_at, made.revision, made.changed_by) = (None, revision, by);
            made.changed_at = lines.0.ambient.now();
            rows::save(tx, &made)?;
            Ok(Ok(made))
        });
        let made = restored.await??;
        tracing::info!(line = made.slug, by = made.changed_by, "a line was restored");
        self.refresh().await?;
        Ok(made)
    }

    /// The credentials of lines that were removed long ago are erased.
    pub(crate) async fn forget_removed(&self) -> trunkline_store::Result<()> {
        let before = self.0.ambient.now().minus(RESTORABLE);
        let erase = move |tx: &mut Tx<'_>| {
            tx.execute(
                sql!(
                    "update line_settings set sealed = $1, key_id = '' where removed_at < $2 and key_id <> ''"
                ),
                &[Vec::new().into(), before.into()],
            )
        };
        self.0.store.write_in_background(erase).await.map(|_| ())
    }

    /// Seals anew what is sealed with a former key. Gives how many lines those were.
    pub(super) fn seal_all(&self, tx: &mut Tx<'_>) -> trunkline_store::Result<usize> {
        let keys = &self.0.sources.keys;
        let is_due = |made: &Made| {
            keys.can_seal() && !made.sealed.key_id.is_empty() && !keys.is_current(&made.sealed.key_id)
        };
        if !rows::load(tx)?.made.iter().any(is_due) {
            return Ok(0);
        }
        let (mut revision, mut count) = (rows::hold(tx)?, 0);
        for mut made in rows::load(tx)?.made.into_iter().filter(is_due) {
            let Ok(plain) = keys.open(made.id, &made.sealed) else { continue };
            let Some(sealed) = keys.seal(&self.0.ambient, made.id, &plain) else { continue };
            (made.sealed, made.revision) = (sealed, revision);
            rows::save(tx, &made)?;
            (revision, count) = (revision + 1, count + 1);
        }
        Ok(count)
    }

    /// Changes a line as it is in the database, unless somebody else changed it since `revision`.
    async fn alter(
        &self,
        id: LineId,
        seen: Option<i64>,
        by: &str,
        change: impl FnOnce(&Lines, &mut Made) -> ApiResult<()> + Send + 'static,
    ) -> ApiResult<Made> {
        let (lines, by) = (self.clone(), by.to_owned());
        let altered = self.0.store.write(move |tx| {
            let revision = rows::hold(tx)?;
            let Some(mut made) = rows::find(tx, id)?.filter(|made| made.removed_at.is_none()) else {
                return Ok(Err(lines.not_made(id)));
            };
            if seen.is_some_and(|seen| seen != made.revision) {
                let text = format!(
                    "{} has changed this line meanwhile. Look at it again, then change it.",
                    made.changed_by
                );
                return Ok(Err(Problem::new(StatusCode::CONFLICT, "changed_meanwhile", text)));
            }
            if let Err(problem) = change(&lines, &mut made) {
                return Ok(Err(problem));
            }
            if made.removed_at.is_none()
                && let Some(problem) = lines.clash(tx, Some(id), &made.settings)?
            {
                return Ok(Err(problem));
            }
            (made.revision, made.changed_at, made.changed_by) = (revision, lines.0.ambient.now(), by);
            rows::save(tx, &made)?;
            Ok(Ok(made))
        });
        let made = altered.await??;
        tracing::info!(
            line = made.slug,
            by = made.changed_by,
            removed = made.removed_at.is_some(),
            "a line was changed"
        );
        self.refresh().await?;
        Ok(made)
    }

    /// Another line in use has the address.
    fn clash(
        &self,
        tx: &mut Tx<'_>,
        except: Option<LineId>,
        settings: &Settings,
    ) -> trunkline_store::Result<Option<Problem>> {
        let made = rows::load(tx)?.made.into_iter();
        let others = made.filter(|made| made.removed_at.is_none() && Some(made.id) != except);
        let made = others.map(|made| (made.settings.name, made.settings.address, made.settings.channel));
        let configured = self.0.configured.iter();
        let configured =
            configured.map(|line| (line.info.name.clone(), line.info.address.clone(), line.info.channel));
        let taken = made
            .chain(configured)
            .find(|(_, address, channel)| *address == settings.address && *channel == settings.channel);
        Ok(taken.map(|(name, address, _)| {
            let text =
                format!("The line {name} already has {address}. Change that line, or give another number.");
            Problem::invalid("address", text)
        }))
    }

    fn not_made(&self, id: LineId) -> Problem {
        if self.0.configured.iter().any(|line| line.info.id == id) {
            let text = "This line stands in the configuration; change it there and start Trunkline again.";
            return Problem::new(StatusCode::CONFLICT, "configured", text);
        }
        Problem::not_found("line")
    }

    fn is_configured(&self, slug: &str) -> bool {
        self.0.configured.iter().any(|line| line.info.slug == slug)
    }

    fn simulator_url(&self) -> ApiResult<String> {
        let text =
            "The built-in simulator does not run here. Set simulator.enabled to true to try a line with it.";
        let simulator = self.0.sources.simulator.as_ref();
        simulator.map(|simulator| simulator.url.clone()).ok_or_else(|| Problem::invalid("simulated", text))
    }

    /// The opened credentials, or why they cannot be had.
    fn secrets_of(&self, made: &Made, form: &ProviderForm) -> Result<Values, String> {
        let mut values = snapshot::values(made, &self.0.sources)?;
        values.retain(|name, _| form.is_secret(name));
        Ok(values)
    }

    fn seal(&self, id: LineId, secrets: &Values) -> Option<seal::Sealed> {
        let plain: BTreeMap<&str, &str> =
            secrets.iter().map(|(name, secret)| (name.as_str(), secret.expose())).collect();
        self.0.sources.keys.seal(&self.0.ambient, id, &serde_json::to_vec(&plain).ok()?)
    }

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

    fn address(&self, problems: &mut Problems, form: &ProviderForm, text: &str) -> Option<String> {
        let parsed = (form.address.parse)(text.trim(), self.0.sources.default_country);
        problems.take("address", form.address.label, parsed)
    }

    fn check_failover(&self, problems: &mut Problems, named: &[String], own: Option<&str>, channel: Channel) {
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

impl Made {
    /// Its credentials are still there.
    pub(crate) fn is_restorable(&self) -> bool {
        self.removed_at.is_some() && !self.sealed.key_id.is_empty()
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
fn check_fit<'a>(
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

fn change_field(
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

/// The new value of a credential, and what becomes of the one before.
fn put(
    problems: &mut Problems,
    made: &mut Made,
    values: &mut Values,
    field: &Field,
    new: Secret,
    now: Timestamp,
) {
    let before = values.get(field.name).cloned();
    if before.as_ref() == Some(&new) {
        return;
    }
    if let (Some(former), Some(before)) = (field.former, before) {
        if values.contains_key(former) {
            let text = format!(
                "A former {} is still accepted. Retire it first: there can be two at a time, not three.",
                field.label.to_lowercase()
            );
            problems.add(format!("fields.{}", field.name), text);
            return;
        }
        if let Some(hint) = made.hints.get(field.name).cloned() {
            made.hints.insert(former.to_owned(), hint);
        }
        values.insert(former.to_owned(), before);
    }
    made.hints.insert(field.name.to_owned(), hint(&new, now));
    values.insert(field.name.to_owned(), new);
}

fn hint(secret: &Secret, now: Timestamp) -> Hint {
    let count = secret.expose().chars().count();
    Hint { ends_with: secret.expose().chars().skip(count.saturating_sub(ENDING)).collect(), set_at: now }
}

fn read_limits(problems: &mut Problems, given: Option<LimitsSetting>) -> Limits {
    let Some(LimitsSetting { per_second, per_minute, per_day }) = given else { return USUAL_LIMITS };
    for (name, limit) in [("per_second", per_second), ("per_minute", per_minute), ("per_day", per_day)] {
        if limit.is_some_and(|limit| limit > LIMIT_MAX) {
            problems
                .add(format!("limits.{name}"), format!("Use a number up to {LIMIT_MAX}, or leave it empty."));
        }
    }
    Limits { per_second, per_minute, per_day }
}

/// `Front desk (Hamburg)` is `front-desk-hamburg`.
fn slug_of(name: &str) -> String {
    let letters = name.to_lowercase();
    let words: Vec<&str> =
        letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(36).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "line".to_owned() } else { slug.to_owned() }
}

fn no_key() -> Problem {
    Problem::new(StatusCode::CONFLICT, "no_sealing_key", seal::NO_KEY)
}

fn locked(reason: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, "locked", format!("This line cannot be changed: {reason}."))
}
