//! Several nodes on one database: one lease per node, and claims that end with it.

use std::time::Duration;

use futures::join;
use trunkline_store::StoreError;

use super::{Workshop, subjects};
use crate::jobs::node::LEASE;
use crate::test_support::{TestSetup, on_both_engines, on_postgres};

on_both_engines![a_node_of_the_same_name_takes_over_at_once];

/// The process was killed and started again on its host.
async fn a_node_of_the_same_name_takes_over_at_once(setup: TestSetup) {
    let app = setup.start().await;
    let before = Workshop::new(&app);
    before.add_notes([1, 2], None).await;
    assert_eq!(before.claim().await.len(), 2);
    app.restart().await;
    let after = Workshop::new(&app);
    assert_eq!(after.worker.run_due().await, 2);
    // The one before, should it still be there, learns that it was taken over.
    assert!(matches!(before.worker.beat().await, Err(StoreError::RowCount { .. })));
}

mod several {
    use super::*;

    on_postgres![
        a_node_that_was_taken_over_claims_nothing,
        two_nodes_never_claim_the_same_job,
        a_dead_nodes_jobs_are_taken_over_when_its_lease_ends,
        a_living_nodes_jobs_are_left_alone,
    ];

    /// It was only asleep, and wakes up before it notices.
    async fn a_node_that_was_taken_over_claims_nothing(setup: TestSetup) {
        let app = setup.start().await;
        let before = Workshop::new(&app);
        app.restart().await;
        let after = Workshop::new(&app);
        after.add_notes([1], None).await;
        assert!(before.claim().await.is_empty());
        assert_eq!(after.worker.run_due().await, 1);
    }

    async fn two_nodes_never_claim_the_same_job(setup: TestSetup) {
        let app = setup.start().await;
        let (one, two) = (Workshop::new(&app), Workshop::new(&app.another_node("two").await));
        one.add_notes(0..500, None).await;
        let (mut claimed, mut shares) = (Vec::new(), [0, 0]);
        loop {
            let (first, second) = join!(one.claim(), two.claim());
            if first.is_empty() && second.is_empty() {
                break;
            }
            shares = [shares[0] + first.len(), shares[1] + second.len()];
            claimed.extend(subjects(&[first, second].concat()));
        }
        claimed.sort_unstable();
        assert_eq!(claimed, (0..500).collect::<Vec<_>>());
        assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
        app.leaves_jobs();
    }

    async fn a_dead_nodes_jobs_are_taken_over_when_its_lease_ends(setup: TestSetup) {
        let app = setup.start().await;
        let other = app.another_node("two").await;
        let (one, two) = (Workshop::new(&app), Workshop::new(&other));
        one.add_notes([1], None).await;
        assert_eq!(one.claim().await.len(), 1);
        app.kill();
        app.clock.advance(LEASE - Duration::from_secs(1));
        two.worker.beat().await.unwrap();
        assert_eq!(two.worker.run_due().await, 0, "it may still be there");
        app.clock.advance(Duration::from_secs(2));
        two.worker.beat().await.unwrap();
        assert_eq!(two.worker.run_due().await, 1);
        assert_eq!(two.ran(), [1]);
        assert!(one.worker.beat().await.is_err());
    }

    async fn a_living_nodes_jobs_are_left_alone(setup: TestSetup) {
        let app = setup.start().await;
        let (one, two) = (Workshop::new(&app), Workshop::new(&app.another_node("two").await));
        one.add_notes([1], None).await;
        let job = one.claim().await.remove(0);
        for _ in 0..10 {
            app.clock.advance(Duration::from_secs(10));
            one.worker.beat().await.unwrap();
            two.worker.beat().await.unwrap();
            assert_eq!(two.worker.run_due().await, 0);
        }
        one.run(job).await;
        assert_eq!(one.ran(), [1]);
    }
}
