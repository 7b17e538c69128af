//! Both languages have everything that is used and nothing else, and no page says anything that is not from the files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use leptos::prelude::*;

use super::*;
use crate::pages::document;

#[expect(dead_code, reason = "the program around it is not run")]
#[path = "../../examples/gallery/main.rs"]
mod gallery;

/// In a page's context: words are marked.
#[derive(Clone, Copy)]
pub(crate) struct Marks;

#[test]
fn the_reader_gets_the_best_of_what_there_is() {
    for (accepts, language) in [
        ("de", Some(Language::German)),
        ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
        ("fr,en;q=0.5,de;q=0.9", Some(Language::German)),
        ("en-GB,de;q=0.9", Some(Language::English)),
        ("fr-CA, fr;q=0.8", None),
        ("", None),
        ("*", None),
        ("de;q=0", None),
        (";;;q=,", None),
    ] {
        assert_eq!(Language::negotiate(accepts), language, "{accepts}");
    }
}

#[test]
fn a_message_is_put_into_words_late() {
    let message = msg!("common-tokens", count = 1);
    assert_eq!(message.to_string(), "1 token");
    assert_eq!(msg!("common-tokens", count = 3).to_string(), "3 tokens");
    assert_eq!(message.in_language(Language::German), "1 Token");
}

#[test]
fn names_in_messages_stay_what_they_are() {
    let message = msg!("login-confirm", name = "</b>{name}{ $name }");
    let words = message.to_string();
    assert!(
        words.starts_with("You're signed in as </b>{name}{ $name }. Sign"),
        "{words}"
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// Keys with the variables of each, checked on the way.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = Vec::new();
    files_below(&root().join("app/messages").join(language.tag()), "ftl", &mut found);
    let listed = include_str!("../messages.rs");
    let mut keys = BTreeMap::new();
    for (path, text) in found {
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(listed.contains(&format!("/{file}.ftl")), "{file} is not in the list");
        if let Err((_, errors)) = FluentResource::try_new(text.clone()) {
            panic!("{path:?}: {errors:?}");
        }
        let mut key = None;
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line
                .split_once(" =")
                .filter(|_| line.starts_with(|c: char| c.is_alphabetic()))
            {
                assert!(name.starts_with(&format!("{file}-")), "{name} stands in {file}.ftl");
                assert!(
                    keys.insert(name.to_owned(), BTreeSet::new()).is_none(),
                    "{name} stands twice"
                );
                key = Some(name.to_owned());
            }
            let variables = line.split("{ $").skip(1);
            let variables = variables.map(|rest| rest.split([' ', '}']).next().unwrap().to_owned());
            if let Some(known) = key.as_ref().and_then(|key| keys.get_mut(key)) {
                known.extend(variables);
            }
            assert!(!line.contains("{$"), "{path:?}: write {{ $name }}: {line}");
        }
    }
    keys
}

#[test]
fn both_languages_have_the_same_messages() {
    let (english, german) = (keys(Language::English), keys(Language::German));
    for (key, variables) in &english {
        assert_eq!(german.get(key), Some(variables), "{key} in German");
    }
    let more: Vec<_> = german.keys().filter(|key| !english.contains_key(*key)).collect();
    assert!(more.is_empty(), "only in German: {more:?}");
}

/// The arguments' names in `"key", name = value, …)`.
fn names(call: &str) -> BTreeSet<String> {
    let (mut depth, mut quoted, mut escaped) = (0_i32, false, false);
    let (mut parts, mut part) = (Vec::new(), String::new());
    for character in call.chars() {
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '"' => quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => {}
        }
        if depth < 0 {
            break;
        }
        part.push(character);
    }
    parts.push(part);
    let name = |part: &String| {
        part.split_once('=')
            .map(|(name, _)| name.trim_matches([' ', '\n', ',']).to_owned())
    };
    parts.iter().filter_map(name).collect()
}

