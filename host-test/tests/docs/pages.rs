//! The pages as a whole: they are listed, short, and their links exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{ROOT, page::Page};

const BESIDE_DOCS: [&str; 14] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "crates/paypal-simulator/README.md",
    "deploy/wasmcloud/README.md",
    "examples/stock-host/README.md",
    "examples/temporal/README.md",
    "host-test/fixtures/README.md",
    "host-test/fixtures/events/certificates/README.md",
    "packages/node/README.md",
    "packages/python/README.md",
    "src/events/testdata/README.md",
    "wit/README.md",
];

fn in_docs() -> BTreeSet<String> {
    let files = fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    files.map(|name| format!("docs/{}", name.to_str().unwrap())).filter(|file| file.ends_with(".md")).collect()
}

#[test]
fn the_index_lists_every_page_once() {
    let index = Page::read("docs/README.md");
    let mut listed = BTreeMap::new();
    for link in index.links() {
        *listed.entry(index.target(&link)).or_insert(0) += 1;
    }
    let problems: Vec<_> = in_docs()
        .into_iter()
        .filter(|file| *file != index.file && listed.get(file) != Some(&1))
        .map(|file| format!("docs/README.md lists {file} {} times", listed.get(&file).unwrap_or(&0)))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let files: Vec<String> = in_docs().into_iter().chain(BESIDE_DOCS.map(str::to_owned)).collect();
    let pages: BTreeMap<String, Page> = files.into_iter().map(|file| (file.clone(), Page::read(&file))).collect();
    let mut problems = Vec::new();
    let mut count = 0;
    for page in pages.values() {
        for link in page.links().into_iter().filter(|link| !link.contains("://")) {
            count += 1;
            let (path, anchor) = link.split_once('#').map_or((&*link, None), |(path, anchor)| (path, Some(anchor)));
            let file = if path.is_empty() { page.file.clone() } else { page.target(path) };
            if !Path::new(ROOT).join(&file).exists() {
                problems.push(format!("{}: {link} leads to no file", page.file));
            } else if let Some(anchor) = anchor {
                let anchors = pages.get(&file).map(Page::anchors).unwrap_or_default();
                if !anchors.contains(anchor) {
                    problems.push(format!("{}: {link} leads to no heading", page.file));
                }
            }
        }
    }
    assert!(count > 50, "the links have been read");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_path_in_a_table_of_paths_is_there() {
    let host = |file: &String| format!("crates/connector-host/src/{file}");
    let layout = Page::read("CONTRIBUTING.md").first_cells(Some("Layout"));
    let copied = Page::read("docs/embedding.md").first_cells(Some("Your own host"));
    let copied: Vec<_> = copied.iter().map(host).collect();
    assert!(layout.len() > 15 && copied.len() > 5, "{layout:?} {copied:?}");
    let missing: Vec<_> =
        layout.into_iter().chain(copied).filter(|path| !Path::new(ROOT).join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_first_pages_stay_short() {
    for (file, most) in [("README.md", 150), ("CONTRIBUTING.md", 120)] {
        let lines = Page::read(file).text.lines().count();
        assert!(lines <= most, "{file} has {lines} lines; move some of them to docs/");
    }
}
