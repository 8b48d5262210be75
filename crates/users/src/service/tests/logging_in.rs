use std::time::Duration;

use super::*;
use crate::testing::FakeHasher;
use crate::{Username, Users as _};

async fn fail(world: &World, username: &str, times: usize) {
    for _ in 0..times {
        let refused = world.log_in(username, "wrong password").await;
        assert!(matches!(refused, Err(LogInError::WrongCredentials)));
    }
}

fn is_throttled(result: &Result<Opened, LogInError>) -> bool {
    matches!(result, Err(LogInError::Throttled { retry_after }) if !retry_after.is_zero())
}

#[tokio::test]
async fn who_knows_the_password_is_logged_in() {
    let (world, first) = World::of_ada().await;
    for name in ["ada", "ADA", "ＡＤＡ"] {
        let opened = world.log_in(name, PASSWORD).await.unwrap();
        assert_eq!(world.who(&opened.secret).await.unwrap().user, first.user);
    }
}

#[tokio::test]
async fn equal_forms_of_a_password_log_in() {
    let (world, _) = World::of_ada().await;
    let composed = NewAccount {
        password: "caf\u{e9} noisette",
        ..account("ben")
    };
    world.service.register(&composed, home()).await.unwrap();
    world.log_in("ben", "cafe\u{301} noisette").await.unwrap();
}

#[tokio::test]
async fn who_is_unknown_is_answered_like_who_is_wrong() {
    let (world, _) = World::of_ada().await;
    for (name, password) in [
        ("ada", "wrong password"),
        ("ada", ""),
        ("ada", &*"x".repeat(1_000_000)),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("no name!", PASSWORD),
    ] {
        let refused = world.log_in(name, password).await;
        assert!(
            matches!(refused, Err(LogInError::WrongCredentials)),
            "{name}"
        );
        world.wait(TimeDelta::hours(1));
    }
}

#[tokio::test]
async fn each_login_is_a_session_of_its_own_with_a_new_secret() {
    let (world, first) = World::of_ada().await;
    let second = world.log_in("ada", PASSWORD).await.unwrap();
    assert_ne!(second.secret, first.secret);
    assert_ne!(second.session.id, first.session.id);
    assert!(world.who(&first.secret).await.is_some());
    for planted in ["planted", "", &second.session.id.to_string()] {
        assert_eq!(world.who(planted).await, None);
    }
}

#[tokio::test]
async fn a_weak_hash_is_upgraded_by_the_login() {
    let (world, ada) = World::of_ada().await;
    let (old, new) = (FakeHasher::strong(PASSWORD), FakeHasher::weak(PASSWORD));
    assert!(
        world
            .store
            .replace_password(ada.user.id, &old, &new)
            .await
            .unwrap()
    );
    fail(&world, "ada", 1).await;
    world.log_in("ada", PASSWORD).await.unwrap();
    let (_, hash) = world
        .store
        .credentials(&Username::sought("ada"))
        .await
        .unwrap()
        .unwrap();
    assert!(hash == FakeHasher::strong(PASSWORD));
    world.log_in("ada", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn after_ten_wrong_tries_even_the_right_password_waits() {
    let (world, first) = World::of_ada().await;
    fail(&world, "ada", 10).await;
    let refused = world.log_in("ada", PASSWORD).await;
    let Err(LogInError::Throttled { retry_after }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(retry_after, Duration::from_mins(1));
    assert!(
        world.who(&first.secret).await.is_some(),
        "sessions are not hindered"
    );
    world.wait(TimeDelta::minutes(1));
    world.log_in("ada", PASSWORD).await.unwrap();
    fail(&world, "ada", 1).await;
}

#[tokio::test]
async fn an_account_is_throttled_wherever_the_tries_come_from() {
    let (world, _) = World::of_ada().await;
    for name in ["ada", "nobody"] {
        for host in 1..=10 {
            let address = Some(format!("198.51.100.{host}"));
            let origin = Origin {
                address,
                user_agent: None,
            };
            let refused = world.service.log_in(name, "wrong password", origin).await;
            assert!(matches!(refused, Err(LogInError::WrongCredentials)));
        }
        assert!(is_throttled(&world.log_in(name, PASSWORD).await), "{name}");
    }
}

#[tokio::test]
async fn an_address_is_throttled_whichever_account_it_tries() {
    let (world, _) = World::of_ada().await;
    for n in 0..10 {
        fail(&world, &format!("user-{n}x"), 1).await;
    }
    assert!(is_throttled(&world.log_in("ada", PASSWORD).await));
    let elsewhere = Origin {
        address: Some("203.0.113.7".to_owned()),
        user_agent: None,
    };
    world
        .service
        .log_in("ada", PASSWORD, elsewhere)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_right_password_makes_the_account_start_afresh() {
    let (world, _) = World::of_ada().await;
    for _ in 0..3 {
        for host in 1..=9 {
            let address = Some(format!("198.51.100.{host}"));
            let origin = Origin {
                address,
                user_agent: None,
            };
            world
                .service
                .log_in("ada", "wrong password", origin)
                .await
                .unwrap_err();
        }
        world.log_in("ada", PASSWORD).await.unwrap();
    }
}

#[tokio::test]
async fn the_owner_can_switch_the_throttle_off() {
    let policy = Policy {
        throttle: false,
        ..Policy::default()
    };
    let (world, _) = World::of_ada_with(policy).await;
    fail(&world, "ada", 50).await;
    world.log_in("ada", PASSWORD).await.unwrap();
}
