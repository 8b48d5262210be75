use std::collections::{HashMap, HashSet};

use sea_orm::{DbErr, QueryResult};
use whatscrap_messages::{ChangeError, Emoji, Message, MessageId, Reaction};
use whatscrap_users::UserId;

/// Who reacts to the messages of a group.
#[derive(Default)]
pub(super) struct Reactors {
    /// The first of each, in order: more than are named, or all.
    first: HashMap<(MessageId, Emoji), Vec<UserId>>,
    /// Of those who were asked for, who reacts.
    reacting: HashSet<Reacting>,
    /// Who does so from a version on, or no more.
    pub(super) changed: HashMap<Reacting, Option<u64>>,
}

pub(super) type Reacting = (MessageId, Emoji, UserId);

impl Reactors {
    pub(super) fn read_first(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        for row in rows {
            let (message, emoji, user) = reacting(row)?;
            self.first.entry((message, emoji)).or_default().push(user);
        }
        Ok(())
    }

    pub(super) fn read_reacting(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        for row in rows {
            self.reacting.insert(reacting(row)?);
        }
        Ok(())
    }

    pub(super) fn reacts(&self, message: MessageId, emoji: &Emoji, user: UserId) -> bool {
        self.reacting.contains(&(message, emoji.clone(), user))
    }

    /// Somebody, who did not, reacts from this version of the message on; or no more.
    pub(super) fn react(
        &mut self,
        message: &mut Message,
        emoji: &Emoji,
        user: UserId,
        on: bool,
    ) -> Result<(), ChangeError> {
        let reactions = &mut message.reactions;
        let at = reactions.iter().position(|it| it.emoji == *emoji);
        let at = match at {
            Some(at) => at,
            None if reactions.len() >= Reaction::MOST => {
                return Err(ChangeError::TooManyReactions);
            }
            None => {
                reactions.push(Reaction {
                    emoji: emoji.clone(),
                    count: 0,
                    users: Vec::new(),
                });
                reactions.len() - 1
            }
        };
        let first = self.first.entry((message.id, emoji.clone())).or_default();
        let reacting = (message.id, emoji.clone(), user);
        let count = &mut reactions[at].count;
        if on {
            if first.len() as u64 == *count {
                first.push(user);
            }
            *count += 1;
            self.reacting.insert(reacting.clone());
        } else {
            first.retain(|other| *other != user);
            *count = count.saturating_sub(1);
            self.reacting.remove(&reacting);
        }
        reactions[at].users = first.iter().take(Reaction::NAMED).copied().collect();
        if reactions[at].count == 0 {
            reactions.remove(at);
        }
        self.changed.insert(reacting, on.then_some(message.version));
        Ok(())
    }
}

fn reacting(row: &QueryResult) -> Result<Reacting, DbErr> {
    Ok((
        MessageId(row.try_get("", "message_id")?),
        Emoji::stored(row.try_get("", "emoji")?),
        UserId(row.try_get("", "user_id")?),
    ))
}
