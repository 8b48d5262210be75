//! Every right, for everyone, in every kind of room, over HTTP and over the socket, held against
//! the one table in `whatscrap_rooms`.

use reqwest::Method;
use serde_json::{Value, json};
use whatscrap_rooms::{Right, Role, RoomKind, Ruling};
use whatscrap_testkit::http::Answer;
use whatscrap_testkit::{App, Person, Socket, fresh_client_id};

use super::files::{fetches, sends, uploads};

stories! {
    every_right_is_what_the_table_says,
}

/// What someone is to a room. The last three have no place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Member,
    Moderator,
    Owner,
    Outsider,
    ExMember,
    /// Who owns the server.
    ServerAdmin,
}

use Standing::{ExMember, Member, Moderator, Outsider, Owner, ServerAdmin};

const STANDINGS: [Standing; 6] = [Member, Moderator, Owner, Outsider, ExMember, ServerAdmin];
const KINDS: [RoomKind; 3] = [RoomKind::Public, RoomKind::Private, RoomKind::Direct];

impl Standing {
    const fn role(self) -> Option<Role> {
        match self {
            Member => Some(Role::Member),
            Moderator => Some(Role::Moderator),
            Owner => Some(Role::Owner),
            Outsider | ExMember | ServerAdmin => None,
        }
    }

    /// In a direct room there are only its members and the rest of the world.
    const fn exists_in(self, kind: RoomKind) -> bool {
        !matches!(
            (self, kind),
            (Moderator | Owner | ExMember, RoomKind::Direct)
        )
    }
}

/// What came of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Ruled(Ruling),
    /// This verb does not go this way.
    NoSuchWay,
}

struct People {
    admin: Person,
    /// In every room.
    other: Person,
    /// Makes the rooms.
    maker: Person,
    actor: Person,
    /// In no room.
    newcomer: Person,
}

/// A room in which `actor` stands so.
struct Scene<'a> {
    people: &'a People,
    kind: RoomKind,
    room: String,
    who: &'a Person,
}

impl<'a> Scene<'a> {
    async fn set(people: &'a People, kind: RoomKind, standing: Standing) -> Self {
        let People {
            maker,
            other,
            actor,
            admin,
            ..
        } = people;
        let who = if standing == ServerAdmin {
            admin
        } else {
            actor
        };
        let room = match kind {
            RoomKind::Public => maker.creates_room(&fresh_client_id()).await,
            RoomKind::Private => maker.creates_private_room("Den").await,
            RoomKind::Direct => {
                let with = if standing == Member { actor } else { maker };
                let users = json!({"users": [with.id]});
                let room = other.post("/rooms/direct").json(&users).send().await.json();
                room["room"]["id"].as_str().unwrap().to_owned()
            }
        };
        let scene = Self {
            people,
            kind,
            room,
            who,
        };
        if kind != RoomKind::Direct {
            scene.give(other, json!({})).await;
            match standing {
                Member | ExMember => scene.give(actor, json!({})).await,
                Moderator => scene.give(actor, json!({"role": "moderator"})).await,
                Owner => scene.give(actor, json!({"role": "owner"})).await,
                Outsider | ServerAdmin => {}
            }
        }
        if standing == ExMember {
            let place = scene.at(&format!("/members/{}", actor.id));
            assert_eq!(maker.delete(&place).send().await.status, 204);
        }
        scene
    }

    async fn give(&self, person: &Person, place: Value) {
        let path = self.at(&format!("/members/{}", person.id));
        let given = self.people.maker.put(&path).json(&place).send().await;
        assert_eq!(given.status, 204, "{}", given.text);
    }

    fn at(&self, path: &str) -> String {
        format!("/rooms/{}{path}", self.room)
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.who.api(method, &self.at(path));
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        request.send().await
    }

