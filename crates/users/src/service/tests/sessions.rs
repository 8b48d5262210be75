use super::*;
use crate::{SESSION_DAYS, SessionId, SessionKind, TokenError, UserEvent};

fn ended(of: &Opened) -> UserEvent {
    UserEvent::SessionEnded {
        user: of.user.id,
        session: of.session.id,
    }
}

#[tokio::test]
async fn a_session_unused_for_thirty_days_has_ended() {
    let (world, ada) = World::of_ada().await;
    world.wait(TimeDelta::days(30) - TimeDelta::milliseconds(1));
    assert!(world.who(&ada.secret).await.is_some());
    world.wait(TimeDelta::days(30));
    assert_eq!(world.who(&ada.secret).await, None);
}

#[tokio::test]
async fn a_session_in_use_ends_after_its_absolute_life() {
    let (world, ada) = World::of_ada().await;
    for _ in 1..SESSION_DAYS {
        world.wait(TimeDelta::days(1));
        assert!(world.who(&ada.secret).await.is_some());
    }
    world.wait(TimeDelta::days(1) - TimeDelta::milliseconds(1));
    assert!(world.who(&ada.secret).await.is_some());
    world.wait(TimeDelta::milliseconds(1));
    assert_eq!(world.service.prune().await.unwrap(), 1);
    assert_eq!(world.who(&ada.secret).await, None);
}

#[tokio::test]
async fn a_session_that_was_found_to_have_ended_stays_so_when_the_clock_goes_back() {
    let (world, ada) = World::of_ada().await;
    world.wait(TimeDelta::days(30));
    assert_eq!(world.who(&ada.secret).await, None);
    assert_eq!(world.events.take(), [ended(&ada)]);
    world.wait(-TimeDelta::days(30));
    assert_eq!(world.who(&ada.secret).await, None);
}

#[tokio::test]
async fn when_a_session_was_used_is_known_to_the_minute() {
    let (world, ada) = World::of_ada().await;
    let seen = async |after: TimeDelta| {
        world.wait(after);
        world.who(&ada.secret).await.unwrap();
        let stored = world.service.sessions(ada.user.id).await.unwrap();
        stored[0].last_seen_at - ada.session.created_at
    };
    assert_eq!(seen(TimeDelta::seconds(59)).await, TimeDelta::zero());
    assert_eq!(seen(TimeDelta::seconds(1)).await, TimeDelta::seconds(60));
    assert_eq!(seen(TimeDelta::seconds(59)).await, TimeDelta::seconds(60));
}

#[tokio::test]
async fn logging_out_ends_this_session_at_once_and_tells_its_sockets() {
    let (world, ada) = World::of_ada().await;
    let other = world.log_in("ada", PASSWORD).await.unwrap();
    let login = world.who(&ada.secret).await.unwrap();
    world.service.log_out(&login).await.unwrap();
    assert_eq!(world.who(&ada.secret).await, None);
    assert!(world.who(&other.secret).await.is_some());
    assert_eq!(world.events.take(), [ended(&ada)]);
    world.service.log_out(&login).await.unwrap();
    assert_eq!(world.events.take(), []);
}

#[tokio::test]
async fn only_its_own_account_ends_a_session() {
    let (world, ada) = World::of_ada().await;
    let ben = world
        .service
        .register(&account("ben"), home())
        .await
        .unwrap();
    let end =
        async |by: &Opened, id: SessionId| world.service.end_session(by.user.id, id).await.unwrap();
    assert!(world.who(&ada.secret).await.is_some());
    assert!(!end(&ben, ada.session.id).await);
    assert!(world.who(&ada.secret).await.is_some());
    assert_eq!(world.events.take(), []);
    assert!(end(&ada, ada.session.id).await);
    assert_eq!(world.who(&ada.secret).await, None);
    assert_eq!(world.events.take(), [ended(&ada)]);
}

#[tokio::test]
async fn a_token_speaks_for_its_account_for_a_year_and_is_listed() {
    let (world, ada) = World::of_ada().await;
    let (token, secret) = world
        .service
        .create_token(ada.user.id, " deploy bot ")
        .await
        .unwrap();
    assert_eq!(
        token.kind,
        SessionKind::Token {
            name: "deploy bot".to_owned()
        }
    );
    assert_eq!(world.who(&secret).await.unwrap().user, ada.user);
    let mut listed = world.service.sessions(ada.user.id).await.unwrap();
    listed.sort_by_key(|session| session.id);
    assert_eq!(listed, [ada.session, token]);
    world.wait(TimeDelta::days(365) - TimeDelta::milliseconds(1));
    assert!(world.who(&secret).await.is_some());
    world.wait(TimeDelta::milliseconds(1));
    assert_eq!(world.who(&secret).await, None);
}

#[tokio::test]
async fn a_token_has_a_name() {
    let (world, ada) = World::of_ada().await;
    for name in ["", "  ", "a\nb", &"x".repeat(81)] {
        let refused = world.service.create_token(ada.user.id, name).await;
        assert!(matches!(refused, Err(TokenError::Name)), "{name:?}");
    }
}

#[tokio::test]
async fn a_secret_is_in_no_log() {
    let (_, ada) = World::of_ada().await;
    assert!(!format!("{ada:?}").contains(&ada.secret));
}
