//! The activity list as pages, REST and the file show it: what is looked for, and the words for a line.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    messages::{Arg, Language, Message},
    msg,
    pages::{ActivityFilter, Right, setting_label},
    paths,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{error::Problem, state::AppState, wire};
use crate::{
    domain::activity::{Group, Kind},
    services::activity::{Filter, StoredLine},
};

const DAY: i64 = 24 * 60 * 60;

/// What stands in the address, on the page as in REST.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Query {
    /// A member's number.
    #[param(value_type = Option<i64>, example = 4)]
    pub(super) person: String,
    /// The word of a kind or group.
    #[param(value_type = Option<String>, example = "sign-ins")]
    pub(super) kind: String,
    /// Part of a name or address.
    #[param(value_type = Option<String>, example = "anna")]
    pub(super) text: String,
    /// `2026-09-14`: that day and later, in UTC.
    #[param(value_type = Option<String>, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", example = "2026-09-14")]
    pub(super) from: String,
    /// `2026-09-14`: that day and earlier, in UTC.
    #[param(value_type = Option<String>, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", example = "2026-09-15")]
    pub(super) to: String,
    /// Only lines before this one.
    #[param(value_type = Option<i64>, example = 4711)]
    pub(super) before: String,
    /// How many.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, example = 50)]
    pub(super) take: String,
}

impl Query {
    /// What storage looks for. What can't be read is told by its name.
    pub(super) fn filter(&self) -> Result<Filter, &'static str> {
        let number = |text: &str, name| match text.trim() {
            "" => Ok(None),
            text => text.parse::<i64>().map(Some).map_err(|_| name),
        };
        let day = |text: &str, name| match text.trim() {
            "" => Ok(None),
            text => day(text).map(Some).ok_or(name),
        };
        Ok(Filter {
            before: number(&self.before, "before")?,
            person: number(&self.person, "person")?,
            kinds: kinds(self.kind.trim()).ok_or("kind")?,
            text: self.text.trim().to_owned(),
            from: day(&self.from, "from")?,
            until: day(&self.to, "to")?.map(|day| day + DAY),
            without: None,
        })
    }

    /// For the form.
    pub(super) fn typed(&self) -> ActivityFilter {
        ActivityFilter {
            person: self.person.clone(),
            kind: self.kind.clone(),
            text: self.text.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
        }
    }

    /// An address with the same filter.
    pub(super) fn address(&self, path: &str, before: Option<i64>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("person", &self.person),
            ("kind", &self.kind),
            ("text", &self.text),
            ("from", &self.from),
            ("to", &self.to),
            ("before", &before),
        ] {
            if !value.trim().is_empty() {
                query.append_pair(name, value.trim());
            }
        }
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

/// The kinds of this word: a kind's own, or a group's; empty: all.
fn kinds(word: &str) -> Option<Vec<&'static str>> {
    if word.is_empty() {
        return Some(Vec::new());
    }
    if let Some(kind) = Kind::from_name(word) {
        return Some(vec![kind.name()]);
    }
    let group = Group::ALL.into_iter().find(|group| group.name() == word)?;
    let kinds = Kind::ALL.iter().filter(|kind| kind.group() == group);
    Some(kinds.map(|kind| kind.name()).collect())
}

/// `2026-09-14` as the Unix second at which that day begins in UTC.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok().filter(|year| (1970..=9999).contains(year))?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    let date = time::Date::from_calendar_date(year, time::Month::try_from(month).ok()?, day).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp())
}

/// What a group is called.
pub(super) fn group_name(group: Group) -> Message {
    match group {
        Group::SignIns => msg!("activity-group-sign-ins"),
        Group::Refusals => msg!("activity-group-refusals"),
        Group::Tokens => msg!("activity-group-tokens"),
        Group::People => msg!("activity-group-people"),
        Group::Site => msg!("activity-group-site"),
    }
}

/// Everybody's name who is in these lines.
pub(super) async fn names(state: &AppState, lines: &[StoredLine]) -> Result<BTreeMap<i64, String>, Problem> {
    let ids: BTreeSet<i64> = lines
        .iter()
        .flat_map(|line| [line.user_id, line.actor_id])
        .flatten()
        .collect();
    Ok(state.members.names(ids).await?)
}

