use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use whatscrap_rooms::RoomId;

use crate::turns::Turns;
use crate::{Frames, Slot};

/// How much may wait for one socket.
#[derive(Debug, Clone, Copy)]
pub struct QueueLimits {
    /// The most frames.
    pub frames: usize,
    /// The most bytes of frames.
    pub bytes: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            frames: 256,
            bytes: 1 << 20,
        }
    }
}

/// Something that waits for a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Changes, one after the other, in a room the socket subscribed to.
    Changes {
        /// The subscription.
        slot: Slot,
        /// The room's version with the first of them.
        first: u64,
        /// What to send, a frame a change.
        frames: Frames,
    },
    /// A frame that nobody misses for long: dropped first.
    Signal(Frames),
    /// Something the socket itself must act on.
    Notice(Notice),
}

/// What a socket must act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Its user is in this room now.
    Joined(RoomId),
    /// Its user is out of this room; the subscription is gone already.
    Left(RoomId),
    /// The room, or its user's place there, changed.
    RoomChanged(RoomId),
    /// Its session ended.
    SessionEnded,
}

/// What happened to an outbox that was full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// The reader is slow: everything was dropped, the socket should close.
    Slow,
    /// The socket was catching up, or had not had its turn: changes were dropped, it should look
    /// for what it missed.
    Lagged,
}

/// The bounded queue between the hub and one socket.
///
/// Pushing never waits and never fails. When the queue is full, signals are dropped first; then
/// everything is, and the socket learns of it by [`Overflow`].
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    limits: QueueLimits,
    turns: Arc<Turns>,
}

#[derive(Debug)]
struct Queue {
    items: VecDeque<Item>,
    frames: usize,
    bytes: usize,
    overflow: Option<Overflow>,
    catching_up: bool,
    waker: Option<Waker>,
    /// Whether the reader can take nothing now and only wants to hear of an overflow.
    blocked: bool,
    /// Whether [`Turns`] counts it.
    due: bool,
}

impl Outbox {
    pub(crate) fn new(limits: QueueLimits, turns: Arc<Turns>) -> Self {
        let queue = Queue {
            items: VecDeque::new(),
            frames: 0,
            bytes: 0,
            overflow: None,
            catching_up: false,
            waker: None,
            blocked: false,
            due: false,
        };
        Self {
            queue: Mutex::new(queue),
            limits,
            turns,
        }
    }

