//! Leases over time that a test moves.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::advance;
use whatscrap_kernel::Uuid;
use whatscrap_messages::{Attention, Event};
use whatscrap_rooms::{RoomEvent, RoomId};
use whatscrap_users::testing::new_session;
use whatscrap_users::{UserEvent, UserId};

use super::*;
use crate::{Connection, Encoders, Hub, Item, QueueLimits, Slot};

const ADA: UserId = UserId(Uuid::from_u128(0xA));
const BEN: UserId = UserId(Uuid::from_u128(0xB));
const CLEO: UserId = UserId(Uuid::from_u128(0xC));
const HALL: RoomId = RoomId(Uuid::from_u128(1));
const DEN: RoomId = RoomId(Uuid::from_u128(2));

const SECOND: Duration = Duration::from_secs(1);
const TIMING: PresenceTiming = PresenceTiming {
    digest: SECOND,
    grace: Duration::from_secs(8),
    lease: Duration::from_secs(40),
};

fn hub() -> Arc<Hub> {
    let encoders = Encoders {
        message: |_, _| (),
        read: |_, _, _, _| (),
        typing: |_, user, bytes| {
            bytes.extend(format!("{:x} types;", user.0.as_u128()).into_bytes());
        },
        presence: |user, presence, bytes| {
            bytes.extend(format!("{:x} {};", user.0.as_u128(), presence.word()).into_bytes());
        },
        user: |_, _| (),
    };
    Arc::new(Hub::new(encoders, QueueLimits::default(), 10_000, TIMING))
}

/// A socket of someone in these rooms, before it is greeted.
fn socket(hub: &Arc<Hub>, user: UserId, rooms: &[RoomId]) -> Connection {
    let session = new_session(user).session.id;
    let mut socket = hub.connect(user, session).unwrap();
    for room in rooms {
        socket.subscribe(*room, Slot(0));
    }
    socket
}

fn greeted(hub: &Arc<Hub>, user: UserId, rooms: &[RoomId]) -> Connection {
    let socket = socket(hub, user, rooms);
    socket.appear(false);
    socket
}

/// What this socket heard since it was asked last.
fn heard(hub: &Hub, socket: &Connection) -> Vec<String> {
    hub.tell_digest();
    let mut items = Vec::new();
    let reader = &mut std::task::Context::from_waker(std::task::Waker::noop());
    let _ = socket.outbox().poll_take(reader, &mut items, usize::MAX);
    let frames = items.iter().filter_map(|item| match item {
        Item::Signal(frames) => Some(String::from_utf8(frames.bytes().to_vec()).unwrap()),
        _ => None,
    });
    let frames = frames.collect::<String>();
    let mut frames: Vec<String> = frames.split_terminator(';').map(str::to_owned).collect();
    frames.sort();
    frames
}

#[tokio::test(start_paused = true)]
async fn coming_and_going_is_told_to_those_who_share_a_room() {
    let hub = hub();
    let ada = greeted(&hub, ADA, &[HALL, DEN]);
    let cleo = greeted(&hub, CLEO, &[]);
    heard(&hub, &ada);
    let ben = socket(&hub, BEN, &[HALL, DEN]);
    assert_eq!(
        heard(&hub, &ada),
        [""; 0],
        "a socket that was not greeted shows nobody"
    );
    assert_eq!(ben.appear(false), HashMap::from([(ADA, Presence::Active)]));
    assert_eq!(heard(&hub, &ada), ["b active"], "once, not for each room");
    assert_eq!(heard(&hub, &ben), [""; 0], "not of oneself");
    drop(ben);
    advance(SECOND * 7).await;
    assert_eq!(heard(&hub, &ada), [""; 0]);
    advance(SECOND).await;
    assert_eq!(heard(&hub, &ada), ["b offline"]);
    assert_eq!(heard(&hub, &cleo), [""; 0]);
    assert!(!hub.is_online(BEN));
}

#[tokio::test(start_paused = true)]
async fn a_reload_shows_nothing() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    drop(ben);
    advance(SECOND * 7).await;
    let ben = greeted(&hub, BEN, &[HALL]);
    advance(SECOND * 30).await;
    assert_eq!(heard(&hub, &ada), [""; 0]);
    drop(ben);
}

