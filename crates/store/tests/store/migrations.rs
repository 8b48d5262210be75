use crate::site::{Site, on_both};

on_both!(unmigrated: every_step_is_taken_once, many_processes_migrate_at_once);

async fn every_step_is_taken_once(site: Site) {
    let before = site.store.migrations().await.unwrap();
    assert!(before.applied.is_empty(), "{before:?}");
    site.store.migrate().await.unwrap();
    let after = site.store.migrations().await.unwrap();
    assert_eq!(after.applied, before.pending);
    site.store.migrate().await.unwrap();
    assert_eq!(site.store.migrations().await.unwrap(), after);
}

async fn many_processes_migrate_at_once(site: Site) {
    let mut migrating = Vec::new();
    for _ in 0..4 {
        let another = site.another();
        migrating.push(tokio::spawn(async move { another.await.migrate().await }));
    }
    for one in migrating {
        one.await.unwrap().unwrap();
    }
    let after = site.store.migrations().await.unwrap();
    assert!(after.pending.is_empty(), "{after:?}");
}
