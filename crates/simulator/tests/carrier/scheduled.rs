//! Messages that the carrier keeps until their time.

use std::time::Duration;

use serde_json::{Value, json};
use trunkline_simulator::{CreateFault, Status};

use crate::rig::{ANA, POOL, Rig, SERVICE, soon};

/// A quarter of an hour after the rig's clock begins to stand still.
const SEND_AT: &str = "2026-11-03T12:15:00Z";
const UNTIL_THEN: Duration = Duration::from_secs(900);

async fn scheduled(rig: &Rig) -> String {
    let message = rig.create(&form()).await;
    assert_eq!(message["status"], "scheduled");
    message["sid"].as_str().unwrap().to_owned()
}

fn form() -> [(&'static str, &'static str); 6] {
    [
        ("To", ANA),
        ("From", POOL),
        ("MessagingServiceSid", SERVICE),
        ("Body", "later"),
        ("ScheduleType", "fixed"),
        ("SendAt", SEND_AT),
    ]
}

async fn cancel(rig: &Rig, sid: &str) -> (u16, Value) {
    let (status, answer) = rig.post(&format!("/Messages/{sid}.json"), &[("Status", "canceled")]).await;
    (status.as_u16(), answer)
}

#[tokio::test]
async fn it_leaves_when_the_clock_shows_its_time_and_not_before() {
    let rig = Rig::new().await;
    let sid = scheduled(&rig).await;
    let item = rig.simulator.ledger_item(&sid).unwrap();
    assert_eq!((item.service.as_deref(), item.from.as_deref()), (Some(SERVICE), Some(POOL)));
    assert_eq!(item.send_at.map(|at| at.to_string()), Some(SEND_AT.replace('Z', ".000000Z")));
    rig.clock.advance(UNTIL_THEN - Duration::from_micros(1));
    rig.simulator.clock_moved();
    // Another message goes its whole way meanwhile.
    let other = rig.send(ANA, "now").await;
    rig.status(&other, Status::Delivered).await;
    assert_eq!(rig.simulator.ledger_item(&sid).unwrap().status, Status::Scheduled);
    rig.clock.advance(Duration::from_micros(1));
    rig.simulator.clock_moved();
    rig.status(&sid, Status::Delivered).await;
    assert_eq!(cancel(&rig, &sid).await.1["code"], 30_409);
}

#[tokio::test]
async fn a_canceled_one_never_leaves() {
    let rig = Rig::new().await;
    let sid = scheduled(&rig).await;
    assert_eq!(cancel(&rig, &sid).await.1["status"], "canceled");
    rig.clock.advance(2 * UNTIL_THEN);
    rig.simulator.clock_moved();
    let other = rig.send(ANA, "now").await;
    rig.status(&other, Status::Delivered).await;
    assert_eq!(rig.simulator.ledger_item(&sid).unwrap().status, Status::Canceled);
}

/// The client learns nothing, and the message is canceled all the same, or not at all.
#[tokio::test]
async fn a_cancel_meets_faults_of_its_own() {
    let rig = Rig::new().await;
    for (fault, canceled) in [
        (CreateFault::Throttle, false),
        (CreateFault::ErrorBefore, false),
        (CreateFault::ErrorAfter, true),
        (CreateFault::GarbledAnswer, true),
        (CreateFault::DropAnswer, true),
    ] {
        rig.simulator.next_cancel_faults([fault]).unwrap();
        let sid = scheduled(&rig).await;
        let request = rig.posting(&format!("/Messages/{sid}.json"), &[("Status", "canceled")]);
        let told = match soon(request.send()).await {
            Ok(response) => response.json::<Value>().await.ok(),
            Err(_) => None,
        };
        assert_ne!(told.unwrap_or_default()["status"], "canceled", "{fault:?}");
        let status = rig.simulator.ledger_item(&sid).unwrap().status;
        assert_eq!(status == Status::Canceled, canceled, "{fault:?}");
    }
}

#[tokio::test]
async fn the_control_api_plans_faults_of_cancels() {
    let rig = Rig::new().await;
    let sid = scheduled(&rig).await;
    let planned = json!({ "cancel_faults": ["error_after"] });
    assert_eq!(rig.control(reqwest::Method::POST, "/faults/next", planned).await.0, 204);
    assert_eq!(cancel(&rig, &sid).await.0, 500);
    assert_eq!(cancel(&rig, &sid).await.1["code"], 30_409);
}
