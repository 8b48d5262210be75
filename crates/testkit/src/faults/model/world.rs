use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::expected::{Change, Kept, Outcome, Room, Said};
use super::operation::{By, Mark, Operation};
use crate::{Client, Device, Person, fresh_client_id};

/// How many devices each of them has.
pub(super) const DEVICES: usize = 2;

/// The people of one round, with their devices, and what must come of it.
pub(super) struct World {
    host: Person,
    people: Vec<Actor>,
    /// What each room's id is.
    ids: Vec<String>,
    rooms: Vec<Room>,
}

struct Actor {
    person: Person,
    devices: [Device; DEVICES],
    /// What they sent, and where.
    said: Vec<(usize, Said)>,
}

impl World {
    /// Fresh rooms, into which everyone but the last person has come.
    pub(super) async fn new(host: &Person, people: &[Person]) -> Self {
        let (mut ids, mut rooms) = (Vec::new(), Vec::new());
        for _ in 0..super::ROOMS {
            let id = host.creates_room(&fresh_client_id()).await;
            let mut room = Room::default();
            for (who, person) in people.iter().enumerate().skip(1) {
                person.joins(&id).await;
                room.joins(who);
            }
            ids.push(id);
            rooms.push(room);
        }
        let people = join_all(people.iter().map(async |person| Actor {
            person: person.clone(),
            devices: [Device::of(person).await, Device::of(person).await],
            said: Vec::new(),
        }));
        Self {
            host: host.clone(),
            people: people.await,
            ids,
            rooms,
        }
    }

    /// Does it on both sides, and compares what comes of it.
    pub(super) async fn does(&mut self, operation: &Operation) {
        match *operation {
            Operation::Post {
                who,
                room,
                ref answering,
                by,
            } => {
                let count = self.rooms[room].messages.len();
                let parent = answering.as_ref().filter(|_| count > 0);
                let said = Said {
                    author: who,
                    client_id: fresh_client_id(),
                    body: format!("{} of {who}", self.people[who].said.len()),
                    parent: parent.map(|index| index.index(count)),
                };
                self.people[who].said.push((room, said.clone()));
                self.sends(room, &said, by).await;
            }
            Operation::Change {
                who,
                by_author,
                room,
                ref which,
                ref what,
                by,
            } => {
                let messages = &self.rooms[room].messages;
                if messages.is_empty() {
                    return;
                }
                let at = which.index(messages.len());
                let who = if by_author {
                    messages[at].said.author
                } else {
                    who
                };
                self.changes(who, room, at, what, by).await;
            }
            Operation::Repeat {
                who,
                ref which,
                by,
                altered,
            } => {
                let before = &self.people[who].said;
                if before.is_empty() {
                    return;
                }
                let (room, mut said) = before[which.index(before.len())].clone();
                if altered {
                    said.body.push('!');
                }
                self.sends(room, &said, by).await;
            }
            Operation::Join { who, room } => {
                self.people[who].person.joins(&self.ids[room]).await;
                self.rooms[room].joins(who);
            }
            Operation::Leave { who, room } => {
                let path = format!("/rooms/{}/members/me", self.ids[room]);
                let answer = self.people[who].person.delete(&path).send().await;
                let expected = if self.rooms[room].leaves(who) {
                    204
                } else {
                    403
                };
                assert_eq!(answer.status.as_u16(), expected, "{}", answer.text);
            }
            Operation::Read {
                who,
                room,
                ref up_to,
                mark,
            } => {
                let seq = up_to.index(self.rooms[room].messages.len() + 3);
                let body = json!({"seq": seq, "unread": mark == Mark::Exactly});
                let path = format!("/rooms/{}/read", self.ids[room]);
                let request = self.people[who].person.put(&path).json(&body);
                let answer = request.send().await;
                let is_in = self.rooms[room].reads(who, seq, mark);
                assert_eq!(answer.status.is_success(), is_in, "{}", answer.text);
            }
            Operation::Cut { who, device } => self.people[who].devices[device].reconnects(),
            Operation::Compare => self.compares().await,
            Operation::Kill => unreachable!("that is not for people to do"),
        }
    }

