//! Reading values and rows whose types plex.tv does not keep to (§3.1, §4.1).
//!
//! A value may be null, missing, or a number, a text or a bool where another was meant; a row may be anything. Only the
//! fields asked for are kept, everything else is skipped without being built. Must not know what the fields mean.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Longest text kept, in characters.
const MAX_TEXT: usize = 255;

/// One value as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    /// true or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A text, as it came.
    Text(String),
    /// null, an object, a list, a fraction: nothing that is used anywhere.
    Nothing,
}

impl Scalar {
    /// true, 1, "1" and "true" are true; everything else is not.
    pub(super) fn flag(&self) -> bool {
        self.clear_flag() == Some(true)
    }

    /// `None` when it says neither yes nor no.
    pub(super) fn clear_flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Whole(1) => Some(true),
            Self::Whole(0) => Some(false),
            Self::Text(text) if text == "1" || text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text == "0" || text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// A number, also when it came as a text.
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// An account's or a PIN's number: whole and above zero.
    pub(super) fn id(&self) -> Option<i64> {
        self.whole().filter(|id| *id > 0)
    }

    /// A text for people: without control characters (NUL among them), trimmed, at most 255 characters; `None` when
    /// nothing is left.
    pub(super) fn text(&self) -> Option<String> {
        let text = match self {
            Self::Text(text) => text.chars().filter(|c| !c.is_control()).collect::<String>(),
            Self::Whole(number) => number.to_string(),
            _ => return None,
        };
        let kept: String = text.trim().chars().take(MAX_TEXT).collect();
        Some(kept.trim_end().to_owned()).filter(|kept| !kept.is_empty())
    }

    /// A text that must be taken as it is or not at all: an identifier, a token.
    pub(super) fn exact(self) -> Option<String> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            Self::Whole(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// An address of a picture: `http` or `https`, nothing else.
    pub(super) fn web_url(&self) -> Option<String> {
        let Self::Text(text) = self else { return None };
        let url = url::Url::parse(text).ok()?;
        (matches!(url.scheme(), "http" | "https") && text.len() <= 2048).then(|| url.into())
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Nothing, Scalar::Whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// A small struct filled field by field.
pub(super) trait Row: Default {
    /// The fields it wants, by Plex's name. Others are skipped.
    const FIELDS: &'static [&'static str];

    /// Takes one of them. A field that came twice is taken twice: the last one counts.
    fn set(&mut self, field: &str, value: Scalar);
}

/// Reads one object. `None` when it is JSON but no object; an error when it is no JSON.
pub(super) fn object<T: Row>(json: &[u8]) -> serde_json::Result<Option<T>> {
    let json = String::from_utf8_lossy(json);
    let mut reader = serde_json::Deserializer::from_str(&json);
    let found = RowSeed(PhantomData).deserialize(&mut reader)?;
    reader.end()?;
    Ok(found)
}

/// Reads a list of objects, in order; entries that are no objects are `None`. An error when it is no JSON or no list.
pub(super) fn list<T: Row>(json: &[u8]) -> serde_json::Result<Vec<Option<T>>> {
    let json = String::from_utf8_lossy(json);
    let mut reader = serde_json::Deserializer::from_str(&json);
    let found = reader.deserialize_any(ListVisitor(PhantomData))?;
    reader.end()?;
    Ok(found)
}

struct RowSeed<T>(PhantomData<T>);

impl<'de, T: Row> DeserializeSeed<'de> for RowSeed<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(RowVisitor(PhantomData))
    }
}

struct RowVisitor<T>(PhantomData<T>);

impl<'de, T: Row> Visitor<'de> for RowVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let mut row = T::default();
        while let Some(field) = map.next_key::<String>()? {
            if T::FIELDS.contains(&field.as_str()) {
                row.set(&field, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Some(row))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Row> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<Option<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = seq.next_element_seed(RowSeed(PhantomData))? {
            rows.push(row);
        }
        Ok(rows)
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::custom("an object where a list was expected"))
    }
}
