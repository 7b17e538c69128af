//! Apps: what stands behind the gateway, and who may open it.

use app::{messages::Message, msg};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    hash::{hex, sha256},
    settings::Mistake,
    user::{Tier, User},
};

/// Most apps of one household.
pub const MOST_APPS: usize = 200;
/// Most rules of one app.
const MOST_RULES: usize = 50;

/// A program behind the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// Its number, never used again.
    #[schema(examples(3))]
    pub id: i64,
    /// Such as `Sonarr`.
    #[schema(examples("Sonarr"))]
    pub name: String,
    /// A character or two for its tile, such as an emoji; empty: the name's first letter.
    #[serde(default)]
    #[schema(examples("📺"))]
    pub icon: String,
    /// `sonarr.home.example`, or `*.home.example` for all hosts below; without port.
    #[schema(examples("sonarr.home.example"))]
    pub host: String,
    /// `/`, or the path below which it is.
    #[schema(examples("/"))]
    pub path: String,
    /// Who may open it. The owner always may.
    pub who: Who,
    /// Paths that need no sign-in, or more.
    #[serde(default)]
    pub rules: Vec<PathRule>,
    /// Where its tile stands: from small to large.
    #[serde(default)]
    #[schema(examples(0))]
    pub order: i32,
}

/// Who may open an app: whoever one of these names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Who {
    /// All of the household.
    pub everyone: bool,
    /// These tiers.
    pub tiers: Vec<Tier>,
    /// Those with one of these permission bits; 0: none.
    #[schema(minimum = 0, examples(0))]
    pub permissions: i64,
    /// These members.
    #[schema(examples(4))]
    pub people: Vec<i64>,
}

impl Who {
    /// Whether this member is meant.
    #[must_use]
    pub fn allows(&self, user: &User) -> bool {
        user.is_owner()
            || self.everyone
            || self.tiers.contains(&user.tier)
            || (self.permissions != 0 && user.permissions.allows(self.permissions))
            || self.people.contains(&user.id)
    }
}

/// What a path needs that the app as a whole does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PathRule {
    /// In capitals; empty: all.
    #[serde(default)]
    #[schema(examples("GET"))]
    pub methods: Vec<String>,
    /// This path and what lies below it.
    #[schema(examples("/feed"))]
    pub path: String,
    /// What it needs.
    pub access: RuleAccess,
}

/// What a path needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RuleAccess {
    /// Nothing: webhooks, an API with its own key.
    Open,
    /// To be the owner.
    Owner,
}

impl PathRule {
    /// Whether it speaks of this method.
    #[must_use]
    pub fn takes(&self, method: &str) -> bool {
        self.methods.is_empty() || self.methods.iter().any(|own| own == method)
    }
}

impl App {
    /// Whether the pattern fits a host, which is in lower case and without port.
    #[must_use]
    pub fn fits_host(&self, host: &str) -> bool {
        match self.host.strip_prefix('*') {
            Some(below) => host.len() > below.len() && host.ends_with(below),
            None => host == self.host,
        }
    }

    /// How closely the pattern describes a host: larger is closer.
    #[must_use]
    pub fn closeness(&self) -> (bool, usize) {
        (!self.host.starts_with('*'), self.host.len())
    }

    /// Tells this state of the app from every other: whoever changes it says which state they saw.
    #[must_use]
    pub fn state(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex(&sha256(&text)[..8])
    }

    /// Whether another app would have the very same address.
    #[must_use]
    pub fn shares_address(&self, other: &Self) -> bool {
        self.id != other.id && self.host == other.host && self.path.eq_ignore_ascii_case(&other.path)
    }

