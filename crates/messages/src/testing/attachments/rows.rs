use std::time::Duration;

use tokio::task::JoinSet;
use whatscrap_users::UserId;
use whatscrap_users::testing::now;

use super::{Ports, new_attachment};
use crate::attachments::{AddError, Kept, LEAST_BYTES, NewAttachment};
use crate::{Attachment, AttachmentId};

const MUCH: u64 = 1 << 40;

impl Ports {
    async fn add(&self, new: &NewAttachment) {
        self.attachments.add(new, MUCH).await.unwrap();
        self.attachments.confirm(new.attachment.id).await.unwrap();
    }

    /// A file of this size that is there.
    pub(super) async fn file(&self, owner: UserId, size: u64) -> AttachmentId {
        let new = new_attachment(owner, size);
        self.add(&new).await;
        new.attachment.id
    }

    pub(super) async fn is_there(&self, id: AttachmentId) -> bool {
        self.attachments.find(id).await.unwrap().is_some()
    }
}

pub async fn a_file_is_read_back_as_it_was_noted(ports: Ports) {
    let ada = ports.ada().await;
    let picture = new_attachment(ada, 1 << 33);
    let mut bare = new_attachment(ada, 1);
    bare.attachment = Attachment {
        name: "a".to_owned(),
        width: None,
        height: None,
        has_thumbnail: false,
        ..bare.attachment
    };
    for new in [picture, bare] {
        ports.add(&new).await;
        let kept = Kept {
            attachment: new.attachment,
            owner: ada,
            room: None,
        };
        let found = ports.attachments.find(kept.attachment.id).await.unwrap();
        assert_eq!(found, Some(kept));
    }
}

pub async fn a_file_is_found_once_it_is_confirmed(ports: Ports) {
    let ada = ports.ada().await;
    let new = new_attachment(ada, 1);
    let id = new.attachment.id;
    assert!(!ports.is_there(id).await);
    ports.attachments.add(&new, MUCH).await.unwrap();
    assert!(!ports.is_there(id).await);
    let described = ports.attachments.describe(id, ada, Some("a")).await;
    assert_eq!(described.unwrap(), None);
    ports.attachments.confirm(id).await.unwrap();
    assert!(ports.is_there(id).await);
}

pub async fn files_fill_what_their_owner_may_and_no_more(ports: Ports) {
    let ada = ports.ada().await;
    let ben = whatscrap_users::testing::new_user("ben");
    let ben_id = ben.user.id;
    ports.users.create(ben).await.unwrap();
    let add = async |owner, size| {
        let new = new_attachment(owner, size);
        ports.attachments.add(&new, 100_000).await
    };
    add(ada, 60_000).await.unwrap();
    let refused = add(ada, 40_001).await;
    assert!(matches!(refused, Err(AddError::QuotaExceeded)));
    add(ada, 40_000).await.unwrap();
    assert_eq!(ports.attachments.used(ada).await.unwrap(), 100_000);
    assert_eq!(ports.attachments.used(ben_id).await.unwrap(), 0);
    add(ben_id, 100_000).await.unwrap();
}

pub async fn of_many_at_once_no_more_are_noted_than_fit(ports: Ports) {
    let ada = ports.ada().await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let ports = ports.clone();
        tasks.spawn(async move {
            let new = new_attachment(ada, 10_000);
            ports.attachments.add(&new, 75_000).await.is_ok()
        });
    }
    let added = tasks.join_all().await.into_iter().filter(|added| *added);
    assert_eq!(added.count(), 7);
    assert_eq!(ports.attachments.used(ada).await.unwrap(), 70_000);
}

pub async fn a_small_file_counts_as_much_as_it_takes(ports: Ports) {
    let ada = ports.ada().await;
    let tiny = new_attachment(ada, 1);
    let refused = ports.attachments.add(&tiny, LEAST_BYTES - 1).await;
    assert!(matches!(refused, Err(AddError::QuotaExceeded)));
    ports.attachments.add(&tiny, LEAST_BYTES).await.unwrap();
    assert_eq!(ports.attachments.used(ada).await.unwrap(), LEAST_BYTES);
}

pub async fn an_owner_describes_a_file(ports: Ports) {
    let ada = ports.ada().await;
    let id = ports.file(ada, 1).await;
    let describe = async |who, alt| ports.attachments.describe(id, who, alt).await.unwrap();
    let described = describe(ada, Some("a cat 🐈")).await.unwrap();
    assert_eq!(described.alt.as_deref(), Some("a cat 🐈"));
    let found = ports.attachments.find(id).await.unwrap().unwrap();
    assert_eq!(found.attachment, described);
    let other = UserId(whatscrap_kernel::Uuid::from_u128(7));
    assert_eq!(describe(other, None).await, None);
    assert_eq!(describe(ada, None).await.unwrap().alt, None);
}

pub async fn an_owner_discards_a_file(ports: Ports) {
    let ada = ports.ada().await;
    let id = ports.file(ada, 5_000).await;
    let discard = async |who| ports.attachments.discard(id, who, now()).await.unwrap();
    assert!(!discard(UserId(whatscrap_kernel::Uuid::from_u128(7))).await);
    assert!(discard(ada).await);
    assert!(!discard(ada).await);
    assert!(!ports.is_there(id).await);
    assert_eq!(ports.attachments.used(ada).await.unwrap(), 0);
    assert_eq!(ports.attachments.discarded(9).await.unwrap(), [id]);
}

pub async fn what_is_unused_is_discarded_in_time(ports: Ports) {
    let ada = ports.ada().await;
    let old = ports.file(ada, 1).await;
    let unconfirmed = new_attachment(ada, 1);
    ports.attachments.add(&unconfirmed, MUCH).await.unwrap();
    let mut young = new_attachment(ada, 1);
    young.created_at = now() + Duration::from_mins(1);
    ports.add(&young).await;
    let expire = async |before| ports.attachments.expire(before, before).await.unwrap();
    expire(now()).await;
    assert!(ports.is_there(old).await);
    expire(young.created_at).await;
    assert!(!ports.is_there(old).await);
    assert!(ports.is_there(young.attachment.id).await);
    assert_eq!(ports.attachments.discarded(9).await.unwrap().len(), 2);
}

pub async fn what_is_discarded_is_forgotten_once(ports: Ports) {
    let ada = ports.ada().await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(ports.file(ada, 1).await);
    }
    ports.attachments.discard(all[0], ada, now()).await.unwrap();
    ports.attachments.discard(all[1], ada, now()).await.unwrap();
    assert_eq!(ports.attachments.discarded(1).await.unwrap().len(), 1);
    ports.attachments.forget(&all).await.unwrap();
    assert_eq!(ports.attachments.discarded(9).await.unwrap(), []);
    assert!(ports.is_there(all[2]).await);
    ports.attachments.forget(&[]).await.unwrap();
}

pub async fn known_are_those_with_a_row(ports: Ports) {
    let ada = ports.ada().await;
    let (here, gone) = (ports.file(ada, 1).await, ports.file(ada, 1).await);
    ports.attachments.discard(gone, ada, now()).await.unwrap();
    let never = new_attachment(ada, 1).attachment.id;
    let mut known = ports.attachments.known(&[never, gone, here]).await.unwrap();
    known.sort();
    assert_eq!(known, [here, gone]);
    assert_eq!(ports.attachments.known(&[]).await.unwrap(), []);
}
