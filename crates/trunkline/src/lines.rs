//! Lines: the configured sending identities, each with the client of its provider.
//!
//! Lines come from the configuration; the table remembers them, since messages point to them long after.
//! Credentials never reach the database. This is the one place where a provider is chosen: to add one, add
//! its folder to the providers crate and its arm in [`connect`]. It must not know messages.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::LineId;
use trunkline_domain::rate::Limits;
use trunkline_domain::time::Timestamp;
use trunkline_providers::telnyx::{Telnyx, TelnyxCredentials};
use trunkline_providers::twilio::{Twilio, TwilioCredentials};
use trunkline_providers::{Provider, Secret};
use trunkline_store::{Result, Store, Tx, sql};
use utoipa::ToSchema;

use crate::config::{Credentials, LineConfig, TelnyxAccount, TwilioAccount};

/// A line as shown to people.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LineInfo {
    #[schema(value_type = Uuid)]
    pub(crate) id: LineId,
    /// Stands in the webhook addresses.
    pub(crate) slug: String,
    pub(crate) name: String,
    #[schema(value_type = String)]
    pub(crate) channel: Channel,
    pub(crate) provider: String,
    /// The number or sender that customers see.
    pub(crate) address: String,
    /// It leads to the built-in simulator, not to people.
    pub(crate) simulated: bool,
}

/// A line in use.
pub(crate) struct Line {
    pub(crate) info: LineInfo,
    pub(crate) provider: Arc<dyn Provider>,
    /// Keys that its webhooks may be signed with: the current one first, then a former one that is being
    /// rotated out.
    pub(crate) signing_keys: Vec<Secret>,
    /// The path that its provider is told to report to on what became of a message.
    pub(crate) reports_path: String,
    /// A wrong signature is reported but let through.
    pub(crate) observe_signatures: bool,
    /// How fast it may send, in segments.
    pub(crate) limits: Limits,
    /// The slugs of lines that may stand in for it, in order.
    pub(crate) failover: Vec<String>,
    /// What its provider needs to keep a message until its time, if it can.
    pub(crate) keeps_by: Option<String>,
}

impl Line {
    /// It may send as fast as it can.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.limits == Limits::default()
    }
}

/// How providers are spoken to.
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    /// How long one may take for a whole exchange.
    pub(crate) timeout: Duration,
}

/// Every line in use.
#[derive(Clone)]
pub(crate) struct Lines {
    by_id: Arc<HashMap<LineId, Arc<Line>>>,
    /// As configured: the first is the default.
    ordered: Arc<Vec<LineId>>,
}

impl Lines {
    /// Opens the configured lines and remembers them in the database.
    pub(crate) async fn open(
        store: &Store,
        ambient: &Ambient,
        configured: &[LineConfig],
        simulated: bool,
        wire: &Wire,
    ) -> Result<Lines> {
        let now = ambient.now();
        let (mut by_id, mut ordered) = (HashMap::new(), Vec::new());
        for line in configured {
            let info = remember(store, ambient.id(), now, line, simulated).await?;
            let opened = connect(line, info, wire);
            ordered.push(opened.info.id);
            by_id.insert(opened.info.id, Arc::new(opened));
        }
        Ok(Lines { by_id: Arc::new(by_id), ordered: Arc::new(ordered) })
    }

    pub(crate) fn get(&self, id: LineId) -> Option<&Arc<Line>> {
        self.by_id.get(&id)
    }

    /// Those that use this provider's API, as configured.
    pub(crate) fn of_provider<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a Arc<Line>> {
        self.all().filter(move |line| line.info.provider == provider)
    }

    /// The line to use when none is named.
    pub(crate) fn first(&self) -> Option<&Arc<Line>> {
        self.all().next()
    }

    /// As configured.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Line>> {
        self.ordered.iter().filter_map(|id| self.by_id.get(id))
    }
}

