//! `trunkline line`: lines in the database, by the same rules as in the app.
//!
//! Credentials come from files, a prompt or the standard input, never from arguments, which every user of the machine
//! can read.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};
use clap::Subcommand;
use trunkline_domain::ids::LineId;
use trunkline_providers::Secret;
use trunkline_providers::transport::REQUEST_TIMEOUT;
use trunkline_store::{Store, StoreError};

use super::place::{self, Place};
use super::say;
use crate::config::{Config, Signature};
use crate::http::Problem;
use crate::lines::catalogue::{Field, PROVIDERS, ProviderForm, Values};
use crate::lines::{Draft, Keys, Lines, Settings};
use crate::{clock, delivery, schema};

/// Who made a change, as the app shows it.
const BY: &str = "the command line";

#[derive(Debug, clap::Args)]
pub(super) struct LineArguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Shows all lines.
    List,
    /// Makes a line. Credentials are asked for, or read from the standard input, one per line.
    Add(AddArguments),
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

#[derive(Debug, clap::Args)]
struct AddArguments {
    /// twilio, telnyx, resend or smtp.
    #[arg(long)]
    provider: String,
    /// Its name for people.
    #[arg(long)]
    name: String,
    /// The number or email address that customers see.
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
}

pub(super) fn run(arguments: LineArguments) -> anyhow::Result<()> {
    let config = arguments.place.load()?;
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
        let store = match Store::open(&config.location()) {
            Err(StoreError::Held(_)) => bail!(
                "A running Trunkline has the database in {} for itself: use Settings, Lines in the app, or stop it first. \
                 Over PostgreSQL this works beside it.",
                config.data_dir.display()
            ),
            opened => opened.context("the database could not be opened")?,
        };
        store.migrate(schema::MIGRATIONS).await.context("the database could not be brought up to date")?;
        let sources = place::sources(config, Keys::of(config, &ambient)?, REQUEST_TIMEOUT)?;
        let lines = Lines::open(&store, &ambient, sources).await?;
        Ok(Work { store, lines })
    }

    async fn run(&self, action: Action) -> anyhow::Result<()> {
        match action {
            Action::List => self.list().await,
            Action::Add(arguments) => self.add(arguments).await,
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
                    self.line(&slug).await?,
                    Some(format!("Stopped by {BY}.")),
                )
                .await?;
                done(&slug, "rests")
            }
            Action::Resume { slug } => {
                delivery::pause(&self.store, clock::system().now(), self.line(&slug).await?, None).await?;
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
        let mut rows = Vec::new();
        for line in self.lines.all() {
            let info = &line.info;
            let rests = if delivery::rests(&self.store, info.id).await? { ", rests" } else { "" };
            let origin = match (info.made, info.simulated) {
                (true, false) => "made here",
                (true, true) => "made here, at the simulator",
                (false, false) => "in the configuration",
                (false, true) => "of the simulator",
            };
            let channel = info.channel.to_string();
            rows.push([
                info.slug.clone(),
                channel,
                info.address.clone(),
                info.name.clone(),
                format!("{origin}{rests}"),
            ]);
        }
        for made in self.lines.made().await.map_err(told)? {
            let state = match (made.removed_at, self.lines.locked(made.id)) {
                (Some(_), _) => "removed; can be restored".to_owned(),
                (None, Some(reason)) => format!("cannot be used: {reason}"),
                (None, None) => continue,
            };
            let Settings { channel, address, name, .. } = made.settings;
            rows.push([made.slug, channel.to_string(), address, name, state]);
        }
        if rows.is_empty() {
            say("There is no line yet. `trunkline line add` makes one, or Settings, Lines in the app.");
        }
        columns(&rows).iter().for_each(|row| say(row));
        Ok(())
    }

    async fn add(&self, arguments: AddArguments) -> anyhow::Result<()> {
        let AddArguments { provider, name, address, slug, fields, files } = arguments;
        let form = form_of(&provider)?;
        let mut values = pairs("--field", &fields)?;
        if let Some(field) = form.fields.iter().find(|field| field.secret && values.contains_key(field.name))
        {
            bail!("{} is a credential: leave it out, and it is asked for, or use --secret-file.", field.name);
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
        let slug = self.lines.create(&draft, BY).await.map_err(told)?.slug;
        say(&format!(
            "The line {slug} is made. `trunkline line check {slug}` looks at it; `trunkline provision --line {slug}` sets \
             its webhooks."
        ));
        Ok(())
    }

    async fn check(&self, slug: &str) -> anyhow::Result<()> {
        let line = self.lines.get(self.line(slug).await?).context("the line cannot be used")?;
        let check = self.lines.check(&line.config).await;
        for finding in &check.findings {
            say(&format!("{:7}  {}", finding.outcome, finding.told));
            if let Some(fix) = &finding.fix {
                say(&format!("         → {fix}"));
            }
        }
        if check.usable { Ok(()) } else { bail!("The line {slug} does not work as it is.") }
    }

    async fn rotate(&self, slug: &str, only: &[String], files: &[String]) -> anyhow::Result<()> {
        let id = self.made(slug).await?;
        let made = self.lines.made_one(id).await.map_err(told)?;
        let form = form_of(made.provider_name())?;
        if let Some(unknown) = only.iter().find(|name| form.field(name).is_none_or(|field| !field.secret)) {
            let known: Vec<_> =
                form.fields.iter().filter(|field| field.secret).map(|field| field.name).collect();
            bail!(
                "--only: {} has no credential by the name {unknown}; there are: {}.",
                form.label,
                known.join(", ")
            );
        }
        let wanted =
            |field: &&Field| field.secret && (only.is_empty() || only.iter().any(|name| name == field.name));
        let fields: Vec<&Field> = form.fields.iter().filter(wanted).collect();
        self.lines.rotate(id, secrets(&fields, files)?, BY).await.map_err(told)?;
        done(slug, "has new credentials; those before are accepted until `trunkline line retire`")
    }

    /// A line in use.
    async fn line(&self, slug: &str) -> anyhow::Result<LineId> {
        if let Some(line) = self.lines.by_slug(slug) {
            return Ok(line.info.id);
        }
        let made = self.lines.made().await.map_err(told)?;
        if let Some(made) = made.iter().find(|made| made.slug == slug) {
            match self.lines.locked(made.id) {
                Some(reason) => bail!("The line {slug} cannot be used: {reason}."),
                None => {
                    bail!("The line {slug} is removed. `trunkline line restore {slug}` puts it to use again.")
                }
            }
        }
        let known: Vec<_> = self.lines.all().map(|line| line.info.slug.clone()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        bail!("There is no line \"{slug}\"; there are: {known}.")
    }

    /// One that was made; a line of the configuration is refused in the words of the API.
    async fn made(&self, slug: &str) -> anyhow::Result<LineId> {
        let made = self.lines.made().await.map_err(told)?;
        match made.iter().find(|made| made.slug == slug) {
            Some(made) => Ok(made.id),
            None => self.line(slug).await,
        }
    }
}

fn done(slug: &str, what: &str) -> anyhow::Result<()> {
    say(&format!("The line {slug} {what}."));
    Ok(())
}

fn form_of(provider: &str) -> anyhow::Result<&'static ProviderForm> {
    ProviderForm::of(provider).with_context(|| {
        let known: Vec<_> = PROVIDERS.iter().map(|form| form.name).collect();
        format!("There is no provider \"{provider}\"; use one of: {}.", known.join(", "))
    })
}

