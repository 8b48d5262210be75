//! Each invariant on a history that is small enough to see it by eye.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::faults::history::Op;

/// What `ada` says and `ben` reads, step by step.
#[derive(Default)]
struct Tale(Vec<Entry>);

impl Tale {
    fn tell(mut self, actor: &str, op: Op, kind: Kind, fields: impl Fn(Entry) -> Entry) -> Self {
        let actor: Arc<str> = actor.into();
        let mut entry = fields(Entry::new(&actor, op, kind).room("r"));
        entry.mono_ns = 1_000_000_000 * self.0.len() as u64;
        self.0.push(entry);
        self
    }

    fn says(self, cid: &str) -> Self {
        self.tell("ada", Op::Invoke, Kind::Send, |entry| entry.cid(cid))
    }

    fn acked(self, cid: &str, seq: u64) -> Self {
        let id = format!("id-{cid}");
        self.tell("ada", Op::Ok, Kind::Send, |entry| {
            entry.cid(cid).seq(seq).id(&id)
        })
    }

    fn put_off(self, cid: &str) -> Self {
        self.tell("ada", Op::Info, Kind::Send, |entry| entry.cid(cid))
    }

    fn refused(self, cid: &str) -> Self {
        self.tell("ada", Op::Fail, Kind::Send, |entry| entry.cid(cid))
    }

    fn joins(self, seq: u64) -> Self {
        self.tell("ben", Op::Ok, Kind::Joined, |entry| entry.seq(seq))
    }

    fn hears(self, cid: &str, seq: u64) -> Self {
        let id = format!("id-{cid}");
        self.tell("ben", Op::Ok, Kind::Ev, |entry| {
            entry.cid(cid).seq(seq).id(&id)
        })
    }

    /// Judges it, with these messages of `ada` in the end.
    fn ends(&self, rows: &[(u64, &str)]) -> Verdict {
        let row = |(seq, cid): &(u64, &str)| Row {
            seq: *seq,
            id: format!("id-{cid}"),
            author: "ada".to_owned(),
            cid: (*cid).to_owned(),
        };
        let end = End::from([("r".to_owned(), rows.iter().map(row).collect())]);
        let mut verdict = check(&self.0, &end, Duration::MAX);
        verdict.convergence = Duration::ZERO;
        verdict.details.clear();
        verdict
    }
}

fn sound(invoked: u64, acked: u64) -> Verdict {
    Verdict {
        invoked,
        acked,
        ..Verdict::default()
    }
}

#[test]
fn a_history_without_fault_is_sound() {
    let tale = Tale::default().joins(0).says("a").says("b").acked("a", 1);
    let tale = tale.hears("a", 1).hears("b", 2).acked("b", 2);
    assert_eq!(tale.ends(&[(1, "a"), (2, "b")]), sound(2, 2));
}

#[test]
fn i1_an_acked_message_is_where_its_ack_said() {
    let tale = Tale::default().says("a").acked("a", 1);
    assert_eq!(
        tale.ends(&[]),
        Verdict {
            lost: 1,
            ..sound(1, 1)
        }
    );
    let moved = Tale::default().says("a").says("b").acked("a", 1);
    let verdict = moved.ends(&[(1, "b"), (2, "a")]);
    assert_eq!(verdict.lost, 1);
}

#[test]
fn i2_a_name_is_there_once() {
    let tale = Tale::default().says("a").acked("a", 1);
    let verdict = tale.ends(&[(1, "a"), (2, "a")]);
    assert_eq!(
        verdict,
        Verdict {
            duplicates: 1,
            ..sound(1, 1)
        }
    );
}

#[test]
fn i3_places_have_no_hole() {
    let tale = Tale::default().says("a").says("b");
    let verdict = tale.ends(&[(1, "a"), (3, "b")]);
    assert_eq!(
        verdict,
        Verdict {
            holes: 1,
            ..sound(2, 0)
        }
    );
}

#[test]
fn i4_a_reader_is_led_up_one_by_one() {
    let said = || {
        Tale::default()
            .says("a")
            .says("b")
            .says("c")
            .joins(0)
            .hears("a", 1)
    };
    let rows = [(1, "a"), (2, "b"), (3, "c")];
    let jumped = said().hears("c", 3).ends(&rows);
    assert_eq!(
        jumped,
        Verdict {
            gaps: 1,
            ..sound(3, 0)
        }
    );
    let again = said().hears("b", 2).hears("b", 2).hears("c", 3).ends(&rows);
    assert_eq!(
        again,
        Verdict {
            reorders: 1,
            ..sound(3, 0)
        }
    );
}

