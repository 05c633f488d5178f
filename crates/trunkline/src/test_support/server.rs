//! The port at which the carrier reaches the app. It stays the same when the app is restarted.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;

pub(super) struct Server {
    pub(super) address: SocketAddr,
    /// Who answers; nobody while the app is not running.
    app: Arc<Mutex<Router>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app: Arc<Mutex<Router>> = Arc::default();
        let answering = app.clone();
        let router =
            Router::new().fallback(move |request: Request| answer(answering.lock().clone(), request));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Server { address, app, task }
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn set(&self, router: Router) {
        *self.app.lock() = router;
    }

    /// The app's routes, to be asked without a connection.
    pub(super) fn router(&self) -> Router {
        self.app.lock().clone()
    }
}

async fn answer(app: Router, request: Request) -> Response {
    let Ok(response) = app.oneshot(request).await;
    response
}
