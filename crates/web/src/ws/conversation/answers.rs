//! What the domain answers.

use std::collections::HashMap;
use std::time::Duration;

use whatscrap_kernel::BackendError;
use whatscrap_messages::Posted;
use whatscrap_realtime::Frames;
use whatscrap_rooms::{AccessError, Head, Member, MyRoom, RoomId};

use super::clock::milliseconds;
use super::{CatchUp, Conversation, Done, Ending, Past, Stage};
use crate::Server;
use crate::problem::Problem;
use crate::views::{RoomView, UserView};
use crate::ws::MAX_FRAME;
use crate::ws::close::Close;
use crate::ws::frames::{self, Hello, ServerFrame, WelcomeLimits, WelcomeRoom};
use crate::ws::subscription::Subscription;

/// How long a database that is away is left alone before a catch-up tries again.
const RETRY: Duration = Duration::from_secs(1);

impl Conversation {
    pub(super) fn answer(&mut self, done: Done) -> Result<(), Ending> {
        match done {
            Done::Rooms(rooms, hello) => self.subscribe_to_all(rooms, hello)?,
            Done::Greeting(rooms, hello) => self.welcome(rooms, &hello)?,
            Done::Posted { reference, result } => {
                #[cfg(feature = "failpoints")]
                fail::fail_point!("web::before-ack", |_| Err(Ending::Lost));
                self.posted(&reference, result);
            }
            Done::Changed { reference, result } => self.changed(&reference, result),
            Done::CaughtUp(catch_up, past) => self.caught_up(&catch_up, past),
            Done::Heads(heads) => self.heal_the_missed(heads)?,
            Done::Room(room, loaded) => self.room_loaded(room, loaded)?,
            Done::Session(Ok(None)) => return Err(Ending::Close(Close::SessionEnded)),
            // The database is away for a moment: the next look will tell.
            Done::Session(_) | Done::Signal => {}
        }
        Ok(())
    }

    /// First subscribe, then read how the rooms stand: nothing falls between.
    fn subscribe_to_all(
        &mut self,
        rooms: Result<Vec<(Member, Head)>, BackendError>,
        hello: Hello,
    ) -> Result<(), Ending> {
        for (member, _) in rooms.map_err(|error| overloaded(&error))? {
            self.subscribe(Subscription::new(member.room(), Some(member)));
        }
        let services = self.server.services.clone();
        let user = self.login.user.id;
        self.work.push(Box::pin(async move {
            let read = async {
                Ok((
                    services.rooms.memberships(user).await?,
                    services.messages.epoch().await?,
                ))
            };
            Done::Greeting(read.await, hello)
        }));
        Ok(())
    }

    fn welcome(
        &mut self,
        rooms: Result<(Vec<(Member, Head)>, String), BackendError>,
        hello: &Hello,
    ) -> Result<(), Ending> {
        let (rooms, epoch) = rooms.map_err(|error| overloaded(&error))?;
        // A room that was joined in between announces itself.
        let heads: HashMap<RoomId, Head> = rooms
            .into_iter()
            .filter(|(member, _)| self.slots.contains_key(&member.room()))
            .map(|(member, head)| (member.room(), head))
            .collect();
        self.send_welcome(&heads, &epoch);
        self.stage = Stage::Live;

        let left: Vec<RoomId> = self
            .slots
            .keys()
            .filter(|room| !heads.contains_key(room))
            .copied()
            .collect();
        for room in left {
            self.leave(room);
        }
        let same_history = hello.epoch.as_ref().is_none_or(|theirs| *theirs == epoch);
        for head in heads.values() {
            match hello.rooms.get(&head.room.0) {
                Some(&version) if same_history && version <= head.version => {
                    self.resume(head, version);
                }
                Some(_) => self.synced(head.room, None, head.version, Reach::Reset),
                None => self.go_live(head.room, head.version),
            }
        }
        for room in hello
            .rooms
            .keys()
            .filter(|room| !heads.contains_key(&RoomId(**room)))
        {
            self.wire.send(ServerFrame::Left { room: *room }.encode());
        }
        for notice in std::mem::take(&mut self.deferred) {
            self.notice(notice);
        }
        Ok(())
    }

