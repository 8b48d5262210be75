//! What only the real binary can show: how it starts, refuses, and ends.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use whatscrap_testkit::{Ended, Launch};

const BINARY: &str = env!("CARGO_BIN_EXE_whatscrap");

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn launch(folder: &TempDir) -> Launch {
    Launch::of(BINARY, &folder.path().join("data"))
}

fn assert_refused(ended: &Ended, code: i32, said: &[&str]) {
    assert_eq!(ended.status.code(), Some(code), "{ended:?}");
    assert_eq!(ended.errors.lines().count(), 1, "one line: {ended:?}");
    for words in said {
        assert!(ended.errors.contains(words), "{words:?} in {ended:?}");
    }
}

#[tokio::test]
async fn a_wrong_setting_is_one_line_before_anything_is_touched() {
    for (variable, value, said) in [
        (
            "DATABASE_URL",
            "mysql://ada:s3cret@h/d",
            "accepted: sqlite:PATH",
        ),
        ("PORT", "eighty", "accepted: a whole number from 0 to 65535"),
        ("REGISTRATION", "perhaps", "accepted: open, invite, closed"),
        ("MAX_BODY_CHARS", "0", "from 1 to 16000"),
        (
            "REDIS_URL",
            "redis://:s3cret@h",
            "an SQLite file has one server",
        ),
        ("BUS", "postgres", "an SQLite file has one server"),
        ("SECRET_KEY", "s3cret", "accepted: 16 characters or more"),
        ("PUBLIC_URL", "", "accepted: http:// or https://"),
    ] {
        let folder = folder();
        let ended = launch(&folder).set(variable, value).run(&[]).await;
        assert_refused(&ended, 2, &[variable, said]);
        assert!(!ended.errors.contains("s3cret"), "{ended:?}");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            0,
            "{variable}: nothing is touched"
        );
    }
}

#[tokio::test]
async fn settings_may_stand_in_a_file_that_the_environment_overrules() {
    let with_file = |text: &str| {
        let folder = folder();
        fs::write(folder.path().join(".env"), text).expect("the folder can be written to");
        folder
    };
    let wrong = with_file("MAX_BODY_CHARS=0\n");
    let ended = launch(&wrong).run(&["serve"]).await;
    assert_refused(&ended, 2, &["MAX_BODY_CHARS"]);
    let overruled = launch(&wrong).set("MAX_BODY_CHARS", "10");
    overruled.start().await;

    let broken = with_file("ADMIN_PASSWORD='s3cret\n");
    let ended = launch(&broken).run(&["serve"]).await;
    assert_refused(&ended, 2, &[".env"]);
    assert!(!ended.errors.contains("s3cret"), "{ended:?}");
}

