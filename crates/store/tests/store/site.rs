//! A store on a database of its own.

use std::sync::Arc;

use tempfile::TempDir;
use whatscrap_messages::testing::{FakeAttention, RecordingBus};
use whatscrap_messages::{Attention, Bus};
use whatscrap_store::{Options, Store};
use whatscrap_testkit::postgres;

/// A migrated store; its database goes when it goes.
pub(crate) struct Site {
    pub(crate) store: Store,
    pub(crate) bus: Arc<RecordingBus>,
    pub(crate) attention: Arc<FakeAttention>,
    pub(crate) url: String,
    _home: Home,
}

#[expect(dead_code, reason = "held for what their drops remove")]
enum Home {
    Folder(TempDir),
    Postgres(postgres::Database),
}

/// Which database a test is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Site {
    /// `None` where this machine has no such database.
    pub(crate) async fn new(kind: Kind) -> Option<Self> {
        let site = Self::unmigrated(kind).await?;
        site.store.migrate().await.unwrap();
        Some(site)
    }

    pub(crate) async fn unmigrated(kind: Kind) -> Option<Self> {
        let (url, home) = match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("chat.db");
                (format!("sqlite://{}", file.display()), Home::Folder(folder))
            }
            Kind::Postgres => {
                let database = postgres::database().await?;
                (database.url.clone(), Home::Postgres(database))
            }
        };
        let bus = Arc::new(RecordingBus::default());
        let attention = Arc::new(FakeAttention::default());
        let store = connect(&url, &bus, &attention).await;
        Some(Self {
            store,
            bus,
            attention,
            url,
            _home: home,
        })
    }

    /// Another store on the same database, like that of another process.
    pub(crate) fn another(&self) -> impl Future<Output = Store> + use<> {
        let (url, bus) = (self.url.clone(), Arc::clone(&self.bus));
        let attention = Arc::clone(&self.attention);
        async move { connect(&url, &bus, &attention).await }
    }
}

async fn connect(url: &str, bus: &Arc<RecordingBus>, attention: &Arc<FakeAttention>) -> Store {
    let bus: Arc<dyn Bus> = Arc::clone(bus) as _;
    let attention: Arc<dyn Attention> = Arc::clone(attention) as _;
    let store = Store::connect(url, Options::default(), bus, attention);
    store.await.unwrap()
}

/// Makes each test one for SQLite and one for PostgreSQL, on a database that `Site::$site` opens.
macro_rules! on_both {
    ($site:ident: $($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let site = $crate::site::Site::$site($crate::site::Kind::Sqlite).await;
                super::$name(site.expect("SQLite is always there")).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let site = $crate::site::Site::$site($crate::site::Kind::Postgres).await;
                if let Some(site) = site {
                    super::$name(site).await;
                }
            })+
        }
    };
}
pub(crate) use on_both;
