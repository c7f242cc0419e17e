//! Compares `docs/catalogue.md` with what the build knows.

use crate::{
    extensions::{EFFECTS, KINDS, MEMBERS, OF_OPERATIONS, OF_SCHEMAS, PAGING, RELATIONS, RULES, Word},
    lists::compare,
    page::Page,
};

const PAGE: &str = "docs/catalogue.md";

fn owned<'a>(words: impl IntoIterator<Item = &'a &'a str>) -> Vec<String> {
    words.into_iter().map(|word| (*word).to_owned()).collect()
}

fn words(words: &[Word]) -> Vec<String> {
    words.iter().map(|(word, _)| (*word).to_owned()).collect()
}

#[test]
fn the_page_lists_every_extension_with_its_members() {
    let page = Page::read(PAGE);
    compare(PAGE, page.first_cells(Some("Extensions")), owned(OF_OPERATIONS.iter().chain(&OF_SCHEMAS)));
    for row in page.rows(Some("Extensions")) {
        let (extension, value) = (&row[0][0], &row[1]);
        let members = MEMBERS.iter().find(|(name, _)| name == extension);
        match members {
            // Its members are in a separate table.
            Some(("x-rules", _)) => assert!(value.is_empty()),
            Some((_, members)) => compare(&format!("{PAGE}, {extension}"), value.clone(), owned(*members)),
            None if extension == "x-paging" => compare("x-paging", value.clone(), words(&PAGING)),
            None => assert!(value.is_empty() || *value == ["true"], "{extension}: {value:?}"),
        }
    }
}

#[test]
fn the_page_lists_the_words_of_each_extension() {
    let page = Page::read(PAGE);
    compare("effects", Page::read("docs/actions.md").first_cells(Some("Effects")), words(&EFFECTS));
    compare("rules about a value", page.first_cells(Some("Rules about a value")), words(&RULES));

    let entries = page.first_cells(Some("Rules about parameters"));
    let entries = entries.iter().map(|entry| serde_json::from_str::<serde_json::Value>(entry).unwrap());
    let (mut rules, mut members) = (Vec::new(), Vec::new());
    for entry in entries {
        rules.push(entry["rule"].as_str().unwrap().to_owned());
        members.extend(entry.as_object().unwrap().keys().cloned());
    }
    compare("rules about parameters", rules, words(&RELATIONS));
    members.sort();
    members.dedup();
    let (_, known) = MEMBERS.iter().find(|(name, _)| *name == "x-rules").unwrap();
    compare("their members", members, owned(*known));

    let (_, kinds) = page.text.split_once("`x-journal` accepts ").unwrap();
    let (kinds, _) = kinds.split_once('.').unwrap();
    compare("kinds of resources", kinds.split('`').skip(1).step_by(2).map(str::to_owned), words(&KINDS));
}
