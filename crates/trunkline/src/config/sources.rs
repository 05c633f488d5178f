//! Where settings come from: arguments, variables, `.env`, the file. Everything becomes text under a dotted
//! key, whatever its source, so that each kind of value is read in one way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::names::{TELNYX, TWILIO};
use super::problem::Problem;

/// The file that is read when none is named.
const FILE: &str = "trunkline.toml";

/// The variables of the write-ups, and PaaS habits, as other names of settings of ours.
pub(super) const ALIASES: &[(&str, &str)] = &[
    ("APP_URL", "server.base_url"),
    ("CRON_SECRET", "delivery.cron_secret"),
    ("DATABASE_URL", "database.url"),
    ("LOG_LEVEL", "log.level"),
    ("OPENROUTER_API_KEY", "personas.api_key"),
    ("OPENROUTER_MODEL", "personas.model"),
    ("PORT", "server.listen"),
    ("PUBLIC_BASE_URL", "server.base_url"),
    ("SMS_PROVIDER", "lines.main.provider"),
    ("TELNYX_API_KEY", "lines.main.api_key"),
    ("TELNYX_FROM_NUMBER", "lines.main.address"),
    ("TELNYX_MESSAGING_PROFILE_ID", "lines.main.messaging_profile_id"),
    ("TELNYX_PHONE_NUMBER", "lines.main.address"),
    ("TELNYX_PUBLIC_KEY", "lines.main.public_key"),
    ("TRUNKLINE_SECRET_KEY", "installation.secret_key"),
    ("TWILIO_ACCOUNT_SID", "lines.main.account_sid"),
    ("TWILIO_AUTH_TOKEN", "lines.main.auth_token"),
    ("TWILIO_FROM_NUMBER", "lines.main.address"),
    ("TWILIO_PHONE_NUMBER", "lines.main.address"),
];

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    /// The file to read (`--config`).
    pub(crate) file: Option<PathBuf>,
    /// Settings by key, which come before all others.
    pub(crate) settings: BTreeMap<&'static str, String>,
}

/// What a process finds around itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The environment variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// The folder in which `trunkline.toml` and `.env` may lie.
    pub(crate) folder: PathBuf,
    /// The name of the machine, if it has one.
    pub(crate) host_name: Option<String>,
}

impl Surroundings {
    /// Those of this process. Variables that are not UTF-8 are none of ours.
    pub(crate) fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let host_name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        Surroundings {
            variables: variables.collect(),
            folder: PathBuf::from("."),
            host_name: host_name.map(|name| name.trim().to_owned()),
        }
    }
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    One(String),
    Many(Vec<String>),
}

/// All settings, by source.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) arguments: BTreeMap<&'static str, String>,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) file: BTreeMap<String, Given>,
    pub(super) file_name: String,
    /// The slugs of the lines in the file, in its order.
    pub(super) lines: Vec<String>,
}

impl Sources {
    /// Reads the files and joins everything. What could not be read is told and left out.
    pub(super) fn gather(overrides: &Overrides, around: &Surroundings) -> (Sources, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut sources = Sources { arguments: overrides.settings.clone(), ..Sources::default() };
        sources.variables = dot_env(&around.folder, &mut problems);
        sources.variables.extend(around.variables.clone());
        // `NAME=` in a template says "not set", not "set to nothing".
        sources.variables.retain(|_, value| !value.is_empty());
        sources.read_file(overrides, &around.folder, &mut problems);
        sources.choose_provider();
        (sources, problems)
    }

    /// Whether a customary variable of this provider is set, such as `TWILIO_AUTH_TOKEN`.
    pub(super) fn has_alias_of(&self, provider: &str) -> bool {
        ALIASES.iter().any(|(name, _)| belongs_to(name, provider) && self.variables.contains_key(*name))
    }

    /// Where the customary variables of both providers are set, those of one count: of the one that is named, or
    /// else of Twilio. Many keep the other's for the day they change back.
    fn choose_provider(&mut self) {
        if !(self.has_alias_of(TWILIO) && self.has_alias_of(TELNYX)) {
            return;
        }
        let key = "lines.main.provider";
        let named = ["TRUNKLINE_LINES_MAIN_PROVIDER", "SMS_PROVIDER"];
        let named = named.into_iter().find_map(|name| self.variables.get(name));
        let named = named.cloned().or_else(|| match self.file.get(key) {
            Some(Given::One(text)) => Some(text.clone()),
            _ => None,
        });
        let is_telnyx = named.is_some_and(|name| name.eq_ignore_ascii_case(TELNYX));
        let other = if is_telnyx { TWILIO } else { TELNYX };
        self.variables.retain(|name, _| !belongs_to(name, other));
    }

