//! The files of a message, as its row keeps them:
//! `[["<id>", name, kind, size, width, height, has a thumbnail, alt]]`, or nothing.

use sea_orm::DbErr;
use sea_orm::prelude::Uuid;
use serde_json::json;
use whatscrap_messages::{Attachment, AttachmentId};

type Kept = (
    String,
    String,
    String,
    u64,
    Option<u32>,
    Option<u32>,
    bool,
    Option<String>,
);

/// The text of a message's column; `None` if it carries nothing.
pub(crate) fn written(attachments: &[Attachment]) -> Option<String> {
    let one = |it: &Attachment| {
        let (id, picture) = (it.id.0.to_string(), it.has_thumbnail);
        json!([
            id, it.name, it.kind, it.size, it.width, it.height, picture, it.alt
        ])
    };
    let all = || attachments.iter().map(one).collect::<serde_json::Value>();
    (!attachments.is_empty()).then(|| all().to_string())
}

pub(crate) fn read(text: Option<&str>) -> Result<Vec<Attachment>, DbErr> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let odd = || DbErr::Type(format!("these are no attachments: {text:?}"));
    let kept: Vec<Kept> = serde_json::from_str(text).map_err(|_| odd())?;
    let attachment = |(id, name, kind, size, width, height, has_thumbnail, alt): Kept| {
        Ok(Attachment {
            id: AttachmentId(Uuid::parse_str(&id).map_err(|_| odd())?),
            name,
            kind,
            size,
            width,
            height,
            has_thumbnail,
            alt,
        })
    };
    kept.into_iter().map(attachment).collect()
}
