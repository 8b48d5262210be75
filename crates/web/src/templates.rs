//! The pages' templates: embedded in release builds, read from disk whenever they change in debug
//! builds.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use sha2::{Digest, Sha256};

use crate::assets;

/// The Trusted Types policies that our modules create, for the Content-Security-Policy.
pub(crate) const TRUSTED_TYPES: &str = "server-html";

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

fn asset(urls: &BTreeMap<&'static str, String>, path: &str) -> Result<String, Error> {
    let unknown = || {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("no static file {path}"),
        )
    };
    urls.get(path).cloned().ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(
            asset(&urls, "css/page.css").unwrap(),
            "/static/css/page.1.css"
        );
        assert!(asset(&urls, "css/other.css").is_err());
    }
}
