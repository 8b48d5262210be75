use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use whatscrap_rooms::RoomId;
use whatscrap_rooms::testing::new_room;
use whatscrap_users::UserId;
use whatscrap_users::testing::{new_user, now};

use super::{Ports, new_attachment};
use crate::service::content_hash;
use crate::testing::new_message;
use crate::{AttachmentId, Change, ChangeError, NewMessage, PageAt, What};

impl Ports {
    /// A room of Ada.
    async fn hall(&self) -> (RoomId, UserId) {
        let ada = self.ada().await;
        let hall = new_room("Hall", ada);
        self.rooms.create(&hall).await.unwrap();
        (hall.room.id, ada)
    }

    async fn is_refused(&self, room: RoomId, author: UserId, files: &[AttachmentId]) -> bool {
        let refused = self.messages.post(carrying(room, author, files)).await;
        matches!(refused, Err(ChangeError::Attachments))
    }
}

/// A message that carries these files, not yet posted.
fn carrying(room: RoomId, author: UserId, files: &[AttachmentId]) -> NewMessage {
    let new = new_message(room, author, "look");
    NewMessage {
        content: content_hash(&new.body, None, files),
        attachments: files.to_vec(),
        ..new
    }
}

pub async fn a_message_takes_its_files_in_their_order(ports: Ports) {
    let (room, ada) = ports.hall().await;
    let mut files = Vec::new();
    for alt in ["a cat", "‘a’ \"dog\""] {
        let id = ports.file(ada, 5_000).await;
        let file = ports.attachments.describe(id, ada, Some(alt)).await;
        files.insert(0, file.unwrap().unwrap());
    }
    let ids = [files[0].id, files[1].id];
    let new = carrying(room, ada, &ids);
    let posted = ports.messages.post(new.clone()).await.unwrap();
    assert_eq!(posted.message.attachments, files);
    let page = ports.messages.page(room, PageAt::Newest, 9).await.unwrap();
    assert_eq!(page.items, [(*posted.message).clone()]);
    for id in ids {
        let kept = ports.attachments.find(id).await.unwrap().unwrap();
        assert_eq!((kept.owner, kept.room), (ada, Some(room)));
    }
    let again = ports.messages.post(new).await.unwrap();
    assert!(again.duplicate);
    assert_eq!(again.message.attachments, files);
    assert_eq!(ports.attachments.used(ada).await.unwrap(), 10_000);
}

pub async fn a_file_that_is_not_ones_own_and_unused_is_not_sent(ports: Ports) {
    let (room, ada) = ports.hall().await;
    let ben = new_user("ben");
    let bens = ben.user.id;
    ports.users.create(ben).await.unwrap();
    let (mine, discarded) = (ports.file(ada, 1).await, ports.file(ada, 1).await);
    let discard = ports.attachments.discard(discarded, ada, now());
    assert!(discard.await.unwrap());
    let unconfirmed = new_attachment(ada, 1);
    ports.attachments.add(&unconfirmed, 1 << 40).await.unwrap();
    for other in [
        ports.file(bens, 1).await,
        discarded,
        unconfirmed.attachment.id,
        new_attachment(ada, 1).attachment.id,
        mine,
    ] {
        assert!(ports.is_refused(room, ada, &[mine, other]).await);
    }
    let posted = ports.messages.post(carrying(room, ada, &[mine])).await;
    assert_eq!(
        posted.unwrap().message.seq,
        1,
        "what is refused leaves no hole"
    );
    assert!(ports.is_refused(room, ada, &[mine]).await);
}

pub async fn of_many_messages_that_carry_one_file_one_has_it(ports: Ports) {
    let (room, ada) = ports.hall().await;
    let file = ports.file(ada, 1).await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let messages = Arc::clone(&ports.messages);
        let new = carrying(room, ada, &[file]);
        tasks.spawn(async move { messages.post(new).await.is_ok() });
    }
    let posted = tasks.join_all().await.into_iter().filter(|posted| *posted);
    assert_eq!(posted.count(), 1);
}

pub async fn what_is_sent_is_its_messages(ports: Ports) {
    let (room, ada) = ports.hall().await;
    let file = ports.file(ada, 1).await;
    let posted = ports.messages.post(carrying(room, ada, &[file])).await;
    posted.unwrap();
    let described = ports.attachments.describe(file, ada, Some("mine")).await;
    assert_eq!(described.unwrap(), None);
    assert!(!ports.attachments.discard(file, ada, now()).await.unwrap());
    let later = now() + Duration::from_hours(999);
    ports.attachments.expire(later, later).await.unwrap();
    assert!(ports.is_there(file).await);
}

pub async fn a_deleted_messages_files_are_discarded(ports: Ports) {
    let (room, ada) = ports.hall().await;
    let (gone, kept) = (ports.file(ada, 1).await, ports.file(ada, 1).await);
    let post = async |file| {
        let posted = ports.messages.post(carrying(room, ada, &[file])).await;
        posted.unwrap().message.id
    };
    let message = post(gone).await;
    post(kept).await;
    let deletion = Change {
        room,
        message,
        by: ada,
        what: What::Delete,
        since: None,
        at: now(),
    };
    ports.messages.change(deletion).await.unwrap();
    assert!(!ports.is_there(gone).await);
    assert!(ports.is_there(kept).await);
    assert_eq!(ports.attachments.discarded(9).await.unwrap(), [gone]);
}
