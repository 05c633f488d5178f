//! The page behind the link in every offer: one click in a mail program, or a question to whoever opens it.
//!
//! Only a POST unsubscribes, since programs that look for dangerous links open them with GET (RFC 8058, 3.1 and 3.2). It
//! asks for no sign-in and sets nothing: the token in the address is the permission.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use trunkline_domain::ids::LineId;
use trunkline_store::{Result, Tx};

use super::{Delivery, recheck_address};
use crate::compliance::{self, Said};
use crate::http::{Path, Problem};

/// The address without its token.
pub(crate) fn router(delivery: Delivery) -> Router {
    Router::new().route("/unsubscribe/{token}", get(ask).post(unsubscribe)).with_state(delivery)
}

/// Asks, and changes nothing.
async fn ask(State(delivery): State<Delivery>, Path(token): Path<String>) -> Response {
    match delivery.marks.unsubscriber(&token) {
        Some((line, _)) => page(
            StatusCode::OK,
            "Unsubscribe?",
            &format!("You will get no more emails from {}.", name_of(&delivery, line)),
            "<form method=\"post\"><button>Unsubscribe</button></form>",
        ),
        None => unknown(),
    }
}

async fn unsubscribe(State(delivery): State<Delivery>, Path(token): Path<String>) -> Response {
    let Some((line, address)) = delivery.marks.unsubscriber(&token) else { return unknown() };
    let name = name_of(&delivery, line);
    let store = delivery.store.clone();
    match store.write(move |tx| opt_out(tx, &delivery, line, &address)).await {
        Ok(()) => {
            page(StatusCode::OK, "You are unsubscribed", &format!("{name} will not write to you again."), "")
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

fn opt_out(tx: &mut Tx<'_>, delivery: &Delivery, line: LineId, address: &str) -> Result<()> {
    compliance::hold_addresses(tx, [(line, address)])?;
    let (record, at) = (delivery.ambient.id(), delivery.ambient.now());
    let said = Said { record, line, address, words: "Followed the link to unsubscribe", at };
    if compliance::opt_out(tx, "unsubscribe", &said)? {
        recheck_address(tx, delivery, address)?;
    }
    Ok(())
}

fn name_of(delivery: &Delivery, line: LineId) -> String {
    let line = delivery.lines.get(line);
    let name = line.map_or_else(|| "us".to_owned(), |line| line.info.name.clone());
    name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unknown() -> Response {
    let text = "The link is not complete. Copy all of it from the email, or answer the email with STOP.";
    page(StatusCode::NOT_FOUND, "Nothing to unsubscribe from", text, "")
}

fn page(status: StatusCode, title: &str, text: &str, action: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>\
         body{{font:17px/1.5 system-ui,sans-serif;max-width:28rem;margin:15vh auto;padding:0 1rem;color:#1c1917;background:#fafaf9}}\
         h1{{font-size:1.4rem}}button{{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.5rem;background:#1c1917;color:#fff}}\
         </style></head><body><h1>{title}</h1><p>{text}</p>{action}</body></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, page).into_response()
}
