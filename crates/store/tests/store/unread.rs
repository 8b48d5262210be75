//! What is unread, and what of it names one, is what a recount of everything gives, whatever was
//! done in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use whatscrap_messages::testing::new_message;
use whatscrap_messages::{MessageId, ReadMark};
use whatscrap_rooms::testing::new_room;
use whatscrap_rooms::{Role, RoomId};
use whatscrap_users::UserId;
use whatscrap_users::testing::{founder, new_user, now};

use crate::site::{Site, on_both};

on_both!(new: counts_are_what_a_recount_gives);

const PEOPLE: [&str; 4] = ["ada", "ben", "eve", "zoe"];
const ROOMS: usize = 2;
/// So many games are played, each of so many moves.
const GAMES: u32 = 6;
const MOVES: usize = 60;

/// What somebody does, in some room.
#[derive(Debug, Clone)]
enum Move {
    /// Says something that names these, and calls.
    Post(Vec<usize>, Option<&'static str>),
    Read(u64),
    MarkUnread(u64),
    Join,
    Leave,
    /// Deletes the message at this position.
    Delete(u64),
    Arrive,
    Depart,
}

fn moves() -> impl Strategy<Value = Vec<(usize, usize, Move)>> {
    let call = prop_oneof![5 => Just(None), 1 => Just(Some("@room")), 1 => Just(Some("@here"))];
    let named = prop::collection::vec(0..PEOPLE.len(), 0..3);
    let one = prop_oneof![
        6 => (named, call).prop_map(|(named, call)| Move::Post(named, call)),
        3 => (0u64..20).prop_map(Move::Read),
        2 => (0u64..20).prop_map(Move::MarkUnread),
        2 => Just(Move::Join),
        1 => Just(Move::Leave),
        2 => (1u64..20).prop_map(Move::Delete),
        1 => Just(Move::Arrive),
        1 => Just(Move::Depart),
    ];
    prop::collection::vec((0..PEOPLE.len(), 0..ROOMS, one), MOVES)
}

/// What a message is to the counts.
struct Said {
    author: usize,
    names: BTreeSet<usize>,
    everyone: bool,
    deleted: bool,
}

/// A room as it ought to be.
#[derive(Default)]
struct Model {
    said: Vec<Said>,
    /// Up to where each member has read.
    read: BTreeMap<usize, u64>,
}

impl Model {
    /// How much someone has not read, and how much of it names them, counted one by one.
    fn recount(&self, person: usize) -> Option<(u64, u64)> {
        let read = *self.read.get(&person)?;
        let unread = || {
            let after = self.said.iter().skip(usize::try_from(read).unwrap());
            after.filter(|said| said.author != person && !said.deleted)
        };
        let names = |said: &&Said| said.everyone || said.names.contains(&person);
        let mentions = unread().filter(names).count();
        Some((unread().count() as u64, mentions as u64))
    }
}

struct Game<'a> {
    site: &'a Site,
    admin: &'a DatabaseConnection,
    people: &'a [UserId],
    rooms: Vec<RoomId>,
    models: Vec<Model>,
    present: BTreeSet<usize>,
    ids: BTreeMap<(usize, u64), MessageId>,
}

async fn counts_are_what_a_recount_gives(site: Site) {
    let mut people = Vec::new();
    for (number, name) in PEOPLE.iter().enumerate() {
        let new = if number == 0 {
            founder(name)
        } else {
            new_user(name)
        };
        people.push(new.user.id);
        site.store.users.create(new).await.unwrap();
    }
    let admin = Database::connect(&site.url).await.unwrap();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for game in 0..GAMES {
        let moves = moves().new_tree(&mut runner).unwrap().current();
        Game::new(&site, &admin, &people, game)
            .await
            .play(moves)
            .await;
    }
}

impl<'a> Game<'a> {
    async fn new(
        site: &'a Site,
        admin: &'a DatabaseConnection,
        people: &'a [UserId],
        game: u32,
    ) -> Self {
        let mut rooms = Vec::new();
        for number in 0..ROOMS {
            let new = new_room(&format!("game {game} room {number}"), people[0]);
            site.store.rooms.create(&new).await.unwrap();
            rooms.push(new.room.id);
        }
        for person in people {
            site.attention.leaves(*person);
        }
        let model = || Model {
            said: Vec::new(),
            read: [(0, 0)].into(),
        };
        Self {
            site,
            admin,
            people,
            rooms,
            models: (0..ROOMS).map(|_| model()).collect(),
            present: BTreeSet::new(),
            ids: BTreeMap::new(),
        }
    }

