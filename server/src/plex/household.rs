//! `GET /api/users`: whom the owner shares with, in Plex's old XML (§4.3).
//!
//! Only `User` and the `Server`s in it are read. The root's own machine identifier is another device's: must not be
//! taken for the owner's server. A list that breaks off is no list: it would look as if people had left.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::error::PlexError;
use super::lenient::Scalar;
use super::model::{HouseholdList, SharedServer, SharedUser};

/// Deepest nesting looked into; Plex's list has three levels.
const MAX_DEPTH: usize = 32;

/// The people, how many entries made no sense, and how many people Plex says there are.
pub(super) fn parse(status: u16, body: &[u8]) -> Result<HouseholdList, PlexError> {
    let odd = |what| PlexError::Unexpected { status, what };
    let text = String::from_utf8_lossy(body);
    let mut reader = Reader::from_str(&text);
    let mut list = List::default();
    let mut open: Vec<Level> = Vec::new();
    let mut complete = false;
    loop {
        match reader.read_event().map_err(|_| odd("broken XML"))? {
            Event::Start(element) => {
                if open.len() >= MAX_DEPTH {
                    return Err(odd("XML nested too deep"));
                }
                let level = Level::of(&element, open.last().copied());
                list.begin(level, &element);
                open.push(level);
            }
            Event::Empty(element) => {
                let level = Level::of(&element, open.last().copied());
                list.begin(level, &element);
                list.end(level);
                complete |= open.is_empty() && level == Level::Root;
            }
            Event::End(_) => {
                let level = open.pop().ok_or_else(|| odd("broken XML"))?;
                list.end(level);
                complete |= open.is_empty() && level == Level::Root;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if complete && open.is_empty() {
        Ok(HouseholdList {
            people: list.users,
            left_out: list.broken,
            announced: list.announced,
        })
    } else {
        Err(odd("not a whole list of people"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    User,
    Server,
    Other,
}

impl Level {
    fn of(element: &BytesStart<'_>, parent: Option<Level>) -> Self {
        let name = element.local_name();
        match (parent, name.as_ref()) {
            (None, "MediaContainer") => Self::Root,
            (Some(Self::Root), "User") => Self::User,
            (Some(Self::User), "Server") => Self::Server,
            _ => Self::Other,
        }
    }
}

#[derive(Default)]
struct List {
    users: Vec<SharedUser>,
    /// The user whose element is open; `None` also while inside one that has no usable number.
    current: Option<SharedUser>,
    broken: usize,
    announced: Option<usize>,
}

impl List {
    fn begin(&mut self, level: Level, element: &BytesStart<'_>) {
        match level {
            Level::User => {
                self.current = user(element);
                self.broken += usize::from(self.current.is_none());
            }
            Level::Server => match (&mut self.current, server(element)) {
                (Some(user), Some(server)) => user.servers.push(server),
                (Some(_), None) => self.broken += 1,
                (None, _) => {}
            },
            Level::Root => self.announced = announced(element),
            Level::Other => {}
        }
    }

    fn end(&mut self, level: Level) {
        if level == Level::User {
            self.users.extend(self.current.take());
        }
    }
}

/// The larger of the two: `size` may be that of one part.
fn announced(element: &BytesStart<'_>) -> Option<usize> {
    ["totalSize", "size"]
        .into_iter()
        .filter_map(|name| usize::try_from(attribute(element, name).whole()?).ok())
        .max()
}

fn user(element: &BytesStart<'_>) -> Option<SharedUser> {
    let value = |name| attribute(element, name);
    Some(SharedUser {
        id: value("id").id()?,
        title: value("title").text(),
        username: value("username").text(),
        email: value("email").text(),
        thumb: value("thumb").web_url(),
        home: value("home").flag(),
        restricted: value("restricted").flag(),
        servers: Vec::new(),
    })
}

fn server(element: &BytesStart<'_>) -> Option<SharedServer> {
    let machine_id = attribute(element, "machineIdentifier").exact()?;
    Some(SharedServer {
        machine_id,
        pending: attribute(element, "pending").clear_flag() != Some(false),
    })
}

/// An attribute's value; nothing when it is missing or can't be read.
fn attribute(element: &BytesStart<'_>, name: &str) -> Scalar {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.as_ref() == name);
    let value = found.and_then(|found| {
        found
            .normalized_value(XmlVersion::Implicit1_0)
            .map(Cow::into_owned)
            .ok()
    });
    value.map_or(Scalar::Nothing, Scalar::Text)
}