#[test]
fn every_message_that_is_used_is_there_and_the_other_way_round() {
    let known = keys(Language::English);
    let mut sources = Vec::new();
    for folder in ["app/src", "server/src"] {
        files_below(&root().join(folder), "rs", &mut sources);
    }
    let mut used = BTreeSet::new();
    for (path, text) in sources {
        let text: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect();
        for literal in text.split('"') {
            if known.contains_key(literal) {
                used.insert(literal.to_owned());
            }
        }
        if path.ends_with("messages/tests.rs") {
            continue;
        }
        for sign in ["msg!(", "t!("] {
            for (at, _) in text.match_indices(sign) {
                let before = text[..at].chars().next_back();
                if sign == "t!(" && before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let call = text[at + sign.len()..].trim_start();
                let Some(rest) = call.strip_prefix('"') else { continue };
                let (key, rest) = rest.split_once('"').unwrap();
                let variables = known.get(key).unwrap_or_else(|| panic!("{path:?}: no message {key}"));
                let given = names(rest);
                assert!(
                    given.is_subset(variables),
                    "{path:?}: {key} has {variables:?}, given {given:?}"
                );
                // What is missing is given as a view.
                let views = text[..at].trim_end().ends_with("words_with(&");
                assert!(
                    views || given == *variables,
                    "{path:?}: {key} has {variables:?}, given {given:?}"
                );
            }
        }
    }
    // The sentences of the activity list go by the words of its kinds.
    let kinds = std::fs::read_to_string(root().join("server/src/domain/activity.rs")).unwrap();
    let words = kinds
        .split(" = \"")
        .skip(1)
        .filter_map(|rest| rest.split_once("\" in ").map(|(word, _)| word));
    for word in words.filter(|word| word.len() < 40) {
        let key = format!("activity-{word}");
        assert!(known.contains_key(&key), "no message {key}");
        used.insert(key);
    }
    let idle: Vec<_> = known.keys().filter(|key| !used.contains(*key)).collect();
    assert!(idle.is_empty(), "nobody says {idle:?}");
}

/// What the gallery says about its people and devices.
fn data() -> BTreeSet<String> {
    let mut sources = Vec::new();
    files_below(&root().join("app/examples/gallery"), "rs", &mut sources);
    let mut data: BTreeSet<String> = sources
        .iter()
        .flat_map(|(_, text)| text.split('"').skip(1).step_by(2))
        .map(str::to_owned)
        .collect();
    data.extend(Language::ALL.map(|language| language.name().to_owned()));
    // Addresses may be shown in parts, as `typed` does.
    let addresses = data.iter().filter_map(|text| text.strip_prefix("https://"));
    let parts: Vec<String> = addresses
        .flat_map(|address| address.split_inclusive('/'))
        .map(str::to_owned)
        .collect();
    data.extend(parts);
    data
}

/// Whether everything outside of marks is data. `depth`: how many marks are open.
fn is_marked(text: &str, depth: &mut i32, data: &BTreeSet<String>) -> bool {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&");
    let mut outside = String::new();
    for character in text.chars() {
        match character {
            '⟦' => *depth += 1,
            '⟧' => *depth -= 1,
            _ if *depth == 0 => outside.push(character),
            _ => {}
        }
    }
    let mut parts = outside.split(" · ").map(str::trim);
    parts.all(|part| part.chars().all(|c| !c.is_alphabetic()) || data.contains(part.trim_start_matches('…')))
}

/// What in a page is not from the files.
fn foreign(html: &str, data: &BTreeSet<String>) -> Vec<String> {
    let (mut found, mut depth, mut rest) = (Vec::new(), 0, html);
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        if !is_marked(text, &mut depth, data) {
            found.push(text.to_owned());
        }
        let mut quoted = false;
        let end = rest[start..].find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = start + end.expect("an end of the tag");
        let tag = &rest[start..end];
        for name in ["title", "aria-label", "placeholder", "alt", "label"] {
            let Some((_, value)) = tag.split_once(&format!(" {name}=\"")) else {
                continue;
            };
            let value = value.split('"').next().unwrap();
            if !is_marked(value, &mut 0, data) {
                found.push(format!("{name}: {value}"));
            }
        }
        rest = &rest[end + 1..];
        // Letters of a name, for those who see.
        if tag.contains("class=\"initials\"") || tag.starts_with("<style") || tag.starts_with("<script") {
            rest = &rest[rest.find('<').unwrap()..];
        }
    }
    assert_eq!(depth, 0, "marks come in pairs");
    found
}

#[test]
fn no_page_says_anything_that_is_not_from_the_files() {
    let data = data();
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Marks);
        let pages = gallery::pages().into_iter().map(|(name, viewer, page)| {
            let chrome = gallery::chrome(crate::pages::Theme::System, viewer);
            (name, document(chrome, page).to_html())
        });
        let islands = gallery::island_states().into_iter().chain(gallery::waiting_states());
        let mut count = 0;
        for (name, html) in pages.chain(islands) {
            let foreign = foreign(&html, &data);
            assert!(foreign.is_empty(), "{name}: {foreign:?}");
            assert!(html.contains('⟦'), "{name} says something");
            count += 1;
        }
        assert!(count > 50, "the whole gallery");
    });
    assert!(!foreign("<p>Hello</p>", &data).is_empty(), "this test can fail");
    assert!(!foreign("<p title=\"Hello\">⟦a⟧</p>", &data).is_empty());
}
