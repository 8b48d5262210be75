use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use whatscrap_kernel::{BackendError, BlobKey, Blobs};

use super::{Service, to_the_end};
use crate::{AVATAR_SIDES, Avatar, PictureError, Pictures, User, UserEvent, UserId};

/// The pictures of people. Clones share what they remember.
#[derive(Clone)]
pub struct Portraits {
    accounts: Service,
    pictures: Arc<dyn Pictures>,
    blobs: Arc<dyn Blobs>,
    sitting: Arc<Mutex<HashSet<UserId>>>,
}

/// Somebody whose picture is being changed: until it is dropped there is no second of them.
#[derive(Debug)]
pub struct Sitting {
    user: UserId,
    all: Arc<Mutex<HashSet<UserId>>>,
}

impl Portraits {
    /// Pictures of these accounts, made and kept by these.
    pub fn new(accounts: Service, pictures: Arc<dyn Pictures>, blobs: Arc<dyn Blobs>) -> Self {
        Self {
            accounts,
            pictures,
            blobs,
            sitting: Arc::default(),
        }
    }

    /// Begins to change somebody's picture, before a byte of it is read. `None` while another
    /// change of theirs is under way here.
    pub fn sit(&self, user: UserId) -> Option<Sitting> {
        let all = self.sitting.clone();
        let is_first = lock(&all).insert(user);
        is_first.then(|| Sitting { user, all })
    }

    /// Makes a picture of a file, gives it to whoever sits, and tells everyone. `None` if there is
    /// no such account.
    pub async fn replace(
        &self,
        sitting: Sitting,
        file: Vec<u8>,
    ) -> Result<Option<User>, PictureError> {
        let prints = self.pictures.prints(file).await?;
        let avatar = Avatar::of(sitting.user, &prints);
        let this = self.clone();
        let user = to_the_end(async move {
            for print in prints {
                let key = key(&avatar, print.side);
                this.blobs.put(&key, print.file).await?;
            }
            this.hang(&sitting, Some(&avatar)).await
        });
        Ok(user.await?)
    }

    /// Takes a picture away and tells everyone. `None` if there is no such account.
    pub async fn remove(&self, sitting: Sitting) -> Result<Option<User>, BackendError> {
        let this = self.clone();
        to_the_end(async move { this.hang(&sitting, None).await }).await
    }

    /// A print of this many pixels a side.
    pub async fn print(&self, avatar: &Avatar, side: u32) -> Result<Option<Vec<u8>>, BackendError> {
        if AVATAR_SIDES.contains(&side) {
            self.blobs.get(&key(avatar, side)).await
        } else {
            Ok(None)
        }
    }

    async fn hang(
        &self,
        sitting: &Sitting,
        avatar: Option<&Avatar>,
    ) -> Result<Option<User>, BackendError> {
        let (id, accounts) = (sitting.user, &self.accounts);
        let replaced = accounts.users.replace_avatar(id, avatar).await?;
        accounts.logins.forget(id);
        let Some((user, before)) = replaced else {
            return Ok(None);
        };
        if before != user.avatar {
            accounts
                .events
                .publish(UserEvent::ProfileChanged { user: id });
            if let Some(before) = before {
                self.forget(&before).await;
            }
        }
        Ok(Some(user))
    }

    /// Nobody has this picture any more. What cannot be deleted only takes room.
    async fn forget(&self, avatar: &Avatar) {
        for side in AVATAR_SIDES {
            if let Err(error) = self.blobs.delete(&key(avatar, side)).await {
                tracing::warn!(avatar = avatar.as_str(), ?error, "an old picture stays");
            }
        }
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        lock(&self.all).remove(&self.user);
    }
}

fn lock(all: &Mutex<HashSet<UserId>>) -> std::sync::MutexGuard<'_, HashSet<UserId>> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(avatar: &Avatar, side: u32) -> BlobKey {
    let name = format!("{}-{side}", avatar.as_str());
    BlobKey::new("avatars", name).expect("digits and letters are a name")
}
