//! `trunkline line`: lines in the database, by the same rules as in the app.
//!
//! Credentials come from files, a prompt or the standard input, never from arguments, which every user of the machine
//! can read.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use trunkline_domain::ids::LineId;
use trunkline_providers::{Secret, transport};
use trunkline_store::Store;

use super::say;
use crate::config::{Config, Overrides, Signature, Surroundings};
use crate::http::Problem;
use crate::lines::catalogue::{Field, ProviderForm, Values};
use crate::lines::{Draft, Keys, Lines, Sources, Wire};
use crate::{clock, delivery, schema};

/// Who made a change, as the app shows it.
const BY: &str = "the command line";

#[derive(Debug, clap::Args)]
pub(super) struct LineArguments {
    /// The configuration file; `trunkline.toml` if it is there.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Where the data is kept.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Shows all lines.
    List,
    /// Makes a line. Credentials are asked for, or read from the standard input, one per line.
    Add {
        /// twilio or telnyx.
        #[arg(long)]
        provider: String,
        #[arg(long)]
        name: String,
        /// The number that customers see.
        #[arg(long)]
        address: String,
        /// Stands in webhook addresses; made of the name without it.
        #[arg(long)]
        slug: Option<String>,
        /// A field that is no secret, such as account_sid=AC…
        #[arg(long = "field", value_name = "NAME=VALUE")]
        fields: Vec<String>,
        /// A file that holds a credential, such as auth_token=/run/secrets/token.
        #[arg(long = "secret-file", value_name = "NAME=FILE")]
        files: Vec<String>,
    },
    /// Looks at the provider whether a line is as it should be.
    Check { slug: String },
    /// Gives a line new credentials; the former ones are accepted until they are retired.
    Rotate {
        slug: String,
        /// The credential to change, such as auth_token; all of them without it.
        #[arg(long = "only", value_name = "NAME")]
        only: Vec<String>,
        /// A file that holds a credential, such as auth_token=/run/secrets/token.
        #[arg(long = "secret-file", value_name = "NAME=FILE")]
        files: Vec<String>,
    },
    /// Former credentials are no longer accepted.
    Retire { slug: String },
    /// Holds what a line would send.
    Pause { slug: String },
    /// Lets it send again.
    Resume { slug: String },
    /// Takes a line out of use; for a day it can be restored.
    Remove { slug: String },
    /// Puts a removed line to use again.
    Restore { slug: String },
}

pub(super) fn run(arguments: LineArguments) -> anyhow::Result<()> {
    let mut overrides = Overrides { file: arguments.config, ..Overrides::default() };
    if let Some(data) = &arguments.data {
        overrides.settings.insert("data.dir", data.to_string_lossy().into_owned());
    }
    let config = Config::load(&overrides, &Surroundings::of_process())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async { Work::open(&config).await?.run(arguments.action).await })
}

struct Work {
    store: Store,
    lines: Lines,
}

impl Work {
    async fn open(config: &Config) -> anyhow::Result<Work> {
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
        let ambient = clock::system();
        let store = Store::open(&config.location()).context(
            "the database could not be opened; an embedded one belongs to the running Trunkline: use the app then",
        )?;
        store.migrate(schema::MIGRATIONS).await.context("the database could not be brought up to date")?;
        let sources = Sources {
            configured: config.lines.clone(),
            simulator: None,
            keys: Keys::of(config, &ambient)?,
            wire: Wire { http: transport::http_client()?, timeout: transport::REQUEST_TIMEOUT },
            default_country: Some(config.installation.default_country),
        };
        let lines = Lines::open(&store, &ambient, sources).await?;
        Ok(Work { store, lines })
    }

    async fn run(&self, action: Action) -> anyhow::Result<()> {
        match action {
            Action::List => self.list().await,
            Action::Add { provider, name, address, slug, fields, files } => {
                let form =
                    ProviderForm::of(&provider).context("there is no such provider; use twilio or telnyx")?;
                let mut values = pairs(&fields)?;
                if let Some(field) =
                    form.fields.iter().find(|field| field.secret && values.contains_key(field.name))
                {
                    bail!(
                        "{} is a credential: leave it out, and it is asked for, or use --secret-file",
                        field.name
                    );
                }
                let secrets: Vec<&Field> = form.fields.iter().filter(|field| field.secret).collect();
                values.extend(self::secrets(&secrets, &files)?);
                let draft = Draft {
                    provider,
                    channel: None,
                    slug,
                    name,
                    address,
                    simulated: false,
                    fields: values,
                    signature: Signature::Enforce,
                    limits: None,
                    failover: Vec::new(),
                };
                let made = self.lines.create(&draft, BY).await.map_err(told)?;
                say(&format!(
                    "The line {} is made. `trunkline line check {}` looks at it.",
                    made.slug, made.slug
                ));
                Ok(())
            }
            Action::Check { slug } => self.check(&slug).await,
            Action::Rotate { slug, only, files } => self.rotate(&slug, &only, &files).await,
            Action::Retire { slug } => {
                self.lines.retire(self.made(&slug).await?, BY).await.map_err(told)?;
                done(&slug, "no longer accepts its former credentials")
            }
            Action::Pause { slug } => {
                delivery::pause(
                    &self.store,
                    clock::system().now(),
                    self.line(&slug)?,
                    Some(format!("Stopped by {BY}.")),
                )
                .await?;
                done(&slug, "rests")
            }
            Action::Resume { slug } => {
                delivery::pause(&self.store, clock::system().now(), self.line(&slug)?, None).await?;
                done(&slug, "is used again")
            }
            Action::Remove { slug } => {
                self.lines.remove(self.made(&slug).await?, BY).await.map_err(told)?;
                done(&slug, "is removed; for a day it can be restored")
            }
            Action::Restore { slug } => {
                self.lines.restore(self.made(&slug).await?, BY).await.map_err(told)?;
                done(&slug, "is used again")
            }
        }
    }

