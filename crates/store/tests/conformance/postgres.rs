//! What only a server can do: close connections, be set up in another way, lock two against each other.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;
use trunkline_store::{Location, Result, Store, StoreError, Tx, sql};

use crate::database::{CONNECTIONS, Database};
use crate::things::{self, Held, add, pause};

/// Ends every session of the database, as a restart of the server would.
const END_SESSIONS: &str = "select pg_terminate_backend(pid) from pg_stat_activity \
                            where datname = current_database() and pid <> pg_backend_pid()";

/// Uses every connection of the store once.
async fn use_all(store: &Store) -> Vec<Result<()>> {
    let mut everyone = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let store = store.clone();
        everyone.spawn(async move {
            store
                .write(|tx| {
                    tx.query(sql!("select * from things"), &[], |_| Ok(()))?;
                    // As long as this one is busy the next one goes elsewhere.
                    tx.query(sql!(sqlite: "select 1", postgres: "select pg_sleep(0.1)"), &[], |_| Ok(()))?;
                    Ok(())
                })
                .await
        });
    }
    everyone.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_were_closed_while_idle_are_not_noticed() {
    let database = Database::postgres();
    let store = database.store().await;
    assert!(use_all(&store).await.iter().all(Result::is_ok));
    for id in 0..3 {
        database.ask(END_SESSIONS);
        assert!(use_all(&store).await.iter().all(Result::is_ok));
        store.read(things::count).await.unwrap();
        store.write(move |tx| add(tx, id)).await.unwrap();
    }
    assert_eq!(things::all(&store).await, [0, 1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_closed_in_the_middle_of_a_transaction_makes_it_unavailable() {
    let database = Database::postgres();
    let store = database.store().await;
    for _ in 0..2 * CONNECTIONS {
        let (entered, release, stand_still) = pause();
        let writing = tokio::spawn({
            let store = store.clone();
            async move {
                store
                    .write(|tx| {
                        add(tx, 1)?;
                        stand_still();
                        add(tx, 2)
                    })
                    .await
            }
        });
        entered.await.unwrap();
        database.ask(END_SESSIONS);
        release.send(()).unwrap();
        let ended = writing.await.unwrap();
        assert!(matches!(ended, Err(StoreError::Unavailable(_))), "{ended:?}");
        assert!(things::all(&store).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_connection_is_gone_is_not_taken_for_done() {
    let database = Database::postgres();
    let store = database.store().await;
    let held = Held::in_write(&store, |tx| add(tx, 1)).await;
    database.ask(END_SESSIONS);
    let ended = held.end().await;
    assert!(matches!(ended, Err(StoreError::Unavailable(_))), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_change_under_prepared_statements_costs_one_retry_at_most() {
    let database = Database::postgres();
    let store = database.store().await;
    assert!(use_all(&store).await.iter().all(Result::is_ok));
    database.ask("alter table things add column weight bigint");
    let mut lost = 0;
    for _ in 0..CONNECTIONS {
        for ended in use_all(&store).await {
            lost += usize::from(ended.is_err());
            assert!(matches!(ended, Ok(()) | Err(StoreError::Unavailable(_))), "{ended:?}");
        }
    }
    assert!((1..=CONNECTIONS).contains(&lost), "{lost} transactions were lost");
    assert!(use_all(&store).await.iter().all(Result::is_ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_wait_for_each_other_one_may_try_again() {
    let database = Database::postgres();
    let store = database.store().await;
    store.write(|tx| (1..=2).try_for_each(|id| add(tx, id))).await.unwrap();
    fn touch(tx: &mut Tx<'_>, id: i64) -> Result<()> {
        tx.execute_exactly(1, sql!("update things set size = size + 1 where id = $1"), &[id.into()])
    }
    let meeting = std::sync::Arc::new(std::sync::Barrier::new(2));
    let both = [(1, 2), (2, 1)].map(|(first, second)| {
        let (store, meeting) = (store.clone(), meeting.clone());
        tokio::spawn(async move {
            store
                .write(move |tx| {
                    touch(tx, first)?;
                    meeting.wait();
                    touch(tx, second)
                })
                .await
        })
    });
    let (mut done, mut lost) = (0, 0);
    for one in both {
        match one.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => {
                assert!(error.is_transient(), "{error}");
                lost += 1;
            }
        }
    }
    assert_eq!((done, lost), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_checked_at_the_commit_is_named_like_any_other() {
    let database = Database::postgres();
    let store = database.store().await;
    database
        .ask("alter table things add constraint things_size_key unique (size) deferrable initially deferred");
    store.write(|tx| add(tx, 1)).await.unwrap();
    let late = store.write(|tx| add(tx, 2)).await.unwrap_err();
    assert!(late.is_conflict_on("things_size_key"), "{late}");
    assert_eq!(things::all(&store).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_safe_however_the_database_was_set_up() {
    let database = Database::postgres();
    let Database::Postgres { name, .. } = &database else { unreachable!() };
    database.ask(&format!(
        "alter database {name} set synchronous_commit = off; \
         alter database {name} set default_transaction_isolation = 'serializable'; \
         alter database {name} set timezone = 'Asia/Kathmandu'"
    ));
    let store = database.store().await;
    let settings = |tx: &mut Tx<'_>| {
        tx.query_one(
            sql!(
                "select current_setting('synchronous_commit'), current_setting('transaction_isolation'), \
                 current_setting('timezone'), current_setting('idle_in_transaction_session_timeout')"
            ),
            &[],
            |row| (0..4).map(|index| row.get(index)).collect::<Result<Vec<String>>>(),
        )
    };
    assert_eq!(store.write(settings).await.unwrap(), ["on", "read committed", "UTC", "1min"]);
    assert_eq!(store.read(settings).await.unwrap(), ["on", "repeatable read", "UTC", "1min"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stricter_durability_than_ours_is_left_alone() {
    let database = Database::postgres();
    let Database::Postgres { name, .. } = &database else { unreachable!() };
    database.ask(&format!("alter database {name} set synchronous_commit = remote_apply"));
    let store = database.store().await;
    let setting = store
        .write(|tx| {
            tx.query_one(sql!("select current_setting('synchronous_commit')"), &[], |row| {
                row.get::<String>(0)
            })
        })
        .await;
    assert_eq!(setting.unwrap(), "remote_apply");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_pool_serves_both_kinds_of_work() {
    let database = Database::postgres();
    drop(database.store().await);
    let store = Store::open(&database.location_with(0)).unwrap();
    let (entered, release, stand_still) = pause();
    let background = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .write_in_background(|tx| {
                    stand_still();
                    add(tx, 1)
                })
                .await
        }
    });
    entered.await.unwrap();
    timeout(Duration::from_secs(10), store.write(|tx| add(tx, 2))).await.unwrap().unwrap();
    release.send(()).unwrap();
    background.await.unwrap().unwrap();
    assert_eq!(things::all(&store).await, [1, 2]);
}

/// Else a node under load would be taken for dead by those who ask whether it is ready, and by other nodes.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_of_life_waits_for_nobody() {
    let database = Database::postgres();
    drop(database.store().await);
    let store = Store::open(&database.location_with(2)).unwrap();
    let mut busy = Vec::new();
    for number in 0..2 {
        let (entered, release, stand_still) = pause();
        let store = store.clone();
        let work = async move {
            store
                .write(move |tx| {
                    stand_still();
                    add(tx, number)
                })
                .await
        };
        busy.push((tokio::spawn(work), release));
        entered.await.unwrap();
    }
    let patience = Duration::from_secs(10);
    timeout(patience, store.ping()).await.unwrap().unwrap();
    timeout(patience, store.write_sign_of_life(|tx| add(tx, 2))).await.unwrap().unwrap();
    for (work, release) in busy {
        release.send(()).unwrap();
        work.await.unwrap().unwrap();
    }
    assert_eq!(things::all(&store).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_wrong_is_told_at_the_start() {
    let open =
        |url: &str| Store::open(&Location::Postgres { url: url.to_owned(), connections: 2 }).unwrap_err();
    let unreadable = open("postgres://host:port/database");
    assert!(unreadable.to_string().contains("the database address cannot be read"), "{unreadable}");
    let nobody = open("postgres://nobody@127.0.0.1:1/nothing");
    assert!(nobody.is_transient() && nobody.to_string().contains("cannot connect to PostgreSQL"), "{nobody}");
    // To ask again would help with neither of these.
    let missing = open(&format!("{}_missing", Database::postgres().url()));
    assert!(!missing.is_transient() && missing.to_string().contains("does not exist"), "{missing}");
    let known = Database::postgres().url();
    let (_, place) = known.rsplit_once('@').expect("an address has a user");
    let stranger = open(&format!("postgres://stranger:wrong@{place}"));
    assert!(!stranger.is_transient() && stranger.to_string().contains("\"stranger\""), "{stranger}");
}
