use tokio::task::JoinSet;
use whatscrap_rooms::{NotificationLevel, Role};
use whatscrap_users::testing::now;
use whatscrap_users::{SessionId, UserId};

use super::{Ports, fresh, minutes, new_subscription};
use crate::notify::{
    Listener, NewSubscription, SUBSCRIPTIONS_PER_USER, SubscribeError, Subscription,
};

pub async fn a_subscription_is_read_back_as_it_was_made(ports: Ports) {
    let ada = ports.person("ada").await;
    let session = ports.session(ada).await;
    let long = format!("https://push.example.com/{}", "x".repeat(2_000));
    let new = new_subscription(ada, session, &long);
    assert_eq!(ports.subscriptions.add(&new).await.unwrap(), None);
    let kept = Subscription {
        id: new.id,
        user: ada,
        session,
        endpoint: long,
        keys: new.keys,
        created_at: new.created_at,
        origin: new.origin.clone(),
        user_agent: Some("Mozilla/5.0".to_owned()),
    };
    assert_eq!(ports.subscriptions.list(&[ada]).await.unwrap(), [kept]);
}

pub async fn an_endpoint_is_kept_once_and_the_latest_has_it(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let (hers, his) = (ports.session(ada).await, ports.session(ben).await);
    let endpoint = "https://push.example.com/shared";
    let add = async |user, session| {
        let new = new_subscription(user, session, endpoint);
        ports.subscriptions.add(&new).await.unwrap()
    };
    assert_eq!(add(ada, hers).await, None);
    assert_eq!(add(ada, hers).await, None);
    assert_eq!(ports.endpoints(ada).await, [endpoint]);
    assert_eq!(add(ben, his).await, Some(ada));
    assert_eq!(ports.endpoints(ada).await, [""; 0]);
    assert_eq!(ports.endpoints(ben).await, [endpoint]);
}

pub async fn devices_of_many_are_listed_together_each_persons_oldest_first(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let cleo = ports.person("cleo").await;
    for (user, number) in [(ben, 1), (ada, 2), (ben, 3), (cleo, 4)] {
        let session = ports.session(user).await;
        let endpoint = format!("https://push.example.com/{number}");
        let new = NewSubscription {
            created_at: minutes(number),
            ..new_subscription(user, session, &endpoint)
        };
        ports.subscriptions.add(&new).await.unwrap();
    }
    let of = async |users: &[UserId]| {
        let listed = ports.subscriptions.list(users).await.unwrap();
        let of = |user| {
            let theirs = listed.iter().filter(move |one| one.user == user);
            theirs.map(|one| one.endpoint.as_str().to_owned())
        };
        (
            of(ada).collect::<Vec<_>>(),
            of(ben).collect::<Vec<_>>(),
            listed.len(),
        )
    };
    let endpoint = |number: u8| format!("https://push.example.com/{number}");
    let both = of(&[ada, ben]).await;
    assert_eq!(both, (vec![endpoint(2)], vec![endpoint(1), endpoint(3)], 3));
    assert_eq!(of(&[]).await.2, 0);
}

pub async fn of_many_at_once_no_more_are_kept_than_a_person_may_have(ports: Ports) {
    let ada = ports.person("ada").await;
    let session = ports.session(ada).await;
    let mut adding = JoinSet::new();
    for number in 0..SUBSCRIPTIONS_PER_USER + 8 {
        let subscriptions = ports.subscriptions.clone();
        let endpoint = format!("https://push.example.com/{number}");
        adding.spawn(async move {
            let new = new_subscription(ada, session, &endpoint);
            match subscriptions.add(&new).await {
                Ok(_) => 1,
                Err(SubscribeError::TooMany) => 0,
                Err(error) => panic!("{error}"),
            }
        });
    }
    let added: u64 = adding.join_all().await.into_iter().sum();
    assert_eq!(added, SUBSCRIPTIONS_PER_USER);
    let kept = ports.endpoints(ada).await;
    assert_eq!(kept.len() as u64, SUBSCRIPTIONS_PER_USER);
    // One that is there already may come again.
    let again = new_subscription(ada, session, &kept[0]);
    ports.subscriptions.add(&again).await.unwrap();
}

