use std::sync::Arc;

use whatscrap_messages::testing::Nodes;
use whatscrap_messages::testing::Ports;
use whatscrap_rooms::Rooms;
use whatscrap_rooms::testing::InvitePorts;
use whatscrap_store::PostgresCarrier;
use whatscrap_testkit::postgres::{self, Database};
use whatscrap_users::{Sessions, Settings, Users};

use crate::site::{Kind, Site};

async fn accounts(kind: Kind) -> Option<(Arc<dyn Users>, Arc<dyn Sessions>, Site)> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    Some((store.users, store.sessions, site))
}

whatscrap_users::contract!(users_on_sqlite, accounts(Kind::Sqlite));
whatscrap_users::contract!(users_on_postgres, accounts(Kind::Postgres));

async fn settings(kind: Kind) -> Option<(Arc<dyn Settings>, Site)> {
    let site = Site::new(kind).await?;
    Some((site.store.settings.clone(), site))
}

whatscrap_users::settings_contract!(settings_on_sqlite, settings(Kind::Sqlite));
whatscrap_users::settings_contract!(settings_on_postgres, settings(Kind::Postgres));

async fn rooms(kind: Kind) -> Option<(Arc<dyn Users>, Arc<dyn Rooms>, Site)> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    Some((store.users, store.rooms, site))
}

whatscrap_rooms::contract!(rooms_on_sqlite, rooms(Kind::Sqlite));
whatscrap_rooms::contract!(rooms_on_postgres, rooms(Kind::Postgres));

async fn invites(kind: Kind) -> Option<(InvitePorts, Site)> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    let ports = InvitePorts {
        users: store.users,
        rooms: store.rooms,
        invites: store.invites,
    };
    Some((ports, site))
}

whatscrap_rooms::invites_contract!(invites_on_sqlite, invites(Kind::Sqlite));
whatscrap_rooms::invites_contract!(invites_on_postgres, invites(Kind::Postgres));

async fn messages(kind: Kind) -> Option<(Ports, Site)> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    let ports = Ports {
        users: store.users,
        rooms: store.rooms,
        messages: store.messages,
        bus: Arc::clone(&site.bus),
        attention: Arc::clone(&site.attention),
    };
    Some((ports, site))
}

whatscrap_messages::contract!(messages_on_sqlite, messages(Kind::Sqlite));
whatscrap_messages::contract!(messages_on_postgres, messages(Kind::Postgres));

async fn devices(kind: Kind) -> Option<(whatscrap_messages::testing::notify::Ports, Site)> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    let ports = whatscrap_messages::testing::notify::Ports {
        users: store.users,
        sessions: store.sessions,
        rooms: store.rooms,
        subscriptions: store.subscriptions,
        log: store.notices,
    };
    Some((ports, site))
}

whatscrap_messages::notify_contract!(devices_on_sqlite, devices(Kind::Sqlite));
whatscrap_messages::notify_contract!(devices_on_postgres, devices(Kind::Postgres));

async fn attachments(
    kind: Kind,
) -> Option<(whatscrap_messages::testing::attachments::Ports, Site)> {
    let site = Site::new(kind).await?;
    let store = site.store.clone();
    let ports = whatscrap_messages::testing::attachments::Ports {
        users: store.users,
        rooms: store.rooms,
        messages: store.messages,
        attachments: store.attachments,
    };
    Some((ports, site))
}

whatscrap_messages::attachments_contract!(attachments_on_sqlite, attachments(Kind::Sqlite));
whatscrap_messages::attachments_contract!(attachments_on_postgres, attachments(Kind::Postgres));

async fn nodes() -> Option<(Nodes, Database)> {
    let database = postgres::database().await?;
    let node = || {
        let (carrier, heard) = PostgresCarrier::open(&database.url).unwrap();
        (Arc::new(carrier) as _, heard)
    };
    Some(([node(), node()], database))
}

whatscrap_messages::carrier_contract!(nodes_on_postgres, nodes());
