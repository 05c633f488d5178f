//! `trunkline provision`: tells the providers where to call us.

use std::time::Duration;

use anyhow::{Context, bail};
use trunkline_providers::transport;
use trunkline_store::StoreError;

use super::place::{self, Place};
use super::say;
use crate::clock;
use crate::config::{Config, LineConfig};
use crate::lines::Wire;
use crate::provisioning::{self, Account, Change, Record, Wanted};

/// What a static page at the provider has to answer when we do not (D2): nothing, so that the text is taken and
/// kept there until we fetch it.
const EMPTY_ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug, clap::Args)]
pub(super) struct ProvisionArguments {
    #[command(flatten)]
    place: Place,
    /// Only these lines, by their slugs.
    #[arg(long = "line", value_name = "SLUG")]
    lines: Vec<String>,
    /// What the provider asks when we do not answer, such as a TwiML Bin with an empty response.
    #[arg(long, value_name = "URL")]
    fallback_url: Option<String>,
    /// Change it. Without this it is only shown.
    #[arg(long)]
    apply: bool,
    /// Bring back what was set before the last time.
    #[arg(long, conflicts_with_all = ["lines", "fallback_url"])]
    undo: bool,
}

pub(super) fn run(arguments: ProvisionArguments) -> anyhow::Result<()> {
    let config = arguments.place.load()?;
    let wire = Wire { http: transport::http_client()?, timeout: PATIENCE };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let work = Work { lines: lines(&config).await?, config: &config, wire, arguments: &arguments };
        if arguments.undo { work.undo().await } else { work.set_up().await }
    })
}

/// The lines there are. An embedded database that belongs to a running Trunkline is left alone.
async fn lines(config: &Config) -> anyhow::Result<Vec<LineConfig>> {
    let store = match place::open_existing(config) {
        Err(StoreError::Held(_)) => {
            say(
                "A running Trunkline has the database for itself. Lines that were made in the app are not looked at here; \
                 Settings, Lines in the app sets their webhooks.",
            );
            None
        }
        opened => opened.context("the database could not be opened")?,
    };
    let mut known = place::known(config, store.as_ref(), PATIENCE).await?;
    // The simulator is set up as it has to be.
    known.lines.retain(|line| !config.simulates() || line.base_url != place::simulator_url(config));
    for (slug, reason) in known.locked {
        say(&format!("line {slug}: it cannot be used: {reason}."));
    }
    Ok(known.lines)
}

struct Work<'a> {
    config: &'a Config,
    /// All there are.
    lines: Vec<LineConfig>,
    wire: Wire,
    arguments: &'a ProvisionArguments,
}

impl Work<'_> {
    async fn set_up(&self) -> anyhow::Result<()> {
        let lines = self.lines()?;
        let base_url = self.config.server.base_url.as_deref().context(
            "The providers must know where to call: set server.base_url to the address they reach us at, \
             such as https://inbox.example.com.",
        )?;
        let fallback_url = self.arguments.fallback_url.as_deref();
        let mut all = Vec::new();
        for line in lines {
            if let Some(what) = provisioning::by_hand(line, base_url) {
                say(&format!("line {}: {what}.", line.slug));
                continue;
            }
            let wanted = Wanted { line, base_url, fallback_url };
            all.extend(provisioning::differences(&self.account(line), &wanted).await?);
        }
        show(&all);
        if fallback_url.is_none() {
            say(&format!(
                "Texts that come while we are away are fetched afterwards. To have them acknowledged at once as well, \
                 make a TwiML Bin with\n  {EMPTY_ANSWER}\nand give its address as --fallback-url."
            ));
        }
        if self.is_to_go_on(&all) { self.change(&all).await } else { Ok(()) }
    }

    async fn undo(&self) -> anyhow::Result<()> {
        let Some(record) = Record::newest(&self.config.data_dir)? else {
            bail!("Nothing was changed from {} that could be undone.", self.config.data_dir.display())
        };
        let mut all = Vec::new();
        for done in record.by_line() {
            let (back, left) = provisioning::undo(&self.account_for(done)?, done).await?;
            for change in left {
                say(&format!("{} of {} was changed since and stays.", change.parameter, change.sid));
            }
            all.extend(back);
        }
        show(&all);
        if !self.is_to_go_on(&all) {
            return Ok(());
        }
        self.make(&all).await?;
        record.set_undone()?;
        say("Done: it is as it was before.");
        Ok(())
    }

    fn is_to_go_on(&self, changes: &[Change]) -> bool {
        let goes_on = self.arguments.apply;
        if !goes_on && !changes.is_empty() {
            say("Nothing was changed yet. Run it again with --apply to change it.");
        }
        goes_on
    }

    /// What was set before is on disk before anything is changed.
    async fn change(&self, changes: &[Change]) -> anyhow::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        Record::write(&self.config.data_dir, clock::system().now(), changes)?;
        self.make(changes).await?;
        say("Done. `trunkline provision --undo` brings back what was set before.");
        Ok(())
    }

    async fn make(&self, changes: &[Change]) -> anyhow::Result<()> {
        let mut ignored = Vec::new();
        for of_line in changes.chunk_by(|one, next| one.line == next.line) {
            ignored.extend(provisioning::apply(&self.account_for(of_line)?, of_line).await?);
        }
        match ignored.first() {
            None => Ok(()),
            Some(change) => bail!(
                "the provider said yes but did not take over {} of {} ({} in all); look at it there",
                change.parameter,
                change.sid,
                ignored.len()
            ),
        }
    }

    /// The lines asked for, all if none is named.
    fn lines(&self) -> anyhow::Result<Vec<&LineConfig>> {
        let (all, named) = (&self.lines, &self.arguments.lines);
        if all.is_empty() {
            bail!(
                "There is no line at a provider yet: `trunkline line add` makes one, or Settings, Lines in the app; \
                 trunkline.example.toml shows how to write one into the configuration."
            );
        }
        if let Some(unknown) = named.iter().find(|slug| !all.iter().any(|line| line.slug == **slug)) {
            let known: Vec<_> = all.iter().map(|line| line.slug.as_str()).collect();
            bail!("There is no line \"{unknown}\"; there are: {}.", known.join(", "));
        }
        Ok(all.iter().filter(|line| named.is_empty() || named.contains(&line.slug)).collect())
    }

    /// The account that the changes of one line are made in.
    fn account_for(&self, changes: &[Change]) -> anyhow::Result<Account> {
        let slug = changes.first().map(|change| change.line.as_str()).unwrap_or_default();
        let line = self.lines.iter().find(|line| line.slug == slug);
        Ok(self.account(line.with_context(|| format!("There is no line \"{slug}\" any more."))?))
    }

    fn account(&self, line: &LineConfig) -> Account {
        Account::of(line, &self.wire)
    }
}

fn show(changes: &[Change]) {
    let mut place = "";
    for change in changes {
        if place != change.sid {
            say(&format!("line {}: {} ({})", change.line, change.name, change.sid));
            place = &change.sid;
        }
        say(&format!(
            "  {}\n    - {}\n    + {}",
            change.parameter,
            or_nothing(&change.before),
            or_nothing(&change.after)
        ));
    }
    match changes.len() {
        0 => say("Everything is set as it should be."),
        1 => say("1 change."),
        count => say(&format!("{count} changes.")),
    }
}

fn or_nothing(value: &str) -> String {
    if value.is_empty() { "(nothing)".to_owned() } else { provisioning::shown(value) }
}
