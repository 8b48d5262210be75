//! What may be a mention is `<span class="mention">@name</span>` until it is known whether
//! somebody is called so. Nothing that a person types becomes such a span in another way, and a
//! name has no sign that HTML escapes: so it is found again exactly.

const OPEN: &str = "<span class=\"mention\">";
const CLOSE: &str = "</span>";

/// Marks what may be a mention, its sign included.
pub(crate) fn mark(name: &str, html: &mut String) {
    html.push_str(OPEN);
    html.push_str(name);
    html.push_str(CLOSE);
}

/// The names that are marked, in order, without their sign.
pub fn names(html: &str) -> impl Iterator<Item = &str> {
    html.split(OPEN)
        .skip(1)
        .filter_map(|part| Some(split(part)?.0))
}

/// Gives each mention what it stands for. `find` says, of a name without its sign, the attribute
/// that tells it and its value, which holds nothing to escape. What stands for nobody is a word
/// like any other.
pub fn resolve(
    html: String,
    mut find: impl FnMut(&str) -> Option<(&'static str, String)>,
) -> String {
    if !html.contains(OPEN) {
        return html;
    }
    let mut parts = html.split(OPEN);
    let mut resolved = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, rest)) = split(part) else {
            resolved.push_str(part);
            continue;
        };
        match find(name) {
            Some((attribute, value)) => {
                let open = ["<span class=\"mention\" ", attribute, "=\"", &value, "\">@"];
                resolved.extend(open);
                resolved.push_str(name);
                resolved.push_str(CLOSE);
            }
            None => resolved.extend(["@", name]),
        }
        resolved.push_str(rest);
    }
    resolved
}

/// The name in what follows a mark, and what comes after it.
fn split(part: &str) -> Option<(&str, &str)> {
    let (name, rest) = part.split_once(CLOSE)?;
    Some((name.strip_prefix('@')?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_found_stays_marked() {
        let mut html = "<p>".to_owned();
        mark("@ben", &mut html);
        html.push_str(", ");
        mark("@eve", &mut html);
        html.push_str("!</p>");
        assert_eq!(names(&html).collect::<Vec<_>>(), ["ben", "eve"]);
        let find = |name: &str| (name == "ben").then(|| ("data-user", "7".to_owned()));
        assert_eq!(
            resolve(html, find),
            "<p><span class=\"mention\" data-user=\"7\">@ben</span>, @eve!</p>"
        );
        assert_eq!(resolve("<p>a</p>".to_owned(), find), "<p>a</p>");
    }
}
