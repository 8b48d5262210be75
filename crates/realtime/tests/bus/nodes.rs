//! What nodes do when the others are out of reach.

use whatscrap_messages::testing::{Ether, edit};
use whatscrap_messages::{Messages, PageAt};
use whatscrap_realtime::Notice;
use whatscrap_rooms::{Role, Rooms};
use whatscrap_testkit::redis::Redis;
use whatscrap_users::Sessions;
use whatscrap_users::testing::now;

use crate::world::World;

#[tokio::test(start_paused = true)]
async fn what_is_said_while_nobody_hears_is_read_within_a_second() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(3).await;
    ben.hears_up_to(3).await;
    ether.goes_away();
    // The look that follows at once.
    tokio::time::advance(std::time::Duration::from_millis(100)).await;
    let began = tokio::time::Instant::now();
    world.posts(200).await;
    ben.hears_up_to(203).await;
    assert!(began.elapsed() <= std::time::Duration::from_secs(1));
    ether.comes_back();
    world.posts(1).await;
    ben.hears_up_to(204).await;
}

#[tokio::test(start_paused = true)]
async fn what_got_lost_unnoticed_is_found_by_the_sweep() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    ether.loses(1);
    world.posts(1).await;
    ben.hears_up_to(2).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_node_does_that_is_not_heard_any_more_is_read_within_a_second() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    ether.loses(usize::MAX);
    let began = tokio::time::Instant::now();
    world.posts(1).await;
    ben.hears_up_to(2).await;
    assert!(began.elapsed() <= std::time::Duration::from_secs(3));
    for version in 3..20 {
        let began = tokio::time::Instant::now();
        world.posts(1).await;
        ben.hears_up_to(version).await;
        assert!(began.elapsed() <= std::time::Duration::from_secs(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_gap_is_read_when_the_next_message_shows_it() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    ether.loses(3);
    let began = tokio::time::Instant::now();
    world.posts(4).await;
    ben.hears_up_to(5).await;
    assert!(began.elapsed() < std::time::Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn what_is_only_late_is_not_read() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    ether.confuses();
    for _ in 0..40 {
        world.posts(1).await;
        tokio::time::advance(std::time::Duration::from_millis(10)).await;
    }
    // Whoever reads hears the last two also.
    ben.hears_up_to(39).await;
    assert_eq!(ben.cursor, 39);
    ether.calms();
    ben.hears_up_to(41).await;
}

#[tokio::test(start_paused = true)]
async fn a_gap_with_an_edit_in_it_is_left_to_the_sockets_to_read() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    ether.loses(3);
    world.posts(2).await;
    let page = world.messages.page(world.room, PageAt::Newest, 1).await;
    let newest = page.unwrap().items.remove(0);
    let edited = world.messages.change(edit(&newest, world.ada, "else"));
    assert_eq!(edited.await.unwrap().version, 4);
    world.posts(1).await;
    ben.hears_up_to(5).await;
}

#[tokio::test(start_paused = true)]
async fn what_ends_while_nobody_hears_ends_within_a_second() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    let mut ada = world.listens(world.ada).await;
    ether.goes_away();
    world.rooms.leave(world.room, world.ben).await.unwrap();
    world.accounts.end(world.ada, ada.session).await.unwrap();
    let began = tokio::time::Instant::now();
    ben.hears_of(Notice::Left(world.room)).await;
    ada.hears_of(Notice::SessionEnded).await;
    assert!(began.elapsed() <= std::time::Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn who_is_brought_in_while_nobody_hears_is_told_within_a_second() {
    let ether = Ether::default();
    let world = World::in_the_ether(&ether).await;
    let mut ben = world.listens(world.ben).await;
    ether.goes_away();
    let other = whatscrap_rooms::testing::new_room("other", world.ada);
    world.rooms.create(&other).await.unwrap();
    let room = other.room.id;
    let joined = world.rooms.join(room, world.ben, Role::Member, now());
    joined.await.unwrap();
    ben.hears_of(Notice::Joined(room)).await;
}

#[tokio::test]
async fn a_redis_that_ends_hangs_or_drops_us_costs_nothing() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let world = World::by_redis(&redis).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    redis.stops().await;
    world.posts(10).await;
    ben.hears_up_to(11).await;
    redis.starts_again().await;
    world.posts(10).await;
    ben.hears_up_to(21).await;
    redis.hangs().await;
    world.posts(10).await;
    ben.hears_up_to(31).await;
    redis.goes_on().await;
    redis.drops_subscribers().await;
    world.posts(10).await;
    ben.hears_up_to(41).await;
}
