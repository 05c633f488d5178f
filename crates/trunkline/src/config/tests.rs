//! The configuration as an operator meets it: files, variables, and what is said about mistakes.

use std::fs;

use super::problem::Problem;
use super::*;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const SID: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A folder with files in it, and variables.
struct Place {
    folder: tempfile::TempDir,
    around: Surroundings,
    overrides: Overrides,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings { folder: folder.path().to_owned(), ..Surroundings::default() };
        Place { folder, around, overrides: Overrides::default() }
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn var(mut self, name: &str, value: &str) -> Self {
        self.around.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn argument(mut self, key: &'static str, value: &str) -> Self {
        self.overrides.settings.insert(key, value.to_owned());
        self
    }

    fn load(&self) -> Config {
        self.try_load().unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.overrides, &self.around)
    }

    fn problems(&self) -> Vec<Problem> {
        self.try_load().map(|config| panic!("accepted: {config:?}")).unwrap_err().problems
    }

    /// The one problem there is.
    fn problem(&self) -> Problem {
        let mut problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }
}

fn twilio() -> Place {
    Place::new()
        .var("TWILIO_ACCOUNT_SID", SID)
        .var("TWILIO_AUTH_TOKEN", TOKEN)
        .var("TWILIO_PHONE_NUMBER", "+14155550100")
}

#[track_caller]
fn twilio_account(line: &LineConfig) -> &TwilioAccount {
    match &line.credentials {
        Credentials::Twilio(account) => account,
        other => panic!("not Twilio's: {other:?}"),
    }
}

const PUBLIC_KEY: &str = "ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=";

fn telnyx() -> Place {
    Place::new()
        .var("TELNYX_API_KEY", "KEY0123456789")
        .var("TELNYX_PUBLIC_KEY", PUBLIC_KEY)
        .var("TELNYX_PHONE_NUMBER", "+14155550101")
}

#[track_caller]
fn telnyx_account(line: &LineConfig) -> &TelnyxAccount {
    match &line.credentials {
        Credentials::Telnyx(account) => account,
        other => panic!("not Telnyx's: {other:?}"),
    }
}

