//! What is shown: a page, who looks at it, and what they did there.

/// Whose browser it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    /// Owns the server and is in most rooms.
    Ada,
    /// Came a moment ago.
    Emil,
    /// Has chosen compact rows.
    Cleo,
}

/// One state of one page. `{name}` in the path is the id of that room, or a code of the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) who: Who,
    pub(crate) path: &'static str,
    /// A script that does something there.
    pub(crate) act: &'static str,
    /// What is true once it is done.
    pub(crate) until: &'static str,
}

const fn page(name: &'static str, who: Who, path: &'static str) -> Scene {
    acting(name, who, path, "", "")
}

const fn acting(
    name: &'static str,
    who: Who,
    path: &'static str,
    act: &'static str,
    until: &'static str,
) -> Scene {
    Scene {
        name,
        who,
        path,
        act,
        until,
    }
}

/// The one that the README begins with.
pub(crate) const FIRST: &str = "room";

/// Before anybody is there.
pub(crate) const SETUP: Scene = page("setup", Who::Nobody, "/setup");

/// When the server is gone.
pub(crate) const OFFLINE: Scene = acting(
    "offline",
    Who::Ada,
    "/chat/room/{garden}",
    "",
    "document.documentElement.dataset.connection === 'offline'",
);

/// When its database is.
pub(crate) const AWAY: Scene = page("error-away", Who::Nobody, "/invite/AAAAAAAAAAAAAAAAAAAAAA");

/// Everything before the two.
pub(crate) fn all() -> impl Iterator<Item = &'static Scene> {
    [ENTRY, ROOMS, PAGES, SETTINGS, DIALOGS, FEW]
        .concat()
        .leak()
        .iter()
}

const ENTRY: &[Scene] = &[
    page("login", Who::Nobody, "/auth/login"),
    acting(
        "login-refused",
        Who::Nobody,
        "/auth/login",
        "document.querySelector('[name=username]').value = 'ada', document.querySelector('[name=password]').value = 'no', document.querySelector('form').submit()",
        "document.querySelector('[role=alert]')",
    ),
    page("register", Who::Nobody, "/auth/register"),
    page("invitation", Who::Nobody, "/invite/{invite}"),
    page(
        "invitation-gone",
        Who::Nobody,
        "/invite/AAAAAAAAAAAAAAAAAAAAAA",
    ),
    page("error-not-found", Who::Nobody, "/nowhere"),
    page("error-offline", Who::Nobody, "/offline"),
];

const ROOMS: &[Scene] = &[
    acting(
        "room",
        Who::Ada,
        "/chat/room/{garden}",
        "",
        "document.querySelector('[data-typing]').textContent.trim()",
    ),
    acting(
        "room-unread",
        Who::Ada,
        "/chat/unread",
        "(async (room) => {
            const read = JSON.stringify({seq: 2, unread: true});
            await fetch(room.pathname.replace('chat/room', 'api/v1/rooms') + '/read',
                {method: 'PUT', headers: {'content-type': 'application/json'}, body: read});
            location.assign(room);
        })([...document.querySelectorAll('.room-link__target')].find((one) => one.textContent.includes('Seeds')))",
        "document.querySelector('.log__unread')",
    ),
    page("room-names", Who::Ada, "/chat/room/{names}"),
    page("room-changed", Who::Ada, "/chat/room/{changed}"),
    page("room-files", Who::Ada, "/chat/room/{files}"),
    page("room-prose", Who::Ada, "/chat/room/{prose}"),
    page("room-direct", Who::Ada, "/chat/room/{direct}"),
    page("room-empty", Who::Ada, "/chat/room/{empty}"),
    page("room-archived", Who::Ada, "/chat/room/{archived}"),
    acting(
        "room-compact",
        Who::Cleo,
        "/chat/room/{garden}",
        "",
        "document.querySelector('[data-typing]').textContent.trim()",
    ),
    page("room-compact-changed", Who::Cleo, "/chat/room/{changed}"),
    page("room-compact-files", Who::Cleo, "/chat/room/{files}"),
];

