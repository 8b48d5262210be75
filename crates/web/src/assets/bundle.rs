//! An entry and all that it imports, as one file: a page asks for few, and what we write stays in
//! small modules that a browser could load as they are.
//!
//! A style sheet imports by `@import "other.css";`. A module imports by names that are its own in
//! the bundle, `import { one, two } from "./other.js";`, and exports declarations. Each keeps a
//! scope of its own for what it does not export. What another bundle holds is imported from there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The entries, each after those that it shares modules with.
pub(super) const ENTRIES: [&str; 5] = [
    "css/chat.css",
    "css/entry.css",
    "js/app.js",
    "js/around.js",
    "js/later.js",
];

/// Reads a source by its path below `static`.
pub(super) type Read<'a> = &'a dyn Fn(&str) -> String;

/// What [`ENTRIES`] become.
#[derive(Default)]
pub(super) struct Bundles {
    /// By entry.
    pub(super) texts: BTreeMap<&'static str, String>,
    /// The entry whose bundle holds a source.
    pub(super) holders: BTreeMap<String, &'static str>,
}

impl Bundles {
    /// Makes them.
    ///
    /// # Panics
    /// If a source is not written as said above: a test bundles them all.
    pub(super) fn make(read: Read) -> Self {
        let mut bundles = Self::default();
        for entry in ENTRIES {
            let text = if entry.starts_with("css/") {
                styles(entry, read)
            } else {
                bundles.module(entry, read)
            };
            bundles.texts.insert(entry, text);
        }
        bundles
    }

    fn module(&mut self, entry: &'static str, read: Read) -> String {
        let mut bundle = Bundle::default();
        self.add(entry, entry, read, &mut bundle);
        let mut text = String::new();
        for (from, names) in bundle.imports {
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            let (_, from) = from.split_once('/').expect("it lies in a folder");
            writeln!(text, "import {{ {names} }} from \"./{from}\";").expect("a string takes all");
        }
        let names = bundle.exports.into_iter().collect::<Vec<_>>().join(", ");
        text + &bundle.text + &format!("export {{ {names} }};\n")
    }

    /// Adds a module behind those that it imports.
    fn add(&mut self, path: &str, entry: &'static str, read: Read, bundle: &mut Bundle) {
        self.holders.insert(path.to_owned(), entry);
        let module = Module::parse(path, &read(path));
        for (from, names) in &module.imports {
            match self.holders.get(from) {
                None => self.add(from, entry, read, bundle),
                Some(holder) if *holder == entry => {}
                Some(holder) => {
                    let known = bundle.imports.entry(holder).or_default();
                    known.extend(names.iter().cloned());
                }
            }
        }
        for name in &module.exports {
            let is_new = bundle.exports.insert(name.clone());
            assert!(is_new, "{path}: another module exports {name}, too");
        }
        bundle.text += &module.scoped();
    }
}

#[derive(Default)]
struct Bundle {
    text: String,
    exports: BTreeSet<String>,
    /// What it takes from other bundles.
    imports: BTreeMap<&'static str, BTreeSet<String>>,
}

/// A module, without its comments, imports and exports.
struct Module {
    imports: Vec<(String, Vec<String>)>,
    exports: Vec<String>,
    text: String,
}

impl Module {
    fn parse(path: &str, source: &str) -> Self {
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        let mut text = String::with_capacity(source.len());
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let is_export_from = line.starts_with("export {");
            if line.starts_with("import ") || is_export_from {
                let mut whole = line.to_owned();
                while !whole.ends_with(';') {
                    whole += lines.next().expect("an import ends");
                }
                imports.push(import(&whole).unwrap_or_else(|| panic!("{path}: {whole}")));
            } else if let Some(declaration) = line.strip_prefix("export ") {
                let name = declared(declaration).unwrap_or_else(|| panic!("{path}: {line}"));
                exports.push(name.to_owned());
                text.extend([declaration, "\n"]);
            } else if !is_comment(line.trim_start()) {
                text.extend([line, "\n"]);
            }
        }
        Self {
            imports,
            exports,
            text,
        }
    }

    /// In a scope of its own, from which comes what it exports.
    fn scoped(&self) -> String {
        if self.text.trim().is_empty() {
            return String::new();
        }
        let names = self.exports.join(", ");
        let (left, right) = match self.exports[..] {
            [] => (String::new(), String::new()),
            _ => (
                format!("const {{ {names} }} = "),
                format!("return {{ {names} }};\n"),
            ),
        };
        format!("{left}(() => {{\n{}{right}}})();\n", self.text)
    }
}

