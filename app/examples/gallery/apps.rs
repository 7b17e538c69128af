//! Apps and the reverse proxy.

use app::{messages::Message, pages::*};

pub(super) fn tiles() -> Vec<AppTile> {
    let tile = |name: &str, icon: &str, host: &str| AppTile {
        name: name.into(),
        icon: icon.into(),
        url: format!("https://{host}/"),
    };
    vec![
        tile("Sonarr", "📺", "sonarr.attic.example"),
        tile("Wiki", "", "wiki.attic.example"),
        tile("Großmutters Rezeptsammlung", "🍲", "recipes.attic.example"),
        tile("Home Assistant", "🏠", "home.attic.example"),
        tile("photos", "", "photos.attic.example"),
    ]
}

fn row(id: i64, name: &str, icon: &str, address: &str, who: Vec<Message>, exceptions: usize) -> AppRow {
    AppRow {
        id,
        name: name.into(),
        icon: icon.into(),
        address: address.into(),
        url: (!address.starts_with('*')).then(|| format!("https://{address}")),
        who,
        exceptions,
    }
}

fn list() -> AppsSettings {
    let everyone = || vec![app::msg!("apps-who-everyone")];
    let some = vec![app::msg!("apps-who-home"), Message::from("Anna Kowalska")];
    AppsSettings {
        apps: vec![
            row(1, "Sonarr", "📺", "sonarr.attic.example", everyone(), 2),
            row(2, "Wiki", "", "sonarr.attic.example/wiki", some, 0),
            row(3, "Everything else", "", "*.attic.example", Vec::new(), 1),
        ],
        cookie_domain: "attic.example".into(),
        gateway_token_parameter: "latchkey_token".into(),
        ..AppsSettings::default()
    }
}

fn asked(answer: AppAnswer) -> AppsSettings {
    AppsSettings {
        question: AppQuestion {
            url: "https://sonarr.attic.example/api/v3".into(),
            method: "POST".into(),
            answer: Some(answer),
        },
        ..list()
    }
}

fn form() -> AppForm {
    let rule = |owner, methods: &str, path: &str| AppRule {
        owner,
        methods: methods.into(),
        path: path.into(),
    };
    AppForm {
        id: Some(1),
        version: "0123456789abcdef".into(),
        name: "Sonarr".into(),
        icon: "📺".into(),
        host: "sonarr.attic.example".into(),
        path: "/".into(),
        order: "0".into(),
        everyone: false,
        tiers: vec![(Tier::Home, true), (Tier::Friend, false), (Tier::Local, false)],
        rights: Right::ALL.map(|right| (right, false)).to_vec(),
        people: vec![
            (2, "Anna Kowalska".into(), true),
            (3, "Ben Okafor".into(), false),
            (4, "Mara Lindqvist".into(), false),
        ],
        rules: vec![
            rule(false, "GET, POST", "/api"),
            rule(true, "", "/settings"),
            AppRule::default(),
        ],
        ..AppForm::default()
    }
}

fn proxy(findings: Option<Vec<(bool, Message)>>) -> SettingsPart {
    SettingsPart::Proxy(ProxySettings {
        apps: vec![(1, "Sonarr · sonarr.attic.example".into())],
        chosen: None,
        findings,
        lines: lines(None),
    })
}

fn lines(written: Option<Result<Vec<(String, String)>, Message>>) -> ProxyLines {
    ProxyLines {
        proxies: vec![("nginx", "nginx"), ("caddy", "Caddy"), ("traefik", "Traefik")],
        apps: vec![
            (1, "Sonarr · sonarr.attic.example".into()),
            (2, "Everything else · *.attic.example".into()),
        ],
        proxy: "caddy".into(),
        app: "1".into(),
        upstream: "http://192.168.1.5:8989".into(),
        without_url: false,
        written,
    }
}

fn with_lines(lines: ProxyLines) -> SettingsPart {
    SettingsPart::Proxy(ProxySettings {
        apps: vec![(1, "Sonarr · sonarr.attic.example".into())],
        lines,
        ..ProxySettings::default()
    })
}

