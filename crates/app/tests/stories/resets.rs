//! A password that is set at the command line ends what runs under the old one, on every node.

use whatscrap_testkit::{Launch, Process, postgres, redis};

use crate::launch;

async fn a_new_password_ends_the_old_sessions(command: &Launch, nodes: &[&Process]) {
    let ada = nodes[0].user("ada").await;
    let mut sockets = Vec::new();
    for node in nodes {
        sockets.push(node.login("ada").await.socket().await);
    }
    ada.get("/me").send().await.ok(200);
    let command = command
        .clone()
        .set("ADMIN_PASSWORD", "another long password");
    let reset = command.run(&["admin", "reset-password", "ada"]).await;
    assert!(reset.status.success(), "{reset:?}");
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, 4500);
    }
    assert_eq!(ada.get("/me").send().await.status, 401);
}

#[tokio::test]
async fn a_running_server_notices_a_new_password() {
    let (launch, _data) = launch();
    let server = launch.start().await;
    a_new_password_ends_the_old_sessions(&launch, &[&server]).await;
}

#[tokio::test]
async fn every_node_notices_a_new_password() {
    let Some((database, redis)) = postgres::database().await.zip(redis::Redis::start().await)
    else {
        return;
    };
    let (first, _data) = launch();
    let (second, _other) = launch();
    let node = |launch: Launch| {
        launch
            .set("DATABASE_URL", &database.url)
            .set("REDIS_URL", &redis.url)
            .set("SECRET_KEY", "a secret of the nodes of this test")
    };
    let (first, second) = (node(first), node(second));
    let nodes = (first.start().await, second.start().await);
    a_new_password_ends_the_old_sessions(&first, &[&nodes.0, &nodes.1]).await;
}
