//! The guard before every API route: no writes from other sites, who it is, what they may, how often.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::actor::unauthenticated;
use super::{Accounts, Actor, cookie, session};
use crate::http::access::{Access, Role};
use crate::http::origin::Client;
use crate::http::{ApiResult, Problem};

/// Builds the guard of each access level, for `ApiRoutes::build`.
pub(crate) fn guard(accounts: &Accounts) -> impl Fn(Access, Router) -> Router + use<> {
    let accounts = accounts.clone();
    move |access, router| router.route_layer(from_fn_with_state((accounts.clone(), access), check))
}

async fn check(
    State((accounts, access)): State<(Accounts, Access)>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&accounts, access, &client, request.method(), request.headers()).await {
        Err(problem) => problem.into_response(),
        Ok(actor) => {
            if let Some(actor) = actor {
                request.extensions_mut().insert(actor);
            }
            let mut response = next.run(request).await;
            // What one user saw must not be shown to the next one of the same browser.
            response
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("no-store"));
            response
        }
    }
}

async fn admit(
    accounts: &Accounts,
    access: Access,
    client: &Client,
    method: &Method,
    headers: &HeaderMap,
) -> ApiResult<Option<Actor>> {
    let writes = !method.is_safe();
    if writes {
        refuse_cross_site(client, headers)?;
    }
    let actor = match cookie::read(client, headers) {
        Some(token) => session::authenticate(accounts, &token).await?,
        None => None,
    };
    accounts.limits.admit(actor.as_ref(), client, writes, accounts.ambient.now())?;
    if let Access::AtLeast(role) = access {
        require(role, actor.as_ref())?;
    }
    Ok(actor)
}

fn require(role: Role, actor: Option<&Actor>) -> Result<(), Problem> {
    let actor = actor.ok_or_else(unauthenticated)?;
    if actor.role >= role {
        return Ok(());
    }
    let detail = format!(
        "This needs the role {} or higher; you have the role {}. Ask an owner or admin.",
        role.as_str(),
        actor.role.as_str()
    );
    Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
}

/// The cookie goes along with requests that other sites make our user's browser send; the browser says so
/// in headers that a page cannot forge (W3C Fetch Metadata, §2.2; Fetch standard, `Origin`). A client that
/// sends neither is no browser, and has no cookie that it was not given.
fn refuse_cross_site(client: &Client, headers: &HeaderMap) -> Result<(), Problem> {
    let ours = match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin.to_str().is_ok_and(|origin| is_own(origin, &client.bases)),
        (None, None) => true,
    };
    if ours {
        return Ok(());
    }
    let detail = "This request was made by another site, so it was not carried out.";
    Err(Problem::new(StatusCode::FORBIDDEN, "cross_site", detail))
}

/// Whether `origin` has the host and port of one of `bases`. The scheme is left out: a proxy that ends TLS
/// may not have told us which it was.
fn is_own(origin: &str, bases: &[String]) -> bool {
    let place = |text: &str| {
        let url = Url::parse(text).ok()?;
        Some((url.host_str()?.to_owned(), url.port()))
    };
    place(origin).is_some_and(|origin| bases.iter().any(|base| place(base).as_ref() == Some(&origin)))
}