/// Every state of these pages.
pub(crate) fn pages() -> Vec<(&'static str, Page)> {
    let open = |part| Page::Settings(Box::new(SettingsPage::new(part, 7)));
    let apps = |page| open(SettingsPart::Apps(page));
    let file = "sonarr.attic.example {
	forward_auth 127.0.0.1:5056 {
		uri /api/v1/gateway/forward-auth
	}
	reverse_proxy http://192.168.1.5:8989
}";
    let written = vec![("Caddyfile".to_owned(), file.to_owned())];
    let wrong_upstream = app::msg!("proxy-wrong-upstream");
    let outside = AppsSettings {
        outside_domain: Some("door.example".into()),
        said: Some(app::msg!("apps-saved", name = "Sonarr")),
        ..list()
    };
    let exception = AppAnswer::Apps {
        apps: vec![(1, "Sonarr".into())],
        who: AppAnswerWho::Everybody,
        rule: Some("GET, POST /api".into()),
    };
    let several = AppAnswer::Apps {
        apps: vec![(1, "Sonarr".into()), (2, "Wiki".into())],
        who: AppAnswerWho::MembersOfAll,
        rule: None,
    };
    let nobody = AppAnswer::Nobody {
        host: "nowhere.example".into(),
    };
    let many = AppForm {
        id: None,
        search: Some("an".into()),
        unsaved: true,
        ..form()
    };
    let changed = AppForm {
        changed: Some(vec![
            Theirs {
                label: app::msg!("apps-host"),
                now: TheirValue::Text("tv.attic.example".into()),
            },
            Theirs {
                label: app::msg!("apps-icon"),
                now: TheirValue::Text(String::new()),
            },
            Theirs {
                label: app::msg!("apps-who"),
                now: TheirValue::Who(vec![app::msg!("apps-who-friends")]),
            },
            Theirs {
                label: app::msg!("apps-exceptions"),
                now: TheirValue::Rules(vec![("GET, POST /api".into(), app::msg!("apps-exception-open"))]),
            },
        ]),
        ..form()
    };
    let wrong = SettingsPage {
        mistakes: vec![
            ("host", app::msg!("apps-wrong-taken", name = "Wiki")),
            ("rules", app::msg!("apps-wrong-rules")),
            ("people", app::msg!("apps-wrong-people")),
        ],
        ..SettingsPage::new(SettingsPart::App(form()), 7)
    };
    let good = vec![
        (true, app::msg!("proxy-test-reached")),
        (true, app::msg!("proxy-test-identity")),
        (true, app::msg!("proxy-test-query")),
    ];
    let bad = vec![
        (true, app::msg!("proxy-test-reached")),
        (false, app::msg!("proxy-test-forged")),
    ];
    vec![
        ("settings-apps", apps(list())),
        ("settings-apps-none", apps(AppsSettings::default())),
        ("settings-apps-outside", apps(outside)),
        ("settings-apps-exception", apps(asked(exception))),
        ("settings-apps-several", apps(asked(several))),
        ("settings-apps-nobody", apps(asked(nobody))),
        ("settings-app", open(SettingsPart::App(form()))),
        ("settings-app-new", open(SettingsPart::App(many))),
        ("settings-app-changed", open(SettingsPart::App(changed))),
        ("settings-app-wrong", Page::Settings(Box::new(wrong))),
        ("settings-proxy", open(proxy(None))),
        ("settings-proxy-lines", open(with_lines(lines(Some(Ok(written)))))),
        (
            "settings-proxy-lines-wrong",
            open(with_lines(lines(Some(Err(wrong_upstream))))),
        ),
        (
            "settings-proxy-no-url",
            open(with_lines(ProxyLines {
                without_url: true,
                ..lines(None)
            })),
        ),
        ("settings-proxy-good", open(proxy(Some(good)))),
        ("settings-proxy-bad", open(proxy(Some(bad)))),
        (
            "settings-proxy-none",
            open(SettingsPart::Proxy(ProxySettings::default())),
        ),
    ]
}
