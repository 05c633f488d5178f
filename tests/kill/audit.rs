//! The reckoning: waits until nothing is left to do, then holds the inbox against the carrier's ledger.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::time::{Duration, Instant};

use trunkline_simulator::{LedgerItem, Way};

use crate::carrier::Carrier;
use crate::office::{Conversation, Message, Office};
use crate::program::Program;
use crate::traffic::{Reply, Said};

/// What is unfinished after this long is stuck, however busy the machine is.
const SETTLE_MAX: Duration = Duration::from_secs(240);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// Of a long list of findings, this many are shown.
const SHOWN: usize = 12;

/// What is left to do, by table. Reconciliation is planned for ever, and so are looks for templates.
const LEFTOVERS: [(&str, &str); 5] = [
    (
        "messages on their way",
        "select state || ' to ' || to_address || ': ' || body from messages \
         where state not in ('received', 'delivered', 'read', 'undelivered', 'failed', 'canceled')",
    ),
    (
        "jobs",
        "select kind || ', epoch ' || coalesce(cast(epoch as text), 'none') || ', due ' || cast(due_at as text) \
         || ', order ' || coalesce(order_key, 'none') from jobs where kind not in ('reconcile', 'content')",
    ),
    ("journal entries not processed", "select event_key from journal where processed_at is null"),
    ("attempts not resolved", "select recipient from attempts where unresolved"),
    (
        "reports on no message",
        "select provider_message_id || ' ' || raw_status from receipts where message_id is null",
    ),
];

/// A final state is never left: no later word of the carrier changes it.
const ENDED_AGAIN: &str = "select cast(count(*) as text) || ' times' from message_transitions \
    where state in ('delivered', 'undelivered', 'failed') group by message_id having count(*) > 1";

pub(crate) struct Audit<'a> {
    /// The first is the one that people talk to.
    pub(crate) nodes: &'a mut [Program],
    pub(crate) carrier: &'a Carrier,
    pub(crate) office: &'a Office,
    pub(crate) said: &'a Said,
}

/// What the run amounted to.
pub(crate) struct Counts {
    pub(crate) texts: usize,
    pub(crate) replies: usize,
    pub(crate) in_doubt: usize,
    pub(crate) possibly_doubled: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { texts, replies, in_doubt, possibly_doubled } = self;
        write!(
            f,
            "{texts} texts in, {replies} replies out, {in_doubt} times in doubt, {possibly_doubled} possibly doubled"
        )
    }
}

