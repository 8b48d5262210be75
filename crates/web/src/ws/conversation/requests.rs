//! What the client says.

use std::time::Duration;

use tokio::time::Instant;
use whatscrap_messages::{AttachmentId, Draft, MessageId, ReadMark, TYPING_ROOM};
use whatscrap_realtime::Presence;
use whatscrap_rooms::RoomId;

use super::{Conversation, Done, Ending, Stage};
use crate::problem::Problem;
use crate::ws::close::Close;
use crate::ws::frames::{
    self, Change, ClientFrame, FrameError, Hello, PresenceNow, Read, Send, ServerFrame, State,
    Sync, What,
};
use crate::ws::wire::Heard;

/// So many malformed frames within [`STRIKE_WINDOW`] end the conversation.
const STRIKES: usize = 10;
const STRIKE_WINDOW: Duration = Duration::from_mins(1);

impl Conversation {
    pub(super) fn hear(&mut self, heard: Heard) -> Result<(), Ending> {
        if self.timers.answer_by.take().is_some() {
            self.connection.lives();
        }
        match heard {
            Heard::Gone => Err(Ending::Closed),
            Heard::Fault(close) => Err(Ending::Close(close)),
            Heard::Sign if self.frame_limit.allows() => Ok(()),
            Heard::Sign => Err(Ending::Close(Close::Rate)),
            Heard::Text(text) => {
                let frame = frames::parse(&text);
                if !self.asked_for(&frame) && !self.frame_limit.allows() {
                    return Err(Ending::Close(Close::Rate));
                }
                self.hear_frame(frame)
            }
        }
    }

    /// Whether we told the client to send this: a `synced` that was not complete asks for a `sync`,
    /// which is at our pace and not counted.
    fn asked_for(&mut self, frame: &Result<ClientFrame, FrameError>) -> bool {
        let Ok(ClientFrame::Sync(sync)) = frame else {
            return false;
        };
        self.subscription(RoomId(sync.room))
            .is_some_and(|room| room.is_behind())
    }

    fn hear_frame(&mut self, frame: Result<ClientFrame, FrameError>) -> Result<(), Ending> {
        match (frame, self.stage) {
            (Ok(ClientFrame::Hello(hello)), Stage::Waiting) => self.greet(hello),
            (Err(FrameError::Field { reference, message }), _) => {
                self.refuse(reference.as_deref(), &invalid(message));
                Ok(())
            }
            (_, Stage::Waiting) => Err(Ending::Close(Close::Malformed)),
            (Ok(frame), _) => {
                self.obey(frame);
                Ok(())
            }
            (Err(FrameError::Malformed(message)), _) => self.strike(message),
        }
    }

    fn obey(&mut self, frame: ClientFrame) {
        match frame {
            ClientFrame::Hello(_) => {
                self.refuse(
                    None,
                    &Problem::malformed("`hello` is said once, as the first frame"),
                );
            }
            ClientFrame::Send(send) => self.post(send),
            ClientFrame::Change(change) => self.change(change),
            ClientFrame::Sync(sync) => self.sync(sync),
            ClientFrame::Read(read) => self.mark_read(&read),
            ClientFrame::Ping => self.wire.send(ServerFrame::Pong.encode()),
            ClientFrame::Typing(typing) => self.typing(RoomId(typing.room)),
            ClientFrame::Presence(now) => self.presence(&now),
            ClientFrame::Pong => {}
        }
    }

    fn greet(&mut self, hello: Hello) -> Result<(), Ending> {
        if hello.v != frames::VERSION {
            return Err(Ending::Close(Close::Version));
        }
        self.timers.hello_by = None;
        self.stage = Stage::Greeting;
        self.be_lenient(true);
        let rooms = self.server.services.rooms.clone();
        let user = self.login.user.id;
        self.work.push(Box::pin(async move {
            Done::Rooms(rooms.memberships(user).await, hello)
        }));
        Ok(())
    }