    /// A message to try a right on: of whoever asks, or of somebody else. Who is not in has none.
    async fn message(&self, right: Right) -> String {
        let is_own = matches!(right, Right::EditOwn | Right::DeleteOwn);
        let author = if is_own { self.who } else { &self.people.other };
        let mut posted = author.posts("hello").tried_in(&self.room).await;
        if posted.status != 201 {
            posted = self.people.other.posts("hello").tried_in(&self.room).await;
        }
        let posted = posted.json();
        posted["message"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asks over HTTP for what a right is about.
    async fn over_http(&self, right: Right) -> Found {
        let People {
            other,
            maker,
            newcomer,
            ..
        } = self.people;
        let none = Value::Null;
        let of_other = format!("/members/{}", other.id);
        let said = json!({"client_id": fresh_client_id(), "body": "hello"});
        let message = match right {
            Right::React
            | Right::EditOwn
            | Right::EditOthers
            | Right::DeleteOwn
            | Right::DeleteOthers
            | Right::SeeEdits => format!("/messages/{}", self.message(right).await),
            _ => String::new(),
        };
        let (get, put, post) = (Method::GET, Method::PUT, Method::POST);
        let answer = match right {
            Right::See => self.ask(get, "", none).await,
            Right::Join => self.ask(put, "/members/me", none).await,
            Right::Read => self.ask(get, "/messages", none).await,
            Right::Members => self.ask(get, "/members", none).await,
            Right::Post => self.ask(post, "/messages", said).await,
            Right::Receipts => self.ask(put, "/read", json!({"seq": 0})).await,
            Right::Notifications => {
                self.ask(put, "/notifications", json!({"level": "all"}))
                    .await
            }
            Right::Rename => self.ask(Method::PATCH, "", json!({"topic": "New"})).await,
            Right::Invite => self.ask(post, "/invites", none).await,
            Right::ManageInvites => {
                let made = maker.post(&self.at("/invites")).send().await.json();
                let Some(code) = made["invite"]["code"].as_str() else {
                    // There is nothing to manage in a direct room.
                    return Found::NoSuchWay;
                };
                self.who.delete(&format!("/invites/{code}")).send().await
            }
            Right::Add => {
                let of_newcomer = format!("/members/{}", newcomer.id);
                self.ask(put, &of_newcomer, json!({})).await
            }
            Right::Remove => self.ask(Method::DELETE, &of_other, none).await,
            Right::SetRoles => self.ask(put, &of_other, json!({"role": "moderator"})).await,
            Right::Archive => self.ask(Method::DELETE, "", none).await,
            Right::Leave => self.ask(Method::DELETE, "/members/me", none).await,
            Right::React => {
                self.ask(put, &format!("{message}/reactions/%F0%9F%91%8D"), none)
                    .await
            }
            Right::EditOwn | Right::EditOthers => {
                self.ask(Method::PATCH, &message, json!({"body": "changed"}))
                    .await
            }
            Right::DeleteOwn | Right::DeleteOthers => {
                self.ask(Method::DELETE, &message, none).await
            }
            Right::SeeEdits => self.ask(get, &format!("{message}/edits"), none).await,
            Right::Search => return self.search().await,
            Right::Files => self.fetch().await,
            Right::Hear | Right::Typing => return Found::NoSuchWay,
        };
        let code = answer.json()["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        Found::Ruled(match (answer.status.as_u16(), code.as_str()) {
            (200..300, _) => Ruling::Allowed,
            (404, "not_found") => Ruling::Hidden,
            (403, "not_a_member") => Ruling::NotAMember,
            (403, "forbidden") => Ruling::Forbidden,
            _ => panic!("{right:?}: {} {}", answer.status, answer.text),
        })
    }

    /// Looks for what was said in the room: who may not know of it finds nothing.
    async fn search(&self) -> Found {
        let word = fresh_client_id();
        self.people.other.posts(&word).in_room(&self.room).await;
        let query = format!("/search?q={word}&room={}", self.room);
        let found = self.who.get(&query).send().await.ok(200);
        self.told(found["hits"] != json!([]))
    }

    /// Fetches a file of a message of the room.
    async fn fetch(&self) -> Answer {
        let file = uploads(&self.people.other, "a.txt", b"hello").await;
        let sent = sends(&self.people.other, &self.room, "look", &[&file]).await;
        sent.ok(201);
        fetches(self.who, &file["url"]).await
    }

    /// Asks over the socket. `heard` is that of someone who is in.
    async fn over_the_socket(
        &self,
        right: Right,
        socket: &mut Socket,
        heard: &mut Socket,
    ) -> Found {
        let room = &self.room;
        let ruled = |answer: &Value| match (answer["type"].as_str(), answer["code"].as_str()) {
            (Some("ack" | "ok" | "synced"), _) => Ruling::Allowed,
            (_, Some("not_found")) => Ruling::Hidden,
            (_, Some("not_a_member")) => Ruling::NotAMember,
            (_, Some("forbidden")) => Ruling::Forbidden,
            _ => panic!("{right:?}: {answer}"),
        };
        match right {
            Right::Post => {
                let client_id = fresh_client_id();
                let send =
                    json!({"type": "send", "room": room, "client_id": client_id, "body": "hi"});
                Found::Ruled(ruled(&socket.ask(send).await))
            }
            Right::Read => {
                let sync = json!({"type": "sync", "room": room, "version": 0});
                match (ruled(&socket.ask(sync).await), self.kind) {
                    // There is nothing to catch up with where one is not, whatever its kind.
                    (Ruling::Hidden, RoomKind::Public) => Found::Ruled(Ruling::NotAMember),
                    (ruling, _) => Found::Ruled(ruling),
                }
            }
            Right::Hear => {
                let body = fresh_client_id();
                self.people.other.posts(&body).in_room(room).await;
                heard.hears(&body).await;
                if self.role_now(socket).is_some() {
                    socket.hears(&body).await;
                    return Found::Ruled(Ruling::Allowed);
                }
                let frames = socket.so_far().await;
                self.told(frames.iter().any(|frame| frame["message"]["body"] == body))
            }
            Right::Receipts => {
                let posted = self.people.other.posts("read me").in_room(room).await;
                heard.hears("read me").await;
                socket.say(&json!({"type": "read", "room": room, "seq": posted["seq"]}));
                self.seen(right, socket, heard, "read").await
            }
            Right::Typing => {
                socket.say(&json!({"type": "typing", "room": room}));
                self.seen(right, socket, heard, "typing").await
            }
            Right::React
            | Right::EditOwn
            | Right::EditOthers
            | Right::DeleteOwn
            | Right::DeleteOthers => {
                let verb = match right {
                    Right::React => "react",
                    Right::EditOwn | Right::EditOthers => "edit",
                    _ => "delete",
                };
                let message = self.message(right).await;
                let change = json!({"type": verb, "room": room, "message": message,
                    "body": "changed", "emoji": "👍", "on": true});
                Found::Ruled(ruled(&socket.ask(change).await))
            }
            _ => Found::NoSuchWay,
        }
    }

    /// Whether a signal reaches who is in.
    async fn seen(
        &self,
        right: Right,
        socket: &mut Socket,
        heard: &mut Socket,
        kind: &str,
    ) -> Found {
        let is_theirs = |frame: &Value| {
            frame["type"] == kind
                && frame["user"] == self.who.id.as_str()
                && frame["room"] == self.room.as_str()
        };
        if right.ruling(self.kind, self.role_now(socket)).is_allowed() {
            heard.wait(&format!("their {kind}"), is_theirs).await;
            return Found::Ruled(Ruling::Allowed);
        }
        socket.so_far().await;
        let frames = heard.so_far().await;
        self.told(frames.iter().any(is_theirs))
    }

    /// Silence is how signals are refused.
    fn told(&self, is_told: bool) -> Found {
        Found::Ruled(match (is_told, self.kind) {
            (true, _) => Ruling::Allowed,
            (false, RoomKind::Public) => Ruling::NotAMember,
            (false, RoomKind::Private | RoomKind::Direct) => Ruling::Hidden,
        })
    }

    /// Who follows the room has some role: for signals any will do.
    fn role_now(&self, socket: &Socket) -> Option<Role> {
        let rooms = socket.welcome["rooms"].as_array().unwrap();
        let is_in = rooms.iter().any(|room| room["id"] == self.room.as_str());
        is_in.then_some(Role::Member)
    }
}

/// What the table says, as far as it can be seen on this way.
fn expected(right: Right, kind: RoomKind, standing: Standing) -> Ruling {
    match right.ruling(kind, standing.role()) {
        // Whoever has an invitation's code knows of it already.
        Ruling::NotAMember if right == Right::ManageInvites => Ruling::Forbidden,
        // Which room a file is of is nobody's business outside.
        Ruling::NotAMember if right == Right::Files => Ruling::Hidden,
        ruling => ruling,
    }
}

async fn every_right_is_what_the_table_says(app: &App) {
    let admin = app.user("admin0").await;
    let me = admin.get("/me").send().await.ok(200);
    assert_eq!(
        me["user"]["role"], "owner",
        "the first account owns the server"
    );
    let people = People {
        admin,
        other: app.user("other").await,
        maker: app.user("maker").await,
        actor: app.user("actor").await,
        newcomer: app.user("newcomer").await,
    };
    let (mut asked, mut open) = (0, Vec::new());
    for (kind, standing) in KINDS
        .iter()
        .flat_map(|kind| STANDINGS.map(|who| (*kind, who)))
    {
        if !standing.exists_in(kind) {
            continue;
        }
        for right in Right::ALL {
            let scene = Scene::set(&people, kind, standing).await;
            let mut socket = scene.who.socket().await;
            let mut heard = people.other.socket().await;
            let by_socket = scene.over_the_socket(right, &mut socket, &mut heard).await;
            let by_http = scene.over_http(right).await;
            for (way, found) in [("HTTP", by_http), ("socket", by_socket)] {
                match found {
                    Found::Ruled(ruling) => {
                        asked += 1;
                        if ruling != expected(right, kind, standing) {
                            open.push(format!("{right:?} {kind:?} {standing:?} {way}: {ruling:?}"));
                        }
                    }
                    Found::NoSuchWay => {}
                }
            }
        }
    }
    println!("{asked} cells asked, {} open", open.len());
    assert!(open.is_empty(), "{open:#?}");
    assert_eq!(asked, 492, "a cell is missing");
}
