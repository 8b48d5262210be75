//! Whom a message names, as its row keeps it: `[[["ben", "<id>"]], "room"]`, or nothing.

use sea_orm::DbErr;
use sea_orm::prelude::Uuid;
use serde_json::json;
use whatscrap_messages::Mentions;
use whatscrap_messages::mentions::Call;
use whatscrap_users::{UserId, Username};

use super::Word;

/// The text of a message's column; `None` if it names nobody.
pub(crate) fn written(mentions: &Mentions) -> Option<String> {
    if mentions.is_empty() {
        return None;
    }
    let person = |(name, user): &(Username, UserId)| (name.as_str().to_owned(), user.0.to_string());
    let people: Vec<_> = mentions.people.iter().map(person).collect();
    let call = mentions.call.map(Word::word);
    Some(json!([people, call]).to_string())
}

pub(crate) fn read(text: Option<&str>) -> Result<Mentions, DbErr> {
    let Some(text) = text else {
        return Ok(Mentions::default());
    };
    let odd = |_| DbErr::Type(format!("these are no mentions: {text:?}"));
    let kept: (Vec<(String, String)>, Option<String>) = serde_json::from_str(text).map_err(odd)?;
    let (people, call) = kept;
    let person = |(name, user): (String, String)| {
        let user = Uuid::parse_str(&user).map_err(|error| DbErr::Type(error.to_string()))?;
        Ok::<_, DbErr>((Username::stored(name), UserId(user)))
    };
    Ok(Mentions {
        people: people.into_iter().map(person).collect::<Result<_, _>>()?,
        call: call.as_deref().map(Call::from_word).transpose()?,
    })
}
