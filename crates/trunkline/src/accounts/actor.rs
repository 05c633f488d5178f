//! Who makes a request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use trunkline_domain::ids::{SessionId, UserId};

use crate::http::Problem;
use crate::http::access::Role;

/// The signed-in user of a request. The guard puts it there, so a handler that asks for one behind
/// `Access::AtLeast` always gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    pub(crate) id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) name: String,
    pub(crate) email: String,
    /// As stored when the request came in.
    pub(crate) role: Role,
}

/// 401: nobody is signed in.
pub(super) fn unauthenticated() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        "Sign in first: there is no session, or it has ended.",
    )
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Actor>().cloned().ok_or_else(unauthenticated)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Actor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Actor>().cloned())
    }
}
