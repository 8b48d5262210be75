//! Coming in: what the pages and the JSON API ask before they let anyone make an account.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum_client_ip::ClientIp;
use sha2::{Digest, Sha256};
use whatscrap_rooms::InviteCode;
use whatscrap_users::{NewAccount, Opened, Origin, RegisterError};

use crate::host::is_proxied;
use crate::problem::Problem;
use crate::{Server, SetupToken};

/// What a logout tells the browser to forget (W3C Clear Site Data): drafts and the outbox too.
pub(crate) const CLEAR_SITE_DATA: [(HeaderName, &str); 1] = [(
    HeaderName::from_static("clear-site-data"),
    "\"cache\", \"storage\"",
)];

/// The most characters of a `User-Agent` that a session remembers.
const USER_AGENT_CHARS: usize = 200;

/// Who sent a request, before anyone has logged in.
pub(crate) struct Sender {
    address: IpAddr,
    user_agent: Option<String>,
    /// From this machine, with no proxy between.
    is_local: bool,
}

impl Sender {
    /// What a session remembers of where it began.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            address: Some(self.address.to_string()),
            user_agent: self.user_agent.clone(),
        }
    }
}

impl FromRequestParts<Server> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let client = ClientIp::from_request_parts(parts, server).await;
        let ClientIp(address) = client.map_err(|error| {
            tracing::warn!(%error, "the proxy did not say who the client is: see CLIENT_IP_SOURCE");
            Problem::malformed("the proxy did not say who the client is")
        })?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let is_loopback =
            peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
        let user_agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        Ok(Self {
            address: address.to_canonical(),
            user_agent: user_agent.map(|agent| agent.chars().take(USER_AGENT_CHARS).collect()),
            is_local: is_loopback && !is_proxied(&parts.headers),
        })
    }
}

/// Makes the first account, which owns the server.
pub(crate) async fn set_up(
    server: &Server,
    sender: &Sender,
    token: Option<&str>,
    account: &NewAccount<'_>,
) -> Result<Opened, Problem> {
    check_setup_token(server, sender, token)?;
    Ok(server
        .services
        .users
        .set_up(account, sender.origin())
        .await?)
}

/// Makes an account: the first one if there is none yet, by the rule of the setup.
pub(crate) async fn register(
    server: &Server,
    sender: &Sender,
    token: Option<&str>,
    account: &NewAccount<'_>,
) -> Result<Opened, Problem> {
    let users = &server.services.users;
    if !users.founded().await? {
        check_setup_token(server, sender, token)?;
        match users.set_up(account, sender.origin()).await {
            // Someone else was first, so this one is a member.
            Err(RegisterError::AlreadyFounded) => {}
            result => return Ok(result?),
        }
    }
    server.limits.registration(sender.address)?;
    let account = NewAccount {
        invite: open_invite(server, account.invite).await?,
        ..*account
    };
    Ok(users.register(&account, sender.origin()).await?)
}

/// The code, if it is one of an open invitation: nobody's password is hashed for a guess.
async fn open_invite<'a>(
    server: &Server,
    code: Option<&'a str>,
) -> Result<Option<&'a str>, Problem> {
    let Some((text, code)) = code.and_then(|text| Some((text, InviteCode::parse(text)?))) else {
        return Ok(None);
    };
    let found = server.services.rooms.invitation(&code).await?;
    Ok(found.filter(|(_, is_open)| *is_open).map(|_| text))
}

/// The first stranger to arrive is not the owner: from another machine it takes the link that the
/// server printed at start.
pub(crate) fn check_setup_token(
    server: &Server,
    sender: &Sender,
    token: Option<&str>,
) -> Result<(), Problem> {
    let SetupToken(expected) = &server.setup_token;
    // Hashes are compared so that the time it takes tells nothing of the token.
    let is_right = token.is_some_and(|token| Sha256::digest(token) == Sha256::digest(expected));
    if sender.is_local || is_right {
        return Ok(());
    }
    let title = "setting up from another machine takes the link that the server printed at start";
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "setup_token_required",
        title,
    ))
}
