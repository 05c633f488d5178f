//! The messaging API as clients see it (Twilio, API 2010-04-01, and of Messaging v1 the services), and the gate that
//! Telnyx's passes too.
//!
//! Every request passes the [`gate`] first: concurrency, credentials, latency. Handlers then work on the
//! carrier's memory under its lock and never wait. JSON is answered with or without `.json` in the path.

mod account;
mod content;
mod create;
mod error;
mod form;
mod gate;
mod indicators;
mod list;
mod media;
mod messages;
mod numbers;
mod page;
mod resource;
mod services;
mod validation;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub(crate) use account::BALANCE;
pub(crate) use create::{RETRY_AFTER_S, silent};
pub(crate) use form::Form;
pub(crate) use gate::{Hangup, Silence, wait};
pub(crate) use resource::medium_path;

use crate::files;
use crate::simulator::Simulator;
use crate::{resend, telnyx};
use error::ApiError;

/// The version of the API, part of every path and every resource.
pub(crate) const VERSION: &str = "2010-04-01";

/// Beside Telnyx's addresses, which begin with the same version.
const TYPING: &str = "/v2/Indicators/Typing.json";

/// Largest request body that is read: a mail with 40 MB of files in base64.
const BODY_MAX: usize = 56 * 1024 * 1024;

impl Simulator {
    /// The provider's API.
    ///
    /// Served by [`Simulator::serve`] it can close a connection instead of answering; anywhere else the
    /// `drop_answer` fault keeps silent without closing.
    pub fn provider_router(&self) -> Router {
        let messages = || get(list::list).post(create::create);
        let message = get(messages::fetch).post(messages::update).delete(messages::delete);
        let numbers = || get(numbers::list);
        let account = Router::new()
            .route("/Balance.json", get(account::balance))
            .route("/Balance", get(account::balance))
            .route("/Messages.json", messages())
            .route("/Messages", messages())
            .route("/Messages/{sid}", message)
            .route("/Messages/{sid}/Media.json", get(media::list))
            .route("/Messages/{sid}/Media", get(media::list))
            .route("/Messages/{sid}/Media/{medium}", get(media::fetch))
            .route("/Messages/{sid}/Feedback.json", post(messages::feedback))
            .route("/IncomingPhoneNumbers.json", numbers())
            .route("/IncomingPhoneNumbers", numbers())
            .route("/IncomingPhoneNumbers/{sid}", get(numbers::fetch).post(numbers::update));
        Router::new()
            .route("/2010-04-01/Accounts/{account}", get(account::fetch))
            .nest("/2010-04-01/Accounts/{account}", account)
            // A host of its own at Twilio, messaging.twilio.com.
            .route("/v1/Services/{sid}", get(services::fetch).post(services::update))
            .route(TYPING, post(indicators::typing))
            // And content.twilio.com.
            .route("/v1/Content", get(content::list).post(content::create))
            .route("/v1/ContentAndApprovals", get(content::list))
            .route("/v1/Content/{sid}", get(content::fetch).delete(content::delete))
            .route("/v1/Content/{sid}/ApprovalRequests", get(content::approvals))
            .route("/v1/Content/{sid}/ApprovalRequests/whatsapp", post(content::submit))
            .nest("/v2", telnyx::router())
            .merge(resend::router())
            .fallback(async |OriginalUri(uri): OriginalUri| ApiError::not_found(uri.path()))
            .method_not_allowed_fallback(async || ApiError::new(405, 20_004, "Method not allowed"))
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .layer(from_fn_with_state(self.clone(), gate::admit))
            // The storage that media redirect to.
            .route("/files/{name}", get(files::serve))
            .with_state(self.clone())
    }
}

/// The SID in a path, which may end in `.json`.
fn sid(segment: &str) -> &str {
    segment.strip_suffix(".json").unwrap_or(segment)
}
