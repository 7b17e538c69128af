//! Settings and activity.

use app::{messages::Message, pages::*};

fn general() -> SettingsPart {
    SettingsPart::General(GeneralSettings {
        application_title: "Attic".into(),
        public_url: "https://attic.example".into(),
        locale: "en".into(),
    })
}

fn users(parameter: &str) -> SettingsPart {
    SettingsPart::Users(UsersSettings {
        plex_sign_in: true,
        new_plex_members: true,
        household_children: false,
        local_sign_in: true,
        members_may_make_tokens: true,
        login_token_parameter: parameter.into(),
        new_may_request: true,
        new_may_manage_users: false,
    })
}

fn plex(servers: ServerChoice) -> SettingsPart {
    SettingsPart::Plex(PlexSettings {
        servers,
        chosen: Some(("a".repeat(40), "Attic".into())),
        accept_plex_tokens: false,
        membership_check_minutes: "30".into(),
        membership_confirm_minutes: "15".into(),
        client_identifier: "0b5a1f2e-64cf-4e7e-9d3a-6c0d1b2a3f4e".into(),
    })
}

fn email() -> EmailSettings {
    EmailSettings {
        on: true,
        host: "smtp.example.org".into(),
        port: "587".into(),
        security: "starttls".into(),
        user: "door".into(),
        has_password: true,
        from: "door@example.org".into(),
        from_name: "Attic".into(),
        to: Some("mara@example.org".into()),
        tested: None,
    }
}

fn security(key: Option<Option<&str>>, locked: bool) -> SettingsPart {
    SettingsPart::Security(SecuritySettings {
        session_idle_days: "30".into(),
        session_absolute_days: "180".into(),
        activity_days: "180".into(),
        seerr_cookie_name: false,
        api_key: key.map(|value| ShownKey {
            masked: format!("{}3f4e", "*".repeat(60)),
            made_at: "2026-09-14T18:02:11Z".into(),
            value: value.map(Into::into),
        }),
        api_key_locked: locked.then(|| app::msg!("settings-denied-owners-key")),
        secret_locked: locked.then(|| app::msg!("settings-secret-is-configured")),
        rotated: false,
    })
}

fn line(at: &str, sentence: Message, times: i64, refusal: bool) -> ActivityLine {
    ActivityLine {
        at: at.into(),
        last_at: (times > 1).then(|| "2026-09-14T18:09:59Z".into()),
        times,
        sentence,
        address: "2001:db8:85a3::8a2e:370:7334".into(),
        browser: (!refusal).then(|| "Safari on iPad".into()),
        refusal,
        explain: refusal.then(|| "/users/explain?who=Anna".into()),
    }
}

fn activity(lines: Vec<ActivityLine>) -> Page {
    Page::Activity(Box::new(ActivityPage {
        filter: ActivityFilter::default(),
        people: vec![(1, "Robin".into()), (2, "Anna".into())],
        kinds: vec![("sign-ins".into(), app::msg!("activity-group-sign-ins"))],
        lines,
        older: Some("/activity?before=17".into()),
        newest: None,
        csv: "/activity.csv".into(),
        days: (1..=30)
            .map(|day| DayCount {
                day: format!("2026-09-{day:02}T00:00:00Z"),
                count: (day * 7) % 11,
            })
            .collect(),
        kept_days: 180,
    }))
}

fn api_docs() -> Page {
    let answer = |status: &str, about: &str| ApiAnswer {
        status: status.into(),
        about: about.into(),
        ..ApiAnswer::default()
    };
    let route = |method: &str, summary: &str| ApiRoute {
        id: method.to_lowercase(),
        method: method.into(),
        path: "/api/v1/user/{id}/settings/tokens".into(),
        summary: summary.into(),
        about: "The body may be left out.".into(),
        anyone: method == "GET",
        parameters: Vec::new(),
        body: (method == "POST").then(|| ApiBody {
            kind: "`LoginToken`".into(),
            example: "[]".into(),
        }),
        answers: vec![
            ApiAnswer {
                headers: vec![("Set-Cookie".into(), "The session".into())],
                body: Some(ApiBody {
                    kind: "string".into(),
                    example: "https://door.home.example/?token=0b7c1f62-1111-4222-8333-944455556666-and-so-on".into(),
                }),
                ..answer("200", "The token, the only time that it is shown")
            },
            answer("409", "There are 100"),
        ],
    };
    Page::ApiDocs(Box::new(ApiDocsPage {
        version: "0.1.0".into(),
        about: vec!["Every error has the same body.".into()],
        credentials: vec![("X-Api-Key".into(), "The owner.".into())],
        groups: vec![ApiGroup {
            name: "Login tokens".into(),
            about: "A member's secret for a device.".into(),
            routes: vec![
                route("GET", "A member's login tokens, by name."),
                route("POST", "Makes a login token for a device."),
            ],
        }],
        common: vec![answer("413", "The body is over 64 KiB")],
        shapes: vec![ApiShape {
            name: "LoginToken".into(),
            about: "A login token without its value.".into(),
            kind: String::new(),
            fields: vec![ApiField {
                name: "expiresAt".into(),
                kind: "string (date-time) or null".into(),
                about: "When it ends by itself.".into(),
            }],
        }],
    }))
}

