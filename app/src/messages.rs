//! What people read, in their language: the files under `app/messages/<language>/`, in Fluent's format.
//!
//! One file a page or subject; keys begin with the file's name (`users-title` stands in `users.ftl`), so that no two
//! files share one. The WASM has no messages of its own: the server renders them, and hands the islands theirs.
//!
//! In pages: `t!("users-title")`, `t!("users-page-of", page = 2, pages = 7)`. Where the reader is not known yet, as in an
//! error: `msg!(…)`, a [`Message`], which is put into words when it is shown.

use std::{borrow::Cow, fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use leptos::prelude::use_context;

use crate::flow::texts::Run;

/// The files, by name without `.ftl`. A test looks that none is forgotten.
macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!("../messages/", $language, "/activity.ftl")),
            include_str!(concat!("../messages/", $language, "/api-docs.ftl")),
            include_str!(concat!("../messages/", $language, "/apps.ftl")),
            include_str!(concat!("../messages/", $language, "/common.ftl")),
            include_str!(concat!("../messages/", $language, "/date.ftl")),
            include_str!(concat!("../messages/", $language, "/errors.ftl")),
            include_str!(concat!("../messages/", $language, "/explain.ftl")),
            include_str!(concat!("../messages/", $language, "/flow.ftl")),
            include_str!(concat!("../messages/", $language, "/gateway.ftl")),
            include_str!(concat!("../messages/", $language, "/home.ftl")),
            include_str!(concat!("../messages/", $language, "/linked.ftl")),
            include_str!(concat!("../messages/", $language, "/login.ftl")),
            include_str!(concat!("../messages/", $language, "/mail.ftl")),
            include_str!(concat!("../messages/", $language, "/membership.ftl")),
            include_str!(concat!("../messages/", $language, "/pair.ftl")),
            include_str!(concat!("../messages/", $language, "/passwords.ftl")),
            include_str!(concat!("../messages/", $language, "/people.ftl")),
            include_str!(concat!("../messages/", $language, "/person.ftl")),
            include_str!(concat!("../messages/", $language, "/proxy.ftl")),
            include_str!(concat!("../messages/", $language, "/sessions.ftl")),
            include_str!(concat!("../messages/", $language, "/settings.ftl")),
            include_str!(concat!("../messages/", $language, "/setup.ftl")),
            include_str!(concat!("../messages/", $language, "/shell.ftl")),
            include_str!(concat!("../messages/", $language, "/switch.ftl")),
            include_str!(concat!("../messages/", $language, "/tokens.ftl")),
        ]
    };
}

/// A language that everything is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// The one that others are translated from.
    #[default]
    English,
    /// Du, as among people who share a home.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// As `lang` and `Accept-Language` write it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The reverse of [`Language::tag`]; `de-AT` is German, too.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The one that suits an `Accept-Language` (RFC 9110 §12.5.4) best; `None`: none of them.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut wanted: Vec<(f32, Self)> = accept_language
            .split(',')
            .filter_map(|range| {
                let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
                let weight = weight.trim().strip_prefix("q=")?.parse().ok()?;
                Some((weight, Self::from_tag(tag.trim())?)).filter(|_| weight > 0.0)
            })
            .collect();
        // Stable: of those wished for alike the first.
        wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        wanted.first().map(|(_, language)| *language)
    }

    /// That of the page that is being rendered.
    #[must_use]
    pub fn of_page() -> Self {
        use_context().unwrap_or_default()
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ENGLISH: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| bundle(Language::English, files!("en")));
        static GERMAN: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| bundle(Language::German, files!("de")));
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

/// Tests look that every file is well-formed and no key stands twice; here what is good is kept.
fn bundle(language: Language, files: &[&str]) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(language.tag().parse().into_iter().collect());
    // Marks around names would show in titles and attributes; both languages are written from left to right.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(good, _)| good);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// What a message speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A name, an address, …
    Text(String),
    /// A number, for the plural as well.
    Number(i64),
    /// Another message.
    Message(Message),
    /// One of our own words, by which the message chooses what it says.
    Choice(String),
}

/// A part of a message in words. The flag: whether it is bold.
pub(crate) enum Part {
    /// Words.
    Words(String, bool),
    /// A name that is left for the caller to fill.
    Slot(String, bool),
}

/// Something to say, not in words yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    key: Cow<'static, str>,
    args: Vec<(&'static str, Arg)>,
}