/// From where, and which names.
fn import(line: &str) -> Option<(String, Vec<String>)> {
    let (what, from) = line.strip_suffix("\";")?.split_once("\"./")?;
    let names = match what.split_once('{') {
        Some((_, names)) => names.split_once('}')?.0,
        None if what == "import " => "",
        None => return None,
    };
    let names = names.split(',').map(|name| name.trim().to_owned());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    let are_plain = names.iter().all(|name| !name.contains(' '));
    are_plain.then(|| (format!("js/{from}"), names))
}

/// The name that a declaration gives: `let` gives none, for it may change.
fn declared(declaration: &str) -> Option<&str> {
    let kinds = ["const ", "class ", "function ", "async function "];
    let rest = kinds
        .iter()
        .find_map(|kind| declaration.strip_prefix(kind))?;
    let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_')?;
    (end > 0).then_some(&rest[..end])
}

fn is_comment(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("//")
        || line.starts_with("/**")
        || line.starts_with("* ")
        || line == "*/"
}

fn styles(entry: &str, read: Read) -> String {
    let mut text = String::new();
    for line in read(entry).lines() {
        let name = line.strip_prefix("@import \"");
        match name.and_then(|name| name.strip_suffix("\";")) {
            Some(name) => text += &read(&format!("css/{name}")),
            None => text.extend([line, "\n"]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_keep_their_scopes_and_come_behind_what_they_import() {
        let read = |path: &str| {
            match path {
                "css/chat.css" => "@import \"one.css\";\nb {}\n",
                "css/one.css" => "a {}\n",
                "js/app.js" => "// An entry.\nimport { one } from \"./one.js\";\nimport \"./two.js\";\none();\n",
                "js/one.js" => "const hidden = 1;\n/** Says it. */\nexport function one() {\n  return hidden;\n}\n",
                "js/two.js" => "import {\n  one,\n} from \"./one.js\";\nexport const two = one();\n",
                "js/three.js" => "import { two } from \"./two.js\";\nexport const three = two;\n",
                "js/around.js" => "// Nothing.\n",
                _ => "export { three } from \"./three.js\";\n",
            }
            .to_owned()
        };
        let bundles = Bundles::make(&read);
        assert_eq!(bundles.texts["css/chat.css"], "a {}\nb {}\n");
        assert_eq!(
            bundles.texts["js/app.js"],
            "const { one } = (() => {\nconst hidden = 1;\nfunction one() {\n  return hidden;\n}\n\
             return { one };\n})();\nconst { two } = (() => {\nconst two = one();\nreturn { two };\n\
             })();\n(() => {\none();\n})();\nexport { one, two };\n"
        );
        assert_eq!(
            bundles.texts["js/later.js"],
            "import { two } from \"./app.js\";\nconst { three } = (() => {\nconst three = two;\n\
             return { three };\n})();\nexport { three };\n"
        );
        assert_eq!(bundles.holders["js/two.js"], "js/app.js");
    }

    #[test]
    fn what_could_not_be_bundled_rightly_is_noticed() {
        assert!(import("import { a } from \"./a.js\";").is_some());
        for line in [
            "import * as a from \"./a.js\";",
            "import { a as b } from \"./a.js\";",
            "import a from \"./a.js\";",
            "import { a } from \"elsewhere\";",
        ] {
            assert_eq!(import(line), None, "{line}");
        }
        assert_eq!(declared("async function a() {"), Some("a"));
        assert_eq!(declared("let a = 1;"), None);
        assert_eq!(declared("const { a } = b;"), None);
    }
}
