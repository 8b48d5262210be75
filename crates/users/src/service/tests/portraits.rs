use whatscrap_kernel::testing::MemoryBlobs;
use whatscrap_kernel::{BackendError, BlobKey, Blobs, Incoming};

use super::*;
use crate::ports::MockPictures;
use crate::{AVATAR_SIDES, PictureError, Portraits, Print, UserEvent};

/// Prints that hold what the file held.
fn copier() -> MockPictures {
    let mut pictures = MockPictures::new();
    pictures.expect_prints().returning(|file| {
        let print = |side| Print {
            side,
            file: file.clone(),
        };
        Ok(AVATAR_SIDES.map(print).to_vec())
    });
    pictures
}

fn portraits(world: &World, pictures: MockPictures) -> (Portraits, Arc<MemoryBlobs>) {
    let blobs = Arc::<MemoryBlobs>::default();
    let portraits = Portraits::new(world.service.clone(), Arc::new(pictures), blobs.clone());
    (portraits, blobs)
}

#[tokio::test]
async fn the_picture_before_goes_when_another_comes() {
    let (world, ada) = World::of_ada().await;
    assert!(world.who(&ada.secret).await.is_some());
    let id = ada.user.id;
    let (portraits, blobs) = portraits(&world, copier());
    let mut had = None;
    for file in [1, 2, 2] {
        let sitting = portraits.sit(id).unwrap();
        let user = portraits.replace(sitting, vec![file]).await.unwrap();
        let avatar = user.unwrap().avatar.unwrap();
        assert_eq!(blobs.count(), AVATAR_SIDES.len());
        for side in AVATAR_SIDES {
            let print = portraits.print(&avatar, side).await.unwrap();
            assert_eq!(print, Some(vec![file]));
        }
        assert_eq!(portraits.print(&avatar, 64).await.unwrap(), None);
        let login = world.who(&ada.secret).await.unwrap();
        assert_eq!(login.user.avatar.as_ref(), Some(&avatar));
        let told = world.events.take();
        let is_news = had.as_ref() != Some(&avatar);
        assert_eq!(told == [UserEvent::ProfileChanged { user: id }], is_news);
        had = Some(avatar);
    }
    let removed = portraits.remove(portraits.sit(id).unwrap()).await.unwrap();
    assert_eq!(removed.unwrap().avatar, None);
    assert_eq!(blobs.count(), 0);
}

#[tokio::test]
async fn one_picture_of_a_person_is_changed_at_a_time() {
    let (world, ada) = World::of_ada().await;
    let (portraits, _) = portraits(&world, copier());
    let first = portraits.sit(ada.user.id);
    assert!(first.is_some());
    assert!(portraits.sit(ada.user.id).is_none());
    drop(first);
    assert!(portraits.sit(ada.user.id).is_some());
}

#[tokio::test]
async fn what_is_no_picture_changes_nothing() {
    let (world, ada) = World::of_ada().await;
    let mut pictures = MockPictures::new();
    pictures
        .expect_prints()
        .returning(|_| Err(PictureError::Unknown));
    let (portraits, blobs) = portraits(&world, pictures);
    let sitting = portraits.sit(ada.user.id).unwrap();
    let refused = portraits.replace(sitting, vec![1]).await;
    assert!(matches!(refused, Err(PictureError::Unknown)));
    assert_eq!((blobs.count(), world.events.take()), (0, vec![]));
    assert!(portraits.sit(ada.user.id).is_some());
}

/// A full disk.
struct Full;

#[async_trait::async_trait]
impl Blobs for Full {
    async fn put(&self, _: &BlobKey, _: Vec<u8>) -> Result<(), BackendError> {
        Err(BackendError::new("no space left"))
    }

    async fn begin(&self, _: &BlobKey) -> Result<Box<dyn Incoming>, BackendError> {
        Err(BackendError::new("no space left"))
    }

    async fn get(&self, _: &BlobKey) -> Result<Option<Vec<u8>>, BackendError> {
        Ok(None)
    }

    async fn read(&self, _: &BlobKey, _: u64, _: usize) -> Result<Option<Vec<u8>>, BackendError> {
        Ok(None)
    }

    async fn delete(&self, _: &BlobKey) -> Result<(), BackendError> {
        Ok(())
    }

    async fn names(
        &self,
        _: &'static str,
        _: Option<&BlobKey>,
        _: usize,
    ) -> Result<Vec<BlobKey>, BackendError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_kept_is_not_named() {
    let (world, ada) = World::of_ada().await;
    let portraits = Portraits::new(world.service.clone(), Arc::new(copier()), Arc::new(Full));
    let sitting = portraits.sit(ada.user.id).unwrap();
    let failed = portraits.replace(sitting, vec![1]).await;
    assert!(matches!(failed, Err(PictureError::Backend(_))));
    let user = world.service.find(ada.user.id).await.unwrap().unwrap();
    assert_eq!((user.avatar, world.events.take()), (None, vec![]));
}
