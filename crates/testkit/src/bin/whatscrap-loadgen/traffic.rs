//! Rooms full of people, some of whom post.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
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
    let people = account::register(site, sockets.div_ceil(arguments.sockets_per_account)).await;
    let tally = Rc::new(RefCell::new(Tally::new()));
    let (phase, follow) = watch::channel(Phase::Gathering);
    let epoch = Instant::now();
    let mut members = Vec::with_capacity(sockets);
    for number in 0..arguments.rooms {
        let these: Vec<&Person> = (0..arguments.members)
            .map(|member| &people[(number * arguments.members + member) % people.len()])
            .collect();
        members.extend(gather(arguments, &these, &tally, epoch, &follow, members.len()).await);
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

    let settled = timeout(SETTLING, join_all(members)).await;
    let mut tally = tally.borrow_mut();
    match settled {
        Ok(members) => {
            let members = members
                .into_iter()
                .map(|member| member.expect("no member panics"));
            for member in members {
                tally.faults.unacked += member.open_posts as u64;
                tally.faults.behind += u64::from(member.version != member.room.borrow().version);
            }
        }
        Err(_) => tally.faults.behind += 1,
    }
    tally.print(time, cpu);
    if tally.faults.none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Fills one room and lets its members listen.
async fn gather(
    arguments: &Arguments,
    people: &[&Person],
    tally: &Rc<RefCell<Tally>>,
    epoch: Instant,
    phase: &watch::Receiver<Phase>,
    first: usize,
) -> Vec<JoinHandle<Member>> {
    let mut accounts = people.to_vec();
    accounts.dedup_by_key(|person| &person.id);
    let id = account::room_of(&accounts).await;
    let room = Rc::new(RefCell::new(Room { id, version: 0 }));
    let text: Rc<str> = "x".repeat(arguments.bytes).into();
    let mut members = Vec::with_capacity(people.len());
    for (number, person) in people.iter().enumerate() {
        let member = Member {
            socket: Member::open(person).await,
            room: room.clone(),
            tally: tally.clone(),
            epoch,
            number: first + number,
            version: 0,
            open_posts: 0,
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
