use super::*;
use crate::{ChangePasswordError, PasswordError, ResetPasswordError, UserEvent};

const NEW: &str = "engine no. 2";

async fn change(world: &World, of: &Opened, current: &str) -> Result<(), ChangePasswordError> {
    let login = world.who(&of.secret).await.unwrap();
    world.service.change_password(&login, current, NEW).await
}

fn ended(of: &Opened) -> UserEvent {
    UserEvent::SessionEnded {
        user: of.user.id,
        session: of.session.id,
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_tokens() {
    let (world, here) = World::of_ada().await;
    let ben = world
        .service
        .register(&account("ben"), home())
        .await
        .unwrap();
    let there = world.log_in("ada", PASSWORD).await.unwrap();
    let (token, bot) = world
        .service
        .create_token(here.user.id, "bot")
        .await
        .unwrap();
    for secret in [&there.secret, &bot] {
        assert!(world.who(secret).await.is_some());
    }

    change(&world, &here, PASSWORD).await.unwrap();

    for secret in [&there.secret, &bot] {
        assert_eq!(world.who(secret).await, None);
    }
    for secret in [&here.secret, &ben.secret] {
        assert!(world.who(secret).await.is_some());
    }
    let told = world.events.take();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&ended(&there)));
    let token = UserEvent::SessionEnded {
        user: here.user.id,
        session: token.id,
    };
    assert!(told.contains(&token));
    assert!(matches!(
        world.log_in("ada", PASSWORD).await,
        Err(LogInError::WrongCredentials)
    ));
    world.log_in("ada", NEW).await.unwrap();
}

#[tokio::test]
async fn it_takes_the_current_password_and_a_good_new_one() {
    let (world, ada) = World::of_ada().await;
    for wrong in ["wrong password", "", NEW] {
        let refused = change(&world, &ada, wrong).await;
        assert!(
            matches!(refused, Err(ChangePasswordError::WrongPassword)),
            "{wrong}"
        );
    }
    let login = world.who(&ada.secret).await.unwrap();
    let refused = world.service.change_password(&login, PASSWORD, "ada").await;
    assert!(matches!(
        refused,
        Err(ChangePasswordError::Password(PasswordError::TooShort))
    ));
    let told = world.events.take();
    let tries = |event: &UserEvent| matches!(event, UserEvent::Tried { wrong: true, .. });
    assert!(told.len() == 3 && told.iter().all(tries), "{told:?}");
    world.log_in("ada", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_stolen_session_cannot_guess_the_password() {
    let (world, ada) = World::of_ada().await;
    for _ in 0..10 {
        let refused = change(&world, &ada, "wrong password").await;
        assert!(matches!(refused, Err(ChangePasswordError::WrongPassword)));
    }
    let refused = change(&world, &ada, PASSWORD).await;
    assert!(matches!(
        refused,
        Err(ChangePasswordError::Throttled { .. })
    ));
    world.log_in("ada", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn strangers_cannot_keep_anyone_from_changing_their_password() {
    let (world, ada) = World::of_ada().await;
    for _ in 0..20 {
        world.log_in("ada", "wrong password").await.unwrap_err();
    }
    change(&world, &ada, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn the_administrator_sets_a_password_and_ends_all_sessions() {
    let (world, ada) = World::of_ada().await;
    assert!(world.who(&ada.secret).await.is_some());
    assert_eq!(
        world.service.reset_password("Ada", NEW).await.unwrap(),
        ada.user
    );
    assert_eq!(world.who(&ada.secret).await, None);
    assert_eq!(world.events.take(), [ended(&ada)]);
    world.log_in("ada", NEW).await.unwrap();
}

#[tokio::test]
async fn nobodys_password_and_poor_ones_are_not_set() {
    let (world, _) = World::of_ada().await;
    let unknown = world.service.reset_password("nobody", NEW).await;
    assert!(matches!(unknown, Err(ResetPasswordError::UnknownUser)));
    let poor = world.service.reset_password("ada", "12345678").await;
    assert!(matches!(
        poor,
        Err(ResetPasswordError::Password(PasswordError::Common))
    ));
}