/// What happened, as a sentence.
pub(super) fn sentence(line: &StoredLine, names: &BTreeMap<i64, String>) -> Message {
    let Some(kind) = Kind::from_name(&line.kind) else {
        // Of a newer version.
        return line.kind.clone().into();
    };
    let name = |id: Option<i64>| id.and_then(|id| names.get(&id).cloned());
    let somebody = || msg!("activity-somebody");
    let who = name(line.user_id).map_or_else(somebody, Message::from);
    let actor = match name(line.actor_id) {
        Some(name) => Message::from(name),
        None if kind.group() == Group::Site && line.address.is_empty() => msg!("activity-command-line"),
        None => somebody(),
    };
    let subject = match kind {
        Kind::SettingChanged => setting_label(&line.subject).unwrap_or_else(|| line.subject.clone().into()),
        Kind::UserChanged => all_of(line.subject.split(' ').map(field)),
        Kind::UserPermissions => granted(&line.subject).unwrap_or_else(|| line.subject.clone().into()),
        _ => line.subject.clone().into(),
    };
    let subject = if line.subject.is_empty() {
        Arg::Choice("nobody".to_owned())
    } else {
        Arg::Message(subject)
    };
    let own = line.user_id.is_none() || line.user_id == line.actor_id;
    let own = if own { "yes" } else { "no" };
    Message::new(
        kind.sentence(),
        vec![
            ("who", who.into()),
            ("actor", actor.into()),
            ("subject", subject),
            ("own", Arg::Choice(own.to_owned())),
            ("reason", Arg::Choice(line.reason.clone())),
        ],
    )
}

/// What a part of an account is called.
fn field(name: &str) -> Message {
    match name {
        "username" => msg!("people-name"),
        "email" => msg!("people-email"),
        "locale" => msg!("people-language"),
        // Of a newer version.
        other => other.into(),
    }
}

/// `32 → 40`, permissions before and after, as what was given and taken; `None`: it is nothing like that.
fn granted(subject: &str) -> Option<Message> {
    let (before, after) = subject.split_once(" → ")?;
    let (before, after): (i64, i64) = (before.parse().ok()?, after.parse().ok()?);
    let known: i64 = Right::ALL.into_iter().map(wire::bit).sum();
    let rights = Right::ALL.into_iter().filter_map(|right| {
        let bit = wire::bit(right);
        match (before & bit != 0, after & bit != 0) {
            (false, true) => Some(msg!("activity-right-given", right = right.label())),
            (true, false) => Some(msg!("activity-right-taken", right = right.label())),
            _ => None,
        }
    });
    let others = (before & !known != after & !known).then(|| msg!("activity-right-others"));
    Some(all_of(rights.chain(others)))
}

/// Several messages as one.
fn all_of(parts: impl Iterator<Item = Message>) -> Message {
    parts
        .reduce(|first, second| msg!("common-list", first = first, second = second))
        .unwrap_or_else(|| String::new().into())
}

/// Where it says why the person whom this line is about can't sign in; `None`: nobody known was refused.
pub(super) fn explain(line: &StoredLine, names: &BTreeMap<i64, String>) -> Option<String> {
    if Kind::from_name(&line.kind)? != Kind::SignInRefused {
        return None;
    }
    let member = line.user_id.filter(|id| names.contains_key(id));
    member
        .map(paths::user_explain)
        .or_else(|| Some(format!("{}?who={}", paths::USERS_EXPLAIN, line.plex_id?)))
}

/// A line's sentence for a file, in one language.
pub(super) fn words(line: &StoredLine, names: &BTreeMap<i64, String>, language: Language) -> String {
    sentence(line, names).in_language(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_in_utc() {
        for (text, second) in [
            ("1970-01-01", Some(0)),
            ("2026-09-14", Some(1_789_344_000)),
            ("2026-9-4", Some(1_788_480_000)),
            ("2026-02-30", None),
            ("1969-12-31", None),
            ("99999-01-01", None),
            ("today", None),
            ("2026-09", None),
            ("-1-1-1", None),
        ] {
            assert_eq!(day(text), second, "{text}");
        }
    }

    #[test]
    fn permissions_are_told_by_what_was_given_and_taken() {
        for (subject, told) in [
            ("32 → 40", "Looks after people: given"),
            ("8 → 2", "Administrator: given, Looks after people: taken away"),
            ("32 → 1056", "for other programs"),
            ("36 → 34", "Administrator: given, Settings: taken away"),
            ("0 → 33", "for other programs"),
        ] {
            assert_eq!(granted(subject).unwrap().to_string(), told, "{subject}");
        }
        for odd in ["", "32", "a → b", "1 → ", "1->2"] {
            assert_eq!(granted(odd), None, "{odd}");
        }
        let german = all_of("username locale new".split(' ').map(field)).in_language(Language::German);
        assert_eq!(german, "Name, Sprache, new");
    }

    #[test]
    fn words_of_kinds_and_groups() {
        assert_eq!(kinds(""), Some(vec![]));
        assert_eq!(kinds("signed-in"), Some(vec!["signed-in"]));
        assert!(kinds("refusals").unwrap().contains(&"token-refused"));
        assert_eq!(kinds("all'--"), None);
        let all: usize = Group::ALL.iter().map(|group| kinds(group.name()).unwrap().len()).sum();
        assert_eq!(all, Kind::ALL.len());
    }
}