#[tokio::test(start_paused = true)]
async fn several_devices_are_one_person() {
    let hub = hub();
    let ada = greeted(&hub, ADA, &[HALL]);
    let (desk, phone) = (greeted(&hub, BEN, &[HALL]), greeted(&hub, BEN, &[HALL]));
    assert_eq!(heard(&hub, &ada), ["b active"]);
    desk.says(Presence::Away, None);
    assert_eq!(heard(&hub, &ada), [""; 0]);
    phone.says(Presence::Away, None);
    assert_eq!(heard(&hub, &ada), ["b away"]);
    desk.says(Presence::Active, None);
    assert_eq!(heard(&hub, &ada), ["b active"]);
    drop(desk);
    advance(SECOND * 8).await;
    assert_eq!(heard(&hub, &ada), ["b away"]);
    drop(phone);
    advance(SECOND * 8).await;
    assert_eq!(heard(&hub, &ada), ["b offline"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_renewed_ends() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    for _ in 0..3 {
        advance(SECOND * 30).await;
        ada.lives();
        ben.lives();
    }
    assert_eq!(heard(&hub, &ada), [""; 0]);
    advance(SECOND * 30).await;
    ada.lives();
    advance(SECOND * 10).await;
    assert_eq!(
        heard(&hub, &ada),
        ["b offline"],
        "its socket is still there"
    );
    ben.lives();
    assert_eq!(heard(&hub, &ada), ["b active"], "the server stood still");
    advance(SECOND * 40).await;
    ada.lives();
    assert_eq!(heard(&hub, &ada), ["b offline"]);
    ben.fell_silent();
    assert_eq!(heard(&hub, &ada), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn silence_needs_no_grace() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    ben.fell_silent();
    drop(ben);
    assert_eq!(heard(&hub, &ada), ["b offline"]);
}

#[tokio::test(start_paused = true)]
async fn away_by_choice_hides_what_the_devices_say() {
    let hub = hub();
    let ada = greeted(&hub, ADA, &[HALL]);
    heard(&hub, &ada);
    let ben = socket(&hub, BEN, &[HALL]);
    ben.appear(true);
    assert_eq!(heard(&hub, &ada), ["b away"]);
    hub.people
        .change(|people, _| people.put_profile(BEN, false, "p;".into(), []));
    assert_eq!(heard(&hub, &ada), ["b active", "p"]);
    assert_eq!(heard(&hub, &ben), ["p"], "one hears of one's own profile");
}

#[tokio::test(start_paused = true)]
async fn what_was_shown_before_it_was_told_is_told_whatever_it_is_then() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    ben.says(Presence::Away, None);
    let cleo = socket(&hub, CLEO, &[HALL]);
    assert_eq!(cleo.appear(false)[&BEN], Presence::Away);
    ben.says(Presence::Active, None);
    assert!(heard(&hub, &cleo).contains(&"b active".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn who_comes_into_a_room_and_those_in_it_hear_of_each_other() {
    let hub = hub();
    let ada = greeted(&hub, ADA, &[HALL]);
    let ben = greeted(&hub, BEN, &[HALL, DEN]);
    let mut cleo = greeted(&hub, CLEO, &[DEN]);
    for socket in [&ada, &ben, &cleo] {
        heard(&hub, socket);
    }
    cleo.subscribe(HALL, Slot(1));
    assert_eq!(heard(&hub, &ada), ["c active"]);
    assert_eq!(heard(&hub, &cleo), ["a active"], "of Ben she knew");
    assert_eq!(heard(&hub, &ben), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn who_left_the_last_room_that_is_shared_hears_nothing_more() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    heard(&hub, &ben);
    let left = RoomEvent::Left {
        room: HALL,
        user: ADA,
    };
    hub.deliver(&Event::Room(left));
    ben.says(Presence::Away, None);
    hub.deliver(&Event::Typing {
        room: HALL,
        user: BEN,
    });
    assert_eq!(heard(&hub, &ada), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn typing_is_heard_by_the_others_of_the_room() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    heard(&hub, &ben);
    hub.deliver(&Event::Typing {
        room: HALL,
        user: BEN,
    });
    assert_eq!(heard(&hub, &ada), ["b types"]);
    assert_eq!(heard(&hub, &ben), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn only_who_looks_looks() {
    let hub = hub();
    let ada = greeted(&hub, ADA, &[HALL]);
    assert!(hub.is_online(ADA) && !hub.looks_at(ADA, HALL));
    ada.says(Presence::Active, Some(HALL));
    assert!(hub.looks_at(ADA, HALL) && !hub.looks_at(ADA, DEN));
    drop(ada);
    assert!(hub.is_online(ADA), "for a moment");
    assert!(!hub.looks_at(ADA, HALL));
}

#[tokio::test(start_paused = true)]
async fn large_audiences_take_turns_and_small_ones_do_not_wait_for_them() {
    let hub = hub();
    let crowd = |n: u128| UserId(Uuid::from_u128(1_000 + n));
    let crowd: Vec<_> = (0..200).map(|n| greeted(&hub, crowd(n), &[HALL])).collect();
    let (ada, ben) = (greeted(&hub, ADA, &[DEN]), greeted(&hub, BEN, &[DEN]));
    heard(&hub, &ada);
    assert_eq!(heard(&hub, &crowd[0]).len(), 199);
    crowd[1].says(Presence::Away, None);
    ben.says(Presence::Away, None);
    assert_eq!(heard(&hub, &crowd[0]), [""; 0]);
    assert_eq!(heard(&hub, &ada), ["b away"]);
    advance(SECOND / 5).await;
    assert_eq!(heard(&hub, &crowd[0]).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn large_audiences_elsewhere_are_not_waited_for() {
    let hub = hub();
    hub.people.change(|people, _| people.tell_nodes());
    let ada = greeted(&hub, ADA, &[HALL]);
    let is_seen = |user: u128, presence| {
        let (node, user) = (Uuid::from_u128(9), UserId(Uuid::from_u128(user)));
        let looks_at = Vec::new();
        let seen = Seen { presence, looks_at };
        let hears = |people: &mut Registry, _| people.hear_of(node, 0, user, seen, [HALL]);
        hub.people.change(hears);
    };
    for user in 0x100..0x1c0 {
        is_seen(user, Presence::Active);
    }
    assert_eq!(heard(&hub, &ada).len(), 0xc0);
    advance(Duration::from_millis(1)).await;
    is_seen(0x100, Presence::Away);
    assert_eq!(heard(&hub, &ada), ["100 away"]);
}

#[tokio::test(start_paused = true)]
async fn a_greeting_names_so_many_and_those_of_small_rooms_first() {
    let (mut registry, now) = (registry::Registry::new(TIMING), Instant::now());
    let mut comes = |user: UserId, room: RoomId| {
        let lease = registry.connect(user, now);
        registry.enter(user, room, now);
        registry.appear(user, lease, false, now);
    };
    let room = |number: u128| RoomId(Uuid::from_u128(number));
    let person = |room: u128, number: u128| UserId(Uuid::from_u128(room << 32 | number));
    comes(BEN, DEN);
    for number in 0..999 {
        for hall in 10..21 {
            comes(person(hall, number), room(hall));
        }
    }
    for number in 0..1_001 {
        comes(person(99, number), room(99));
    }
    for entered in [room(99)]
        .into_iter()
        .chain((10..21).map(room))
        .chain([DEN])
    {
        comes(ADA, entered);
    }
    let around = registry.around(ADA, now);
    assert_eq!(around.len(), registry::MOST_NAMED);
    assert!(around.contains_key(&BEN));
    // Where more than a thousand are online, it names nobody.
    assert!(!around.contains_key(&person(99, 0)));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_remembered_who_is_gone() {
    let hub = hub();
    let ada = greeted(&hub, ADA, &[HALL]);
    drop(socket(&hub, BEN, &[HALL]));
    drop(greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    hub.deliver(&Event::User(UserEvent::ProfileChanged { user: CLEO }));
    hub.people.change(|people, _| people.take_renamed());
    drop(ada);
    advance(SECOND * 60).await;
    hub.tell_digest();
    hub.tell_digest();
    let registry = hub.people.lock();
    assert!(registry.people.is_empty() && registry.rooms.is_empty());
    assert!(registry.due.is_empty() && registry.next_look(Instant::now()).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_cut_short_is_looked_at_in_time() {
    let hub = hub();
    let (ada, ben) = (greeted(&hub, ADA, &[HALL]), greeted(&hub, BEN, &[HALL]));
    heard(&hub, &ada);
    let began = Instant::now();
    let waiting = async {
        loop {
            hub.people.stirs().await;
            let heard = heard(&hub, &ada);
            if !heard.is_empty() {
                return heard;
            }
        }
    };
    let closing = async {
        tokio::task::yield_now().await;
        drop(ben);
    };
    let (heard, ()) = tokio::join!(waiting, closing);
    assert_eq!(heard, ["b offline"]);
    assert!(began.elapsed() < SECOND * 9);
}
