use super::*;
use crate::service::RegistrationMode;
use crate::{
    PasswordError, RegisterError, ServerRole, SessionKind, Username, UsernameError, Users as _,
};

async fn register(world: &World, account: &NewAccount<'_>) -> Result<Opened, RegisterError> {
    world.service.register(account, home()).await
}

#[tokio::test]
async fn the_first_account_owns_the_server_and_is_logged_in() {
    let world = World::new(Policy::default());
    assert!(!world.service.founded().await.unwrap());
    let ada = world.service.set_up(&account("ada"), home()).await.unwrap();
    assert!(world.service.founded().await.unwrap());
    assert_eq!(ada.user.role, ServerRole::Owner);
    let login = world.who(&ada.secret).await.unwrap();
    assert_eq!((&login.user, &login.session), (&ada.user, &ada.session));
}

#[tokio::test]
async fn a_server_is_set_up_once() {
    let (world, _) = World::of_ada().await;
    let again = world.service.set_up(&account("ben"), home()).await;
    assert!(matches!(again, Err(RegisterError::AlreadyFounded)));
}

#[tokio::test]
async fn nobody_registers_before_the_owner() {
    let early = register(&World::new(Policy::default()), &account("ben")).await;
    assert!(matches!(early, Err(RegisterError::NotFounded)));
}

#[tokio::test]
async fn later_accounts_are_members_that_keep_where_they_came_from() {
    let (world, _) = World::of_ada().await;
    let ben = register(&world, &account("Ben")).await.unwrap();
    assert_eq!(ben.user.username, Username::parse("ben").unwrap());
    assert_eq!(ben.user.display_name.as_str(), "Ben");
    assert_eq!(ben.user.role, ServerRole::Member);
    assert_eq!(ben.session.kind, SessionKind::Browser);
    assert_eq!(
        (ben.session.address, ben.session.user_agent),
        (home().address, home().user_agent)
    );
    let named = NewAccount {
        display_name: Some("Cleo P."),
        ..account("cleo")
    };
    let cleo = register(&world, &named).await.unwrap();
    assert_eq!(cleo.user.display_name.as_str(), "Cleo P.");
}

#[tokio::test]
async fn what_is_no_account_is_refused() {
    let (world, _) = World::of_ada().await;
    let refused = async |account: NewAccount<'_>| register(&world, &account).await.unwrap_err();
    let error = refused(account("a b")).await;
    assert!(matches!(
        error,
        RegisterError::Username(UsernameError::Characters)
    ));
    let error = refused(NewAccount {
        password: "password1",
        ..account("ben")
    })
    .await;
    assert!(matches!(
        error,
        RegisterError::Password(PasswordError::Common)
    ));
    let error = refused(NewAccount {
        display_name: Some("\n"),
        ..account("ben")
    })
    .await;
    assert!(matches!(error, RegisterError::DisplayName(_)));
    for taken in ["ada", "ADA"] {
        assert!(matches!(
            refused(account(taken)).await,
            RegisterError::UsernameTaken
        ));
    }
}

#[tokio::test]
async fn the_owner_decides_who_can_register() {
    let policy = |registration| Policy {
        registration,
        ..Policy::default()
    };
    let (closed, _) = World::of_ada_with(policy(RegistrationMode::Closed)).await;
    assert!(matches!(
        register(&closed, &account("ben")).await,
        Err(RegisterError::Closed)
    ));
    let (invite, _) = World::of_ada_with(policy(RegistrationMode::Invite)).await;
    for code in [None, Some("guess")] {
        let refused = register(
            &invite,
            &NewAccount {
                invite: code,
                ..account("ben")
            },
        )
        .await;
        assert!(matches!(refused, Err(RegisterError::InviteRequired)));
    }
}

#[tokio::test]
async fn the_administrator_makes_accounts_whoever_can_register() {
    let registration = RegistrationMode::Closed;
    let world = World::new(Policy {
        registration,
        ..Policy::default()
    });
    let service = &world.service;
    let early = service
        .create_account(&account("ben"), ServerRole::Admin)
        .await;
    assert!(matches!(early, Err(RegisterError::NotFounded)));
    service
        .create_account(&account("ada"), ServerRole::Owner)
        .await
        .unwrap();
    let ben = service
        .create_account(&account("ben"), ServerRole::Admin)
        .await
        .unwrap();
    assert_eq!(
        world.store.find(ben.id).await.unwrap().unwrap().role,
        ServerRole::Admin
    );
    let second = service
        .create_account(&account("cleo"), ServerRole::Owner)
        .await;
    assert!(matches!(second, Err(RegisterError::AlreadyFounded)));
}