    fn read_file(&mut self, overrides: &Overrides, folder: &Path, problems: &mut Vec<Problem>) {
        let named =
            overrides.file.clone().or_else(|| self.variables.get("TRUNKLINE_CONFIG").map(PathBuf::from));
        let path = folder.join(named.clone().unwrap_or_else(|| PathBuf::from(FILE)));
        self.file_name = named.unwrap_or_else(|| PathBuf::from(FILE)).display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            // Only a file that was asked for by name has to be there.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.file_name == FILE => return,
            Err(error) => return problems.push(unreadable(&self.file_name, &error)),
        };
        match text.parse::<toml::Table>() {
            Ok(table) => self.take_table(table, problems),
            Err(error) => problems.push(not_toml(&self.file_name, &text, &error)),
        }
    }

    fn take_table(&mut self, mut table: toml::Table, problems: &mut Vec<Problem>) {
        if let Some(lines) = table.remove("lines") {
            self.take_lines(lines, problems);
        }
        flatten("", table, &mut self.file);
    }

    /// A line of the file becomes settings under its slug, like those that come from variables.
    fn take_lines(&mut self, lines: toml::Value, problems: &mut Vec<Problem>) {
        let toml::Value::Array(lines) = lines else {
            let hint = "Begin each line with [[lines]], in double brackets.";
            return problems.push(self.about("lines", "is not a list of lines", hint));
        };
        for (index, line) in lines.into_iter().enumerate() {
            let place = format!("lines, number {}", index + 1);
            let toml::Value::Table(mut line) = line else {
                problems.push(self.about(&place, "is not a table", "Begin each line with [[lines]]."));
                continue;
            };
            match line.remove("slug") {
                Some(toml::Value::String(slug)) if !self.lines.contains(&slug) => {
                    flatten(&format!("lines.{slug}"), line, &mut self.file);
                    self.lines.push(slug);
                }
                Some(toml::Value::String(slug)) => {
                    let message = format!("has the slug \"{slug}\", which another line has too");
                    problems.push(self.about(&place, &message, "Give each line a slug of its own."));
                }
                _ => problems.push(self.about(
                    &place,
                    "has no slug",
                    "Add slug = \"main\", or another short name.",
                )),
            }
        }
    }

    fn about(&self, key: &str, message: &str, hint: &str) -> Problem {
        let key = format!("{key} (in {})", self.file_name);
        Problem { key, value_shown: None, message: message.to_owned(), hint: hint.to_owned() }
    }
}

/// Whether `TELNYX_API_KEY` is one of `telnyx`'s.
fn belongs_to(variable: &str, provider: &str) -> bool {
    let rest = variable.to_ascii_lowercase();
    rest.strip_prefix(provider).is_some_and(|rest| rest.starts_with('_'))
}

/// `[server] listen = …` becomes `server.listen`.
fn flatten(prefix: &str, table: toml::Table, into: &mut BTreeMap<String, Given>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, into),
            toml::Value::Array(values) => {
                into.insert(key, Given::Many(values.iter().map(text_of).collect()));
            }
            value => {
                into.insert(key, Given::One(text_of(&value)));
            }
        }
    }
}

fn text_of(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unreadable(file: &str, error: &std::io::Error) -> Problem {
    let message = format!("cannot be read ({error})");
    Problem { key: file.to_owned(), value_shown: None, message, hint: String::new() }
}

/// The parser's message without the excerpt it would print: the line may hold a secret.
fn not_toml(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let line =
        error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().matches('\n').count()) + 1;
    Problem {
        key: format!("{file}, line {line}"),
        value_shown: None,
        message: error.message().to_owned(),
        hint: "The file is written in TOML; trunkline.example.toml shows how.".to_owned(),
    }
}

/// The variables in `.env`, if there is one: a habit of development. Real variables win over them.
fn dot_env(folder: &Path, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    let entries = match dotenvy::from_path_iter(folder.join(".env")) {
        Ok(entries) => entries,
        Err(error) if error.not_found() => return variables,
        Err(error) => {
            problems.push(bad_entry(&error));
            return variables;
        }
    };
    for entry in entries {
        match entry {
            Ok((name, value)) => {
                variables.insert(name, value);
            }
            Err(error) => {
                problems.push(bad_entry(&error));
                // What cannot be read at all, such as a folder, would fail so for ever.
                if !matches!(error, dotenvy::Error::LineParse(..)) {
                    break;
                }
            }
        }
    }
    variables
}

/// Shows no more of an entry than its name: the rest may be a secret.
fn bad_entry(error: &dotenvy::Error) -> Problem {
    let message = match error {
        dotenvy::Error::LineParse(line, _) => {
            let name = line.split('=').next().filter(|_| line.contains('=')).unwrap_or("a line without =");
            format!("cannot be understood at: {}", name.trim())
        }
        _ => "cannot be read".to_owned(),
    };
    Problem {
        key: ".env".to_owned(),
        value_shown: None,
        message,
        hint: "Write NAME=value, one on each line.".to_owned(),
    }
}
