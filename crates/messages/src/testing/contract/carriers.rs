use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::timeout;
use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;

use crate::{Carrier, Channel, Heard, Word};

const PATIENCE: Duration = Duration::from_secs(20);

/// Two nodes that the same carrier joins, and what each hears.
pub type Nodes = [(Arc<dyn Carrier>, mpsc::Receiver<Heard>); 2];

fn word(head: &str) -> Word {
    Word {
        head: head.to_owned(),
        body: Bytes::from_static(b"\0\n\xff"),
    }
}

fn room(number: u128) -> RoomId {
    RoomId(Uuid::from_u128(number))
}

async fn next(heard: &mut mpsc::Receiver<Heard>) -> Heard {
    let next = timeout(PATIENCE, heard.recv()).await;
    next.expect("something is heard")
        .expect("the carrier is there")
}

/// The heads of what is heard, up to this one.
async fn heads(heard: &mut mpsc::Receiver<Heard>, last: &str) -> Vec<String> {
    let mut heads = Vec::new();
    while heads.last().is_none_or(|head| head != last) {
        if let Heard::Word(Word { head, body }) = next(heard).await {
            assert!(body.is_empty() || body == word("").body, "{body:?}");
            heads.push(head);
        }
    }
    heads
}

async fn until(heard: &mut mpsc::Receiver<Heard>, what: Heard) {
    while next(heard).await != what {}
}

pub async fn what_is_said_to_all_is_heard_by_every_node_in_its_order(nodes: Nodes) {
    let [(ada, mut by_ada), (ben, mut by_ben)] = nodes;
    until(&mut by_ada, Heard::Back).await;
    until(&mut by_ben, Heard::Back).await;
    // Who says something may be ready later than who hears.
    loop {
        ada.say(Channel::All, word("first"));
        let heard = timeout(Duration::from_millis(300), by_ben.recv()).await;
        if matches!(heard, Ok(Some(Heard::Word(_)))) {
            break;
        }
    }
    let said: Vec<_> = (0..300)
        .map(|number| format!("{{\"n\":{number}}}"))
        .collect();
    for head in &said {
        ada.say(Channel::All, word(head));
    }
    let last = said.last().unwrap();
    let mut heard = heads(&mut by_ben, last).await;
    heard.retain(|head| head != "first");
    assert_eq!(heard, said);
    ben.say(Channel::All, word("back"));
    heads(&mut by_ada, "back").await;
}

pub async fn a_room_is_heard_from_the_moment_that_is_told(nodes: Nodes) {
    let [(ada, mut by_ada), (ben, mut by_ben)] = nodes;
    until(&mut by_ada, Heard::Back).await;
    until(&mut by_ben, Heard::Back).await;
    ada.follow(room(1));
    until(&mut by_ada, Heard::Following(room(1))).await;
    ben.follow(room(1));
    until(&mut by_ben, Heard::Following(room(1))).await;
    ada.say(Channel::Room(room(2)), word("elsewhere"));
    ada.say(Channel::Room(room(1)), word("here"));
    assert_eq!(heads(&mut by_ben, "here").await, ["here"]);
    ben.follow(room(2));
    until(&mut by_ben, Heard::Following(room(2))).await;
    ada.say(Channel::Room(room(2)), word("there"));
    assert_eq!(heads(&mut by_ben, "there").await, ["there"]);
}

pub async fn a_room_that_is_left_is_not_heard(nodes: Nodes) {
    let [(ada, mut by_ada), (ben, mut by_ben)] = nodes;
    until(&mut by_ada, Heard::Back).await;
    until(&mut by_ben, Heard::Back).await;
    for number in [1, 2] {
        ben.follow(room(number));
        until(&mut by_ben, Heard::Following(room(number))).await;
    }
    ben.unfollow(room(1));
    // What comes after it was done.
    ben.follow(room(3));
    until(&mut by_ben, Heard::Following(room(3))).await;
    ada.say(Channel::Room(room(1)), word("left"));
    ada.say(Channel::Room(room(2)), word("kept"));
    assert_eq!(heads(&mut by_ben, "kept").await, ["kept"]);
}

pub async fn a_long_head_arrives_whole(nodes: Nodes) {
    let [(ada, mut by_ada), (ben, mut by_ben)] = nodes;
    until(&mut by_ada, Heard::Back).await;
    until(&mut by_ben, Heard::Back).await;
    ben.follow(room(1));
    until(&mut by_ben, Heard::Following(room(1))).await;
    let long = format!("\"{}'\\\"", "ü".repeat(3_490));
    ada.say(Channel::Room(room(1)), word(&long));
    heads(&mut by_ben, &long).await;
}
