use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use whatscrap_kernel::BackendError;
use whatscrap_messages::attachments::{AddError, UploadError};
use whatscrap_messages::notify::SubscribeError;
use whatscrap_messages::{ChangeError, ChangeRefusal, DraftError, HistoryError};
use whatscrap_rooms::{
    AcceptError, AccessError, ActError, ChangeRoomError, CreateRoomError, DirectError, InviteError,
    JoinError, LeaveError, TermsError,
};
use whatscrap_users::{
    AccentError, ChangePasswordError, LogInError, PictureError, RegisterError, TokenError,
};

/// A refusal, as RFC 9457 has it: what was wrong, in words for people and in a word for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Problem {
    #[serde(serialize_with = "status_number")]
    #[schema(value_type = u16)]
    pub(crate) status: StatusCode,
    /// One sentence: what was wrong and what is accepted.
    pub(crate) title: Cow<'static, str>,
    /// A stable `snake_case` word.
    pub(crate) code: &'static str,
    /// Which field was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<Cow<'static, str>>,
    /// How long to wait before trying again.
    #[serde(rename = "retry_after_ms", skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "milliseconds")]
    #[schema(value_type = Option<u64>)]
    pub(crate) retry_after: Option<Duration>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            title: title.into(),
            code,
            field: None,
            retry_after: None,
        }
    }

    /// A value that was understood and refused.
    pub(crate) fn invalid(field: &'static str, title: impl Into<Cow<'static, str>>) -> Self {
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title);
        Self {
            field: Some(field.into()),
            ..problem
        }
    }

    pub(crate) fn malformed(title: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", title)
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "log in first")
    }

    pub(crate) fn forbidden(title: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", title)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing here, or nothing for you",
        )
    }

    pub(crate) fn rate_limited(what: &'static str, retry_after: Duration) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", what);
        Self {
            retry_after: Some(retry_after),
            ..problem
        }
    }

    pub(crate) fn unavailable(title: &'static str) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", title);
        Self {
            retry_after: Some(Duration::from_secs(1)),
            ..problem
        }
    }

    /// Whether the same request may succeed later.
    pub(crate) fn may_retry(&self) -> bool {
        self.retry_after.is_some()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after.map(|wait| wait.as_secs() + 1);
        let mut response = (self.status, Json(&self)).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn status_number<S: serde::Serializer>(status: &StatusCode, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_u16(status.as_u16())
}

#[expect(clippy::ref_option, reason = "serde passes references")]
fn milliseconds<S: serde::Serializer>(wait: &Option<Duration>, s: S) -> Result<S::Ok, S::Error> {
    match wait {
        Some(wait) => s.serialize_u64(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        None => s.serialize_none(),
    }
}

impl From<BackendError> for Problem {
    fn from(error: BackendError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a backend failed");
        Self::unavailable("the server's database is away for a moment: try again")
    }
}

fn not_a_member(title: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "not_a_member", title)
}

fn archived(title: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, "archived", title)
}

fn name_taken(title: String) -> Problem {
    let problem = Problem::new(StatusCode::CONFLICT, "name_taken", title);
    Problem {
        field: Some("name".into()),
        ..problem
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::not_found(),
            AccessError::NotAMember => not_a_member(error.to_string()),
            AccessError::Backend(error) => error.into(),
        }
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::NotFound => Self::not_found(),
            JoinError::Archived => archived(error.to_string()),
            JoinError::Backend(error) => error.into(),
        }
    }
}

impl From<LeaveError> for Problem {
    fn from(error: LeaveError) -> Self {
        match error {
            LeaveError::LastOwner => {
                Self::new(StatusCode::CONFLICT, "last_owner", error.to_string())
            }
            LeaveError::NotAMember => Self::not_found(),
            LeaveError::Backend(error) => error.into(),
        }
    }
}

impl From<CreateRoomError> for Problem {
    fn from(error: CreateRoomError) -> Self {
        match error {
            CreateRoomError::NameTaken => name_taken(error.to_string()),
            CreateRoomError::Backend(error) => error.into(),
        }
    }
}

impl From<DirectError> for Problem {
    fn from(error: DirectError) -> Self {
        match error {
            DirectError::TooMany { .. } | DirectError::UnknownPerson => {
                Self::invalid("users", error.to_string())
            }
            DirectError::Backend(error) => error.into(),
        }
    }
}

impl From<ChangeRoomError> for Problem {
    fn from(error: ChangeRoomError) -> Self {
        match error {
            ChangeRoomError::NotFound => Self::not_found(),
            ChangeRoomError::NameTaken => name_taken(error.to_string()),
            ChangeRoomError::Archived => archived(error.to_string()),
            ChangeRoomError::Backend(error) => error.into(),
        }
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::NotFound => Self::not_found(),
            AcceptError::Archived => archived(error.to_string()),
            AcceptError::Backend(error) => error.into(),
        }
    }
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::TooMany => {
                Self::new(StatusCode::CONFLICT, "quota_exceeded", error.to_string())
            }
            InviteError::Backend(error) => error.into(),
        }
    }
}

