use std::ops::Range;

use axum::http::{HeaderMap, header};

/// Which part of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// These bytes of it, at least one.
    Part(Range<u64>),
    /// None that it has.
    Nothing,
}

/// RFC 9110, 14: one range of bytes. What is not understood, several at once, and a range of another
/// file than this one ask for all of it.
pub(super) fn asked(request: &HeaderMap, size: u64, tag: &str) -> Asked {
    let text = |name| request.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|known| known != tag) {
        return Asked::Whole;
    }
    let range = text(header::RANGE).and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.trim().split_once('-')) else {
        return Asked::Whole;
    };
    let part = match (number(first), number(last)) {
        (Ok(Some(first)), Ok(last)) => {
            let last = last.unwrap_or(u64::MAX);
            if last < first {
                return Asked::Whole;
            }
            first..last.saturating_add(1).min(size)
        }
        (Ok(None), Ok(Some(count))) => size.saturating_sub(count)..size,
        _ => return Asked::Whole,
    };
    if part.is_empty() {
        Asked::Nothing
    } else {
        Asked::Part(part)
    }
}

fn number(digits: &str) -> Result<Option<u64>, ()> {
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(());
    }
    // What is too long to be counted is past every end.
    Ok(Some(digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Asked {
        let mut request = HeaderMap::new();
        request.insert(header::RANGE, range.parse().unwrap());
        asked(&request, 10, "\"a\"")
    }

    #[test]
    fn one_range_is_understood() {
        for (range, part) in [
            ("bytes=0-", 0..10),
            ("bytes=0-0", 0..1),
            ("bytes=3-6", 3..7),
            ("bytes=3-99", 3..10),
            ("bytes=-4", 6..10),
            ("bytes=-99", 0..10),
            ("bytes=0-99999999999999999999999", 0..10),
        ] {
            assert_eq!(of(range), Asked::Part(part), "{range}");
        }
        for range in ["bytes=10-", "bytes=99-100", "bytes=-0"] {
            assert_eq!(of(range), Asked::Nothing, "{range}");
        }
        for range in [
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=6-3",
            "lines=1-2",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(of(range), Asked::Whole, "{range}");
        }
    }

    #[test]
    fn a_range_of_another_file_asks_for_all_of_this_one() {
        let mut request = HeaderMap::new();
        request.insert(header::RANGE, "bytes=1-2".parse().unwrap());
        request.insert(header::IF_RANGE, "\"a\"".parse().unwrap());
        assert_eq!(asked(&request, 10, "\"a\""), Asked::Part(1..3));
        assert_eq!(asked(&request, 10, "\"b\""), Asked::Whole);
        assert_eq!(asked(&HeaderMap::new(), 10, "\"a\""), Asked::Whole);
    }
}
