//! D1 against a simulated account over HTTP.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use tokio::net::TcpListener;
use trunkline_domain::channel::Channel;
use trunkline_domain::rate::Limits;
use trunkline_domain::time::Timestamp;
use trunkline_providers::{Secret, transport};
use trunkline_simulator::{BusinessNumber, Config, MessagingService, Simulator};

use super::*;
use crate::config::{Credentials, Signature};
use crate::lines::{self, Wire};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "fedcba9876543210fedcba9876543210";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
const NUMBER: &str = "+14155550142";
const OLD: &str = "https://old.example.com/sms";
const BASE: &str = "https://inbox.example.com";
const BIN: &str = "https://handler.example.com/bins/EH1";

/// An account whose number and service call somebody else.
async fn account() -> LineConfig {
    let number = |number: &str| BusinessNumber {
        number: number.into(),
        name: "Front desk".into(),
        sms_url: Some(OLD.into()),
        sms_fallback_url: None,
    };
    let service =
        MessagingService { sid: SERVICE.into(), numbers: vec![NUMBER.into()], ..MessagingService::default() };
    let config = Config {
        // The filter of the list takes parts of numbers, so this one is found as well.
        numbers: vec![number("+141555501420"), number(NUMBER)],
        services: vec![service],
        ..Config::account(ACCOUNT, TOKEN)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let simulator = Simulator::new(config, crate::clock::system()).unwrap();
    tokio::spawn(async move { simulator.serve(listener, std::future::pending()).await.unwrap() });
    LineConfig {
        slug: "main".into(),
        name: "Main".into(),
        channel: Channel::Sms,
        address: NUMBER.into(),
        credentials: Credentials::Twilio(TwilioAccount {
            account_sid: ACCOUNT.into(),
            messaging_service_sid: Some(SERVICE.into()),
            auth_token: Secret::new(TOKEN.to_owned()),
            auth_token_previous: None,
        }),
        base_url,
        signature: Signature::Enforce,
        limits: Limits::default(),
        failover: Vec::new(),
    }
}

fn wire() -> Wire {
    Wire { http: transport::http_client().unwrap(), timeout: Duration::from_secs(5) }
}

fn client(line: &LineConfig) -> Twilio {
    lines::twilio(of(line), &line.base_url, &wire())
}

fn account_of(line: &LineConfig) -> Account {
    Account::of(line, &wire())
}

fn of(line: &LineConfig) -> &TwilioAccount {
    let Credentials::Twilio(account) = &line.credentials else { panic!("another provider's") };
    account
}

/// The line with other credentials.
fn with(line: &LineConfig, change: impl Fn(&mut TwilioAccount)) -> LineConfig {
    let mut account = of(line).clone();
    change(&mut account);
    LineConfig { credentials: Credentials::Twilio(account), ..line.clone() }
}

fn wanted(line: &LineConfig) -> Wanted<'_> {
    Wanted { line, base_url: BASE, fallback_url: Some(BIN) }
}

fn told(changes: &[Change]) -> Vec<(&str, &str, &str)> {
    changes
        .iter()
        .map(|change| (change.parameter.as_str(), change.before.as_str(), change.after.as_str()))
        .collect()
}

#[tokio::test]
async fn what_would_change_is_told_and_nothing_changes_until_it_is_applied() {
    let line = account().await;
    let changes = differences(&account_of(&line), &wanted(&line)).await.unwrap();
    let messages =
        "https://inbox.example.com/webhooks/twilio/main/messages#rc=2&rp=5xx,ct,rt&ct=2000&rt=4500";
    let status = "https://inbox.example.com/webhooks/twilio/main/status#rc=2&rp=5xx,ct,rt&ct=2000&rt=4500";
    let expected = [
        ("SmsUrl", OLD, messages),
        ("SmsFallbackUrl", "", BIN),
        ("UseInboundWebhookOnNumber", "false", "true"),
        ("StatusCallback", "", status),
    ];
    assert_eq!(told(&changes), expected);
    assert_eq!(
        differences(&account_of(&line), &wanted(&line)).await.unwrap(),
        changes,
        "asking changed something"
    );

    assert_eq!(apply(&account_of(&line), &changes).await.unwrap(), []);
    assert_eq!(differences(&account_of(&line), &wanted(&line)).await.unwrap(), [], "it can be run again");
    let without_fallback = Wanted { fallback_url: None, ..wanted(&line) };
    assert_eq!(
        differences(&account_of(&line), &without_fallback).await.unwrap(),
        [],
        "what is set as fallback stays"
    );
}

