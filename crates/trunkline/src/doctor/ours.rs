//! What is ours.

use std::path::Path;
use std::time::Instant;

use futures::FutureExt;
use futures::future::BoxFuture;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use trunkline_store::{Store, StoreError, sql};

use super::{Check, Doctor, PATIENCE};
use crate::jobs::{self, Queue};
use crate::schema::MIGRATIONS;
use crate::spool;

/// Free room below which the disk needs a look, and below which it fails soon.
const ROOM_LITTLE: u64 = 2 * 1024 * 1024 * 1024;
const ROOM_NONE: u64 = 200 * 1024 * 1024;

/// A database that takes longer than this for an empty transaction is slow.
const SLOW_MS: u128 = 100;

pub(super) fn checks(doctor: &Doctor) -> Vec<BoxFuture<'_, Vec<Check>>> {
    vec![
        async move { vec![configuration(doctor)] }.boxed(),
        database(doctor).boxed(),
        async move { vec![room(&doctor.config.data_dir), spooled(&doctor.config.data_dir.join("spool"))] }
            .boxed(),
        async move { vec![told(doctor).await] }.boxed(),
    ]
}

fn configuration(doctor: &Doctor) -> Check {
    let name = "configuration";
    match (&doctor.config.server.base_url, doctor.is_simulated) {
        (_, true) => Check::ok(name, "It is complete. The simulator stands in for the providers."),
        (Some(url), _) if url.starts_with("https://") => {
            Check::ok(name, format!("It is complete. Providers and people reach us at {url}."))
        }
        (Some(url), _) => Check::warning(
            name,
            format!("server.base_url is {url}, which is not encrypted."),
            "Put a proxy that speaks HTTPS in front, and set server.base_url to its address.",
        ),
        (None, _) => Check::warning(
            name,
            "server.base_url is not set: links and signatures go by what each request claims.",
            "Set server.base_url to the address that providers call, such as https://inbox.example.com.",
        ),
    }
}

async fn database(doctor: &Doctor) -> Vec<Check> {
    let store = match &doctor.store {
        Ok(Some(store)) => store,
        Ok(None) => return vec![Check::skipped("database", "There is none yet: the first start makes it.")],
        Err(StoreError::Held(_)) => {
            let found = "A running Trunkline holds it. Operations, Doctor in the app looks at it from there, and at lines that \
                         were made in the app.";
            return vec![Check::skipped("database", found)];
        }
        Err(why) => {
            let what_to_do = "Check that the server runs and that database.url is right; with SQLite, that data.dir is writable.";
            return vec![Check::failed("database", why.to_string(), what_to_do)];
        }
    };
    let (answer, version, queue) = tokio::join!(write_nothing(store), schema(store), queue(doctor, store));
    let mut checks = vec![answer, version];
    checks.extend(queue);
    checks
}

/// Writes, and takes it back: whether it could be written is known then, and nothing is changed.
async fn write_nothing(store: &Store) -> Check {
    let began = Instant::now();
    let written = store.write(|tx| {
        tx.execute(
            sql!("insert into settings (key, value) values ('doctor', $1) on conflict (key) do nothing"),
            &[b"".to_vec().into()],
        )?;
        Err::<(), _>(StoreError::Refused("taken back".to_owned()))
    });
    let written = tokio::time::timeout(PATIENCE, written).await;
    let took = began.elapsed().as_millis();
    let what_to_do = "Check that its server runs, that its disk is not full, and that the user may write.";
    match written {
        Ok(Err(StoreError::Refused(_))) if took <= SLOW_MS => {
            Check::ok("database", format!("It can be read and written, within {took} ms."))
        }
        Ok(Err(StoreError::Refused(_))) => Check::warning(
            "database",
            format!("It can be read and written, but takes {took} ms."),
            "Look at what else its disk and its server have to do.",
        ),
        Ok(Err(error)) => Check::failed("database", error.to_string(), what_to_do),
        Ok(Ok(())) | Err(_) => Check::failed("database", "It does not answer.", what_to_do),
    }
}

async fn schema(store: &Store) -> Check {
    let name = "schema";
    let ours = MIGRATIONS.last().map_or(0, |migration| migration.version);
    let read = store.read(|tx| {
        tx.query_one(sql!("select coalesce(max(version), 0) from schema_migrations"), &[], |row| {
            row.get::<i64>(0)
        })
    });
    match tokio::time::timeout(PATIENCE, read).await {
        Ok(Ok(version)) if version == ours => {
            Check::ok(name, format!("Version {version}, as this release wants it."))
        }
        Ok(Ok(version)) if version < ours => Check::warning(
            name,
            format!("Version {version}; this release brings {ours}."),
            "Start Trunkline: it brings the database up to date.",
        ),
        Ok(Ok(version)) => Check::warning(
            name,
            format!("Version {version}, newer than this release's {ours}."),
            "Upgrade this node as well.",
        ),
        Ok(Err(error)) => {
            Check::failed(name, error.to_string(), "Start Trunkline once: it makes the tables.")
        }
        Err(_) => Check::failed(name, "It does not answer.", "See the check of the database."),
    }
}