impl Audit<'_> {
    /// Waits, compares, and fails with everything that is not as it must be.
    pub(crate) async fn run(mut self) -> Counts {
        let mut findings = self.settle().await;
        let inbound: Vec<Message> = self.office.all("/api/messages?direction=inbound").await;
        let outbound: Vec<Message> = self.office.all("/api/messages?direction=outbound").await;
        findings.extend(self.texts(&inbound));
        findings.extend(self.replies(&outbound));
        findings.extend(self.order(&outbound));
        findings.extend(self.unread().await);
        findings.extend(self.journal().await);
        findings.extend(shown("messages that ended more than once", self.texts_of(ENDED_AGAIN).await));
        findings.extend(shown("strange answers", self.office.strange_answers()));
        let complaints: Vec<String> = self.nodes.iter().flat_map(Program::complaints).collect();
        findings.extend(shown("complaints in the log", complaints));
        let errors = shown("processing errors", self.errors().await);
        assert!(findings.is_empty(), "\n{}\n", [findings, errors].concat().join("\n"));
        // Those that a later try made good are worth a look, but no failure.
        errors.iter().for_each(|error| println!("{error}"));
        let in_doubt =
            self.texts_of("select cast(number as text) from message_transitions where state = 'unknown'");
        let counts = Counts {
            texts: inbound.len(),
            replies: outbound.len(),
            in_doubt: in_doubt.await.len(),
            possibly_doubled: outbound.iter().filter(|message| message.possibly_doubled).count(),
        };
        self.nodes.iter_mut().for_each(Program::kill);
        counts
    }

    /// Waits until nothing is left to do; returns what still is when that takes too long.
    async fn settle(&mut self) -> Vec<String> {
        let began = Instant::now();
        loop {
            let left = self.left().await;
            if left.is_empty() || began.elapsed() > SETTLE_MAX {
                return left;
            }
            self.nodes.iter_mut().for_each(Program::check_alive);
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn left(&self) -> Vec<String> {
        let open = |item: &LedgerItem| match item.direction {
            Way::ToPhone => !item.status.is_final(),
            Way::FromPhone => item.webhook.is_none(),
        };
        let ledger = self.carrier.simulator.ledger(0, usize::MAX);
        let mut left = shown("open at the carrier", ledger.into_iter().filter(open).map(|item| item.sid));
        left.extend(left_over(&self.nodes[0]).await);
        let arrived = self.texts_of("select body from messages where direction = 'inbound'").await.len();
        let missing = self.said.texts.len().saturating_sub(arrived);
        left.extend((missing > 0).then(|| format!("{missing} texts have not arrived")));
        left
    }

    /// Every text is in the inbox, once, as it was sent.
    fn texts(&self, inbound: &[Message]) -> Vec<String> {
        let mut arrived: HashMap<&str, Vec<&Message>> = HashMap::new();
        for message in inbound {
            arrived
                .entry(message.provider_message_id.as_deref().unwrap_or_default())
                .or_default()
                .push(message);
        }
        let ledger: HashMap<String, LedgerItem> =
            self.carrier.ledger(Way::FromPhone).into_iter().map(|item| (item.sid.clone(), item)).collect();
        let (mut lost, mut doubled, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for text in &self.said.texts {
            match arrived.remove(text.sid.as_str()).as_deref() {
                None => lost.push(format!("{}, webhook {:?}", text.body, ledger[&text.sid].webhook)),
                Some([message]) if (&message.body, &message.from) == (&text.body, &text.from) => {}
                Some([message]) => changed.push(format!("{} became {message:?}", text.body)),
                Some(_) => doubled.push(text.body.clone()),
            }
        }
        let unsent = arrived.into_values().flatten().map(|message| format!("{message:?}"));
        [
            shown("texts lost", lost),
            shown("texts doubled", doubled),
            shown("texts changed", changed),
            shown("texts that nobody sent", unsent),
        ]
        .concat()
    }

    /// Inbox and ledger hold the acknowledged replies, each once, and agree on what became of them.
    fn replies(&self, outbound: &[Message]) -> Vec<String> {
        let known: HashMap<_, &Message> = outbound.iter().map(|message| (message.id, message)).collect();
        let is_kept = |reply: &&Reply| {
            known.get(&reply.id).is_some_and(|kept| (&kept.to, &kept.body) == (&reply.to, &reply.body))
        };
        let lost = self.said.replies.iter().filter(|reply| !is_kept(reply)).map(|reply| reply.body.clone());
        let asked: HashSet<_> = self.said.replies.iter().map(|reply| reply.id).collect();
        let unasked = outbound.iter().filter(|message| !asked.contains(&message.id));

        let ledger = self.carrier.ledger(Way::ToPhone);
        let mut accepted: HashMap<&str, &LedgerItem> =
            ledger.iter().map(|item| (item.sid.as_str(), item)).collect();
        let differing = outbound.iter().filter_map(|message| {
            let item = message.provider_message_id.as_deref().and_then(|sid| accepted.remove(sid));
            let agrees = item.is_some_and(|item| agree(message, item));
            (!agrees).then(|| format!("{message:?}, in the ledger {item:?}"))
        });
        let differing: Vec<String> = differing.collect();
        let surplus = accepted.values().map(|item| format!("{item:?}"));
        [
            shown("replies acknowledged and lost", lost),
            shown(
                "replies in the inbox that nobody asked for",
                unasked.map(|message| format!("{message:?}")),
            ),
            shown("replies on which inbox and ledger differ", differing),
            shown("messages at the carrier that no reply accounts for", surplus),
        ]
        .concat()
    }

    /// What was said to one person reached the carrier in the order in which it was said.
    fn order(&self, outbound: &[Message]) -> Vec<String> {
        let position: HashMap<String, u64> =
            self.carrier.ledger(Way::ToPhone).into_iter().map(|item| (item.sid, item.n)).collect();
        let sid: HashMap<_, _> =
            outbound.iter().map(|message| (message.id, &message.provider_message_id)).collect();
        let position = |reply: &Reply| position.get(sid.get(&reply.id)?.as_deref()?).copied();
        // What was planned for later has its own time.
        let at_once: Vec<&Reply> = self.said.replies.iter().filter(|reply| !reply.planned).collect();
        let pairs = at_once.windows(2).filter(|pair| pair[0].to == pair[1].to);
        let swapped =
            pairs.filter(|pair| position(pair[0]).zip(position(pair[1])).is_some_and(|(a, b)| a > b));
        shown("replies out of order", swapped.map(|pair| format!("{} before {}", pair[1].body, pair[0].body)))
    }

    /// Nobody has read anything, so every text counts as unread, once.
    async fn unread(&self) -> Vec<String> {
        let mut written: BTreeMap<&str, usize> = BTreeMap::new();
        for text in &self.said.texts {
            *written.entry(&text.from).or_default() += 1;
        }
        let conversations: Vec<Conversation> = self.office.all("/api/conversations?status=all").await;
        let miscounted = conversations.iter().filter_map(|conversation| {
            let expected =
                written.remove(conversation.contact.phone.as_deref().unwrap_or_default()).unwrap_or_default();
            (conversation.unread_count != expected).then(|| format!("{conversation:?}, not {expected}"))
        });
        let miscounted: Vec<String> = miscounted.collect();
        let without = written.into_keys();
        [shown("conversations miscounted", miscounted), shown("phones without a conversation", without)]
            .concat()
    }

    /// What was acknowledged to the carrier is in the journal: reconciliation must not be what saved it.
    async fn journal(&self) -> Vec<String> {
        let kept: HashSet<String> = self
            .texts_of("select event_key from journal where kind = 'twilio.message'")
            .await
            .into_iter()
            .collect();
        let is_acknowledged = |item: &LedgerItem| {
            item.webhook.as_ref().is_some_and(|webhook| webhook.answered_status == Some(200))
        };
        let acknowledged = self.carrier.ledger(Way::FromPhone).into_iter().filter(is_acknowledged);
        let lost = acknowledged.filter(|item| !kept.contains(&format!("twilio.message/main/{}", item.sid)));
        shown("texts acknowledged and not in the journal", lost.map(|item| item.body))
    }

    async fn errors(&self) -> Vec<String> {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for error in self.texts_of("select kind || ': ' || error from processing_errors").await {
            *counted.entry(error).or_default() += 1;
        }
        counted.into_iter().map(|(error, times)| format!("{times} times {error}")).collect()
    }

    async fn texts_of(&self, query: &'static str) -> Vec<String> {
        texts_of(&self.nodes[0], query).await
    }
}

/// What the program has not come to the end of.
pub(crate) async fn left_over(program: &Program) -> Vec<String> {
    let mut left = Vec::new();
    for (what, query) in LEFTOVERS {
        left.extend(shown(&format!("left: {what}"), texts_of(program, query).await));
    }
    left
}

/// The one text column of a query.
pub(crate) async fn texts_of(program: &Program, query: &'static str) -> Vec<String> {
    program.database.texts(&program.data(), query).await
}

/// Whether inbox and ledger tell the same of one reply.
fn agree(message: &Message, item: &LedgerItem) -> bool {
    (&message.to, &message.body) == (&item.to, &item.body) && message.state == item.status.as_str()
}

/// A heading with the first few of many findings, or nothing.
pub(crate) fn shown<T: Into<String>>(what: &str, found: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut found: Vec<String> = found.into_iter().map(Into::into).collect();
    let count = found.len();
    if count == 0 {
        return Vec::new();
    }
    found.truncate(SHOWN);
    vec![format!("{count} {what}:\n    {}", found.join("\n    "))]
}
