use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Failure;
use crate::config::{Listen, reachable};

const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the server on this machine whether it is alive.
pub(super) fn healthcheck(listen: &Listen) -> Result<(), Failure> {
    let address = reachable(listen.address());
    let status = ask(address).map_err(|error| {
        Failure::cannot(format!("no server answers at http://{address}: {error}"))
    })?;
    if status.starts_with("HTTP/1.1 200 ") {
        println!("alive at http://{address}");
        return Ok(());
    }
    Err(Failure::cannot(format!(
        "the server at http://{address} is not well: {status}"
    )))
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
