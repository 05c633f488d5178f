//! What every request passes before it is looked at, and what every answer passes on its way out.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use subtle::ConstantTimeEq;
use tokio::sync::Notify;

use crate::config::Config;
use crate::names::digest;
use crate::simulator::Simulator;
use crate::{resend, telnyx};

use super::TYPING;
use super::error::ApiError;

/// Closes the connection a request came on. Put into requests by [`Simulator::serve`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Hangup(pub(crate) Arc<Notify>);

/// Attached to a response that must not reach the client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Silence {
    /// The connection is closed.
    Drop,
    /// The connection stays open and nothing comes.
    Hang,
}

/// Counts a request for as long as it lives.
struct InFlight<'a>(&'a Simulator);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight().fetch_sub(1, Relaxed);
    }
}

/// Counts, admits and answers a request.
pub(crate) async fn admit(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let hangup = request.extensions().get::<Hangup>().cloned();
    let concurrent = simulator.in_flight().fetch_add(1, Relaxed) + 1;
    let counted = InFlight(&simulator);
    let mut response = match check(&simulator, &request, concurrent) {
        Ok(latency) => {
            wait(latency).await;
            next.run(request).await
        }
        Err(refusal) => *refusal,
    };
    drop(counted);
    if let Some(silence) = response.extensions().get::<Silence>().copied() {
        keep_silent(silence, hangup).await;
    }
    put_headers(&simulator, response.headers_mut(), concurrent);
    response
}

/// The answer never comes. Without a way to hang up, a dropped answer hangs too: to the client both mean
/// that it does not know.
async fn keep_silent(silence: Silence, hangup: Option<Hangup>) {
    if let (Silence::Drop, Some(hangup)) = (silence, hangup) {
        hangup.0.notify_one();
    }
    pending().await
}

/// Whether the request may go on, and after how long.
fn check(simulator: &Simulator, request: &Request, concurrent: u32) -> Result<Duration, Box<Response>> {
    let (latency, max) = {
        let world = simulator.world();
        (world.faults.latency_ms, world.faults.concurrency_max.filter(|max| *max > 0))
    };
    let is_too_many = max.is_some_and(|max| concurrent > max);
    let (config, path) = (simulator.config(), request.uri().path());
    let checked = if path.starts_with("/v2/") && path != TYPING {
        telnyx::check(config, request.headers(), is_too_many).map_err(IntoResponse::into_response)
    } else if ["/emails", "/attachments/"].iter().any(|start| path.starts_with(start)) {
        resend::check(simulator, request.headers(), path).map_err(IntoResponse::into_response)
    } else {
        check_twilio(config, request.headers(), path, is_too_many).map_err(IntoResponse::into_response)
    };
    checked.map_err(Box::new)?;
    Ok(latency.draw(simulator.ambient()))
}

fn check_twilio(config: &Config, headers: &HeaderMap, path: &str, is_too_many: bool) -> Result<(), ApiError> {
    if is_too_many {
        return Err(ApiError::too_many(None));
    }
    if !has_credentials(config, headers) {
        return Err(ApiError::unauthorized());
    }
    match path.strip_prefix("/2010-04-01/Accounts/").and_then(|rest| rest.split('/').next()) {
        Some(account) if super::sid(account) != config.account_sid => Err(ApiError::not_found(path)),
        _ => Ok(()),
    }
}

/// A request that need not wait must not pay for a timer.
pub(crate) async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

fn has_credentials(config: &Config, headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let encoded = value.and_then(|value| value.split_once(' '));
    let encoded = encoded.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let Some(given) = encoded.and_then(|(_, text)| BASE64_STANDARD.decode(text.trim()).ok()) else {
        return false;
    };
    let key = config.api_key.as_ref().map(|key| (key.sid.as_str(), key.secret.as_str()));
    let known = [Some((config.account_sid.as_str(), config.auth_token.as_str())), key];
    known.into_iter().flatten().any(|(user, password)| {
        let expected = format!("{user}:{password}");
        bool::from(expected.as_bytes().ct_eq(&given))
    })
}

fn put_headers(simulator: &Simulator, headers: &mut HeaderMap, concurrent: u32) {
    let count = simulator.requests().fetch_add(1, Relaxed);
    let mut id = hex::encode(digest(simulator.config().account_sid.as_bytes(), &count.to_be_bytes()));
    id.truncate(32);
    if let Ok(id) = HeaderValue::try_from(format!("RQ{id}")) {
        headers.insert("twilio-request-id", id);
    }
    headers.insert("twilio-concurrent-requests", concurrent.into());
    headers.insert("x-powered-by", HeaderValue::from_static("trunkline-simulator"));
}