    fn send_welcome(&mut self, heads: &HashMap<RoomId, Head>, epoch: &str) {
        let rooms = heads.values().map(|head| WelcomeRoom {
            id: head.room.0,
            seq: head.seq,
            version: head.version,
            read_seq: head.read_seq,
        });
        let presence = self.connection.appear(self.login.user.availability.away);
        let presence = presence
            .into_iter()
            .map(|(user, presence)| (user.0, presence.word()));
        let welcome = ServerFrame::Welcome {
            v: frames::VERSION,
            connection: self.server.ids.next(),
            epoch,
            user: UserView::me(&self.login.user),
            now: self.server.clock.now(),
            heartbeat_ms: milliseconds(self.server.config.timing.heartbeat),
            limits: WelcomeLimits {
                body_chars: self.server.services.messages.limits().body_chars,
                frame_bytes: MAX_FRAME,
            },
            rooms: rooms.collect(),
            presence: presence.collect(),
        };
        self.wire.send(welcome.encode());
    }

    fn resume(&mut self, head: &Head, version: u64) {
        if let Some(subscription) = self.subscription(head.room) {
            subscription.sees(head.version);
        }
        if version == head.version {
            self.synced(head.room, None, version, Reach::All);
        } else {
            self.catch_up(head.room, None, version);
        }
    }

    /// The client needs nothing of this room's past.
    fn go_live(&mut self, room: RoomId, version: u64) {
        let Some(subscription) = self.subscription(room) else {
            return;
        };
        subscription.pinged = version;
        match subscription.caught_up(version, false) {
            (true, held) => self.send_all(held),
            (false, _) => self.catch_up(room, None, version),
        }
    }

    /// Ends a catch-up, and lets what was held follow.
    fn synced(&mut self, room: RoomId, reference: Option<&str>, version: u64, reach: Reach) {
        let Some(subscription) = self.subscription(room) else {
            return;
        };
        subscription.pinged = version;
        let (complete, held) = subscription.caught_up(version, reach == Reach::Part);
        let reset = reach == Reach::Reset;
        let synced = ServerFrame::Synced {
            reference,
            room: room.0,
            version,
            complete,
            reset,
        };
        self.wire.send(synced.encode());
        self.send_all(held);
    }

    fn send_all(&mut self, held: Vec<Frames>) {
        for frames in held {
            self.wire.send(frames.bytes());
        }
    }

    /// Reads a room's past when its turn comes.
    pub(super) fn catch_up(&mut self, room: RoomId, reference: Option<String>, from: u64) {
        if let Some(subscription) = self.subscription(room) {
            subscription.catch_up_from(from);
            self.catch_ups.push_back(CatchUp {
                room,
                reference,
                from,
            });
        }
    }

    /// Starts the next catch-up once the page before it has been written: a slow reader gets its
    /// past at its own pace, one page in memory at a time.
    pub(super) fn catch_up_next(&mut self) {
        if self.catching_up || self.stage != Stage::Live {
            return;
        }
        while self.wire.waiting() == 0
            && let Some(catch_up) = self.catch_ups.pop_front()
        {
            let Some(subscription) = self.subscription(catch_up.room) else {
                continue;
            };
            let seen = subscription.seen;
            let Some(member) = subscription.member else {
                continue;
            };
            self.catching_up = true;
            let server = self.server.clone();
            self.work.push(Box::pin(async move {
                let past = read_past(&server, &member, catch_up.from, seen).await;
                Done::CaughtUp(catch_up, past)
            }));
            break;
        }
        let busy = self.catching_up || !self.catch_ups.is_empty();
        self.be_lenient(busy);
    }

    /// Whether a full outbox means that the client is catching up, and not that it is slow.
    pub(super) fn be_lenient(&mut self, lenient: bool) {
        if lenient != self.lenient {
            self.lenient = lenient;
            self.connection.outbox().set_catching_up(lenient);
        }
    }