    pub(crate) fn push(&self, item: Item) {
        let mut queue = self.lock();
        if queue.overflow == Some(Overflow::Slow) {
            return;
        }
        if !queue.has_room(&item, self.limits) {
            if matches!(item, Item::Signal(_)) {
                return;
            }
            queue.drop_where(|item| matches!(item, Item::Signal(_)));
        }
        if !queue.has_room(&item, self.limits) {
            queue.overflow(self.limits);
        }
        if queue.overflow != Some(Overflow::Slow) {
            queue.put(item);
        }
        let waker = if queue.blocked && queue.overflow.is_none() {
            None
        } else {
            queue.waker.take()
        };
        queue.count(&self.turns, self.limits);
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// While a socket catches up, a full queue does not make it slow: see [`Overflow::Lagged`].
    pub fn set_catching_up(&self, catching_up: bool) {
        self.lock().catching_up = catching_up;
    }

    /// Takes the overflow, if there was one. [`Overflow::Slow`] stays.
    pub fn take_overflow(&self) -> Option<Overflow> {
        let mut queue = self.lock();
        match queue.overflow {
            Some(Overflow::Lagged) => queue.overflow.take(),
            other => other,
        }
    }

    /// Moves what waits into `batch` until it holds `max_bytes`; pending while there is nothing
    /// and no overflow, and woken by the next push.
    pub fn poll_take(
        &self,
        cx: &mut Context<'_>,
        batch: &mut Vec<Item>,
        max_bytes: usize,
    ) -> Poll<()> {
        let mut queue = self.lock();
        queue.blocked = false;
        if queue.items.is_empty() {
            queue.count(&self.turns, self.limits);
            let pending = queue.wait(cx);
            return if queue.overflow.is_some() {
                Poll::Ready(())
            } else {
                pending
            };
        }
        let mut taken = 0;
        while taken < max_bytes {
            let Some(item) = queue.take() else {
                break;
            };
            taken += item.bytes();
            batch.push(item);
        }
        queue.count(&self.turns, self.limits);
        Poll::Ready(())
    }

    /// Pending until there is an overflow, for a reader that can take nothing now.
    pub fn poll_overflow(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.lock();
        if queue.overflow.is_some() {
            Poll::Ready(())
        } else {
            queue.blocked = true;
            queue.count(&self.turns, self.limits);
            queue.wait(cx)
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue
            .lock()
            .expect("no panic while the queue is locked")
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let queue = self.queue.get_mut().unwrap_or_else(PoisonError::into_inner);
        (queue.frames, queue.bytes) = (0, 0);
        queue.count(&self.turns, self.limits);
    }
}

impl Item {
    /// How many frames it is.
    fn frames(&self) -> usize {
        match self {
            Self::Changes { frames, .. } => frames.count(),
            Self::Signal(_) | Self::Notice(_) => 1,
        }
    }

    /// How many bytes its frames are.
    fn bytes(&self) -> usize {
        match self {
            Self::Changes { frames, .. } | Self::Signal(frames) => frames.len(),
            Self::Notice(_) => 0,
        }
    }
}

impl Queue {
    fn has_room(&self, item: &Item, limits: QueueLimits) -> bool {
        self.frames + item.frames() <= limits.frames && self.bytes + item.bytes() <= limits.bytes
    }

    fn put(&mut self, item: Item) {
        self.frames += item.frames();
        self.bytes += item.bytes();
        self.items.push_back(item);
    }

    fn take(&mut self) -> Option<Item> {
        let item = self.items.pop_front()?;
        self.frames -= item.frames();
        self.bytes -= item.bytes();
        Some(item)
    }

    /// Has this queue counted among those that are due, or not: more waits than one run.
    fn count(&mut self, turns: &Turns, limits: QueueLimits) {
        let much = self.frames > limits.frames / 4 || self.bytes > limits.bytes / 4;
        let due = much && !self.blocked;
        if due != self.due {
            self.due = due;
            if due {
                turns.one_more();
            } else {
                turns.one_less();
            }
        }
    }

    fn drop_where(&mut self, dropped: impl Fn(&Item) -> bool) {
        self.items.retain(|item| !dropped(item));
        self.frames = self.items.iter().map(Item::frames).sum();
        self.bytes = self.items.iter().map(Item::bytes).sum();
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    fn overflow(&mut self, limits: QueueLimits) {
        // Whoever is not blocked waits for a turn of this server's: that is no fault of theirs.
        let lenient = self.catching_up || !self.blocked;
        if lenient {
            self.drop_where(|item| matches!(item, Item::Changes { .. }));
        }
        // Notices alone can fill the queue too: then even one that catches up is slow.
        if lenient && self.frames < limits.frames {
            self.overflow = Some(Overflow::Lagged);
        } else {
            self.overflow = Some(Overflow::Slow);
            self.items = VecDeque::new();
            self.frames = 0;
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Wake, Waker};

    use super::*;

    const LIMITS: QueueLimits = QueueLimits {
        frames: 3,
        bytes: 10,
    };

    fn outbox() -> Outbox {
        Outbox::new(LIMITS, Arc::default())
    }

    fn frames(texts: &[&str]) -> Frames {
        Frames::of(texts, |text, bytes| bytes.extend(text.as_bytes()))
    }

    fn change(first: u64, text: &str) -> Item {
        Item::Changes {
            slot: Slot(0),
            first,
            frames: frames(&[text]),
        }
    }

    fn signal(text: &str) -> Item {
        Item::Signal(frames(&[text]))
    }

    fn taken(outbox: &Outbox) -> Vec<Item> {
        let mut batch = Vec::new();
        let _ = outbox.poll_take(&mut Context::from_waker(Waker::noop()), &mut batch, 1_000);
        batch
    }

    #[test]
    fn items_leave_in_the_order_in_which_they_came() {
        let outbox = outbox();
        outbox.push(change(1, "a"));
        outbox.push(signal("s"));
        outbox.push(change(2, "b"));
        assert_eq!(
            taken(&outbox),
            [change(1, "a"), signal("s"), change(2, "b")]
        );
    }

    #[test]
    fn a_full_queue_drops_signals_before_changes() {
        let outbox = outbox();
        outbox.push(signal("s"));
        for version in 1..=3 {
            outbox.push(change(version, "x"));
        }
        outbox.push(signal("late"));
        assert_eq!(outbox.take_overflow(), None);
        assert_eq!(
            taken(&outbox),
            [change(1, "x"), change(2, "x"), change(3, "x")]
        );
    }

    /// An outbox whose reader can take nothing now.
    fn blocked() -> Outbox {
        let outbox = outbox();
        let reader = &mut Context::from_waker(Waker::noop());
        assert!(outbox.poll_overflow(reader).is_pending());
        outbox
    }

    #[test]
    fn one_that_was_blocked_is_woken_by_the_next_push_again() {
        struct Woken(AtomicBool);
        impl Wake for Woken {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        let waker = Waker::from(woken.clone());
        let outbox = blocked();
        let reader = &mut Context::from_waker(&waker);
        assert!(outbox.poll_take(reader, &mut Vec::new(), 9).is_pending());
        outbox.push(change(1, "a"));
        assert!(woken.0.load(Ordering::Relaxed));
    }

    #[test]
    fn one_that_has_not_had_its_turn_is_not_slow() {
        let outbox = outbox();
        for version in 1..=5 {
            outbox.push(change(version, "x"));
        }
        assert_eq!(outbox.take_overflow(), Some(Overflow::Lagged));
    }

    #[test]
    fn too_many_frames_make_the_reader_slow_and_empty_the_queue() {
        let outbox = blocked();
        for version in 1..=5 {
            outbox.push(change(version, "x"));
        }
        assert_eq!(outbox.take_overflow(), Some(Overflow::Slow));
        assert_eq!(taken(&outbox), []);
        assert_eq!(
            outbox.take_overflow(),
            Some(Overflow::Slow),
            "it stays slow"
        );
    }

    #[test]
    fn each_frame_of_a_run_counts() {
        let outbox = blocked();
        outbox.push(Item::Changes {
            slot: Slot(0),
            first: 1,
            frames: frames(&["a", "b", "c"]),
        });
        assert_eq!(outbox.take_overflow(), None);
        outbox.push(change(4, "d"));
        assert_eq!(outbox.take_overflow(), Some(Overflow::Slow));
    }

    #[test]
    fn too_many_bytes_make_the_reader_slow() {
        let outbox = blocked();
        outbox.push(change(1, "123456"));
        outbox.push(change(2, "123456"));
        assert_eq!(outbox.take_overflow(), Some(Overflow::Slow));
    }

    #[test]
    fn one_that_catches_up_loses_changes_but_keeps_notices_and_is_not_slow() {
        let outbox = outbox();
        outbox.set_catching_up(true);
        outbox.push(Item::Notice(Notice::SessionEnded));
        for version in 1..=3 {
            outbox.push(change(version, "x"));
        }
        assert_eq!(outbox.take_overflow(), Some(Overflow::Lagged));
        assert_eq!(outbox.take_overflow(), None, "it is told once");
        assert_eq!(
            taken(&outbox),
            [Item::Notice(Notice::SessionEnded), change(3, "x")]
        );
    }

    #[test]
    fn a_batch_stops_at_the_asked_number_of_bytes() {
        let outbox = outbox();
        for version in 1..=3 {
            outbox.push(change(version, "xx"));
        }
        let mut batch = Vec::new();
        let waker = &mut Context::from_waker(Waker::noop());
        assert!(outbox.poll_take(waker, &mut batch, 3).is_ready());
        assert_eq!(batch, [change(1, "xx"), change(2, "xx")]);
    }

    #[test]
    fn a_socket_is_due_while_more_than_a_quarter_waits_and_it_could_take_it() {
        let turns = Arc::new(Turns::default());
        let limits = QueueLimits {
            frames: 8,
            bytes: 1_000,
        };
        let outbox = Outbox::new(limits, Arc::clone(&turns));
        let reader = &mut Context::from_waker(Waker::noop());
        outbox.push(change(1, "a"));
        outbox.push(change(2, "b"));
        assert_eq!(turns.due(), 0);
        outbox.push(change(3, "c"));
        assert_eq!(turns.due(), 1);
        assert!(outbox.poll_overflow(reader).is_pending());
        assert_eq!(turns.due(), 0, "it is blocked");
        outbox.push(change(4, "d"));
        assert_eq!(turns.due(), 0, "it still is");
        assert!(outbox.poll_take(reader, &mut Vec::new(), 1).is_ready());
        assert_eq!(turns.due(), 1, "three are left");
        taken(&outbox);
        assert_eq!(turns.due(), 0);
        for version in 5..8 {
            outbox.push(change(version, "e"));
        }
        assert_eq!(turns.due(), 1);
        drop(outbox);
        assert_eq!(turns.due(), 0, "it is gone");
    }
}
