//! The steps of the database, for SQLite and PostgreSQL alike: one file a step, never changed
//! once released.
//!
//! The store runs all that are pending in one transaction, under a lock, so that any number of
//! processes may start at once. Ids are `uuid` (a BLOB on SQLite), times are UTC, and text that
//! is sorted or searched by code point is a [`folded`] column.

use sea_orm_migration::prelude::*;

mod m20261123_000001_create_meta;
mod m20261123_000002_create_users;
mod m20261123_000003_create_sessions;
mod m20261123_000004_create_rooms;
mod m20261123_000005_create_memberships;
mod m20261123_000006_create_messages;
mod m20261125_000001_order_members_and_count_own;
mod m20261125_000110_add_direct_rooms;
mod m20261125_000111_create_invites;
mod m20261125_000120_create_mentions;
mod m20261125_000130_add_availability;
mod m20261125_000140_create_push_subscriptions;
mod m20261125_000141_create_notices;
mod m20261125_000142_usual_notifications;
mod m20261125_000150_keep_preferences;
mod m20261125_000151_name_avatars;
mod m20261128_000200_complete_messages;
mod m20261128_000201_create_reactions_and_edits;
mod m20261128_000210_create_attachments;
mod m20261128_000210_note_push_origins;
mod m20261128_000240_create_search;

pub use sea_orm_migration::{MigrationStatus, MigratorTrait};

/// Knows every step, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_create_meta::Migration),
            Box::new(m20261123_000002_create_users::Migration),
            Box::new(m20261123_000003_create_sessions::Migration),
            Box::new(m20261123_000004_create_rooms::Migration),
            Box::new(m20261123_000005_create_memberships::Migration),
            Box::new(m20261123_000006_create_messages::Migration),
            Box::new(m20261125_000001_order_members_and_count_own::Migration),
            Box::new(m20261125_000110_add_direct_rooms::Migration),
            Box::new(m20261125_000111_create_invites::Migration),
            Box::new(m20261125_000120_create_mentions::Migration),
            Box::new(m20261125_000130_add_availability::Migration),
            Box::new(m20261125_000140_create_push_subscriptions::Migration),
            Box::new(m20261125_000141_create_notices::Migration),
            Box::new(m20261125_000142_usual_notifications::Migration),
            Box::new(m20261125_000150_keep_preferences::Migration),
            Box::new(m20261125_000151_name_avatars::Migration),
            Box::new(m20261128_000200_complete_messages::Migration),
            Box::new(m20261128_000201_create_reactions_and_edits::Migration),
            Box::new(m20261128_000210_note_push_origins::Migration),
            Box::new(m20261128_000210_create_attachments::Migration),
            Box::new(m20261128_000240_create_search::Migration),
        ]
    }
}

/// A text column that sorts by code point on both databases, whatever the locale: PostgreSQL's
/// own order depends on how the cluster was made.
fn folded<T: IntoIden>(manager: &SchemaManager<'_>, name: T) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.text().not_null();
    if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// A foreign key that refuses to orphan rows. NO ACTION, since SeaORM does not recognise SQLite's
/// refusal of a RESTRICT.
fn reference<T, C, R>(table: T, column: C, to: R) -> ForeignKeyCreateStatement
where
    T: IntoIden,
    C: IntoIden,
    R: IntoIden,
{
    let mut key = ForeignKey::create();
    key.from(table.into_iden(), column.into_iden())
        .to(to.into_iden(), "id")
        .on_delete(ForeignKeyAction::NoAction);
    key
}
