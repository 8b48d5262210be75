use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use tokio::sync::Notify;
use whatscrap_kernel::BackendError;
use whatscrap_messages::notify::{Log, Subscriptions};
use whatscrap_messages::search::Search;
use whatscrap_messages::{Attachments, Attention, Bus, Messages};
use whatscrap_rooms::{Invites, Rooms};
use whatscrap_users::{Sessions, Settings, UserId, Users};

use crate::attachments::AttachmentStore;
use crate::connect::{self, ConnectError, Options};
use crate::database::Database;
use crate::epoch::{self, Epoch};
use crate::invites::InviteStore;
use crate::messages::MessageStore;
use crate::migrate::{self, Migrations};
use crate::push::{NoticeStore, SubscriptionStore};
use crate::resets;
use crate::rooms::RoomStore;
use crate::search::{Keeper, SearchStore};
use crate::sessions::SessionStore;
use crate::settings::SettingStore;
use crate::users::UserStore;
use crate::writer::Writer;

/// One database and the ports that it implements.
///
/// Several stores, in one process or many, may use the same database at once.
#[derive(Clone)]
pub struct Store {
    /// The accounts.
    pub users: Arc<dyn Users>,
    /// The sessions.
    pub sessions: Arc<dyn Sessions>,
    /// What is set for the whole server.
    pub settings: Arc<dyn Settings>,
    /// The rooms.
    pub rooms: Arc<dyn Rooms>,
    /// The invitations.
    pub invites: Arc<dyn Invites>,
    /// The messages.
    pub messages: Arc<dyn Messages>,
    /// What was said, by its words.
    pub search: Arc<dyn Search>,
    /// The files of messages.
    pub attachments: Arc<dyn Attachments>,
    /// The devices that people are told on.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Why they were told, or not.
    pub notices: Arc<dyn Log>,
    database: Arc<Database>,
    writer: Arc<Writer>,
    /// Wakes the keeper of the search index.
    committed: Arc<Notify>,
    keeper: Arc<Keeper>,
}

impl Store {
    /// Opens the database that `url` names: `sqlite:` with a path (the file is made, its folder
    /// must be there), or `postgres://`. The schema may still be behind: see [`Store::migrate`].
    ///
    /// Every message that is committed goes to `bus`, in the order of its room's versions, before
    /// its author is answered. `attention` tells whom `@here` means.
    pub async fn connect(
        url: &str,
        options: Options,
        bus: Arc<dyn Bus>,
        attention: Arc<dyn Attention>,
    ) -> Result<Self, ConnectError> {
        let database = Arc::new(connect::connect(url, &options).await?);
        let committed = Arc::new(Notify::new());
        let writer = Writer::open(&database, &bus, &attention, &committed, options.queue);
        let writer = Arc::new(writer);
        Ok(Self {
            users: Arc::new(UserStore(Arc::clone(&database))),
            sessions: Arc::new(SessionStore::new(Arc::clone(&database))),
            settings: Arc::new(SettingStore(Arc::clone(&database))),
            rooms: Arc::new(RoomStore::new(Arc::clone(&database))),
            invites: Arc::new(InviteStore(Arc::clone(&database))),
            messages: Arc::new(MessageStore {
                database: Arc::clone(&database),
                writer: Arc::clone(&writer),
            }),
            search: Arc::new(SearchStore(Arc::clone(&database))),
            keeper: Arc::new(Keeper::start(Arc::clone(&database), Arc::clone(&committed))),
            committed,
            attachments: Arc::new(AttachmentStore(Arc::clone(&database))),
            subscriptions: Arc::new(SubscriptionStore(Arc::clone(&database))),
            notices: Arc::new(NoticeStore(Arc::clone(&database))),
            database,
            writer,
        })
    }

    /// Brings the schema up to date. Of any number of processes that call this at once, one does
    /// it and the others wait.
    pub async fn migrate(&self) -> Result<(), BackendError> {
        migrate::migrate(&self.database).await?;
        // What was said before there was an index, or when the last process ended.
        self.committed.notify_one();
        Ok(())
    }

    /// Which steps of the schema the database has taken, without taking any.
    pub async fn migrations(&self) -> Result<Migrations, BackendError> {
        self.database.within(migrate::status(&self.database)).await
    }

    /// Which history the database holds, and how far it has come.
    pub async fn epoch(&self) -> Result<Epoch, BackendError> {
        self.database.within(epoch::read(&self.database)).await
    }

    /// Gives the database's history a new name: every cursor from before is void.
    pub async fn renew_epoch(&self) -> Result<(), BackendError> {
        self.database.within(epoch::renew(&self.database)).await
    }

    /// Whose password was set by a process that tells no server of it, with another word each time.
    pub async fn resets(&self) -> Result<HashMap<UserId, String>, BackendError> {
        self.database.within(resets::read(&self.database)).await
    }

    /// Lets the servers of this database know that an account's password was set.
    pub async fn note_reset(&self, user: UserId) -> Result<(), BackendError> {
        let noted = resets::note(&self.database, user);
        self.database.within(noted).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), BackendError> {
        self.database.within(self.database.ping()).await
    }

    /// Finishes the posts that wait and closes every connection. On SQLite the write-ahead log
    /// is empty afterwards. Calls after this are errors.
    pub async fn close(&self) -> Result<(), BackendError> {
        self.writer.close().await;
        self.keeper.stop();
        self.database.close().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
