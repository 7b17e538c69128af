//! docs/configuration.md, written from the table of settings.

use std::fmt::Write as _;

use super::settings::{Fallback, SETTINGS, Setting};

const INTRODUCTION: &str = "\
# Configuration

<!-- Written by `latchkey config reference > docs/configuration.md` from server/src/config/settings.rs. Change it there. -->

Latchkey starts without any configuration. Everything on this page is optional.

A value comes from, the later the stronger:

1. its default,
2. the TOML file,
3. the environment,
4. for secrets, the file that the variable with `_FILE` at its end names, as container engines provide them:
   `LATCHKEY_SESSION_SECRET_FILE=/run/secrets/session_secret`. One line break at the end of the file is ignored. A
   secret and its `_FILE` variable together are a mistake.

An empty variable counts as not set. Lists are separated by commas in the environment and are arrays in the file.

All of it is checked at start. If anything is wrong, Latchkey does not start and lists every mistake with the name of
the setting, where the value came from, what is wrong and an example. Unknown names in the file are mistakes; unknown
variables that begin with `LATCHKEY_` are warnings. `latchkey config check` does the same without starting, and prints
every value and where it came from, with secrets hidden.
";

/// What the example file has in place of a key; nobody may copy a real one.
const KEY_IN_FILE: &str = "<64 hexadecimal digits>";

const CLOSING: &str = "
## The data folder

Latchkey makes it at first start with mode 0700, so that only its own user gets in, and writes its files with mode
0600. It holds the SQLite database and the key file. Whoever can read it has your household's accounts and secrets:
keep its backups as private. A folder that was there before keeps its mode; Latchkey warns if others can read it.

## Logs

Logs go to the standard error output. Tokens, PINs and codes of sign-ins, cookies and passwords are never logged, nor
are query strings that could hold one, at any level; the set-up code at first start is the one exception. For that
reason only Latchkey's own modules can be logged at `debug` and `trace`, and `sqlx::query`, which logs the text of SQL
statements without the values. Other libraries (`hyper`, `h2`, `reqwest`, `rustls`, `tower_sessions` and all the rest)
are held at `info`, whatever the filter says: below it they log headers and session ids.
";

/// The whole page in Markdown.
pub fn reference() -> String {
    let mut page = String::from(INTRODUCTION);
    let mut file = String::new();
    let mut last = None;
    for setting in SETTINGS {
        let section = setting.section_and_name().map(|(section, _)| section);
        if last != Some(section) {
            heading(&mut page, section);
            if let Some(section) = section {
                let gap = if file.is_empty() { "" } else { "\n" };
                let _ = writeln!(file, "{gap}[{section}]");
            }
            last = Some(section);
        }
        row(&mut page, setting);
        // Only a shell understands `$(…)`.
        let example = if setting.example.starts_with('$') {
            KEY_IN_FILE
        } else {
            setting.example
        };
        if let Some(line) = setting.toml_line(example) {
            let _ = writeln!(file, "# {line}");
        }
    }
    let _ = write!(page, "\n## A file with every setting\n\n```toml\n{file}```\n");
    page + CLOSING
}

fn heading(page: &mut String, section: Option<&str>) {
    let title = section.map_or("Where the file is".to_owned(), |section| format!("`[{section}]`"));
    let _ = write!(page, "\n## {title}\n\n| Setting | Default | Meaning |\n|---|---|---|\n");
}

fn row(page: &mut String, setting: &Setting) {
    let mut names = format!("`{}`", setting.env);
    if let Some(variable) = setting.file_env() {
        let _ = write!(names, "<br>`{variable}`");
    }
    if let Some((_, name)) = setting.section_and_name() {
        let _ = write!(names, "<br>in the file: `{name}`");
    }
    let default = match setting.default {
        Fallback::Value("") => "none".to_owned(),
        Fallback::Value(text) => format!("`{text}`"),
        Fallback::Described(what) => what.to_owned(),
    };
    let secret = if setting.secret { " **Secret.**" } else { "" };
    let _ = writeln!(
        page,
        "| {names} | {default} | {}{secret} Example: `{}` |",
        setting.doc, setting.example
    );
}
