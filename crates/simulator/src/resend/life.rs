//! What becomes of a mail, and who is told.

use serde_json::{Value, json};

use super::office::{Mail, bare};
use super::{answers, webhook};
use crate::faults::{Outcome, happens};
use crate::simulator::{Simulator, Work};

/// Something to be done in the background.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// Take a mail that was accepted to its end.
    Live(String),
    /// Tell that a mail came in.
    Received(String),
}

pub(crate) async fn perform(simulator: &Simulator, task: Task) {
    match task {
        Task::Live(id) => live(simulator, &id).await,
        Task::Received(id) => received(simulator, &id),
    }
    simulator.mail_ended();
}

/// Hands a task over; it counts until it has ended.
pub(super) fn begin(simulator: &Simulator, task: Task) {
    simulator.office().pending += 1;
    simulator.push(Work::Mail(task));
}

async fn live(simulator: &Simulator, id: &str) {
    let timing = simulator.config().timing;
    let Some(to) = simulator.office().get(id).and_then(|mail| mail.to.first().map(|to| bare(to))) else {
        return;
    };
    let known = simulator.office().suppressed.get(&to).copied();
    if let Some(reason) = known {
        step(
            simulator,
            id,
            "suppressed",
            json!({ "suppressed": {"reason": reason, "type": "suppressed", "message": "On the suppression list."} }),
        );
        return;
    }
    tokio::time::sleep(timing.sent_after).await;
    step(simulator, id, "sent", json!({}));
    tokio::time::sleep(timing.final_after.saturating_sub(timing.sent_after)).await;
    let faults = simulator.world().faults.clone();
    if happens(simulator.ambient(), faults.never_delivered_rate) {
        return;
    }
    // Resend's test recipients (Resend, Send test emails).
    let outcome = match to.split('@').next().unwrap_or_default().split('+').next() {
        Some("bounced") => Outcome::Undelivered,
        _ => faults.outcome,
    };
    match outcome {
        Outcome::Failed => {
            step(simulator, id, "failed", json!({ "failed": {"reason": "reached_daily_quota"} }))
        }
        Outcome::Undelivered => {
            simulator.office().suppressed.insert(to, "previous_bounce");
            let bounce = json!({"type": "Permanent", "subType": "General", "message": "The recipient's mail server rejected it.", "diagnosticCode": ["smtp; 550 5.1.1 user unknown"]});
            step(simulator, id, "bounced", json!({ "bounce": bounce }));
        }
        Outcome::Delivered => {
            step(simulator, id, "delivered", json!({}));
            if to.starts_with("complained@") || to.starts_with("complained+") {
                simulator.office().suppressed.insert(to, "previous_complaint");
                step(simulator, id, "complained", json!({}));
            }
        }
    }
}

/// The mail is in another state, and the business is told in the background.
fn step(simulator: &Simulator, id: &str, event: &'static str, more: Value) {
    let Some(mail) = simulator.office().change(id, event) else { return };
    simulator.mail_changed();
    let mut data = data(&mail);
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    let faults = simulator.world().faults.clone();
    let ambient = simulator.ambient();
    if happens(ambient, faults.callback_loss_rate) {
        return;
    }
    let copies = 1 + u32::from(happens(ambient, faults.callback_double_rate));
    let delay = faults.callback_delay_ms.draw(ambient);
    webhook::tell(simulator, &mail.id, event, data, copies, delay);
}

/// What events say of a mail that went out (Resend, Webhooks).
fn data(mail: &Mail) -> Value {
    json!({
        "email_id": mail.id, "created_at": answers::time(mail.created_at), "from": mail.from, "to": mail.to,
        "subject": mail.subject, "tags": mail.tags,
    })
}

fn received(simulator: &Simulator, id: &str) {
    let Some(mail) = simulator.office().get(id).cloned() else { return };
    let faults = simulator.world().faults.clone();
    let ambient = simulator.ambient();
    if happens(ambient, faults.webhook_loss_rate) {
        return;
    }
    let copies = 1 + u32::from(happens(ambient, faults.webhook_double_rate));
    let mut data = answers::received(&mail, false);
    if let Some(data) = data.as_object_mut() {
        data.remove("id");
        data.insert("email_id".to_owned(), json!(mail.id));
    }
    webhook::tell(simulator, &mail.id, "received", data, copies, std::time::Duration::ZERO);
}
