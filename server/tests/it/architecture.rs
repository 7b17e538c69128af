//! The rules of the code base's layout, held by reading the sources. The reasons: ARCHITECTURE.md.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// No source file is longer.
const MOST_LINES: usize = 600;

/// A source file: its path from the workspace, and its lines without comments, with their numbers.
struct Source {
    path: String,
    lines: Vec<(usize, String)>,
    length: usize,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(read(&path));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    Source {
        path: path.strip_prefix(workspace()).unwrap().to_str().unwrap().to_owned(),
        lines: lines
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(number, line)| (number, line.to_owned()))
            .collect(),
        length: text.lines().count(),
    }
}

impl Source {
    /// Only what is compiled into the program: `#[cfg(test)] mod …` and files of tests left out.
    fn program(&self) -> impl Iterator<Item = &(usize, String)> {
        let end = self
            .lines
            .windows(2)
            .find(|pair| {
                pair[0].1.trim() == "#[cfg(test)]" && pair[1].1.starts_with("mod ") && pair[1].1.ends_with('{')
            })
            .map_or(usize::MAX, |pair| pair[0].0);
        let test = self.path.contains("tests");
        self.lines.iter().filter(move |(number, _)| !test && *number < end)
    }
}

/// Fails with all places at once.
fn none(rule: &str, broken: impl IntoIterator<Item = String>) {
    let broken: Vec<_> = broken.into_iter().collect();
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// Where one of these words stands in the program's code, as a whole word.
fn uses<'a>(sources: &'a [Source], words: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    sources.iter().flat_map(move |source| {
        source.program().filter_map(move |(number, line)| {
            let word = words.iter().find(|word| has_word(line, word))?;
            Some(format!("{}:{number} has `{word}`: {}", source.path, line.trim()))
        })
    })
}

fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !part_of_word(line[..at].chars().next_back()) && !part_of_word(line[at + word.len()..].chars().next())
    })
}

