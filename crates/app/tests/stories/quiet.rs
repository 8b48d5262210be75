//! The server opens no connection of its own: no telemetry, no phoning home.

use std::collections::BTreeSet;
use std::fs;

use crate::launch;

/// The sockets of a process, as the kernel numbers them.
fn sockets_of(pid: u32) -> BTreeSet<String> {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is there");
    files
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok())
        .filter_map(|target| {
            Some(
                target
                    .to_str()?
                    .strip_prefix("socket:[")?
                    .trim_end_matches(']')
                    .to_owned(),
            )
        })
        .collect()
}

/// Network sockets of the process whose own end is not the listener's port.
fn own_connections(pid: u32, port: u16) -> Vec<String> {
    let sockets = sockets_of(pid);
    let mut own = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let table = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let local = fields[1].rsplit_once(':').map_or("", |(_, port)| port);
            if sockets.contains(fields[9]) && u16::from_str_radix(local, 16) != Ok(port) {
                own.push(line.to_owned());
            }
        }
    }
    own
}

#[tokio::test]
async fn the_server_opens_no_connection_of_its_own() {
    let (launch, _data) = launch();
    let server = launch.start().await;
    let port = server.origin.rsplit_once(':').unwrap().1.parse().unwrap();
    assert_eq!(own_connections(server.id(), port), Vec::<String>::new());
    let ada = server.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    socket
        .send(&room, "see https://example.com/picture.png")
        .await;
    ada.page(reqwest::Method::GET, &format!("/chat/room/{room}"))
        .send()
        .await;
    assert_eq!(own_connections(server.id(), port), Vec::<String>::new());
    assert!(
        !sockets_of(server.id()).is_empty(),
        "the test sees the server's sockets"
    );
}
