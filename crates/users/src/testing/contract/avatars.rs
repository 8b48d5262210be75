use std::collections::HashSet;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::testing::{founder, new_session, new_user};
use crate::{Avatar, Sessions, Users};

fn avatar(number: u8) -> Avatar {
    Avatar::stored(format!("{number:032x}"))
}

pub async fn an_avatar_is_replaced_and_the_one_before_is_named(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, ben) = (founder("ada"), new_user("ben"));
    let id = ada.user.id;
    users.create(ada).await.unwrap();
    users.create(ben.clone()).await.unwrap();
    let session = new_session(id);
    sessions.open(&session).await.unwrap();
    let mut had = None;
    for next in [Some(avatar(1)), Some(avatar(2)), Some(avatar(2)), None] {
        let replaced = users.replace_avatar(id, next.as_ref()).await.unwrap();
        let (user, before) = replaced.unwrap();
        assert_eq!((&user.avatar, before), (&next, had));
        assert_eq!(users.find(id).await.unwrap().as_ref(), Some(&user));
        let login = sessions.find(&session.token).await.unwrap().unwrap();
        assert_eq!(login.user, user);
        had = next;
    }
    assert_eq!(users.find(ben.user.id).await.unwrap(), Some(ben.user));
    let nobody = new_user("x").user.id;
    let replaced = users
        .replace_avatar(nobody, Some(&avatar(1)))
        .await
        .unwrap();
    assert_eq!(replaced, None);
}

pub async fn of_many_new_avatars_each_is_before_another_once(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let ada = founder("ada");
    let id = ada.user.id;
    users.create(ada).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let users = users.clone();
        tasks.spawn(async move {
            let avatar = avatar(number);
            let replaced = users.replace_avatar(id, Some(&avatar)).await.unwrap();
            replaced.unwrap().1
        });
    }
    let before: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let last = users.find(id).await.unwrap().unwrap().avatar.unwrap();
    let each: HashSet<_> = before.iter().chain([&last]).collect();
    assert_eq!((before.len(), each.len()), (49, 50));
}