/// Every state of these pages.
pub(crate) fn pages() -> Vec<(&'static str, Page)> {
    let open = |part| Page::Settings(Box::new(SettingsPage::new(part, 7)));
    let owned = |name: &str, id: &str| OwnedServer {
        machine_id: id.repeat(40),
        name: name.into(),
        platform: "Linux".into(),
    };
    let servers = ServerChoice::Owned(vec![owned("Attic", "a"), owned("Cellar", "b")]);
    let wrong = SettingsPage {
        mistakes: vec![
            ("loginTokenParameter", app::msg!("settings-wrong-parameter")),
            ("localSignIn", app::msg!("settings-wrong-no-way-in")),
        ],
        ..SettingsPage::new(users("a b"), 7)
    };
    let changed = SettingsPage {
        changed: Some(vec![
            ChangedSetting {
                name: "applicationTitle".into(),
                from: SettingValue::Text("Attic".into()),
                now: SettingValue::Text("Großmutters Dachboden".into()),
            },
            ChangedSetting {
                name: "plexSignIn".into(),
                from: SettingValue::Switch(true),
                now: SettingValue::Switch(false),
            },
        ]),
        ..SettingsPage::new(general(), 8)
    };
    let saved = SettingsPage {
        saved: true,
        ..SettingsPage::new(general(), 8)
    };
    let email_wrong = SettingsPage {
        mistakes: vec![
            ("host", app::msg!("mail-host-wrong")),
            ("password", app::msg!("mail-password-again")),
        ],
        changed: Some(vec![ChangedSetting {
            name: "smtp".into(),
            from: SettingValue::Nothing,
            now: SettingValue::AnotherPassword,
        }]),
        ..SettingsPage::new(
            SettingsPart::Email(EmailSettings {
                tested: Some(Err(app::msg!("mail-sign-in-refused"))),
                to: None,
                ..email()
            }),
            8,
        )
    };
    let who = |name: &str| Message::from(name);
    let signed_in = app::msg!(
        "activity-signed-in",
        who = who("Anna"),
        reason = "plex",
        actor = who("Anna"),
        own = "yes",
        subject = "nobody"
    );
    let refused = app::msg!(
        "activity-sign-in-refused",
        who = who("Anna"),
        reason = "wrong-password",
        subject = "nobody"
    );
    let key = "3f4e".repeat(16);
    vec![
        ("api-docs", api_docs()),
        ("settings", open(general())),
        ("settings-saved", Page::Settings(Box::new(saved))),
        ("settings-changed", Page::Settings(Box::new(changed))),
        ("settings-users", open(users("token"))),
        ("settings-users-wrong", Page::Settings(Box::new(wrong))),
        ("settings-plex", open(plex(servers))),
        ("settings-plex-unreachable", open(plex(ServerChoice::PlexUnreachable))),
        ("settings-email", open(SettingsPart::Email(email()))),
        (
            "settings-email-off",
            open(SettingsPart::Email(EmailSettings {
                port: "587".into(),
                ..EmailSettings::default()
            })),
        ),
        (
            "settings-email-tested",
            open(SettingsPart::Email(EmailSettings {
                tested: Some(Ok(())),
                ..email()
            })),
        ),
        ("settings-email-wrong", Page::Settings(Box::new(email_wrong))),
        ("settings-security", open(security(None, false))),
        ("settings-security-key", open(security(Some(None), true))),
        ("settings-security-made", open(security(Some(Some(&key)), false))),
        (
            "settings-ask-secret",
            open(SettingsPart::Renew(RenewQuestion::SessionSecret)),
        ),
        ("settings-ask-key", open(SettingsPart::Renew(RenewQuestion::NewApiKey))),
        ("activity-none", activity(Vec::new())),
        (
            "activity",
            activity(vec![
                line("2026-09-14T18:02:11Z", signed_in, 1, false),
                line("2026-09-14T18:00:01Z", refused, 12, true),
            ]),
        ),
    ]
}
