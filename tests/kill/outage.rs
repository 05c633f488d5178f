//! Outages: nothing is lost while we are away, and nothing is there twice when we are back (A1, A5, D2, D "Beyond").

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use trunkline_domain::time::Timestamp;
use trunkline_simulator::Way;

use crate::audit::{left_over, shown, texts_of};
use crate::carrier::Carrier;
use crate::chance::Chance;
use crate::customers::{Channel, Customer, Word};
use crate::database::Database;
use crate::model::{ANSWER, Model};
use crate::office::{Message, Office};
use crate::program::Program;
use crate::scene::{Scene, rehearse};
use crate::server::Stop;

/// Customers on each channel.
const CUSTOMERS: usize = 6;

/// How long the program is away, by its own clock and by the carrier's, and how long the test takes for a minute of it.
const AWAY_MINUTES: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60);
const MINUTE_TAKES: Duration = Duration::from_millis(600);

/// Everything is there within this time after the end of an outage.
const RECOVERED_WITHIN: Duration = Duration::from_secs(60);

/// What is unfinished after this long is stuck, however busy the machine is.
const SETTLED_WITHIN: Duration = Duration::from_secs(180);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);

/// A run that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(420);

/// Deaths while personas answer, and the time between two in milliseconds.
const DEATHS: usize = 10;
const LIVES: (u64, u64) = (600, 2_200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_minutes_away_lose_and_double_nothing_on_any_channel_on_sqlite() {
    ten_minutes_away(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_minutes_away_lose_and_double_nothing_on_any_channel_on_postgresql() {
    ten_minutes_away(Database::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_while_postgresql_is_away_is_acknowledged_and_there_once_when_it_is_back() {
    rehearse(Database::postgres().await, 0, LONGEST, async |scene| {
        let office = scene.open().await;
        let customers = Customer::on_every_channel(&scene.carrier, CUSTOMERS);
        scene.database.stop(Stop::Fast).await;
        let words: Vec<Word> =
            (0..3).flat_map(|round| write(scene, &customers, &format!("Round {round}"))).collect();
        until("the carriers were answered", RECOVERED_WITHIN, async || is_acknowledged(&scene.carrier)).await;
        scene.database.start().await;
        there_in_time(scene, &office, &words).await;
        reckon(scene, &office, &customers, &words, &[]).await;
        // A look at the list may be ahead of the spool, but what was acknowledged must not depend on it.
        let written_down = texts_of(&scene.nodes[0], "select event_key from journal").await.len();
        assert!(written_down >= words.len(), "{written_down} in the journal of {}", words.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_personas_answer_each_text_has_one_answer_on_sqlite() {
    killed_while_personas_answer(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_personas_answer_each_text_has_one_answer_on_postgresql() {
    killed_while_personas_answer(Database::postgres().await).await;
}

/// Before: a talk with everybody, and answers on their way and planned. Meanwhile everybody writes every minute.
async fn ten_minutes_away(database: Database) {
    rehearse(database, 0, LONGEST, async |scene| {
        live_ago(scene, MINUTE * AWAY_MINUTES);
        let office = scene.open().await;
        let customers = Customer::on_every_channel(&scene.carrier, CUSTOMERS);
        let mut words = write(scene, &customers, "Hello");
        until("the first words were there", SETTLED_WITHIN, async || {
            inbound(&office).await.len() == words.len()
        })
        .await;
        let answers = answer(scene, &office, &customers).await;

        scene.nodes.iter_mut().for_each(Program::kill);
        for minute in 1..=AWAY_MINUTES {
            live_ago(scene, MINUTE * (AWAY_MINUTES - minute));
            words.extend(write(scene, &customers, &format!("Minute {minute}")));
            tokio::time::sleep(MINUTE_TAKES).await;
        }
        for node in &mut scene.nodes {
            node.start();
            node.ready().await;
        }
        there_in_time(scene, &office, &words).await;
        reckon(scene, &office, &customers, &words, &answers).await;
        let fetched = recovered(scene).await;
        println!("{}: {} of {} words were fetched", scene.database.engine(), fetched.len(), words.len());
        let expected = customers.len() * (AWAY_MINUTES as usize - 1);
        assert!(
            fetched.len() >= expected,
            "only {} were fetched: was the program away at all?",
            fetched.len()
        );
    })
    .await;
}

async fn killed_while_personas_answer(database: Database) {
    rehearse(database, 0, LONGEST, async |scene| {
        let model = Model::start(Chance::new(scene.seed, "model")).await;
        let folder = tempfile::TempDir::with_prefix("trunkline-persona-").unwrap();
        make_persona(folder.path());
        let settings = format!(
            "\n[personas]\nenabled = true\nfolder = \"{}\"\nendpoint = \"{}\"\nmodel = \"test\"\nbackoff_s = 1\n",
            folder.path().display(),
            model.endpoint
        );
        scene.nodes.iter().for_each(|node| node.configure_further(&settings));
        let office = scene.open().await;
        let customers = Customer::on_every_channel(&scene.carrier, CUSTOMERS);
        let chance = Chance::new(scene.seed, "deaths");
        let mut words = Vec::new();
        let mut waiting = customers.iter();
        for _ in 0..DEATHS {
            words.extend(waiting.by_ref().take(3).map(|customer| customer.write(&scene.carrier, "Open today")));
            tokio::time::sleep(chance.millis(LIVES.0, LIVES.1)).await;
            let node = chance.between(0, scene.nodes.len() as u64 - 1) as usize;
            scene.nodes[node].kill();
            scene.nodes[node].start();
        }
        for node in &mut scene.nodes {
            node.ready().await;
        }
        there_in_time(scene, &office, &words).await;
        let answered = customers.iter().take(words.len());
        let told = async || answered.clone().all(|customer| !customer.told(&scene.carrier).is_empty());
        until("everybody was answered", SETTLED_WITHIN, told).await;
        settle(scene).await;
        let counts = answered.map(|customer| (customer, customer.told(&scene.carrier)));
        let wrong = counts.filter(|(_, told)| told.len() != 1 || !told[0].starts_with(ANSWER));
        let wrong = shown("customers without one answer", wrong.map(|found| format!("{found:?}")));
        assert!(wrong.is_empty(), "{}", wrong.concat());
    })
    .await;
}

/// A persona for every line.
fn make_persona(folder: &std::path::Path) {
    let own = folder.join("desk");
    std::fs::create_dir(&own).unwrap();
    let persona = serde_json::json!({ "name": "Desk", "lines": ["*"], "wait_seconds": 0 });
    std::fs::write(own.join("persona.json"), persona.to_string()).unwrap();
    std::fs::write(own.join("soul.md"), "You answer questions about opening hours.").unwrap();
}

/// The carrier and the program, from its next start on, have a clock that is late.
fn live_ago(scene: &mut Scene, late: Duration) {
    scene.carrier.clock.set(late);
    scene.nodes.iter_mut().for_each(|node| node.live_ago(late));
}

fn write(scene: &Scene, customers: &[Customer], words: &str) -> Vec<Word> {
    customers.iter().map(|customer| customer.write(&scene.carrier, words)).collect()
}

/// Answers everybody at once, and again when the program will be away. Returns the texts.
async fn answer(scene: &Scene, office: &Office, customers: &[Customer]) -> Vec<String> {
    let later = now(scene).plus(MINUTE * (AWAY_MINUTES / 2));
    let mut answers = Vec::new();
    for (words, at) in [("At once", None), ("Planned", Some(later))] {
        for customer in customers {
            let message = customer.answer(words, at);
            office.send(&format!("{words} {}", customer.address), &message).await;
            answers.push(message["body"].as_str().unwrap().to_owned());
        }
    }
    answers
}

fn now(scene: &Scene) -> Timestamp {
    trunkline_domain::ambient::Clock::now(&*scene.carrier.clock)
}

fn is_acknowledged(carrier: &Carrier) -> bool {
    let texts = carrier.ledger(Way::FromPhone);
    let taken = |told: &trunkline_simulator::WebhookEntry| told.answered_status == Some(200);
    // A mail is told of again and again until somebody takes it.
    texts.iter().all(|item| item.webhook.as_ref().is_some_and(taken)) && carrier.simulator.mail_pending() == 0
}

async fn inbound(office: &Office) -> Vec<Message> {
    office.all("/api/messages?direction=inbound").await
}

/// Waits for `condition`, which is a failure after `longest`.
async fn until(what: &str, longest: Duration, condition: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < longest, "after {longest:?} it is not so that {what}");
        tokio::time::sleep(LOOK).await;
    }
}

/// All that customers wrote is in the inbox soon enough.
async fn there_in_time(scene: &Scene, office: &Office, words: &[Word]) {
    let began = Instant::now();
    until("every word is there", RECOVERED_WITHIN, async || inbound(office).await.len() >= words.len()).await;
    println!("{}: {} words were there after {:?}", scene.database.engine(), words.len(), began.elapsed());
}

/// Waits until nobody has anything left to do.
async fn settle(scene: &mut Scene) {
    let began = Instant::now();
    loop {
        let left = left_over(&scene.nodes[0]).await;
        if left.is_empty() {
            return;
        }
        assert!(
            began.elapsed() < SETTLED_WITHIN,
            "still left after {SETTLED_WITHIN:?}:\n{}",
            left.join("\n")
        );
        scene.nodes.iter_mut().for_each(Program::check_alive);
        tokio::time::sleep(LOOK).await;
    }
}

/// Everything is there once, with the carrier's time, and everybody was told once what we had to say.
async fn reckon(
    scene: &mut Scene,
    office: &Office,
    customers: &[Customer],
    words: &[Word],
    answers: &[String],
) {
    settle(scene).await;
    let there = inbound(office).await;
    let found = |word: &Word| {
        let same = there.iter().filter(|message| message.body == word.body);
        let times: Vec<i64> = same.map(|message| message.at.secs() - word.at.secs()).collect();
        // Telnyx's records and our own arrival may differ by a moment; an outage is longer.
        let is_right = times.len() == 1 && times[0].abs() <= 5;
        (!is_right).then(|| format!("{word:?}: {} times, seconds late {times:?}", times.len()))
    };
    let mut findings = shown("words not there once with their time", words.iter().filter_map(found));
    let strange = there.iter().filter(|message| !words.iter().any(|word| word.body == message.body));
    findings.extend(shown("words that nobody wrote", strange.map(|message| format!("{message:?}"))));

    let mut told: BTreeMap<String, usize> = answers.iter().map(|answer| (answer.clone(), 0)).collect();
    for body in customers.iter().flat_map(|customer| customer.told(&scene.carrier)) {
        *told.entry(body).or_default() += 1;
    }
    told.retain(|_, times| *times != 1);
    findings
        .extend(shown("answers that were not told once", told.into_iter().map(|found| format!("{found:?}"))));
    let complaints = scene.nodes.iter().flat_map(Program::complaints);
    findings.extend(shown("complaints in the log", complaints));
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
    assert!(words.iter().any(|word| word.channel == Channel::Email));
}

/// What the reconciliation had to fetch.
async fn recovered(scene: &Scene) -> Vec<String> {
    let fetched = "select m.body from message_transitions t join messages m on m.id = t.message_id where t.cause = 'recovered'";
    texts_of(&scene.nodes[0], fetched).await
}
