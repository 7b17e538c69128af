//! What is filled in: the host, its apps and where they are, Latchkey.

use super::{
    Upstream,
    fill::{Values, fill},
    parse_origin,
};
use crate::domain::gateway::app::{App, is_host_pattern};

/// The names that are filled in.
#[derive(Debug, Clone)]
pub struct Names {
    /// The one of `places` that is asked for.
    pub(super) chosen: Place,
    /// The apps of the host; what lies deeper stands before what it lies in.
    pub(super) places: Vec<Place>,
    /// What other apps have of a wildcard: hosts, and wildcards below it.
    pub(super) closer: Vec<String>,
    pub(super) host: String,
    pub(super) https: bool,
    pub(super) door: String,
    /// Where it is not the usual one.
    pub(super) port: Option<u16>,
    latchkey: Upstream,
    parameter: String,
}

/// An app and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    id: i64,
    name: String,
    pub(super) path: String,
    upstream: Option<Upstream>,
}

/// Why there is no configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// This path of an app of the host has characters that mean something to one of the proxies.
    Path(String),
    /// It is below a path of Latchkey's own host, about which no proxy asks.
    OwnHost,
    /// One of the other names can't stand in a configuration. They were checked when they were set.
    Name,
}

impl Place {
    fn of(app: &App, upstream: Option<Upstream>) -> Result<Self, Unfit> {
        // The name stands in comments: nothing in it may end one, or begin something.
        let plain =
            |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '.' | '(' | ')' | '+');
        // Nothing in it may mean something to a configuration or in a regular expression, but for the dot.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'~' | b'.');
        if !app.path.starts_with('/') || !app.path.bytes().all(fits) {
            return Err(Unfit::Path(app.path.clone()));
        }
        Ok(Self {
            id: app.id,
            name: app.name.chars().filter(|letter| plain(*letter)).collect(),
            path: app.path.clone(),
            upstream,
        })
    }

    pub(super) fn is_whole_host(&self) -> bool {
        self.path == "/"
    }

    /// Whether the other one lies below this one's path.
    pub(super) fn holds(&self, other: &Self) -> bool {
        let (own, deeper) = (self.path.to_ascii_lowercase(), other.path.to_ascii_lowercase());
        self.is_whole_host() || deeper.strip_prefix(&own).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What is below the path and itself, to the gateway: in any case, by whole parts.
    pub(super) fn pattern(&self) -> String {
        format!("^{}(/|$)", self.path.replace('.', "[.]"))
    }

    /// A word for the app where a configuration wants one.
    pub(super) fn slug(&self, host: &str) -> String {
        // The number, as different paths may have the same letters.
        let place = if self.is_whole_host() {
            String::new()
        } else {
            format!("{}-{}", self.path, self.id)
        };
        let letters = format!("{}{place}", host.replace("*.", "any-"));
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        format!("app-{}", letters.chars().map(plain).collect::<String>())
    }
}

impl Names {
    /// Of an app, a Latchkey with this public URL, where the proxy reaches that, and where it reaches the app, if that is
    /// known; `apps`: all that there are; `parameter` holds the token in sign-in links to apps.
    ///
    /// # Errors
    /// [`Unfit`]
    pub fn new(
        app: &App,
        apps: &[App],
        public_url: &str,
        latchkey: Upstream,
        upstream: Option<Upstream>,
        parameter: &str,
    ) -> Result<Self, Unfit> {
        let public = parse_origin(public_url).ok_or(Unfit::Name)?;
        let door = public.host_str().ok_or(Unfit::Name)?.to_owned();
        let fits = matches!(public.scheme(), "http" | "https")
            && is_host_pattern(&app.host)
            && is_host_pattern(&door)
            && parameter
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !fits {
            return Err(Unfit::Name);
        }
        if app.host == door {
            return Err(Unfit::OwnHost);
        }
        let chosen = Place::of(app, upstream)?;
        let others = apps.iter().filter(|other| other.id != app.id && other.host == app.host);
        let mut places = others
            .map(|other| Place::of(other, None))
            .collect::<Result<Vec<_>, _>>()?;
        places.push(chosen.clone());
        places.sort_by_key(|place| (core::cmp::Reverse(place.path.len()), place.path.clone()));
        let closer = apps.iter().filter(|other| other.closeness() > app.closeness());
        let mut closer: Vec<String> = closer
            .filter(|other| app.fits_host(other.host.trim_start_matches('*')) && is_host_pattern(&other.host))
            .map(|other| other.host.clone())
            .collect();
        closer.sort();
        closer.dedup();
        Ok(Self {
            chosen,
            places,
            closer,
            host: app.host.clone(),
            https: public.scheme() == "https",
            door,
            port: public.port(),
            latchkey,
            parameter: parameter.to_owned(),
        })
    }

