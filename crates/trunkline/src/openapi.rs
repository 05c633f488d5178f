//! The description of the API, made from the code of the routes.

use utoipa::openapi::{Info, OpenApi};

/// Joins the descriptions of features and adds what none of them knows.
pub(crate) fn complete(parts: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut described = OpenApi::default();
    parts.into_iter().for_each(|part| described.merge(part));
    described.info = Info::new("Trunkline", env!("CARGO_PKG_VERSION"));
    described.info.description = Some(
        "Everything the browser app does. Sign in first; the session is a cookie. Errors are problem documents \
         (RFC 9457) whose `code` is stable. Lists are read page by page with `cursor`."
            .to_owned(),
    );
    described
}