    async fn play(mut self, moves: Vec<(usize, usize, Move)>) {
        let mut done = Vec::new();
        for (person, room, step) in moves {
            done.push(format!("{} in {room}: {step:?}", PEOPLE[person]));
            self.make(person, room, step).await;
            for (person, user) in self.people.iter().enumerate() {
                let all = self.site.store.rooms.all_mine(*user).await.unwrap();
                for (room, id) in self.rooms.iter().enumerate() {
                    let mine = all.iter().find(|mine| mine.room.id == *id);
                    let counts = mine.map(|mine| (mine.unread, mine.mentions));
                    let expected = self.models[room].recount(person);
                    assert_eq!(
                        counts, expected,
                        "{} in {room} after {done:#?}",
                        PEOPLE[person]
                    );
                }
            }
        }
    }

    async fn make(&mut self, person: usize, at: usize, step: Move) {
        let (store, user, room) = (&self.site.store, self.people[person], self.rooms[at]);
        let model = &mut self.models[at];
        let is_in = model.read.contains_key(&person);
        let last = model.said.len() as u64;
        match step {
            Move::Post(whom, call) => {
                let names = whom.iter().map(|whom| format!("@{}", PEOPLE[*whom]));
                let words: Vec<_> = names.chain(call.map(str::to_owned)).collect();
                let new = new_message(room, user, &format!("hi {}", words.join(", ")));
                let posted = store.messages.post(new).await;
                assert_eq!(posted.is_ok(), is_in, "{posted:?}");
                let Ok(posted) = posted else { return };
                let members = |person: &usize| model.read.contains_key(person);
                let mut names: BTreeSet<_> = whom.into_iter().filter(members).collect();
                if call == Some("@here") {
                    names.extend(self.present.iter().copied().filter(members));
                }
                model.said.push(Said {
                    author: person,
                    names,
                    everyone: call == Some("@room"),
                    deleted: false,
                });
                model.read.insert(person, last + 1);
                self.ids.insert((at, last + 1), posted.message.id);
            }
            Move::Read(seq) => {
                let mark = ReadMark::Forward(seq);
                store.messages.mark_read(room, user, mark).await.unwrap();
                if let Some(read) = model.read.get_mut(&person) {
                    *read = seq.min(last).max(*read);
                }
            }
            Move::MarkUnread(seq) => {
                let mark = ReadMark::Exactly(seq);
                store.messages.mark_read(room, user, mark).await.unwrap();
                if let Some(read) = model.read.get_mut(&person) {
                    *read = seq.min(last);
                }
            }
            Move::Join => {
                store
                    .rooms
                    .join(room, user, Role::Member, now())
                    .await
                    .unwrap();
                model.read.entry(person).or_insert(last);
            }
            // The owner stays.
            Move::Leave if person > 0 && is_in => {
                store.rooms.leave(room, user).await.unwrap();
                model.read.remove(&person);
            }
            Move::Leave => {}
            Move::Delete(seq) => {
                if let Some(id) = self.ids.get(&(at, seq)) {
                    self.delete(*id).await;
                    self.models[at].said[usize::try_from(seq - 1).unwrap()].deleted = true;
                }
            }
            Move::Arrive => {
                self.site.attention.arrives(user, None);
                self.present.insert(person);
            }
            Move::Depart => {
                self.site.attention.leaves(user);
                self.present.remove(&person);
            }
        }
    }

    /// Deletes a message, and even forgets to withdraw its mentions.
    async fn delete(&self, id: MessageId) {
        let sql = "UPDATE messages SET deleted_at = created_at WHERE id = $1";
        let backend = self.admin.get_database_backend();
        let update = Statement::from_sql_and_values(backend, sql, [id.0.into()]);
        self.admin.execute_raw(update).await.unwrap();
    }
}
