//! What the other nodes say.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use whatscrap_kernel::Uuid;
use whatscrap_messages::{Channel, Event, Heard, Word};
use whatscrap_rooms::{RoomEvent, RoomId};
use whatscrap_users::UserEvent;

use super::people::{Minding, Told};
use super::words::{self, Said};
use super::{Ear, Gap, NodesBus, Truth};

/// How often is looked whether anything was missed, and while somebody is not heard.
const SWEEP: Duration = Duration::from_secs(5);
const SWEEP_AWAY: Duration = Duration::from_secs(1);
/// How many rooms are read at the same time.
const HEALS: usize = 4;
/// How many words are taken in one go.
const WORDS: usize = 64;

/// What listening comes to.
struct Listening {
    bus: Arc<NodesBus>,
    truth: Truth,
    is_away: bool,
    /// A node is not heard that did not end.
    quiet: watch::Receiver<bool>,
    sweep_at: Instant,
    /// Who is where, and which sessions stand, is looked at with the next sweep.
    revises: bool,
    /// Rooms that are heard now, of which nobody has looked how far they have come.
    followed: Vec<RoomId>,
    places: JoinSet<()>,
    /// Rooms of which something is missing that may be on its way.
    waiting: HashSet<RoomId>,
    waits: JoinSet<RoomId>,
    /// Rooms that are read, and whether they are to be read again.
    healing: HashMap<RoomId, bool>,
    heals: JoinSet<(RoomId, bool)>,
    turns: Arc<Semaphore>,
    sweeps: JoinSet<bool>,
    people: mpsc::UnboundedSender<Told>,
    minding: JoinSet<()>,
}

impl NodesBus {
    /// Hears the other nodes, for ever.
    pub async fn listen(self: Arc<Self>, ear: Ear, truth: Truth) {
        let (people, told) = mpsc::unbounded_channel();
        let (quiets, quiet) = watch::channel(false);
        let mut minding = JoinSet::new();
        minding.spawn(Minding::new(self.clone(), truth.rooms.clone(), quiets).run(told));
        let listening = Listening {
            people,
            minding,
            bus: self,
            truth,
            is_away: true,
            quiet,
            sweep_at: Instant::now() + SWEEP_AWAY,
            revises: true,
            followed: Vec::new(),
            places: JoinSet::new(),
            waiting: HashSet::new(),
            waits: JoinSet::new(),
            healing: HashMap::new(),
            heals: JoinSet::new(),
            turns: Arc::new(Semaphore::new(HEALS)),
            sweeps: JoinSet::new(),
        };
        listening.run(ear).await;
    }
}

impl Listening {
    async fn run(mut self, mut ear: Ear) {
        let mut words = Vec::with_capacity(WORDS);
        loop {
            tokio::select! {
                count = ear.heard.recv_many(&mut words, WORDS) => {
                    if count == 0 {
                        return;
                    }
                    for heard in words.drain(..) {
                        self.hear(heard).await;
                    }
                }
                Some(room) = ear.begun.recv() => self.begin(room),
                Some(gap) = ear.gaps.recv() => self.heal(gap),
                Some(waited) = self.waits.join_next() => {
                    if let Ok(room) = waited {
                        self.waited(room);
                    }
                }
                Some(healed) = self.heals.join_next() => {
                    if let Ok((room, is_read)) = healed {
                        self.healed(room, is_read);
                    }
                }
                Some(_) = self.places.join_next() => self.place(),
                Ok(()) = self.quiet.changed() => self.sweep_soon(),
                () = sleep_until(self.sweep_at) => self.sweep(),
                Some(swept) = self.sweeps.join_next() => self.swept(swept.unwrap_or(false)),
                Some(_) = self.minding.join_next() => return,
            }
        }
    }

