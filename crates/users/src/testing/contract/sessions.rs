use std::sync::Arc;

use chrono::TimeDelta;
use tokio::task::JoinSet;

use crate::testing::{founder, new_session, new_user, now};
use crate::{NewSession, ProfileChange, Session, SessionId, SessionKind, Sessions, User, Users};

/// Ada, who founded the server, and Ben.
async fn two(users: &Arc<dyn Users>) -> (User, User) {
    let (ada, ben) = (founder("ada"), new_user("ben"));
    users.create(ada.clone()).await.unwrap();
    users.create(ben.clone()).await.unwrap();
    (ada.user, ben.user)
}

async fn open(sessions: &Arc<dyn Sessions>, user: &User) -> NewSession {
    let new = new_session(user.id);
    sessions.open(&new).await.unwrap();
    new
}

async fn read(sessions: &Arc<dyn Sessions>, new: &NewSession) -> Option<Session> {
    sessions
        .find(&new.token)
        .await
        .unwrap()
        .map(|login| login.session)
}

fn ids<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Vec<SessionId> {
    sessions.into_iter().map(|session| session.id).collect()
}

pub async fn a_session_is_found_by_its_secret_with_its_account(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, ben) = two(&users).await;
    let (hers, his) = (open(&sessions, &ada).await, open(&sessions, &ben).await);
    for (new, user) in [(hers, ada), (his, ben)] {
        let login = sessions.find(&new.token).await.unwrap().unwrap();
        assert_eq!((login.session, login.user), (new.session, user));
    }
}

pub async fn a_token_is_read_back_with_its_name(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, _) = two(&users).await;
    let mut token = new_session(ada.id);
    token.session.kind = SessionKind::Token {
        name: "O'Brien's bot 名".to_owned(),
    };
    (token.session.user_agent, token.session.address) = (None, None);
    sessions.open(&token).await.unwrap();
    assert_eq!(read(&sessions, &token).await, Some(token.session));
}

pub async fn an_unknown_secret_finds_nobody(users: Arc<dyn Users>, sessions: Arc<dyn Sessions>) {
    let (ada, _) = two(&users).await;
    open(&sessions, &ada).await;
    assert_eq!(sessions.find(&[0; 32]).await.unwrap(), None);
}

pub async fn an_expired_session_is_still_found(users: Arc<dyn Users>, sessions: Arc<dyn Sessions>) {
    let (ada, _) = two(&users).await;
    let mut old = new_session(ada.id);
    old.session.expires_at = now() - TimeDelta::days(1);
    sessions.open(&old).await.unwrap();
    assert_eq!(read(&sessions, &old).await, Some(old.session));
}

pub async fn a_session_shows_its_account_as_it_is_now(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, _) = two(&users).await;
    let hers = open(&sessions, &ada).await;
    let change = ProfileChange {
        display_name: None,
        status: Some(Some("away".to_owned())),
        ..ProfileChange::default()
    };
    let changed = users.change_profile(ada.id, &change).await.unwrap();
    let login = sessions.find(&hers.token).await.unwrap().unwrap();
    assert_eq!(Some(login.user), changed);
}

pub async fn use_moves_a_session_forward_and_never_backward(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, _) = two(&users).await;
    let (used, other) = (open(&sessions, &ada).await, open(&sessions, &ada).await);
    let (seen, expires) = (now() + TimeDelta::minutes(5), now() + TimeDelta::hours(5));
    let earlier = TimeDelta::minutes(1);
    sessions
        .touch(used.session.id, seen, expires)
        .await
        .unwrap();
    sessions
        .touch(used.session.id, seen - earlier, expires - earlier)
        .await
        .unwrap();
    let moved = Session {
        last_seen_at: seen,
        expires_at: expires,
        ..used.session.clone()
    };
    assert_eq!(read(&sessions, &used).await, Some(moved));
    assert_eq!(read(&sessions, &other).await, Some(other.session));
}

pub async fn touching_a_session_that_ended_does_nothing(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, _) = two(&users).await;
    let ended = open(&sessions, &ada).await;
    sessions.end(ada.id, ended.session.id).await.unwrap();
    let later = now() + TimeDelta::days(1);
    sessions
        .touch(ended.session.id, later, later)
        .await
        .unwrap();
    assert_eq!(read(&sessions, &ended).await, None);
}

