//! The ways to reach the person of a conversation: by which lines, and why not by the others (E8).

use axum::extract::State;
use serde::Serialize;
use trunkline_domain::channel::Channel;
use trunkline_domain::ids::ConversationId;
use trunkline_domain::message::Purpose;
use trunkline_domain::time::Timestamp;
use trunkline_domain::window::Window;
use trunkline_store::{Result, Tx};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Api;
use crate::compliance;
use crate::delivery::Delivery;
use crate::delivery::gate::{self, Verdict, Wish};
use crate::delivery::request::By;
use crate::delivery::request::Recipient;
use crate::delivery::target::{self, Known};
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};
use crate::lines::{Line, LineInfo};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(list_ways))
}

/// The lines of an installation, each with whether it reaches one person.
#[derive(Debug, Serialize, ToSchema)]
struct WayList {
    items: Vec<Way>,
}

/// One way to reach a person.
#[derive(Debug, Serialize, ToSchema)]
struct Way {
    line: LineInfo,
    /// It is taken if no line is named: they wrote by it last.
    is_default: bool,
    /// A text of one's own would leave by it.
    reaches: bool,
    /// Why it would not, for programs.
    code: Option<String>,
    /// The same for people.
    reason: Option<String>,
    /// An approved template would leave by it although a text would not.
    by_template: bool,
    /// WhatsApp's window, on lines that have one.
    window: Option<WindowView>,
}

/// WhatsApp's 24-hour window to one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessagingWindow)]
struct WindowView {
    open: bool,
    /// When it closes or closed; none if they never wrote.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl From<Window> for WindowView {
    fn from(window: Window) -> Self {
        let until = match window {
            Window::NeverOpened => None,
            Window::ClosedAt(at) | Window::OpenUntil(at) => Some(at),
        };
        WindowView { open: window.is_open(), until }
    }
}

/// By which lines the person of a conversation can be written to now, and why not by the others.
#[utoipa::path(get, path = "/api/conversations/{id}/ways", tag = "inbox", params(("id" = Uuid, Path)),
    responses((status = 200, body = WayList), (status = 404, body = Problem)))]
async fn list_ways(
    State(delivery): State<Delivery>,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<WayList>> {
    let inside = delivery.clone();
    let items = delivery.store.read(move |tx| ways(tx, &inside, id)).await?;
    Ok(Json(WayList { items: items.ok_or_else(|| Problem::not_found("conversation"))? }))
}

fn ways(tx: &mut Tx<'_>, delivery: &Delivery, id: ConversationId) -> Result<Option<Vec<Way>>> {
    let Some(known) = target::known(tx, &Recipient::Conversation(id))? else { return Ok(None) };
    let usual = target::line_by(tx, delivery, By::default(), &known, |_| true)?.map(|line| line.info.id);
    let lines = delivery.lines.all();
    lines
        .map(|line| way(tx, delivery, &line, &known, usual == Some(line.info.id)))
        .collect::<Result<_>>()
        .map(Some)
}

fn way(tx: &mut Tx<'_>, delivery: &Delivery, line: &Line, known: &Known, is_default: bool) -> Result<Way> {
    let way = Way {
        line: line.info.clone(),
        is_default,
        reaches: true,
        code: None,
        reason: None,
        by_template: false,
        window: None,
    };
    let Some(to) = known.address(line.info.channel) else {
        let what = if line.info.channel == Channel::Email { "email address" } else { "phone number" };
        let reason = format!("They have no {what}. Add one to their contact first.");
        return Ok(Way { reaches: false, code: Some("no_address".into()), reason: Some(reason), ..way });
    };
    let (at, is_whatsapp) = (delivery.ambient.now(), line.info.channel == Channel::Whatsapp);
    let window = if is_whatsapp { Some(compliance::window(tx, line.info.id, to, at)?.into()) } else { None };
    let wish = Wish {
        line: line.info.id,
        to,
        purpose: Purpose::Reply,
        priority: Purpose::Reply.usual_priority(),
        contact: known.contact,
        conversation: known.conversation,
        message: None,
        at,
        needs_window: is_whatsapp,
    };
    Ok(match gate::ask_about(tx, wish)? {
        Verdict::Allow(_) | Verdict::Hold(_) => Way { window, ..way },
        Verdict::Refuse { code, reason } => Way {
            reaches: false,
            by_template: code == compliance::WINDOW_CLOSED,
            code: Some(code.to_owned()),
            reason: Some(reason),
            window,
            ..way
        },
    })
}