#[tokio::test]
async fn undoing_brings_back_what_was_set_before_and_leaves_what_somebody_changed_since() {
    let line = account().await;
    let twilio = client(&line);
    let done = differences(&account_of(&line), &wanted(&line)).await.unwrap();
    apply(&account_of(&line), &done).await.unwrap();
    let number = twilio.number(NUMBER).await.unwrap().unwrap();
    let theirs = [("SmsFallbackUrl".to_owned(), "https://other.example.com".to_owned())];
    twilio.set_up(PlaceKind::Number, &number.sid, &theirs).await.unwrap().unwrap();

    let (back, left) = undo(&account_of(&line), &done).await.unwrap();
    assert_eq!(left.iter().map(|change| &*change.parameter).collect::<Vec<_>>(), ["SmsFallbackUrl"]);
    assert_eq!(apply(&account_of(&line), &back).await.unwrap(), []);
    let number = twilio.number(NUMBER).await.unwrap().unwrap();
    assert_eq!(
        (value(&number, "SmsUrl"), value(&number, "SmsFallbackUrl")),
        (OLD, "https://other.example.com")
    );
    let service = twilio.place(PlaceKind::Service, SERVICE).await.unwrap().unwrap();
    assert_eq!(
        (value(&service, "UseInboundWebhookOnNumber"), value(&service, "StatusCallback")),
        ("false", "")
    );
    assert_eq!(undo(&account_of(&line), &done).await.unwrap().0, [], "it can be run again");
}

#[tokio::test]
async fn a_number_a_service_or_a_token_that_the_account_does_not_have_is_named() {
    let line = account().await;
    let refused = async |line: LineConfig| {
        differences(&account_of(&line), &wanted(&line)).await.unwrap_err().to_string()
    };
    let other_number = LineConfig { address: "+14155550199".into(), ..line.clone() };
    assert_eq!(
        refused(other_number).await,
        format!("line main: the account {ACCOUNT} has no number +14155550199")
    );
    let other_service = with(&line, |account| account.messaging_service_sid = Some("MG00".into()));
    assert_eq!(
        refused(other_service).await,
        format!("line main: the account {ACCOUNT} has no messaging service MG00")
    );
    let wrong = with(&line, |account| account.auth_token = Secret::new("0".repeat(32)));
    assert_eq!(refused(wrong).await, "line main: Authenticate");
}

#[test]
fn what_was_changed_is_kept_for_its_owner_until_it_was_undone() {
    let data = tempfile::tempdir().unwrap();
    let change = |after: &str| Change {
        line: "main".into(),
        sid: "PN1".into(),
        name: "Front desk".into(),
        parameter: "SmsUrl".into(),
        before: String::new(),
        after: after.into(),
    };
    assert!(Record::newest(data.path()).unwrap().is_none());
    Record::write(data.path(), Timestamp::from_secs(9), &[change("first")]).unwrap();
    Record::write(data.path(), Timestamp::from_secs(10), &[change("second")]).unwrap();
    let newest = Record::newest(data.path()).unwrap().unwrap();
    assert_eq!(newest.changes, [change("second")]);
    let file = data.path().join("provisioned/10000000.json");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    newest.set_undone().unwrap();
    assert_eq!(Record::newest(data.path()).unwrap().unwrap().changes, [change("first")]);
    std::fs::write(data.path().join("provisioned/11.json"), "{").unwrap();
    assert!(Record::newest(data.path()).unwrap().unwrap().changes == [change("first")], "11 is older");
    std::fs::write(data.path().join("provisioned/99000000.json"), "{").unwrap();
    assert!(Record::newest(data.path()).unwrap_err().to_string().contains("99000000.json"));
}

/// Telnyx tells everything at one address of the profile, which the number names if the line does not.
#[tokio::test]
async fn telnyx_profiles_are_set_and_brought_back_like_numbers() {
    let mut telnyx = trunkline_simulator::TelnyxAccount::demo(NUMBER, Some(OLD.into()));
    telnyx.webhook_failover_url = None;
    let (api_key, public_key) = (telnyx.api_key.clone(), telnyx.public_key());
    let number =
        BusinessNumber { number: NUMBER.into(), name: "Front desk".into(), ..BusinessNumber::default() };
    let config = Config { numbers: vec![number], telnyx: Some(telnyx), ..Config::account(ACCOUNT, TOKEN) };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let simulator = Simulator::new(config, crate::clock::system()).unwrap();
    tokio::spawn(async move { simulator.serve(listener, std::future::pending()).await.unwrap() });
    let credentials = |api_key: &str| {
        Credentials::Telnyx(TelnyxAccount {
            api_key: Secret::new(api_key),
            public_key: Secret::new(public_key.clone()),
            public_key_previous: None,
            messaging_profile_id: None,
        })
    };
    let line = LineConfig { credentials: credentials(&api_key), base_url, ..account().await };

    let changes = differences(&account_of(&line), &wanted(&line)).await.unwrap();
    let ours = "https://inbox.example.com/webhooks/telnyx/main";
    assert_eq!(told(&changes), [("webhook_url", OLD, ours), ("webhook_failover_url", "", BIN)]);
    assert_eq!(apply(&account_of(&line), &changes).await.unwrap(), []);
    assert_eq!(differences(&account_of(&line), &wanted(&line)).await.unwrap(), [], "it can be run again");
    let (back, left) = undo(&account_of(&line), &changes).await.unwrap();
    assert_eq!((back.len(), left.len()), (2, 0));
    assert_eq!(apply(&account_of(&line), &back).await.unwrap(), []);
    assert_eq!(differences(&account_of(&line), &wanted(&line)).await.unwrap(), changes);

    let wrong = LineConfig { credentials: credentials("KEY0000000000"), ..line };
    let error = differences(&account_of(&wrong), &wanted(&wrong)).await.unwrap_err().to_string();
    assert!(error.starts_with("line main: "), "{error}");
}
