//! Every emoji there is, for the picker and for `:names:`, as `static/js/emoji.js` reads it.

use emojis::{Emoji, EmojiVersion, Group, SkinTone};
use serde_json::{Value, json};

/// What is newer shows as a box on many devices that are in use.
const NEWEST: EmojiVersion = EmojiVersion::new(15, 0);

/// All of them, by group.
pub(super) fn json() -> String {
    let groups: Vec<_> = Group::iter()
        .map(|group| json!([name(group), shown(group).map(entry).collect::<Value>()]))
        .collect();
    Value::from(groups).to_string()
}

fn shown(group: Group) -> impl Iterator<Item = &'static Emoji> {
    group
        .emojis()
        .filter(|emoji| emoji.emoji_version() <= NEWEST)
}

/// The emoji, its names between colons, what it shows where they do not say so, and 1 where a
/// skin tone behind each person in it is an emoji, too.
fn entry(emoji: &Emoji) -> Value {
    let codes = emoji.shortcodes().collect::<Vec<_>>().join(" ");
    let is_said = emoji.name().split(' ').all(|word| codes.contains(word));
    let shown = if is_said { "" } else { emoji.name() };
    let mut entry = vec![json!(emoji.as_str()), json!(codes), json!(shown)];
    if has_tones(emoji) {
        entry.push(json!(1));
    }
    entry.into()
}

/// Whether `static/js/emoji.js` can give it a skin tone, as it does: behind each part that takes
/// one.
fn has_tones(emoji: &Emoji) -> bool {
    let Some(medium) = emoji.with_skin_tone(SkinTone::Medium) else {
        return false;
    };
    let mut toned = String::new();
    let mut parts = emoji.as_str().chars().peekable();
    while let Some(part) = parts.next() {
        toned.push(part);
        let alone = emojis::get(part.encode_utf8(&mut [0; 4]));
        if alone.is_some_and(|alone| alone.skin_tone().is_some()) {
            toned.push('\u{1f3fd}');
            parts.next_if_eq(&'\u{fe0f}');
        }
    }
    toned == medium.as_str()
}

const fn name(group: Group) -> &'static str {
    match group {
        Group::SmileysAndEmotion => "Smileys",
        Group::PeopleAndBody => "People",
        Group::AnimalsAndNature => "Animals and nature",
        Group::FoodAndDrink => "Food and drink",
        Group::TravelAndPlaces => "Travel and places",
        Group::Activities => "Activities",
        Group::Objects => "Objects",
        Group::Symbols => "Symbols",
        Group::Flags => "Flags",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_emoji_is_there_and_most_with_skin_tones_can_be_given_one() {
        let json_of_all = super::json();
        let groups: Value = serde_json::from_str(&json_of_all).unwrap();
        let all: Vec<_> = groups
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|group| group[1].as_array().unwrap())
            .collect();
        let shown = emojis::iter().filter(|emoji| emoji.emoji_version() <= NEWEST);
        assert_eq!(all.len(), shown.clone().count());
        let of = |sought: &str| all.iter().find(|entry| entry[0] == sought).unwrap();
        assert_eq!(
            **of("😄"),
            json!(["😄", "smile", "grinning face with smiling eyes"])
        );
        assert_eq!(of("👍")[3], 1);
        let toned = all.iter().filter(|entry| entry[3] == 1).count();
        let with_tones = shown.filter(|emoji| emoji.skin_tone().is_some()).count();
        assert!(toned * 100 >= with_tones * 95, "{toned} of {with_tones}");
        assert!(json_of_all.len() < 120_000);
    }
}
