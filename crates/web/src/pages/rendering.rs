//! Every page renders from what its handler gives it, and shows hostile names as they are.

use minijinja::{Value, context};

use super::row::{row, rows};
use super::samples::{deleted, message, rich, room, user};
use super::show::value;
use crate::templates::Templates;
use crate::views::{MessageView, PreferencesView, SessionView, UserView};
use whatscrap_users::testing::login;
use whatscrap_users::{Accent, Preferences};

const HOSTILE: &str = "\"><script>alert('1')</script>";

fn render(template: &str, context: Value) -> String {
    let context = context! { accent => "leaf", ..context };
    match Templates::new().render(template, context) {
        Ok(html) => html,
        Err(error) => panic!("{template}: {error:#}"),
    }
}

fn invite() -> Value {
    context! {
        code => "c", url => HOSTILE, max_uses => 1, uses => 0, expires_at => "2026-01-01T00:00:00Z",
        maker => value(UserView::from(&user(2, HOSTILE))),
        room => context! { kind => "private", name => HOSTILE, topic => HOSTILE },
    }
}

fn inside() -> Value {
    let rooms = [room(HOSTILE, 0)];
    context! {
        me => value(UserView::whole(&user(1, HOSTILE), &Preferences::default())),
        current_room => rooms[0].id.to_string(),
        rooms => value(&rooms),
        problem => (),
    }
}

#[test]
fn the_room_page() {
    let (ada, ben) = (user(1, HOSTILE), user(2, "Ben"));
    let messages = [
        message(1, &ada, 0, HOSTILE),
        message(2, &ben, 1, "hi https://example.com/"),
        rich(3, &ada, 2, HOSTILE),
        deleted(4, &ben, 3),
    ];
    let room = room(HOSTILE, 0);
    let html = render(
        "pages/room.html",
        context! {
            epoch => "e",
            seen => "{}",
            rows => value(rows(&messages, &room, ada.id, None)),
            room => value(&room),
            has_before => false,
            has_after => false,
            members => Vec::<Value>::new(),
            more_members => false,
            typed => HOSTILE,
            client_id => "c",
            body_limit => 4_000,
            edit_ms => 60_000,
            moderates => true,
            file_limit => 25 << 20,
            ..inside()
        },
    );
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [
        "role=\"log\" aria-label=\"Messages in &quot;",
        "data-seq=\"1\" data-client-id=\"c1\" data-state=\"sent\"",
        "<a href=\"https://example.com/\"",
        "aria-pressed=\"true\" data-emoji=\"👍\"",
        "<span class=\"reaction__count\">1</span>",
        "href=\"?at=1\" data-quotes=\"",
        "(edited)</button>",
        "dir=\"auto\">Message deleted</div>",
        "data-moderates>",
        "data-connection=\"connecting\"",
        "<nav class=\"sidebar\" aria-label=\"Rooms\">",
        "aria-label=\"Send\"",
        "aria-label=\"Attach files\"",
        "<a class=\"attachment attachment--image\" href=\"&#x2f;files&#x2f;",
        "width=\"200\" height=\"200\" loading=\"lazy\"",
        "controls preload=\"metadata\"",
        "<span class=\"attachment__size\">1.2 MB</span>",
        "Log out</button>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn the_list_of_rooms() {
    let context = context! {
        joinable => value([room("music", 0)]),
        next_after => HOSTILE,
        typed => context! { name => HOSTILE, topic => "", kind => "private" },
        ..inside()
    };
    let html = render("pages/rooms.html", context);
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [
        ">Room name</label>",
        "Create room</button>",
        ">music</strong>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn the_page_about_a_room() {
    let invite = invite();
    let members = [(1, "owner"), (2, "member")].map(|(number, role)| {
        context! { user => value(UserView::from(&user(number, HOSTILE))), role, presence => "away" }
    });
    let rights = |may: bool| {
        context! {
            rename => may, add => may, remove => may, set_roles => may, invite => may,
            archive => may, leave => may,
        }
    };
    for (may, q) in [(true, HOSTILE), (true, ""), (false, HOSTILE), (false, "")] {
        let context = context! {
            room => context! { kind => "private", role => "owner", ..value(room(HOSTILE, 0)) },
            members => members.to_vec(),
            q,
            is_later => true,
            next_after => HOSTILE,
            others => value([UserView::from(&user(3, HOSTILE))]),
            invites => vec![invite.clone()],
            may => rights(may),
            ..inside()
        };
        let html = render("pages/about.html", context);
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("In this room</h2>"), "{html}");
        assert_eq!(html.contains("Make a link</button>"), may, "{html}");
        let adds = html.contains("value=\"add\"");
        assert_eq!(adds, may && !q.is_empty(), "{html}");
    }
    for is_in in [true, false] {
        let html = render(
            "pages/invite.html",
            context! { invite => invite.clone(), is_in },
        );
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("invites you to the room"), "{html}");
    }
}

