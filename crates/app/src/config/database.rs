//! Which database the server keeps its truth in.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

/// Which database, and where. Printed, its password is masked.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, made if it is missing.
    Sqlite(PathBuf),
    /// A server, as SQLx reads its URL.
    Postgres(Url),
}

/// Why a `DATABASE_URL` was refused. Never holds the URL: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}; accepted: sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE (or postgresql://), \
     each with a +driver as SQLAlchemy writes it"
)]
pub struct DatabaseUrlError(String);

impl DatabaseUrl {
    /// The URL as SQLx reads it, with its password.
    pub fn to_secret_url(&self) -> String {
        match self {
            Self::Sqlite(path) => {
                let path = path.to_string_lossy();
                format!("sqlite://{}", utf8_percent_encode(&path, PATH_SIGNS))
            }
            Self::Postgres(url) => url.to_string(),
        }
    }
}

/// What would end a path within a URL.
const PATH_SIGNS: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text
            .split_once(':')
            .ok_or_else(|| fault("it has no scheme"))?;
        let (dialect, driver) = match scheme.split_once('+') {
            Some((dialect, driver)) => (dialect, Some(driver)),
            None => (scheme, None),
        };
        match dialect {
            "sqlite" if driver.is_some() => sqlalchemy_path(rest).and_then(sqlite),
            "sqlite" => sqlite(rest.strip_prefix("//").unwrap_or(rest)),
            "postgres" | "postgresql" => postgres(rest),
            _ => Err(fault("its scheme is that of another database")),
        }
    }
}

fn fault(fault: impl Into<String>) -> DatabaseUrlError {
    DatabaseUrlError(fault.into())
}

/// SQLAlchemy's rule: three slashes, then a relative path, or an absolute one with its own slash.
fn sqlalchemy_path(rest: &str) -> Result<&str, DatabaseUrlError> {
    let slashes = "with a +driver, three slashes precede a relative path and four an absolute one";
    match rest.strip_prefix("///") {
        Some(path) => Ok(path),
        None => Err(fault(slashes)),
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    let (path, options) = path.split_once('?').unwrap_or((path, ""));
    if path.is_empty() || path == ":memory:" {
        return Err(fault("it names no file"));
    }
    if !matches!(options, "" | "mode=rwc" | "mode=rw") {
        return Err(fault(
            "the file is read and written: leave the options after the ? out",
        ));
    }
    match percent_decode_str(path).decode_utf8() {
        Ok(path) if !path.contains('\0') => Ok(DatabaseUrl::Sqlite(path.into_owned().into())),
        _ => Err(fault("its path is not readable text")),
    }
}

fn postgres(rest: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    let mut url = Url::parse(&format!("postgres:{rest}")).map_err(|error| {
        fault(format!(
            "{error} (signs like / ? # @ in a password are percent-encoded)"
        ))
    })?;
    if !rest.starts_with("//") {
        return Err(fault("two slashes follow the scheme"));
    }
    let mut options = Vec::new();
    for (name, value) in url.query_pairs() {
        match (&*name, &*value) {
            // SQLx cannot bind the channel; TLS itself is what `sslmode` asks for.
            ("channel_binding", _) => {}
            ("ssl", "true") => options.push(("sslmode".to_owned(), "require".to_owned())),
            ("ssl", "false") => options.push(("sslmode".to_owned(), "disable".to_owned())),
            ("ssl" | "sslmode", mode) => {
                if !SSL_MODES.contains(&mode) {
                    return Err(fault(format!(
                        "its sslmode is none of {}",
                        SSL_MODES.join(", ")
                    )));
                }
                options.push(("sslmode".to_owned(), mode.to_owned()));
            }
            (name, value) => options.push((name.to_owned(), value.to_owned())),
        }
    }
    url.set_query(None);
    if !options.is_empty() {
        url.query_pairs_mut().extend_pairs(options);
    }
    Ok(DatabaseUrl::Postgres(url))
}

const SSL_MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let mut masked = url.clone();
                if url.password().is_some() {
                    // Fails only for URLs that cannot have a password.
                    let _ = masked.set_password(Some("***"));
                }
                // An option can hold a password too.
                masked.set_query(None);
                write!(f, "{masked}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> String {
        match text.parse() {
            Ok(DatabaseUrl::Sqlite(path)) => path.to_string_lossy().into_owned(),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn server(text: &str) -> String {
        match text.parse() {
            Ok(DatabaseUrl::Postgres(url)) => url.to_string(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn plain_sqlite_is_followed_by_a_path() {
        assert_eq!(file("sqlite:chat.db"), "chat.db");
        assert_eq!(file("sqlite://data/chat.db"), "data/chat.db");
        assert_eq!(file("sqlite:/srv/chat.db"), "/srv/chat.db");
        assert_eq!(file("sqlite:///srv/chat.db?mode=rwc"), "/srv/chat.db");
        assert_eq!(file("sqlite:my%20chat.db"), "my chat.db");
    }

    #[test]
    fn sqlx_is_given_the_path_that_was_meant() {
        let url: DatabaseUrl = "sqlite:100%25%20sure%3F.db".parse().unwrap();
        assert_eq!(url.to_secret_url(), "sqlite://100%25%20sure%3F.db");
    }

    #[test]
    fn with_a_driver_sqlalchemys_slashes_count() {
        assert_eq!(file("sqlite+aiosqlite:///chat.db"), "chat.db");
        assert_eq!(file("sqlite+aiosqlite:////srv/chat.db"), "/srv/chat.db");
        assert!("sqlite+aiosqlite://chat.db".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn postgres_urls_of_providers_and_of_sqlalchemy_are_understood() {
        let neon =
            "postgresql://ada:s3cret@ep-1.neon.tech/chat?sslmode=require&channel_binding=require";
        let plain = "postgres://ada:s3cret@ep-1.neon.tech/chat?sslmode=require";
        assert_eq!(server(neon), plain);
        assert_eq!(
            server("postgres+asyncpg://ada:s3cret@ep-1.neon.tech/chat?ssl=require"),
            plain
        );
        assert_eq!(
            server("postgresql+psycopg2://localhost/chat"),
            "postgres://localhost/chat"
        );
        let socket = "postgres:///chat?host=%2Ftmp%2Fpg";
        assert_eq!(server(socket), socket);
    }

    #[test]
    fn what_is_refused_is_explained_without_the_password() {
        for (text, explained) in [
            ("mysql://u:s3cret@h/d", "another database"),
            ("/srv/chat.db", "no scheme"),
            ("sqlite::memory:", "no file"),
            ("sqlite:", "no file"),
            ("sqlite:chat.db?mode=ro", "read and written"),
            ("postgres:u:s3cret@h/d", "two slashes"),
            ("postgres://u:s3/cret@h/d", "percent-encoded"),
            ("postgres://u:s3cret@h/d?sslmode=on", "verify-full"),
        ] {
            let line = text.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(line.contains(explained), "{text}: {line}");
            assert!(
                line.contains("accepted: sqlite:PATH, postgres://"),
                "{line}"
            );
            assert!(!line.contains("s3") && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn the_password_is_masked_wherever_it_is_printed() {
        for text in [
            "postgres://u:s3cret@h/d",
            "postgres://u@h/d?password=s3cret",
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert!(!format!("{url} {url:?}").contains("s3cret"));
        }
    }
}
