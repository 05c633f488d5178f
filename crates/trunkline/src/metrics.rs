//! Figures for operators, in Prometheus' text format under `/metrics`.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::IntoResponse;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting. Only the first call of a process has an effect.
pub(crate) fn start() {
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
}

/// All figures as text.
pub(crate) async fn render() -> impl IntoResponse {
    let text = HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