fn connect(config: &LineConfig, info: LineInfo, wire: &Wire) -> Line {
    let slug = &config.slug;
    let (provider, signing_keys, reports_path, keeps_by): (Arc<dyn Provider>, _, _, _) =
        match &config.credentials {
            Credentials::Twilio(account) => (
                Arc::new(twilio(account, &config.base_url, wire)),
                keys(&account.auth_token, &account.auth_token_previous),
                format!("/webhooks/twilio/{slug}/status"),
                account.messaging_service_sid.clone(),
            ),
            Credentials::Telnyx(account) => (
                Arc::new(telnyx(account, &config.base_url, wire)),
                keys(&account.public_key, &account.public_key_previous),
                format!("/webhooks/telnyx/{slug}"),
                // One whose answer was lost could neither be found there nor called off.
                None,
            ),
        };
    Line {
        info,
        provider,
        signing_keys,
        reports_path,
        observe_signatures: config.observe_signatures(),
        limits: config.limits,
        failover: config.failover.clone(),
        keeps_by,
    }
}

/// The client of a Twilio account.
pub(crate) fn twilio(account: &TwilioAccount, base_url: &str, wire: &Wire) -> Twilio {
    let credentials = TwilioCredentials {
        account_sid: account.account_sid.clone(),
        auth_token: account.auth_token.clone(),
        api_key: None,
        base_url: base_url.to_owned(),
    };
    Twilio::new(credentials, wire.http.clone()).with_timeout(wire.timeout)
}

fn telnyx(account: &TelnyxAccount, base_url: &str, wire: &Wire) -> Telnyx {
    let credentials = TelnyxCredentials {
        api_key: account.api_key.clone(),
        messaging_profile_id: account.messaging_profile_id.clone(),
        base_url: base_url.to_owned(),
    };
    Telnyx::new(credentials, wire.http.clone()).with_timeout(wire.timeout)
}

fn keys(current: &Secret, former: &Option<Secret>) -> Vec<Secret> {
    std::iter::once(current).chain(former).cloned().collect()
}

async fn remember(
    store: &Store,
    new_id: LineId,
    now: Timestamp,
    config: &LineConfig,
    simulated: bool,
) -> Result<LineInfo> {
    let mut info = LineInfo {
        id: new_id,
        slug: config.slug.clone(),
        name: config.name.clone(),
        channel: Channel::Sms,
        provider: config.credentials.provider().to_owned(),
        address: config.address.clone(),
        simulated,
    };
    let kept = info.clone();
    info.id = store.write(move |tx| upsert(tx, &kept, now)).await?;
    Ok(info)
}

fn upsert(tx: &mut Tx<'_>, line: &LineInfo, now: Timestamp) -> Result<LineId> {
    tx.query_one(
        sql!(
            "insert into lines (id, slug, name, channel, provider, address, simulated, created_at, last_seen_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (slug) do update set name = excluded.name, \
             channel = excluded.channel, provider = excluded.provider, address = excluded.address, \
             simulated = excluded.simulated returning id"
        ),
        &[
            line.id.into(),
            line.slug.as_str().into(),
            line.name.as_str().into(),
            line.channel.as_str().into(),
            line.provider.as_str().into(),
            line.address.as_str().into(),
            line.simulated.into(),
            now.into(),
        ],
        |row| row.get(0),
    )
}

/// Up to when what came to a line is known to be complete.
pub(crate) fn complete_until(tx: &mut Tx<'_>, id: LineId) -> Result<Timestamp> {
    tx.query_one(sql!("select last_seen_at from lines where id = $1"), &[id.into()], |row| row.get(0))
}

/// Remembers that what came to a line until `at` is complete.
pub(crate) fn set_complete_until(tx: &mut Tx<'_>, id: LineId, at: Timestamp) -> Result<()> {
    tx.execute_exactly(1, sql!("update lines set last_seen_at = $2 where id = $1"), &[id.into(), at.into()])
}
