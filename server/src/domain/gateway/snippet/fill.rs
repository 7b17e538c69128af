//! Filling in templates: `{{name}}` stands for a value. On a line of its own it stands for any number of lines, which are
//! indented as it is; for none, where the value is empty.

use std::collections::HashMap;

use super::SnippetPart;

/// By name.
pub(super) type Values = HashMap<&'static str, String>;

/// A file of this template.
pub(super) fn part(file: &str, template: &str, values: &Values) -> SnippetPart {
    SnippetPart {
        file: file.to_owned(),
        text: fill(template, values),
    }
}

/// A name without a value stays as it is; a test looks for those.
pub(super) fn fill(template: &str, values: &Values) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    for line in template.lines() {
        let word = line.trim_start();
        let indent = &line[..line.len() - word.len()];
        match whole(word).and_then(|name| values.get(name)) {
            Some(value) => value.lines().for_each(|line| push(&mut filled, indent, line)),
            None => push(&mut filled, indent, &within(word, values)),
        }
    }
    filled
}

fn push(filled: &mut String, indent: &str, line: &str) {
    if !line.is_empty() {
        filled.push_str(indent);
        filled.push_str(line);
    }
    filled.push('\n');
}

/// The name, where the line is nothing else.
fn whole(word: &str) -> Option<&str> {
    let name = word.strip_prefix("{{")?.strip_suffix("}}")?;
    (!name.contains("{{")).then_some(name)
}

fn within(line: &str, values: &Values) -> String {
    let mut pieces = line.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("}}") {
            Some((name, rest)) if values.contains_key(name) => {
                filled.push_str(&values[name]);
                filled.push_str(rest);
            }
            _ => {
                filled.push_str("{{");
                filled.push_str(piece);
            }
        }
    }
    filled
}
