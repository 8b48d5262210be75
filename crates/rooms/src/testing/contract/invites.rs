use std::sync::Arc;

use chrono::TimeDelta;
use whatscrap_users::testing::{new_user, now};
use whatscrap_users::{Admission, CreateUserError, NewUser, UserId, Users};

use super::{people, private, public};
use crate::{
    AcceptError, Invite, InviteCode, InviteError, Invites, MOST_INVITES, Role, RoomId, Rooms,
};

/// The ports that invitations are about.
pub struct Ports {
    /// The accounts.
    pub users: Arc<dyn Users>,
    /// The rooms.
    pub rooms: Arc<dyn Rooms>,
    /// The invitations.
    pub invites: Arc<dyn Invites>,
}

async fn made(
    ports: &Ports,
    room: Option<RoomId>,
    maker: UserId,
    max_uses: Option<u32>,
) -> InviteCode {
    let invite = Invite {
        code: InviteCode::generate().unwrap(),
        room,
        maker,
        created_at: now(),
        expires_at: now() + TimeDelta::days(1),
        max_uses,
        uses: 0,
    };
    ports.invites.create(&invite).await.unwrap();
    invite.code
}

async fn uses(ports: &Ports, code: &InviteCode) -> u32 {
    ports.invites.find(code).await.unwrap().unwrap().invite.uses
}

fn invited(name: &str, code: &InviteCode, required: bool) -> NewUser {
    NewUser {
        admission: Some(Admission {
            code: code.as_str().to_owned(),
            required,
        }),
        ..new_user(name)
    }
}

pub async fn an_invitation_is_read_back_as_it_was_made(ports: Ports) {
    let [ada] = people(&ports.users, ["ada"]).await;
    let den = private(&ports.rooms, "den", ada).await;
    for (room, max_uses) in [(Some(den.id), Some(3)), (None, None)] {
        let code = made(&ports, room, ada, max_uses).await;
        let found = ports.invites.find(&code).await.unwrap().unwrap();
        assert_eq!(found.invite.code, code);
        assert_eq!((found.invite.room, found.invite.max_uses), (room, max_uses));
        assert_eq!(found.maker.id, ada);
        assert_eq!(found.room, room.map(|_| den.clone()));
        let listed = ports.invites.list(room, Some(ada), now()).await.unwrap();
        assert_eq!(listed, [found]);
        assert!(ports.invites.revoke(&code).await.unwrap());
        assert!(!ports.invites.revoke(&code).await.unwrap());
        assert_eq!(ports.invites.find(&code).await.unwrap(), None);
    }
}

pub async fn a_list_holds_what_is_open_of_one_maker_or_of_all(ports: Ports) {
    let [ada, ben] = people(&ports.users, ["ada", "ben"]).await;
    let hall = public(&ports.rooms, "hall", ada).await.id;
    made(&ports, Some(hall), ada, None).await;
    made(&ports, Some(hall), ben, None).await;
    made(&ports, None, ben, None).await;
    let count = async |room, maker, now| {
        let list = ports.invites.list(room, maker, now).await;
        list.unwrap().len()
    };
    assert_eq!(count(Some(hall), None, now()).await, 2);
    assert_eq!(count(Some(hall), Some(ada), now()).await, 1);
    assert_eq!(count(None, None, now()).await, 1);
    assert_eq!(count(Some(hall), None, now() + TimeDelta::days(1)).await, 0);
}

