//! Lines: the sending identities in use, each with the client of its provider.
//!
//! Some stand in the configuration; others are made in the running program, and changed and removed there. The table
//! remembers all of them, since messages point to them long after. Credentials reach the database only sealed
//! ([`seal`]), and no answer, log, error or event.
//!
//! Who uses a line takes it from a snapshot, without waiting for anyone; a change puts another snapshot in its place.
//! Other nodes hear of it within a second ([`Lines::follow`]), or at once when a webhook comes that does not fit what
//! they know ([`Lines::refresh`]).
//!
//! To add a provider, add its folder to the providers crate, its entry to the [`catalogue`] and its arm to
//! [`connect`] and
//! how its credentials are checked to [`check`]. This room must not know messages.

pub(crate) mod catalogue;
mod check;
mod connect;
mod draft;
mod findings;
mod manage;
mod routes;
mod rows;
pub(crate) mod seal;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use serde::Serialize;
use tokio::sync::watch;
use trunkline_domain::ambient::Ambient;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::LineId;
use trunkline_domain::media::MediaLimits;
use trunkline_domain::phone::CountryCode;
use trunkline_domain::rate::Limits;
use trunkline_providers::imap::Mailbox;
use trunkline_providers::mail::MailSource;
use trunkline_providers::twilio::content::Templates;
use trunkline_providers::{Provider, Secret};
use trunkline_store::{Engine, Result, Store};
use utoipa::ToSchema;
use uuid::Uuid;

#[cfg(test)]
pub(crate) use self::connect::sign_in;
pub(crate) use self::connect::{account_of, mailbox, telnyx, twilio};
pub(crate) use self::draft::Draft;
pub(crate) use self::findings::Finding;
pub(crate) use self::routes::routes;
pub(crate) use self::rows::{Settings, complete_until, set_complete_until};
pub(crate) use self::seal::Keys;
use self::snapshot::Snapshot;
use crate::config::LineConfig;

/// How soon a node hears of what another one changed.
const NEWS_EVERY: Duration = Duration::from_secs(1);

/// How long a webhook that does not fit may wait for news.
const NEWS_PATIENCE: Duration = Duration::from_secs(1);

/// A line as shown to people.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
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
    /// It was made in the program and can be changed there; otherwise the configuration has it.
    pub(crate) made: bool,
}

impl LineInfo {
    /// Which files may go along with its messages; `None`: no files.
    pub(crate) fn media_limits(&self) -> Option<MediaLimits> {
        MediaLimits::of(&self.provider, self.channel)
    }
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
    /// Its account's approved templates, if it has such.
    pub(crate) content: Option<Templates>,
    /// Where mail that came in is fetched, if its webhooks only tell of it.
    pub(crate) mail: Option<Arc<dyn MailSource>>,
    /// Where mail comes in, if nobody tells of it.
    pub(crate) mailbox: Option<Mailbox>,
    /// What it was made of.
    pub(crate) config: LineConfig,
}

impl Line {
    /// It may send as fast as it can.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.limits == Limits::default()
    }
}

/// How providers are spoken to.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    /// How long one may take for a whole exchange.
    pub(crate) timeout: Duration,
}

/// What lines are made of besides the database.
#[derive(Clone)]
pub(crate) struct Sources {
    /// Those of the configuration, or the simulator's.
    pub(crate) configured: Vec<LineConfig>,
    /// The built-in simulator, if it runs.
    pub(crate) simulator: Option<Simulated>,
    pub(crate) keys: Keys,
    pub(crate) wire: Wire,
    /// Of numbers that are written without one.
    pub(crate) default_country: Option<CountryCode>,
}

/// The built-in simulator, for lines that lead to it.
#[derive(Clone)]
pub(crate) struct Simulated {
    /// Where it listens for what is sent.
    pub(crate) url: String,
    pub(crate) numbers: Vec<TryOut>,
}

