use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::Uuid;
use whatscrap_rooms::{Role, RoomId};
use whatscrap_users::UserId;
use whatscrap_users::testing::{new_user, now};

use super::Ports;
use crate::testing::{delete, edit, new_message, react};
use crate::{ChangeError, Event, Html, Message, MessageId, PageAt, ReadMark, What};

impl Ports {
    pub(super) async fn at(&self, room: RoomId, seq: u64) -> Message {
        let page = self.messages.page(room, PageAt::Around(seq), 1).await;
        page.unwrap().items.remove(0)
    }

    async fn version(&self, room: RoomId) -> u64 {
        self.rooms.find(room).await.unwrap().unwrap().version
    }

    pub(super) async fn person(&self, name: &str, room: RoomId, role: Role) -> UserId {
        let new = new_user(name);
        let user = new.user.id;
        self.users.create(new).await.unwrap();
        self.rooms.join(room, user, role, now()).await.unwrap();
        user
    }
}

pub async fn an_edit_is_what_a_message_says_from_there_on(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let first = ports.post(room, ada).await;
    let second = ports.post(room, ben).await;
    let mut change = edit(&first, ada, "goodbye");
    change.at = now() + Duration::from_mins(1);
    if let What::Edit { html, .. } = &mut change.what {
        *html = Some(Html {
            text: "<p>goodbye</p>".to_owned(),
            renderer: 3,
        });
    }
    let edited = ports.messages.change(change.clone()).await.unwrap();
    assert_eq!((edited.seq, edited.version), (1, 3));
    assert_eq!(edited.body.as_str(), "goodbye");
    assert_eq!(edited.html.as_ref().unwrap().renderer, 3);
    assert_eq!(edited.edited_at, Some(change.at));
    assert_eq!(edited.created_at, first.created_at);
    assert_eq!(ports.at(room, 1).await, *edited);
    let changes = ports.messages.changes(room, 1, 9).await.unwrap().unwrap();
    assert_eq!(changes.messages, [(*second).clone(), (*edited).clone()]);
    assert_eq!(changes.version, 3);
    let told = ports.bus.hears(room, 3).await;
    assert_eq!(told, [first, second, edited]);
}

pub async fn of_a_deleted_message_only_its_place_remains(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let first = ports.post(room, ada).await;
    for change in [edit(&first, ada, "@ben"), react(&first, ben, "👍", true)] {
        ports.messages.change(change).await.unwrap();
    }
    let change = delete(&first, ada);
    let deleted = ports.messages.change(change.clone()).await.unwrap();
    assert_eq!((deleted.seq, deleted.version), (1, 4));
    assert_eq!(deleted.body.as_str(), "");
    assert_eq!((&deleted.html, &deleted.reactions), (&None, &Vec::new()));
    assert!(deleted.mentions.is_empty());
    assert_eq!(deleted.deleted_at, Some(change.at));
    assert_eq!(ports.at(room, 1).await, *deleted);
    let history = ports.messages.history(room, first.id).await.unwrap();
    assert_eq!(history.unwrap().edits, []);
    assert_eq!(ports.bus.hears(room, 4).await[3], deleted);
    assert_eq!(ports.post(room, ben).await.seq, 2);
}

pub async fn what_changes_nothing_takes_no_version(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let first = ports.post(room, ada).await;
    let on = react(&first, ben, "👍", true);
    for change in [
        edit(&first, ada, "hello"),
        react(&first, ben, "👍", false),
        on.clone(),
        on.clone(),
        react(&first, ada, "👍", false),
        edit(&first, ada, "twice"),
        edit(&first, ada, "twice"),
    ] {
        ports.messages.change(change).await.unwrap();
    }
    assert_eq!(ports.version(room).await, 3);
    for change in [
        delete(&first, ada),
        delete(&first, ada),
        react(&first, ben, "👍", false),
    ] {
        let message = ports.messages.change(change).await.unwrap();
        assert_eq!(message.version, 4);
    }
    assert_eq!(ports.version(room).await, 4);
    ports.post(room, ada).await;
    let told = ports.bus.hears(room, 5).await;
    let told: Vec<_> = told.iter().map(|message| message.version).collect();
    assert_eq!(told, [1, 2, 3, 4, 5]);
}

pub async fn authors_edit_and_they_and_who_keeps_order_delete(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let cat = ports.person("cat", room, Role::Moderator).await;
    let dan = ports.person("dan", room, Role::Member).await;
    for (author, by, may_edit, may_delete) in [
        (ben, ben, true, true),
        (ben, dan, false, false),
        (ben, cat, false, true),
        (ben, ada, false, true),
        (ada, ben, false, false),
        (ada, cat, false, true),
    ] {
        let message = ports.post(room, author).await;
        let edited = ports.messages.change(edit(&message, by, "other")).await;
        assert_eq!(edited.is_ok(), may_edit, "{edited:?}");
        let deleted = ports.messages.change(delete(&message, by)).await;
        assert_eq!(deleted.is_ok(), may_delete, "{deleted:?}");
        for refused in [edited, deleted].into_iter().filter_map(Result::err) {
            assert!(matches!(refused, ChangeError::Forbidden), "{refused:?}");
        }
    }
}

