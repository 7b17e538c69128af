//! Finds the value of a setting: default < TOML file < environment < `…_FILE`, and keeps what is wrong on the way.
//!
//! It knows names and places, not what a value means: that is the business of the sections' parse functions.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::Problem;
use super::file::{self, FileValues, Raw};
use super::nearest::nearest;
use super::paths;
use super::settings::{CONFIG, Fallback, SETTINGS, Setting};
use super::source::{FileSource, Origin, Origins, PREFIX, Sources, read_text};

/// What is said about a value that is wrong: the end of a sentence, without the value itself if it is secret.
pub(super) type Said = String;

/// Reads one setting after the other.
pub(super) struct Loader {
    env: BTreeMap<String, OsString>,
    file: FileValues,
    pub(super) origins: Origins,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
    /// The TOML file that was read.
    pub(super) file_path: Option<PathBuf>,
}

impl Loader {
    pub(super) fn new(sources: Sources) -> Self {
        let mut loader = Self {
            env: sources.env,
            file: FileValues::new(),
            origins: Origins::default(),
            problems: Vec::new(),
            warnings: Vec::new(),
            file_path: None,
        };
        loader.warn_of_unknown_variables();
        loader.read_file(sources.file);
        loader
    }

    /// A setting that always has a value. Nothing if it is wrong; the problem is kept.
    pub(super) fn required<T>(&mut self, setting: &'static Setting, parse: fn(&str) -> Result<T, Said>) -> Option<T> {
        self.optional(setting, parse)?
    }

    /// A setting that may have none: `Some(None)` if it is not given, `None` if it is wrong.
    pub(super) fn optional<T>(
        &mut self,
        setting: &'static Setting,
        parse: fn(&str) -> Result<T, Said>,
    ) -> Option<Option<T>> {
        self.read(setting, |raw| match raw {
            Raw::Text(text) => parse(&text),
            Raw::List(_) => Err("it must be one value".to_owned()),
        })
    }

    /// A setting with any number of values.
    pub(super) fn list<T>(&mut self, setting: &'static Setting, parse: fn(&[String]) -> Result<T, Said>) -> Option<T> {
        self.read(setting, |raw| match raw {
            Raw::Text(text) if text.trim().is_empty() => parse(&[]),
            Raw::Text(text) => parse(&text.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>()),
            Raw::List(items) => parse(&items),
        })?
    }

