use std::sync::Arc;

use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;
use whatscrap_users::testing::{new_user, now};
use whatscrap_users::{DisplayName, ProfileChange, UserId};

use super::Ports;
use crate::testing::new_message;
use crate::{ChangeError, ClientId, Html, NewMessage, PageAt};

pub async fn a_message_is_read_back_as_it_was_posted(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let author = ports.users.find(ada).await.unwrap().unwrap();
    for (seq, body) in (1..).zip([
        "hello",
        "\"quoted\", back\\slashed,\n\ttabbed and \u{1}odd",
        "[1, {\"a\": null}]",
        "**bold**, `code`, *\"'\\* and\n> <b>\n- @nobody",
        "👍🏽 naïve 日本語 \u{202e}\u{ffff}",
        "'; DROP TABLE messages; -- $1 ?1",
        &"long ".repeat(800),
    ]) {
        let mut new = new_message(room, ada, body);
        new.client_id = ClientId::parse(&format!("'\"\\{seq} é")).unwrap();
        new.html = (seq % 2 == 0).then(|| Html {
            text: format!("<p>{body}</p>"),
            renderer: 7,
        });
        let posted = ports.messages.post(new.clone()).await.unwrap();
        let message = &posted.message;
        assert_eq!((posted.version, posted.duplicate), (message.version, false));
        assert_eq!((message.id, message.room, message.seq), (new.id, room, seq));
        assert_eq!(
            (&message.body, &message.html, &message.client_id),
            (&new.body, &new.html, &new.client_id)
        );
        assert_eq!(
            (&message.author, message.created_at),
            (&author, new.created_at)
        );
        let page = ports.messages.page(room, PageAt::Newest, 1).await.unwrap();
        assert_eq!(page.items, [(**message).clone()]);
    }
}

pub async fn positions_and_versions_run_without_a_hole(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    for n in 1..=5 {
        for (room, author) in [(room, if n % 2 == 0 { ada } else { ben }), (other, ada)] {
            let message = ports.post(room, author).await;
            assert_eq!((message.seq, message.version), (n, n));
        }
    }
    let room = ports.rooms.find(room).await.unwrap().unwrap();
    assert_eq!((room.last_seq, room.version), (5, 5));
}

