use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_users::{Login, Preferences, TokenHash};

use crate::database::{Database, backend, hex_array};
use crate::entity::{session, user};

/// The sessions of these tokens, each with its account, whose columns begin with `u_`.
const SQLITE: &str = "
SELECT s.*, u.id AS u_id, u.username AS u_username, u.skeleton AS u_skeleton,
       u.display_name AS u_display_name, u.display_key AS u_display_key,
       u.avatar AS u_avatar, u.status AS u_status,
       u.status_until AS u_status_until, u.dnd_until AS u_dnd_until, u.away AS u_away,
       u.role AS u_role, u.bot AS u_bot, u.password AS u_password, u.created_at AS u_created_at,
       u.preferences AS u_preferences
FROM json_each($1) j
CROSS JOIN sessions s ON s.token = unhex(j.value)
CROSS JOIN users u ON u.id = s.user_id";

const POSTGRES: &str = "
SELECT s.*, u.id AS u_id, u.username AS u_username, u.skeleton AS u_skeleton,
       u.display_name AS u_display_name, u.display_key AS u_display_key,
       u.avatar AS u_avatar, u.status AS u_status,
       u.status_until AS u_status_until, u.dnd_until AS u_dnd_until, u.away AS u_away,
       u.role AS u_role, u.bot AS u_bot, u.password AS u_password, u.created_at AS u_created_at,
       u.preferences AS u_preferences
FROM jsonb_array_elements_text($1::jsonb) j,
LATERAL (SELECT * FROM sessions WHERE token = decode(j.value, 'hex') LIMIT 1) s,
LATERAL (SELECT * FROM users WHERE id = s.user_id LIMIT 1) u";

pub(super) async fn find(
    database: Arc<Database>,
    tokens: Vec<TokenHash>,
) -> Result<Vec<Option<Login>>, BackendError> {
    let rows = database.read(database.either(SQLITE, POSTGRES), [hex_array(&tokens)]);
    let found: Result<HashMap<_, _>, _> = rows.await?.iter().map(login).collect();
    let found = found.map_err(backend)?;
    let login = |token: &TokenHash| found.get(&token[..]).cloned();
    Ok(tokens.iter().map(login).collect())
}

fn login(row: &QueryResult) -> Result<(Vec<u8>, Login), DbErr> {
    let session = session::Model::from_query_result(row, "")?;
    let user = user::Model::from_query_result(row, "u_")?;
    let token = session.token.clone();
    let login = Login {
        preferences: Preferences::stored(&user.preferences),
        user: user.try_into()?,
        session: session.into(),
    };
    Ok((token, login))
}