#[test]
fn i4_what_the_client_left_aside_counts_too() {
    let told = |entry: Entry| entry.seq(2).id("id-b");
    let tale = Tale::default().says("a").says("b").joins(0);
    let tale = tale.tell("ben", Op::Info, Kind::Ev, told);
    let verdict = tale.hears("a", 1).hears("b", 2).ends(&[(1, "a"), (2, "b")]);
    assert_eq!(
        verdict,
        Verdict {
            gaps: 1,
            ..sound(2, 0)
        }
    );
}

#[test]
fn i5_all_have_the_same_message_at_the_same_place() {
    let tale = Tale::default().says("a").says("b").joins(0).hears("b", 1);
    let verdict = tale.ends(&[(1, "a")]);
    assert_eq!(
        verdict,
        Verdict {
            disagreements: 1,
            ..sound(2, 0)
        }
    );
}

#[test]
fn i5_what_a_reset_threw_away_is_not_held_any_more() {
    let tale = Tale::default().says("a").says("b").joins(0).hears("b", 1);
    let tale = tale.tell("ben", Op::Info, Kind::Joined, |entry| entry.seq(1));
    let verdict = tale.ends(&[(1, "a")]);
    assert_eq!(
        verdict,
        Verdict {
            resets: 1,
            ..sound(2, 0)
        }
    );
}

#[test]
fn i6_a_sender_is_kept_in_order() {
    let tale = Tale::default().says("a").says("b");
    let rows = [(1, "b"), (2, "a")];
    assert_eq!(
        tale.ends(&rows),
        Verdict {
            disordered: 1,
            ..sound(2, 0)
        }
    );
}

#[test]
fn i6_what_was_put_off_may_be_overtaken_by_what_was_on_its_way() {
    let rows = [(1, "b"), (2, "a")];
    let put_off = Tale::default().says("a").says("b").put_off("a");
    assert_eq!(put_off.acked("a", 2).ends(&rows), sound(2, 1));
    let later = Tale::default()
        .says("a")
        .put_off("a")
        .acked("a", 2)
        .says("b");
    assert_eq!(
        later.ends(&rows),
        Verdict {
            disordered: 1,
            ..sound(2, 1)
        }
    );
}

#[test]
fn i6_what_was_under_way_when_the_connection_ended_may_be_overtaken_too() {
    let cut = Tale::default().says("a").says("b");
    let cut = cut.tell("ada", Op::Info, Kind::Close, |entry| entry);
    assert_eq!(cut.ends(&[(1, "b"), (2, "a")]), sound(2, 0));
}

#[test]
fn i7_nothing_is_there_that_nobody_said() {
    let verdict = Tale::default().ends(&[(1, "x")]);
    assert_eq!(
        verdict,
        Verdict {
            uninvoked: 1,
            ..sound(0, 0)
        }
    );
}

#[test]
fn i7_what_was_refused_for_good_stays_away() {
    let verdict = Tale::default().says("a").refused("a").ends(&[(1, "a")]);
    assert_eq!(
        verdict,
        Verdict {
            revived: 1,
            ..sound(1, 0)
        }
    );
}

#[test]
fn i8_every_reader_gets_there_and_in_time() {
    let tale = || Tale::default().says("a").joins(0);
    let verdict = tale().ends(&[(1, "a")]);
    assert_eq!(
        verdict,
        Verdict {
            stragglers: 1,
            ..sound(1, 0)
        }
    );

    let healed = tale()
        .tell("net", Op::Ok, Kind::Heal, |entry| entry)
        .hears("a", 1);
    let end = End::from([(
        "r".to_owned(),
        vec![Row {
            seq: 1,
            id: "id-a".to_owned(),
            author: "ada".to_owned(),
            cid: "a".to_owned(),
        }],
    )]);
    let verdict = check(&healed.0, &end, Duration::from_millis(900));
    assert_eq!((verdict.stragglers, verdict.convergence.as_secs()), (1, 1));
}