    /// Without the star and the dot after it, if it is a wildcard.
    pub(super) fn below(&self) -> Option<&str> {
        self.host.strip_prefix("*.")
    }

    pub(super) fn with_port(&self, host: &str) -> String {
        match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// A word for the host where a configuration wants one.
    pub(super) fn slug(&self) -> String {
        let whole = Place {
            path: "/".to_owned(),
            ..self.chosen.clone()
        };
        whole.slug(&self.host)
    }

    /// The names of all that are there.
    fn all(&self) -> String {
        let names: Vec<&str> = self.places.iter().map(|place| place.name.as_str()).collect();
        names.join(", ")
    }

    pub(super) fn values(&self) -> Values {
        let port = self.port.unwrap_or(if self.https { 443 } else { 80 });
        let mut values = Values::from([
            ("names", self.all()),
            ("host", self.host.clone()),
            ("door", self.door.clone()),
            ("parameter", self.parameter.clone()),
            ("door_authority", self.with_port(&self.door)),
            ("latchkey", self.latchkey.authority()),
            ("latchkey_port", self.latchkey.port.to_string()),
            ("port", port.to_string()),
            ("listen", format!("{port}{}", if self.https { " ssl" } else { "" })),
        ]);
        values.extend(self.values_of(&self.chosen));
        values
    }

    /// Those that are an app's own.
    fn values_of(&self, place: &Place) -> Values {
        let upstream = place.upstream.clone().unwrap_or(Upstream {
            https: false,
            host: "app".to_owned(),
            port: 8080,
        });
        let change = match place.upstream {
            Some(_) => "",
            None => ": CHANGE THIS, Latchkey does not know it",
        };
        let app = if self.places.len() > 1 && !place.name.trim().is_empty() {
            &place.name
        } else {
            "The app"
        };
        let ssl = " ssl verify required ca-file @system-ca";
        let nginx = if place.is_whole_host() {
            "/".to_owned()
        } else {
            format!("~* {}", place.pattern())
        };
        Values::from([
            ("name", place.name.clone()),
            ("app", app.to_owned()),
            ("upstream", upstream.url()),
            ("upstream_authority", upstream.authority()),
            ("upstream_port", upstream.port.to_string()),
            ("change", change.to_owned()),
            ("slug", place.slug(&self.host)),
            ("match", nginx),
            ("upstream_ssl", if upstream.https { ssl } else { "" }.to_owned()),
        ])
    }

    /// A template for one app.
    pub(super) fn fill_place(&self, place: &Place, template: &str, values: &Values, more: Values) -> String {
        let mut values = values.clone();
        values.extend(self.values_of(place));
        values.extend(more);
        fill(template, &values)
    }

    /// The same for each app, one after the other.
    pub(super) fn fill_places(&self, template: &str, values: &Values, more: impl Fn(&Place) -> Values) -> String {
        let places = self.places.iter();
        let filled: Vec<String> = places
            .map(|place| self.fill_place(place, template, values, more(place)))
            .collect();
        filled.join("\n")
    }

    /// Whether some app has all paths that no other has.
    pub(super) fn has_whole_host(&self) -> bool {
        self.places.iter().any(Place::is_whole_host)
    }
}
