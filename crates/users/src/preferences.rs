use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use whatscrap_kernel::Time;

/// What someone wants of the server and its pages, known only to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preferences {
    /// Whether others see up to where I have read, and I see it of them.
    pub receipts: bool,
    /// What to tell of rooms where nothing else was chosen.
    pub level: NotificationLevel,
    /// When not to disturb, day by day.
    pub quiet: Option<Quiet>,
    /// How much a notification says of its message.
    pub push_text: PushText,
    /// Whether the page makes a sound.
    pub sound: bool,
    /// The colours of the pages.
    pub theme: Theme,
    /// How much room the pages give a message.
    pub density: Density,
    /// Whether single letters are commands while the messages have the focus.
    pub single_keys: bool,
}

/// What someone changed of their preferences. What is `None`, or missing, stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PreferencesChange {
    /// See [`Preferences::receipts`].
    pub receipts: Option<bool>,
    /// See [`Preferences::level`].
    pub level: Option<NotificationLevel>,
    /// See [`Preferences::quiet`]; `Some(None)` takes the hours away.
    #[serde(deserialize_with = "present")]
    pub quiet: Option<Option<Quiet>>,
    /// See [`Preferences::push_text`].
    pub push_text: Option<PushText>,
    /// See [`Preferences::sound`].
    pub sound: Option<bool>,
    /// See [`Preferences::theme`].
    pub theme: Option<Theme>,
    /// See [`Preferences::density`].
    pub density: Option<Density>,
    /// See [`Preferences::single_keys`].
    pub single_keys: Option<bool>,
}

/// What a member wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationLevel {
    /// Every message.
    #[default]
    All,
    /// Only what names me.
    Mentions,
    /// Nothing.
    Nothing,
}

/// Hours of each day, where someone lives. They may go past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// Their first minute.
    #[serde(with = "minutes")]
    pub from: NaiveTime,
    /// The first minute after them. If it is `from`, they never end.
    #[serde(with = "minutes")]
    pub to: NaiveTime,
    /// By which clock.
    pub time_zone: Tz,
}

/// How much a notification says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushText {
    /// Who wrote what.
    #[default]
    Full,
    /// Who wrote.
    Sender,
    /// That there is something.
    Nothing,
}

/// The colours of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Those of the device.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How much room the pages give a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Bubbles.
    #[default]
    Comfortable,
    /// Flat rows.
    Compact,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            receipts: true,
            level: NotificationLevel::default(),
            quiet: None,
            push_text: PushText::default(),
            sound: false,
            theme: Theme::default(),
            density: Density::default(),
            single_keys: true,
        }
    }
}

impl Preferences {
    /// What [`Self::to_json`] wrote, perhaps in another version: whatever is not understood is
    /// the default, and what is not known is left out.
    pub fn stored(json: &str) -> Self {
        let mut preferences = Self::default();
        if let Ok(Value::Object(fields)) = serde_json::from_str(json) {
            for field in fields {
                let one = Value::Object([field].into_iter().collect());
                let change = serde_json::from_value(one).unwrap_or_default();
                preferences.apply(&change);
            }
        }
        preferences
    }

    /// How they are kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("preferences are plain data")
    }

    /// Changes the fields that are named.
    pub fn apply(&mut self, change: &PreferencesChange) {
        fn set<T: Copy>(field: &mut T, change: Option<T>) {
            *field = change.unwrap_or(*field);
        }
        set(&mut self.receipts, change.receipts);
        set(&mut self.level, change.level);
        set(&mut self.quiet, change.quiet);
        set(&mut self.push_text, change.push_text);
        set(&mut self.sound, change.sound);
        set(&mut self.theme, change.theme);
        set(&mut self.density, change.density);
        set(&mut self.single_keys, change.single_keys);
    }

    /// Whether these are quiet hours.
    pub fn is_quiet(&self, now: Time) -> bool {
        self.quiet.is_some_and(|quiet| quiet.holds(now))
    }
}

impl Quiet {
    /// Whether they hold now. Where clocks are set forward or back, the clock on the wall counts.
    pub fn holds(&self, now: Time) -> bool {
        let wall = now.with_timezone(&self.time_zone).time();
        if self.from < self.to {
            (self.from..self.to).contains(&wall)
        } else {
            wall >= self.from || wall < self.to
        }
    }
}