    /// What is typed, in the form in which it is kept: lower case, no space around.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        let tidy = |text: &str| text.trim().to_owned();
        self.name = tidy(&self.name);
        self.icon = tidy(&self.icon);
        self.host = host_pattern(&self.host);
        self.path = tidy_path(&self.path);
        for rule in &mut self.rules {
            // A path that was forgotten is not the whole app: that would be left open by mistake.
            if !rule.path.trim().is_empty() {
                rule.path = tidy_path(&rule.path);
            }
            rule.methods = rule
                .methods
                .iter()
                .map(|method| method.trim().to_ascii_uppercase())
                .collect();
            rule.methods.retain(|method| !method.is_empty());
        }
        self.who.people.sort_unstable();
        self.who.people.dedup();
        self.who.tiers.sort_unstable_by_key(|tier| tier.name());
        self.who.tiers.dedup();
        self
    }

    /// Whether the values make sense, each by itself.
    ///
    /// # Errors
    /// All that do not, by field.
    pub fn check(&self) -> Result<(), Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut wrong = |name: &'static str, message: Message| mistakes.push(Mistake { name, message });
        let control = |text: &str| text.chars().any(char::is_control);
        if self.name.is_empty() || self.name.chars().count() > 60 || control(&self.name) {
            wrong("name", msg!("apps-wrong-name"));
        }
        if self.icon.chars().count() > 8 || control(&self.icon) {
            wrong("icon", msg!("apps-wrong-icon"));
        }
        if !is_host_pattern(&self.host) {
            wrong("host", msg!("apps-wrong-host"));
        }
        if !is_path(&self.path) {
            wrong("path", msg!("apps-wrong-path"));
        }
        if self.who.permissions < 0 {
            wrong("permissions", msg!("apps-wrong-permissions"));
        }
        let method = |method: &String| {
            (1..=32).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        };
        let rule_fits = |rule: &PathRule| is_path(&rule.path) && rule.methods.iter().all(method);
        if self.rules.len() > MOST_RULES || !self.rules.iter().all(rule_fits) {
            wrong("rules", msg!("apps-wrong-rules"));
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }
}

/// In lower case, in ASCII as browsers ask for it; what is no host is left as it is.
fn host_pattern(text: &str) -> String {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    let (star, name) = match text.strip_prefix("*.") {
        Some(name) => ("*.", name),
        None => ("", text.as_str()),
    };
    match url::Host::parse(name) {
        Ok(host) if !name.is_empty() => format!("{star}{host}"),
        _ => text,
    }
}

/// Whether this is a host, or a wildcard. Nothing else than names and addresses are made of may be in it: it is written into
/// the configuration of proxies.
pub(super) fn is_host_pattern(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_*:[]".contains(&byte);
    if !text.bytes().all(plain) {
        return false;
    }
    let name = text.strip_prefix("*.").unwrap_or(text);
    // A wildcard over a whole top level would be everybody's hosts.
    let wide = text.starts_with('*') && !name.contains('.');
    !wide
        && name.len() <= 253
        && !name.contains(['*', ':', '/'])
        && url::Host::parse(name).is_ok_and(|host| host.to_string() == name)
        || url::Host::parse(name).is_ok_and(|host| matches!(host, url::Host::Ipv6(_)))
}

fn tidy_path(text: &str) -> String {
    let text = text.trim();
    let cut = text.trim_end_matches('/');
    if cut.is_empty() { "/".to_owned() } else { cut.to_owned() }
}

/// A path as people type it: plain, without query.
fn is_path(path: &str) -> bool {
    let plain = !path.contains(['?', '#', '%', '*']) && !path.chars().any(char::is_control);
    plain && path.len() <= 300 && super::Readings::of(path).agree()
}

