//! The page's door.

use axum::extract::State;
use utoipa_axum::routes;

use super::{Doctor, Report};
use crate::http::{ApiRoutes, Json};

pub(crate) fn routes() -> ApiRoutes<Doctor> {
    ApiRoutes::new().admin(routes!(examine))
}

/// Looks whether everything works together: the database, the public address, the providers. Nothing is changed; it
/// may take some seconds.
#[utoipa::path(post, path = "/api/doctor", tag = "operations", responses((status = 200, body = Report)))]
async fn examine(State(doctor): State<Doctor>) -> Json<Report> {
    Json(doctor.examine().await)
}
