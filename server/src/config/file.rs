//! The TOML file: its text to the values of known settings. What the values mean is not known here.
//!
//! The parser's own messages repeat lines of the file, which may hold secrets: only its one-line summary and the
//! number of the line are passed on.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::nearest::nearest;
use super::settings::{SETTINGS, Setting, find_by_key};
use super::source::Origin;

/// A value before its setting has looked at it.
pub(super) enum Raw {
    Text(String),
    List(Vec<String>),
}

/// The values of the file by the environment name of their setting.
pub(super) type FileValues = BTreeMap<&'static str, (Raw, Origin)>;

/// Reads the text of the file; everything that is wrong with it is added to `problems`.
pub(super) fn parse(path: &Path, text: &str, problems: &mut Vec<Problem>) -> FileValues {
    let (document, errors) = DeTable::parse_recoverable(text);
    let line_of = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let place = |line: usize| format!("{}, line {line}", path.display());
    if !errors.is_empty() {
        problems.extend(errors.iter().map(|error| {
            let line = line_of(error.span().map_or(0, |span| span.start));
            Problem::elsewhere(place(line), format!("this is not valid TOML: {}", error.message()))
        }));
        return FileValues::new();
    }

    let mut values = FileValues::new();
    for (section, content) in document.get_ref() {
        let line = line_of(section.span().start);
        let section = section.get_ref().as_ref();
        if !sections().any(|known| known == section) {
            problems.push(Problem::elsewhere(
                place(line),
                unknown_section(section, content.get_ref()),
            ));
            continue;
        }
        let DeValue::Table(entries) = content.get_ref() else {
            let what = format!("{section:?} is a section: write [{section}] and its settings below");
            problems.push(Problem::elsewhere(place(line), what));
            continue;
        };
        for (name, value) in entries {
            let line = line_of(name.span().start);
            let name = name.get_ref().as_ref();
            let Some(setting) = find_by_key(&format!("{section}.{name}")) else {
                problems.push(Problem::elsewhere(place(line), unknown_name(section, name)));
                continue;
            };
            let origin = Origin::File {
                path: path.to_owned(),
                line,
            };
            match raw(setting, value.get_ref()) {
                Ok(raw) => {
                    values.insert(setting.env, (raw, origin));
                }
                Err(what) => problems.push(Problem::with_value(setting, &origin, what)),
            }
        }
    }
    values
}

/// A text, or a list of texts where the setting is a list. The error does not repeat the value.
fn raw(setting: &Setting, value: &DeValue<'_>) -> Result<Raw, String> {
    match value {
        DeValue::String(text) => Ok(Raw::Text(text.to_string())),
        DeValue::Array(items) if setting.list => items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::String(text) => Ok(text.to_string()),
                other => Err(format!(
                    "every item must be a text in quotes, and one is {}",
                    kind(other)
                )),
            })
            .collect::<Result<_, _>>()
            .map(Raw::List),
        other if setting.list => Err(format!(
            "it must be a list of texts in quotes, and it is {}",
            kind(other)
        )),
        other => Err(format!("it must be a text in quotes, and it is {}", kind(other))),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

fn keys() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().filter_map(|setting| setting.key)
}

fn sections() -> impl Iterator<Item = &'static str> {
    SETTINGS
        .iter()
        .filter_map(|setting| Some(setting.section_and_name()?.0))
}

fn unknown_section(section: &str, content: &DeValue<'_>) -> String {
    if matches!(content, DeValue::Table(_)) {
        return match nearest(section, sections()) {
            Some(near) => format!("there is no section [{section}]; did you mean [{near}]?"),
            None => {
                let mut known: Vec<&str> = sections().collect();
                known.dedup();
                format!("there is no section [{section}]; there are [{}]", known.join("], ["))
            }
        };
    }
    match find_anywhere(section) {
        Some(setting) => format!("unknown setting {section:?}; did you mean {}?", in_section(setting)),
        None => format!("unknown setting {section:?}: every setting belongs to a section such as [server]"),
    }
}

