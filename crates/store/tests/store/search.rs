//! Both databases find the same: what a look at every text would find.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use whatscrap_messages::MessageId;
use whatscrap_messages::search::{Matches, SearchQuery};
use whatscrap_messages::testing::new_message;
use whatscrap_rooms::testing::new_room;
use whatscrap_rooms::{Role, RoomId};
use whatscrap_users::UserId;
use whatscrap_users::testing::{founder, new_user, now};

use crate::site::{Site, on_both};

on_both!(new:
    words_are_found_as_everybody_types_them,
    filters_narrow_what_is_found,
    only_the_rooms_that_one_is_in_are_searched,
    pages_follow_one_another_without_a_gap,
    a_search_goes_on_past_what_was_deleted,
    what_is_said_seldom_is_found_behind_much_else,
    what_is_edited_or_deleted_is_found_no_more,
    hostile_queries_find_nothing_more_and_never_fail,
    phrases_are_found_in_the_most_repetitive_text,
    what_is_found_is_what_a_look_at_every_text_finds,
    many_rooms_are_searched_at_once,
);

struct House {
    site: Site,
    ada: UserId,
    ben: UserId,
    room: RoomId,
}

impl House {
    async fn new(site: Site) -> Self {
        let (ada, ben) = (founder("ada"), new_user("ben"));
        let (owner, member) = (ada.user.id, ben.user.id);
        site.store.users.create(ada).await.unwrap();
        site.store.users.create(ben).await.unwrap();
        let room = new_room("Team Room", owner);
        site.store.rooms.create(&room).await.unwrap();
        let house = Self {
            site,
            ada: owner,
            ben: member,
            room: room.room.id,
        };
        house.joins(member).await;
        house
    }

    async fn joins(&self, user: UserId) {
        let rooms = &self.site.store.rooms;
        rooms
            .join(self.room, user, Role::Member, now())
            .await
            .unwrap();
    }

    async fn says(&self, author: UserId, body: &str) -> MessageId {
        let new = new_message(self.room, author, body);
        self.site.store.messages.post(new).await.unwrap().message.id
    }

    async fn page(&self, user: UserId, query: &str, past: Option<MessageId>) -> Matches {
        let query = SearchQuery::parse(query).unwrap();
        let found = self.site.store.search.search(user, &query, past, 10).await;
        found.unwrap()
    }

    async fn finds(&self, user: UserId, query: &str) -> Vec<String> {
        let page = self.page(user, query, None).await;
        let bodies = page
            .messages
            .iter()
            .map(|message| message.body.as_str().to_owned());
        let mut bodies: Vec<_> = bodies.collect();
        bodies.sort();
        bodies
    }

    /// What nobody's port does: changes the rows as an edit or a deletion would.
    async fn changes(&self, message: MessageId, to: &str) {
        let admin = Database::connect(&self.site.url).await.unwrap();
        let set = format!(
            "UPDATE messages SET {to}, version = (SELECT version + 1 FROM rooms WHERE id = $1) WHERE id = $2"
        );
        let count = "UPDATE rooms SET version = version + 1 WHERE id = $1";
        let backend = admin.get_database_backend();
        for (sql, values) in [
            (set.as_str(), vec![self.room.0.into(), message.0.into()]),
            (count, vec![self.room.0.into()]),
        ] {
            let statement = Statement::from_sql_and_values(backend, sql, values);
            admin.execute_raw(statement).await.unwrap();
        }
    }
}

async fn words_are_found_as_everybody_types_them(site: Site) {
    let house = House::new(site).await;
    for body in [
        "See you at the Café tomorrow",
        "tomorrow you see the plans",
        "我家在上海东边",
        "東京タワーに行く",
        "서울에서 만나요",
        "ไปกรุงเทพกัน",
        "Grüße aus Łódź: it's 100% foo-bar_baz",
    ] {
        house.says(house.ada, body).await;
    }
    for (query, count) in [
        ("tomorrow", 2),
        ("TOMORROW see", 2),
        ("\"see you\"", 1),
        ("\"you see\"", 1),
        ("cafe", 1),
        ("CAFÉ", 1),
        ("tomor", 0),
        ("tomor*", 2),
        ("\"see yo\"", 0),
        ("上海", 1),
        ("海上", 0),
        ("タワー", 1),
        ("서울", 1),
        ("กรุงเทพ", 1),
        ("grusse", 0),
        ("grüße", 1),
        ("foo bar", 1),
        ("foo-bar", 1),
        ("bar-foo", 0),
        ("100%", 1),
        ("it's", 1),
        ("nothing", 0),
    ] {
        assert_eq!(house.finds(house.ben, query).await.len(), count, "{query}");
    }
}

