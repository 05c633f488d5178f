//! `trunkline provision`: tells the providers where to call us.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use trunkline_domain::channel::Channel;
use trunkline_providers::transport;

use super::say;
use crate::clock;
use crate::config::{Config, LineConfig, Overrides, Surroundings};
use crate::lines::Wire;
use crate::provisioning::{self, Account, Change, Record, Wanted};

/// What a static page at the provider has to answer when we do not (D2): nothing, so that the text is taken and
/// kept there until we fetch it.
const EMPTY_ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug, clap::Args)]
pub(super) struct ProvisionArguments {
    /// The configuration file; `trunkline.toml` if it is there.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the data is kept, and with it what was set before.
    #[arg(long)]
    data: Option<PathBuf>,
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
    let mut overrides = Overrides { file: arguments.config.clone(), ..Overrides::default() };
    if let Some(data) = &arguments.data {
        overrides.settings.insert("data.dir", data.to_string_lossy().into_owned());
    }
    let config = Config::load(&overrides, &Surroundings::of_process())?;
    let wire = Wire { http: transport::http_client()?, timeout: PATIENCE };
    let work = Work { config: &config, wire, arguments: &arguments };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { if arguments.undo { work.undo().await } else { work.set_up().await } })
}

struct Work<'a> {
    config: &'a Config,
    wire: Wire,
    arguments: &'a ProvisionArguments,
}

impl Work<'_> {
    async fn set_up(&self) -> anyhow::Result<()> {
        let base_url = self.config.server.base_url.as_deref().context(
            "the providers must know where to call: set server.base_url to the address they reach us at, \
             such as https://inbox.example.com",
        )?;
        let fallback_url = self.arguments.fallback_url.as_deref();
        let mut all = Vec::new();
        for line in self.lines()? {
            if line.channel == Channel::Whatsapp {
                say(&format!(
                    "line {}: set {base_url}/webhooks/twilio/{}/messages as the webhook of its WhatsApp sender in the \
                     Twilio console.",
                    line.slug, line.slug
                ));
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
            bail!("nothing was changed from {} that could be undone", self.config.data_dir.display())
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
        let (all, named) = (&self.config.lines, &self.arguments.lines);
        if let Some(unknown) = named.iter().find(|slug| !all.iter().any(|line| line.slug == **slug)) {
            let known: Vec<_> = all.iter().map(|line| line.slug.as_str()).collect();
            bail!("there is no line \"{unknown}\"; the configuration has: {}", known.join(", "));
        }
        if all.is_empty() {
            bail!("the configuration has no line yet; trunkline.example.toml shows how to add one");
        }
        Ok(all.iter().filter(|line| named.is_empty() || named.contains(&line.slug)).collect())
    }

    /// The account that the changes of one line are made in.
    fn account_for(&self, changes: &[Change]) -> anyhow::Result<Account> {
        let slug = changes.first().map(|change| change.line.as_str()).unwrap_or_default();
        let line = self.config.lines.iter().find(|line| line.slug == slug);
        let line = line.with_context(|| format!("the line \"{slug}\" is no longer in the configuration"))?;
        Ok(self.account(line))
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
