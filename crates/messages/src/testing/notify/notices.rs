use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::{Ports, fresh, minutes};
use crate::notify::{Entry, Outcome, Rule};

fn entry(user: UserId, room: RoomId, minute: u64) -> Entry {
    Entry {
        id: fresh(),
        user,
        room,
        seq: 42,
        count: 3,
        at: minutes(minute),
        rule: Rule::LevelMentions,
        outcomes: Vec::new(),
    }
}

pub async fn what_was_decided_is_read_back_the_latest_first(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let room = ports.room(ada).await;
    let told = Outcome {
        device: "Firefox on “Linux” \\ 名".to_owned(),
        result: "taken by the push service".to_owned(),
    };
    let first = entry(ada, room, 1);
    let second = Entry {
        rule: Rule::Named,
        outcomes: vec![told.clone(), told],
        ..entry(ada, room, 2)
    };
    let his = entry(ben, room, 3);
    let all = [first.clone(), second.clone(), his.clone()];
    ports.log.note(&all).await.unwrap();
    ports.log.note(&[]).await.unwrap();
    let recent = async |user, limit| ports.log.recent(user, limit).await.unwrap();
    assert_eq!(recent(ada, 10).await, [second.clone(), first]);
    assert_eq!(recent(ada, 1).await, [second]);
    assert_eq!(recent(ben, 10).await, [his]);
}

pub async fn what_is_about_people_or_rooms_that_are_gone_is_left_out(ports: Ports) {
    let ada = ports.person("ada").await;
    let room = ports.room(ada).await;
    let known = entry(ada, room, 1);
    let all = [
        entry(ada, RoomId(fresh()), 1),
        known.clone(),
        entry(UserId(fresh()), room, 1),
    ];
    ports.log.note(&all).await.unwrap();
    assert_eq!(ports.log.recent(ada, 10).await.unwrap(), [known]);
}

pub async fn what_is_old_or_too_much_is_swept(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let room = ports.room(ada).await;
    let hers: Vec<Entry> = (0..5).map(|minute| entry(ada, room, minute)).collect();
    let his = entry(ben, room, 4);
    ports.log.note(&hers).await.unwrap();
    ports.log.note(std::slice::from_ref(&his)).await.unwrap();
    assert_eq!(ports.log.sweep(minutes(1), 3).await.unwrap(), 2);
    assert_eq!(ports.log.sweep(minutes(1), 3).await.unwrap(), 0);
    let recent = ports.log.recent(ada, 10).await.unwrap();
    assert_eq!(recent, [4, 3, 2].map(|at| hers[at].clone()));
    assert_eq!(ports.log.recent(ben, 10).await.unwrap(), [his]);
}
