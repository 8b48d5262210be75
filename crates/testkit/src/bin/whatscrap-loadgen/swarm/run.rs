//! A run: senders post, everyone hears, and in the end nothing may be missing.

use std::io;
use std::time::{Duration, Instant};

use super::record::Room;
use super::scan::RoomId;
use super::tally::{Faults, Tally};
use super::{BREATH, Stage, Swarm};

/// How long what is on the way may take to arrive.
const SETTLING: Duration = Duration::from_secs(30);

/// Measuring every sixteenth change of a saturated room is enough; see [`Record::sampling`].
///
/// [`Record::sampling`]: super::record::Record::sampling
const SAMPLED: u64 = 0xf;

/// How senders pace themselves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// Each socket that posts keeps this many on the way, and its rooms take turns.
    InFlight(usize),
    /// Posts a second, of all together.
    Rate(f64),
}

/// What is to be done.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    /// A socket and the room it posts into.
    pub(crate) senders: &'a [(usize, RoomId)],
    pub(crate) pace: Pace,
    /// What is posted.
    pub(crate) text: &'a str,
    /// How long to post before anything is counted.
    pub(crate) warm_up: Duration,
    pub(crate) time: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) tally: Tally,
    pub(crate) time: Duration,
}

impl Swarm {
    /// Runs, and calls `mark` at the beginning and at the end of what is counted.
    pub(crate) fn run(&mut self, run: &Run<'_>, mut mark: impl FnMut()) -> io::Result<Measured> {
        self.prepare(run);
        let start = Instant::now();
        let mut schedule = Schedule::new(run, start);
        if let Pace::InFlight(count) = run.pace {
            for number in 0..self.sockets.len() {
                for _ in 0..count {
                    self.record.post_next(&mut self.sockets[number]);
                }
                self.flush(number);
            }
        }
        self.post_until(start + run.warm_up, &mut schedule)?;
        mark();
        let counted = Instant::now();
        let warmed = std::mem::take(&mut self.record.tally);
        self.post_until(counted + run.time, &mut schedule)?;
        let time = counted.elapsed();
        mark();
        self.record.keeps_posting = false;
        let mut tally = std::mem::take(&mut self.record.tally);
        let on_the_way = warmed.sent + tally.sent - warmed.answered - tally.answered;
        let late = self.settle(on_the_way)?;
        for faults in [&warmed.faults, &late] {
            tally.faults.add(faults);
        }
        Ok(Measured { tally, time })
    }

    fn prepare(&mut self, run: &Run<'_>) {
        run.text.clone_into(&mut self.record.text);
        self.record.rooms.clear();
        for socket in &mut self.sockets {
            socket.agenda.clear();
        }
        for &(socket, id) in run.senders {
            let socket = &mut self.sockets[socket];
            socket.agenda.push_back(id);
            let place = socket.place(&id);
            let start = place.expect("senders are members of their rooms").version;
            let room = Room {
                start,
                version: start,
                acked: 0,
            };
            self.record.rooms.insert(id, room);
        }
        let saturated = matches!(run.pace, Pace::InFlight(_));
        self.record.keeps_posting = saturated;
        self.record.sampling = if saturated { SAMPLED } else { 0 };
    }

    fn post_until(&mut self, end: Instant, schedule: &mut Schedule<'_>) -> io::Result<()> {
        loop {
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            while let Some((socket, room)) = schedule.due(now) {
                self.record.post(&mut self.sockets[socket], &room);
                self.flush(socket);
            }
            let next = schedule.next.map_or(end, |next| next.min(end));
            self.turn(next.saturating_duration_since(now))?;
        }
    }

    /// Waits until every post is answered and heard by all, and returns what went wrong since.
    fn settle(&mut self, on_the_way: u64) -> io::Result<Faults> {
        let deadline = Instant::now() + SETTLING;
        while Instant::now() < deadline
            && (self.record.tally.answered < on_the_way || self.behind() > 0)
        {
            self.turn(BREATH)?;
        }
        let late = std::mem::take(&mut self.record.tally);
        let mut faults = late.faults;
        faults.unacked = on_the_way.saturating_sub(late.answered);
        faults.behind = self.behind();
        let rooms = self.record.rooms.values();
        faults.miscounted = rooms
            .filter(|room| room.version - room.start != room.acked)
            .count() as u64;
        Ok(faults)
    }

    /// Places whose socket is not as far as anyone was told of.
    fn behind(&self) -> u64 {
        let live = self.sockets.iter().filter(|s| s.stage == Stage::Live);
        let places = live.flat_map(|socket| &socket.places);
        let behind = places.filter(|place| {
            let room = self.record.rooms.get(&place.room);
            room.is_some_and(|room| place.version < room.version)
        });
        behind.count() as u64
    }
}

/// When which sender is to post, at a fixed rate.
struct Schedule<'a> {
    senders: std::iter::Cycle<std::slice::Iter<'a, (usize, RoomId)>>,
    period: Duration,
    /// `None` if acks pace the senders.
    next: Option<Instant>,
}

impl<'a> Schedule<'a> {
    fn new(run: &Run<'a>, start: Instant) -> Self {
        let rate = match run.pace {
            Pace::Rate(rate) => Some(rate),
            Pace::InFlight(_) => None,
        };
        Self {
            senders: run.senders.iter().cycle(),
            period: Duration::from_secs_f64(rate.map_or(0.0, f64::recip)),
            next: rate.map(|_| start),
        }
    }

    fn due(&mut self, now: Instant) -> Option<(usize, RoomId)> {
        let next = self.next.as_mut().filter(|next| **next <= now)?;
        *next += self.period;
        self.senders.next().copied()
    }
}
