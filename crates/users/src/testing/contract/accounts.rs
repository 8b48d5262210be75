use std::sync::Arc;

use chrono::TimeDelta;
use tokio::task::JoinSet;

use crate::testing::{founder, new_user, now, stored};
use crate::{
    Availability, CreateUserError, DisplayName, NewUser, ProfileChange, ServerRole, Sessions,
    UserId, Username, Users,
};

/// How many come at once where only one can be served.
const CROWD: usize = 50;

type Created = Result<(), CreateUserError>;

async fn at_once(users: &Arc<dyn Users>, crowd: impl IntoIterator<Item = NewUser>) -> Vec<Created> {
    let mut tasks = JoinSet::new();
    for new in crowd {
        let users = users.clone();
        tasks.spawn(async move { users.create(new).await });
    }
    tasks.join_all().await
}

pub async fn of_many_first_accounts_one_founds_the_server(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    assert!(!users.founded().await.unwrap());
    let created = at_once(&users, (0..CROWD).map(|n| founder(&format!("first{n}x")))).await;
    assert_eq!(created.iter().filter(|created| created.is_ok()).count(), 1);
    let refused = created.iter().filter_map(|created| created.as_ref().err());
    for error in refused {
        assert!(
            matches!(error, CreateUserError::AlreadyFounded),
            "{error:?}"
        );
    }
    assert!(users.founded().await.unwrap());
    let everyone = users.directory("", 200).await.unwrap();
    assert_eq!(everyone.len(), 1);
    assert_eq!(everyone[0].role, ServerRole::Owner);
}

pub async fn a_founded_server_is_not_founded_again(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    users.create(founder("ada")).await.unwrap();
    let again = users.create(founder("ben")).await;
    assert!(matches!(again, Err(CreateUserError::AlreadyFounded)));
}

pub async fn a_later_account_needs_a_founder(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    let early = users.create(new_user("ada")).await;
    assert!(matches!(early, Err(CreateUserError::NotFounded)));
    assert!(!users.founded().await.unwrap());
}

pub async fn a_username_is_taken_once(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    users.create(founder("ada")).await.unwrap();
    let again = users.create(new_user("Ada")).await;
    assert!(matches!(again, Err(CreateUserError::UsernameTaken)));
}

pub async fn of_many_accounts_of_one_name_one_is_made(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    users.create(founder("ada")).await.unwrap();
    let created = at_once(&users, (0..CROWD).map(|_| new_user("ben"))).await;
    assert_eq!(created.iter().filter(|created| created.is_ok()).count(), 1);
    assert_eq!(users.directory("", 200).await.unwrap().len(), 2);
}

pub async fn a_name_that_looks_like_another_is_taken(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    users.create(founder("coco")).await.unwrap();
    let cyrillic = users.create(new_user("сосо")).await;
    assert!(matches!(cyrillic, Err(CreateUserError::UsernameTaken)));
}

pub async fn a_refused_account_leaves_nothing(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    users.create(founder("ada")).await.unwrap();
    let mut twin = new_user("ada");
    twin.password = stored("another");
    let id = twin.user.id;
    users.create(twin).await.unwrap_err();
    assert_eq!(users.find(id).await.unwrap(), None);
    let (_, hash) = users
        .credentials(&Username::sought("ada"))
        .await
        .unwrap()
        .unwrap();
    assert!(hash == stored("hash"));
}

pub async fn an_account_is_read_back_as_it_was_made(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    let mut ada = founder("ada");
    ada.user.display_name = DisplayName::parse("Ada 名 Lovelace").unwrap();
    ada.user.status = Some("O'Brien; --".to_owned());
    users.create(ada.clone()).await.unwrap();
    let mut bot = new_user("bot");
    (bot.user.bot, bot.user.role) = (true, ServerRole::Admin);
    bot.user.created_at += TimeDelta::milliseconds(678);
    users.create(bot.clone()).await.unwrap();
    for new in [ada, bot] {
        let found = users.find(new.user.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&new.user));
        let (user, hash) = users
            .credentials(&new.user.username)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(user, new.user);
        assert!(hash == new.password);
    }
}

pub async fn nobody_is_found_by_an_unknown_id_or_name(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    users.create(founder("ada")).await.unwrap();
    assert_eq!(users.find(new_user("ben").user.id).await.unwrap(), None);
    for name in ["ben", "ad", "adaa", "%", "Ada' OR '1'='1"] {
        let found = users.credentials(&Username::sought(name)).await.unwrap();
        assert!(found.is_none(), "{name}");
    }
}

