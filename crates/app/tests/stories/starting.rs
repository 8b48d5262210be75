//! How the server starts, and why it does not.

use std::os::unix::fs::PermissionsExt;

use tokio::net::TcpListener;
use whatscrap_testkit::{Ended, postgres};

use crate::launch;

/// One line on stderr that names what is wrong, and nothing else.
#[track_caller]
fn refuses(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.status.code(), Some(code), "{ended:?}");
    let lines: Vec<&str> = ended
        .errors
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert_eq!(lines.len(), 1, "one line: {ended:?}");
    for word in words {
        assert!(lines[0].contains(word), "{word} is not named: {}", lines[0]);
    }
}

#[tokio::test]
async fn a_wrong_setting_is_one_line_that_names_it() {
    let (launch, data) = launch();
    for (name, value, accepted) in [
        ("DATABASE_URL", "mysql://root@localhost/chat", "postgres"),
        ("DATABASE_URL", "chat.db", "sqlite"),
        ("PORT", "http", "65535"),
        ("BIND", "everywhere", "0.0.0.0"),
        ("REGISTRATION", "maybe", "open"),
        ("RATE_LIMITS", "some", "off"),
        ("PUBLIC_URL", "chat.example.com", "https://"),
        ("CLIENT_IP_SOURCE", "Anything", "ConnectInfo"),
        ("LOG_FORMAT", "xml", "json"),
    ] {
        let ended = launch.clone().set(name, value).run(&[]).await;
        refuses(&ended, 2, &[name, accepted]);
    }
    assert_eq!(
        std::fs::read_dir(data.path()).unwrap().count(),
        0,
        "nothing is touched"
    );
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let (launch, _data) = launch();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let ended = launch.set("PORT", &port).run(&[]).await;
    refuses(&ended, 1, &[&port, "in use"]);
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_one_is_named() {
    let (launch, data) = launch();
    let file = data.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("data");
    let ended = launch
        .clone()
        .set("DATA_DIR", &below.to_string_lossy())
        .run(&[])
        .await;
    refuses(&ended, 1, &["DATA_DIR"]);
    // Root may write anywhere but where there is nothing to write to.
    let ended = launch.set("DATA_DIR", "/proc/whatscrap").run(&[]).await;
    refuses(&ended, 1, &["DATA_DIR"]);
}

#[tokio::test]
async fn the_database_and_the_key_are_for_the_owner_alone() {
    let (launch, data) = launch();
    let server = launch.start().await;
    server.user("ada").await;
    for entry in std::fs::read_dir(data.path()).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is {mode:o}", entry.file_name());
    }
}

#[tokio::test]
async fn the_first_start_prints_where_and_how_to_set_up() {
    let (launch, _data) = launch();
    let server = launch.start().await;
    let log = server.log();
    assert!(
        log.contains(env!("CARGO_PKG_VERSION")) && log.contains("sqlite"),
        "{log}"
    );
    assert_eq!(server.get("/readyz").send().await.status, 200);
}

#[tokio::test]
async fn two_servers_starting_at_once_migrate_once() {
    let Some(database) = postgres::database().await else {
        return;
    };
    let ((first, _first_data), (second, _second_data)) = (launch(), launch());
    let (first, second) = (
        first.set("DATABASE_URL", &database.url),
        second.set("DATABASE_URL", &database.url),
    );
    let (first, second) = tokio::join!(first.start(), second.start());
    for server in [&first, &second] {
        assert_eq!(
            server.get("/readyz").send().await.status,
            200,
            "{}",
            server.log()
        );
    }
    let ada = first.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let elsewhere = second.login("ada").await;
    elsewhere.posts("from the other").in_room(&room).await;
    assert_eq!(ada.reads(&room).await.len(), 1);
}

#[tokio::test]
async fn passwords_in_the_database_url_stay_out_of_the_log() {
    let (launch, _data) = launch();
    let url = "postgres://me:hunter2@127.0.0.1:1/chat";
    let server = launch.set("DATABASE_URL", url);
    let ended = server.run(&["migrate", "status"]).await;
    assert!(!ended.status.success());
    assert!(!format!("{ended:?}").contains("hunter2"), "{ended:?}");
}
