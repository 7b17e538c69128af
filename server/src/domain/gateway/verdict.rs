//! Which app a request is for, and what it needs. The most specific wins: an exact host before a wildcard, the longer path
//! before the shorter.

use super::{
    app::{App, RuleAccess},
    path::Readings,
    request::AppRequest,
};
use crate::domain::user::User;

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Somebody who may open the app.
    Member,
    /// The owner.
    Owner,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The app.
    pub app: &'a App,
    /// A path that servers read in different ways may be that of several apps of a host: the others.
    pub others: Vec<&'a App>,
    /// What is needed.
    pub needs: Needs,
    /// Which of the app's rules says so; `None`: the app itself.
    pub rule: Option<usize>,
}

impl<'a> Asked<'a> {
    /// All apps that it may be for.
    pub fn apps(&self) -> impl Iterator<Item = &'a App> {
        std::iter::once(self.app).chain(self.others.iter().copied())
    }

    /// Whether this member may.
    #[must_use]
    pub fn allows(&self, user: &User) -> bool {
        match self.needs {
            Needs::Nothing => true,
            Needs::Owner => user.is_owner(),
            Needs::Member => self.apps().all(|app| app.who.allows(user)),
        }
    }
}

/// Which of these apps a request is for; `None`: there is no app at that address.
#[must_use]
pub fn find<'a>(apps: &'a [App], request: &AppRequest<'_>) -> Option<Asked<'a>> {
    let readings = Readings::of(request.path());
    let at_host = apps.iter().filter(|app| app.fits_host(&request.host));
    if !readings.agree() {
        return strictest(at_host);
    }
    let app = at_host
        .filter(|app| readings.is_below_in_any_case(&app.path))
        // Of two that are alike, the first in the list.
        .min_by_key(|app| (std::cmp::Reverse((app.closeness(), app.path.len())), app.order, app.id))?;
    let rule = app
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.takes(&request.method))
        .filter(|(_, rule)| match rule.access {
            // In the very letters: what opens must not be had by a path that only looks like it.
            RuleAccess::Open => readings.is_below(&rule.path),
            RuleAccess::Owner => readings.is_below_in_any_case(&rule.path),
        })
        .max_by_key(|(_, rule)| {
            (
                rule.path.len(),
                !rule.methods.is_empty(),
                rule.access == RuleAccess::Owner,
            )
        });
    Some(Asked {
        app,
        others: Vec::new(),
        needs: match rule {
            Some((_, rule)) if rule.access == RuleAccess::Open => Needs::Nothing,
            Some(_) => Needs::Owner,
            None => Needs::Member,
        },
        rule: rule.map(|(number, _)| number),
    })
}

