//! What a create request is refused for.

use trunkline_simulator::Status;

use crate::rig::{ANA, POOL, Rig, SERVICE, SHOP};

#[tokio::test]
async fn each_flaw_has_its_code() {
    let rig = Rig::new().await;
    let long = "x".repeat(1_601);
    let url = "https://example.com/a.png";
    let too_many = vec![("MediaUrl", url); 11];
    let cases: Vec<(i64, Vec<(&str, &str)>)> = vec![
        (21_604, vec![("From", SHOP), ("Body", "Hi")]),
        (21_211, vec![("To", "12125550163"), ("From", SHOP), ("Body", "Hi")]),
        (21_211, vec![("To", SHOP), ("From", SHOP), ("Body", "Hi")]),
        (21_603, vec![("To", ANA), ("Body", "Hi")]),
        (21_606, vec![("To", ANA), ("From", "+14155550199"), ("Body", "Hi")]),
        (21_602, vec![("To", ANA), ("From", SHOP)]),
        (21_617, vec![("To", ANA), ("From", SHOP), ("Body", &long)]),
        (21_620, vec![("To", ANA), ("From", SHOP), ("MediaUrl", "ftp://example.com/a")]),
        (21_623, [vec![("To", ANA), ("From", SHOP)], too_many].concat()),
        (21_609, with(&[("StatusCallback", "not a url")])),
        (21_609, with(&[("StatusCallback", "https://my_host.example.com/")])),
        (21_624, with(&[("ValidityPeriod", "0")])),
        (21_624, with(&[("ValidityPeriod", "36001")])),
        (21_654, with(&[("ContentVariables", "{}")])),
        (21_656, with(&[("ContentSid", "HX1"), ("ContentVariables", "name=Ana")])),
        (21_655, with(&[("ContentSid", "HX1"), ("ContentVariables", "{\"1\":\"Ana\"}")])),
        (21_701, vec![("To", ANA), ("MessagingServiceSid", "MG1"), ("Body", "Hi")]),
        (21_712, with(&[("MessagingServiceSid", SERVICE)])),
        (63_007, vec![("To", "whatsapp:+12125550163"), ("From", "whatsapp:+14155550142"), ("Body", "Hi")]),
        (21_910, vec![("To", "whatsapp:+12125550163"), ("From", SHOP), ("Body", "Hi")]),
    ];
    for (code, form) in cases {
        assert_eq!(rig.refused(&form).await, code, "{form:?}");
    }
    assert!(rig.simulator.ledger(0, 10).is_empty(), "nothing refused is accepted");
}

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("To", ANA), ("From", SHOP), ("Body", "Hi")], more].concat()
}

#[tokio::test]
async fn the_magic_numbers_of_the_test_credentials_fail_and_work() {
    let rig = Rig::new().await;
    for (to, code) in [
        ("+15005550001", 21_211),
        ("+15005550002", 21_612),
        ("+15005550003", 21_408),
        ("+15005550004", 21_610),
        ("+15005550009", 21_614),
    ] {
        assert_eq!(rig.refused(&[("To", to), ("From", SHOP), ("Body", "Hi")]).await, code);
    }
    for (from, code) in [("+15005550001", 21_212), ("+15005550007", 21_606), ("+15005550008", 21_611)] {
        assert_eq!(rig.refused(&[("To", ANA), ("From", from), ("Body", "Hi")]).await, code);
    }
    rig.create(&[("To", ANA), ("From", "+15005550006"), ("Body", "Hi")]).await;
}

#[tokio::test]
async fn the_longest_text_and_the_most_media_are_taken() {
    let rig = Rig::new().await;
    rig.send(ANA, &"é".repeat(1_600)).await;
    let media = vec![("MediaUrl", "https://example.com/a.png"); 10];
    let message = rig.create(&[vec![("To", ANA), ("From", SHOP)], media].concat()).await;
    assert_eq!(message["num_media"], "10");
}

fn scheduled<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("To", ANA), ("MessagingServiceSid", SERVICE), ("Body", "Hi")], more].concat()
}

#[tokio::test]
async fn scheduling_needs_a_service_a_type_and_a_time_in_the_window() {
    let rig = Rig::new().await;
    let at = |time| scheduled(&[("ScheduleType", "fixed"), ("SendAt", time)]);
    assert_eq!(rig.refused(&scheduled(&[("SendAt", "2026-11-04T12:00:00Z")])).await, 35_126);
    assert_eq!(rig.refused(&scheduled(&[("ScheduleType", "fixed")])).await, 35_111);
    let lone = with(&[("ScheduleType", "fixed"), ("SendAt", "2026-11-04T12:00:00Z")]);
    assert_eq!(rig.refused(&lone).await, 35_118);
    assert_eq!(rig.refused(&at("tomorrow")).await, 35_114);
    assert_eq!(rig.refused(&at("2026-11-03T12:04:59Z")).await, 35_117);
    assert_eq!(rig.refused(&at("2026-12-08T12:00:01Z")).await, 35_117);
    assert_eq!(rig.refused(&at("2025-11-03T12:00:00Z")).await, 35_117);
    for time in ["2026-11-03T12:05:00Z", "2026-12-08T12:00:00Z"] {
        assert_eq!(rig.create(&at(time)).await["status"], "scheduled");
    }
}

#[tokio::test]
async fn an_account_holds_only_so_many_scheduled_messages() {
    let config = trunkline_simulator::Config { scheduled_max: 1, ..crate::rig::config() };
    let rig = Rig::with(config).await;
    let form = scheduled(&[("ScheduleType", "fixed"), ("SendAt", "2026-11-04T12:00:00Z")]);
    let first = rig.create(&form).await;
    assert_eq!(rig.refused(&form).await, 35_125);
    let path = format!("/Messages/{}.json", first["sid"].as_str().unwrap());
    rig.post(&path, &[("Status", "canceled")]).await;
    rig.create(&form).await;
}

#[tokio::test]
async fn smart_encoding_saves_segments() {
    let rig = Rig::new().await;
    let body = format!("It’s {}", "x".repeat(100));
    let plain = rig.create(&[("To", ANA), ("From", SHOP), ("Body", &body)]).await;
    assert_eq!(plain["num_segments"], "2");
    let form = [("To", ANA), ("From", SHOP), ("Body", &body), ("SmartEncoded", "true")];
    let smart = rig.create(&form).await;
    assert_eq!(smart["num_segments"], "1");
    assert!(smart["body"].as_str().unwrap().starts_with("It's"));
}

#[tokio::test]
async fn a_number_of_the_pool_may_be_named() {
    let rig = Rig::new().await;
    let form = [("To", ANA), ("From", POOL), ("MessagingServiceSid", SERVICE), ("Body", "Hi")];
    let message = rig.create(&form).await;
    assert_eq!((message["from"].as_str(), message["num_segments"].as_str()), (Some(POOL), Some("1")));
    rig.status(message["sid"].as_str().unwrap(), Status::Delivered).await;
}

#[tokio::test]
async fn a_message_that_waits_longer_than_it_is_valid_fails() {
    let timing = trunkline_simulator::Timing {
        sent_after: std::time::Duration::from_secs(60),
        final_after: std::time::Duration::from_secs(60),
    };
    let rig = Rig::with(trunkline_simulator::Config { timing, ..crate::rig::config() }).await;
    let message = rig.create(&with(&[("ValidityPeriod", "1")])).await;
    let item = rig.status(message["sid"].as_str().unwrap(), Status::Failed).await;
    assert_eq!(item.error_code, Some(30_036));
}
