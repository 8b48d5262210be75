use std::sync::Arc;

use crate::testing::{FakeStore, founder, new_user};
use crate::{Accent, AccentError, Settings, Workspace};

#[tokio::test]
async fn the_owner_chooses_the_colour_and_nobody_else() {
    let store = Arc::new(FakeStore::default());
    let workspace = Workspace::new(store.clone());
    assert_eq!(workspace.look_up().await.unwrap(), Accent::Leaf);

    let ben = new_user("ben").user;
    let refused = workspace.choose(Accent::Plum, &ben).await;
    assert!(matches!(refused, Err(AccentError::Forbidden)));
    assert_eq!(store.accent().await.unwrap(), None);

    let ada = founder("ada").user;
    workspace.choose(Accent::Plum, &ada).await.unwrap();
    assert_eq!(workspace.accent(), Accent::Plum);
    assert_eq!(workspace.look_up().await.unwrap(), Accent::Plum);
    assert_eq!(store.accent().await.unwrap(), Some(Accent::Plum));
}