    fn read<T>(&mut self, setting: &'static Setting, parse: impl FnOnce(Raw) -> Result<T, Said>) -> Option<Option<T>> {
        let found = self.find(setting).and_then(|found| {
            let Some((raw, origin)) = found else { return Ok(None) };
            let value = parse(raw).map_err(|what| Problem::with_value(setting, &origin, what))?;
            Ok(Some((value, origin)))
        });
        match found {
            Ok(Some((value, origin))) => {
                self.origins.record(setting, origin);
                Some(Some(value))
            }
            Ok(None) => {
                self.origins.record(setting, Origin::Default);
                Some(None)
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn find(&mut self, setting: &'static Setting) -> Result<Option<(Raw, Origin)>, Problem> {
        let plain = self.variable(setting, setting.env)?;
        if let Some(variable) = setting.file_env()
            && let Some(path) = self.variable(setting, &variable)?
        {
            if plain.is_some() {
                let what = format!("{variable} is set as well: keep one of the two");
                return Err(Problem::with_value(setting, &Origin::Environment, what));
            }
            let path = PathBuf::from(path);
            let text = self.secret_file(setting, &variable, &path)?;
            return Ok(Some((Raw::Text(text), Origin::SecretFile { variable, path })));
        }
        if let Some(text) = plain {
            return Ok(Some((Raw::Text(text), Origin::Environment)));
        }
        match self.file.remove(setting.env) {
            // As in the environment, an empty text is no value.
            Some((Raw::Text(text), _)) if text.is_empty() => {}
            Some((raw, origin)) => return Ok(Some((raw, origin))),
            None => {}
        }
        Ok(match setting.default {
            Fallback::Value(text) => Some((Raw::Text(text.to_owned()), Origin::Default)),
            Fallback::Described(_) => None,
        })
    }

    /// A variable of this setting; an empty one counts as not set.
    fn variable(&self, setting: &'static Setting, name: &str) -> Result<Option<String>, Problem> {
        let Some(value) = self.env.get(name) else {
            return Ok(None);
        };
        let Some(text) = value.to_str() else {
            let what = format!("the value of {name} is not UTF-8 text");
            return Err(Problem::with_value(setting, &Origin::Environment, what));
        };
        let text = if setting.secret { text } else { text.trim() };
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn secret_file(&mut self, setting: &'static Setting, variable: &str, path: &Path) -> Result<String, Problem> {
        let origin = Origin::SecretFile {
            variable: variable.to_owned(),
            path: path.to_owned(),
        };
        let file = read_text(path).map_err(|what| Problem::with_value(setting, &origin, what))?;
        // Editors and `echo` end a file with a line break that nobody means.
        let text = file.text.strip_suffix('\n').unwrap_or(&file.text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.is_empty() {
            return Err(Problem::with_value(
                setting,
                &origin,
                format!("{} is empty", path.display()),
            ));
        }
        // Container engines mount secrets readable for all users of the container, who is only Latchkey.
        let in_container = ["/run", "/var/run"].iter().any(|mounts| path.starts_with(mounts));
        if file.world_readable && !in_container {
            self.warn_of_readable(variable, path);
        }
        Ok(text.to_owned())
    }

    fn warn_of_readable(&mut self, what: &str, path: &Path) {
        let path = path.display();
        let warning = format!("{what}: every user of this machine can read {path}; `chmod o-r {path}` ends that");
        self.warnings.push(warning);
    }

    fn read_file(&mut self, source: FileSource) {
        let named = match self.variable(&CONFIG, CONFIG.env) {
            Ok(named) => named,
            Err(problem) => return self.problems.push(problem),
        };
        let (path, content) = match (named, source) {
            (Some(named), _) => {
                self.origins.record(&CONFIG, Origin::Environment);
                match paths::path(&named) {
                    Ok(path) => (path.clone(), read_text(&path)),
                    Err(what) => (PathBuf::from(named), Err(what)),
                }
            }
            (None, FileSource::IfThere(path)) if path.exists() => {
                self.origins.record(&CONFIG, Origin::Default);
                (path.clone(), read_text(&path))
            }
            (None, FileSource::Text(text)) => {
                let path = PathBuf::from("latchkey.toml");
                self.file = file::parse(&path, &text, &mut self.problems);
                self.file_path = Some(path);
                return self.origins.record(&CONFIG, Origin::Default);
            }
            (None, _) => return self.origins.record(&CONFIG, Origin::Default),
        };
        match content {
            Ok(content) => {
                self.file = file::parse(&path, &content.text, &mut self.problems);
                let holds_secrets = SETTINGS
                    .iter()
                    .any(|found| found.secret && self.file.contains_key(found.env));
                if content.world_readable && holds_secrets {
                    self.warn_of_readable("the configuration file holds a secret", &path);
                }
                self.file_path = Some(path);
            }
            Err(what) => {
                let origin = self.origins.of(&CONFIG).clone();
                self.problems.push(Problem::with_value(&CONFIG, &origin, what));
            }
        }
    }

    /// A misspelt variable would silently do nothing.
    fn warn_of_unknown_variables(&mut self) {
        let mut known: Vec<String> = SETTINGS.iter().map(|setting| setting.env.to_owned()).collect();
        known.extend(SETTINGS.iter().filter_map(|setting| setting.file_env()));
        for name in self.env.keys().filter(|name| !known.contains(name)) {
            let plain = name.strip_suffix("_FILE").unwrap_or_default();
            let warning = if known.iter().any(|known| known == plain) {
                format!("{name} does nothing: {plain} is not a secret and is not read from a file")
            } else if let Some(near) = nearest(&name[PREFIX.len()..], known.iter().map(|known| &known[PREFIX.len()..]))
            {
                format!("{name} is not a setting and does nothing; did you mean {PREFIX}{near}?")
            } else {
                format!("{name} is not a setting and does nothing")
            };
            self.warnings.push(warning);
        }
    }
}