/// A field that is there, though it may be `null`.
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A time of day, as in `07:00`.
mod minutes {
    use chrono::NaiveTime;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const FORM: &str = "%H:%M";

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        time.format(FORM).to_string().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, FORM)
            .map_err(|_| D::Error::custom("a time of day is written as 07:00 or 22:30"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn change(json: &str) -> PreferencesChange {
        serde_json::from_str(json).unwrap()
    }

    fn at(time: &str) -> Time {
        DateTime::parse_from_rfc3339(time).unwrap().to_utc()
    }

    #[test]
    fn what_was_kept_is_what_is_read() {
        let mut kept = Preferences::default();
        kept.apply(&change(
            r#"{"receipts": false, "level": "mentions", "push_text": "sender", "sound": true,
                "quiet": {"from": "22:00", "to": "07:00", "time_zone": "Europe/Vienna"},
                "theme": "dark", "density": "compact", "single_keys": false}"#,
        ));
        assert_ne!(kept, Preferences::default());
        assert_eq!(Preferences::stored(&kept.to_json()), kept);
    }

    #[test]
    fn only_what_is_named_changes_and_null_ends_the_quiet_hours() {
        let mut preferences = Preferences::default();
        preferences.apply(&change(
            r#"{"quiet": {"from": "12:00", "to": "13:00", "time_zone": "UTC"}}"#,
        ));
        preferences.apply(&change(r#"{"sound": true}"#));
        assert!(preferences.sound && preferences.quiet.is_some());
        preferences.apply(&change(r#"{"quiet": null}"#));
        let expected = Preferences {
            sound: true,
            ..Preferences::default()
        };
        assert_eq!(preferences, expected);
    }

    #[test]
    fn what_another_version_kept_does_not_void_the_rest() {
        let kept = r#"{"theme": "sepia", "density": "compact", "quiet": 7, "fortune": true}"#;
        let expected = Preferences {
            density: Density::Compact,
            ..Preferences::default()
        };
        assert_eq!(Preferences::stored(kept), expected);
        for damaged in ["", "[]", "null", "{"] {
            assert_eq!(Preferences::stored(damaged), Preferences::default());
        }
    }

    #[test]
    fn what_is_no_hour_and_no_zone_is_refused() {
        for quiet in [
            r#"{"from": "24:00", "to": "07:00", "time_zone": "UTC"}"#,
            r#"{"from": "7", "to": "08:00", "time_zone": "UTC"}"#,
            r#"{"from": "22:00", "to": "07:00", "time_zone": "Europe/Gotham"}"#,
            r#"{"from": "22:00", "to": "07:00"}"#,
        ] {
            let body = format!(r#"{{"quiet": {quiet}}}"#);
            assert!(serde_json::from_str::<PreferencesChange>(&body).is_err());
        }
    }

    #[test]
    fn quiet_hours_go_by_the_clock_on_the_wall() {
        let night = Quiet {
            from: NaiveTime::from_hms_opt(22, 0, 0).unwrap(),
            to: NaiveTime::from_hms_opt(7, 0, 0).unwrap(),
            time_zone: chrono_tz::Europe::Vienna,
        };
        // Summer is two hours before UTC, winter one.
        for (now, quiet) in [
            ("2026-07-01T19:59:59Z", false),
            ("2026-07-01T20:00:00Z", true),
            ("2026-07-02T04:59:59Z", true),
            ("2026-07-02T05:00:00Z", false),
            ("2026-12-01T20:30:00Z", false),
            ("2026-12-01T21:00:00Z", true),
            ("2026-12-02T05:30:00Z", true),
        ] {
            assert_eq!(night.holds(at(now)), quiet, "{now}");
        }
        let noon = Quiet {
            from: NaiveTime::from_hms_opt(12, 0, 0).unwrap(),
            to: NaiveTime::from_hms_opt(13, 0, 0).unwrap(),
            time_zone: chrono_tz::UTC,
        };
        assert!(noon.holds(at("2026-07-01T12:00:00Z")));
        assert!(!noon.holds(at("2026-07-01T13:00:00Z")));
    }
}