    fn caught_up(&mut self, catch_up: &CatchUp, past: Past) {
        self.catching_up = false;
        let reference = catch_up.reference.as_deref();
        match past {
            Past::Page(page) => {
                self.wire.send(page.frames.clone());
                let reach = if page.more { Reach::Part } else { Reach::All };
                self.synced(catch_up.room, reference, page.version, reach);
            }
            Past::Reset { version } => {
                self.synced(catch_up.room, reference, version, Reach::Reset);
            }
            Past::Gone => {}
        }
    }

    /// Frames were dropped before `heads` was read: what is behind them is read again.
    fn heal_the_missed(
        &mut self,
        heads: Result<Vec<(Member, Head)>, BackendError>,
    ) -> Result<(), Ending> {
        for (_, head) in heads.map_err(|error| stale(&error))? {
            let Some(subscription) = self.subscription(head.room) else {
                continue;
            };
            subscription.sees(head.version);
            let cursor = subscription.cursor;
            if subscription.is_live() && cursor < head.version {
                self.catch_up(head.room, None, cursor);
            }
        }
        Ok(())
    }

    fn room_loaded(
        &mut self,
        room: RoomId,
        loaded: Result<(Member, MyRoom), AccessError>,
    ) -> Result<(), Ending> {
        let (member, mine) = match loaded {
            Ok(loaded) => loaded,
            Err(AccessError::Backend(error)) => return Err(stale(&error)),
            Err(AccessError::NotFound | AccessError::NotAMember) => {
                self.leave(room);
                return Ok(());
            }
        };
        let Some(subscription) = self.subscription(room) else {
            return Ok(());
        };
        let is_new = subscription.member.replace(member).is_none();
        let mut view = RoomView::from(mine);
        if !is_new {
            // Changes that are committed but not yet on this socket are still to come.
            view.version = subscription.cursor;
        }
        let version = view.version;
        self.wire.send(ServerFrame::Room { room: view }.encode());
        if is_new {
            self.go_live(room, version);
        }
        Ok(())
    }

    fn posted(&mut self, reference: &str, result: Result<Posted, Problem>) {
        self.posting -= 1;
        let Posted {
            message,
            version,
            duplicate,
        } = match result {
            Ok(posted) => posted,
            Err(problem) => return self.refuse(Some(reference), &problem),
        };
        let ack = ServerFrame::Ack {
            reference,
            room: message.room.0,
            client_id: message.client_id.as_str(),
            id: message.id.0,
            seq: message.seq,
            version,
            created_at: message.created_at,
            duplicate,
        };
        self.wire.send(ack.encode());
    }

    fn changed(&mut self, reference: &str, result: Result<(), Problem>) {
        self.posting -= 1;
        match result {
            Ok(()) => self.wire.send(ServerFrame::Ok { reference }.encode()),
            Err(problem) => self.refuse(Some(reference), &problem),
        }
    }
}

/// How far a catch-up came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    All,
    Part,
    /// Not at all: the client's version is not of this history.
    Reset,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a database that is away is left alone for a moment"
)]
async fn read_past(server: &Server, member: &Member, from: u64, seen: u64) -> Past {
    let services = &server.services;
    loop {
        let page = server.pasts.page(&services.messages, member, from, seen);
        let past = match page.await {
            Ok(Some(page)) => Ok(Past::Page(page)),
            Ok(None) => match services.rooms.mine(member).await {
                Ok(mine) => Ok(Past::Reset {
                    version: mine.room.version,
                }),
                Err(AccessError::Backend(error)) => Err(error),
                Err(AccessError::NotFound | AccessError::NotAMember) => Ok(Past::Gone),
            },
            Err(error) => Err(error),
        };
        match past {
            Ok(past) => return past,
            Err(error) => tracing::warn!(%error, "a catch-up waits for the database"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn overloaded(error: &BackendError) -> Ending {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a socket could not be greeted"
    );
    Ending::Close(Close::Overloaded)
}

fn stale(error: &BackendError) -> Ending {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a socket lost its state"
    );
    Ending::Close(Close::Stale)
}
