use std::sync::Arc;

use tokio::task::AbortHandle;
use whatscrap_kernel::{ManualClock, SequentialIds};
use whatscrap_messages::mentions::Mentions;
use whatscrap_messages::notify::{Delivery, Entry};
use whatscrap_messages::testing::notify::{FakeDevices, RecordingPusher, new_subscription};
use whatscrap_messages::testing::{FakeAttention, new_message, posted};
use whatscrap_messages::{MessageId, Quote};
use whatscrap_rooms::testing::{FakeRooms, MockRooms, new_room};
use whatscrap_rooms::{NotificationLevel, Role};
use whatscrap_users::testing::{FakeStore, MockUsers, founder, new_session, new_user, now};
use whatscrap_users::{Preferences, PreferencesChange, Sessions, User};

use super::*;

/// A room of Ada, and Ben, who has a device; time moves when nobody does anything.
struct Scene {
    ports: Ports,
    sessions: Arc<dyn Sessions>,
    attention: Arc<FakeAttention>,
    pusher: Arc<RecordingPusher>,
    feed: Feed,
    running: AbortHandle,
    ada: User,
    ben: User,
    room: RoomId,
    seq: u64,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Scene {
    async fn new() -> Self {
        let accounts = Arc::new(FakeStore::default());
        let users: Arc<dyn Users> = accounts.clone();
        let sessions: Arc<dyn Sessions> = accounts;
        let rooms: Arc<dyn Rooms> = Arc::new(FakeRooms::new(users.clone()));
        let devices = FakeDevices::new(users.clone(), sessions.clone(), rooms.clone());
        let devices = Arc::new(devices);
        let (attention, pusher) = (Arc::<FakeAttention>::default(), Arc::default());
        let pusher: Arc<RecordingPusher> = pusher;
        let ports = Ports {
            subscriptions: devices.clone(),
            log: devices,
            pusher: pusher.clone(),
            rooms,
            users,
            attention: attention.clone(),
            clock: Arc::new(ManualClock::default()),
            ids: Arc::new(SequentialIds::default()),
        };
        let (ada, ben) = (founder("ada"), new_user("ben"));
        let people = (ada.user.clone(), ben.user.clone());
        ports.users.create(ada).await.unwrap();
        ports.users.create(ben).await.unwrap();
        let room = new_room("Plans", people.0.id);
        ports.rooms.create(&room).await.unwrap();
        let place = ports
            .rooms
            .join(room.room.id, people.1.id, Role::Member, now());
        place.await.unwrap();
        let (feed, inbox) = feed();
        let running = tokio::spawn(Notifier::new(inbox, ports.clone()).run()).abort_handle();
        let scene = Self {
            ports,
            sessions,
            attention,
            pusher,
            feed,
            running,
            ada: people.0,
            ben: people.1,
            room: room.room.id,
            seq: 0,
        };
        scene.subscribes("https://push.example.com/1").await;
        scene
    }

    /// Ben has another device.
    async fn subscribes(&self, endpoint: &str) {
        let session = new_session(self.ben.id);
        self.sessions.open(&session).await.unwrap();
        let new = new_subscription(self.ben.id, session.session.id, endpoint);
        self.ports.subscriptions.add(&new).await.unwrap();
        self.feed.take(&Event::Devices { user: self.ben.id });
    }

    /// Ada says something, perhaps to Ben by name.
    fn says(&mut self, body: &str) -> u64 {
        self.seq += 1;
        let new = new_message(self.room, self.ada.id, body);
        let mut message = posted(new, self.ada.clone(), self.seq);
        if body.contains("@ben") {
            message.mentions = Mentions {
                people: vec![(self.ben.username.clone(), self.ben.id)],
                call: None,
            };
        }
        let run = vec![Arc::new(message)];
        self.feed.take(&Event::Messages(self.room, run));
        self.seq
    }

    /// A message of Ada changes.
    fn changes(&self, seq: u64, body: &str, change: impl FnOnce(&mut Message)) -> Arc<Message> {
        let new = new_message(self.room, self.ada.id, body);
        let mut message = posted(new, self.ada.clone(), seq);
        change(&mut message);
        let message = Arc::new(message);
        let run = vec![message.clone()];
        self.feed.take(&Event::Messages(self.room, run));
        message
    }

    async fn chooses(&self, level: NotificationLevel) {
        let (room, user) = (self.room, self.ben.id);
        let set = self.ports.rooms.set_notifications(room, user, Some(level));
        set.await.unwrap();
        let changed = RoomEvent::PlaceChanged { room, user };
        self.feed.take(&Event::Room(changed));
    }

    fn read(&self, seq: u64) {
        self.feed.take(&Event::Read {
            room: self.room,
            user: self.ben.id,
            seq,
            others: Vec::new(),
        });
    }

    /// What was noted of Ben once there is so much, the earliest first.
    async fn noted(&self, count: usize) -> Vec<Entry> {
        let noted = async {
            let mut ticks = every(TICK);
            loop {
                ticks.tick().await;
                let mut entries = self.ports.log.recent(self.ben.id, 100).await.unwrap();
                if entries.len() >= count {
                    entries.reverse();
                    return entries;
                }
            }
        };
        let noted = tokio::time::timeout(Duration::from_mins(1), noted).await;
        noted.expect("it is noted in time")
    }

    async fn prefers(&self, change: PreferencesChange) {
        let changed = self.ports.users.change_preferences(self.ben.id, &change);
        let _: Option<Preferences> = changed.await.unwrap();
    }
}

/// The clock is paused, and moves when everything has come to rest.
#[expect(clippy::disallowed_methods, reason = "this moves the clock")]
async fn half_a_minute() {
    tokio::time::sleep(Duration::from_secs(30)).await;
}

#[tokio::test(start_paused = true)]
async fn who_looks_elsewhere_is_told_on_every_device() {
    let mut scene = Scene::new().await;
    scene.subscribes("https://push.example.com/2").await;
    scene.says("hello");
    let pushes = scene.pusher.hears(2).await;
    for (user, push) in pushes {
        assert_eq!(user, scene.ben.id);
        assert_eq!(
            (push.title.as_str(), push.body.as_str()),
            ("ada in Plans", "hello")
        );
        assert_eq!((push.seq, push.count), (1, 1));
    }
    let entry = scene.noted(1).await.remove(0);
    assert_eq!(
        (entry.rule, entry.seq, entry.outcomes.len()),
        (Rule::LevelAll, 1, 2)
    );
    assert_eq!(entry.outcomes[0].result, "taken by the push service");
}

#[tokio::test(start_paused = true)]
async fn what_follows_at_once_is_told_together_and_the_name_counts_most() {
    let mut scene = Scene::new().await;
    for body in ["one", "two", "three @ben", "four"] {
        scene.says(body);
    }
    let pushes = scene.pusher.hears(2).await;
    let (first, second) = (&pushes[0].1, &pushes[1].1);
    assert_eq!((first.seq, first.count), (1, 1));
    assert_eq!((second.seq, second.count), (3, 3));
    assert_eq!(second.title, "ada mentioned you in Plans");
    let entries = scene.noted(2).await;
    assert_eq!(
        (entries[1].seq, entries[1].count, entries[1].rule),
        (2, 3, Rule::Named)
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_looks_or_has_read_is_not_told() {
    let mut scene = Scene::new().await;
    scene.attention.arrives(scene.ben.id, Some(scene.room));
    scene.says("seen");
    scene.says("seen as well");
    let entries = scene.noted(1).await;
    assert_eq!((entries[0].rule, entries[0].count), (Rule::Looking, 2));
    assert_eq!(scene.pusher.pushes(), []);
    // An open tab that is not looked at swallows nothing.
    scene.attention.arrives(scene.ben.id, None);
    scene.says("not seen");
    scene.pusher.hears(1).await;
    let seq = scene.says("read before it is told");
    scene.read(seq);
    scene.noted(2).await;
    half_a_minute().await;
    assert_eq!(scene.pusher.pushes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_chosen_holds_for_the_next_message() {
    let mut scene = Scene::new().await;
    let chooses = async |scene: &Scene, level| {
        let (room, user) = (scene.room, scene.ben.id);
        let set = scene.ports.rooms.set_notifications(room, user, level);
        set.await.unwrap();
        let changed = RoomEvent::PlaceChanged { room, user };
        scene.feed.take(&Event::Room(changed));
    };
    chooses(&scene, Some(NotificationLevel::Nothing)).await;
    scene.says("@ben");
    assert_eq!(scene.noted(1).await[0].rule, Rule::LevelNothing);
    chooses(&scene, Some(NotificationLevel::Mentions)).await;
    scene.says("hello");
    assert_eq!(scene.noted(2).await[1].rule, Rule::LevelMentions);
    scene.says("@ben");
    let told = scene.pusher.hears(1).await.remove(0).1;
    assert_eq!(told.title, "ada mentioned you in Plans");
    chooses(&scene, None).await;
    let nothing = PreferencesChange {
        level: Some(NotificationLevel::Nothing),
        ..PreferencesChange::default()
    };
    scene.prefers(nothing).await;
    scene.noted(3).await;
    half_a_minute().await;
    scene.says("hello");
    assert_eq!(scene.noted(4).await[3].rule, Rule::LevelNothing);
}

#[tokio::test(start_paused = true)]
async fn a_device_that_is_gone_is_forgotten_and_the_room_falls_silent() {
    let mut scene = Scene::new().await;
    scene.pusher.answers(Delivery::Gone);
    scene.says("hello");
    let entry = scene.noted(1).await.remove(0);
    assert!(
        entry.outcomes[0].result.contains("was removed"),
        "{entry:?}"
    );
    assert_eq!(
        scene
            .ports
            .subscriptions
            .list(&[scene.ben.id])
            .await
            .unwrap(),
        []
    );
    scene.feed.take(&Event::Devices { user: scene.ben.id });
    scene.says("nobody hears this");
    half_a_minute().await;
    scene.says("nor this, which is not even looked at");
    assert_eq!(scene.pusher.pushes().len(), 1);
    assert_eq!(scene.noted(1).await.len(), 1);
    // Until there is a device again.
    scene.subscribes("https://push.example.com/3").await;
    scene.says("hello again");
    assert_eq!(scene.pusher.hears(2).await[1].1.body, "hello again");
}

#[tokio::test(start_paused = true)]
async fn whoever_left_hears_no_more() {
    let mut scene = Scene::new().await;
    scene.says("hello");
    scene.pusher.hears(1).await;
    // The notifier has not been told of it yet.
    let left = scene.ports.rooms.leave(scene.room, scene.ben.id);
    left.await.unwrap();
    scene.says("secret");
    half_a_minute().await;
    assert_eq!(scene.pusher.pushes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_new_is_not_told_again() {
    let mut scene = Scene::new().await;
    scene.says("hello");
    scene.pusher.hears(1).await;
    half_a_minute().await;
    scene.seq = 0;
    scene.says("hello, changed");
    half_a_minute().await;
    assert_eq!(scene.pusher.pushes().len(), 1);
}

/// However many people of a room have devices, what they want is read by three statements.
#[tokio::test(start_paused = true)]
async fn a_thousand_people_are_read_together() {
    const PEOPLE: usize = 1_000;
    let scene = Scene::new().await;
    let (ada, room) = (scene.ada.clone(), scene.room);
    for number in 1..PEOPLE {
        let new = new_user(&format!("guest{number}"));
        let user = new.user.id;
        scene.ports.users.create(new).await.unwrap();
        let session = new_session(user);
        scene.sessions.open(&session).await.unwrap();
        let endpoint = format!("https://push.example.com/{user:?}");
        let new = new_subscription(user, session.session.id, &endpoint);
        scene.ports.subscriptions.add(&new).await.unwrap();
        let place = scene.ports.rooms.join(room, user, Role::Member, now());
        place.await.unwrap();
    }
    // Whatever else is asked of these is a panic.
    let (mut users, mut rooms) = (MockUsers::new(), MockRooms::new());
    let real = scene.ports.users.clone();
    let found: Vec<_> = real.directory("", u32::MAX).await.unwrap();
    let found: Vec<_> = found
        .into_iter()
        .map(|user| (user, Preferences::default()))
        .collect();
    users
        .expect_find_all()
        .withf(|users| users.len() == PEOPLE)
        .times(1)
        .return_once(move |_| Ok(found));
    let this = new_room("Plans", ada.id).room;
    let this = whatscrap_rooms::Room { id: room, ..this };
    rooms
        .expect_find()
        .times(1)
        .return_once(move |_| Ok(Some(this)));
    rooms
        .expect_inside()
        .withf(|_, users| users.len() == PEOPLE)
        .times(1)
        .returning(|_, users| Ok(users.to_vec()));
    let ports = Ports {
        users: Arc::new(users),
        rooms: Arc::new(rooms),
        ..scene.ports.clone()
    };
    let (feed, inbox) = feed();
    let running = tokio::spawn(Notifier::new(inbox, ports).run());
    let message = posted(new_message(room, ada.id, "hello"), ada, 1);
    feed.take(&Event::Messages(room, vec![Arc::new(message)]));
    scene.pusher.hears(PEOPLE).await;
    drop(feed);
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_answered_is_told_also_where_only_mentions_count() {
    let mut scene = Scene::new().await;
    scene.chooses(NotificationLevel::Mentions).await;
    scene.seq += 1;
    let quote = Quote {
        id: MessageId(whatscrap_kernel::Uuid::max()),
        seq: 1,
        author: scene.ben.username.clone(),
        excerpt: "what?".to_owned(),
    };
    scene.changes(scene.seq, "that", |message| message.reply_to = Some(quote));
    let told = scene.pusher.hears(1).await.remove(0).1;
    assert_eq!(told.title, "ada replied to you in Plans");
    assert_eq!(scene.noted(1).await[0].rule, Rule::Answered);
}

#[tokio::test(start_paused = true)]
async fn whom_an_edit_names_is_told_once() {
    let mut scene = Scene::new().await;
    scene.chooses(NotificationLevel::Mentions).await;
    let seq = scene.says("hello");
    scene.noted(1).await;
    let named = Mentions {
        people: vec![(scene.ben.username.clone(), scene.ben.id)],
        call: None,
    };
    for before in [Mentions::default(), named.clone()] {
        let message = scene.changes(seq, "hello @ben", |message| {
            message.edited_at = Some(now());
            message.mentions = named.clone();
        });
        scene
            .feed
            .take(&Event::Renamed(Renamed { message, before }));
        half_a_minute().await;
    }
    let pushes = scene.pusher.pushes();
    assert_eq!(pushes.len(), 1);
    assert_eq!(pushes[0].1.body, "hello @ben");
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_is_withdrawn_and_never_told() {
    let mut scene = Scene::new().await;
    let shown = scene.says("a secret");
    scene.pusher.hears(1).await;
    let waiting = scene.says("another secret");
    for seq in [shown, waiting] {
        scene.changes(seq, "gone", |message| message.deleted_at = Some(now()));
    }
    half_a_minute().await;
    assert_eq!(scene.pusher.pushes().len(), 1);
    let elsewhere = new_room("Elsewhere", scene.ada.id);
    scene.ports.rooms.create(&elsewhere).await.unwrap();
    scene.room = elsewhere.room.id;
    let joined = scene
        .ports
        .rooms
        .join(scene.room, scene.ben.id, Role::Member, now());
    joined.await.unwrap();
    scene.says("hello");
    let push = scene.pusher.hears(2).await.remove(1).1;
    assert_eq!(
        push.read.len(),
        1,
        "the notification of the other room goes"
    );
}

#[tokio::test(start_paused = true)]
async fn what_waits_beside_a_deleted_message_is_told() {
    let mut scene = Scene::new().await;
    scene.says("one");
    scene.pusher.hears(1).await;
    scene.says("two");
    scene.says("three");
    let named = scene.says("@ben, a secret");
    for seq in [named, named - 1] {
        scene.changes(seq, "gone", |message| message.deleted_at = Some(now()));
    }
    let push = scene.pusher.hears(2).await.remove(1).1;
    assert_eq!(push.body, "two");
    assert_eq!(scene.noted(2).await[1].count, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_edited_before_it_is_told_is_told_as_it_is_now() {
    let mut scene = Scene::new().await;
    scene.says("one");
    scene.pusher.hears(1).await;
    let seq = scene.says("teh second");
    scene.changes(seq, "the second", |message| message.edited_at = Some(now()));
    let push = scene.pusher.hears(2).await.remove(1).1;
    assert_eq!(push.body, "the second");
}
