//! Reading back: by place, and by change.

use serde_json::{Value, json};
use whatscrap_testkit::App;

stories! {
    history_is_paged_in_order_from_anywhere,
    changes_are_read_by_version,
}

async fn history_is_paged_in_order_from_anywhere(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    for number in 1..=120 {
        socket.send(&room, &format!("message {number}")).await;
    }
    let page = async |query: &str| {
        let page = ada
            .get(&format!("/rooms/{room}/messages{query}"))
            .send()
            .await
            .ok(200);
        let seqs: Vec<u64> = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["seq"].as_u64().unwrap())
            .collect();
        assert!(
            seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]),
            "{query}: {seqs:?}"
        );
        (
            seqs.first().copied(),
            seqs.last().copied(),
            page["has_before"] == true,
            page["has_after"] == true,
        )
    };
    assert_eq!(page("").await, (Some(71), Some(120), true, false));
    assert_eq!(page("?before=71").await, (Some(21), Some(70), true, true));
    assert_eq!(page("?before=21").await, (Some(1), Some(20), false, true));
    assert_eq!(page("?before=1").await, (None, None, false, true));
    assert_eq!(
        page("?after=0&limit=5").await,
        (Some(1), Some(5), false, true)
    );
    assert_eq!(
        page("?after=118").await,
        (Some(119), Some(120), true, false)
    );
    assert_eq!(page("?after=120").await, (None, None, true, false));
    let (first, last, before, after) = page("?around=60&limit=11").await;
    assert_eq!(
        (first, last, before, after),
        (Some(55), Some(65), true, true)
    );
    assert_eq!(page("?limit=200").await, (Some(1), Some(120), false, false));
    for query in [
        "?limit=0",
        "?limit=201",
        "?limit=x",
        "?before=5&after=1",
        "?before=-1",
        "?around=x",
    ] {
        let answer = ada
            .get(&format!("/rooms/{room}/messages{query}"))
            .send()
            .await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

async fn changes_are_read_by_version(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    for number in 1..=7 {
        ada.posts(&format!("message {number}")).in_room(&room).await;
    }
    let changes = async |query: &str| {
        let changes = ada
            .get(&format!("/rooms/{room}/changes{query}"))
            .send()
            .await
            .ok(200);
        let versions: Vec<Value> = changes["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["version"].clone())
            .collect();
        (
            Value::from(versions),
            changes["version"].clone(),
            changes["more"].clone(),
        )
    };
    assert_eq!(
        changes("?after=4").await,
        (json!([5, 6, 7]), json!(7), json!(false))
    );
    assert_eq!(
        changes("?after=0&limit=3").await,
        (json!([1, 2, 3]), json!(3), json!(true))
    );
    assert_eq!(
        changes("?after=7").await,
        (json!([]), json!(7), json!(false))
    );
}
