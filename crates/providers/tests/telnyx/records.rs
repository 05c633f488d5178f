//! Detail records, page by page.

use serde_json::{Value, json};
use trunkline_domain::time::Timestamp;
use trunkline_providers::{ListQuery, Provider};

use super::carrier::{Carrier, Reply, record};

fn page(uuids: &[&str], pages: u32) -> Reply {
    let records: Vec<Value> = uuids.iter().map(|uuid| record(uuid)).collect();
    Reply::Json(200, json!({"data": records, "meta": {"page_number": 1, "total_pages": pages}}))
}

fn query(limit: usize) -> ListQuery {
    let since = Some(Timestamp::from_micros(1_793_880_000_900_000));
    ListQuery { to: Some("+14155550142".into()), from: Some("+14155550100".into()), since, limit }
}

/// A record that came in between moves the others on by one.
#[tokio::test]
async fn pages_are_followed_and_what_comes_twice_is_taken_once() {
    let carrier = Carrier::start([page(&["c", "b"], 2), page(&["b", "a"], 2)]).await;
    let found = carrier.telnyx().list(&query(10)).await.unwrap();
    let ids: Vec<_> = found.iter().map(|record| record.provider_id.as_str()).collect();
    assert_eq!(ids, ["c", "b", "a"]);
    assert!(found.iter().all(|record| record.body.is_none()));

    let seen = &carrier.seen()[1];
    assert_eq!(seen.path, "/v2/detail_records");
    let asked: Vec<_> = seen.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("filter[record_type]", "messaging"),
        ("filter[cld]", "+14155550142"),
        ("filter[cli]", "+14155550100"),
        ("filter[created_at][gte]", "2026-11-05T12:00:00Z"),
        ("sort", "-created_at"),
        ("page[number]", "2"),
        ("page[size]", "50"),
    ];
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn no_more_is_asked_for_than_is_wanted() {
    let carrier = Carrier::start([page(&["c", "b"], 9)]).await;
    assert_eq!(carrier.telnyx().list(&query(1)).await.unwrap().len(), 1);
    assert_eq!(carrier.seen().len(), 1);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_whole_is_no_list() {
    let broken = json!({"data": [record("a"), {"cld": "+1"}], "meta": {"total_pages": 1}});
    for reply in [Reply::Json(200, broken), Reply::Raw(200, "{}"), Reply::Raw(500, ""), Reply::Hang] {
        let carrier = Carrier::start([reply]).await;
        assert!(carrier.telnyx().list(&query(10)).await.unwrap_err().class.is_retryable());
    }
}

/// Absence of a record proves nothing, and nobody may take it for proof.
#[tokio::test]
async fn the_client_does_not_claim_to_list_everything() {
    assert!(!Carrier::start([]).await.telnyx().lists_everything());
}
