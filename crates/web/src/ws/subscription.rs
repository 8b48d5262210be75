use whatscrap_realtime::Frames;
use whatscrap_rooms::{Member, RoomId};

/// How many live frames are held for a room that is being caught up.
const HELD: usize = 64;

/// One room's place in a conversation. It sees to it that the versions of the room reach the
/// client one by one, or rise without a gap that nobody heals.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) room: RoomId,
    /// The proof; not yet there for a room that was joined a moment ago.
    pub(super) member: Option<Member>,
    /// The version up to which the client has everything.
    pub(super) cursor: u64,
    /// The cursor that the last ping told.
    pub(super) pinged: u64,
    /// The latest version that it knows of: what was read of the past must reach so far, and what
    /// is later arrives live.
    pub(super) seen: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The client has everything up to the cursor.
    Live,
    /// The past is being read; what happens meanwhile waits, as runs that begin at a version.
    CatchingUp {
        held: Vec<(u64, Frames)>,
        missed: bool,
    },
    /// The client was told that there is more and has not asked for it yet.
    Behind,
}

/// What to do with live frames.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Send(Frames),
    /// The client has them, or will read them, or they wait.
    Keep,
    /// Something before them is missing: read from the cursor.
    Heal,
}

impl Subscription {
    /// A room whose past is about to be read.
    pub(super) fn new(room: RoomId, member: Option<Member>) -> Self {
        let state = State::CatchingUp {
            held: Vec::new(),
            missed: false,
        };
        Self {
            room,
            member,
            cursor: 0,
            pinged: 0,
            seen: 0,
            state,
        }
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, State::Live)
    }

    /// Whether the client was told to ask for more.
    pub(super) fn is_behind(&self) -> bool {
        matches!(self.state, State::Behind)
    }

    /// The room has come to this version.
    pub(super) fn sees(&mut self, version: u64) {
        self.seen = self.seen.max(version);
    }

    /// Live changes arrive, the first of them with this version.
    pub(super) fn changes(&mut self, first: u64, frames: Frames) -> Verdict {
        self.sees(first + frames.count() as u64 - 1);
        match &mut self.state {
            State::Live if first <= self.cursor + 1 => match self.follow(first, frames) {
                Some(frames) => Verdict::Send(frames),
                None => Verdict::Keep,
            },
            State::Live => {
                self.state = State::CatchingUp {
                    held: vec![(first, frames)],
                    missed: false,
                };
                Verdict::Heal
            }
            State::CatchingUp { held, missed } => {
                let waiting: usize = held.iter().map(|(_, frames)| frames.count()).sum();
                if waiting + frames.count() <= HELD {
                    held.push((first, frames));
                } else {
                    *missed = true;
                }
                Verdict::Keep
            }
            State::Behind => Verdict::Keep,
        }
    }

    /// Moves the cursor over changes that connect to it, and returns those that are beyond it.
    fn follow(&mut self, first: u64, frames: Frames) -> Option<Frames> {
        let known = usize::try_from(self.cursor + 1 - first).unwrap_or(usize::MAX);
        let new = frames.skip(known);
        self.cursor += new.count() as u64;
        (!new.is_empty()).then_some(new)
    }

    /// Frames were dropped on their way here.
    pub(super) fn frames_were_lost(&mut self) {
        if let State::CatchingUp { missed, .. } = &mut self.state {
            *missed = true;
        }
    }

    /// The past is going to be read from `cursor`.
    pub(super) fn catch_up_from(&mut self, cursor: u64) {
        self.cursor = cursor;
        if !matches!(self.state, State::CatchingUp { .. }) {
            self.state = State::CatchingUp {
                held: Vec::new(),
                missed: false,
            };
        }
    }

    /// The past has been read up to `cursor`, and perhaps there is `more`. Returns whether the
    /// client now has everything, and the held frames that follow.
    pub(super) fn caught_up(&mut self, cursor: u64, more: bool) -> (bool, Vec<Frames>) {
        self.sees(cursor);
        self.cursor = cursor;
        let held = match std::mem::replace(&mut self.state, State::Live) {
            State::CatchingUp {
                held,
                missed: false,
            } if !more && follow_one_another(cursor, &held) => held,
            _ => {
                self.state = State::Behind;
                return (false, Vec::new());
            }
        };
        let mut following = Vec::new();
        for (first, frames) in held {
            following.extend(self.follow(first, frames));
        }
        (true, following)
    }
}