async fn queue(doctor: &Doctor, store: &Store) -> Vec<Check> {
    let now = doctor.ambient.now();
    let read = store.read(move |tx| {
        Ok((jobs::nodes(tx, now)?, jobs::backlog(tx, Queue::Journal)?, jobs::oldest_untaken(tx, now)?))
    });
    let Ok(Ok((nodes, webhooks, oldest))) = tokio::time::timeout(PATIENCE, read).await else {
        return vec![Check::failed("queue", "It cannot be read.", "See the check of the database.")];
    };
    let (alive, silent): (Vec<_>, Vec<_>) = nodes.iter().partition(|node| node.alive);
    let names =
        |nodes: &[&jobs::NodeView]| nodes.iter().map(|node| node.name.clone()).collect::<Vec<_>>().join(", ");
    let nodes = match (alive.is_empty(), silent.is_empty()) {
        (true, _) => Check::failed("nodes", "No node shows a sign of life.", "Start Trunkline."),
        (false, true) => Check::ok("nodes", format!("Alive: {}.", names(&alive))),
        (false, false) => Check::warning(
            "nodes",
            format!("Alive: {}. Silent: {}.", names(&alive), names(&silent)),
            "Start the silent ones again, unless they were stopped on purpose.",
        ),
    };
    let waits = oldest.map_or(0, |at| now.since(at).as_secs());
    let queue = if waits > 120 {
        let found = format!("Work that is due has waited for {} minutes.", waits / 60);
        Check::failed("queue", found, "Start a node with the role \"work\", or look at why none takes it up.")
    } else if webhooks.stuck > 0 {
        let found = format!("{} webhooks failed so often that they wait for a person.", webhooks.stuck);
        Check::warning("queue", found, "Look at Operations, Webhooks, and have them processed again.")
    } else {
        Check::ok("queue", format!("{} webhooks wait, and work is taken up.", webhooks.waiting))
    };
    vec![nodes, queue]
}

fn room(folder: &Path) -> Check {
    let name = "disk";
    // Before the first start it is not there yet.
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let what_to_do = "Make room there, or move data.dir to a larger disk.";
    match fs4::available_space(folder) {
        Ok(free) if free < ROOM_NONE => {
            Check::failed(name, format!("{} MB are free at {}.", free >> 20, folder.display()), what_to_do)
        }
        Ok(free) if free < ROOM_LITTLE => {
            Check::warning(name, format!("{} MB are free at {}.", free >> 20, folder.display()), what_to_do)
        }
        Ok(free) => Check::ok(name, format!("{} GB are free at {}.", free >> 30, folder.display())),
        Err(error) => Check::warning(
            name,
            format!("{} cannot be looked at: {error}.", folder.display()),
            "Check that data.dir exists and may be read.",
        ),
    }
}

fn spooled(folder: &Path) -> Check {
    let name = "spool";
    match spool::waiting(folder) {
        Ok(waiting) if waiting.damaged > 0 => Check::warning(
            name,
            format!("{} files in {} hold something that cannot be read.", waiting.damaged, folder.display()),
            "All else of them was replayed. Compare with the provider's own list of that time, then delete them.",
        ),
        Ok(waiting) if waiting.files > 0 => Check::warning(
            name,
            format!("{} bytes of webhooks wait for the database.", waiting.bytes),
            "They go in by themselves as soon as the database answers a running Trunkline.",
        ),
        Ok(_) => Check::ok(name, "No webhook waits for the database."),
        Err(error) => Check::failed(
            name,
            format!("{} cannot be read: {error}.", folder.display()),
            "Webhooks are kept there while the database is away: make it a folder that Trunkline may write.",
        ),
    }
}

/// Who is told of alerts. Greets the mail server, and sends nothing.
async fn told(doctor: &Doctor) -> Check {
    let (name, alerts) = ("alerts", &doctor.config.alerts);
    if alerts.targets().is_empty() {
        let found = "Nobody is told when something is wrong.";
        let what_to_do = "Name a webhook, a chat or an email address in the section [alerts].";
        return if doctor.is_simulated {
            Check::skipped(name, format!("{found} With the simulator, nobody has to be."))
        } else {
            Check::warning(name, found, what_to_do)
        };
    }
    let names = alerts.targets().iter().map(|target| target.as_str()).collect::<Vec<_>>().join(", ");
    let Some(email) = &alerts.email else { return Check::ok(name, format!("Told by: {names}.")) };
    let what_to_do = "Check alerts.smtp_url, and that this machine may reach that server.";
    let transport = match AsyncSmtpTransport::<Tokio1Executor>::from_url(email.smtp_url.expose()) {
        Ok(transport) => transport.timeout(Some(PATIENCE)).build::<Tokio1Executor>(),
        Err(error) => return Check::failed(name, error.to_string(), what_to_do),
    };
    match tokio::time::timeout(PATIENCE, transport.test_connection()).await {
        Ok(Ok(true)) => Check::ok(name, format!("Told by: {names}. The mail server answers.")),
        Ok(Ok(false)) | Err(_) => Check::failed(name, "The mail server does not answer.", what_to_do),
        Ok(Err(error)) => Check::failed(name, format!("The mail server refuses: {error}."), what_to_do),
    }
}
