use std::sync::Arc;

use tokio::task::JoinSet;

use crate::{Accent, Settings};

pub async fn the_accent_is_the_one_that_was_chosen_last(settings: Arc<dyn Settings>) {
    assert_eq!(settings.accent().await.unwrap(), None);
    for accent in [Accent::Sky, Accent::Clay, Accent::Clay] {
        settings.set_accent(accent).await.unwrap();
        assert_eq!(settings.accent().await.unwrap(), Some(accent));
    }
}

pub async fn of_many_choices_of_an_accent_one_holds(settings: Arc<dyn Settings>) {
    let mut tasks = JoinSet::new();
    for accent in Accent::ALL {
        let settings = settings.clone();
        tasks.spawn(async move { settings.set_accent(accent).await.unwrap() });
    }
    tasks.join_all().await;
    assert!(settings.accent().await.unwrap().is_some());
}
