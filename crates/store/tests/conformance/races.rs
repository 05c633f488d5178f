//! The three ways in which code here may check before it writes, each with everybody at once.

use tokio::task::JoinSet;
use trunkline_store::{Result, Store, StoreError, Tx, sql};

use crate::database::Database;
use crate::things::{self, add, count};

on_both!(
    one_of_many_wins_a_unique_index,
    one_of_many_wins_an_update_that_repeats_the_check,
    a_lock_makes_check_and_write_one_step,
);

const EVERYBODY: i64 = 24;

/// Runs `work` for everybody at once, and gives all answers.
async fn at_once<T: Send + 'static>(
    store: &Store,
    work: impl Fn(&mut Tx<'_>, i64) -> Result<T> + Clone + Send + 'static,
) -> Vec<Result<T>> {
    let mut everybody = JoinSet::new();
    for number in 0..EVERYBODY {
        let (store, work) = (store.clone(), work.clone());
        everybody.spawn(async move { store.write(move |tx| work(tx, number)).await });
    }
    everybody.join_all().await
}

async fn one_of_many_wins_a_unique_index(database: Database) {
    let store = database.store().await;
    for round in 0..10 {
        let inserted = at_once(&store, move |tx, number| {
            tx.execute(
                sql!("insert into things (id, name, size) values ($1, $2, $3) on conflict (name) do nothing"),
                &[(round * EVERYBODY + number).into(), format!("round {round}").into(), number.into()],
            )
        })
        .await;
        let winners: u64 = inserted.into_iter().map(Result::unwrap).sum();
        assert_eq!(winners, 1);
    }
    assert_eq!(things::all(&store).await.len(), 10);
}

async fn one_of_many_wins_an_update_that_repeats_the_check(database: Database) {
    let store = database.store().await;
    for round in 0..10 {
        store.write(move |tx| add(tx, round)).await.unwrap();
        let claims = at_once(&store, move |tx, number| {
            tx.execute_exactly(
                1,
                sql!("update things set size = $2 where id = $1 and size = 0"),
                &[round.into(), (number + 1).into()],
            )
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = claims.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|claim| matches!(claim, Err(StoreError::RowCount { changed: 0, .. }))));
    }
}

async fn a_lock_makes_check_and_write_one_step(database: Database) {
    let store = database.store().await;
    let places = 5;
    let taken = at_once(&store, move |tx, number| {
        tx.lock("places")?;
        if count(tx)? < places { add(tx, number).map(|()| true) } else { Ok(false) }
    })
    .await;
    let taken = taken.into_iter().filter(|place| *place.as_ref().unwrap()).count();
    assert_eq!(taken as i64, places);
    assert_eq!(things::all(&store).await.len() as i64, places);
}
