//! What pages with invitations have in common: the form of a new one, and how they are shown.

use axum::http::HeaderMap;
use chrono::TimeDelta;
use minijinja::Value;
use serde::{Deserialize, Serialize};
use whatscrap_kernel::Time;
use whatscrap_rooms::{Invitation, InviteTerms, LONGEST_INVITE, TermsError};

use super::show::value;
use crate::Server;
use crate::problem::Problem;
use crate::views::InviteView;

/// What the form asks.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Terms {
    /// How long it stands; a week if nothing is said.
    days: String,
    /// How many may use it; any number if nothing is said.
    max_uses: String,
}

impl Terms {
    pub(super) fn read(&self, now: Time) -> Result<InviteTerms, Problem> {
        let max_uses = some(&self.max_uses).map(|uses| {
            let refused = |_| Problem::invalid("max_uses", TermsError::MaxUses.to_string());
            uses.parse().map_err(refused)
        });
        let expires_at = some(&self.days).map(|days| {
            let days = days.parse().ok().and_then(TimeDelta::try_days);
            let days = days.filter(|days| (TimeDelta::days(1)..=LONGEST_INVITE).contains(days));
            let refused = || Problem::invalid("days", TermsError::ExpiresAt.to_string());
            days.map(|days| now + days).ok_or_else(refused)
        });
        Ok(InviteTerms {
            expires_at: expires_at.transpose()?,
            max_uses: max_uses.transpose()?,
        })
    }
}

fn some(field: &str) -> Option<&str> {
    Some(field.trim()).filter(|field| !field.is_empty())
}

/// The invitations as templates read them.
pub(super) fn shown(server: &Server, headers: &HeaderMap, invites: &[Invitation]) -> Value {
    let origin = server.config.origin(headers).unwrap_or_default();
    let views = invites
        .iter()
        .map(|invite| InviteView::new(invite, &origin));
    value(views.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_a_week_for_anyone_and_nonsense_is_refused_by_its_field() {
        let now = Time::UNIX_EPOCH;
        let terms = |days: &str, max_uses: &str| {
            let (days, max_uses) = (days.to_owned(), max_uses.to_owned());
            let read = Terms { days, max_uses }.read(now);
            read.map_err(|problem| problem.field.unwrap().into_owned())
        };
        assert_eq!(terms("", "").unwrap(), InviteTerms::default());
        let both = terms(" 30 ", "1").unwrap();
        assert_eq!(both.expires_at, Some(now + TimeDelta::days(30)));
        assert_eq!(both.max_uses, Some(1));
        for days in ["0", "366", "-1", "soon", "99999999999999999999"] {
            assert_eq!(terms(days, "").unwrap_err(), "days");
        }
        assert_eq!(terms("1", "many").unwrap_err(), "max_uses");
    }
}