fn unknown_name(section: &str, name: &str) -> String {
    let key = format!("{section}.{name}");
    let in_this_section = || {
        keys()
            .filter_map(|key| key.split_once('.'))
            .filter(|(known, _)| *known == section)
    };
    if let Some(near) = nearest(name, in_this_section().map(|(_, name)| name)) {
        return format!("unknown setting {key:?}; did you mean {near:?}?");
    }
    if let Some(setting) = find_anywhere(name) {
        return format!("unknown setting {key:?}; did you mean {}?", in_section(setting));
    }
    let known: Vec<&str> = in_this_section().map(|(_, name)| name).collect();
    format!("unknown setting {key:?}; [{section}] has: {}", known.join(", "))
}

/// The setting of any section that is called nearly like this in the file or in the environment.
fn find_anywhere(name: &str) -> Option<&'static Setting> {
    let names = SETTINGS
        .iter()
        .filter_map(|setting| Some(setting.section_and_name()?.1));
    let near = nearest(name, names.chain(SETTINGS.iter().map(|setting| setting.env)))?;
    SETTINGS
        .iter()
        .copied()
        .find(|setting| setting.env == near || setting.section_and_name().is_some_and(|(_, name)| name == near))
}

fn in_section(setting: &Setting) -> String {
    match setting.section_and_name() {
        Some((section, name)) => format!("{name:?} in [{section}]"),
        None => format!("the environment variable {}", setting.env),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        let mut problems = Vec::new();
        parse(Path::new("latchkey.toml"), text, &mut problems);
        problems.iter().map(|problem| format!("{problem}\n")).collect()
    }

    #[test]
    fn unknown_names_lead_to_known_ones() {
        for (text, said) in [
            (
                "[server]\nlisen = 'x'",
                "latchkey.toml, line 2:\n    unknown setting \"server.lisen\"; did you mean \"listen\"?",
            ),
            (
                "[sever]\nlisten = 'x'",
                "there is no section [sever]; did you mean [server]?",
            ),
            (
                "[kitchen]\n",
                "there is no section [kitchen]; there are [server], [data], [secrets], [plex], [log]",
            ),
            (
                "listen = 'x'",
                "unknown setting \"listen\"; did you mean \"listen\" in [server]?",
            ),
            ("LATCHKEY_LISTEN = 'x'", "did you mean \"listen\" in [server]?"),
            (
                "LATCHKEY_CONFIG = 'x'",
                "did you mean the environment variable LATCHKEY_CONFIG?",
            ),
            ("banana = 'x'", "every setting belongs to a section such as [server]"),
            (
                "[server]\nsetup_code = 'x'",
                "did you mean \"setup_code\" in [secrets]?",
            ),
            (
                "[log]\nbanana = 'x'",
                "unknown setting \"log.banana\"; [log] has: filter, format",
            ),
            ("server = 'x'", "\"server\" is a section: write [server]"),
        ] {
            assert!(problems(text).contains(said), "{}", problems(text));
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_told_with_the_right_one() {
        let said = problems("[server]\nlisten = 5056\n");
        assert!(
            said.starts_with("LATCHKEY_LISTEN (server.listen), from latchkey.toml, line 2:\n"),
            "{said}"
        );
        assert!(
            said.contains("it must be a text in quotes, and it is a number"),
            "{said}"
        );
        assert!(
            said.contains("Example: listen = \"127.0.0.1:5056\"   (below [server])"),
            "{said}"
        );
        assert!(problems("[server]\ntrusted_proxies = [1]").contains("every item must be a text in quotes"));
        assert!(problems("[server]\ntrusted_proxies = true").contains("a list of texts in quotes, and it is true or"));
        assert!(problems("[server]\nlisten = ['a']").contains("and it is a list"));
    }

    #[test]
    fn broken_toml_is_told_by_line_and_never_repeats_it() {
        let said = problems("[secrets]\nsetup_code = hunter2hunter2\n[server\n");
        assert!(
            said.contains("latchkey.toml, line 2:\n    this is not valid TOML: "),
            "{said}"
        );
        assert!(said.contains("latchkey.toml, line 3:"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        let twice = problems("[secrets]\nsetup_code = 'hunter2hunter2'\nsetup_code = 'hunter2hunter3'\n");
        assert!(twice.contains("line 3") && !twice.contains("hunter2"), "{twice}");
    }
}
