//! Serving over TCP with the one thing a normal server cannot do: hang up instead of answering.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::api::Hangup;
use crate::simulator::Simulator;

/// How long open requests may finish after the end was asked for; streams and hung answers never do.
const GRACE: Duration = Duration::from_millis(500);

impl Simulator {
    /// Serves the provider's API until `shutdown` is ready.
    ///
    /// # Errors
    ///
    /// When no connection can be accepted any more.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        serve(self.provider_router(), listener, shutdown).await
    }

    /// Serves the provider's API and, under `/simulator`, the control API, which asks for no credentials:
    /// for a listener that only this machine can reach.
    ///
    /// # Errors
    ///
    /// When no connection can be accepted any more.
    pub async fn serve_with_control(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let router = self.provider_router().nest("/simulator", self.control_router());
        serve(router, listener, shutdown).await
    }
}

async fn serve(router: Router, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let mut shutdown = pin!(shutdown);
    let ending = watch::Sender::new(false);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(attend(stream, router.clone(), ending.subscribe())); }
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => return Err(error),
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    ending.send_replace(true);
    let finished = async { while connections.join_next().await.is_some() {} };
    // What is left is dropped with the set.
    _ = tokio::time::timeout(GRACE, finished).await;
    Ok(())
}

/// The client went away between connecting and being accepted.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves one connection until either side or a request on it ends it.
async fn attend(stream: TcpStream, router: Router, mut ending: watch::Receiver<bool>) {
    let hangup = Hangup::default();
    _ = stream.set_nodelay(true);
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(hangup.clone());
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request.map(Body::new)).await;
            Ok::<_, Infallible>(response)
        }
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let until_closed = async {
        let mut connection = pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            () = ended(&mut ending) => {}
        }
        connection.as_mut().graceful_shutdown();
        _ = connection.await;
    };
    tokio::select! {
        () = until_closed => {}
        // Leaving drops the socket: the client reads the end of the stream where an answer should be.
        () = hangup.0.notified() => {}
    }
}

async fn ended(ending: &mut watch::Receiver<bool>) {
    _ = ending.wait_for(|ending| *ending).await;
}
