//! The wire between the product and the carrier. A test can hold answers back, so that something else
//! happens first, and cut it, so that nobody answers.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Requests go through, answers wait.
    Held,
    /// Connections are refused.
    Cut,
}

/// A relay that the product takes for the carrier.
pub(super) struct Wire {
    address: SocketAddr,
    state: watch::Sender<State>,
    task: JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Wire {
    pub(super) async fn to(carrier: SocketAddr) -> Wire {
        let place = bound("127.0.0.1:0".parse().unwrap());
        let address = place.local_addr().unwrap();
        let state = watch::Sender::new(State::Open);
        let task = tokio::spawn(relay(place, carrier, state.subscribe()));
        Wire { address, state, task }
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn hold(&self) {
        self.state.send_replace(State::Held);
    }

    pub(super) fn open(&self) {
        self.state.send_replace(State::Open);
    }

    /// Cuts the wire, and waits until nobody listens any more.
    pub(super) async fn cut(&self) {
        self.state.send_replace(State::Cut);
        super::soon(async {
            while TcpStream::connect(self.address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

/// A socket that holds a port, and may share it with another of ours.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

/// `place` never listens: while the wire is cut it keeps the port, so that nobody else gets it.
async fn relay(place: TcpSocket, carrier: SocketAddr, mut state: watch::Receiver<State>) {
    let address = place.local_addr().unwrap();
    let listen = || bound(address).listen(1_024).unwrap();
    let mut listener = Some(listen());
    let mut connections = JoinSet::new();
    loop {
        let now = *state.borrow_and_update();
        if now == State::Cut {
            listener = None;
            connections = JoinSet::new();
        } else if listener.is_none() {
            listener = Some(listen());
        }
        tokio::select! {
            changed = state.changed() => if changed.is_err() { return },
            Some(client) = accept(listener.as_ref()) => {
                connections.spawn(pass(client, carrier, state.clone()));
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> Option<TcpStream> {
    Some(listener?.accept().await.ok()?.0)
}

/// Passes bytes both ways until either side ends.
async fn pass(client: TcpStream, carrier: SocketAddr, mut state: watch::Receiver<State>) {
    let Ok(server) = TcpStream::connect(carrier).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let requests = tokio::io::copy(&mut from_client, &mut to_server);
    let answers = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
            if state.wait_for(|state| *state != State::Held).await.is_err()
                || to_client.write_all(&buffer[..count]).await.is_err()
            {
                return;
            }
        }
    };
    tokio::select! {
        _ = requests => {}
        () = answers => {}
    }
}