/// A number of the simulator's that a line can be tried with. What it shows opens nothing but the simulator.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SimulatedNumber)]
pub(crate) struct TryOut {
    pub(crate) provider: &'static str,
    pub(crate) name: String,
    pub(crate) address: String,
    /// The provider's fields, filled in.
    pub(crate) fields: BTreeMap<&'static str, String>,
}

/// All lines at one moment, for those who only look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) lines: Vec<LineConfig>,
    /// The slugs of those that cannot be used, and why.
    pub(crate) locked: Vec<(String, String)>,
}

/// The lines there are, for who must not change anything: [`Lines::open`] writes down which are configured.
///
/// # Errors
/// When the database cannot be read, or is older than lines that were made.
pub(crate) async fn look(store: &Store, sources: &Sources) -> Result<Known> {
    let stored = store.read(rows::load).await?;
    let mut known = Known { lines: sources.configured.clone(), locked: Vec::new() };
    for made in stored.made.iter().filter(|made| made.removed_at.is_none()) {
        match snapshot::open(made, sources) {
            Ok(line) => known.lines.push(line),
            Err(reason) => known.locked.push((made.slug.clone(), reason)),
        }
    }
    Ok(known)
}

/// Every line in use. Clones are the same.
#[derive(Clone)]
pub(crate) struct Lines(Arc<Inner>);

struct Inner {
    store: Store,
    ambient: Ambient,
    sources: Sources,
    configured: Vec<Arc<Line>>,
    now: ArcSwap<Snapshot>,
    /// The revision of what is in use.
    changed: watch::Sender<i64>,
    /// Whoever reads them anew.
    reading: tokio::sync::Mutex<()>,
    /// Why signatures did not hold, as far as it was not written down yet.
    noted: parking_lot::Mutex<HashMap<(LineId, &'static str), findings::Noted>>,
}

impl Lines {
    /// Opens the configured lines, remembers them in the database, and opens those that were made.
    pub(crate) async fn open(store: &Store, ambient: &Ambient, sources: Sources) -> Result<Lines> {
        let mut configured = Vec::new();
        for line in &sources.configured {
            let info = remember(store, ambient, line, sources.simulator.is_some()).await?;
            configured.push(Arc::new(connect::connect(line.clone(), info, &sources.wire)));
        }
        let (store, ambient) = (store.clone(), ambient.clone());
        let (now, changed) = (ArcSwap::default(), watch::Sender::new(0));
        let lines = Lines(Arc::new(Inner {
            store,
            ambient,
            sources,
            configured,
            now,
            changed,
            reading: Default::default(),
            noted: Default::default(),
        }));
        lines.reload().await?;
        lines.seal_anew().await?;
        Ok(lines)
    }

    /// What a former key sealed is sealed with the current one, so that the former one can be taken away.
    async fn seal_anew(&self) -> Result<()> {
        let lines = self.clone();
        let sealed = self.0.store.write(move |tx| lines.seal_all(tx)).await?;
        if sealed > 0 {
            tracing::info!(
                sealed,
                "credentials were sealed with the new key; the former one is no longer needed"
            );
            self.reload().await?;
        }
        Ok(())
    }

    pub(crate) fn get(&self, id: LineId) -> Option<Arc<Line>> {
        self.0.now.load().get(id).cloned()
    }

    pub(crate) fn by_slug(&self, slug: &str) -> Option<Arc<Line>> {
        self.all().find(|line| line.info.slug == slug)
    }

    /// Those that use this provider's API, in order.
    pub(crate) fn of_provider(&self, provider: &str) -> impl Iterator<Item = Arc<Line>> + use<'_> {
        let provider = provider.to_owned();
        self.all().filter(move |line| line.info.provider == provider)
    }

    /// The line to use when none is named.
    pub(crate) fn first(&self) -> Option<Arc<Line>> {
        self.all().next()
    }