/// The lines of the example that show defaults (`#name = …`), or with `examples` also the indented ones.
fn example(examples: bool) -> String {
    let text = include_str!("../../../../trunkline.example.toml");
    let is_setting =
        |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(name, _)| is_name(name));
    let lines = text.lines().filter_map(|line| match line.strip_prefix('#') {
        None => Some(line),
        Some(rest) => {
            let example = rest.strip_prefix("   ").filter(|rest| examples && is_setting(rest));
            example.or(Some(rest).filter(|rest| is_setting(rest)))
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[test]
fn nothing_is_needed_to_start() {
    let config = Place::new().load();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:4470");
    assert!(config.simulates());
    assert!(matches!(config.location(), Location::Sqlite(path) if path.ends_with("data/trunkline.db")));
    assert_eq!((config.node.name.as_str(), config.node.web, config.node.work), ("node", true, true));
}

#[test]
fn the_example_shows_the_defaults() {
    let shown = Place::new().file("trunkline.toml", &example(false)).load();
    assert_eq!(format!("{shown:#?}"), format!("{:#?}", Place::new().load()));
}

#[test]
fn the_example_has_every_setting_and_its_examples_are_valid() {
    let place = Place::new().file("trunkline.toml", &example(true));
    let config = place.load();
    assert_eq!(
        config.lines.iter().map(|line| line.credentials.provider_name()).collect::<Vec<_>>(),
        [TWILIO, TELNYX, RESEND, SMTP]
    );
    assert_eq!(config.server.base_url.as_deref(), Some("https://inbox.example.com"));
    let (sources, _) = Sources::gather(&place.overrides, &place.around);
    let mut reader = Reader::new(&sources, Vec::new());
    Config::read(&mut reader, &sources, None);
    // What both kinds of line have in common is described once.
    let is_described = |key: &str| {
        sources.file.contains_key(key)
            || ["lines.backup.", "lines.mail.", "lines.post."]
                .iter()
                .any(|line| sources.file.contains_key(&key.replace(line, "lines.main.")))
    };
    let missing: Vec<&str> = reader.asked().filter(|key| !is_described(key)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn each_source_wins_over_the_one_behind_it() {
    let place = Place::new().file("trunkline.toml", "[log]\nlevel = 'error'");
    assert_eq!(place.load().log.level, "error");
    let place = place.file(".env", "LOG_LEVEL=warn\n");
    assert_eq!(place.load().log.level, "warn");
    let place = place.var("LOG_LEVEL", "info");
    assert_eq!(place.load().log.level, "info");
    let place = place.var("TRUNKLINE_LOG_LEVEL", "debug");
    assert_eq!(place.load().log.level, "debug");
    let place = place.argument("log.level", "trace");
    assert_eq!(place.load().log.level, "trace");
}

#[test]
fn the_file_can_be_named_and_then_has_to_be_there() {
    let place = Place::new().file("other.toml", "[node]\nname = 'n7'").var("TRUNKLINE_CONFIG", "other.toml");
    assert_eq!(place.load().node.name, "n7");
    let mut place = Place::new();
    place.overrides.file = Some("absent.toml".into());
    assert_eq!(place.problem().key, "absent.toml");
}

#[test]
fn lists_are_arrays_in_the_file_and_have_commas_elsewhere() {
    let place =
        Place::new().file("trunkline.toml", "[delivery]\nlook_ups_s = [1, 0.5]\n[node]\nroles = ['work']");
    let config = place.load();
    assert_eq!(config.delivery.look_ups, [Duration::from_secs(1), Duration::from_millis(500)]);
    assert!(!config.node.web && config.node.work);
    let config = Place::new().var("TRUNKLINE_SERVER_TRUSTED_PROXIES", "10.0.0.0/8, ::1").load();
    assert!(config.server.trusted_proxies.trusts("10.2.3.4".parse().unwrap()));
    assert!(config.server.trusted_proxies.trusts("::1".parse().unwrap()));
}

/// Lines may all have been made in the running program, which the configuration does not know; without any, it is
/// started to make one.
#[test]
fn without_lines_and_without_the_simulator_it_starts() {
    let config = Place::new().var("TRUNKLINE_SIMULATOR_ENABLED", "false").load();
    assert!(!config.simulates());
    assert!(config.lines.is_empty());
}

#[test]
fn the_variables_of_the_write_ups_work() {
    let config = twilio()
        .var("PORT", "8080")
        .var("APP_URL", "https://inbox.example.com/")
        .var("DATABASE_URL", "postgresql://u:p@db/x")
        .var("SMS_PROVIDER", "Twilio")
        .load();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(config.server.base_url.as_deref(), Some("https://inbox.example.com"));
    assert!(matches!(config.location(), Location::Postgres { connections: 16, .. }));
    assert!(!config.simulates());
    let line = &config.lines[0];
    assert_eq!(
        (line.slug.as_str(), line.address.as_str(), twilio_account(line).account_sid.as_str()),
        ("main", "+14155550100", SID)
    );
    assert_eq!((line.base_url.as_str(), line.observe_signatures()), ("https://api.twilio.com", false));
}

#[test]
fn telnyx_needs_no_more_than_its_variables() {
    for place in [telnyx(), telnyx().var("SMS_PROVIDER", "Telnyx")] {
        let profile = "4000eba1-a0c0-4563-9925-b25e842a7cb6";
        let config = place.var("TELNYX_MESSAGING_PROFILE_ID", profile).load();
        let line = &config.lines[0];
        assert_eq!((line.slug.as_str(), line.address.as_str()), ("main", "+14155550101"));
        assert_eq!(line.base_url, "https://api.telnyx.com");
        let account = telnyx_account(line);
        assert_eq!(account.public_key.expose(), PUBLIC_KEY);
        assert_eq!(
            (account.api_key.expose(), account.messaging_profile_id.as_deref()),
            ("KEY0123456789", Some(profile))
        );
    }
}

/// Many keep the other's variables for the day they change back.
#[test]
fn of_two_providers_variables_those_of_the_one_that_is_named_count() {
    let both = || {
        telnyx()
            .var("TWILIO_ACCOUNT_SID", SID)
            .var("TWILIO_AUTH_TOKEN", TOKEN)
            .var("TWILIO_PHONE_NUMBER", "+14155550100")
    };
    assert_eq!(both().load().lines[0].address, "+14155550100");
    assert_eq!(both().var("SMS_PROVIDER", "telnyx").load().lines[0].address, "+14155550101");
    let file = "[[lines]]\nslug = 'main'\nprovider = 'telnyx'";
    assert_eq!(both().file("trunkline.toml", file).load().lines[0].address, "+14155550101");
    let overruled = both().file("trunkline.toml", file).var("TRUNKLINE_LINES_MAIN_PROVIDER", "twilio").load();
    assert_eq!(overruled.lines[0].address, "+14155550100");
}

#[test]
fn what_telnyx_needs_is_asked_for_and_never_shown() {
    let keys: Vec<String> = Place::new()
        .var("SMS_PROVIDER", "telnyx")
        .var("TELNYX_FROM_NUMBER", "+14155550101")
        .problems()
        .into_iter()
        .map(|problem| problem.key)
        .collect();
    assert_eq!(keys, ["lines.main.api_key", "lines.main.public_key"]);
    let problem = telnyx().var("TELNYX_PUBLIC_KEY", "KEY-by-mistake").problem();
    assert!(problem.hint.contains("Public Key") && !problem.to_string().contains("mistake"), "{problem}");
    let problem = telnyx().var("TELNYX_MESSAGING_PROFILE_ID", "profile").problem();
    assert!(problem.to_string().contains("is not the id of a messaging profile"), "{problem}");
    let former = telnyx().var("TRUNKLINE_LINES_MAIN_PUBLIC_KEY_PREVIOUS", PUBLIC_KEY).load();
    assert!(telnyx_account(&former.lines[0]).public_key_previous.is_some());
}

#[test]
fn lines_come_from_the_file_and_from_variables_which_may_hold_the_secret_alone() {
    let file = format!("[[lines]]\nslug = 'front-desk'\naddress = '+14155550100'\naccount_sid = '{SID}'");
    let config = Place::new()
        .file("trunkline.toml", &file)
        .var("TRUNKLINE_LINES_FRONT_DESK_AUTH_TOKEN", TOKEN)
        .var("TRUNKLINE_LINES_FRONT_DESK_AUTH_TOKEN_PREVIOUS", "an-older-token")
        .var("TRUNKLINE_LINES_SALES_ADDRESS", "+14155550101")
        .var("TRUNKLINE_LINES_SALES_ACCOUNT_SID", SID)
        .var("TRUNKLINE_LINES_SALES_AUTH_TOKEN", TOKEN)
        .var("TRUNKLINE_LINES_SALES_SIGNATURE", "observe")
        .load();
    let slugs: Vec<&str> = config.lines.iter().map(|line| line.slug.as_str()).collect();
    assert_eq!(slugs, ["front-desk", "sales"]);
    assert_eq!(twilio_account(&config.lines[0]).auth_token_previous, Some(Secret::new("an-older-token")));
    assert!(config.lines[1].observe_signatures());
}

#[test]
fn a_messaging_service_is_named_by_its_sid() {
    let sid = "MGaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let with = |sid: &str| twilio().var("TRUNKLINE_LINES_MAIN_MESSAGING_SERVICE_SID", sid);
    assert_eq!(twilio_account(&twilio().load().lines[0]).messaging_service_sid, None);
    let config = with(sid).load();
    assert_eq!(twilio_account(&config.lines[0]).messaging_service_sid.as_deref(), Some(sid));
    for wrong in [SID, "MG1", "messaging"] {
        let problem = with(wrong).problem();
        assert!(problem.key.starts_with("lines.main.messaging_service_sid"), "{problem}");
        assert!(problem.hint.contains("MG and 32 digits"), "{problem}");
    }
}

#[test]
fn a_half_configured_line_is_told_with_every_way_to_complete_it() {
    let problems = Place::new().var("TWILIO_ACCOUNT_SID", SID).problems();
    let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["lines.main.address", "lines.main.auth_token"]);
    for name in ["TRUNKLINE_LINES_MAIN_ADDRESS", "TWILIO_PHONE_NUMBER", "TWILIO_FROM_NUMBER"] {
        assert!(problems[0].hint.contains(name), "{}", problems[0]);
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let file = "[server]\nlisten = 'nowhere'\nbase_url = 'https://x.example/path'\nlisten_on = 1\n[log]\nformat = 'xml'";
    let place = Place::new()
        .file("trunkline.toml", file)
        .file(".env", "TRUNKLINE_LOG_LEVL=debug\n")
        .var("DATABASE_URL", "mysql://root:hunter2@db/x")
        .var("SMS_PROVIDER", "messagebird")
        .var("TRUNKLINE_DATABASE_CONNECTIONS", "many");
    let text = place.try_load().unwrap_err().to_string();
    for part in [
        "server.listen (in trunkline.toml) = \"nowhere\"",
        "server.base_url (in trunkline.toml)",
        "server.listen_on (in trunkline.toml): there is no such setting",
        "log.format (in trunkline.toml) = \"xml\": is not known here",
        "TRUNKLINE_LOG_LEVL: there is no such setting\n    Did you mean TRUNKLINE_LOG_LEVEL?",
        "database.url (from DATABASE_URL) = (hidden)",
        "lines.main.provider (from SMS_PROVIDER) = \"messagebird\"",
        "database.connections (from TRUNKLINE_DATABASE_CONNECTIONS) = \"many\"",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(text.starts_with("The configuration has 8 problems:"), "{text}");
}

#[test]
fn values_that_cannot_work_are_refused() {
    for (name, value) in [
        ("TRUNKLINE_SERVER_BASE_URL", "inbox.example.com"),
        ("TRUNKLINE_SERVER_BASE_URL", "ftp://inbox.example.com"),
        ("TRUNKLINE_SERVER_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("TRUNKLINE_SERVER_BODY_MAX_BYTES", "12"),
        ("TRUNKLINE_DATABASE_CONNECTIONS", "1"),
        ("TRUNKLINE_NODE_ROLES", "web,cook"),
        ("TRUNKLINE_NODE_NAME", "a b"),
        ("TRUNKLINE_LOG_LEVEL", "loud"),
        ("TRUNKLINE_INSTALLATION_DEFAULT_COUNTRY", "USA"),
        ("TRUNKLINE_SIMULATOR_ENABLED", "perhaps"),
        ("TRUNKLINE_LIMITS_AUTH_PER_MINUTE", "0"),
        ("TRUNKLINE_DELIVERY_BACKOFF_S", "-1"),
        ("TRUNKLINE_DELIVERY_LOOK_UPS_S", "2,NaN"),
        ("PORT", "99999"),
    ] {
        let problem = Place::new().var(name, value).problem();
        assert!(problem.key.ends_with(&format!("(from {name})")), "{name}={value}: {problem}");
    }
}

#[test]
fn a_line_that_cannot_work_is_refused() {
    for (name, value) in [
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_AUTH_TOKEN", "with a space in it"),
        ("TRUNKLINE_LINES_MAIN_SIGNATURE", "ignore"),
        ("TRUNKLINE_LINES_MAIN_CHANNEL", "fax"),
        ("TRUNKLINE_LINES_MAIN_BASE_URL", "https://user:pass@api.example.com"),
    ] {
        let problem = twilio().var(name, value).problem();
        assert!(problem.key.ends_with(&format!("(from {name})")), "{name}={value}: {problem}");
    }
    let problem = twilio().var("TWILIO_PHONE_NUMBER", "+1 (415) 555-0100").problem();
    assert_eq!(problem.hint, "Write it as +14155550100.");
}

#[test]
fn lines_must_differ() {
    let line = format!(
        "[[lines]]\nslug = 'a'\naddress = '+14155550100'\naccount_sid = '{SID}'\nauth_token = '{TOKEN}'\n"
    );
    let twice = Place::new().file("trunkline.toml", &line.repeat(2)).problem();
    assert_eq!(twice.key, "lines, number 2 (in trunkline.toml)");
    let same_number = line.clone() + &line.replace("'a'", "'b'");
    let problem = Place::new().file("trunkline.toml", &same_number).problem();
    assert_eq!(problem.message, "has the same channel and address as the line \"a\"");
    let slug = Place::new().file("trunkline.toml", &line.replace("'a'", "'Front Desk'")).problem();
    assert!(slug.message.contains("short name"), "{slug}");
}

#[test]
fn a_section_of_the_wrong_shape_is_told() {
    let problem = Place::new().file("trunkline.toml", "[lines]\nslug = 'main'").problem();
    assert!(problem.hint.contains("[[lines]]"));
    let problem = Place::new().file("trunkline.toml", "[[lines]]\nname = 'x'").problem();
    assert!(problem.message.contains("no slug"));
    let problem = Place::new().file("trunkline.toml", "[server]\nlisten = ['127.0.0.1:1']").problem();
    assert!(problem.message.contains("list"));
    let problem = Place::new().file("trunkline.toml", "[log.level]\ntrunkline = 'debug'").problem();
    assert_eq!(problem.message, "there is no such setting");
}

#[test]
fn settings_are_held_against_each_other() {
    let problem = Place::new().var("TRUNKLINE_SIMULATOR_LISTEN", "127.0.0.1:4470").problem();
    assert!(problem.message.contains("server.listen"));
}

#[test]
fn personas_are_off_until_switched_on_and_then_have_to_be_complete() {
    let place = Place::new().var("OPENROUTER_API_KEY", TOKEN);
    assert!(!place.load().personas.enabled);

    let place = Place::new().var("TRUNKLINE_PERSONAS_ENABLED", "yes");
    let place =
        place.var("TRUNKLINE_PERSONAS_FOLDER", "/nowhere").var("TRUNKLINE_PERSONAS_MONEY_PER_DAY", "5");
    let problems = place.problems();
    let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
    let expected = ["personas.model", "personas.api_key", "personas.folder", "personas.money_per_day"];
    assert_eq!(keys, expected);

    let folder = tempfile::tempdir().unwrap();
    let place = Place::new()
        .var("TRUNKLINE_PERSONAS_ENABLED", "yes")
        .var("TRUNKLINE_PERSONAS_FOLDER", folder.path().to_str().unwrap())
        .var("OPENROUTER_API_KEY", TOKEN)
        .var("OPENROUTER_MODEL", "test/model");
    let personas = place.load().personas;
    assert_eq!(personas.model.as_deref(), Some("test/model"));
    assert_eq!(personas.endpoint, "https://openrouter.ai/api/v1");
    assert_eq!(personas.api_key.map(|key| key.expose().to_owned()).as_deref(), Some(TOKEN));
}

#[test]
fn no_secret_is_printed_whatever_is_wrong() {
    let file = format!("[database]\nurl = '{TOKEN}");
    let place = twilio().file("trunkline.toml", &file).file(".env", &format!("X={TOKEN} 'y\n"));
    let text = place.try_load().unwrap_err().to_string();
    assert!(text.contains("trunkline.toml, line 2"), "{text}");
    assert!(text.contains(".env: cannot be understood at: X"), "{text}");
    assert!(!text.contains(TOKEN), "{text}");
    let text =
        Place::new().var("TRUNKLINE_DATABASE_ULR", TOKEN).var("DATABASE_URL", "hunter2 hunter2").try_load();
    let text = text.unwrap_err().to_string();
    assert!(!text.contains(TOKEN) && !text.contains("hunter2"), "{text}");
}

#[test]
fn debug_prints_no_secret() {
    let place = twilio()
        .var("DATABASE_URL", "postgres://trunkline:hunter2@db/x")
        .var("CRON_SECRET", "hunter2-hunter2-hunter2")
        .var("TRUNKLINE_LINES_MAIN_AUTH_TOKEN_PREVIOUS", "hunter2-hunter2");
    let text = format!("{:?}", place.load());
    assert!(!text.contains("hunter2") && !text.contains(TOKEN), "{text}");
}

#[test]
fn variables_of_others_with_our_prefix_do_no_harm() {
    Place::new()
        .var("TRUNKLINE_TEST_POSTGRES", "postgres://localhost")
        .var("TRUNKLINE_SERVICE_HOST", "10.0.0.1")
        .var("TRUNKLINE_PORT", "tcp://10.0.0.1:4470")
        .var("TRUNKLINE_PORT_4470_TCP_ADDR", "10.0.0.1")
        .var("TWILIO_PHONE_NUMBER", "")
        .load();
    assert_eq!(Place::new().var("TRUNKLINE_PORT", "8080").problem().key, "TRUNKLINE_PORT");
}

#[test]
fn the_machine_names_the_node_unless_its_name_is_unusable() {
    let mut place = Place::new();
    place.around.host_name = Some("inbox-1.example".to_owned());
    assert_eq!(place.load().node.name, "inbox-1.example");
    place.around.host_name = Some("Bob's laptop".to_owned());
    assert_eq!(place.load().node.name, "node");
}
