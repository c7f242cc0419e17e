//! A page of Markdown.

use std::{collections::BTreeSet, path::Path};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::read;

/// The code spans of a cell of a table.
pub(crate) type Cell = Vec<String>;

pub(crate) struct Page {
    /// Its path from the repository's root.
    pub(crate) file: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(file: &str) -> Self {
        Self { file: file.to_owned(), text: read(file) }
    }

    fn events(&self) -> impl Iterator<Item = Event<'_>> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES)
    }

    /// Returns the fenced blocks of a language.
    pub(crate) fn blocks(&self, language: &str) -> Vec<String> {
        let (mut blocks, mut inside) = (Vec::new(), false);
        for event in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if *info == *language => {
                    inside = true;
                    blocks.push(String::new());
                }
                Event::Text(text) if inside => blocks.last_mut().unwrap().push_str(&text),
                Event::End(TagEnd::CodeBlock) => inside = false,
                _ => {}
            }
        }
        blocks
    }

    /// Returns the destinations of its links.
    pub(crate) fn links(&self) -> Vec<String> {
        let link = |event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
            _ => None,
        };
        self.events().filter_map(link).collect()
    }

    /// Returns the anchors of its headings, as GitHub makes them.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let (mut anchors, mut heading) = (BTreeSet::new(), None::<String>);
        for event in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let heading = heading.take().unwrap().to_lowercase().replace(' ', "-");
                    let kept = heading.chars().filter(|it| it.is_alphanumeric() || "-_".contains(*it)).collect();
                    assert!(anchors.insert(kept), "{} has the heading {heading:?} twice", self.file);
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        anchors
    }

    /// Returns the rows of the tables below a heading, up to the next heading, as the code spans of each cell. Without a
    /// heading, all rows.
    pub(crate) fn rows(&self, below: Option<&str>) -> Vec<Vec<Cell>> {
        let (mut rows, mut heading, mut in_heading) = (Vec::<Vec<Cell>>::new(), String::new(), false);
        let mut in_row = false;
        for event in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => (heading, in_heading) = (String::new(), true),
                Event::End(TagEnd::Heading(_)) => in_heading = false,
                Event::Text(text) if in_heading => heading.push_str(&text),
                Event::Start(Tag::TableRow) if below.is_none_or(|it| it == heading) => {
                    in_row = true;
                    rows.push(Vec::new());
                }
                Event::End(TagEnd::TableRow) => in_row = false,
                Event::Start(Tag::TableCell) if in_row => rows.last_mut().unwrap().push(Cell::new()),
                Event::Code(code) if in_row => rows.last_mut().unwrap().last_mut().unwrap().push(code.into_string()),
                _ => {}
            }
        }
        rows
    }

    /// Returns the code spans in the first cells of those rows.
    pub(crate) fn first_cells(&self, below: Option<&str>) -> Vec<String> {
        self.rows(below).into_iter().filter_map(|row| row.into_iter().next()).flatten().collect()
    }

    /// Returns the path, from the repository's root, of the file to which a link of this page leads.
    pub(crate) fn target(&self, link: &str) -> String {
        let directory = Path::new(&self.file).parent().unwrap();
        let mut parts: Vec<&str> = directory.iter().map(|part| part.to_str().unwrap()).collect();
        for part in link.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                assert!(parts.pop().is_some(), "{}: {link} leaves the repository", self.file);
            } else {
                parts.push(part);
            }
        }
        parts.join("/")
    }
}