pub async fn a_subscription_is_forgotten_only_by_its_own_person(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let session = ports.session(ada).await;
    let (one, two) = ("https://push.example.com/1", "https://push.example.com/2");
    let first = new_subscription(ada, session, one);
    ports.subscriptions.add(&first).await.unwrap();
    let second = new_subscription(ada, session, two);
    ports.subscriptions.add(&second).await.unwrap();
    assert!(!ports.subscriptions.remove(ben, one).await.unwrap());
    assert!(!ports.subscriptions.forget(ben, first.id).await.unwrap());
    assert!(ports.subscriptions.forget(ada, first.id).await.unwrap());
    assert!(!ports.subscriptions.forget(ada, first.id).await.unwrap());
    assert_eq!(ports.endpoints(ada).await, [two]);
    assert!(ports.subscriptions.remove(ada, two).await.unwrap());
    assert!(!ports.subscriptions.remove(ada, two).await.unwrap());
    assert_eq!(ports.endpoints(ada).await, [""; 0]);
}

pub async fn whoever_ends_a_session_ends_its_subscriptions(ports: Ports) {
    let ada = ports.person("ada").await;
    let mut sessions = Vec::new();
    for number in 0..4 {
        let session = ports.session(ada).await;
        let endpoint = format!("https://push.example.com/{number}");
        let new = new_subscription(ada, session, &endpoint);
        ports.subscriptions.add(&new).await.unwrap();
        sessions.push(session);
    }
    ports.sessions.end(ada, sessions[0]).await.unwrap();
    assert_eq!(ports.endpoints(ada).await.len(), 3);
    let kept = Some(sessions[2]);
    ports.sessions.end_others(ada, kept).await.unwrap();
    assert_eq!(ports.endpoints(ada).await, ["https://push.example.com/2"]);
    ports.sessions.prune(minutes(600)).await.unwrap();
    assert_eq!(ports.endpoints(ada).await, [""; 0]);
}

pub async fn a_session_that_ended_subscribes_nothing(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let (hers, his) = (ports.session(ada).await, ports.session(ben).await);
    ports.sessions.end(ada, hers).await.unwrap();
    for session in [hers, his, SessionId(fresh())] {
        let new = new_subscription(ada, session, "https://push.example.com/x");
        let refused = ports.subscriptions.add(&new).await.unwrap_err();
        assert!(matches!(refused, SubscribeError::SessionEnded), "{refused}");
    }
    assert_eq!(ports.endpoints(ada).await, [""; 0]);
}

pub async fn who_listens_to_a_room_is_in_it_and_has_a_device(ports: Ports) {
    let (ada, ben) = (ports.person("ada").await, ports.person("ben").await);
    let cleo = ports.person("cleo").await;
    let room = ports.room(ada).await;
    ports
        .rooms
        .join(room, ben, Role::Member, now())
        .await
        .unwrap();
    for (number, user) in [ben, ben, cleo].into_iter().enumerate() {
        let session = ports.session(user).await;
        let endpoint = format!("https://push.example.com/{number}");
        let new = new_subscription(user, session, &endpoint);
        ports.subscriptions.add(&new).await.unwrap();
    }
    let listeners = async || ports.subscriptions.listeners(room).await.unwrap();
    let usual = Listener {
        user: ben,
        level: None,
    };
    assert_eq!(listeners().await, [usual]);
    ports
        .rooms
        .set_notifications(room, ben, Some(NotificationLevel::Mentions))
        .await
        .unwrap();
    let listener = Listener {
        user: ben,
        level: Some(NotificationLevel::Mentions),
    };
    assert_eq!(listeners().await, [listener]);
    ports.rooms.leave(room, ben).await.unwrap();
    assert_eq!(listeners().await, []);
}
