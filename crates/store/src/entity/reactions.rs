//! What people make of a message, as its row keeps it: `[["👍", 2, ["<id>", "<id>"]]]`, or nothing.

use sea_orm::DbErr;
use sea_orm::prelude::Uuid;
use serde_json::json;
use whatscrap_messages::{Emoji, Reaction};
use whatscrap_users::UserId;

/// The text of a message's column; `None` if nobody reacted.
pub(crate) fn written(reactions: &[Reaction]) -> Option<String> {
    let one = |it: &Reaction| {
        let users: Vec<_> = it.users.iter().map(|user| user.0.to_string()).collect();
        json!([it.emoji.as_str(), it.count, users])
    };
    let all = || reactions.iter().map(one).collect::<serde_json::Value>();
    (!reactions.is_empty()).then(|| all().to_string())
}

pub(crate) fn read(text: Option<&str>) -> Result<Vec<Reaction>, DbErr> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let odd = || DbErr::Type(format!("these are no reactions: {text:?}"));
    let kept: Vec<(String, u64, Vec<String>)> = serde_json::from_str(text).map_err(|_| odd())?;
    let reaction = |(emoji, count, users): (String, u64, Vec<String>)| {
        let users = users.iter().map(|user| Uuid::parse_str(user).map(UserId));
        Ok(Reaction {
            emoji: Emoji::stored(emoji),
            count,
            users: users.collect::<Result<_, _>>().map_err(|_| odd())?,
        })
    };
    kept.into_iter().map(reaction).collect()
}
