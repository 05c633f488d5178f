//! Several nodes over one database.

use super::Office;
use crate::jobs::LEASE;
use crate::test_support::{TestSetup, on_postgres};

on_postgres![a_node_that_was_taken_for_dead_does_not_answer_again];

async fn a_node_that_was_taken_for_dead_does_not_answer_again(setup: TestSetup) {
    let office = Office::open(setup).await;
    let other = office.another_node("other").await;
    office.ana_texts("Hello?").await;
    office.begin_answer(1).await;
    // This one's heartbeat stays out for longer than a lease.
    office.clock.advance(LEASE * 2);
    other.app().worker.beat().await.unwrap();
    office.model.release();
    office.until_jobs_ended().await;
    other.run_due_jobs().await;
    assert_eq!(office.ana_got(), ["Happy to help!"]);
}