async fn filters_narrow_what_is_found(site: Site) {
    let house = House::new(site).await;
    house.says(house.ada, "plans: https://example.com/").await;
    house.says(house.ben, "plans without a link").await;
    let day = now().date_naive();
    let next = day.succ_opt().unwrap();
    for (query, count) in [
        ("from:ada plans", 1),
        ("from:@BEN plans", 1),
        ("from:nobody plans", 0),
        ("in:\"team room\" plans", 2),
        ("in:other plans", 0),
        ("has:link", 1),
        ("has:file", 0),
        ("from:ben has:link", 0),
        (&format!("plans before:{day}"), 0),
        (&format!("plans before:{next}"), 2),
        (&format!("plans after:{day}"), 0),
    ] {
        assert_eq!(house.finds(house.ben, query).await.len(), count, "{query}");
    }
}

async fn only_the_rooms_that_one_is_in_are_searched(site: Site) {
    let house = House::new(site).await;
    let eve = new_user("eve");
    let outsider = eve.user.id;
    house.site.store.users.create(eve).await.unwrap();
    house.says(house.ada, "secret plans").await;
    assert!(house.finds(outsider, "secret").await.is_empty());
    assert_eq!(house.finds(house.ben, "secret").await.len(), 1);
    house
        .site
        .store
        .rooms
        .leave(house.room, house.ben)
        .await
        .unwrap();
    assert!(house.finds(house.ben, "secret").await.is_empty());
    assert!(house.finds(house.ben, "from:ada").await.is_empty());
    house.joins(house.ben).await;
    assert_eq!(house.finds(house.ben, "secret").await.len(), 1);
}

async fn pages_follow_one_another_without_a_gap(site: Site) {
    let house = House::new(site).await;
    let mut said = Vec::new();
    for number in 0..25 {
        said.push(house.says(house.ada, &format!("hello {number}")).await);
    }
    house.says(house.ada, "something else").await;
    let (mut found, mut past, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = house.page(house.ben, "hello", past).await;
        found.extend(page.messages.iter().map(|message| message.id));
        pages += 1;
        past = page.more;
        if past.is_none() {
            break;
        }
    }
    assert_eq!((found.len(), pages), (25, 3));
    found.reverse();
    assert_eq!(found, said, "the newest first, also within a millisecond");
}

async fn a_search_goes_on_past_what_was_deleted(site: Site) {
    let house = House::new(site).await;
    let first = house.says(house.ada, "hello one").await;
    let second = house.says(house.ada, "hello two").await;
    assert_eq!(house.finds(house.ben, "hello").await.len(), 2);
    house
        .changes(second, "body = '', deleted_at = created_at")
        .await;
    let page = house.page(house.ben, "hello", Some(second)).await;
    let found: Vec<_> = page.messages.iter().map(|message| message.id).collect();
    assert_eq!(found, [first]);
}

async fn what_is_said_seldom_is_found_behind_much_else(site: Site) {
    let house = House::new(site).await;
    for body in ["needle one", "needle two"] {
        house.says(house.ada, body).await;
    }
    assert_eq!(house.finds(house.ben, "needle").await.len(), 2);
    let admin = Database::connect(&house.site.url).await.unwrap();
    if admin.get_database_backend() == DbBackend::Postgres {
        let much = "INSERT INTO search_docs (doc, message_id, words)
                    SELECT 9000000000000000000 + n, gen_random_uuid(), '' FROM generate_series(1, 6000) n";
        admin.execute_unprepared(much).await.unwrap();
    }
    house.says(house.ada, "needle three").await;
    let bodies = ["needle one", "needle three", "needle two"];
    assert_eq!(house.finds(house.ben, "needle").await, bodies);
    assert_eq!(house.finds(house.ben, "needle two").await, ["needle two"]);
}

