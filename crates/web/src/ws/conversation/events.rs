//! What the hub brings.

use whatscrap_realtime::{Frames, Item, Notice, Slot};
use whatscrap_rooms::RoomId;

use super::{CatchUp, Conversation, Done, Ending, Stage};
use crate::ws::close::Close;
use crate::ws::frames::ServerFrame;
use crate::ws::subscription::{Subscription, Verdict};

impl Conversation {
    pub(super) fn take(&mut self, item: Item) -> Result<(), Ending> {
        match item {
            Item::Changes {
                slot,
                first,
                frames,
            } => self.changes(slot, first, frames),
            Item::Signal(frame) if self.stage == Stage::Live => self.wire.send(frame.bytes()),
            Item::Signal(_) => {}
            Item::Notice(Notice::SessionEnded) => return Err(Ending::Close(Close::SessionEnded)),
            Item::Notice(notice) => match self.stage {
                // The greeting is going to read all of that.
                Stage::Waiting => {}
                Stage::Greeting => self.deferred.push(notice),
                Stage::Live => self.notice(notice),
            },
        }
        Ok(())
    }

    fn changes(&mut self, slot: Slot, first: u64, frames: Frames) {
        let Some(Some(subscription)) = self.subscriptions.get_mut(slot.0 as usize) else {
            return;
        };
        match subscription.changes(first, frames) {
            Verdict::Send(frames) => self.wire.send(frames.bytes()),
            Verdict::Keep => {}
            Verdict::Heal => {
                let (room, from) = (subscription.room, subscription.cursor);
                self.catch_ups.push_back(CatchUp {
                    room,
                    reference: None,
                    from,
                });
            }
        }
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::Joined(room) | Notice::RoomChanged(room) => self.load_room(room),
            Notice::Left(room) => self.leave(room),
            Notice::SessionEnded => {}
        }
    }

    /// Reads how a room stands, and subscribes to it first if that is new.
    fn load_room(&mut self, room: RoomId) {
        if !self.slots.contains_key(&room) {
            self.subscribe(Subscription::new(room, None));
        }
        let rooms = self.server.services.rooms.clone();
        let user = self.login.user.id;
        self.work.push(Box::pin(async move {
            let loaded = async {
                let member = rooms.member(room, user).await?;
                Ok((member, rooms.mine(&member).await?))
            };
            Done::Room(room, loaded.await)
        }));
    }

    /// Frames had to be dropped while the client was catching up: looks where the rooms stand.
    pub(super) fn look_for_missed(&mut self) {
        self.subscriptions
            .iter_mut()
            .flatten()
            .for_each(Subscription::frames_were_lost);
        let rooms = self.server.services.rooms.clone();
        let user = self.login.user.id;
        self.work.push(Box::pin(async move {
            Done::Heads(rooms.memberships(user).await)
        }));
    }

    pub(super) fn subscribe(&mut self, subscription: Subscription) {
        let slot = Slot(u32::try_from(self.subscriptions.len()).expect("fewer rooms than that"));
        self.connection.subscribe(subscription.room, slot);
        self.slots.insert(subscription.room, slot);
        self.subscriptions.push(Some(subscription));
    }

    pub(super) fn subscription(&mut self, room: RoomId) -> Option<&mut Subscription> {
        let slot = self.slots.get(&room)?;
        self.subscriptions[slot.0 as usize].as_mut()
    }

    /// The room is not the client's any more: it hears nothing of it from here on.
    pub(super) fn leave(&mut self, room: RoomId) {
        if let Some(slot) = self.slots.remove(&room) {
            self.subscriptions[slot.0 as usize] = None;
            self.connection.unsubscribe(room);
            self.wire.send(ServerFrame::Left { room: room.0 }.encode());
        }
    }
}