    async fn sends(&mut self, room: usize, said: &Said, by: By) {
        let person = &self.people[said.author].person;
        let parent = match said.parent {
            Some(at) => Some(self.message(room, at).await),
            None => None,
        };
        let outcome = match by {
            By::Http => sends_by_http(person, &self.ids[room], said, parent).await,
            By::Socket => sends_by_socket(person, &self.ids[room], said, parent).await,
        };
        let expected = self.rooms[room].posts(said);
        assert_eq!(outcome, expected, "{said:?} {by:?}");
    }

    async fn changes(&mut self, who: usize, room: usize, at: usize, change: &Change, by: By) {
        let message = self.message(room, at).await;
        let (person, id) = (&self.people[who].person, &self.ids[room]);
        let refused = match by {
            By::Http => changes_by_http(person, id, &message, change).await,
            By::Socket => changes_by_socket(person, id, &message, change).await,
        };
        let expected = self.rooms[room].changes(who, at, change);
        assert_eq!(
            refused.as_deref(),
            expected,
            "{who}: {change:?} of {at} {by:?}"
        );
    }

    /// The id of a message, as the host, who is in every room, finds it.
    async fn message(&self, room: usize, at: usize) -> String {
        let path = format!("/rooms/{}/messages?after={at}&limit=1", self.ids[room]);
        let page = self.host.get(&path).send().await.ok(200);
        text(&page["messages"][0]["id"])
    }

    /// Compares everything, for everyone.
    pub(super) async fn compares(&self) {
        for (who, actor) in self.people.iter().enumerate() {
            self.compares_list(who, &actor.person).await;
            for (id, room) in self.ids.iter().zip(&self.rooms) {
                if room.members.contains_key(&who) {
                    self.compares_room(actor, id, room).await;
                } else {
                    let hears_no_more = |client: &Client| !client.follows(id);
                    for device in &actor.devices {
                        device.until("the end of a membership", hears_no_more).await;
                    }
                    let path = format!("/rooms/{id}/messages");
                    let answer = actor.person.get(&path).send().await;
                    answer.refused(403, "not_a_member");
                }
            }
            for device in &actor.devices {
                device.look(|client| {
                    assert_eq!(client.breaches(), &[] as &[String], "person {who}");
                });
            }
        }
    }

    async fn compares_list(&self, who: usize, person: &Person) {
        let answer = person.get("/rooms").send().await.ok(200);
        let listed: BTreeMap<&str, &Value> = answer["rooms"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|room| (room["id"].as_str().unwrap_or_default(), room))
            .collect();
        for (id, room) in self.ids.iter().zip(&self.rooms) {
            let found = listed.get(id.as_str()).map(|found| {
                ["last_seq", "version", "read_seq", "unread"].map(|field| found[field].as_u64())
            });
            let last = room.messages.len() as u64;
            let expected = room
                .members
                .get(&who)
                .map(|read| [last, room.version, *read as u64, room.unread(who) as u64].map(Some));
            assert_eq!(found, expected, "person {who}: {answer}");
        }
    }

    /// What the server keeps is what was said, and each device holds the end of it.
    async fn compares_room(&self, actor: &Actor, id: &str, room: &Room) {
        let rows = actor.person.reads_all(id).await;
        assert_eq!(rows.len(), room.messages.len());
        for ((row, kept), seq) in rows.iter().zip(&room.messages).zip(1_u64..) {
            let found = json!([
                row["author"]["id"],
                row["client_id"],
                row["body"],
                row["seq"],
                row["version"],
                !row["edited_at"].is_null(),
                !row["deleted_at"].is_null(),
                row["reactions"],
                [row["reply_to"]["seq"], row["reply_to"]["excerpt"]],
            ]);
            assert_eq!(found, self.expected(room, kept, seq));
        }
        let has_all = |client: &Client| {
            client.follows(id) && client.is_quiet() && client.version(id) == room.version
        };
        for device in &actor.devices {
            device.until("all of a room", has_all).await;
            device.look(|client| {
                let since = client.since(id);
                let due = rows
                    .iter()
                    .filter(|row| row["version"].as_u64() > Some(since));
                assert!(client.messages(id).into_iter().eq(due), "{client:?}");
            });
        }
    }

