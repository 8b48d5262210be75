//! The proof of the judge: a small server that is sound passes, and each fault that one can make
//! in writing such a server is found, by the invariant that is about it.
//!
//! Nothing here has a clock or a socket: a seed decides what happens next.

mod model;
mod world;

use std::time::Duration;

use super::{Verdict, check};
use model::Fault;

/// So many runs of the sound server, and of each fault.
const SOUND: u64 = 150;
const FAULTY: u64 = 25;

fn verdicts(runs: u64, fault: Option<Fault>) -> impl Iterator<Item = (u64, Verdict)> {
    (0..runs).map(move |seed| {
        let (history, end) = world::run(seed, fault);
        (seed, check(&history, &end, Duration::MAX))
    })
}

/// Over the seeds, how often each count was not zero.
fn found(fault: Fault, count: impl Fn(&Verdict) -> u64) {
    let hits = verdicts(FAULTY, Some(fault)).filter(|(_, verdict)| count(verdict) > 0);
    let hits = hits.count();
    assert!(hits > 0, "{fault:?} was never found in {FAULTY} runs");
    println!("{fault:?}: found in {hits} of {FAULTY} runs");
}

#[test]
fn a_sound_server_passes_whatever_the_schedule() {
    let mut acked = 0;
    for (seed, verdict) in verdicts(SOUND, None) {
        assert_eq!(verdict.broken(), 0, "seed {seed}: {:#?}", verdict.details);
        assert_eq!(verdict.resets, 0, "seed {seed}");
        acked += verdict.acked;
    }
    assert!(acked > 10 * SOUND, "the runs say something: {acked}");
}

#[test]
fn an_ack_before_the_commit_loses_messages() {
    found(Fault::AcksBeforeCommit, |v| v.lost);
}

#[test]
fn names_that_are_remembered_in_memory_alone_are_taken_twice() {
    found(Fault::RemembersInMemory, |v| v.duplicates);
}

#[test]
fn a_counter_outside_the_transaction_leaves_holes_and_hides_what_commits_late() {
    found(Fault::CountsOutside, |v| v.holes);
    found(Fault::CountsOutside, |v| v.gaps);
}

#[test]
fn a_past_that_is_read_before_subscribing_misses_what_comes_between() {
    found(Fault::ReadsBeforeSubscribing, |v| v.gaps);
}

#[test]
fn a_lagging_subscriber_that_is_skipped_in_silence_has_gaps_or_never_gets_there() {
    found(Fault::SkipsLagging, |v| v.gaps);
    found(Fault::SkipsLagging, |v| v.stragglers);
}

#[test]
fn what_is_told_before_the_commit_may_never_have_been() {
    found(Fault::TellsBeforeCommit, |v| v.disagreements);
}

#[test]
fn a_line_served_from_its_end_disorders_its_senders() {
    found(Fault::ServesNewestFirst, |v| v.disordered);
}

#[test]
fn a_refusal_after_the_commit_is_found_to_be_untrue() {
    found(Fault::RefusesAfterCommit, |v| v.revived);
}

#[test]
fn telling_twice_leads_readers_back() {
    found(Fault::TellsTwice, |v| v.reorders);
}
