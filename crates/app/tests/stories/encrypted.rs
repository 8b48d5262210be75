//! Nodes that reach their Redis through an encrypted connection.

use tempfile::TempDir;
use whatscrap_testkit::{Launch, postgres, redis::Redis};

use crate::launch;

#[tokio::test]
async fn nodes_are_joined_by_a_redis_whose_authority_they_trust_and_by_no_other() {
    let keys = TempDir::new().unwrap();
    let (Some(database), Some(redis)) = (
        postgres::database().await,
        Redis::start_encrypted(keys.path()).await,
    ) else {
        return;
    };
    assert!(redis.url.starts_with("rediss://"));
    let authority = keys.path().join("ca.crt");
    let node = |launch: Launch| {
        launch
            .set("DATABASE_URL", &database.url)
            .set("REDIS_URL", &redis.url)
            .set("SECRET_KEY", "a secret of the nodes of this test")
            .set("SSL_CERT_FILE", &authority.to_string_lossy())
    };
    let ((first, _data), (second, _other)) = (launch(), launch());
    let (first, second) = (node(first), node(second));
    let (one, two) = (first.start().await, second.start().await);
    for node in [&one, &two] {
        node.says("the other nodes are within reach").await;
    }
    let (ada, ben) = (one.user("ada").await, two.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let mut his = ben.socket().await;
    ada.posts("hello").in_room(&room).await;
    his.hears("hello").await;

    let checked = first.run(&["doctor"]).await;
    assert!(checked.output.contains("ok    redis"), "{checked:?}");
    let stranger = first.unset("SSL_CERT_FILE").run(&["doctor"]).await;
    assert!(stranger.output.contains("FAIL  redis"), "{stranger:?}");
    assert!(stranger.output.contains("certificate"), "{stranger:?}");
}