/// Whatever the path turns out to be, it must be allowed.
fn strictest<'a>(mut apps: impl Iterator<Item = &'a App>) -> Option<Asked<'a>> {
    let mut asked = Asked {
        app: apps.next()?,
        others: apps.collect(),
        needs: Needs::Member,
        rule: None,
    };
    let closed = |app: &App| app.rules.iter().any(|rule| rule.access == RuleAccess::Owner);
    if asked.apps().any(closed) {
        asked.needs = Needs::Owner;
    }
    Some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        gateway::{PathRule, Who},
        permission::Permissions,
        user::Tier,
    };

    fn app(id: i64, host: &str, path: &str, rules: Vec<PathRule>) -> App {
        let who = Who {
            people: vec![id],
            ..Who::default()
        };
        App {
            id,
            name: format!("App {id}"),
            icon: String::new(),
            host: host.into(),
            path: path.into(),
            who,
            rules,
            order: 0,
        }
    }

    fn rule(methods: &[&str], path: &str, access: RuleAccess) -> PathRule {
        PathRule {
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            path: path.into(),
            access,
        }
    }

    fn ask(apps: &[App], method: &str, host: &str, target: &str) -> Option<(Vec<i64>, Needs)> {
        let request = AppRequest::new(method, "https", host, target).unwrap();
        find(apps, &request).map(|asked| (asked.apps().map(|app| app.id).collect(), asked.needs))
    }

    #[test]
    fn the_most_specific_wins() {
        let apps = [
            app(1, "*.home.example", "/", vec![]),
            app(2, "*.media.home.example", "/", vec![]),
            app(3, "tv.media.home.example", "/", vec![]),
            app(4, "tv.media.home.example", "/api", vec![]),
            app(5, "tv.media.home.example", "/api/v3", vec![]),
        ];
        for (host, target, expected) in [
            ("a.home.example", "/", Some(1)),
            ("a.media.home.example", "/x", Some(2)),
            ("tv.media.home.example", "/x?/api", Some(3)),
            ("tv.media.home.example", "/api", Some(4)),
            ("tv.media.home.example", "/apix", Some(3)),
            ("tv.media.home.example:8443", "/API/v3/x", Some(5)),
            ("home.example", "/", None),
            ("evil.example", "/", None),
        ] {
            let found = ask(&apps, "GET", host, target).map(|(ids, _)| ids[0]);
            assert_eq!(found, expected, "{host}{target}");
        }
    }

    #[test]
    fn rules_open_and_close_paths() {
        let apps = [app(
            1,
            "tv.example",
            "/",
            vec![
                rule(&[], "/api", RuleAccess::Open),
                rule(&["POST", "PUT"], "/api/admin", RuleAccess::Owner),
                rule(&[], "/settings", RuleAccess::Owner),
                rule(&["POST"], "/hook", RuleAccess::Open),
            ],
        )];
        for (method, target, needs) in [
            ("GET", "/", Needs::Member),
            ("GET", "/api/v3", Needs::Nothing),
            ("GET", "/API/v3", Needs::Member),
            ("GET", "/api/admin", Needs::Nothing),
            ("POST", "/api/admin/x", Needs::Owner),
            ("GET", "/settings", Needs::Owner),
            ("GET", "/SETTINGS/x", Needs::Owner),
            ("GET", "/hook", Needs::Member),
            ("POST", "/hook", Needs::Nothing),
        ] {
            assert_eq!(
                ask(&apps, method, "tv.example", target).unwrap().1,
                needs,
                "{method} {target}"
            );
        }
    }

    #[test]
    fn a_path_with_several_readings_opens_nothing_and_misses_nothing() {
        let apps = [
            app(2, "tv.example", "/", vec![rule(&[], "/api", RuleAccess::Open)]),
            app(3, "tv.example", "/admin", vec![]),
        ];
        for target in [
            "/%61dmin",
            "//admin",
            "/x/../admin",
            "/api/../admin",
            "/api/%2e%2e/admin",
            "/api;/x",
        ] {
            assert_eq!(
                ask(&apps, "GET", "tv.example", target),
                Some((vec![2, 3], Needs::Member)),
                "{target}"
            );
        }
        let closed = [app(
            2,
            "tv.example",
            "/",
            vec![rule(&[], "/settings", RuleAccess::Owner)],
        )];
        assert_eq!(
            ask(&closed, "GET", "tv.example", "/%73ettings"),
            Some((vec![2], Needs::Owner))
        );
    }

    #[test]
    fn who_may() {
        let user = |id, tier, permissions| User {
            id,
            plex_id: None,
            plex_username: None,
            plex_name: None,
            email: None,
            username: None,
            has_password: false,
            tier,
            permissions: Permissions(permissions),
            avatar: None,
            locale: None,
            disabled_at: None,
            created_at: 0,
            updated_at: 0,
        };
        let mut one = app(7, "tv.example", "/", vec![]);
        assert!(one.who.allows(&user(7, Tier::Friend, 0)) && one.who.allows(&user(1, Tier::Owner, 0)));
        assert!(
            !one.who.allows(&user(8, Tier::Friend, Permissions::ADMIN)),
            "named people only"
        );
        one.who = Who {
            permissions: Permissions::MANAGE_USERS,
            tiers: vec![Tier::Home],
            ..Who::default()
        };
        assert!(one.who.allows(&user(8, Tier::Friend, Permissions::MANAGE_USERS)));
        assert!(one.who.allows(&user(8, Tier::Friend, Permissions::ADMIN)));
        assert!(one.who.allows(&user(8, Tier::Home, 0)) && !one.who.allows(&user(8, Tier::Friend, 32)));
    }
}