pub async fn outsiders_change_nothing(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    let message = ports.post(room, ben).await;
    ports.rooms.leave(room, ben).await.unwrap();
    let changes = |message: &Message, by| {
        [
            edit(message, by, "mine"),
            delete(message, by),
            react(message, by, "👍", true),
        ]
    };
    for change in changes(&message, ben) {
        let refused = ports.messages.change(change).await;
        assert!(
            matches!(refused, Err(ChangeError::NotAMember)),
            "{refused:?}"
        );
    }
    let elsewhere = Message {
        room: other,
        ..(*message).clone()
    };
    let nowhere = Message {
        id: MessageId(Uuid::max()),
        ..(*message).clone()
    };
    for change in changes(&elsewhere, ada)
        .into_iter()
        .chain(changes(&nowhere, ada))
    {
        let refused = ports.messages.change(change).await;
        assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
    }
    assert_eq!(
        (ports.version(room).await, ports.version(other).await),
        (1, 0)
    );
    assert!(
        ports
            .messages
            .history(other, message.id)
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn what_is_deleted_is_neither_edited_nor_reacted_to(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    ports.messages.change(delete(&message, ada)).await.unwrap();
    for change in [
        edit(&message, ada, "back"),
        react(&message, ben, "👍", true),
    ] {
        let refused = ports.messages.change(change).await;
        assert!(matches!(refused, Err(ChangeError::Deleted)), "{refused:?}");
    }
}

pub async fn nothing_changes_in_an_archived_room(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    ports.rooms.archive(room, now()).await.unwrap();
    for change in [
        edit(&message, ada, "late"),
        delete(&message, ada),
        react(&message, ben, "👍", true),
    ] {
        let refused = ports.messages.change(change).await;
        assert!(matches!(refused, Err(ChangeError::Archived)), "{refused:?}");
    }
    let again = ports.messages.change(edit(&message, ada, "hello")).await;
    assert_eq!(again.unwrap(), message);
}

pub async fn authors_change_what_they_posted_within_the_window(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ben).await;
    let second = Duration::from_secs(1);
    for (since, is_late) in [
        (message.created_at - second, false),
        (message.created_at, false),
        (message.created_at + second, true),
    ] {
        let mut change = edit(&message, ben, &format!("since {since}"));
        change.since = Some(since);
        let edited = ports.messages.change(change).await;
        let refused = matches!(edited, Err(ChangeError::WindowOver));
        assert_eq!((refused, edited.is_ok()), (is_late, !is_late), "{edited:?}");
    }
    let late = |mut change: crate::Change| {
        change.since = Some(message.created_at + second);
        ports.messages.change(change)
    };
    let refused = late(delete(&message, ben)).await;
    assert!(
        matches!(refused, Err(ChangeError::WindowOver)),
        "{refused:?}"
    );
    late(react(&message, ben, "👍", true)).await.unwrap();
    late(delete(&message, ada)).await.unwrap();
    late(delete(&message, ben)).await.unwrap();
}

pub async fn a_retry_after_an_edit_or_a_deletion_is_a_duplicate(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let new = new_message(room, ada, "hello");
    let first = ports.messages.post(new.clone()).await.unwrap().message;
    for change in [edit(&first, ada, "goodbye"), delete(&first, ada)] {
        let changed = ports.messages.change(change).await.unwrap();
        let again = ports.messages.post(new.clone()).await.unwrap();
        assert_eq!((again.duplicate, again.version), (true, 1));
        assert_eq!(again.message, changed);
    }
    let mut other = new_message(room, ada, "goodbye");
    other.client_id = new.client_id;
    let reused = ports.messages.post(other).await;
    assert!(
        matches!(reused, Err(ChangeError::ClientIdReused)),
        "{reused:?}"
    );
}

pub async fn mentions_come_and_go_with_edits(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    let counts = async || {
        let mine = ports.rooms.mine(room, ben).await.unwrap().unwrap();
        (mine.unread, mine.mentions)
    };
    for (body, mentions) in [
        ("@ben", 1),
        ("@ben!", 1),
        ("hi", 0),
        ("@room", 1),
        ("@eve", 0),
    ] {
        let edited = ports
            .messages
            .change(edit(&message, ada, body))
            .await
            .unwrap();
        assert_eq!(ports.at(room, 1).await.mentions, edited.mentions);
        assert_eq!(counts().await, (1, mentions), "{body}");
    }
    ports.attention.arrives(ben, None);
    ports
        .messages
        .change(edit(&message, ada, "@here @ben"))
        .await
        .unwrap();
    assert_eq!(counts().await, (1, 1));
    let found = ports.messages.mentions(ben, None, 9).await.unwrap();
    assert_eq!(found.items.len(), 1);
    ports
        .messages
        .mark_read(room, ben, ReadMark::Forward(1))
        .await
        .unwrap();
    ports
        .messages
        .change(edit(&message, ada, "@ben again"))
        .await
        .unwrap();
    assert_eq!(counts().await, (0, 0), "it is read");
    ports
        .messages
        .mark_read(room, ben, ReadMark::Exactly(0))
        .await
        .unwrap();
    assert_eq!(counts().await, (1, 1));
    ports.messages.change(delete(&message, ada)).await.unwrap();
    assert_eq!(counts().await, (0, 0));
    let found = ports.messages.mentions(ben, None, 9).await.unwrap();
    assert_eq!(found.items, []);
}

pub async fn whom_an_edit_names_is_told_apart(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    for body in ["no one", "@ben", "@ben!", "again no one"] {
        ports
            .messages
            .change(edit(&message, ada, body))
            .await
            .unwrap();
    }
    ports
        .messages
        .change(react(&message, ada, "👍", true))
        .await
        .unwrap();
    ports.post(room, ada).await;
    ports.bus.hears(room, 7).await;
    let renamed = |event: Event| match event {
        Event::Renamed(renamed) => Some((
            renamed.message.version,
            renamed.before.contains(ben),
            renamed.message.mentions.contains(ben),
        )),
        _ => None,
    };
    let renamed: Vec<_> = ports.bus.events().into_iter().filter_map(renamed).collect();
    assert_eq!(renamed, [(3, false, true), (5, true, false)]);
}

pub async fn what_a_message_said_before_is_kept_in_order(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    let time = |minute| now() + Duration::from_mins(minute);
    for minute in 1..=3 {
        let mut change = edit(&message, ada, &format!("at {minute}"));
        change.at = time(minute);
        ports.messages.change(change).await.unwrap();
        ports
            .messages
            .change(react(&message, ben, "👍", minute % 2 == 1))
            .await
            .unwrap();
    }
    let history = ports
        .messages
        .history(room, message.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(history.author, ada);
    let edits = history
        .edits
        .iter()
        .map(|edit| (edit.body.as_str(), edit.said_at));
    let expected = [
        ("hello", message.created_at),
        ("at 1", time(1)),
        ("at 2", time(2)),
    ];
    assert_eq!(edits.collect::<Vec<_>>(), expected);
    let nothing = ports.messages.history(room, MessageId(Uuid::max())).await;
    assert!(nothing.unwrap().is_none());
}

pub async fn several_changes_of_one_message_follow_one_another(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    let does = |change| ports.messages.change(change);
    let (edited, on, stranger, off, again, gone, late) = tokio::join!(
        biased;
        does(edit(&message, ada, "@ben")),
        does(react(&message, ben, "👍", true)),
        does(edit(&message, ben, "mine")),
        does(react(&message, ben, "👍", false)),
        does(react(&message, ben, "👍", true)),
        does(delete(&message, ada)),
        does(edit(&message, ada, "late")),
    );
    let versions = [&edited, &on, &off, &again, &gone].map(|one| one.as_ref().unwrap().version);
    assert_eq!(versions, [2, 3, 4, 5, 6]);
    assert!(
        matches!(stranger, Err(ChangeError::Forbidden)),
        "{stranger:?}"
    );
    assert!(matches!(late, Err(ChangeError::Deleted)), "{late:?}");
    assert_eq!(on.unwrap().reactions[0].users, [ben]);
    assert_eq!(off.unwrap().reactions, []);
    let gone = gone.unwrap();
    assert_eq!(ports.at(room, 1).await, *gone);
    let told = ports.bus.hears(room, 6).await;
    let versions: Vec<_> = told.iter().map(|message| message.version).collect();
    assert_eq!(versions, (1..=6).collect::<Vec<_>>());
    assert_eq!(told[1], edited.unwrap());
    assert_eq!(
        ports.rooms.mine(room, ben).await.unwrap().unwrap().mentions,
        0
    );
}

pub async fn many_changes_at_once_leave_no_hole(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let messages = [ports.post(room, ada).await, ports.post(room, ben).await];
    let tasks = (0..50).map(|number| {
        let (ports, message) = (ports.clone(), Arc::clone(&messages[number % 2]));
        let body = format!("edit {number}");
        tokio::spawn(async move {
            let done = match number % 5 {
                0 | 1 => ports.messages.change(edit(&message, ada, &body)).await,
                2 => {
                    let emoji = ["👍", "🎉", "😀"][number % 3];
                    ports
                        .messages
                        .change(react(&message, ben, emoji, true))
                        .await
                }
                3 => Ok(ports.post(room, ben).await),
                _ => ports.messages.change(edit(&message, ben, &body)).await,
            };
            u64::from(done.is_ok_and(|done| done.version > 2))
        })
    });
    let mut done = 0;
    for task in tasks.collect::<Vec<_>>() {
        done += task.await.unwrap();
    }
    let version = ports.version(room).await;
    let told = ports
        .bus
        .hears(room, usize::try_from(version).unwrap())
        .await;
    let versions: Vec<_> = told.iter().map(|message| message.version).collect();
    assert_eq!(versions, (1..=version).collect::<Vec<_>>());
    assert!(version <= done + 2, "{version} of {done}");
    for message in messages {
        let newest = told.iter().rfind(|told| told.id == message.id).unwrap();
        assert_eq!(ports.at(room, message.seq).await, **newest);
    }
}