#[tokio::test]
async fn the_owners_name_and_password_are_looked_at_before_anything_is_touched() {
    let folder = folder();
    let short = launch(&folder)
        .set("ADMIN_USERNAME", "ada")
        .set("ADMIN_PASSWORD", "s3cret");
    let ended = short.run(&["serve"]).await;
    assert_refused(&ended, 2, &["ADMIN_PASSWORD", "8 characters"]);
    assert!(!ended.errors.contains("s3cret"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_busy_port_is_named() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let folder = folder();
    let ended = launch(&folder).set("PORT", &port).run(&[]).await;
    assert_refused(&ended, 1, &["PORT", &port, "in use"]);
    assert!(!folder.path().join("data").exists(), "nothing is touched");
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_to_is_named() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for unusable in [file.join("data"), Path::new("/proc/sys").to_owned()] {
        let ended = Launch::of(BINARY, &unusable).run(&[]).await;
        assert_refused(&ended, 2, &["DATA_DIR", &unusable.to_string_lossy()]);
    }
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused_while_the_first_runs() {
    let folder = folder();
    let mut first = launch(&folder).start().await;
    let second = launch(&folder).run(&[]).await;
    assert_refused(&second, 1, &["another whatscrap", "whatscrap.db"]);
    first.kill().await;
    first.starts_again().await;
}

#[tokio::test]
async fn a_metrics_address_that_is_taken_stops_the_start_only_if_it_was_chosen() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let folder = folder();
    let ended = launch(&folder).set("METRICS_BIND", &address).run(&[]).await;
    assert_refused(&ended, 2, &["METRICS_BIND", &address]);

    // Taken by this test, or by whatever else runs here.
    let _held = TcpListener::bind("127.0.0.1:9100");
    let server = launch(&folder).unset("METRICS_BIND").start().await;
    assert!(server.log().contains("no metrics"), "{}", server.log());
}

#[tokio::test]
async fn metrics_are_on_their_own_listener_alone() {
    let folder = folder();
    let server = launch(&folder)
        .set("METRICS_BIND", "127.0.0.1:0")
        .start()
        .await;
    assert_eq!(server.get("/healthz").send().await.status, 200);
    assert_eq!(server.get("/metrics").send().await.status, 404);
    let log = server.log();
    let (_, url) = log.split_once("metrics at ").expect("it says where");
    let end = url.find(['"', '\n', ' ']).unwrap();
    let origin = url[..end].trim_end_matches("/metrics").to_owned();
    let metrics = whatscrap_testkit::Site::at(origin)
        .get("/metrics")
        .send()
        .await;
    assert!(
        metrics.text.contains("whatscrap_request_seconds"),
        "{metrics:?}"
    );
}

#[tokio::test]
async fn a_termination_ends_it_cleanly_and_in_time() {
    let folder = folder();
    let mut server = launch(&folder).start().await;
    assert_eq!(server.get("/readyz").send().await.status, 200);
    let asked = Instant::now();
    server.terminate().await;
    server.terminate().await;
    let status = server.ended().await;
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert!(asked.elapsed() < Duration::from_secs(10));
    let wal = folder.path().join("data/whatscrap.db-wal");
    assert!(
        fs::metadata(wal).map_or(0, |file| file.len()) == 0,
        "the log is in the database"
    );
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_header_is_let_go() {
    let folder = folder();
    let server = launch(&folder).start().await;
    let address = server.origin.trim_start_matches("http://").to_owned();
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(15), slow.read_to_end(&mut rest));
    closed.await.expect("closed in time").ok();
}

#[tokio::test]
async fn the_first_start_prints_where_the_owner_is_made() {
    let folder = folder();
    let server = launch(&folder)
        .set("SETUP_TOKEN", "open-sesame")
        .set("RUST_LOG", "error")
        .start()
        .await;
    server.says("/setup?token=open-sesame").await;
    server.says("RATE LIMITS ARE OFF").await;
    drop(server);
    let unattended = launch(&folder)
        .set("ADMIN_USERNAME", "ada")
        .set("ADMIN_PASSWORD", whatscrap_testkit::PASSWORD);
    let server = unattended.start().await;
    assert!(!server.log().contains("/setup"), "{}", server.log());
    server.login("ada").await;
}

#[tokio::test]
async fn administrators_make_accounts_and_passwords_at_the_command_line() {
    let folder = folder();
    let owner = launch(&folder)
        .run(&["admin", "create", "ada", "--generate"])
        .await;
    assert!(owner.output.contains("made ada the owner"), "{owner:?}");
    let again = launch(&folder)
        .run(&["admin", "create", "ada", "--generate"])
        .await;
    assert_refused(&again, 1, &["taken"]);
    let silent = launch(&folder).run(&["admin", "create", "ben"]).await;
    assert_refused(&silent, 1, &["ADMIN_PASSWORD", "--generate"]);
    let given = launch(&folder).set("ADMIN_PASSWORD", whatscrap_testkit::PASSWORD);
    let reset = given.run(&["admin", "reset-password", "ada"]).await;
    assert!(reset.status.success(), "{reset:?}");
    assert!(
        !reset.output.contains(whatscrap_testkit::PASSWORD),
        "only a made-up one is printed"
    );
    launch(&folder).start().await.login("ada").await;
}

#[tokio::test]
async fn the_doctor_and_the_migrations_say_how_things_are() {
    let folder = folder();
    let status = launch(&folder).run(&["migrate", "status"]).await;
    assert!(status.output.contains("not there yet"), "{status:?}");
    let healthy = launch(&folder).run(&["doctor"]).await;
    assert!(healthy.status.success(), "{healthy:?}");
    assert!(!folder.path().join("data").exists(), "they change nothing");

    let up = launch(&folder).run(&["migrate", "up"]).await;
    assert!(up.output.contains("applied m2026"), "{up:?}");
    let status = launch(&folder).run(&["migrate", "status"]).await;
    assert!(
        status.output.contains("applied m2026") && !status.output.contains("pending"),
        "{status:?}"
    );

    fs::write(
        folder.path().join("data/other.db"),
        "no database at all, ".repeat(60),
    )
    .unwrap();
    let other = folder.path().join("data/other.db");
    let ill = launch(&folder)
        .set("DATABASE_URL", &format!("sqlite:{}", other.display()))
        .run(&["doctor"])
        .await;
    assert_eq!(ill.status.code(), Some(1));
    assert!(ill.output.contains("FAIL  database"), "{ill:?}");
}

#[tokio::test]
async fn it_tells_whether_it_is_alive_and_what_its_api_is() {
    let folder = folder();
    let server = launch(&folder).start().await;
    let (_, port) = server.origin.rsplit_once(':').unwrap();
    let check = async |port: &str| {
        let command = Command::new(BINARY)
            .args(["healthcheck", "--port", port])
            .output();
        command.await.unwrap().status.success()
    };
    assert!(check(port).await);
    assert!(!check("1").await);
    let document = launch(&folder).run(&["openapi"]).await;
    let document: serde_json::Value = serde_json::from_str(&document.output).unwrap();
    assert!(document["paths"]["/api/v1/rooms"].is_object());
}

#[tokio::test]
async fn two_servers_that_start_at_once_on_postgres_migrate_it_once() {
    let Some(database) = whatscrap_testkit::postgres::database().await else {
        return;
    };
    let url = database.url.replace("postgres://", "postgresql+asyncpg://");
    let (one, other) = (folder(), folder());
    let start = async |folder| launch(folder).set("DATABASE_URL", &url).start().await;
    let (mut one_server, other_server) = tokio::join!(start(&one), start(&other));
    for server in [&one_server, &other_server] {
        assert_eq!(server.get("/readyz").send().await.status, 200);
    }
    one_server.terminate().await;
    assert_eq!(one_server.ended().await.code(), Some(0));
    let status = launch(&one)
        .set("DATABASE_URL", &url)
        .run(&["migrate", "status"])
        .await;
    assert!(!status.output.contains("pending"), "{status:?}");
}
