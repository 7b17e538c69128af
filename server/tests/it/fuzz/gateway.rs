//! What a reverse proxy tells, and which rule a path falls under.

use std::collections::BTreeSet;

use latchkey::domain::gateway::{App, AppRequest, Needs, PathRule, RuleAccess, Who, find};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::support::fuzz;

/// What was understood of a request is what a browser understands of its address.
#[track_caller]
fn is_what_a_browser_means(request: &AppRequest) {
    let address = request.url();
    let url = Url::parse(&address).unwrap_or_else(|error| panic!("{address:?}: {error}"));
    assert_eq!(
        url.scheme(),
        if request.https { "https" } else { "http" },
        "{address:?}"
    );
    let host = url.host_str().unwrap_or_default();
    assert_eq!(host.trim_end_matches('.'), request.host, "{address:?}");
    assert!(url.username().is_empty() && url.password().is_none(), "{address:?}");
    assert_eq!(request.host, request.host.to_ascii_lowercase());
    assert_eq!(request.method, request.method.to_ascii_uppercase());
    assert!(
        request.target.starts_with('/') && !request.target.contains(['\r', '\n', ' ', '#']),
        "{address:?}"
    );
    let path_and_query = match request.query() {
        Some(query) => format!("{}?{query}", request.path()),
        None => request.path().to_owned(),
    };
    assert_eq!(path_and_query, request.target);
    // Told once more, it is the same request.
    let again = AppRequest::of_url(&*request.method, &address);
    assert_eq!(again.as_ref(), Ok(request), "{address:?}");
}

/// A line each: method, scheme, host, path with query.
#[test]
fn forwarded_headers_mean_what_a_browser_means() {
    fuzz("forwarded", 1, &[], |input| {
        let text = String::from_utf8_lossy(input);
        let mut lines = text.splitn(4, '|');
        let mut line = || lines.next().unwrap_or_default();
        let (method, proto, host, target) = (line(), line(), line(), line());
        if let Ok(request) = AppRequest::new(method, proto, host, target) {
            is_what_a_browser_means(&request);
            assert!(target.starts_with(&*request.target), "byte for byte");
        }
        if let Ok(request) = AppRequest::of_url(method, &[proto, "://", host, target].concat()) {
            is_what_a_browser_means(&request);
        }
        // Where a person is led: to the host that was understood, and nowhere else.
        let address = [proto, "://", host, target].concat();
        if let Some(request) = AppRequest::of_address(&address) {
            is_what_a_browser_means(&request);
            let (led, meant) = (Url::parse(&request.url()).unwrap(), Url::parse(&address).unwrap());
            // A WebSocket's address leads to the page at the same place.
            let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
            assert_eq!(place(&led), place(&meant));
            assert_eq!((led.path(), led.query()), (meant.path(), meant.query()));
        }
    });
}

fn rule(methods: &[&str], path: &str, access: RuleAccess) -> PathRule {
    PathRule {
        methods: methods.iter().map(|method| (*method).to_owned()).collect(),
        path: path.to_owned(),
        access,
    }
}

fn apps() -> Vec<App> {
    let app = |id, path: &str, rules| App {
        id,
        name: format!("App {id}"),
        icon: String::new(),
        host: "tv.example".to_owned(),
        path: path.to_owned(),
        who: Who::default(),
        rules,
        order: 0,
    };
    vec![
        app(
            1,
            "/",
            vec![
                rule(&[], "/api", RuleAccess::Open),
                rule(&[], "/api/admin", RuleAccess::Owner),
                rule(&[], "/settings", RuleAccess::Owner),
                rule(&["POST"], "/hook", RuleAccess::Open),
            ],
        ),
        app(2, "/wiki", vec![rule(&[], "/wiki/public", RuleAccess::Open)]),
    ]
}

fn below(path: &str, prefix: &str) -> bool {
    prefix == "/"
        || path
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Which app a server answers with that reads the path like this, and whether that is for the owner alone.
fn meant(reading: &str) -> (i64, bool) {
    let small = reading.to_lowercase();
    let app = if below(&small, "/wiki") { 2 } else { 1 };
    (
        app,
        app == 1 && (below(&small, "/api/admin") || below(&small, "/settings")),
    )
}

/// How servers may read a path: they decode, once or twice; take `\` for `/`, two slashes for one; go up at `..`; drop
/// what follows `;`, or what follows a `?`, `#` or NUL that was encoded.
fn readings(path: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([path.to_owned()]);
    for _ in 0..4 {
        let mut more = BTreeSet::new();
        for reading in &all {
            more.insert(percent_decode_str(reading).decode_utf8_lossy().into_owned());
            more.insert(reading.replace('\\', "/"));
            let mut single = reading.clone();
            while single.contains("//") {
                single = single.replace("//", "/");
            }
            more.insert(single);
            let parts: Vec<&str> = reading
                .split('/')
                .map(|part| part.split(';').next().unwrap_or_default())
                .collect();
            more.insert(parts.join("/"));
            more.insert(reading.split(['?', '#', '\0']).next().unwrap_or_default().to_owned());
            let mut open: Vec<&str> = Vec::new();
            for part in reading.split('/').skip(1) {
                match part {
                    "." => {}
                    ".." => drop(open.pop()),
                    part => open.push(part),
                }
            }
            more.insert(format!("/{}", open.join("/")));
        }
        all.extend(more.into_iter().filter(|reading| reading.starts_with('/')).take(200));
    }
    all
}

/// However a server reads a path: what is decided is never weaker than what that reading needs.
#[test]
fn no_spelling_of_a_path_gets_past_its_rule() {
    let apps = apps();
    fuzz("gateway-path", 4, &[], |input| {
        let target = String::from_utf8_lossy(input);
        for method in ["GET", "POST"] {
            let Ok(request) = AppRequest::new(method, "https", "tv.example", &*target) else {
                continue;
            };
            let asked = find(&apps, &request).expect("an app answers for the whole host");
            for reading in readings(request.path()) {
                let (app, owner) = meant(&reading);
                assert!(
                    asked.needs == Needs::Owner || !owner,
                    "{target:?} is {reading:?} to some, and needs only {:?}",
                    asked.needs
                );
                assert!(
                    asked.needs == Needs::Owner || asked.apps().any(|one| one.id == app),
                    "{target:?} is {reading:?} to some, and app {app} was not asked"
                );
                let open = (below(&reading, "/api") && !owner)
                    || (method == "POST" && below(&reading, "/hook"))
                    || below(&reading, "/wiki/public");
                assert!(
                    asked.needs != Needs::Nothing || open,
                    "{target:?} is {reading:?} to some, and is open"
                );
            }
        }
    });
}
