//! The description of the API, made from the code of the routes.

use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, Info, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder};

/// The form of every error (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Joins the descriptions of features and adds what none of them knows.
pub(crate) fn complete(parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut described = OpenApi::default();
    parts.into_iter().for_each(|part| described.merge(part));
    described.paths.paths.values_mut().flat_map(operations).for_each(errors_are_problems);
    described.info = Info::new("Trunkline", env!("CARGO_PKG_VERSION"));
    described.info.description = Some(
        "Everything the browser app does. Sign in first; the session is a cookie. Errors are problem documents \
         (RFC 9457) whose `code` is stable. Lists are read page by page with `cursor`."
            .to_owned(),
    );
    described
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = path;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// Any request may be refused; the statuses that a caller can act on are listed by the route itself.
fn errors_are_problems(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    let refusals = responses.iter_mut().filter(|(status, _)| status.starts_with('4'));
    for (_, response) in refusals {
        *response = refusal();
    }
    responses.insert("default".to_owned(), refusal());
}

fn refusal() -> RefOr<Response> {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let refused = ResponseBuilder::new().description("What went wrong, and what to do");
    RefOr::T(refused.content(PROBLEM, problem).build())
}
