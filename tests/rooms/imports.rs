//! The imports between the files of a crate, from their source.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Item, ItemUse, UseTree, Visibility,
    visit::{self, Visit},
};

/// A file by its module path: `call::check` is `src/call/check.rs`.
pub(crate) type Module = Vec<String>;

/// The imports of a crate: for each file, the files that it uses. Without tests and `mod` declarations. A re-export
/// counts as used by its users, not by the file that re-exports it.
pub(crate) fn read(root: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let sources = sources(root);
    let files: BTreeMap<Module, Source> =
        sources.into_iter().map(|(module, file)| (module.clone(), Source::read(module, &file))).collect();
    let resolve = |path: &[String]| {
        let mut path = path.to_vec();
        loop {
            let length = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
            let (module, rest) = path.split_at(length);
            // A re-exported name is followed to its origin, at most as deep as modules are nested.
            match rest.first().and_then(|name| files[module].exported(name)) {
                Some(from) if from != path => path = from,
                _ => return Some(module.to_vec()),
            }
        }
    };
    let edges = |module: &Module, source: &Source| {
        // A name without `crate`, `self` or `super` may be a child's.
        let child = |path: &&Module| files.contains_key(&[&**module, &path[..1]].concat());
        let children = source.relative.iter().filter(child).map(|path| [&**module, path].concat());
        let used = source.used.iter().cloned().chain(children).filter_map(|path| resolve(&path));
        used.filter(|it| it != module && !it.is_empty()).collect()
    };
    files.iter().map(|(module, source)| (module.clone(), edges(module, source))).collect()
}

/// The files of a crate.
fn sources(root: &Path) -> Vec<(Module, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let steps = path.strip_prefix(root).unwrap().with_extension("");
                let mut module: Module = steps.iter().map(|it| it.to_str().unwrap().to_owned()).collect();
                if matches!(module.last().map(String::as_str), Some("lib" | "main" | "mod")) {
                    module.pop();
                }
                if !module.iter().any(|it| it == "tests") {
                    found.push((module, path));
                }
            }
        }
    }
    found
}

/// What one file uses and re-exports, as paths from the crate's root.
struct Source {
    module: Module,
    /// How many modules inside the file the visitor is in.
    depth: usize,
    used: Vec<Module>,
    /// Paths that begin with any other name.
    relative: Vec<Module>,
    exports: Vec<Module>,
}

impl Source {
    fn read(module: Module, file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut source = Self { module, depth: 0, used: Vec::new(), relative: Vec::new(), exports: Vec::new() };
        source.visit_file(&parsed);
        source
    }

    /// The origin of a name that the file re-exports.
    fn exported(&self, name: &str) -> Option<Module> {
        let last = |path: &&Module| path.last().is_some_and(|it| it == name);
        self.exports.iter().find(last).cloned().or_else(|| {
            let mut glob = self.exports.iter().find(|path| path.last().is_some_and(|it| it == "*"))?.clone();
            glob.pop();
            glob.push(name.to_owned());
            Some(glob)
        })
    }

    /// Records a path that is used.
    fn note(&mut self, path: &[String]) {
        match self.absolute(path) {
            Some(path) => self.used.push(path),
            // A single `name` is an item of this file.
            None if self.depth == 0 && path.len() > 1 => self.relative.push(path.to_vec()),
            None => {}
        }
    }

    /// The path from the crate's root, if it is in this crate.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let mut base = self.module.clone();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" if self.depth == 0 => {
                base.extend_from_slice(&path[1..]);
                Some(base)
            }
            "super" => {
                let up = path.iter().take_while(|it| *it == "super").count().checked_sub(self.depth)?;
                base.truncate(base.len().checked_sub(up)?);
                base.extend_from_slice(&path[up + self.depth..]);
                Some(base)
            }
            _ => None,
        }
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Mod(it) => &it.attrs,
            Item::Fn(it) => &it.attrs,
            Item::Use(it) => &it.attrs,
            Item::Const(it) => &it.attrs,
            Item::Impl(it) => &it.attrs,
            Item::Struct(it) => &it.attrs,
            _ => &[],
        };
        let is_test =
            |it: &Attribute| it.path().is_ident("cfg") && it.meta.require_list().unwrap().tokens.to_string() == "test";
        if attributes.iter().any(is_test) {
            return;
        }
        let inline = matches!(item, Item::Mod(module) if module.content.is_some());
        self.depth += usize::from(inline);
        visit::visit_item(self, item);
        self.depth -= usize::from(inline);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut leaves = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut leaves);
        for leaf in leaves {
            match item.vis {
                Visibility::Inherited => self.note(&leaf),
                // A re-export may name a child without `self`.
                _ => self
                    .exports
                    .extend(self.absolute(&leaf).or_else(|| self.absolute(&[vec!["self".to_owned()], leaf].concat()))),
            }
        }
    }

    /// `pub(super)` is not an import.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let steps: Vec<String> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        self.note(&steps);
        visit::visit_path(self, path);
    }
}

fn flatten(tree: &UseTree, path: &mut Module, leaves: &mut Vec<Module>) {
    let leaf = |path: &Module, name: &str| [path.clone(), vec![name.to_owned()]].concat();
    match tree {
        UseTree::Path(it) => {
            path.push(it.ident.to_string());
            flatten(&it.tree, path, leaves);
            path.pop();
        }
        UseTree::Name(it) if it.ident == "self" => leaves.push(path.clone()),
        UseTree::Rename(it) if it.ident == "self" => leaves.push(path.clone()),
        UseTree::Name(it) => leaves.push(leaf(path, &it.ident.to_string())),
        UseTree::Rename(it) => leaves.push(leaf(path, &it.ident.to_string())),
        UseTree::Glob(_) => leaves.push(leaf(path, "*")),
        UseTree::Group(it) => it.items.iter().for_each(|tree| flatten(tree, path, leaves)),
    }
}
