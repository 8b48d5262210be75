//! Takes the pages' templates and static files into the binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    memory_serve::load_directory("../../static");

    embed("templates", &[""]);
    // What is bundled is needed as it is written.
    embed("static", &["css", "js"]);
}

/// Lists what lies in these folders below `root`, by path, with what is in it.
fn embed(root: &str, folders: &[&str]) {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../..")
        .join(root)
        .canonicalize()
        .expect("it lies beside the crates");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::from("&[\n");
    for path in folders.iter().flat_map(|folder| files(&root.join(folder))) {
        let name = path.strip_prefix(&root).expect("it was found there");
        let (name, path) = (name.to_str(), path.to_str());
        let (name, path) = name.zip(path).expect("names are UTF-8");
        writeln!(list, "    ({name:?}, include_str!({path:?})),").expect("a string takes all");
    }
    list.push(']');
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let list_of = root.file_name().expect("it has a name");
    let file = Path::new(&out).join(list_of).with_extension("rs");
    fs::write(file, list).expect("the output folder is writable");
}

/// Every file below `folder`, in a fixed order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is readable");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("so is its entry").path())
        .collect();
    paths.sort();
    let below = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    paths.into_iter().flat_map(below).collect()
}