pub async fn many_writers_leave_no_hole(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let writers = (0..20).map(|writer| {
        let (ports, author) = (ports.clone(), if writer % 2 == 0 { ada } else { ben });
        tokio::spawn(async move { ports.fill(room, author, 5).await })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let page = ports
        .messages
        .page(room, PageAt::Newest, 200)
        .await
        .unwrap();
    let found: Vec<_> = page
        .items
        .iter()
        .map(|message| (message.seq, message.version))
        .collect();
    assert_eq!(found, (1..=100).map(|n| (n, n)).collect::<Vec<_>>());
}

pub async fn posts_of_one_task_keep_their_order(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let post = || ports.messages.post(new_message(room, ada, "hello"));
    for round in 0..10 {
        let (first, second, third) = tokio::join!(biased; post(), post(), post());
        let seqs = [first, second, third].map(|posted| posted.unwrap().message.seq);
        assert_eq!(seqs, [1, 2, 3].map(|n| 3 * round + n));
    }
}

pub async fn a_retry_is_the_first_result_again(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let new = new_message(room, ada, "hello");
    let first = ports.messages.post(new.clone()).await.unwrap();
    ports.post(room, ada).await;
    let retry = NewMessage {
        id: new_message(room, ada, "hello").id,
        ..new
    };
    let again = ports.messages.post(retry).await.unwrap();
    assert!(again.duplicate);
    assert_eq!(again.message, first.message);
    assert_eq!(again.version, first.version);
    assert_eq!(ports.post(room, ada).await.seq, 3);
}

pub async fn of_many_retries_at_once_one_is_new(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let new = new_message(room, ada, "hello");
    let tasks = (0..20).map(|_| {
        let (ports, new) = (ports.clone(), new.clone());
        tokio::spawn(async move { ports.messages.post(new).await.unwrap() })
    });
    let mut new = 0;
    for post in tasks.collect::<Vec<_>>() {
        let posted = post.await.unwrap();
        assert_eq!((posted.message.seq, posted.version), (1, 1));
        new += u32::from(!posted.duplicate);
    }
    assert_eq!(new, 1);
    assert_eq!(ports.bus.hears(room, 1).await.len(), 1);
}

pub async fn a_client_id_belongs_to_one_author_in_one_room(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    for (room, author) in [(room, ada), (room, ben), (other, ada)] {
        let mut new = new_message(room, author, "hello");
        new.client_id = ClientId::parse("same").unwrap();
        assert!(!ports.messages.post(new).await.unwrap().duplicate);
    }
}

pub async fn a_client_id_is_not_used_for_another_content(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let first = new_message(room, ada, "hello");
    ports.messages.post(first.clone()).await.unwrap();
    let other = NewMessage {
        client_id: first.client_id,
        ..new_message(room, ada, "something else")
    };
    let refused = ports.messages.post(other).await;
    assert!(
        matches!(refused, Err(ChangeError::ClientIdReused)),
        "{refused:?}"
    );
}

pub async fn refused_posts_leave_no_hole(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let first = new_message(room, ada, "hello");
    ports.messages.post(first.clone()).await.unwrap();
    ports.rooms.leave(room, ben).await.unwrap();
    let reused = NewMessage {
        client_id: first.client_id.clone(),
        ..new_message(room, ada, "something else")
    };
    let post = |message| ports.messages.post(message);
    let (again, stranger, reused, good) = tokio::join!(
        biased;
        post(first),
        post(new_message(room, ben, "hello")),
        post(reused),
        post(new_message(room, ada, "hello")),
    );
    assert!(again.unwrap().duplicate);
    assert!(
        matches!(stranger, Err(ChangeError::NotAMember)),
        "{stranger:?}"
    );
    assert!(
        matches!(reused, Err(ChangeError::ClientIdReused)),
        "{reused:?}"
    );
    assert_eq!(good.unwrap().message.seq, 2);
}

pub async fn outsiders_do_not_post(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let eve = new_user("eve");
    let stranger = eve.user.id;
    ports.users.create(eve).await.unwrap();
    ports.rooms.leave(room, ben).await.unwrap();
    for (room, author) in [
        (room, stranger),
        (room, ben),
        (room, UserId(Uuid::max())),
        (RoomId(Uuid::max()), ada),
    ] {
        let refused = ports
            .messages
            .post(new_message(room, author, "hello"))
            .await;
        assert!(
            matches!(refused, Err(ChangeError::NotAMember)),
            "{refused:?}"
        );
    }
    assert!(ports.bus.messages(room).is_empty());
}

pub async fn nothing_is_posted_in_an_archived_room(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let before = new_message(room, ada, "hello");
    ports.messages.post(before.clone()).await.unwrap();
    ports.rooms.archive(room, now()).await.unwrap();
    let refused = ports.messages.post(new_message(room, ada, "hello")).await;
    assert!(matches!(refused, Err(ChangeError::Archived)), "{refused:?}");
    assert!(ports.messages.post(before).await.unwrap().duplicate);
    let page = ports.messages.page(room, PageAt::Newest, 9).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

pub async fn a_new_message_is_told_once_and_in_the_order_of_versions(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let new = new_message(room, ada, "hello");
    for _ in 0..2 {
        let posted = ports.messages.post(new.clone()).await.unwrap();
        assert_eq!(ports.bus.hears(room, 1).await, [posted.message]);
    }
    let tasks = (0..30).map(|_| {
        let ports = ports.clone();
        tokio::spawn(async move { ports.post(room, ada).await })
    });
    for post in tasks.collect::<Vec<_>>() {
        post.await.unwrap();
    }
    let told = ports.bus.hears(room, 31).await;
    let told: Vec<_> = told.iter().map(|message| message.version).collect();
    assert_eq!(told, (1..=31).collect::<Vec<_>>());
}

pub async fn a_message_shows_its_author_as_they_are_now(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let new = new_message(room, ada, "hello");
    ports.messages.post(new.clone()).await.unwrap();
    let change = ProfileChange {
        display_name: Some(DisplayName::parse("Countess").unwrap()),
        status: Some(Some("counting".to_owned())),
        ..ProfileChange::default()
    };
    let profile = ports
        .users
        .change_profile(ada, &change)
        .await
        .unwrap()
        .unwrap();
    let page = ports.messages.page(room, PageAt::Newest, 9).await.unwrap();
    assert_eq!(page.items[0].author, profile);
    let changes = ports.messages.changes(room, 0, 9).await.unwrap().unwrap();
    assert_eq!(changes.messages[0].author, profile);
    let next = Arc::unwrap_or_clone(ports.post(room, ada).await);
    assert_eq!(next.author, profile);
}
