/// The most characters of a description.
const MOST: usize = 1_000;

/// The description is too long, or cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a description has at most {MOST} characters, and not U+0000")]
pub struct AltError;

/// What a file shows, in words: trimmed, and nothing if nothing is left.
pub fn parse_alt(text: &str) -> Result<Option<String>, AltError> {
    let text = text.trim();
    if text.chars().count() > MOST || text.contains('\0') {
        return Err(AltError);
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_trimmed_and_bounded() {
        assert_eq!(parse_alt(" a cat \n"), Ok(Some("a cat".to_owned())));
        assert_eq!(parse_alt(" \n"), Ok(None));
        assert!(parse_alt(&"ü".repeat(1_000)).is_ok());
        assert_eq!(parse_alt(&"ü".repeat(1_001)), Err(AltError));
        assert_eq!(parse_alt("a\0"), Err(AltError));
    }
}
