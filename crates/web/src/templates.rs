//! The pages' templates: embedded in release builds, read from disk whenever they change in debug
//! builds.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use sha2::{Digest, Sha256};
use whatscrap_users::AVATAR_SIDES;

use crate::assets;
use crate::initials::initials as initials_of;

/// The Trusted Types policies that our modules create, for the Content-Security-Policy.
pub(crate) const TRUSTED_TYPES: &str = "server-html our-worker";

const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates");

/// Renders pages.
pub(crate) struct Templates {
    environment: Environment<'static>,
    import_map: String,
}

impl Templates {
    pub(crate) fn new() -> Self {
        let urls = assets::urls();
        let import_map = assets::import_map(&urls).to_string();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(syntax());
        environment.add_global("import_map", Value::from_safe_string(import_map.clone()));
        environment.add_function("asset", move |path: &str| asset(&urls, path));
        environment.add_filter("bytes", bytes);
        environment.add_filter("hue", hue);
        environment.add_filter("initials", initials);
        environment.add_filter("larger", larger);
        if cfg!(debug_assertions) {
            environment.set_loader(minijinja::path_loader(FOLDER));
        } else {
            for (name, source) in EMBEDDED {
                environment
                    .add_template(name, source)
                    .expect("a test compiles every template");
            }
        }
        Self {
            environment,
            import_map,
        }
    }

    /// Renders a template, named by its path below `templates`. What the context lacks is an
    /// error, and everything in it is escaped.
    pub(crate) fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        self.environment.get_template(name)?.render(context)
    }

    /// What stands in the Content-Security-Policy for the scripts that the pages hold: only the
    /// import map, which no browser loads from elsewhere.
    pub(crate) fn script_hashes(&self) -> Vec<String> {
        let hash = Sha256::digest(&self.import_map);
        vec![format!("sha256-{}", BASE64_STANDARD.encode(hash))]
    }
}

/// Tags on lines of their own leave no blank lines behind.
fn syntax() -> SyntaxConfig {
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build();
    syntax.expect("the delimiters are the usual ones")
}

/// Our own file names need no escaping.
fn asset(urls: &BTreeMap<&'static str, String>, path: &str) -> Result<Value, Error> {
    let unknown = || {
        let detail = format!("no static file {path}");
        Error::new(ErrorKind::InvalidOperation, detail)
    };
    let url = urls.get(path).cloned().ok_or_else(unknown)?;
    Ok(Value::from_safe_string(url))
}

fn initials(name: &str) -> String {
    initials_of(name)
}

/// The address of the next size of somebody's picture, for cards and dense screens.
fn larger(avatar_url: &str) -> String {
    let (picture, _) = avatar_url.rsplit_once('/').unwrap_or((avatar_url, ""));
    format!("{picture}/{}", AVATAR_SIDES[1])
}

/// So many bytes as people say it. `static/js/attachments.js` does the same.
#[expect(clippy::cast_precision_loss, reason = "nobody reads so many digits")]
fn bytes(bytes: u64) -> String {
    let units = ["bytes", "KB", "MB", "GB"];
    let (mut size, mut unit) = (bytes as f64, 0);
    while size >= 1_000.0 && unit < units.len() - 1 {
        size /= 1_000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && size < 10.0);
    format!("{size:.digits$} {}", units[unit])
}

/// One of the seven hues that tell people apart, by their id. `static/js/rows.js` does the same.
fn hue(id: &str) -> u8 {
    let last = id.get(id.len().saturating_sub(2)..).unwrap_or_default();
    u8::from_str_radix(last, 16).unwrap_or_default() % 7 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        for (size, words) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 KB"),
            (25 << 20, "26 MB"),
            (9_400_000_000, "9.4 GB"),
            (12_000_000_000_000, "12000 GB"),
        ] {
            assert_eq!(bytes(size), words);
        }
    }

    #[test]
    fn every_template_compiles() {
        let templates = Templates::new();
        for (name, source) in EMBEDDED {
            if let Err(error) = templates.environment.template_from_named_str(name, source) {
                panic!("{name}: {error:#}");
            }
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        let urls = BTreeMap::from([("css/page.css", "/static/css/page.1.css".to_owned())]);
        let url = asset(&urls, "css/page.css").unwrap();
        assert_eq!(url.to_string(), "/static/css/page.1.css");
        assert!(asset(&urls, "css/other.css").is_err());
    }
}
