/// The most characters of a name.
const MOST: usize = 200;
/// What a file is called that came without a name.
const NAMELESS: &str = "file";

/// What a file is called, for showing and saving: its own name without folders, controls and what
/// turns the direction of writing, so that `exe` never hides behind `gpj`. Never a path of ours.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !is_hidden(*c)).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let name = words.join(" ");
    let name = name
        .trim_start_matches('.')
        .trim_end_matches(['.', ' '])
        .trim_start();
    if name.is_empty() {
        return NAMELESS.to_owned();
    }
    shortened(name)
}

/// Controls, marks of direction, and what has no width; but not what joins emoji.
fn is_hidden(c: char) -> bool {
    let is_format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e007f}');
    (c.is_control() && !c.is_whitespace()) || is_format
}

/// A long name keeps its beginning and its extension.
fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= MOST {
        return name.to_owned();
    }
    let extension = name.rfind('.').map_or("", |dot| &name[dot..]);
    let kept = extension.chars().count();
    let extension = if kept <= 16 { extension } else { "" };
    let stem = name.chars().take(MOST - extension.chars().count());
    stem.collect::<String>() + extension
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_as_it_is() {
        for name in [
            "plan.pdf",
            "Über uns.txt",
            "写真.jpg",
            "👩‍👩‍👧.png",
            "a.tar.gz",
            "CON",
        ] {
            assert_eq!(clean_name(name), name);
        }
    }

    #[test]
    fn hostile_names_become_harmless() {
        for (name, clean) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ada\\a.txt", "a.txt"),
            ("a\0b\r\nc\u{7}.txt", "ab c.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\u{2066}a\u{2069}\u{200b}.txt", "a.txt"),
            (" .htaccess ", "htaccess"),
            ("a .", "a"),
            ("..", "file"),
            ("", "file"),
            ("a/", "file"),
        ] {
            assert_eq!(clean_name(name), clean, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = clean_name(&format!("{}.jpeg", "ü".repeat(5_000)));
        assert_eq!(name.chars().count(), MOST);
        assert!(name.ends_with("ü.jpeg"));
        assert_eq!(clean_name(&format!("a.{}", "b".repeat(900))).len(), MOST);
    }
}