impl Message {
    /// What stands under this key. [`crate::msg!`] writes it shorter.
    #[must_use]
    pub fn new(key: &'static str, args: Vec<(&'static str, Arg)>) -> Self {
        Self {
            key: Cow::Borrowed(key),
            args,
        }
    }

    /// The key in the files.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// In words, without the marks around what is bold.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        self.runs(language, &[])
            .into_iter()
            .map(|part| match part {
                Part::Words(words, _) | Part::Slot(words, _) => words,
            })
            .collect()
    }

    /// Its parts. `slots`: names that are left for the caller to fill.
    pub(crate) fn runs(&self, language: Language, slots: &[&'static str]) -> Vec<Part> {
        if language.bundle().get_message(&self.key).is_none() {
            // Words that are in no file, and never a key of ours: a test looks that both languages have every key.
            return vec![Part::Words(self.key.clone().into_owned(), false)];
        }
        let template = self.template(language, slots);
        let value = |name: &str| match self.args.iter().find(|(known, _)| *known == name)? {
            (_, Arg::Text(text)) => Some(text.clone()),
            (_, Arg::Message(message)) => Some(message.in_language(language)),
            (_, Arg::Number(_) | Arg::Choice(_)) => None,
        };
        Run::all(&template)
            .into_iter()
            .map(|run| match value(run.text).filter(|_| run.name) {
                Some(value) => Part::Words(value, run.strong),
                None if run.name => Part::Slot(run.text.to_owned(), run.strong),
                None => Part::Words(run.text.to_owned(), run.strong),
            })
            .collect()
    }

    /// With names in braces instead of what they stand for, which may hold anything, and with the marks.
    pub(crate) fn template(&self, language: Language, slots: &[&'static str]) -> String {
        let bundle = language.bundle();
        let Some(pattern) = bundle.get_message(&self.key).and_then(|message| message.value()) else {
            return self.key.clone().into_owned();
        };
        let braced = |name: &str| FluentValue::from(format!("{{{name}}}"));
        let mut args = FluentArgs::with_capacity(self.args.len() + slots.len());
        for name in slots {
            args.set(*name, braced(name));
        }
        for (name, arg) in &self.args {
            let value = match arg {
                Arg::Text(_) | Arg::Message(_) => braced(name),
                Arg::Number(number) => FluentValue::from(*number),
                Arg::Choice(word) => FluentValue::from(word.as_str()),
            };
            args.set(*name, value);
        }
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
    }

    /// In the words of the page that is being rendered.
    #[must_use]
    pub fn on_page(&self) -> String {
        marked(self.in_language(Language::of_page()))
    }
}

/// As it is. In a test that looks where the words of a page come from, between marks.
pub(crate) fn marked(words: String) -> String {
    if marks() { format!("⟦{words}⟧") } else { words }
}

/// Whether this page's words are marked.
#[cfg(test)]
pub(crate) fn marks() -> bool {
    use_context::<tests::Marks>().is_some()
}

/// Whether this page's words are marked.
#[cfg(not(test))]
pub(crate) const fn marks() -> bool {
    false
}

/// In English: for the log, and for programs.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

/// Words that are in no file yet.
impl From<String> for Message {
    fn from(words: String) -> Self {
        Self {
            key: Cow::Owned(words),
            args: Vec::new(),
        }
    }
}

impl From<&str> for Message {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

macro_rules! arg_from {
    ($($kind:ty => $value:ident: $arg:expr;)*) => {
        $(impl From<$kind> for Arg {
            fn from($value: $kind) -> Self {
                $arg
            }
        })*
    };
}
arg_from! {
    &str => text: Self::Text(text.to_owned());
    &String => text: Self::Text(text.clone());
    String => text: Self::Text(text);
    i64 => number: Self::Number(number);
    i32 => number: Self::Number(number.into());
    u32 => number: Self::Number(number.into());
    u16 => number: Self::Number(number.into());
    usize => number: Self::Number(i64::try_from(number).unwrap_or(i64::MAX));
    Message => message: Self::Message(message);
}

/// A [`Message`]: `msg!("users-taken", email = address)`.
#[macro_export]
macro_rules! msg {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::messages::Message::new($key, vec![$((stringify!($name), $crate::messages::Arg::from($value))),*])
    };
}

/// The words for the page that is being rendered: `t!("users-title")`.
#[macro_export]
macro_rules! t {
    ($($message:tt)*) => {
        $crate::msg!($($message)*).on_page()
    };
}

#[cfg(test)]
pub(crate) mod tests;