    async fn list(&self) -> anyhow::Result<()> {
        let made = self.lines.made().await.map_err(told)?;
        for line in self.lines.all() {
            let origin = if line.info.made { "made in the app" } else { "in the configuration" };
            let info = &line.info;
            say(&format!("{}  {}  {}  {}, {origin}", info.slug, info.address, info.name, info.channel));
        }
        for made in made {
            match (made.removed_at, self.lines.locked(made.id)) {
                (Some(_), _) => say(&format!("{}  removed", made.slug)),
                (None, Some(reason)) => say(&format!("{}  cannot be used: {reason}", made.slug)),
                (None, None) => {}
            }
        }
        Ok(())
    }

    async fn check(&self, slug: &str) -> anyhow::Result<()> {
        let line = self.lines.get(self.line(slug)?).context("the line cannot be used")?;
        let check = self.lines.check(&line.config).await;
        for finding in &check.findings {
            let fix = finding.fix.as_ref().map(|fix| format!("\n    {fix}")).unwrap_or_default();
            say(&format!("{}: {}{fix}", finding.outcome, finding.told));
        }
        if check.usable { Ok(()) } else { bail!("the line {slug} does not work as it is") }
    }

    async fn rotate(&self, slug: &str, only: &[String], files: &[String]) -> anyhow::Result<()> {
        let id = self.made(slug).await?;
        let made = self.lines.made_one(id).await.map_err(told)?;
        let form =
            ProviderForm::of(made.provider_name()).context("this release does not know its provider")?;
        if let Some(unknown) = only.iter().find(|name| form.field(name).is_none_or(|field| !field.secret)) {
            bail!("{} has no credential by the name {unknown}", form.label);
        }
        let wanted =
            |field: &&Field| field.secret && (only.is_empty() || only.iter().any(|name| name == field.name));
        let fields: Vec<&Field> = form.fields.iter().filter(wanted).collect();
        self.lines.rotate(id, secrets(&fields, files)?, BY).await.map_err(told)?;
        done(slug, "has new credentials; those before are accepted until `trunkline line retire`")
    }

    fn line(&self, slug: &str) -> anyhow::Result<LineId> {
        let line = self.lines.by_slug(slug);
        line.map(|line| line.info.id).with_context(|| format!("there is no line \"{slug}\" in use"))
    }

    /// One that was made; a line of the configuration is refused in the words of the API.
    async fn made(&self, slug: &str) -> anyhow::Result<LineId> {
        let made = self.lines.made().await.map_err(told)?;
        match made.iter().find(|made| made.slug == slug) {
            Some(made) => Ok(made.id),
            None => self.line(slug),
        }
    }
}

fn done(slug: &str, what: &str) -> anyhow::Result<()> {
    say(&format!("The line {slug} {what}."));
    Ok(())
}

fn told(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.told())
}

/// `name=value`, as often as given.
fn pairs(given: &[String]) -> anyhow::Result<Values> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').with_context(|| format!("\"{text}\" is not NAME=VALUE"))?;
        Ok((name.to_owned(), Secret::new(value)))
    };
    given.iter().map(pair).collect()
}

/// The credentials: from files where they are named, else asked for, or one per line from the standard input.
fn secrets(fields: &[&Field], files: &[String]) -> anyhow::Result<Values> {
    let files = pairs(files)?;
    if let Some(unknown) = files.keys().find(|name| !fields.iter().any(|field| field.name == *name)) {
        bail!("--secret-file: there is no credential by the name {unknown}");
    }
    let mut lines = std::io::stdin().lock().lines();
    let mut values = Values::new();
    for field in fields {
        let value = match files.get(field.name) {
            Some(path) => std::fs::read_to_string(path.expose())
                .with_context(|| format!("the file of {} cannot be read", field.name))?,
            None if std::io::stdin().is_terminal() => {
                rpassword::prompt_password(format!("{}: ", field.label))?
            }
            None => lines
                .next()
                .with_context(|| format!("{} is missing on the standard input", field.label))??,
        };
        values.insert(field.name.to_owned(), Secret::new(value.trim()));
    }
    Ok(values)
}