pub async fn a_password_is_replaced_only_if_it_is_still_the_old_one(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let (ada, ben) = (founder("ada"), new_user("ben"));
    let (id, other): (UserId, UserId) = (ada.user.id, ben.user.id);
    users.create(ada).await.unwrap();
    users.create(ben).await.unwrap();
    let (old, new, late) = (stored("hash"), stored("new"), stored("late"));
    assert!(users.replace_password(id, &old, &new).await.unwrap());
    assert!(!users.replace_password(id, &old, &late).await.unwrap());
    assert!(
        !users
            .replace_password(new_user("x").user.id, &old, &late)
            .await
            .unwrap()
    );
    let hash = |user: crate::User| {
        let users = users.clone();
        async move { users.credentials(&user.username).await.unwrap().unwrap().1 }
    };
    assert!(hash(users.find(id).await.unwrap().unwrap()).await == new);
    assert!(hash(users.find(other).await.unwrap().unwrap()).await == old);
}

pub async fn of_many_new_passwords_one_replaces_the_old(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let ada = founder("ada");
    users.create(ada.clone()).await.unwrap();
    let mut tasks = JoinSet::new();
    for n in 0..CROWD {
        let (users, id, old) = (users.clone(), ada.user.id, ada.password.clone());
        tasks.spawn(async move {
            let new = stored(&n.to_string());
            let replaced = users.replace_password(id, &old, &new).await.unwrap();
            replaced.then_some(new)
        });
    }
    let replaced: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let credentials = users.credentials(&ada.user.username).await.unwrap();
    assert!(replaced == [credentials.unwrap().1]);
}

pub async fn a_profile_changes_only_where_it_is_told_to(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let (ada, ben) = (founder("ada"), new_user("ben"));
    users.create(ada.clone()).await.unwrap();
    users.create(ben.clone()).await.unwrap();
    let change = |change: ProfileChange| {
        let (users, id) = (users.clone(), ada.user.id);
        async move { users.change_profile(id, &change).await.unwrap().unwrap() }
    };
    let display_name = DisplayName::parse("Countess").unwrap();
    let mut expected = ada.user.clone();

    expected.display_name = display_name.clone();
    let named = change(ProfileChange {
        display_name: Some(display_name),
        ..ProfileChange::default()
    })
    .await;
    assert_eq!(named, expected);

    expected.status = Some("computing".to_owned());
    let busy = change(ProfileChange {
        status: Some(expected.status.clone()),
        ..ProfileChange::default()
    });
    assert_eq!(busy.await, expected);

    assert_eq!(change(ProfileChange::default()).await, expected);

    expected.status = None;
    let free = change(ProfileChange {
        status: Some(None),
        ..ProfileChange::default()
    })
    .await;
    assert_eq!(free, expected);
    assert_eq!(users.find(ada.user.id).await.unwrap(), Some(expected));
    assert_eq!(users.find(ben.user.id).await.unwrap(), Some(ben.user));
}

pub async fn a_status_ends_once(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    let ada = founder("ada");
    users.create(ada.clone()).await.unwrap();
    let (minute, end) = (TimeDelta::minutes(1), now() + TimeDelta::minutes(5));
    let lunch = ProfileChange {
        status: Some(Some("lunch".to_owned())),
        status_until: Some(Some(end)),
        dnd_until: Some(Some(end + minute)),
        away: Some(true),
        ..ProfileChange::default()
    };
    let changed = users.change_profile(ada.user.id, &lunch).await.unwrap();
    let expected = Availability {
        status_until: Some(end),
        dnd_until: Some(end + minute),
        away: true,
    };
    assert_eq!(changed.unwrap().availability, expected);
    let expired = async |after, until| users.expired(after, until).await.unwrap();
    assert_eq!(expired(end - minute, end - minute).await, []);
    assert_eq!(expired(end - minute, end).await, [ada.user.id]);
    assert_eq!(expired(end, end + minute).await, []);
    let for_good = ProfileChange {
        status_until: Some(None),
        dnd_until: Some(None),
        away: Some(false),
        ..ProfileChange::default()
    };
    let changed = users.change_profile(ada.user.id, &for_good).await.unwrap();
    assert_eq!(changed.unwrap().availability, Availability::default());
    assert_eq!(expired(end - minute, end).await, []);
}

pub async fn an_unknown_profile_is_not_changed(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    let change = ProfileChange {
        status: Some(Some("here".to_owned())),
        ..ProfileChange::default()
    };
    let changed = users
        .change_profile(new_user("ben").user.id, &change)
        .await
        .unwrap();
    assert_eq!(changed, None);
}
