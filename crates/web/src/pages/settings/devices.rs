use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use whatscrap_users::{Login, SessionId, SessionKind};

use super::{Told, done, page};
use crate::Server;
use crate::pages::refusal::Refusal;
use crate::pages::show::value;
use crate::pages::typed::{Asked, Typed};
use crate::pages::who::Viewer;
use crate::problem::Problem;
use crate::views::SessionView;

const SECTION: &str = "devices";

/// A browser that I am logged in with.
#[derive(Serialize)]
struct Device {
    name: String,
    is_phone: bool,
    session: SessionView,
}

/// Which session is to end: its id, or `others`.
#[derive(Deserialize)]
pub(super) struct Ending {
    end: String,
}

/// A token to be made.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewToken {
    name: String,
}

/// Where I am logged in.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(told): Asked<Told>,
) -> Result<Response, Refusal> {
    let saved = told.saved.map(|_| "That is done.");
    list(&server, &login, saved, None, "", None).await
}

/// Ends one of my sessions, or all others.
pub(super) async fn end(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(Ending { end }): Typed<Ending>,
) -> Result<Response, Refusal> {
    let users = &server.services.users;
    if end == "others" {
        let sessions = users.sessions(login.user.id).await?;
        let is_meant = |kind: &SessionKind| matches!(kind, SessionKind::Browser);
        for other in sessions {
            if other.id != login.session.id && is_meant(&other.kind) {
                users.end_session(login.user.id, other.id).await?;
            }
        }
    } else {
        let id = Uuid::parse_str(&end).map_err(|_| Problem::not_found())?;
        // One that has ended by itself is as good.
        users.end_session(login.user.id, SessionId(id)).await?;
    }
    Ok(done(SECTION))
}

/// Makes a token, and shows its secret this once.
pub(super) async fn make_token(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(NewToken { name }): Typed<NewToken>,
) -> Result<Response, Refusal> {
    let users = &server.services.users;
    match users.create_token(login.user.id, &name).await {
        Ok((_, secret)) => list(&server, &login, None, Some(&secret), "", None).await,
        Err(error) => list(&server, &login, None, None, &name, Some(&error.into())).await,
    }
}

async fn list(
    server: &Server,
    login: &Login,
    saved: Option<&str>,
    secret: Option<&str>,
    name: &str,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let sessions = server.services.users.sessions(login.user.id).await?;
    let views = sessions
        .into_iter()
        .map(|session| SessionView::new(session, login.session.id));
    let (tokens, browsers): (Vec<_>, Vec<_>) = views.partition(|view| view.kind == "token");
    let mut devices: Vec<_> = browsers.into_iter().map(Device::from).collect();
    devices.sort_by_key(|device| !device.session.current);
    let inside = context! {
        saved,
        secret,
        devices => value(devices),
        tokens => value(tokens),
        typed => context! { name },
    };
    page(server, login, SECTION, problem, inside).await
}

impl From<SessionView> for Device {
    fn from(session: SessionView) -> Self {
        let (name, is_phone) = named(session.user_agent.as_deref().unwrap_or_default());
        Self {
            name,
            is_phone,
            session,
        }
    }
}

/// What people call a browser, from what it calls itself. Many claim to be others too, so the
/// rarer name goes first.
fn named(user_agent: &str) -> (String, bool) {
    const BROWSERS: &[(&str, &str)] = &[
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: &[(&str, &str, bool)] = &[
        ("iPhone", "iPhone", true),
        ("iPad", "iPad", true),
        ("Android", "Android", true),
        ("Windows", "Windows", false),
        ("CrOS", "ChromeOS", false),
        ("Mac OS X", "Mac", false),
        ("Linux", "Linux", false),
    ];
    let browser = BROWSERS.iter().find(|(sign, _)| user_agent.contains(sign));
    let system = SYSTEMS.iter().find(|(sign, ..)| user_agent.contains(sign));
    let name = match (browser, system) {
        (Some((_, browser)), Some((_, system, _))) => format!("{browser} on {system}"),
        (Some((_, browser)), None) => (*browser).to_owned(),
        (None, Some((_, system, _))) => format!("A browser on {system}"),
        (None, None) => "An unknown device".to_owned(),
    };
    (name, system.is_some_and(|(_, _, is_phone)| *is_phone))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        for (user_agent, name, is_phone) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
                "Firefox on Linux",
                false,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows",
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
                true,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                true,
            ),
            ("curl/8.5.0", "An unknown device", false),
            ("", "An unknown device", false),
        ] {
            assert_eq!(named(user_agent), (name.to_owned(), is_phone));
        }
    }
}
