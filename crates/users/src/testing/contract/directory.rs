use std::sync::Arc;

use crate::testing::{founder, new_user};
use crate::{DisplayName, Sessions, Users};

/// Makes accounts of these usernames and display names; the first founds the server.
async fn people(users: &Arc<dyn Users>, people: &[(&str, &str)]) {
    for (place, (username, display_name)) in people.iter().enumerate() {
        let mut new = if place == 0 {
            founder(username)
        } else {
            new_user(username)
        };
        new.user.display_name = DisplayName::parse(display_name).expect("a display name");
        users.create(new).await.unwrap();
    }
}

async fn found(users: &Arc<dyn Users>, prefix: &str) -> Vec<String> {
    let found = users.directory(prefix, 200).await.unwrap();
    found
        .into_iter()
        .map(|user| user.username.as_str().to_owned())
        .collect()
}

pub async fn the_directory_is_in_the_order_of_usernames_and_bounded(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    people(
        &users,
        &[("cleo", "1"), ("ada", "3"), ("ben", "2"), ("émile", "0")],
    )
    .await;
    assert_eq!(found(&users, "").await, ["ada", "ben", "cleo", "émile"]);
    let two = users.directory("", 2).await.unwrap();
    let two: Vec<_> = two.iter().map(|user| user.username.as_str()).collect();
    assert_eq!(two, ["ada", "ben"]);
}

pub async fn the_order_of_usernames_is_that_of_their_characters(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    let sorted = ["a-z", "a.z", "a9", "a_z", "ab", "zoe", "ärger", "яна"];
    people(&users, &sorted.map(|name| (name, name))).await;
    assert_eq!(found(&users, "").await, sorted);
}

pub async fn the_directory_finds_what_begins_so_in_either_name(
    users: Arc<dyn Users>,
    _: Arc<dyn Sessions>,
) {
    people(
        &users,
        &[
            ("ada", "Countess"),
            ("cora", "Ada the Second"),
            ("ben", "Big Ada"),
        ],
    )
    .await;
    assert_eq!(found(&users, "ada").await, ["ada", "cora"]);
    assert_eq!(found(&users, "co").await, ["ada", "cora"]);
    assert_eq!(found(&users, "zoe").await, [""; 0]);
}

pub async fn the_directory_folds_case_beyond_ascii(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    people(&users, &[("ada", "ÉLODIE"), ("ben", "Ярослав")]).await;
    for prefix in ["élo", "ÉLO", "Élo"] {
        assert_eq!(found(&users, prefix).await, ["ada"], "{prefix}");
    }
    for prefix in ["ярО", "ЯРО"] {
        assert_eq!(found(&users, prefix).await, ["ben"], "{prefix}");
    }
    assert_eq!(found(&users, "BEN").await, ["ben"]);
}

pub async fn the_directory_takes_every_sign_as_it_is(users: Arc<dyn Users>, _: Arc<dyn Sessions>) {
    people(
        &users,
        &[
            ("ada_l", "100% Ada"),
            ("adaxl", "100 Adas"),
            ("ben", "O'Brien \"Ben\""),
            ("cleo", r"\o/"),
            ("dora", "%_"),
        ],
    )
    .await;
    assert_eq!(found(&users, "ada_").await, ["ada_l"]);
    assert_eq!(found(&users, "100%").await, ["ada_l"]);
    assert_eq!(found(&users, "o'brien \"").await, ["ben"]);
    assert_eq!(found(&users, r"\").await, ["cleo"]);
    assert_eq!(found(&users, "%").await, ["dora"]);
    assert_eq!(found(&users, "_").await, [""; 0]);
    assert_eq!(found(&users, "' OR 1=1 --").await, [""; 0]);
}
