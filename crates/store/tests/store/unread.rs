//! What is unread, and what of it names one, is what a recount of everything gives, whatever was
//! done in whatever order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use whatscrap_messages::testing::{delete, edit, new_message, react};
use whatscrap_messages::{Message, ReadMark};
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
    /// The author of the message at this position has it name these, and call, instead.
    Edit(u64, Vec<usize>, Option<&'static str>),
    React(u64),
    /// Deletes the message at this position.
    Delete(u64),
    Arrive,
    Depart,
}

fn moves() -> impl Strategy<Value = Vec<(usize, usize, Move)>> {
    let call = || prop_oneof![5 => Just(None), 1 => Just(Some("@room")), 1 => Just(Some("@here"))];
    let named = || prop::collection::vec(0..PEOPLE.len(), 0..3);
    let one = prop_oneof![
        6 => (named(), call()).prop_map(|(named, call)| Move::Post(named, call)),
        4 => (1u64..20, named(), call())
            .prop_map(|(seq, named, call)| Move::Edit(seq, named, call)),
        2 => (1u64..20).prop_map(Move::React),
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
    message: Arc<Message>,
    /// The members who are named, and what is called.
    mentions: (Vec<usize>, Option<&'static str>),
    /// Whom that was said to.
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

impl Said {
    /// Names these members, and calls, and nobody else any more. What is named as it was is
    /// addressed to whom it was.
    fn names(
        &mut self,
        whom: &[usize],
        call: Option<&'static str>,
        members: &BTreeMap<usize, u64>,
        present: &BTreeSet<usize>,
    ) {
        let mut named: Vec<usize> = Vec::new();
        for person in whom {
            if members.contains_key(person) && !named.contains(person) {
                named.push(*person);
            }
        }
        if (&named, call) == (&self.mentions.0, self.mentions.1) {
            return;
        }
        self.names = named.iter().copied().collect();
        if call == Some("@here") {
            let present = present.iter().copied();
            self.names
                .extend(present.filter(|person| members.contains_key(person)));
        }
        self.everyone = call == Some("@room");
        self.mentions = (named, call);
    }
}

fn words(whom: &[usize], call: Option<&str>) -> String {
    let names = whom.iter().map(|whom| format!("@{}", PEOPLE[*whom]));
    let words: Vec<_> = names.chain(call.map(str::to_owned)).collect();
    words.join(", ")
}

struct Game<'a> {
    site: &'a Site,
    people: &'a [UserId],
    rooms: Vec<RoomId>,
    models: Vec<Model>,
    present: BTreeSet<usize>,
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
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for game in 0..GAMES {
        let moves = moves().new_tree(&mut runner).unwrap().current();
        Game::new(&site, &people, game).await.play(moves).await;
    }
}

impl<'a> Game<'a> {
    async fn new(site: &'a Site, people: &'a [UserId], game: u32) -> Self {
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
            people,
            rooms,
            models: (0..ROOMS).map(|_| model()).collect(),
            present: BTreeSet::new(),
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
                let new = new_message(room, user, &format!("hi {}", words(&whom, call)));
                let posted = store.messages.post(new).await;
                assert_eq!(posted.is_ok(), is_in, "{posted:?}");
                let Ok(posted) = posted else { return };
                let mut said = Said {
                    author: person,
                    message: posted.message,
                    mentions: (Vec::new(), None),
                    names: BTreeSet::new(),
                    everyone: false,
                    deleted: false,
                };
                said.names(&whom, call, &model.read, &self.present);
                model.said.push(said);
                model.read.insert(person, last + 1);
            }
            Move::Edit(seq, whom, call) => {
                let Some(said) = model.said.get_mut(usize::try_from(seq - 1).unwrap()) else {
                    return;
                };
                // Another text each time, so that it is a change.
                let body = format!("{last}, {} {}", said.message.version, words(&whom, call));
                let change = edit(&said.message, self.people[said.author], &body);
                let edited = store.messages.change(change).await;
                let may = model.read.contains_key(&said.author) && !said.deleted;
                assert_eq!(edited.is_ok(), may, "{edited:?}");
                if let Ok(edited) = edited {
                    said.message = edited;
                    said.names(&whom, call, &model.read, &self.present);
                }
            }
            Move::React(seq) => {
                if let Some(said) = model.said.get(usize::try_from(seq - 1).unwrap()) {
                    let reacted = react(&said.message, user, "👍", true);
                    let reacted = store.messages.change(reacted).await;
                    assert_eq!(reacted.is_ok(), is_in && !said.deleted, "{reacted:?}");
                }
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
                let Some(said) = model.said.get_mut(usize::try_from(seq - 1).unwrap()) else {
                    return;
                };
                let deleted = store.messages.change(delete(&said.message, user)).await;
                let may = is_in && (person == 0 || person == said.author);
                assert_eq!(deleted.is_ok(), may, "{deleted:?}");
                said.deleted |= may;
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
}
