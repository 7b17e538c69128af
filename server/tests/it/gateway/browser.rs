//! A browser with several hosts in front of it: a reverse proxy asks for each but our own, and cookies go where they belong.

use std::sync::Mutex;

use axum::http::Method;
use latchkey::domain::gateway::{App, PathRule, RuleAccess, Who};
use url::Url;

use crate::support::{Answer, Engine, TestApp};

/// The trusted proxy.
pub(super) const PROXY: &str = "10.0.0.1";
/// What browsers accept where somebody looks at a page.
pub(super) const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
/// Most redirects that are followed.
const MOST: usize = 12;

/// Latchkey at this address, with `apps`, set up.
pub(super) async fn door(engine: Engine, public_url: &str, apps: Vec<App>) -> TestApp {
    let app = TestApp::build(engine)
        .with("LATCHKEY_PUBLIC_URL", public_url)
        .with("LATCHKEY_TRUSTED_PROXIES", PROXY)
        .start()
        .await;
    app.set_up().await;
    app.state
        .site
        .update(|settings| settings.apps.clone_from(&apps))
        .await
        .unwrap();
    app
}

/// For everybody, at this host.
pub(super) fn app_at(id: i64, host: &str) -> App {
    App {
        id,
        name: format!("App {id}"),
        icon: String::new(),
        host: host.to_owned(),
        path: "/".to_owned(),
        who: Who {
            everyone: true,
            ..Who::default()
        },
        rules: Vec::new(),
        order: 0,
    }
}

/// A rule for all methods.
pub(super) fn rule(path: &str, access: RuleAccess) -> PathRule {
    PathRule {
        methods: Vec::new(),
        path: path.to_owned(),
        access,
    }
}

#[derive(Debug, Clone)]
struct Kept {
    /// The host, or the domain with a dot in front.
    place: String,
    name: String,
    value: String,
}

/// A browser. What it sends beside cookies is up to the test.
pub(super) struct Browser<'a> {
    app: &'a TestApp,
    own: String,
    kept: Mutex<Vec<Kept>>,
    /// Every address that it was led to.
    pub(super) went: Mutex<Vec<String>>,
}

impl<'a> Browser<'a> {
    pub(super) fn new(app: &'a TestApp) -> Self {
        let own = Url::parse(app.state.site.public_url()).unwrap();
        Self {
            app,
            own: own.host_str().unwrap().to_owned(),
            kept: Mutex::default(),
            went: Mutex::default(),
        }
    }

    /// One that is signed in here as somebody.
    pub(super) async fn of(app: &'a TestApp, account: &str) -> Self {
        let browser = Self::new(app);
        let own = browser.own.clone();
        for (name, value) in app.member(account).await.cookies() {
            browser.keep(&own, &name, &value, None);
        }
        browser
    }

    fn keep(&self, host: &str, name: &str, value: &str, domain: Option<&str>) {
        let place = domain.map_or_else(|| host.to_owned(), |domain| format!(".{domain}"));
        let mut kept = self.kept.lock().unwrap();
        kept.retain(|one| !(one.place == place && one.name == name));
        kept.push(Kept {
            place,
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    /// The cookies that go to this host.
    pub(super) fn cookies(&self, host: &str) -> String {
        let goes =
            |one: &&Kept| one.place == host || (one.place.starts_with('.') && format!(".{host}").ends_with(&one.place));
        let kept = self.kept.lock().unwrap();
        let pairs: Vec<_> = kept
            .iter()
            .filter(goes)
            .map(|one| format!("{}={}", one.name, one.value))
            .collect();
        pairs.join("; ")
    }

    /// Forgets the cookies of this host.
    pub(super) fn forget(&self, host: &str) {
        self.kept.lock().unwrap().retain(|one| one.place != host);
    }

    /// What happens to the count of rounds after half a minute.
    pub(super) fn waits(&self) {
        self.kept
            .lock()
            .unwrap()
            .retain(|one| !one.name.ends_with("latchkey.went"));
    }

    /// One request: to us, or to an app through the proxy.
    pub(super) async fn ask(&self, method: Method, url: &str, more: &[(&'static str, &str)]) -> Answer {
        let at = Url::parse(url).unwrap();
        let host = at.host_str().unwrap().to_owned();
        let rest = &url[url.find("://").unwrap() + 3..];
        let (authority, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let target = if target.is_empty() { "/" } else { target };
        let actor = self.app.anon().from(PROXY);
        let mut asked = if host == self.own {
            actor.ask(method, target).header("host", &host)
        } else {
            actor
                .ask(Method::GET, "/api/v1/gateway/forward-auth")
                .header("x-forwarded-method", method.as_str())
                .header("x-forwarded-proto", at.scheme())
                .header("x-forwarded-host", authority)
                .header("x-forwarded-uri", target)
        };
        asked = asked.header("x-forwarded-for", "192.0.2.10");
        let cookies = self.cookies(&host);
        if !cookies.is_empty() {
            asked = asked.header("cookie", &cookies);
        }
        for (name, value) in more {
            asked = asked.header(name, value);
        }
        let answer = asked.send().await;
        for cookie in answer.cookies() {
            let domain = cookie.rest.iter().find_map(|one| one.strip_prefix("domain="));
            if let Some(domain) = domain {
                assert!(
                    host.ends_with(domain),
                    "a browser would not take a cookie of {domain} from {host}"
                );
            }
            self.keep(&host, &cookie.name, &cookie.value, domain);
        }
        answer
    }

    /// Opens a page, and goes wherever it is led; answers where it ended, and with what.
    pub(super) async fn open(&self, url: &str) -> (String, Answer) {
        let mut at = url.to_owned();
        for _ in 0..MOST {
            self.went.lock().unwrap().push(at.clone());
            let answer = self.ask(Method::GET, &at, &[("accept", PAGE)]).await;
            if !matches!(answer.status(), 302 | 303 | 307) {
                return (at, answer);
            }
            at = Url::parse(&at)
                .unwrap()
                .join(answer.header("location"))
                .unwrap()
                .to_string();
        }
        panic!("in circles: {:#?}", self.went.lock().unwrap());
    }
}