/// Whether a host is the cookie domain or lies below it.
#[must_use]
pub fn covers(domain: &str, host: &str) -> bool {
    !domain.is_empty()
        && host
            .strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether this can be a cookie domain: a name with a dot in it, in lower case, no address.
#[must_use]
pub fn check_domain(domain: &str) -> bool {
    domain.contains('.')
        && !domain.starts_with('.')
        && matches!(url::Host::parse(domain), Ok(url::Host::Domain(name)) if name == domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(host: &str, path: &str) -> App {
        App {
            id: 1,
            name: "Wiki".into(),
            icon: String::new(),
            host: host.into(),
            path: path.into(),
            who: Who::default(),
            rules: Vec::new(),
            order: 0,
        }
    }

    #[test]
    fn wildcards_stand_for_hosts_below() {
        let below = app("*.home.example", "/");
        assert!(below.fits_host("a.home.example") && below.fits_host("b.a.home.example"));
        for host in [
            "home.example",
            ".home.example",
            "evilhome.example",
            "a.home.example.evil.example",
        ] {
            assert!(!below.fits_host(host), "{host}");
        }
        assert!(app("a.home.example", "/").fits_host("a.home.example"));
        assert!(app("a.home.example", "/").closeness() > app("*.a.very.long.name.home.example", "/").closeness());
    }

    #[test]
    fn what_is_typed_is_tidied_and_checked() {
        let tidied = app(" *.Home.Example. ", " /wiki/ ").tidied();
        assert_eq!(
            (tidied.host.as_str(), tidied.path.as_str()),
            ("*.home.example", "/wiki")
        );
        assert_eq!(app("bücher.example", "").tidied().host, "xn--bcher-kva.example");
        for good in [
            "a.example",
            "*.home.example",
            "localhost",
            "192.168.1.5",
            "[::1]",
            "my_app.local",
        ] {
            assert_eq!(app(good, "/").tidied().check(), Ok(()), "{good}");
        }
        for bad in [
            "",
            "*",
            "*.com",
            "a.*.example",
            "https://a.example",
            "a.example:80",
            "a.example/b",
            "a b",
            "a;b.example",
            "a{b}.example",
            "a$b.example",
        ] {
            let mistakes = app(bad, "/").tidied().check().unwrap_err();
            assert_eq!(mistakes[0].name, "host", "{bad}");
        }
        for bad in ["wiki", "/a?b", "/a#b", "/%61", "//a", "/a/../b", "/a*"] {
            assert_eq!(
                app("a.example", bad).tidied().check().unwrap_err()[0].name,
                "path",
                "{bad}"
            );
        }
    }

    #[test]
    fn an_exception_without_a_path_is_a_mistake() {
        let with = |path: &str| {
            let mut app = app("a.example", "/");
            app.rules.push(PathRule {
                methods: vec!["POST".into()],
                path: path.into(),
                access: RuleAccess::Open,
            });
            app.tidied().check()
        };
        for path in ["", "  ", "hook", "/a/../b"] {
            assert_eq!(with(path).unwrap_err()[0].name, "rules", "{path:?}");
        }
        assert!(with(" /hook/ ").is_ok() && with("/").is_ok());
    }

    #[test]
    fn states_and_addresses_are_told_apart() {
        let one = app("a.example", "/wiki");
        assert_eq!(one.state(), one.clone().state());
        let renamed = App {
            name: "Books".into(),
            ..one.clone()
        };
        assert_ne!(one.state(), renamed.state());
        let other = |host: &str, path: &str| App {
            id: 2,
            ..app(host, path)
        };
        assert!(one.shares_address(&other("a.example", "/Wiki")));
        assert!(!one.shares_address(&other("a.example", "/")) && !one.shares_address(&other("b.example", "/wiki")));
        assert!(!one.shares_address(&one.clone()), "with itself");
    }

    #[test]
    fn a_domain_covers_itself_and_what_is_below() {
        assert!(covers("home.example", "home.example") && covers("home.example", "a.b.home.example"));
        assert!(!covers("home.example", "evilhome.example") && !covers("", "home.example"));
        for (domain, fits) in [
            ("home.example", true),
            ("example", false),
            (".home.example", false),
            ("Home.Example", false),
            ("192.168.1.5", false),
            ("home.example:80", false),
            ("https://home.example", false),
        ] {
            assert_eq!(check_domain(domain), fits, "{domain}");
        }
    }
}
