//! The browser app, embedded in the binary.
//!
//! It is built by `./dev`; without that, `cargo build` alone gives a program whose pages say how to build it.
//! Everything that is no file is the app's own address and gets its index page.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct App;

/// Shown while there is no app to show.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Trunkline</title>\
    <h1>The browser app is not part of this build</h1>\
    <p>The program runs; its API is under <code>/api</code>. Build the app with <code>./dev build</code>, \
    which needs Node, and start again.";

/// Files whose name holds a hash of their content never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(crate) fn router() -> Router {
    Router::new().route("/", get(index)).route("/{*path}", get(file))
}

async fn file(Path(path): Path<String>) -> Response {
    match App::get(&path) {
        Some(file) => {
            let hashed = path.starts_with("assets/");
            serve(&path, file, if hashed { FOR_EVER } else { "no-cache" })
        }
        // A missing file is missing; anything else is an address inside the app.
        None if path.starts_with("assets/") || path.starts_with("api/") || path.starts_with("webhooks/") => {
            StatusCode::NOT_FOUND.into_response()
        }
        None => index().await,
    }
}

async fn index() -> Response {
    match App::get("index.html") {
        Some(file) => serve("index.html", file, "no-cache"),
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

fn serve(path: &str, file: rust_embed::EmbeddedFile, cache: &'static str) -> Response {
    let mime = HeaderValue::from_str(file.metadata.mimetype())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mime =
        if path.ends_with(".html") { HeaderValue::from_static("text/html; charset=utf-8") } else { mime };
    let headers = [(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, HeaderValue::from_static(cache))];
    (headers, Body::from(file.data)).into_response()
}