/// The modules of the server that a file imports: `crate::x`, also in `use crate::{x::…, y};` over several lines, and
/// `super::x` where that leads to the top.
fn imported(source: &Source) -> BTreeSet<String> {
    let text: String = source.program().map(|(_, line)| format!("{}\n", line.trim())).collect();
    let mut modules = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            modules.extend(first_names(group));
        } else {
            modules.insert(name(rest));
        }
    }
    modules
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The names at the first level of `a::{b, c}, d}`.
fn first_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if character.is_alphabetic() && start => {
                names.push(name(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn the_app_knows_nothing_of_the_server() {
    none(
        "app/ has no axum, sqlx, tokio",
        uses(&sources("app/src"), &["axum", "sqlx", "tokio", "latchkey"]),
    );
    let manifest = fs::read_to_string(workspace().join("app/Cargo.toml")).unwrap();
    let named = ["axum", "sqlx", "tokio", "latchkey", "frontend"];
    let broken = manifest
        .lines()
        .filter(|line| named.iter().any(|name| line.starts_with(name)));
    none("app/Cargo.toml depends on none of these", broken.map(str::to_owned));
}

#[test]
fn the_domain_is_pure() {
    let words = [
        "async",
        "tokio",
        "sqlx",
        "axum",
        "reqwest",
        "tower_sessions",
        "fs",
        "std::net",
    ];
    none(
        "server/src/domain has no async and no I/O",
        uses(&sources("server/src/domain"), &words),
    );
}

/// domain ← storage, plex ← services ← web ← bootstrap.
#[test]
fn modules_use_only_what_is_below_them() {
    let below: [(&str, &[&str]); 6] = [
        ("domain", &[]),
        ("config", &["domain"]),
        ("storage", &["domain"]),
        ("plex", &["domain"]),
        ("services", &["domain", "storage", "plex"]),
        ("web", &["domain", "services", "plex", "config"]),
    ];
    let mut broken = Vec::new();
    for (module, allowed) in below {
        for source in sources(&format!("server/src/{module}")) {
            let foreign = imported(&source).into_iter();
            let foreign = foreign.filter(|name| name != module && !allowed.contains(&name.as_str()));
            broken.extend(foreign.map(|name| format!("{} uses crate::{name}", source.path)));
        }
    }
    none(
        "domain ← storage, plex ← services ← web; web does not touch storage",
        broken,
    );
}

#[test]
fn each_library_stays_behind_its_module() {
    for (library, home) in [
        ("sqlx", "storage"),
        ("reqwest", "plex"),
        ("axum", "web"),
        ("leptos", "web"),
        ("lettre", "services/mail"),
    ] {
        let server = sources("server/src");
        let outside: Vec<_> = server
            .into_iter()
            .filter(|source| {
                // The doctor and the test of a proxy look from outside, as a visitor's browser does.
                let outside = ["server/src/cli/doctor/", "server/src/web/gateway/probe.rs"];
                let doctor = library == "reqwest" && outside.iter().any(|path| source.path.starts_with(path));
                let home = source.path.starts_with(&format!("server/src/{home}"));
                !home && !doctor && source.path != "server/src/bootstrap.rs"
            })
            .collect();
        // The name in a text uses nothing.
        let texts = ["server/src/logging.rs", "server/src/config/reference.rs"];
        let words = [library];
        let used = uses(&outside, &words).filter(|place| !texts.iter().any(|file| place.starts_with(file)));
        none(&format!("only server/src/{home} uses {library}"), used);
    }
}

#[test]
fn only_the_configuration_reads_the_environment() {
    let server = sources("server/src");
    let others: Vec<_> = server
        .into_iter()
        .filter(|source| !source.path.starts_with("server/src/config/"))
        .collect();
    let words = ["env::var", "env::vars", "env::var_os", "env::vars_os", "set_var"];
    none("only server/src/config reads the environment", uses(&others, &words));
    none("the app reads no environment", uses(&sources("app/src"), &words));
}

/// Services and the plex.tv client are made in `bootstrap`; the command line, which starts nothing else, may load the
/// site.
#[test]
fn only_bootstrap_constructs() {
    let server = sources("server/src");
    let others: Vec<_> = server
        .into_iter()
        .filter(|source| source.path != "server/src/bootstrap.rs" && !source.path.starts_with("server/src/cli/"))
        .collect();
    let words = [
        "PlexClient::new",
        "OwnerToken::new",
        "Limits::new",
        "Sessions::new",
        "LocalSignIn::new",
        "Activity::new",
        "LoginTokens::new",
        "Sealed::new",
        "Reader::open",
        "Passwords::start",
        "Vault::new",
        "Mail::new",
        "Site::load",
        "AppState::new",
        "Site::open",
        "Db::open_sqlite",
        "Db::open_postgres",
        "SystemClock",
    ];
    let made = uses(&others, &words).filter(|place| !place.starts_with("server/src/domain/clock.rs"));
    none("only bootstrap constructs", made);
}

#[test]
fn no_file_is_longer_than_a_screenful_of_screens() {
    let all = [
        "app/src",
        "server/src",
        "server/tests",
        "frontend/src",
        "xtask/src",
        "end2end/plex-stub",
    ];
    let long = all
        .iter()
        .flat_map(|folder| sources(folder))
        .filter(|source| source.length > MOST_LINES);
    none(
        &format!("at most {MOST_LINES} lines a file"),
        long.map(|source| format!("{} has {}", source.path, source.length)),
    );
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<_> {
        let folder = fs::read_dir(workspace().join("migrations").join(engine)).unwrap();
        folder.map(|entry| entry.unwrap().file_name()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn the_reader_of_imports_reads_them() {
    let source = |text: &str| Source {
        path: "x.rs".into(),
        lines: text
            .lines()
            .enumerate()
            .map(|(number, line)| (number + 1, line.to_owned()))
            .collect(),
        length: 0,
    };
    let text = "use crate::{\n    domain::{a, b},\n    storage::{self, Db},\n    web,\n};\nlet x = crate::plex::Y;\n#[cfg(test)]\nmod tests {\nuse crate::config;\n}";
    let found: Vec<_> = imported(&source(text)).into_iter().collect();
    assert_eq!(found, ["domain", "plex", "storage", "web"]);
    assert!(has_word("use sqlx::Row;", "sqlx") && !has_word("use my_sqlx::Row", "sqlx"));
}

/// The parts of a file that begin at its left edge: functions, constants, macros.
fn items(source: &Source) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for (_, line) in source.program() {
        let begins =
            line.starts_with(|first: char| first.is_alphabetic() || first == '#') && !line.starts_with("where");
        if begins || items.is_empty() {
            items.push(String::new());
        }
        if let Some(item) = items.last_mut() {
            item.push_str(line.trim_end_matches('\\').trim());
            item.push(' ');
        }
    }
    items
}

/// Whether a statement in it writes what a member is called.
fn writes_a_name(item: &str) -> bool {
    const NAMES: [&str; 4] = ["username", "plex_username", "plex_name", "email"];
    let columns = [("UPDATE users SET ", " WHERE "), ("INSERT INTO users (", ")")];
    columns.into_iter().any(|(begin, end)| {
        item.split(begin).skip(1).any(|rest| {
            let written = rest.split(end).next().unwrap_or_default();
            NAMES.iter().any(|name| has_word(written, name))
        })
    })
}

/// What is sorted and found under is written by the program, so every statement that changes a name has to be followed by it.
#[test]
fn whoever_writes_a_name_writes_the_keys() {
    let (mut statements, mut broken) = (0, Vec::new());
    for source in sources("server/src") {
        let items = items(&source);
        let (constants, others): (Vec<_>, Vec<_>) = items
            .iter()
            .partition(|item| item.contains("const ") && !item.contains("fn "));
        for constant in &constants {
            if writes_a_name(constant) {
                statements += 1;
                let name = name(constant.split("const ").nth(1).unwrap_or_default());
                let users: Vec<_> = others.iter().filter(|item| has_word(item, &name)).collect();
                if users.is_empty() || users.iter().any(|item| !item.contains("rekey")) {
                    broken.push(format!("{}: whoever runs {name}", source.path));
                }
            }
        }
        for item in others.iter().filter(|item| writes_a_name(item)) {
            statements += 1;
            if !item.contains("rekey") {
                broken.push(format!(
                    "{}: {}",
                    source.path,
                    item.split('(').next().unwrap_or_default()
                ));
            }
        }
    }
    none("what writes a name ends with `rekey!`", broken);
    assert!(
        statements >= 9,
        "only {statements} statements were found: are they written in another way now?"
    );
}