    fn expected(&self, room: &Room, kept: &Kept, seq: u64) -> Value {
        let id = |who: &usize| &self.people[*who].person.id;
        let reactions = kept.reactions.iter().map(|(emoji, people)| {
            let users: Vec<_> = people.iter().map(id).collect();
            json!({"emoji": emoji, "count": people.len(), "users": users})
        });
        let quote = kept.said.parent.map(|at| (at + 1, &room.messages[at].body));
        json!([
            id(&kept.said.author),
            kept.said.client_id,
            kept.body,
            seq,
            kept.version,
            kept.is_edited,
            kept.is_deleted,
            reactions.collect::<Vec<_>>(),
            [
                json!(quote.map(|(seq, _)| seq)),
                json!(quote.map(|(_, body)| body))
            ],
        ])
    }
}

async fn sends_by_http(
    person: &Person,
    room: &str,
    said: &Said,
    parent: Option<String>,
) -> Outcome {
    let mut post = person.posts(&said.body).named(&said.client_id);
    if let Some(parent) = parent {
        post = post.answering(&parent);
    }
    let answer = post.tried_in(room).await;
    let body = answer.json();
    let seq = body["message"]["seq"].as_u64().unwrap_or_default();
    match answer.status.as_u16() {
        201 => Outcome::Posted { seq },
        200 => Outcome::Duplicate { seq },
        _ => Outcome::Refused(text(&body["code"])),
    }
}

async fn sends_by_socket(
    person: &Person,
    room: &str,
    said: &Said,
    parent: Option<String>,
) -> Outcome {
    let mut socket = person.socket().await;
    let answer = socket
        .ask(json!({
            "type": "send", "room": room, "client_id": said.client_id, "body": said.body,
            "reply_to": parent,
        }))
        .await;
    let seq = answer["seq"].as_u64().unwrap_or_default();
    match answer["duplicate"].as_bool() {
        Some(false) => Outcome::Posted { seq },
        Some(true) => Outcome::Duplicate { seq },
        None => Outcome::Refused(text(&answer["code"])),
    }
}

async fn changes_by_http(
    person: &Person,
    room: &str,
    message: &str,
    change: &Change,
) -> Option<String> {
    let path = format!("/rooms/{room}/messages/{message}");
    let reaction = |emoji: &str| format!("{path}/reactions/{emoji}");
    let request = match change {
        Change::Edit(body) => person.patch(&path).json(&json!({"body": body})),
        Change::Delete => person.delete(&path),
        Change::React(emoji, true) => person.put(&reaction(emoji)),
        Change::React(emoji, false) => person.delete(&reaction(emoji)),
    };
    let answer = request.send().await;
    (answer.status != 200).then(|| text(&answer.json()["code"]))
}

async fn changes_by_socket(
    person: &Person,
    room: &str,
    message: &str,
    change: &Change,
) -> Option<String> {
    let mut frame = match change {
        Change::Edit(body) => json!({"type": "edit", "body": body}),
        Change::Delete => json!({"type": "delete"}),
        Change::React(emoji, on) => json!({"type": "react", "emoji": emoji, "on": on}),
    };
    (frame["room"], frame["message"]) = (room.into(), message.into());
    let answer = person.socket().await.ask(frame).await;
    (answer["type"] != "ok").then(|| text(&answer["code"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
