//! Password, Plex account, signed-in devices, and the pages for a forgotten password.

use super::*;

/// The sections with everything in them.
pub(super) fn sections(text: &str, whose: Option<&str>) -> CredentialsSections {
    let device = |this| DeviceRow {
        id: text.into(),
        what: text.into(),
        how: text.into(),
        has_token: true,
        since: text.into(),
        seen: LastUsed {
            at: text.into(),
            ago: text.into(),
            address: text.into(),
        },
        this,
    };
    CredentialsSections {
        user_id: 7,
        whose: whose.map(Into::into),
        locked: false,
        password: PasswordSection {
            has: true,
            has_email: true,
            accepted: false,
            link: whose.is_some(),
            made: whose.map(|_| ResetLink {
                link: text.into(),
                until: text.into(),
            }),
            changed: true,
            error: Some(text.into()),
        },
        plex: PlexSection {
            state: match whose {
                None => PlexState::CanLink(Box::new(plex(text))),
                Some(_) => PlexState::Linked(text.into()),
            },
            said: Some((text.into(), true)),
        },
        devices: DevicesSection {
            devices: vec![device(true), device(false)],
            said: Some(text.into()),
        },
        sign_ins: vec![SignIn {
            at: text.into(),
            how: text.into(),
            what: Some(text.into()),
            address: text.into(),
        }],
    }
}

pub(super) fn all(text: &str) -> Vec<Page> {
    let email = EmailSettings {
        on: true,
        host: text.into(),
        port: text.into(),
        security: text.into(),
        user: text.into(),
        has_password: true,
        from: text.into(),
        from_name: text.into(),
        to: Some(text.into()),
        tested: Some(Err(text.into())),
    };
    let settings = SettingsPage {
        mistakes: vec![("host", text.into())],
        ..SettingsPage::new(SettingsPart::Email(email), 7)
    };
    vec![
        Page::Settings(Box::new(settings)),
        Page::Forgot(ForgotPage::Off),
        Page::Forgot(ForgotPage::Asked),
        Page::Forgot(ForgotPage::Ask {
            error: Some(text.into()),
        }),
        Page::Choose(ChoosePage::Dead { can_ask: true }),
        Page::Choose(ChoosePage::Ask {
            name: text.into(),
            email: text.into(),
            action: text.into(),
            error: Some(text.into()),
        }),
    ]
}

fn person(sections: CredentialsSections) -> String {
    html(Page::Profile(Box::new(ProfilePage {
        name: "Anna".into(),
        avatar: None,
        email: None,
        plex_username: None,
        tier: Tier::Friend,
        media_server: None,
        since: "2026-09-14T18:02:11Z".into(),
        said: None,
        account: AccountForm::default(),
        credentials: Some(Box::new(sections)),
        tokens: None,
    })))
}

#[test]
fn forms_have_the_fields_that_the_server_reads() {
    let own = person(sections("x", None));
    assert_eq!(fields(&own, "/users/7/password"), ["present", "password"]);
    assert_eq!(fields(&own, "/users/7/sessions/x/end"), [""; 0]);
    assert_eq!(fields(&own, "/users/7/sessions/end"), [""; 0]);
    assert_eq!(fields(&own, "/login/plex"), ["returnTo"]);
    // Somebody else's password is set without the present one.
    let theirs = person(sections("x", Some("Bea")));
    assert_eq!(fields(&theirs, "/users/7/password"), ["password"]);
    assert_eq!(fields(&theirs, "/users/7/plex/unlink"), [""; 0]);
    assert_eq!(fields(&theirs, "/users/7/reset-link"), [""; 0]);
    let email = html(all("x").remove(0));
    assert_eq!(
        fields(&email, "/settings/email"),
        [
            "version", "host", "port", "security", "user", "password", "from", "fromName"
        ]
    );
    assert_eq!(fields(&email, "/settings/email/off"), ["version"]);
    let choose = html(Page::Choose(ChoosePage::Ask {
        name: "Anna".into(),
        email: "anna@home.test".into(),
        action: "/login/reset/x".into(),
        error: None,
    }));
    assert_eq!(fields(&choose, "/login/reset/x"), ["password"]);
}

#[test]
fn a_login_token_changes_nothing() {
    for whose in [None, Some("Bea")] {
        let locked = CredentialsSections {
            locked: true,
            plex: PlexSection {
                state: PlexState::Linked("anna".into()),
                said: None,
            },
            password: PasswordSection {
                has: true,
                has_email: true,
                accepted: true,
                ..PasswordSection::default()
            },
            ..sections("x", whose)
        };
        let page = person(locked);
        assert!(!page.contains("/users/7/"), "no form: {page}");
        assert!(page.contains("Signed-in devices") && page.contains("anna"));
    }
}

#[test]
fn links_are_in_no_log() {
    let sections = sections("s3cret", Some("Bea"));
    assert!(!format!("{:?}", sections.password.made).contains("s3cret"));
    let page = ChoosePage::Ask {
        name: "Bea".into(),
        email: "bea@home.test".into(),
        action: "/login/reset/s3cret".into(),
        error: None,
    };
    assert!(!format!("{:?}", Page::Choose(page)).contains("s3cret"));
}
