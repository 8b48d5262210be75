use whatscrap_messages::Event;
use whatscrap_messages::testing::Ether;
use whatscrap_realtime::{Item, Notice};
use whatscrap_rooms::testing::new_room;
use whatscrap_rooms::{Role, RoomEvent, Rooms};
use whatscrap_testkit::redis::Redis;
use whatscrap_users::Sessions;
use whatscrap_users::testing::now;

use crate::world::{World, ended, left, read};

async fn messages_are_heard_everywhere_in_the_order_of_their_versions(world: &World) {
    let mut ben = world.listens(world.ben).await;
    for burst in [1, 64, 200] {
        world.posts(burst).await;
    }
    ben.hears_up_to(265).await;
}

async fn who_begins_to_listen_misses_nothing_from_there_on(world: &World) {
    world.posts(20).await;
    for _ in 0..20 {
        let mut ben = world.listens(world.ben).await;
        world.posts(2).await;
        let head = world.rooms.heads(world.ben).await.unwrap()[0].version;
        ben.hears_up_to(head).await;
    }
}

async fn who_is_put_out_is_told_and_hears_no_more(world: &World) {
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    world.rooms.leave(world.room, world.ben).await.unwrap();
    world.room_events.publish(left(world.room, world.ben));
    ben.hears_of(Notice::Left(world.room)).await;
    world.posts(1).await;
    let (room, user) = (world.room, world.ben);
    world
        .room_events
        .publish(RoomEvent::PlaceChanged { room, user });
    loop {
        let items = ben.next().await;
        let is_notice = |item: &Item| matches!(item, Item::Notice(_));
        assert!(items.iter().all(is_notice), "{items:?}");
        if items.contains(&Item::Notice(Notice::RoomChanged(room))) {
            return;
        }
    }
}

async fn who_is_brought_in_is_told(world: &World) {
    let mut ben = world.listens(world.ben).await;
    let other = new_room("other", world.ada);
    world.rooms.create(&other).await.unwrap();
    let (room, user) = (other.room.id, world.ben);
    let joined = world.rooms.join(room, user, Role::Member, now());
    joined.await.unwrap();
    world.room_events.publish(RoomEvent::Joined { room, user });
    ben.hears_of(Notice::Joined(room)).await;
}

async fn a_session_that_ends_is_told_to_its_own_sockets(world: &World) {
    let other = world.listens(world.ben).await;
    let mut ben = world.listens(world.ben).await;
    let ends = world.accounts.end(world.ben, ben.session);
    ends.await.unwrap();
    world.user_events.publish(ended(world.ben, ben.session));
    ben.hears_of(Notice::SessionEnded).await;
    assert_ne!(other.session, ben.session);
    other.hears_nothing();
}

async fn how_far_one_has_read_is_told_to_oneself_and_to_those_named(world: &World) {
    let mut ada = world.listens(world.ada).await;
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ada.hears_up_to(1).await;
    ben.hears_up_to(1).await;
    let told = read(world.room, world.ada, 1, vec![world.ben]);
    world.bus.publish(told);
    ada.hears_signal("read 1").await;
    ben.hears_signal("read 1").await;
}

async fn who_types_is_told_to_the_others(world: &World) {
    let mut ben = world.listens(world.ben).await;
    world.posts(1).await;
    ben.hears_up_to(1).await;
    let (room, user) = (world.room, world.ada);
    world.bus.publish(Event::Typing { room, user });
    ben.hears_signal("typing").await;
}

macro_rules! contract {
    ($name:ident, $world:expr) => {
        mod $name {
            use super::*;

            contract! { @each $world =>
                messages_are_heard_everywhere_in_the_order_of_their_versions
                who_begins_to_listen_misses_nothing_from_there_on
                who_is_put_out_is_told_and_hears_no_more
                who_is_brought_in_is_told
                a_session_that_ends_is_told_to_its_own_sockets
                how_far_one_has_read_is_told_to_oneself_and_to_those_named
                who_types_is_told_to_the_others
            }
        }
    };
    (@each $world:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((world, _guard)) = $world.await else { return };
            super::$fact(&world).await;
        }
    )+};
}

async fn alone() -> Option<(World, ())> {
    Some((World::alone().await, ()))
}

async fn in_the_ether() -> Option<(World, Ether)> {
    let ether = Ether::default();
    Some((World::in_the_ether(&ether).await, ether))
}

async fn by_redis() -> Option<(World, Redis)> {
    let redis = Redis::start().await?;
    Some((World::by_redis(&redis).await, redis))
}

contract!(the_bus_of_one_node, alone());
contract!(the_bus_in_the_ether, in_the_ether());
contract!(the_bus_by_redis, by_redis());

async fn two_by_redis() -> Option<(whatscrap_messages::testing::Nodes, Redis)> {
    use std::sync::Arc;
    use whatscrap_realtime::nodes::RedisCarrier;

    let redis = Redis::start().await?;
    let node = || {
        let (carrier, heard) = RedisCarrier::open(&redis.url, "tests").unwrap();
        (Arc::new(carrier) as _, heard)
    };
    Some(([node(), node()], redis))
}

whatscrap_messages::carrier_contract!(the_carrier_by_redis, two_by_redis());
