use chrono::{SubsecRound, TimeDelta};
use whatscrap_kernel::Time;

use crate::{User, is_one_visible_line};

/// What a person says of their being there, beside the text of their status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Availability {
    /// When the status ends by itself, if it does.
    pub status_until: Option<Time>,
    /// Until when nothing is to disturb them. What they set before holds again after it.
    pub dnd_until: Option<Time>,
    /// Whether they chose to be seen as away.
    pub away: bool,
}

/// The most characters (Unicode scalar values) of a status.
pub const STATUS_CHARS: usize = 100;

/// Why a status was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a status has up to 100 characters on one line, at least one of them visible")]
pub struct StatusError;

/// Why an end was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an end is a time to come, at most a year away")]
pub struct UntilError;

/// A status for others to read, trimmed; an empty one is none. Control characters, line separators
/// and bidirectional overrides are refused.
pub fn parse_status(status: &str) -> Result<Option<String>, StatusError> {
    let status = status.trim();
    if status.is_empty() {
        return Ok(None);
    }
    if status.chars().count() > STATUS_CHARS || !is_one_visible_line(status) {
        return Err(StatusError);
    }
    Ok(Some(status.to_owned()))
}

/// When something ends that begins now.
pub fn parse_until(until: Time, now: Time) -> Result<Time, UntilError> {
    if until > now && until - now <= TimeDelta::days(366) {
        Ok(until.trunc_subsecs(3))
    } else {
        Err(UntilError)
    }
}

impl User {
    /// The account as it is at this time: without what has ended by itself.
    #[must_use]
    pub fn current_at(mut self, now: Time) -> Self {
        let is_over = |until: Option<Time>| until.is_some_and(|until| until <= now);
        if is_over(self.availability.status_until) {
            self.status = None;
            self.availability.status_until = None;
        }
        if is_over(self.availability.dnd_until) {
            self.availability.dnd_until = None;
        }
        self
    }

    /// Whether something has ended by itself by this time.
    pub(crate) fn is_outdated(&self, now: Time) -> bool {
        let Availability {
            status_until,
            dnd_until,
            away: _,
        } = self.availability;
        [status_until, dnd_until]
            .into_iter()
            .flatten()
            .any(|until| until <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{new_user, now};

    #[test]
    fn long_reordering_and_invisible_statuses_are_refused() {
        let long = "x".repeat(101);
        for status in [long.as_str(), "a\u{202e}b", "a\nb", "a\u{7}b", "\u{200b}"] {
            assert_eq!(parse_status(status), Err(StatusError), "{status:?}");
        }
        let kept = |status: &str| parse_status(status).unwrap();
        assert_eq!(kept("  "), None);
        assert_eq!(kept(" 🏖️ by the sea ").as_deref(), Some("🏖️ by the sea"));
        assert!(kept(&"🏖".repeat(100)).is_some());
    }

    #[test]
    fn an_end_lies_in_the_year_to_come() {
        let now = now();
        let minute = TimeDelta::minutes(1);
        assert_eq!(parse_until(now + minute, now), Ok(now + minute));
        assert_eq!(parse_until(now, now), Err(UntilError));
        assert_eq!(
            parse_until(now + TimeDelta::days(400), now),
            Err(UntilError)
        );
    }

    #[test]
    fn what_has_ended_is_gone_and_the_rest_stays() {
        let mut ada = new_user("ada").user;
        let minute = TimeDelta::minutes(1);
        ada.status = Some("lunch".to_owned());
        ada.availability = Availability {
            status_until: Some(now() + minute),
            dnd_until: Some(now() + minute * 2),
            away: true,
        };
        assert_eq!(ada.clone().current_at(now()), ada);
        let later = ada.clone().current_at(now() + minute);
        assert_eq!(
            (later.status, later.availability.status_until),
            (None, None)
        );
        assert!(later.availability.dnd_until.is_some());
        let last = ada.current_at(now() + minute * 2).availability;
        assert_eq!((last.dnd_until, last.away), (None, true));
    }
}
