//! Where to go after logging in.

use std::fmt::Write as _;

/// The path, if it is one of ours. Anything that a browser could read as another site's address
/// is not: `//host`, `/\host`, and signs that browsers drop.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    own.then_some(path)
}

/// The login page that leads back to a path.
pub(super) fn login_path(next: Option<&str>) -> String {
    let mut path = String::from("/auth/login");
    if let Some(next) = next.and_then(own_path).filter(|next| *next != "/") {
        path.push_str("?next=");
        for byte in next.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                path.push(byte.into());
            } else {
                write!(path, "%{byte:02X}").expect("a string takes all");
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        for own in ["/", "/chat/rooms", "/chat/room/1?at=2#x", "/a//b"] {
            assert_eq!(own_path(own), Some(own));
        }
        for foreign in [
            "",
            "chat",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/ /evil.example",
            "/a\\b",
            "/ü",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }

    #[test]
    fn the_way_back_is_one_parameter() {
        let path = login_path(Some("/chat/room/1?at=2&x=y"));
        assert_eq!(path, "/auth/login?next=/chat/room/1%3Fat%3D2%26x%3Dy");
        assert_eq!(login_path(Some("/")), "/auth/login");
        assert_eq!(login_path(Some("//evil.example")), "/auth/login");
        assert_eq!(login_path(None), "/auth/login");
    }
}