const PAGES: &[Scene] = &[
    page("rooms", Who::Ada, "/chat/rooms"),
    page("about", Who::Ada, "/chat/room/{names}/about"),
    page("about-found", Who::Ada, "/chat/room/{files}/about?q=e"),
    page("people", Who::Ada, "/chat/people"),
    page("people-none", Who::Ada, "/chat/people?q=zz"),
    page("mentions", Who::Ada, "/chat/mentions"),
    page("unread", Who::Ada, "/chat/unread"),
    page("search", Who::Ada, "/chat/search"),
    page("search-found", Who::Ada, "/chat/search?q=tomatoes"),
    page("search-none", Who::Ada, "/chat/search?q=submarine"),
];

const SETTINGS: &[Scene] = &[
    page("settings-profile", Who::Ada, "/settings/profile"),
    page("settings-password", Who::Ada, "/settings/password"),
    page("settings-devices", Who::Ada, "/settings/devices"),
    page("settings-appearance", Who::Ada, "/settings/appearance"),
    page(
        "settings-notifications",
        Who::Ada,
        "/settings/notifications",
    ),
    page("settings-invitations", Who::Ada, "/settings/invitations"),
    page("settings-workspace", Who::Ada, "/settings/workspace"),
];

const DIALOGS: &[Scene] = &[
    acting(
        "dialog-switcher",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('[data-opens=switcher]').click()",
        "document.querySelector('#switcher .switcher__option')",
    ),
    acting(
        "dialog-shortcuts",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('#shortcuts').showModal()",
        "",
    ),
    acting(
        "dialog-account",
        Who::Ada,
        "/chat/rooms",
        "document.querySelector('#account').showPopover()",
        "",
    ),
    acting(
        "dialog-bell",
        Who::Ada,
        "/chat/rooms",
        "document.querySelector('#bell-dialog').showModal()",
        "",
    ),
    acting(
        "dialog-level",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('.room__level').click()",
        "document.querySelector('#room-level:popover-open')",
    ),
    acting(
        "dialog-menu",
        Who::Ada,
        "/chat/room/{garden}",
        "[...document.querySelectorAll('.message[data-own]')].at(-1).dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))",
        "document.querySelector('#message-menu:popover-open')",
    ),
    acting(
        "dialog-actions",
        Who::Ada,
        "/chat/room/{garden}",
        "[...document.querySelectorAll('.message:not([data-own])')].at(-1).focus()",
        "",
    ),
    acting(
        "dialog-picker",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('[data-tool=emoji]').click()",
        "document.querySelectorAll('#emoji-picker[open] .picker__grid button').length > 50",
    ),
    acting(
        "dialog-card",
        Who::Ada,
        "/chat/room/{garden}",
        "[...document.querySelectorAll('.message:not([data-own]) .message__author')].at(-2).click()",
        "document.querySelector('#person-card:popover-open .card__username').textContent",
    ),
    acting(
        "dialog-lightbox",
        Who::Ada,
        "/chat/room/{files}",
        "document.querySelector('.attachment--image').click()",
        "document.querySelector('#lightbox[open] img').naturalWidth",
    ),
    acting(
        "dialog-formatting",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('#formatting').showPopover()",
        "",
    ),
    acting(
        "dialog-editor",
        Who::Ada,
        "/chat/room/{garden}",
        "[...document.querySelectorAll('.message[data-own]')].at(-1).focus(), document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'e', bubbles: true}))",
        "document.querySelector('.editor')",
    ),
    acting(
        "dialog-completion",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('.composer__text').focus(), document.execCommand('insertText', false, 'What do you think, @')",
        "document.querySelector('#completion .completion__option')",
    ),
    acting(
        "dialog-edits",
        Who::Ada,
        "/chat/room/{changed}",
        "document.querySelector('.message[data-own] .message__edited').click()",
        "document.querySelector('#edits[open] .edits__one')",
    ),
    acting(
        "dialog-call",
        Who::Ada,
        "/chat/room/{garden}",
        "document.querySelector('#call-question').showModal()",
        "",
    ),
];

/// What somebody sees who came a moment ago.
const FEW: &[Scene] = &[
    page("few-rooms", Who::Emil, "/chat/rooms"),
    page("few-mentions", Who::Emil, "/chat/mentions"),
    page("few-unread", Who::Emil, "/chat/unread"),
    page("few-invitations", Who::Emil, "/settings/invitations"),
    page("error-forbidden", Who::Emil, "/settings/workspace"),
];
