//! When to write to somebody, told with the evidence (C12).

use axum::extract::State;
use trunkline_domain::ids::ContactId;
use utoipa_axum::routes;

use super::Api;
use crate::contacts;
use crate::delivery::Delivery;
use crate::delivery::best_time::{self, BestTime};
use crate::http::{ApiResult, ApiRoutes, Json, Path, Problem};

pub(super) fn routes() -> ApiRoutes<Api> {
    ApiRoutes::new().viewer(routes!(read_best_time))
}

/// When somebody usually writes, with the evidence.
#[utoipa::path(get, path = "/api/contacts/{id}/best-time", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = BestTime), (status = 404, body = Problem)))]
async fn read_best_time(
    State(delivery): State<Delivery>,
    Path(id): Path<ContactId>,
) -> ApiResult<Json<BestTime>> {
    let now = delivery.ambient.now();
    let found = delivery
        .store
        .read(move |tx| {
            let Some(contact) = contacts::find(tx, id)? else { return Ok(None) };
            best_time::of(tx, Some(id), contact.phone.as_deref().unwrap_or_default(), now).map(Some)
        })
        .await?;
    found.map(Json).ok_or_else(|| Problem::not_found("contact"))
}
