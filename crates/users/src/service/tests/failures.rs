use mockall::Sequence;
use whatscrap_kernel::BackendError;

use super::*;
use crate::ports::{MockPasswordHasher, MockSessions, MockUsers};
use crate::testing::{login, stored};
use crate::{HashError, User, Verified};

fn service(users: MockUsers, sessions: MockSessions, hasher: MockPasswordHasher) -> World {
    let world = World::new(Policy::default());
    let mut service = world.service;
    (service.users, service.sessions) = (Arc::new(users), Arc::new(sessions));
    service.hasher = Arc::new(hasher);
    World { service, ..world }
}

fn away() -> BackendError {
    BackendError::new("the database is away")
}

#[tokio::test]
async fn the_database_is_asked_once_for_many_requests() {
    let mut sessions = MockSessions::new();
    sessions
        .expect_find()
        .times(1)
        .returning(|_| Ok(Some(login("ada"))));
    let world = service(MockUsers::new(), sessions, MockPasswordHasher::new());
    for _ in 0..10 {
        assert!(world.who("secret").await.is_some());
    }
}

#[tokio::test]
async fn a_miss_is_not_remembered() {
    let mut sessions = MockSessions::new();
    let mut order = Sequence::new();
    sessions
        .expect_find()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(None));
    sessions
        .expect_find()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(Some(login("ada"))));
    let world = service(MockUsers::new(), sessions, MockPasswordHasher::new());
    assert_eq!(world.who("secret").await, None);
    assert!(world.who("secret").await.is_some());
}

#[tokio::test]
async fn a_request_does_not_fail_because_its_use_cannot_be_noted() {
    let mut sessions = MockSessions::new();
    sessions.expect_find().returning(|_| Ok(Some(login("ada"))));
    sessions
        .expect_touch()
        .times(1)
        .returning(|_, _, _| Err(away()));
    let world = service(MockUsers::new(), sessions, MockPasswordHasher::new());
    world.wait(TimeDelta::minutes(5));
    assert!(world.who("secret").await.is_some());
}

#[tokio::test]
async fn a_session_that_may_not_have_ended_is_not_told_as_ended() {
    let mut sessions = MockSessions::new();
    sessions.expect_end().returning(|_, _| Err(away()));
    let world = service(MockUsers::new(), sessions, MockPasswordHasher::new());
    world.service.log_out(&login("ada")).await.unwrap_err();
    assert_eq!(world.events.take(), []);
}

#[tokio::test]
async fn a_busy_server_is_no_wrong_password() {
    let mut users = MockUsers::new();
    users.expect_credentials().returning(|_| Ok(None));
    let mut hasher = MockPasswordHasher::new();
    hasher
        .expect_verify()
        .times(20)
        .returning(|_, _| Err(HashError::Busy));
    let world = service(users, MockSessions::new(), hasher);
    for _ in 0..20 {
        assert!(matches!(
            world.log_in("ada", PASSWORD).await,
            Err(LogInError::Busy)
        ));
    }
}

#[tokio::test]
async fn an_unknown_account_costs_a_comparison_too() {
    let mut users = MockUsers::new();
    users.expect_credentials().returning(|_| Ok(None));
    let mut hasher = MockPasswordHasher::new();
    let is_none = |_: &str, hash: &Option<&_>| hash.is_none();
    hasher
        .expect_verify()
        .withf(is_none)
        .times(1)
        .returning(|_, _| Ok(Verified::No));
    let world = service(users, MockSessions::new(), hasher);
    assert!(matches!(
        world.log_in("ada", PASSWORD).await,
        Err(LogInError::WrongCredentials)
    ));
}

/// Ada logs in while her password is changed: what she gets if then the hash is another, and
/// whether it is the hash of the same password.
async fn log_in_while_the_hash_changes(is_same_password: bool) -> Result<Opened, LogInError> {
    let ada: User = login("ada").user;
    let (mut users, mut order) = (MockUsers::new(), Sequence::new());
    for hash in ["before", "after"] {
        let known = (ada.clone(), stored(hash));
        let credentials = users.expect_credentials().times(1).in_sequence(&mut order);
        credentials.returning(move |_| Ok(Some(known.clone())));
    }
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_verify().returning(move |_, hash| {
        let is_right = is_same_password || hash == Some(&stored("before"));
        Ok(if is_right {
            Verified::Yes
        } else {
            Verified::No
        })
    });
    let mut sessions = MockSessions::new();
    sessions.expect_open().times(1).returning(|_| Ok(()));
    let ends = usize::from(!is_same_password);
    sessions.expect_end().times(ends).returning(|_, _| Ok(true));
    service(users, sessions, hasher)
        .log_in("ada", PASSWORD)
        .await
}

#[tokio::test]
async fn a_password_that_changes_during_a_login_does_not_log_in() {
    let refused = log_in_while_the_hash_changes(false).await;
    assert!(matches!(refused, Err(LogInError::WrongCredentials)));
    log_in_while_the_hash_changes(true).await.unwrap();
}
