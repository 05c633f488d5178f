//! All lines as they are at one moment.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use trunkline_domain::ids::LineId;
use trunkline_providers::Secret;
use uuid::Uuid;

use super::catalogue::{ProviderForm, Values};
use super::connect::connect;
use super::rows::{Made, Stored};
use super::{Line, Sources};
use crate::config::LineConfig;

/// Every line at one moment, and what is known of those that cannot be used.
#[derive(Default)]
pub(super) struct Snapshot {
    pub(super) revision: i64,
    /// The default first: lines that lead to people before those that lead to the simulator, then those of the
    /// configuration before those that were made.
    ordered: Vec<Arc<Line>>,
    by_id: HashMap<LineId, Arc<Line>>,
    /// Of every line that has any, removed ones too.
    failover: HashMap<LineId, Vec<String>>,
    /// Lines that are there and cannot be used, with the reason.
    pub(super) locked: HashMap<LineId, Locked>,
    pub(super) ever: Vec<Uuid>,
}

/// A line that is there and cannot be used.
pub(super) struct Locked {
    pub(super) slug: String,
    pub(super) reason: String,
}

impl Snapshot {
    /// `configured` are the lines of the sources' configuration.
    pub(super) fn of(stored: Stored, configured: &[Arc<Line>], sources: &Sources) -> Snapshot {
        let mut snapshot = Snapshot { revision: stored.revision, ever: stored.ever, ..Snapshot::default() };
        configured.iter().for_each(|line| snapshot.add(line.clone()));
        for made in &stored.made {
            snapshot.failover.insert(made.id, made.settings.failover.clone());
            if made.removed_at.is_some() {
                continue;
            }
            match open(made, sources) {
                Ok(config) => snapshot.add(Arc::new(connect(config, made.info(), &sources.wire))),
                Err(reason) => {
                    tracing::error!(line = made.slug, reason, "a line cannot be used");
                    snapshot.locked.insert(made.id, Locked { slug: made.slug.clone(), reason });
                }
            }
        }
        snapshot.ordered.sort_by_key(|line| line.info.simulated);
        snapshot
    }

    fn add(&mut self, line: Arc<Line>) {
        self.failover.insert(line.info.id, line.failover.clone());
        self.by_id.insert(line.info.id, line.clone());
        self.ordered.push(line);
    }

    pub(super) fn get(&self, id: LineId) -> Option<&Arc<Line>> {
        self.by_id.get(&id)
    }

    pub(super) fn at(&self, place: usize) -> Option<&Arc<Line>> {
        self.ordered.get(place)
    }

    pub(super) fn failover(&self, id: LineId) -> &[String] {
        self.failover.get(&id).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What a line that was made stands for, or why it cannot be used.
pub(super) fn open(made: &Made, sources: &Sources) -> Result<LineConfig, String> {
    let settings = &made.settings;
    let clashes = |line: &LineConfig| {
        let same_address = line.address == settings.address && line.channel == settings.channel;
        line.slug == made.slug || same_address
    };
    if sources.configured.iter().any(clashes) {
        return Err(
            "the configuration has a line with the same short name or address, which goes before it".into()
        );
    }
    let form = ProviderForm::of(&settings.provider)
        .ok_or_else(|| format!("this release does not know the provider {}", settings.provider))?;
    let base_url = match (settings.simulated, &sources.simulator) {
        (false, _) => form.base_url.to_owned(),
        (true, Some(simulator)) => simulator.url.clone(),
        (true, None) => return Err("the built-in simulator, which it leads to, does not run".into()),
    };
    let values = values(made, sources)?;
    let credentials =
        form.credentials(&values).ok_or("its credentials are incomplete in this release; give them anew")?;
    Ok(LineConfig {
        slug: made.slug.clone(),
        name: settings.name.clone(),
        channel: settings.channel,
        address: settings.address.clone(),
        credentials,
        base_url,
        signature: settings.signature,
        limits: settings.limits,
        failover: settings.failover.clone(),
    })
}

/// The provider's fields, the sealed ones opened.
pub(super) fn values(made: &Made, sources: &Sources) -> Result<Values, String> {
    let opened = sources.keys.open(made.id, &made.sealed).map_err(|error| error.to_string())?;
    let secrets: BTreeMap<String, Secret> =
        serde_json::from_slice(&opened).map_err(|_| "its stored credentials cannot be read".to_owned())?;
    let open = made.settings.fields.iter().map(|(name, value)| (name.clone(), Secret::new(value.clone())));
    Ok(open.chain(secrets).collect())
}