    async fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Word(word) => {
                if let Some((from, said)) = words::decode(self.bus.me, &word) {
                    metrics::counter!("whatscrap_bus_heard_total").increment(1);
                    self.take(from, said, &word).await;
                }
            }
            Heard::Following(room) => {
                self.followed.push(room);
                self.place();
            }
            Heard::Away => {
                self.is_away = true;
                self.tell_of_people(Told::Away);
                metrics::gauge!("whatscrap_bus_up").set(0);
                tracing::warn!("the other nodes are out of reach: looking every second");
                self.sweep_soon();
            }
            Heard::Back => {
                if self.is_away {
                    tracing::info!("the other nodes are within reach");
                }
                self.is_away = false;
                self.tell_of_people(Told::Back);
                metrics::gauge!("whatscrap_bus_up").set(1);
                self.sweep_soon();
                self.bus.say(Channel::All, Said::Look, Bytes::new());
            }
        }
    }

    async fn take(&mut self, from: Uuid, said: Said, word: &Word) {
        match said {
            Said::People(said) => self.tell_of_people(Told::By(from, said)),
            Said::Spent { posts, others } => self.bus.hear_spent(posts, others),
            Said::Changes(run) => {
                // No faster than the sockets take it, like what is committed here.
                self.bus.hub.ready().await;
                self.bus.hear_changes(run, word);
            }
            Said::Look => self.sweep_soon(),
            said => {
                if let Some(event) = said.event() {
                    self.forget(&event);
                    self.bus.tell_here(&event);
                }
            }
        }
    }

    /// What this node remembers of it is void.
    fn forget(&self, event: &Event) {
        match *event {
            Event::User(
                UserEvent::SessionEnded { user, .. } | UserEvent::ProfileChanged { user },
            ) => self.truth.remembered_users.forget(user),
            Event::User(UserEvent::Tried { key, at, wrong }) => {
                self.truth.remembered_users.hear_of_try(key, at, wrong);
            }
            Event::Room(
                RoomEvent::Joined { user, .. }
                | RoomEvent::Left { user, .. }
                | RoomEvent::PlaceChanged { user, .. },
            ) => self.truth.remembered_rooms.forget(user),
            _ => {}
        }
    }

    fn tell_of_people(&self, told: Told) {
        // Ends with this.
        let _ = self.people.send(told);
    }

    /// Somebody begins to listen to a room.
    fn begin(&mut self, room: RoomId) {
        if self.bus.open_line(room) {
            self.bus.carrier.follow(room);
        }
    }

    /// Looks how far the rooms have come that are heard since a moment ago, all in one go.
    fn place(&mut self) {
        if self.places.is_empty() && !self.followed.is_empty() {
            let rooms = std::mem::take(&mut self.followed);
            let (bus, truth) = (self.bus.clone(), self.truth.clone());
            self.places.spawn(async move {
                // Else the next sweep finds them.
                let _ = bus.compare(&rooms, &*truth.rooms).await;
            });
        }
    }

    /// Reads what is missing, unless it may still come.
    fn heal(&mut self, Gap { room, may_close }: Gap) {
        if may_close && !self.is_away {
            if self.waiting.insert(room) {
                let bus = self.bus.clone();
                self.waits.spawn(async move {
                    bus.lacks_the_same(room).await;
                    room
                });
            }
        } else if let Some(again) = self.healing.get_mut(&room) {
            *again = true;
        } else {
            self.healing.insert(room, false);
            let (bus, truth, turns) = (self.bus.clone(), self.truth.clone(), self.turns.clone());
            self.heals.spawn(async move {
                let _turn = turns.acquire().await;
                (room, bus.heal(room, &*truth.messages).await)
            });
        }
    }

    fn waited(&mut self, room: RoomId) {
        self.waiting.remove(&room);
        if self.bus.gap(room).is_some() {
            let may_close = false;
            self.heal(Gap { room, may_close });
        }
    }

    fn healed(&mut self, room: RoomId, is_read: bool) {
        let again = self.healing.remove(&room).unwrap_or(false);
        if !is_read {
            self.sweep_again();
        } else if self.bus.gap(room).is_some() {
            let may_close = !again;
            self.heal(Gap { room, may_close });
        }
    }

    fn swept(&mut self, is_read: bool) {
        if !is_read {
            self.revises = true;
            self.sweep_again();
        }
    }

    /// The database was away: what could not be read is found by the next sweep.
    fn sweep_again(&mut self) {
        self.sweep_at = self.sweep_at.min(Instant::now() + SWEEP_AWAY);
    }

    fn sweep_soon(&mut self) {
        self.sweep_at = Instant::now();
        self.revises = true;
    }

    fn sweep(&mut self) {
        let misses = self.is_away || *self.quiet.borrow();
        let revises = self.revises || misses;
        self.revises = false;
        let pause = if misses { SWEEP_AWAY } else { SWEEP };
        self.sweep_at = Instant::now() + pause.max(self.bus.pause());
        let (bus, truth) = (self.bus.clone(), self.truth.clone());
        if self.sweeps.is_empty() {
            self.sweeps
                .spawn(async move { bus.sweep(&truth, revises).await });
        } else {
            self.revises |= revises;
        }
    }
}