    /// The default first.
    pub(crate) fn all(&self) -> impl Iterator<Item = Arc<Line>> + use<'_> {
        let now = self.0.now.load_full();
        (0..).map_while(move |place| now.at(place).cloned())
    }

    /// The lines that may stand in for this one, in order, also if it was removed.
    pub(crate) fn stand_ins(&self, id: LineId) -> impl Iterator<Item = Arc<Line>> + use<'_> {
        let named = self.0.now.load().failover(id).to_vec();
        named.into_iter().filter_map(|slug| self.by_slug(&slug))
    }

    /// Every line there ever was: messages of one that is gone have to end too.
    pub(crate) fn ever(&self) -> Vec<Uuid> {
        self.0.now.load().ever.clone()
    }

    /// How providers are spoken to.
    pub(crate) fn wire(&self) -> &Wire {
        &self.0.sources.wire
    }

    /// All of them as they are now.
    pub(crate) fn known(&self) -> Known {
        let now = self.0.now.load();
        let locked = now.locked.values().map(|locked| (locked.slug.clone(), locked.reason.clone())).collect();
        Known { lines: self.all().map(|line| line.config.clone()).collect(), locked }
    }

    /// Why a line that exists cannot be used, such as for want of the key to its credentials.
    pub(crate) fn locked(&self, id: LineId) -> Option<String> {
        self.0.now.load().locked.get(&id).map(|locked| locked.reason.clone())
    }

    /// Whether the line of this slug exists and cannot be used.
    pub(crate) fn is_locked(&self, slug: &str) -> bool {
        self.0.now.load().locked.values().any(|locked| locked.slug == slug)
    }

    /// The line as it is in the database now: another node may have changed it a moment ago. `None` if no other
    /// process can have, or it cannot be asked.
    pub(crate) async fn newer(&self, line: &Line) -> Option<Arc<Line>> {
        self.catch_up().await.then(|| self.get(line.info.id)).flatten()
    }

    /// Takes up what other nodes have changed up to now. True if there was anything.
    pub(crate) async fn catch_up(&self) -> bool {
        if self.0.store.engine() == Engine::Sqlite {
            return false;
        }
        match tokio::time::timeout(NEWS_PATIENCE, self.refresh()).await {
            Ok(Ok(changed)) => changed,
            Ok(Err(error)) => {
                tracing::debug!(%error, "whether lines have changed cannot be asked");
                false
            }
            // The database is away; what is known goes on.
            Err(_) => false,
        }
    }

    /// Waits here for changes to lines, also those of other nodes.
    pub(crate) fn changes(&self) -> watch::Receiver<i64> {
        self.0.changed.subscribe()
    }

    /// Looks whether anything was changed, here or by another node, and takes it up. True if there was.
    ///
    /// # Errors
    /// When the database cannot be read; what was in use stays so.
    pub(crate) async fn refresh(&self) -> Result<bool> {
        let _only = self.0.reading.lock().await;
        let newest = self.0.store.read(rows::revision).await?;
        if newest == self.0.now.load().revision {
            return Ok(false);
        }
        self.reload().await?;
        Ok(true)
    }

    /// For ever: takes up what other nodes change.
    pub(crate) async fn follow(&self) {
        if self.0.store.engine() == Engine::Sqlite {
            // No other process has the file.
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(NEWS_EVERY).await;
            self.catch_up().await;
        }
    }

    async fn reload(&self) -> Result<()> {
        let inner = &self.0;
        let stored = inner.store.read(rows::load).await?;
        let revision = stored.revision;
        inner.now.store(Arc::new(Snapshot::of(stored, &inner.configured, &inner.sources)));
        inner.changed.send_replace(revision);
        Ok(())
    }
}

async fn remember(
    store: &Store,
    ambient: &Ambient,
    config: &LineConfig,
    simulated: bool,
) -> Result<LineInfo> {
    let info = LineInfo {
        id: ambient.id(),
        slug: config.slug.clone(),
        name: config.name.clone(),
        channel: config.channel,
        provider: config.credentials.provider_name().to_owned(),
        address: config.address.clone(),
        simulated,
        made: false,
    };
    let (kept, now) = (info.clone(), ambient.now());
    let id = store.write(move |tx| rows::upsert(tx, &kept, now)).await?;
    Ok(LineInfo { id, ..info })
}
