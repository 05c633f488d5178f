//! A carrier that goes on where an earlier process stopped.

use std::sync::Arc;

use tempfile::TempDir;
use trunkline_domain::ambient::{Ambient, ManualClock, SeededEntropy};
use trunkline_domain::time::Timestamp;
use trunkline_simulator::{Config, Simulator, Status};

use crate::rig::{ANA, BEN, Hook, NOW, POOL, Rig, SERVICE, SHOP, config};

fn kept(folder: &TempDir) -> Config {
    Config { ledger_path: Some(folder.path().join("ledger.jsonl")), ..config() }
}

/// A carrier of which nobody runs the background work.
fn idle(folder: &TempDir) -> Simulator {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    Simulator::new(kept(folder), Ambient::new(clock, Arc::new(SeededEntropy::new(7)))).unwrap()
}

#[tokio::test]
async fn ledger_threads_phones_and_opt_outs_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig::with(kept(&folder)).await;
    let sid = rig.send(ANA, "Hi").await;
    rig.status(&sid, Status::Delivered).await;
    rig.simulator.text(ANA, SHOP, "STOP", &[]).unwrap();
    let phone = rig.simulator.add_phone("Zoë", None).unwrap();
    let quiet = |simulator: &Simulator| {
        simulator.ledger(0, 10).iter().all(|item| item.status.is_final()).then(|| simulator.ledger(0, 10))
    };
    let ledger = crate::rig::soon(rig.simulator.until(quiet)).await;
    let thread = rig.simulator.phone_messages(ANA);
    drop(rig);

    let rig = Rig::with(kept(&folder)).await;
    let again = rig.simulator.ledger(0, 10);
    assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&ledger).unwrap());
    assert_eq!(rig.simulator.phone_messages(ANA), thread);
    assert!(rig.simulator.state().phones.contains(&phone));
    assert_eq!(rig.refused(&[("To", ANA), ("From", SHOP), ("Body", "Hi")]).await, 21_610);
    assert_eq!(rig.get(&format!("/Messages/{sid}.json")).await.1["status"], "delivered");
    let next = rig.simulator.text(ANA, SHOP, "START", &[]).unwrap();
    assert!(ledger.iter().all(|item| item.sid != next.sid), "SIDs are not used again");
}

#[tokio::test]
async fn unfinished_work_is_taken_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::new().await;
    let text = idle(&folder).text(ANA, SHOP, "HELP", &[]).unwrap();

    let mut config = kept(&folder);
    config.numbers[0].sms_url = Some(hook.url("/sms"));
    let rig = Rig::with(config.clone()).await;
    assert_eq!(hook.next().await.param("MessageSid"), Some(text.sid.as_str()));
    let told = rig.ledger(&text.sid, |item| item.webhook.is_some()).await;
    let reply = rig.simulator.ledger(told.n, 1).remove(0);
    rig.status(&reply.sid, Status::Delivered).await;
    drop(rig);

    let rig = Rig::with(config).await;
    let fresh = rig.simulator.text(ANA, SHOP, "again", &[]).unwrap();
    assert_eq!(hook.next().await.param("MessageSid"), Some(fresh.sid.as_str()), "what was told stays told");
}

#[tokio::test]
async fn what_came_due_meanwhile_leaves_unless_its_receiver_opted_out() {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig::with(kept(&folder)).await;
    let mut sids = Vec::new();
    for to in [ANA, BEN] {
        let when = [("ScheduleType", "fixed"), ("SendAt", "2026-11-03T12:05:00Z")];
        let form = [("To", to), ("MessagingServiceSid", SERVICE), ("Body", "Reminder")];
        let message = rig.create(&[&form[..], &when].concat()).await;
        sids.push(message["sid"].as_str().unwrap().to_owned());
    }
    rig.simulator.text(BEN, POOL, "STOP", &[]).unwrap();
    drop(rig);

    let rig = Rig::start(kept(&folder), 7, NOW + 300).await;
    let sent = rig.status(&sids[0], Status::Delivered).await;
    assert_eq!(sent.from.as_deref(), Some(POOL));
    assert_eq!(rig.status(&sids[1], Status::Failed).await.error_code, Some(21_610));
}

#[tokio::test]
async fn a_reset_empties_the_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let simulator = idle(&folder);
    simulator.text(ANA, SHOP, "Hi", &[]).unwrap();
    simulator.reset().unwrap();
    drop(simulator);
    assert!(idle(&folder).ledger(0, 10).is_empty());
}
