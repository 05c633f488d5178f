//! The rules for lines that are made in the program: what may be done to one. What is asked of a new one stands in `draft.rs`.
//!
//! The API and the commands go through here. A change is written under the lock of all lines, names who made it, and
//! is in use on this node when the function returns. Every refusal names the field, what is wrong and the way out.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use trunkline_domain::ids::LineId;
use trunkline_domain::time::Timestamp;
use trunkline_providers::Secret;
use trunkline_store::{Tx, sql};

use super::catalogue::{Field, ProviderForm, Values};
use super::draft::{Change, Draft, Problems, Ready, change_field, check_fit, read_limits};
use super::rows::{self, Hint, Made, Settings};
use super::{Lines, seal, snapshot};
use crate::config::{LineConfig, parse};
use crate::http::{ApiResult, Problem};

/// How long a removed line can be restored; then its credentials are erased.
pub(crate) const RESTORABLE: Duration = Duration::from_secs(86_400);

/// Shown of a credential.
const ENDING: usize = 4;

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

    pub(super) fn simulator_url(&self) -> ApiResult<String> {
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
}

impl Made {
    /// Its credentials are still there.
    pub(crate) fn is_restorable(&self) -> bool {
        self.removed_at.is_some() && !self.sealed.key_id.is_empty()
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