/// Whether runs go on where the room's past ended, without a gap.
fn follow_one_another(mut cursor: u64, runs: &[(u64, Frames)]) -> bool {
    runs.iter().all(|(first, frames)| {
        let follows = *first <= cursor + 1;
        cursor = cursor.max(first + frames.count() as u64 - 1);
        follows
    })
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::{Ids, SequentialIds};
    use whatscrap_rooms::RoomId;

    use super::*;

    fn live_at(version: u64) -> Subscription {
        let mut room = Subscription::new(RoomId(SequentialIds::default().next()), None);
        assert_eq!(room.caught_up(version, false), (true, vec![]));
        room
    }

    fn frames(texts: &[&str]) -> Frames {
        Frames::of(texts, |text, bytes| bytes.extend(text.as_bytes()))
    }

    fn frame(text: &str) -> Frames {
        frames(&[text])
    }

    fn sent(verdict: Verdict) -> String {
        let Verdict::Send(frames) = verdict else {
            panic!("nothing is sent: {verdict:?}")
        };
        String::from_utf8(frames.bytes().into()).unwrap()
    }

    #[test]
    fn live_frames_pass_one_by_one_and_only_once() {
        let mut room = live_at(3);
        assert_eq!(room.changes(3, frame("old")), Verdict::Keep);
        assert_eq!(sent(room.changes(4, frame("new"))), "new");
        assert_eq!(room.changes(4, frame("again")), Verdict::Keep);
    }

    #[test]
    fn of_a_run_only_what_is_new_passes() {
        let mut room = live_at(3);
        assert_eq!(sent(room.changes(3, frames(&["old", "new"]))), "new");
        assert_eq!(sent(room.changes(5, frames(&["5", "6", "7"]))), "567");
        assert_eq!(room.cursor, 7);
        assert_eq!(room.changes(9, frames(&["late"])), Verdict::Heal);
    }

    #[test]
    fn a_run_that_the_catch_up_has_read_in_part_follows_in_part() {
        let mut room = live_at(0);
        room.catch_up_from(0);
        assert_eq!(room.changes(1, frames(&["1", "2", "3"])), Verdict::Keep);
        let (complete, held) = room.caught_up(2, false);
        assert!(complete);
        assert_eq!(held[0].bytes(), "3");
        assert_eq!(room.cursor, 3);
    }

    #[test]
    fn a_gap_is_healed_before_what_follows_it() {
        let mut room = live_at(3);
        assert_eq!(room.changes(6, frame("six")), Verdict::Heal);
        assert_eq!(room.changes(7, frame("seven")), Verdict::Keep);
        assert_eq!(room.caught_up(6, false), (true, vec![frame("seven")]));
        assert_eq!(sent(room.changes(8, frame("eight"))), "eight");
    }

    #[test]
    fn a_gap_behind_the_catch_up_leaves_the_client_to_ask_again() {
        let mut room = live_at(0);
        room.catch_up_from(0);
        assert_eq!(room.changes(2, frame("two")), Verdict::Keep);
        assert_eq!(room.changes(4, frame("four")), Verdict::Keep);
        assert_eq!(room.caught_up(1, false), (false, vec![]));
        assert!(room.is_behind());
    }

    #[test]
    fn a_room_that_has_come_further_without_a_word_is_read() {
        let mut room = live_at(3);
        assert_eq!(room.changes(4, frames(&[])), Verdict::Keep);
        assert_eq!(room.changes(6, frames(&[])), Verdict::Heal);
        assert_eq!(room.seen, 5);
        assert_eq!(room.caught_up(5, false), (true, vec![]));
    }

    #[test]
    fn what_the_catch_up_has_read_is_not_sent_again() {
        let mut room = live_at(0);
        room.catch_up_from(0);
        assert_eq!(room.changes(1, frame("one")), Verdict::Keep);
        assert_eq!(room.caught_up(2, false), (true, vec![]));
    }

    #[test]
    fn more_to_read_leaves_the_client_behind_until_it_asks() {
        let mut room = live_at(0);
        room.catch_up_from(0);
        assert_eq!(room.caught_up(200, true), (false, vec![]));
        assert_eq!(room.changes(201, frame("x")), Verdict::Keep);
        room.catch_up_from(200);
        assert_eq!(room.caught_up(201, false), (true, vec![]));
    }

    #[test]
    fn more_live_frames_than_can_be_held_are_read_instead() {
        let mut room = live_at(0);
        room.catch_up_from(0);
        for version in 1..=HELD as u64 + 1 {
            assert_eq!(room.changes(version, frame("x")), Verdict::Keep);
        }
        assert_eq!(room.caught_up(0, false), (false, vec![]));
    }
}
