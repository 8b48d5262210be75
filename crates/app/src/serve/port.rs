use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::Failure;
use crate::config::Listen;

/// How many connections may wait to be taken in.
const BACKLOG: u32 = 1024;

/// Takes the port, without listening yet: nobody is to wait for a server that is not ready.
pub(super) fn take(listen: &Listen) -> Result<TcpSocket, Failure> {
    let address = listen.address();
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    };
    let bound = socket.and_then(|socket| {
        // A port whose last connections are still fading is free.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    });
    bound.map_err(|error| taken(listen, &error))
}

/// Listens, now that the server is ready.
pub(super) fn listen(socket: TcpSocket, listen: &Listen) -> Result<TcpListener, Failure> {
    socket
        .listen(BACKLOG)
        .map_err(|error| taken(listen, &error))
}

fn taken(listen: &Listen, error: &std::io::Error) -> Failure {
    Failure::cannot(format!(
        "PORT: {} cannot be listened on: {error}",
        listen.address()
    ))
}

/// Where it listens.
pub(super) fn address(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener.local_addr().map_err(Failure::cannot)
}
