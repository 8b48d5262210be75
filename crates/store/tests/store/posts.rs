//! What only a store can show of posting: many at once, and whom it tells.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use whatscrap_messages::testing::new_message;
use whatscrap_messages::{ChangeError, PageAt};
use whatscrap_rooms::RoomId;
use whatscrap_rooms::testing::new_room;
use whatscrap_users::UserId;
use whatscrap_users::testing::founder;

use crate::site::{Site, on_both};

on_both!(
    new:
    fifty_writers_leave_no_hole_and_every_post_is_told_in_order,
    a_post_is_saved_and_told_though_nobody_waits_for_it,
    what_is_in_line_is_saved_before_the_store_closes,
);

async fn fifty_writers_leave_no_hole_and_every_post_is_told_in_order(site: Site) {
    let (author, rooms) = people_and_rooms(&site, 3).await;
    let writers = (0..50).map(|writer| {
        let messages = Arc::clone(&site.store.messages);
        let room = rooms[writer % rooms.len()];
        tokio::spawn(async move {
            for _ in 0..6 {
                let posted = messages
                    .post(new_message(room, author, "hi"))
                    .await
                    .unwrap();
                assert!(!posted.duplicate);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let mut posts = 0;
    for (number, room) in rooms.iter().enumerate() {
        let writers = (number..50).step_by(rooms.len()).count();
        let told: Vec<_> = site
            .bus
            .hears(*room, 6 * writers)
            .await
            .iter()
            .map(|told| (told.seq, told.version))
            .collect();
        let dense: Vec<_> = (1..=told.len() as u64).map(|n| (n, n)).collect();
        assert_eq!(told, dense);
        posts += told.len();
    }
    assert_eq!(posts, 300);
}

async fn a_post_is_saved_and_told_though_nobody_waits_for_it(site: Site) {
    let (author, rooms) = people_and_rooms(&site, 1).await;
    let message = new_message(rooms[0], author, "gone");
    {
        let mut post = site.store.messages.post(message.clone());
        // Once is enough to stand in line.
        assert!(poll_once(&mut post).await.is_none());
    }
    let again = site.store.messages.post(message).await.unwrap();
    assert!(again.duplicate);
    assert_eq!(site.bus.hears(rooms[0], 1).await.len(), 1);
}

async fn what_is_in_line_is_saved_before_the_store_closes(site: Site) {
    let (author, rooms) = people_and_rooms(&site, 1).await;
    let mut posts: Vec<_> = (0..100)
        .map(|_| {
            site.store
                .messages
                .post(new_message(rooms[0], author, "late"))
        })
        .collect();
    for post in &mut posts {
        assert!(poll_once(post).await.is_none());
    }
    site.store.close().await.unwrap();
    for (seq, post) in (1..).zip(posts) {
        assert_eq!(post.await.unwrap().message.seq, seq);
    }
    let closed = site
        .store
        .messages
        .post(new_message(rooms[0], author, "no"))
        .await;
    assert!(matches!(closed, Err(ChangeError::Backend(_))), "{closed:?}");
    let reopened = site.another().await.messages;
    let page = reopened.page(rooms[0], PageAt::Newest, 200);
    assert_eq!(page.await.unwrap().items.len(), 100);
}

/// An account and some public rooms of its own.
pub(crate) async fn people_and_rooms(site: &Site, rooms: usize) -> (UserId, Vec<RoomId>) {
    let founder = founder("ada");
    let ada = founder.user.id;
    site.store.users.create(founder).await.unwrap();
    let mut made = Vec::new();
    for number in 0..rooms {
        let new = new_room(&format!("room {number}"), ada);
        site.store.rooms.create(&new).await.unwrap();
        made.push(new.room.id);
    }
    (ada, made)
}

/// What the future has at once, if anything.
pub(crate) async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        Poll::Ready(match Pin::new(&mut *future).poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
