use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::testing::MemoryBlobs;
use whatscrap_kernel::{BlobKey, Blobs, Clock, ManualClock, SequentialIds};
use whatscrap_rooms::testing::{FakeRooms, MockInvites};
use whatscrap_rooms::{RoomEvent, RoomEvents};
use whatscrap_users::testing::{FakeStore, new_user};
use whatscrap_users::{PictureError, UserId};

use super::*;
use crate::Attachment;
use crate::testing::attachments::FakeAttachments;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const DAY: Duration = Duration::from_hours(24);

struct World {
    files: Files,
    rows: Arc<FakeAttachments>,
    blobs: MemoryBlobs,
    clock: Arc<ManualClock>,
    ada: UserId,
}

struct Nobody;

impl RoomEvents for Nobody {
    fn publish(&self, _: RoomEvent) {}
}

impl World {
    fn of(images: MockImages) -> Self {
        let (blobs, rows) = (MemoryBlobs::default(), Arc::new(FakeAttachments::default()));
        let clock = Arc::new(ManualClock::default());
        let ids = Arc::new(SequentialIds::default());
        let rooms = whatscrap_rooms::Service::new(
            Arc::new(FakeRooms::new(Arc::new(FakeStore::default()))),
            Arc::new(MockInvites::new()),
            Arc::new(Nobody),
            clock.clone(),
            ids.clone(),
            whatscrap_rooms::Limits::default(),
        );
        let files = Files::new(
            rows.clone(),
            Arc::new(blobs.clone()),
            Arc::new(images),
            rooms,
            clock.clone(),
            ids,
            FileLimits {
                file_bytes: 1_000_000,
                user_bytes: 1_500_000,
            },
        );
        Self {
            files,
            rows,
            blobs,
            clock,
            ada: new_user("ada").user.id,
        }
    }

    fn new() -> Self {
        Self::of(MockImages::new())
    }

    async fn send(&self, name: &str, file: &[u8]) -> Result<Attachment, UploadError> {
        let mut upload = self.files.begin(self.ada).await?;
        for part in file.chunks(60_000) {
            upload.write(part).await?;
        }
        upload.finish(name).await
    }

    async fn whole(&self, file: &Attachment, part: Part) -> Option<Vec<u8>> {
        self.files.read(file.id, part, 0, usize::MAX).await.unwrap()
    }

    fn wait(&self, time: Duration) {
        let now = self.clock.now();
        self.clock.advance(now + time - now);
    }
}

#[tokio::test]
async fn a_file_comes_in_parts_and_is_its_uploaders_alone() {
    let world = World::new();
    let bytes: Vec<u8> = (0..=255).cycle().take(700_001).collect();
    let file = world.send("../a\u{202e}.bin", &bytes).await.unwrap();
    assert_eq!((file.name.as_str(), file.size), ("a.bin", 700_001));
    assert_eq!(file.kind, "application/octet-stream");
    assert_eq!(world.whole(&file, Part::Whole).await, Some(bytes));
    let seen = world.files.seen_by(world.ada, file.id).await.unwrap();
    assert_eq!(seen.as_ref(), Some(&file));
    let other = new_user("ben").user.id;
    assert_eq!(world.files.seen_by(other, file.id).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_too_much_or_nothing_leaves_nothing() {
    let world = World::new();
    let large = world.send("a", &vec![7; 1_000_001]).await;
    assert!(matches!(
        large,
        Err(UploadError::TooLarge { most: 1_000_000 })
    ));
    let empty = world.send("a", &[]).await;
    assert!(matches!(empty, Err(UploadError::Empty)));
    world.send("a", &vec![7; 1_000_000]).await.unwrap();
    let quota = world.send("b", &vec![7; 500_001]).await;
    let is_quota = |refused| matches!(refused, Err(UploadError::Add(AddError::QuotaExceeded)));
    assert!(is_quota(quota));
    world.send("c", &vec![7; 500_000]).await.unwrap();
    assert!(is_quota(world.send("d", b"a").await));
    assert_eq!(world.blobs.count(), 2);
}

#[tokio::test]
async fn a_picture_is_kept_as_it_was_developed() {
    let mut images = MockImages::new();
    images.expect_develop().returning(|_| {
        Ok(Developed {
            width: 640,
            height: 480,
            file: Some(b"clean".to_vec()),
            thumbnail: Some(b"small".to_vec()),
        })
    });
    let world = World::of(images);
    let file = world.send("a.txt", PNG).await.unwrap();
    assert_eq!((file.kind.as_str(), file.size), ("image/png", 5));
    assert_eq!((file.width, file.height), (Some(640), Some(480)));
    let whole = world.whole(&file, Part::Whole).await;
    assert_eq!(whole, Some(b"clean".to_vec()));
    let small = world.whole(&file, Part::Thumbnail).await;
    assert_eq!(small, Some(b"small".to_vec()));
}

#[tokio::test]
async fn a_picture_that_is_none_leaves_nothing() {
    let mut images = MockImages::new();
    images
        .expect_develop()
        .returning(|_| Err(PictureError::Damaged));
    let world = World::of(images);
    let refused = world.send("a.png", PNG).await;
    let is_picture = matches!(refused, Err(UploadError::Picture(PictureError::Damaged)));
    assert!(is_picture);
    assert_eq!((world.blobs.count(), world.rows.count()), (0, 0));
}

#[tokio::test]
async fn what_is_discarded_is_gone_at_once() {
    let world = World::new();
    let file = world.send("a", b"hello").await.unwrap();
    let other = new_user("ben").user.id;
    assert!(!world.files.discard(other, file.id).await.unwrap());
    assert!(world.files.discard(world.ada, file.id).await.unwrap());
    assert_eq!((world.blobs.count(), world.rows.count()), (0, 0));
}

#[tokio::test]
async fn what_no_message_takes_is_gone_after_a_day() {
    let world = World::new();
    let old = world.send("a", b"hello").await.unwrap();
    world.wait(DAY);
    let young = world.send("b", b"hello").await.unwrap();
    world.files.sweep().await.unwrap();
    assert_eq!(world.blobs.count(), 2);
    world.wait(Duration::from_millis(1));
    world.files.sweep().await.unwrap();
    assert_eq!(world.files.seen_by(world.ada, old.id).await.unwrap(), None);
    assert!(
        world
            .files
            .seen_by(world.ada, young.id)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!((world.blobs.count(), world.rows.count()), (1, 1));
}

#[tokio::test]
async fn blobs_that_no_row_knows_are_cleared() {
    let world = World::new();
    let file = world.send("a", b"hello").await.unwrap();
    let key = |folder, name: &str| BlobKey::new(folder, name.to_owned()).unwrap();
    let id = "0190d3a17c1e7b6f8f001234567890ab";
    for name in [id.to_owned(), format!("{id}-thumbnail"), "odd".to_owned()] {
        let stray = key("attachments", &name);
        world.blobs.put(&stray, vec![1]).await.unwrap();
    }
    let elsewhere = key("avatars", id);
    world.blobs.put(&elsewhere, vec![1]).await.unwrap();
    world.files.clear_strays().await.unwrap();
    assert_eq!(world.blobs.count(), 2);
    assert!(world.whole(&file, Part::Whole).await.is_some());
}