impl From<TermsError> for Problem {
    fn from(error: TermsError) -> Self {
        let field = match error {
            TermsError::ExpiresAt => "expires_at",
            TermsError::MaxUses => "max_uses",
        };
        Self::invalid(field, error.to_string())
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Forbidden | ActError::Direct => Self::forbidden(error.to_string()),
            ActError::Invite(error) => error.into(),
            ActError::Terms(error) => error.into(),
            ActError::Join(error) => error.into(),
            ActError::Leave(error) => error.into(),
            ActError::Change(error) => error.into(),
            ActError::Backend(error) => error.into(),
        }
    }
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        let field = match error {
            DraftError::ClientId(_) => "client_id",
            DraftError::Body(_) => "body",
            DraftError::TooManyFiles => "attachments",
            DraftError::Emoji(_) => "emoji",
        };
        Self::invalid(field, error.to_string())
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotAMember => not_a_member(error.to_string()),
            ChangeError::NotFound => Self::not_found(),
            ChangeError::Forbidden => Self::forbidden(error.to_string()),
            ChangeError::WindowOver => {
                Self::new(StatusCode::FORBIDDEN, "edit_window_over", error.to_string())
            }
            ChangeError::Deleted => Self::new(StatusCode::CONFLICT, "deleted", error.to_string()),
            ChangeError::TooManyReactions => Self::new(
                StatusCode::CONFLICT,
                "too_many_reactions",
                error.to_string(),
            ),
            ChangeError::NoParent => Self::invalid("reply_to", error.to_string()),
            ChangeError::Archived => archived(error.to_string()),
            ChangeError::ClientIdReused => {
                let code = "client_id_reused";
                let problem = Self::new(StatusCode::CONFLICT, code, error.to_string());
                Self {
                    field: Some("client_id".into()),
                    ..problem
                }
            }
            ChangeError::Attachments => Self::invalid("attachments", error.to_string()),
            ChangeError::Busy => Self::unavailable("too many messages wait to be saved: try again"),
            ChangeError::Backend(error) => error.into(),
        }
    }
}

impl From<ChangeRefusal> for Problem {
    fn from(error: ChangeRefusal) -> Self {
        match error {
            ChangeRefusal::Draft(error) => error.into(),
            ChangeRefusal::Change(error) => error.into(),
        }
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::NotFound => Self::not_found(),
            HistoryError::Forbidden => Self::forbidden(error.to_string()),
            HistoryError::Backend(error) => error.into(),
        }
    }
}

impl From<SubscribeError> for Problem {
    fn from(error: SubscribeError) -> Self {
        match error {
            SubscribeError::TooMany => {
                Self::new(StatusCode::CONFLICT, "quota_exceeded", error.to_string())
            }
            SubscribeError::Endpoint(error) => Self::invalid("endpoint", error.to_string()),
            SubscribeError::SessionEnded => Self::unauthenticated(),
            SubscribeError::Backend(error) => error.into(),
        }
    }
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Username(error) => Self::invalid("username", error.to_string()),
            RegisterError::Password(error) => Self::invalid("password", error.to_string()),
            RegisterError::DisplayName(error) => Self::invalid("display_name", error.to_string()),
            RegisterError::UsernameTaken => {
                let problem = Self::new(
                    StatusCode::CONFLICT,
                    "username_taken",
                    "this username is taken",
                );
                Self {
                    field: Some("username".into()),
                    ..problem
                }
            }
            RegisterError::AlreadyFounded => Self::not_found(),
            RegisterError::NotFounded => Self::new(
                StatusCode::CONFLICT,
                "not_set_up",
                "set this server up first",
            ),
            RegisterError::Closed => {
                let title = "this server takes no new accounts: ask its owner for one";
                Self::new(StatusCode::FORBIDDEN, "registration_closed", title)
            }
            RegisterError::InviteRequired => {
                let title = "this server lets in only with an invitation: ask a member for one";
                Self::new(StatusCode::FORBIDDEN, "invite_required", title)
            }
            RegisterError::Busy => busy(),
            RegisterError::Backend(error) => error.into(),
        }
    }
}

fn busy() -> Problem {
    Problem::unavailable("many people are logging in right now: try again in a moment")
}

fn too_many_tries(retry_after: Duration) -> Problem {
    Problem::rate_limited(
        "too many wrong passwords: wait before you try again",
        retry_after,
    )
}

impl From<LogInError> for Problem {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::WrongCredentials => Self::new(
                StatusCode::UNAUTHORIZED,
                "invalid_credentials",
                "the username or the password is wrong",
            ),
            LogInError::Throttled { retry_after } => too_many_tries(retry_after),
            LogInError::Busy => busy(),
            LogInError::Backend(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::WrongPassword => {
                Self::invalid("current_password", "this is not your current password")
            }
            ChangePasswordError::Password(error) => {
                Self::invalid("new_password", error.to_string())
            }
            ChangePasswordError::Throttled { retry_after } => too_many_tries(retry_after),
            ChangePasswordError::Busy => busy(),
            ChangePasswordError::Backend(error) => error.into(),
        }
    }
}

impl From<PictureError> for Problem {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Unknown | PictureError::Damaged | PictureError::TooLarge => {
                Self::invalid("file", error.to_string())
            }
            PictureError::Busy => Self::unavailable(
                "too many pictures are being made right now: try again in a moment",
            ),
            PictureError::Backend(error) => error.into(),
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        let title = error.to_string();
        match error {
            UploadError::Empty => Self::invalid("file", title),
            UploadError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title)
            }
            UploadError::Picture(error) => error.into(),
            UploadError::Add(AddError::QuotaExceeded) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "quota_exceeded", title)
            }
            UploadError::Add(AddError::Backend(error)) => error.into(),
        }
    }
}

impl From<AccentError> for Problem {
    fn from(error: AccentError) -> Self {
        match error {
            AccentError::Forbidden => Self::forbidden(error.to_string()),
            AccentError::Backend(error) => error.into(),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Name => Self::invalid("name", error.to_string()),
            TokenError::Backend(error) => error.into(),
        }
    }
}
