use std::sync::Arc;

use whatscrap_users::{Sessions, Users};

use crate::site::{Kind, Site};

type Accounts = (Arc<dyn Users>, Arc<dyn Sessions>, Site);

async fn accounts(kind: Kind) -> Option<Accounts> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    Some((store.users, store.sessions, site))
}

whatscrap_users::contract!(users_on_sqlite, accounts(Kind::Sqlite));
whatscrap_users::contract!(users_on_postgres, accounts(Kind::Postgres));
