use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// How a file is to be called when it is saved (RFC 6266, RFC 8187), and whether it may be shown.
pub(super) fn of(name: &str, is_shown: bool) -> String {
    let how = if is_shown { "inline" } else { "attachment" };
    let plain: String = name.chars().map(plain).collect();
    let mut header = format!("{how}; filename=\"{plain}\"");
    if plain != name {
        let _ = write!(
            header,
            "; filename*=UTF-8''{}",
            utf8_percent_encode(name, NON_ALPHANUMERIC)
        );
    }
    header
}

/// What every reader of a quoted string takes for itself.
fn plain(c: char) -> char {
    match c {
        '"' | '\\' | '%' => '_',
        ' '..='~' => c,
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_and_never_end_the_header() {
        for (name, header) in [
            ("a b.txt", "attachment; filename=\"a b.txt\""),
            (
                "a\"; b=\"c.txt",
                "attachment; filename=\"a_; b=_c.txt\"; \
                 filename*=UTF-8''a%22%3B%20b%3D%22c%2Etxt",
            ),
            (
                "Plan für 名.pdf",
                "attachment; filename=\"Plan f_r _.pdf\"; \
                 filename*=UTF-8''Plan%20f%C3%BCr%20%E5%90%8D%2Epdf",
            ),
            (
                "a\r\nb",
                "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab",
            ),
        ] {
            assert_eq!(of(name, false), header);
        }
        assert_eq!(of("a.png", true), "inline; filename=\"a.png\"");
    }
}
