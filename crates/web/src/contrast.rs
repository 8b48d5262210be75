//! That text stands out from what is behind it, in every colour that a server may have.

use whatscrap_users::Accent;

/// A colour of the style sheet as relative luminance (CSS Color 4, 10.2; WCAG 2.2).
fn luminance(lightness: f64, chroma: f64, hue: f64) -> f64 {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (green_red, blue_yellow) = (chroma * cos, chroma * sin);
    let long = (lightness + 0.396_337_777_4 * green_red + 0.215_803_757_3 * blue_yellow).powi(3);
    let medium = (lightness - 0.105_561_345_8 * green_red - 0.063_854_172_8 * blue_yellow).powi(3);
    let short = (lightness - 0.089_484_177_5 * green_red - 1.291_485_548 * blue_yellow).powi(3);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

/// How far two colours are apart (WCAG 2.2, 1.4.3).
fn contrast(one: [f64; 3], two: [f64; 3]) -> f64 {
    let [one, two] =
        [one, two].map(|[lightness, chroma, hue]| luminance(lightness, chroma, hue) + 0.05);
    one.max(two) / one.min(two)
}

const TOKENS: &str = include_str!("../../../static/css/tokens.css");

/// The colour of a token; `accent` fills in what it takes of that.
fn token(name: &str, accent: [f64; 2]) -> [f64; 3] {
    let line = TOKENS
        .split(&format!("--{name}: oklch("))
        .nth(1)
        .expect(name);
    let colour = line.split(");").next().expect(name);
    let colour = colour
        .replace("calc(var(--c) * ", "*")
        .replace("var(--c)", "*1")
        .replace("var(--h)", "hue");
    let parts: Vec<_> = colour
        .split_whitespace()
        .map(|part| part.trim_end_matches([')', '%']))
        .collect();
    let number = |part: &str| part.parse::<f64>().expect(name);
    let chroma = parts[1]
        .strip_prefix('*')
        .map_or_else(|| number(parts[1]), |times| number(times) * accent[0]);
    let hue = if parts[2] == "hue" {
        accent[1]
    } else {
        number(parts[2])
    };
    [number(parts[0]) / 100.0, chroma, hue]
}

/// Chroma and hue of each accent of the style sheet.
fn accents() -> Vec<[f64; 2]> {
    let values = |name: &str| -> Vec<f64> {
        let found = TOKENS.split(name).skip(1);
        found
            .map(|rest| {
                rest.split(';')
                    .next()
                    .and_then(|value| value.parse().ok())
                    .expect(name)
            })
            .collect()
    };
    let (hues, chromas) = (values("--h: "), values("--c: "));
    chromas
        .into_iter()
        .zip(hues)
        .map(|(chroma, hue)| [chroma, hue])
        .collect()
}

#[test]
fn every_accent_has_its_colour() {
    assert_eq!(accents().len(), Accent::ALL.len());
    for accent in Accent::ALL
        .into_iter()
        .filter(|accent| *accent != Accent::default())
    {
        assert!(
            TOKENS.contains(&format!("[data-accent=\"{}\"]", accent.word())),
            "{accent:?}"
        );
    }
}

#[test]
fn text_stands_out_in_every_accent_and_both_themes() {
    let white = [1.0, 0.0, 0.0];
    for accent in accents() {
        let of = |name: &str| token(name, accent);
        let pairs = [
            ("white on a button", white, of("tint-5")),
            ("white on a pressed button", white, of("tint-6")),
            (
                "dark on a button at night",
                of("night-0"),
                of("tint-dark-5"),
            ),
            ("a mark on the page", of("tint-5"), of("paper-1")),
            ("a link", of("tint-6"), of("paper-2")),
            ("a link in one's own message", of("tint-6"), of("tint-1")),
            ("text in one's own message", of("ink-0"), of("tint-1")),
            ("the time in one's own message", of("ink-1"), of("tint-1")),
            ("a match of a search", of("ink-0"), of("tint-2")),
            (
                "a mark on the page at night",
                of("tint-dark-5"),
                of("night-0"),
            ),
            ("a link at night", of("tint-dark-6"), of("night-2")),
            (
                "a link in one's own message at night",
                of("tint-dark-6"),
                of("tint-dark-1"),
            ),
            (
                "text in one's own message at night",
                of("chalk-0"),
                of("tint-dark-1"),
            ),
            (
                "the time in one's own message at night",
                of("chalk-1"),
                of("tint-dark-1"),
            ),
            (
                "a match of a search at night",
                of("chalk-0"),
                of("tint-dark-2"),
            ),
        ];
        for (what, text, ground) in pairs {
            let contrast = contrast(text, ground);
            assert!(contrast >= 4.5, "{what}, {accent:?}: {contrast}");
        }
    }
}

#[test]
fn initials_stand_out_from_every_hue_in_both_themes() {
    let css = include_str!("../../../static/css/controls.css");
    let avatar = css.split(".avatar {").nth(1).unwrap();
    let pair = |property: &str| -> Vec<(f64, f64)> {
        let line = avatar
            .lines()
            .find(|line| line.trim().starts_with(property))
            .unwrap();
        let colours = line.split("oklch(").skip(1);
        colours
            .map(|colour| {
                let mut parts = colour.split_whitespace();
                let lightness = parts.next().unwrap().trim_end_matches('%');
                let lightness: f64 = lightness.parse().unwrap();
                (lightness / 100.0, parts.next().unwrap().parse().unwrap())
            })
            .collect()
    };
    let hues: Vec<f64> = css
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("[data-hue=")?
                .split("--hue: ")
                .nth(1)
        })
        .map(|hue| hue.trim_end_matches("; }").parse().unwrap())
        .collect();
    assert_eq!(hues.len(), 7);
    for (ground, text) in pair("background:").into_iter().zip(pair("color:")) {
        for hue in &hues {
            let contrast = contrast([ground.0, ground.1, *hue], [text.0, text.1, *hue]);
            assert!(contrast >= 4.5, "hue {hue}: {contrast}");
        }
    }
}
