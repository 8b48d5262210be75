use whatscrap_kernel::Limit;

use super::*;
use crate::testing::new_user;
use crate::{DisplayName, ProfileChange, UserEvent};

fn renamed(name: &str) -> ProfileChange {
    ProfileChange {
        display_name: Some(DisplayName::parse(name).unwrap()),
        ..ProfileChange::default()
    }
}

#[tokio::test]
async fn a_changed_profile_is_told_and_seen_at_once() {
    let (world, ada) = World::of_ada().await;
    assert!(world.who(&ada.secret).await.is_some());
    let id = ada.user.id;
    let changed = world
        .service
        .change_profile(id, &renamed("Countess"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(changed.display_name.as_str(), "Countess");
    assert_eq!(world.who(&ada.secret).await.unwrap().user, changed);
    assert_eq!(world.service.find(id).await.unwrap(), Some(changed));
    assert_eq!(
        world.events.take(),
        [UserEvent::ProfileChanged { user: id }]
    );
}

#[tokio::test]
async fn nobodys_profile_is_not_told() {
    let (world, _) = World::of_ada().await;
    let nobody = new_user("nobody").user.id;
    assert_eq!(
        world
            .service
            .change_profile(nobody, &renamed("X"))
            .await
            .unwrap(),
        None
    );
    assert_eq!(world.events.take(), []);
}

#[tokio::test]
async fn people_are_found_by_what_their_name_begins_with() {
    let (world, ada) = World::of_ada().await;
    let find = async |q: &str| world.service.directory(q, Limit::default()).await.unwrap();
    assert_eq!(find(" AD ").await, [ada.user]);
    assert_eq!(find("b").await, []);
}
