//! The files of a message, as its row keeps them:
//! `[["<id>", name, kind, size, width, height, has a thumbnail, alt]]`, or nothing.

use sea_orm::DbErr;
use sea_orm::prelude::Uuid;
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