#[test]
fn the_list_of_people() {
    let people = [UserView::from(&user(2, HOSTILE))];
    let context = context! { people => value(people), q => HOSTILE, ..inside() };
    let html = render("pages/people.html", context);
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [">Name</label>", "Start conversation</button>", "@user2"] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn what_names_one() {
    let found = context! {
        room => value(room(HOSTILE, 0)),
        row => value(row(&message(1, &user(2, HOSTILE), 0, HOSTILE), user(1, "Ada").id)),
    };
    let context = context! { found => [found], next_before => "m", ..inside() };
    let html = render("pages/mentions.html", context);
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [
        "?at=1\">In <bdi>",
        "data-seq=\"1\"",
        "?before=m\">Earlier mentions",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    let context = context! { found => Vec::<Value>::new(), next_before => (), ..inside() };
    assert!(render("pages/mentions.html", context).contains("Nobody has mentioned you"));
}

#[test]
fn what_was_searched_for() {
    let hit = context! {
        message => value(MessageView::from(&message(1, &user(2, HOSTILE), 0, HOSTILE))),
        room => value(room(HOSTILE, 0)),
        parts => value([(HOSTILE, true), (HOSTILE, false)]),
    };
    let render = |hits: Option<Vec<Value>>| {
        let context = context! {
            view => "search", q => HOSTILE, hits, only_in => value(room(HOSTILE, 0)),
            is_later => false, next_past => "m",
            ..inside()
        };
        render("pages/search.html", context)
    };
    let html = render(Some(vec![hit]));
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [
        "?at=1\"",
        "<mark>&quot;&gt;",
        ">Earlier messages</a>",
        "Only in <a",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(render(Some(Vec::new())).contains("Nothing was found for"));
    assert!(render(None).contains("<code>from:ada</code>"));
}

#[test]
fn everything_unread() {
    let messages = [message(1, &user(2, HOSTILE), 0, HOSTILE)];
    let mut room = room(HOSTILE, 0);
    (room.unread, room.mentions) = (4, 1);
    let section = context! {
        rows => value(rows(&messages, &room, user(1, "Ada").id, None)),
        room => value(&room),
        more => 3,
    };
    let context = context! { sections => [section], more_rooms => 2, ..inside() };
    let html = render("pages/unread.html", context);
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [
        ">4 unread<",
        ">1 mention<",
        "3 more in <bdi>",
        "Mark all as read</button>",
        "2 more rooms",
        "hidden id=\"caught-up\"",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn the_settings_of_notifications() {
    let device = context! {
        id => "d", label => HOSTILE, service => "push.example.com", current => true,
        created_at => "2026-01-01T12:00:00.000Z",
    };
    let notice = context! {
        room => "r", seq => 7, count => 2, told => true, rule => "named", why => "it mentioned you",
        room_name => HOSTILE, at => "2026-01-01T12:00:00.000Z",
        outcomes => vec![context! { device => HOSTILE, result => HOSTILE }],
    };
    let render = |devices: Vec<Value>, notices: Vec<Value>| {
        let context = context! {
            preferences => value(PreferencesView::from(&Preferences::default())),
            section => "notifications",
            saved => "",
            devices,
            notices,
            ..inside()
        };
        render("pages/settings/notifications.html", context)
    };
    let html = render(vec![device], vec![notice]);
    assert!(!html.contains("<script>alert"), "{html}");
    for part in [
        "name=\"level\" value=\"all\" checked",
        "name=\"push_text\" value=\"full\" checked",
        "aria-label=\"Test &quot;",
        "href=\"/chat/room/r?at=7\">2 messages</a>",
        "it mentioned you.",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(render(Vec::new(), Vec::new()).contains("No device is turned on yet."));
}

#[test]
fn the_pages_before_one_is_in() {
    let typed = context! { username => HOSTILE, display_name => "", next => HOSTILE, token => "t", invite => HOSTILE };
    let problem = context! { title => "this username is taken", field => "username" };
    for (template, button) in [
        ("pages/setup.html", "Create account</button>"),
        ("pages/register.html", "Create account</button>"),
        ("pages/login.html", "Log in</button>"),
    ] {
        let html = render(
            template,
            context! { typed => typed.clone(), problem => problem.clone(), by_invitation => true },
        );
        assert!(!html.contains("<script>alert"), "{html}");
        for part in [
            button,
            ">Username</label>",
            ">Password</label>",
            "This username is taken.",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
    for (status, may_help) in [(404, false), (503, true)] {
        let problem = context! { status, title => "there is nothing here", field => () };
        let html = render(
            "pages/error.html",
            context! { heading => "Nothing", problem },
        );
        assert!(html.contains("There is nothing here."), "{html}");
        assert_eq!(html.contains("Try again"), may_help, "{html}");
    }
}

#[test]
fn the_page_without_a_line() {
    let html = render("pages/offline.html", context! { problem => () });
    assert!(html.contains("You are offline"), "{html}");
}

#[test]
fn the_settings() {
    let session = SessionView::new(login("ada").session, login("ben").session.id);
    let device = context! { name => HOSTILE, is_phone => true, session => value(&session) };
    let token = SessionView {
        kind: "token",
        name: Some(HOSTILE.to_owned()),
        ..session
    };
    for (section, part) in [
        ("profile", ">Display name</label>"),
        ("password", "autocomplete=\"new-password\""),
        ("devices", ">Log out all other devices</button>"),
        ("appearance", "value=\"dark\""),
        ("invitations", ">Links that stand</h2>"),
        ("workspace", "value=\"plum\""),
    ] {
        let context = context! {
            section,
            saved => HOSTILE,
            secret => HOSTILE,
            typed => context! { display_name => HOSTILE, name => HOSTILE, days => "", max_uses => "" },
            registration => "invite",
            accents => Accent::ALL.map(Accent::word),
            sees_all => true,
            invites => [invite()],
            upload_mb => 25,
            devices => [device.clone(), device.clone()],
            tokens => value([&token]),
            ..inside()
        };
        let html = render(&format!("pages/settings/{section}.html"), context);
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains(part), "{part} is missing in {html}");
        assert!(html.contains("data-theme=\"system\""), "{html}");
    }
}