pub async fn of_fifty_who_accept_at_once_as_many_come_in_as_it_has_uses(ports: Ports) {
    let [ada] = people(&ports.users, ["ada"]).await;
    let den = private(&ports.rooms, "den", ada).await.id;
    let code = made(&ports, Some(den), ada, Some(1)).await;
    let mut accepting = Vec::new();
    for number in 0..50 {
        let new = new_user(&format!("guest{number}"));
        let guest = new.user.id;
        ports.users.create(new).await.unwrap();
        let (invites, code) = (Arc::clone(&ports.invites), code.clone());
        let accept = async move { invites.accept(&code, guest, now()).await };
        accepting.push(tokio::spawn(accept));
    }
    let mut in_now = 0;
    for one in accepting {
        match one.await.unwrap() {
            Ok(accepted) => {
                assert!(accepted.is_new && accepted.room == Some(den));
                in_now += 1;
            }
            Err(AcceptError::NotFound) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(in_now, 1);
    let members = ports.rooms.members(den, None, 100).await.unwrap();
    assert_eq!((members.items.len(), uses(&ports, &code).await), (2, 1));
}

pub async fn of_fifty_who_register_at_once_as_many_come_in_as_it_has_uses(ports: Ports) {
    let [ada] = people(&ports.users, ["ada"]).await;
    let den = private(&ports.rooms, "den", ada).await.id;
    let code = made(&ports, Some(den), ada, Some(1)).await;
    let registering = (0..50).map(|number| {
        let new = invited(&format!("guest{number}"), &code, true);
        let users = Arc::clone(&ports.users);
        tokio::spawn(async move { users.create(new).await })
    });
    let mut in_now = 0;
    for one in registering.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(()) => in_now += 1,
            Err(CreateUserError::NotAdmitted) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(in_now, 1);
    let guests = ports.users.directory("guest", 100).await.unwrap();
    assert_eq!(guests.len(), 1);
    let place = ports.rooms.membership(den, guests[0].id).await.unwrap();
    assert_eq!(place.unwrap().role, Some(Role::Member));
}

pub async fn who_is_in_uses_nothing_up(ports: Ports) {
    let [ada, ben] = people(&ports.users, ["ada", "ben"]).await;
    let den = private(&ports.rooms, "den", ada).await.id;
    let code = made(&ports, Some(den), ada, Some(2)).await;
    let accept = async |user| ports.invites.accept(&code, user, now()).await.unwrap();
    assert!(!accept(ada).await.is_new);
    assert!(accept(ben).await.is_new);
    assert!(!accept(ben).await.is_new);
    assert_eq!(uses(&ports, &code).await, 1);
    let to_server = made(&ports, None, ada, Some(1)).await;
    for _ in 0..2 {
        let accepted = ports.invites.accept(&to_server, ben, now()).await.unwrap();
        assert_eq!((accepted.room, accepted.is_new), (None, false));
    }
    assert_eq!(uses(&ports, &to_server).await, 0);
}

pub async fn an_invitation_ends(ports: Ports) {
    let [ada, ben] = people(&ports.users, ["ada", "ben"]).await;
    let den = private(&ports.rooms, "den", ada).await.id;
    let code = made(&ports, Some(den), ada, None).await;
    let late = now() + TimeDelta::days(1);
    let refused = ports.invites.accept(&code, ben, late).await;
    assert!(matches!(refused, Err(AcceptError::NotFound)), "{refused:?}");
    ports.rooms.archive(den, now()).await.unwrap();
    let refused = ports.invites.accept(&code, ben, now()).await;
    assert!(matches!(refused, Err(AcceptError::Archived)), "{refused:?}");
}

pub async fn an_invitation_holds_as_long_as_its_maker_may_invite(ports: Ports) {
    let [ada, ben, eve] = people(&ports.users, ["ada", "ben", "eve"]).await;
    let den = private(&ports.rooms, "den", ada).await.id;
    ports
        .rooms
        .join(den, ben, Role::Moderator, now())
        .await
        .unwrap();
    let code = made(&ports, Some(den), ben, None).await;
    for step in ["demoted", "gone"] {
        match step {
            "demoted" => ports.rooms.set_role(den, ben, Role::Member).await.unwrap(),
            _ => ports.rooms.leave(den, ben).await.unwrap(),
        }
        let refused = ports.invites.accept(&code, eve, now()).await;
        assert!(
            matches!(refused, Err(AcceptError::NotFound)),
            "{step}: {refused:?}"
        );
        let refused = ports.users.create(invited("guest", &code, true)).await;
        assert!(
            matches!(refused, Err(CreateUserError::NotAdmitted)),
            "{step}"
        );
    }
    assert_eq!(uses(&ports, &code).await, 0);
}

pub async fn an_account_needs_its_invitation_only_where_it_is_required(ports: Ports) {
    people(&ports.users, ["ada"]).await;
    let unknown = InviteCode::generate().unwrap();
    let refused = ports.users.create(invited("ben", &unknown, true)).await;
    assert!(
        matches!(refused, Err(CreateUserError::NotAdmitted)),
        "{refused:?}"
    );
    assert!(ports.users.directory("ben", 9).await.unwrap().is_empty());
    ports
        .users
        .create(invited("ben", &unknown, false))
        .await
        .unwrap();
}

pub async fn a_taken_name_uses_nothing_up(ports: Ports) {
    let [ada] = people(&ports.users, ["ada"]).await;
    let code = made(&ports, None, ada, Some(1)).await;
    let refused = ports.users.create(invited("ada", &code, true)).await;
    assert!(
        matches!(refused, Err(CreateUserError::UsernameTaken)),
        "{refused:?}"
    );
    assert_eq!(uses(&ports, &code).await, 0);
    ports
        .users
        .create(invited("ben", &code, true))
        .await
        .unwrap();
    assert_eq!(uses(&ports, &code).await, 1);
}

pub async fn nobody_has_invitations_without_end(ports: Ports) {
    let [ada] = people(&ports.users, ["ada"]).await;
    for _ in 0..MOST_INVITES {
        made(&ports, None, ada, None).await;
    }
    let mut one_more = Invite {
        code: InviteCode::generate().unwrap(),
        room: None,
        maker: ada,
        created_at: now(),
        expires_at: now() + TimeDelta::days(9),
        max_uses: None,
        uses: 0,
    };
    let refused = ports.invites.create(&one_more).await;
    assert!(matches!(refused, Err(InviteError::TooMany)), "{refused:?}");
    one_more.created_at = now() + TimeDelta::days(1);
    ports.invites.create(&one_more).await.unwrap();
}