pub async fn sessions_are_listed_latest_used_first_without_the_expired(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, ben) = two(&users).await;
    open(&sessions, &ben).await;
    let (one, two, three) = (
        open(&sessions, &ada).await.session.id,
        open(&sessions, &ada).await.session.id,
        open(&sessions, &ada).await.session.id,
    );
    let hour = now() + TimeDelta::hours(1);
    for (id, minutes) in [(two, 3), (three, 2), (one, 1)] {
        let seen = now() + TimeDelta::minutes(minutes);
        sessions
            .touch(id, seen, hour + TimeDelta::minutes(minutes))
            .await
            .unwrap();
    }
    assert_eq!(
        ids(&sessions.list(ada.id, now()).await.unwrap()),
        [two, three, one]
    );
    let later = hour + TimeDelta::minutes(2);
    assert_eq!(ids(&sessions.list(ada.id, later).await.unwrap()), [two]);
}

pub async fn a_session_is_ended_once_and_only_by_its_own_account(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, ben) = two(&users).await;
    let hers = open(&sessions, &ada).await;
    assert!(!sessions.end(ben.id, hers.session.id).await.unwrap());
    assert!(read(&sessions, &hers).await.is_some());
    assert!(sessions.end(ada.id, hers.session.id).await.unwrap());
    assert_eq!(read(&sessions, &hers).await, None);
    assert!(!sessions.end(ada.id, hers.session.id).await.unwrap());
}

pub async fn of_many_ends_of_one_session_one_ended_it(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, _) = two(&users).await;
    let hers = open(&sessions, &ada).await.session.id;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let sessions = sessions.clone();
        tasks.spawn(async move { sessions.end(ada.id, hers).await.unwrap() });
    }
    let ended = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|ended| *ended)
        .count();
    assert_eq!(ended, 1);
}

pub async fn ending_the_others_keeps_one_and_names_the_rest(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, ben) = two(&users).await;
    let his = open(&sessions, &ben).await;
    let (kept, browser) = (open(&sessions, &ada).await, open(&sessions, &ada).await);
    let mut token = new_session(ada.id);
    token.session.kind = SessionKind::Token {
        name: "bot".to_owned(),
    };
    sessions.open(&token).await.unwrap();

    let mut ended = sessions
        .end_others(ada.id, Some(kept.session.id))
        .await
        .unwrap();
    ended.sort();
    assert_eq!(ended, [browser.session.id, token.session.id]);
    assert_eq!(
        ids(&sessions.list(ada.id, now()).await.unwrap()),
        [kept.session.id]
    );
    assert!(read(&sessions, &his).await.is_some());
    let again = sessions
        .end_others(ada.id, Some(kept.session.id))
        .await
        .unwrap();
    assert_eq!(again, []);
}

pub async fn of_many_sessions_those_that_stand_are_named(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, ben) = two(&users).await;
    let (ended, his) = (open(&sessions, &ada).await, open(&sessions, &ben).await);
    let mut expired = new_session(ada.id);
    expired.session.expires_at = now();
    sessions.open(&expired).await.unwrap();
    sessions.end(ada.id, ended.session.id).await.unwrap();
    let asked = [&ended, &his, &expired].map(|new| new.session.id);
    let mut standing = sessions.standing(&asked).await.unwrap();
    standing.sort();
    let mut expected = [his.session.id, expired.session.id];
    expected.sort();
    assert_eq!(standing, expected);
    assert_eq!(sessions.standing(&[]).await.unwrap(), []);
}

pub async fn ending_all_keeps_none(users: Arc<dyn Users>, sessions: Arc<dyn Sessions>) {
    let (ada, ben) = two(&users).await;
    let (hers, his) = (open(&sessions, &ada).await, open(&sessions, &ben).await);
    assert_eq!(
        sessions.end_others(ada.id, None).await.unwrap(),
        [hers.session.id]
    );
    assert_eq!(read(&sessions, &hers).await, None);
    assert!(read(&sessions, &his).await.is_some());
}

pub async fn pruning_forgets_what_ended_and_nothing_else(
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
) {
    let (ada, _) = two(&users).await;
    let live = open(&sessions, &ada).await;
    let mut old = new_session(ada.id);
    old.session.expires_at = now();
    sessions.open(&old).await.unwrap();
    assert_eq!(sessions.prune(now()).await.unwrap(), 1);
    assert_eq!(sessions.prune(now()).await.unwrap(), 0);
    assert_eq!(read(&sessions, &old).await, None);
    assert!(read(&sessions, &live).await.is_some());
}
