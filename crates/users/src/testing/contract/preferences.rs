use std::sync::Arc;

use tokio::task::JoinSet;

use crate::testing::{founder, new_session, new_user};
use crate::{Density, Preferences, PreferencesChange, Sessions, Theme, Users};

fn dark() -> PreferencesChange {
    PreferencesChange {
        theme: Some(Theme::Dark),
        ..PreferencesChange::default()
    }
}

pub async fn preferences_begin_as_the_defaults_and_change_field_by_field(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let (ada, ben) = (founder("ada"), new_user("ben"));
    let (id, other, nobody) = (ada.user.id, ben.user.id, new_user("x").user.id);
    users.create(ada).await.unwrap();
    users.create(ben).await.unwrap();
    let mut expected = Preferences::default();
    assert_eq!(users.preferences(id).await.unwrap(), Some(expected.clone()));

    expected.theme = Theme::Dark;
    let changed = users.change_preferences(id, &dark()).await.unwrap();
    assert_eq!(changed, Some(expected.clone()));

    let quiet = r#"{"quiet": {"from": "22:00", "to": "07:30", "time_zone": "Asia/Kolkata"}}"#;
    expected.quiet = Preferences::stored(quiet).quiet;
    assert!(expected.quiet.is_some());
    let change = PreferencesChange {
        quiet: Some(expected.quiet),
        ..PreferencesChange::default()
    };
    let changed = users.change_preferences(id, &change).await.unwrap();
    assert_eq!(changed, Some(expected.clone()));

    assert_eq!(users.preferences(id).await.unwrap(), Some(expected));
    let of_other = users.preferences(other).await.unwrap();
    assert_eq!(of_other, Some(Preferences::default()));
    assert_eq!(users.preferences(nobody).await.unwrap(), None);
    let changed = users.change_preferences(nobody, &dark()).await.unwrap();
    assert_eq!(changed, None);
}

pub async fn of_many_changes_of_preferences_none_undoes_another(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let ada = founder("ada");
    let id = ada.user.id;
    users.create(ada).await.unwrap();
    let changes = [
        dark(),
        PreferencesChange {
            density: Some(Density::Compact),
            ..PreferencesChange::default()
        },
        PreferencesChange {
            receipts: Some(false),
            ..PreferencesChange::default()
        },
        PreferencesChange {
            sound: Some(true),
            ..PreferencesChange::default()
        },
        PreferencesChange {
            single_keys: Some(false),
            ..PreferencesChange::default()
        },
    ];
    let mut expected = Preferences::default();
    let mut tasks = JoinSet::new();
    for change in changes {
        expected.apply(&change);
        let users = users.clone();
        tasks.spawn(async move { users.change_preferences(id, &change).await.unwrap() });
    }
    tasks.join_all().await;
    assert_eq!(users.preferences(id).await.unwrap(), Some(expected));
}

pub async fn a_login_carries_its_preferences(users: Arc<dyn Users>, sessions: Arc<dyn Sessions>) {
    let ada = founder("ada");
    let id = ada.user.id;
    users.create(ada).await.unwrap();
    let session = new_session(id);
    sessions.open(&session).await.unwrap();
    let login = async || sessions.find(&session.token).await.unwrap().unwrap();
    assert_eq!(login().await.preferences, Preferences::default());
    let changed = users.change_preferences(id, &dark()).await.unwrap();
    assert_eq!(Some(login().await.preferences), changed);
}

pub async fn accounts_are_found_together_with_what_their_owners_prefer(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let (ada, ben, cleo) = (founder("ada"), new_user("ben"), new_user("cleo"));
    let (first, second) = (ada.user.clone(), ben.user.clone());
    for new in [ada, ben, cleo] {
        users.create(new).await.unwrap();
    }
    let theirs = users.change_preferences(second.id, &dark()).await.unwrap();
    let nobody = new_user("x").user.id;
    let asked = [second.id, nobody, first.id, second.id];
    let mut found = users.find_all(&asked).await.unwrap();
    found.sort_by_key(|(user, _)| user.username.as_str().to_owned());
    let usual = (first, Preferences::default());
    assert_eq!(found, [usual, (second, theirs.unwrap())]);
    assert_eq!(users.find_all(&[]).await.unwrap(), []);
}