/// Rows whose cells stand below each other.
fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let row = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(row).collect()
}

fn told(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.sentences().join("\n"))
}

/// `name=value`, as often as given.
fn pairs(option: &str, given: &[String]) -> anyhow::Result<Values> {
    let pair = |text: &String| {
        // The value may be a credential that does not belong there: it is not shown.
        let pair = text.split_once('=');
        let (name, value) =
            pair.with_context(|| format!("{option}: write NAME=VALUE, with the sign = between."))?;
        Ok((name.to_owned(), Secret::new(value)))
    };
    given.iter().map(pair).collect()
}

/// The credentials: from files where they are named, else asked for, or one per line from the standard input.
fn secrets(fields: &[&Field], files: &[String]) -> anyhow::Result<Values> {
    let files = pairs("--secret-file", files)?;
    if let Some(unknown) = files.keys().find(|name| !fields.iter().any(|field| field.name == *name)) {
        let known: Vec<_> = fields.iter().map(|field| field.name).collect();
        bail!(
            "--secret-file: there is no credential by the name {unknown}; there are: {}.",
            known.join(", ")
        );
    }
    let mut lines = std::io::stdin().lock().lines();
    let mut values = Values::new();
    for field in fields {
        let value = match files.get(field.name) {
            Some(path) => std::fs::read_to_string(path.expose()).with_context(|| {
                format!("--secret-file: {} cannot be read for {}", path.expose(), field.name)
            })?,
            None if std::io::stdin().is_terminal() => {
                rpassword::prompt_password(format!("{}: ", field.label))?
            }
            None => lines.next().with_context(|| {
                format!(
                    "{} is missing: give it on a line of the standard input, or --secret-file {}=FILE.",
                    field.label, field.name
                )
            })??,
        };
        values.insert(field.name.to_owned(), Secret::new(value.trim()));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_below_each_other() {
        let row = |one: &str, two: &str| [one.to_owned(), two.to_owned()];
        let rows = [row("main", "Büro"), row("front-desk", "Empfang")];
        assert_eq!(columns(&rows), ["main        Büro", "front-desk  Empfang"]);
        assert!(columns::<2>(&[]).is_empty());
    }

    #[test]
    fn credentials_come_from_files_and_a_wrong_name_is_told_with_the_right_ones() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "5ec2e7\n").unwrap();
        let form = form_of("twilio").unwrap();
        let fields: Vec<&Field> = form.fields.iter().filter(|field| field.secret).collect();
        let given = |name: &str| vec![format!("{name}={}", file.display())];
        assert_eq!(secrets(&fields, &given("auth_token")).unwrap()["auth_token"].expose(), "5ec2e7");
        let error = secrets(&fields, &given("token")).unwrap_err().to_string();
        assert!(error.contains("by the name token; there are: auth_token."), "{error}");
        let error = pairs("--field", &["5ec2e7".to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("--field: ") && !error.contains("5ec2e7"), "{error}");
        let error = form_of("vonage").map(|form| form.name).unwrap_err().to_string();
        assert!(error.contains("twilio, telnyx, resend, smtp"), "{error}");
    }
}
