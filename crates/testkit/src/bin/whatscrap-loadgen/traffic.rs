//! Rooms full of people, some of whom post.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, sleep_until, timeout};
use whatscrap_testkit::{Person, Site};

use crate::account;
use crate::arguments::Arguments;
use crate::member::{Member, Pace, Phase, Room};
use crate::process::cpu_seconds;
use crate::report::Tally;

/// How long what is on the way may take to arrive.
const SETTLING: Duration = Duration::from_secs(30);

/// Runs the asked traffic, reports it, and fails if anything was lost,
/// repeated or out of order.
pub(crate) async fn measure(site: &Site, arguments: &Arguments) -> ExitCode {
    let sockets = arguments.rooms * arguments.members;
    // A socket carries every room of its account: an account is in one room alone.
    let each = arguments.members.div_ceil(arguments.sockets_per_account);
    let people = account::register(site, arguments.rooms * each).await;
    let tally = Rc::new(RefCell::new(Tally::new()));
    let (phase, follow) = watch::channel(Phase::Gathering);
    let epoch = Instant::now();
    let mut members = Vec::with_capacity(sockets);
    for accounts in people.chunks(each) {
        members.extend(gather(arguments, accounts, &tally, epoch, &follow, members.len()).await);
    }
    eprintln!("{sockets} sockets in {} rooms", arguments.rooms);

    let before = arguments.pid.map(cpu_seconds);
    let start = Instant::now();
    phase.send_replace(Phase::Sending);
    sleep_until(start + Duration::from_secs_f64(arguments.seconds)).await;
    phase.send_replace(Phase::Settling);
    let time = start.elapsed();
    let cpu = arguments
        .pid
        .map(cpu_seconds)
        .zip(before)
        .map(|(after, before)| after - before);

    // What does not arrive in time is counted below.
    let _ = timeout(SETTLING, all_answered(&tally)).await;
    phase.send_replace(Phase::Leaving);
    let left = join_all(members.into_iter().map(|member| timeout(SETTLING, member))).await;
    let mut tally = tally.borrow_mut();
    tally.faults.unacked = tally.sent - tally.answered;
    let left = left.iter().flatten().flatten();
    let complete = left.filter(|member| member.has_heard_all()).count();
    tally.faults.behind = (sockets - complete) as u64;
    tally.print(time, cpu);
    if tally.faults.none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn all_answered(tally: &RefCell<Tally>) {
    let mut ticks = interval(Duration::from_millis(10));
    while tally.borrow().answered < tally.borrow().sent {
        ticks.tick().await;
    }
}

/// Fills one room and lets its members listen.
async fn gather(
    arguments: &Arguments,
    accounts: &[Person],
    tally: &Rc<RefCell<Tally>>,
    epoch: Instant,
    phase: &watch::Receiver<Phase>,
    first: usize,
) -> Vec<JoinHandle<Member>> {
    let id = account::room_of(accounts).await;
    let room = Rc::new(RefCell::new(Room { id, version: 0 }));
    let text: Rc<str> = "x".repeat(arguments.bytes).into();
    let mut members = Vec::with_capacity(arguments.members);
    for (number, person) in accounts.iter().cycle().take(arguments.members).enumerate() {
        let member = Member {
            socket: Member::open(person).await,
            room: room.clone(),
            tally: tally.clone(),
            epoch,
            number: first + number,
            version: 0,
            text: text.clone(),
        };
        let pace = (number < arguments.senders).then(|| pace(arguments, first + number));
        members.push(spawn_local(member.run(pace, phase.clone())));
    }
    members
}

/// A sender's pace; those of a fixed rate are spread over the time between ticks.
fn pace(arguments: &Arguments, number: usize) -> Pace {
    let Some(rate) = arguments.rate else {
        return Pace::InFlight(arguments.in_flight);
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are not that many senders"
    )]
    let (senders, number) = ((arguments.rooms * arguments.senders) as f64, number as f64);
    let period = senders / rate;
    let offset = (number * 0.618_034).fract() * period;
    let start = Instant::now() + Duration::from_secs_f64(offset);
    let mut ticks = interval_at(start, Duration::from_secs_f64(period));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    Pace::Ticks(ticks)
}