    /// Posts are put into the queue in the order of their frames: the work is polled in the order
    /// in which it is pushed, and `Messages::post` does not wait before it stands in the queue.
    fn post(&mut self, send: Send) {
        let Send {
            reference,
            room,
            client_id,
            body,
            attachments,
            reply_to,
        } = send;
        let user = self.login.user.id;
        if let Err(problem) = self.server.limits.post(user) {
            return self.refuse(Some(&reference), &problem);
        }
        let proof = self
            .subscription(RoomId(room))
            .and_then(|subscription| subscription.member);
        let services = self.server.services.clone();
        let attachments: Vec<_> = attachments.into_iter().map(AttachmentId).collect();
        self.posting += 1;
        self.work.push(Box::pin(async move {
            let posted = async {
                let member = match proof {
                    Some(member) => member,
                    None => services.rooms.member(RoomId(room), user).await?,
                };
                let draft = Draft {
                    client_id: &client_id,
                    body: &body,
                    attachments: &attachments,
                    reply_to: reply_to.map(MessageId),
                };
                Ok(services.messages.post(&member, draft).await?)
            };
            let result = posted.await;
            Done::Posted { reference, result }
        }));
    }

    /// Changes stand in the same queue as posts, and are counted with them.
    fn change(&mut self, change: Change) {
        let Change {
            reference,
            room,
            message,
            what,
        } = change;
        let (room, message) = (RoomId(room), MessageId(message));
        let user = self.login.user.id;
        if let Err(problem) = self.server.limits.post(user) {
            return self.refuse(Some(&reference), &problem);
        }
        let proof = self.subscription(room).and_then(|s| s.member);
        let services = self.server.services.clone();
        self.posting += 1;
        self.work.push(Box::pin(async move {
            let changed = async {
                let member = match proof {
                    Some(member) => member,
                    None => services.rooms.member(room, user).await?,
                };
                let messages = &services.messages;
                match what {
                    What::Edit { body } => messages.edit(&member, message, &body).await?,
                    What::Delete => messages.delete(&member, message).await?,
                    What::React { emoji, on } => {
                        messages.react(&member, message, &emoji, on).await?
                    }
                };
                Ok(())
            };
            let result = changed.await;
            Done::Changed { reference, result }
        }));
    }

    fn sync(
        &mut self,
        Sync {
            reference,
            room,
            version,
        }: Sync,
    ) {
        let room = RoomId(room);
        if self.slots.contains_key(&room) {
            self.catch_up(room, Some(reference), version);
        } else {
            self.refuse(Some(&reference), &Problem::not_found());
        }
    }

    fn mark_read(&mut self, read: &Read) {
        let proof = self.subscription(RoomId(read.room)).and_then(|s| s.member);
        let Some(member) = proof else { return };
        let messages = self.server.services.messages.clone();
        let mark = ReadMark::Forward(read.seq);
        self.work.push(Box::pin(async move {
            if let Err(error) = messages.mark_read(&member, mark).await {
                tracing::warn!(%error, "a read pointer could not be moved");
            }
            Done::Signal
        }));
    }

    /// Told to the others of a room that is not too large, if they have not just heard of it.
    fn typing(&mut self, room: RoomId) {
        let proof = self.subscription(room).and_then(|s| s.member);
        let Some(member) = proof else { return };
        if !self.server.hub.types(room, member.user()) {
            return;
        }
        let services = self.server.services.clone();
        self.work.push(Box::pin(async move {
            match services.rooms.size(&member, TYPING_ROOM + 1).await {
                Ok(size) if size <= TYPING_ROOM => services.messages.types(&member),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "nobody was told who types"),
            }
            Done::Signal
        }));
    }

    fn presence(&mut self, now: &PresenceNow) {
        let presence = match now.state {
            State::Active => Presence::Active,
            State::Away => Presence::Away,
        };
        self.connection.says(presence, now.room.map(RoomId));
    }

    fn strike(&mut self, message: String) -> Result<(), Ending> {
        let now = Instant::now();
        self.strikes.push_back(now);
        while self
            .strikes
            .front()
            .is_some_and(|strike| now - *strike > STRIKE_WINDOW)
        {
            self.strikes.pop_front();
        }
        if self.strikes.len() >= STRIKES {
            return Err(Ending::Close(Close::Malformed));
        }
        self.refuse(None, &Problem::malformed(message));
        Ok(())
    }

    pub(super) fn refuse(&mut self, reference: Option<&str>, problem: &Problem) {
        self.wire.send(ServerFrame::error(reference, problem));
    }
}

fn invalid(message: String) -> Problem {
    let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "invalid", message)
}