async fn what_is_edited_or_deleted_is_found_no_more(site: Site) {
    let house = House::new(site).await;
    let edited = house.says(house.ada, "the old text").await;
    let deleted = house.says(house.ada, "the old text, too").await;
    assert_eq!(house.finds(house.ben, "old text").await.len(), 2);
    house.changes(edited, "body = 'the new one'").await;
    house
        .changes(deleted, "body = '', deleted_at = created_at")
        .await;
    assert!(house.finds(house.ben, "old text").await.is_empty());
    assert_eq!(house.finds(house.ben, "new one").await, ["the new one"]);
    let other = house.site.another().await;
    other.migrate().await.unwrap();
    let query = SearchQuery::parse("one").unwrap();
    let found = other
        .search
        .search(house.ada, &query, None, 10)
        .await
        .unwrap();
    assert_eq!(found.messages.len(), 1, "another process finds the same");
}

async fn hostile_queries_find_nothing_more_and_never_fail(site: Site) {
    let house = House::new(site).await;
    house.says(house.ada, "one two").await;
    for query in [
        "\"",
        "\"\"",
        "one\" OR \"three",
        "one OR three",
        "one AND three",
        "NOT three",
        "NEAR(three four)",
        "three*",
        "^three",
        "words:three",
        "keys:one",
        "{words keys}:three",
        "three & | ! <-> one",
        "three:*",
        "'three' | 'one'",
        "%three%",
        "_hree",
        "\\",
        "';--",
        "three\u{202e}",
        "one' three",
        "(((",
        ")))",
        "-three",
        "r0* three",
        "=r* three",
        "\u{0} three",
        "three \u{fffd}",
        "*",
        "**",
        "* three",
    ] {
        let query = SearchQuery::parse(query).unwrap();
        let found = house.site.store.search.search(house.ben, &query, None, 10);
        let found = found
            .await
            .unwrap_or_else(|error| panic!("{query:?}: {error:?}"));
        if query
            .phrases
            .iter()
            .any(|phrase| phrase.words.contains(&"three".to_owned()))
        {
            assert!(found.messages.is_empty(), "{query:?}");
        }
    }
}

async fn phrases_are_found_in_the_most_repetitive_text(site: Site) {
    let house = House::new(site).await;
    let ha = "ha ".repeat(1_300);
    house.says(house.ada, &format!("{ha}stop now")).await;
    house.says(house.ada, &"海".repeat(3_999)).await;
    for (query, count) in [
        ("\"ha stop\"", 1),
        ("\"ha stop no\"", 0),
        ("\"stop now\"", 1),
        ("\"stop ha\"", 0),
        ("\"ha ha ha\"", 1),
        ("海海", 1),
        ("上海", 0),
    ] {
        assert_eq!(house.finds(house.ben, query).await.len(), count, "{query}");
    }
}

async fn what_is_found_is_what_a_look_at_every_text_finds(site: Site) {
    let house = House::new(site).await;
    let word = prop::sample::select(vec![
        "a", "b", "ab", "Äb", "abc", "上", "海", "上海", "x-y", "!",
    ]);
    let text = prop::collection::vec(word.clone(), 1..6).prop_map(|words| words.join(" "));
    let piece = (word, 0..6).prop_map(|(word, shape)| match shape {
        0 => format!("{word}*"),
        1 => format!("\"{word} a\""),
        2 => format!("\"a {word}\""),
        _ => word.to_owned(),
    });
    let query = prop::collection::vec(piece, 1..3).prop_map(|pieces| pieces.join(" "));
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut texts = Vec::new();
    for _ in 0..9 {
        let text = text.new_tree(&mut runner).unwrap().current();
        house.says(house.ada, &text).await;
        texts.push(text);
    }
    for _ in 0..150 {
        let query = query.new_tree(&mut runner).unwrap().current();
        let parsed = SearchQuery::parse(&query).unwrap();
        if parsed.is_void {
            continue;
        }
        let mut expected: Vec<_> = texts
            .iter()
            .filter(|text| parsed.finds(text))
            .cloned()
            .collect();
        expected.sort();
        assert_eq!(
            house.finds(house.ben, &query).await,
            expected,
            "{query} in {texts:?}"
        );
    }
}

async fn many_rooms_are_searched_at_once(site: Site) {
    let house = House::new(site).await;
    for number in 0..300 {
        let room = new_room(&format!("room {number}"), house.ada);
        house.site.store.rooms.create(&room).await.unwrap();
    }
    house.says(house.ada, "needle").await;
    assert_eq!(house.finds(house.ada, "needle").await, ["needle"]);
}
