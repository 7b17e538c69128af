//! Login tokens, people, settings, switching and pairing.

use super::*;

/// A section with everything in it.
pub(super) fn section(text: &str) -> TokensSection {
    TokensSection {
        user_id: 7,
        whose: Some(text.into()),
        tokens: vec![row(3, text), row(4, text)],
        locked: None,
        made: Some(shown(text)),
        form: TokenForm {
            once: text.into(),
            name: text.into(),
            life: Some(45),
            error: Some(text.into()),
            limits: Some(LimitsForm {
                apps: vec![(1, text.into(), true)],
                reading_only: true,
            }),
        },
    }
}

fn row(id: i64, text: &str) -> TokenRow {
    TokenRow {
        apps: None,
        reading_only: false,
        id,
        name: text.into(),
        created_at: text.into(),
        created_by: Some(text.into()),
        expires_at: Some(text.into()),
        expired: id == 4,
        life: Some(90),
        last_used: Some(LastUsed {
            at: text.into(),
            ago: text.into(),
            address: text.into(),
        }),
    }
}

fn shown(text: &str) -> ShownToken {
    ShownToken {
        name: text.into(),
        token: text.into(),
        link: text.into(),
        expires_at: Some(text.into()),
        replaced: true,
    }
}

fn device(text: &str) -> PairingDevice {
    PairingDevice {
        what: text.into(),
        address: text.into(),
        ago: text.into(),
    }
}

fn user(tokens: Result<TokensSection, crate::messages::Message>, text: &str) -> Page {
    let account = AccountForm {
        user_id: 7,
        username: text.into(),
        email: text.into(),
        email_note: Some(text.into()),
        error: Some(text.into()),
        ..AccountForm::default()
    };
    let permissions = PermissionsForm {
        rights: Right::ALL
            .into_iter()
            .map(|right| RightRow {
                right,
                on: true,
                may: right != Right::Administrator,
            })
            .collect(),
        others: 32,
        error: Some(text.into()),
    };
    let allowed = |allowed: bool| if allowed { Ok(()) } else { Err(text.into()) };
    let may = tokens.is_ok();
    Page::User(Box::new(UserPage {
        id: 7,
        said: Some(text.into()),
        error: Some(text.into()),
        account: allowed(may).map(|()| account),
        permissions: allowed(may).map(|()| permissions),
        switch: allowed(may),
        delete: allowed(may),
        name: text.into(),
        avatar: Some(text.into()),
        email: Some(text.into()),
        plex_username: Some(text.into()),
        tier: Tier::Home,
        since: text.into(),
        disabled: true,
        credentials: may.then(|| Box::new(credentials::sections(text, Some(text)))),
        tokens,
    }))
}

fn waiting(text: &str) -> Page {
    Page::Pair(PairPage::Waiting {
        code: text.into(),
        address: text.into(),
        link: text.into(),
        expires_in: 600,
        again: text.into(),
    })
}

fn ask(people: Vec<(i64, String)>, text: &str) -> Page {
    Page::PairApprove(PairApprovePage::Ask {
        device: device(text),
        code: text.into(),
        people,
        person: 7,
        // A device that is let in has no limits to choose.
        form: TokenForm {
            limits: None,
            ..section(text).form
        },
    })
}

fn users(page: u32, text: &str) -> Page {
    let person = PersonRow {
        id: 9,
        name: text.into(),
        avatar: Some(text.into()),
        detail: text.into(),
        tier: Tier::Friend,
        disabled: true,
        plex: true,
        password: true,
        tokens: 2,
        rights: Right::ALL.to_vec(),
        ticked: Some(true),
    };
    Page::Users(UsersPage {
        people: vec![person],
        page,
        pages: 3,
        total: 107,
        search: text.into(),
        sort: PeopleSort::Updated,
        grantable: Right::ALL.to_vec(),
        picked: Some(Right::People),
        said: Some(text.into()),
        error: Some(text.into()),
    })
}

pub(super) fn all(text: &str) -> Vec<Page> {
    let approve = |page| Page::PairApprove(page);
    vec![
        user(Ok(section(text)), text),
        user(Err(text.into()), text),
        users(2, text),
        Page::NewUser(NewUserPage {
            email: text.into(),
            username: text.into(),
            error: Some(text.into()),
            wrong: String::new(),
        }),
        Page::Switch(SwitchPage {
            current: text.into(),
            other: text.into(),
            device: text.into(),
            to: text.into(),
            link: text.into(),
        }),
        waiting(text),
        Page::Pair(PairPage::Declined { again: text.into() }),
        approve(PairApprovePage::EnterCode {
            device_address: text.into(),
            error: Some(text.into()),
        }),
        approve(PairApprovePage::Confirm {
            device: device(text),
            link: text.into(),
        }),
        ask(vec![(7, text.into()), (8, text.into())], text),
        approve(PairApprovePage::Done {
            name: text.into(),
            whose: Some(text.into()),
            tokens: text.into(),
        }),
        approve(PairApprovePage::Declined),
        approve(PairApprovePage::NotAllowed(text.into())),
    ]
}

/// The profile with this section.
fn profile(tokens: Option<TokensSection>) -> String {
    html(Page::Profile(Box::new(ProfilePage {
        name: "anna".into(),
        avatar: None,
        email: None,
        plex_username: None,
        tier: Tier::Friend,
        media_server: None,
        since: "2026-09-14T18:02:11Z".into(),
        said: None,
        account: AccountForm::default(),
        credentials: None,
        tokens,
    })))
}

fn listed(section: TokensSection) -> TokensSection {
    TokensSection {
        made: None,
        form: TokenForm::default(),
        ..section
    }
}

#[test]
fn the_forms_of_login_tokens_say_what_the_server_reads() {
    let page = profile(Some(listed(section("Kitchen tablet"))));
    assert_eq!(fields(&page, &paths::tokens(7)), ["once", "name", "expires"]);
    assert_eq!(fields(&page, &paths::token_regenerate(7, 3)), ["expires"]);
    assert!(fields(&page, &paths::token_revoke(7, 4)).is_empty());
    assert_eq!(page.matches("<details name=\"token\" class=\"ask\"").count(), 4);
    for question in [
        "Regenerate the token of Kitchen tablet? The old one stops working at once",
        "Revoke the token of Kitchen tablet? It is signed out at once",
    ] {
        assert_eq!(page.matches(&question).count(), 2, "{question}");
    }
    assert!(page.contains("maxlength=\"64\""));
}

#[test]
fn a_life_is_chosen_among_the_usual_ones_and_its_own() {
    let page = profile(Some(TokensSection {
        tokens: vec![TokenRow {
            life: None,
            ..row(3, "TV")
        }],
        ..section("TV")
    }));
    let values = |id: &str| {
        let start = page.find(&format!("<select id=\"{id}\"")).expect(id);
        let select = &page[start..start + page[start..].find("</select>").expect("an end")];
        let value = |option: &str| option.split('"').next().expect("a value").to_owned();
        let all = select.split("value=\"").skip(1).map(value).collect::<Vec<_>>();
        let chosen = select
            .split("<option ")
            .filter(|option| option.split('>').next().is_some_and(|tag| tag.contains("selected")))
            .map(|option| value(option.split("value=\"").nth(1).expect("a value")))
            .collect::<Vec<_>>();
        (all, chosen)
    };
    let usual = ["", "1", "7", "30", "90", "365", "1825"];
    assert_eq!(
        values("expires-3"),
        (usual.map(str::to_owned).to_vec(), vec![String::new()])
    );
    let (all, chosen) = values("expires");
    assert_eq!(all, ["", "1", "7", "30", "45", "90", "365", "1825"]);
    assert_eq!(chosen, ["45"]);
}

#[test]
fn a_token_is_on_the_page_only_when_it_was_just_made() {
    let (token, link) = (
        "3f0c6f5e-8c1d-4a52-9b7e-0f4d2b1a7c66",
        "https://home.example/?token=3f0c",
    );
    let made = |replaced| {
        Some(ShownToken {
            name: "Kitchen tablet".into(),
            token: token.into(),
            link: link.into(),
            expires_at: None,
            replaced,
        })
    };
    let page = profile(Some(TokensSection {
        made: made(false),
        ..section("TV")
    }));
    for input in [
        format!("id=\"made-token\" type=\"text\" readonly value=\"{token}\""),
        format!("id=\"made-link\" type=\"text\" readonly value=\"{link}\""),
    ] {
        assert!(page.contains(&input), "{input} in {page}");
    }
    assert_eq!(page.matches(token).count(), 1, "nowhere but in its input");
    assert!(
        page.contains("You won't see this again.") && page.contains("class=\"qr\"") && !page.contains("has stopped")
    );
    assert_eq!(page.matches("<leptos-island").count(), 2);
    for (input, label) in [("made-link", "Copy link"), ("made-token", "Copy token")] {
        let button = page
            .split("<button")
            .find(|tag| tag.contains(&format!("data-input=\"{input}\"")))
            .expect("a button");
        let tag = button.split('>').next().expect("a tag");
        assert!(
            tag.contains(" hidden") && button.contains(label),
            "it must not stand there dead: {button}"
        );
    }
    assert!(
        profile(Some(TokensSection {
            made: made(true),
            ..section("TV")
        }))
        .contains("The old one has stopped working")
    );
    let later = profile(Some(listed(section("TV"))));
    assert!(!later.contains("made-token") && !later.contains("<leptos-island") && !later.contains("class=\"qr\""));
    assert!(!format!("{:?}", made(true)).contains(token));
}

#[test]
fn what_is_locked_can_be_seen_but_not_changed() {
    let page = profile(Some(TokensSection {
        locked: Some("Signed in with a login token.".into()),
        ..listed(section("TV"))
    }));
    assert!(page.contains("Signed in with a login token.") && page.contains("<h3>TV"));
    // The account above may be changed.
    let (_, tokens) = page.split_once("id=\"tokens\"").unwrap();
    assert!(!tokens.contains("/tokens\"") && !tokens.contains("<details") && !tokens.contains("<select"));
    let empty = profile(Some(TokensSection {
        tokens: Vec::new(),
        ..listed(section("TV"))
    }));
    assert!(empty.contains("No device has one yet") && empty.contains("Generate token"));
    assert!(!profile(None).contains("Login tokens"));
}

#[test]
fn a_person_who_may_not_be_changed_says_why() {
    let page = html(user(Err("Only the owner can.".into()), "Mara"));
    assert!(page.contains("Login tokens") && page.contains("Only the owner can.") && page.contains("Switched off"));
    assert!(!page.contains("<details"));
}

#[test]
fn people_are_turned_over_page_by_page() {
    for (page, back, on) in [(1, None, Some(2)), (2, Some(1), Some(3)), (3, Some(2), None)] {
        let html = html(users(page, "anna"));
        for (to, rel) in [(back, "prev"), (on, "next")] {
            let link = to.map(|to| format!("rel=\"{rel}\" href=\"/users?page={to}&amp;q=anna&amp;sort=updated\""));
            match link {
                Some(link) => assert!(html.contains(&link), "{link}"),
                None => assert!(!html.contains(&format!("rel=\"{rel}\"")), "{rel}"),
            }
        }
        assert!(html.contains("<a href=\"/users/9\">anna</a>") && html.contains("2 tokens"));
    }
}

#[test]
fn switching_asks_and_staying_stays_here() {
    let page = |to: &str| {
        html(Page::Switch(SwitchPage {
            current: "anna".into(),
            other: "marlow".into(),
            device: "Kitchen tablet".into(),
            to: to.into(),
            link: "0a1b".into(),
        }))
    };
    let own = page("/apps?x=1");
    assert!(fields(&own, paths::SWITCH) == ["link"] && own.contains("href=\"/apps?x=1\""));
    assert!(own.contains("<b>anna</b>") && own.contains("<b>marlow</b>") && own.contains("Kitchen tablet"));
    assert!(!page("//evil.example").contains("evil"));
}

#[test]
fn a_waiting_device_shows_its_code_and_looks_again_by_itself() {
    let page = html(Page::Pair(PairPage::Waiting {
        code: "WDJB-MJHT".into(),
        address: "https://home.example/pair/approve".into(),
        link: "https://home.example/pair/approve?code=WDJB-MJHT".into(),
        expires_in: 241,
        again: "/pair?returnTo=%2Ftv".into(),
    }));
    assert!(page.contains("WDJB-MJHT") && page.contains("class=\"qr\""));
    assert!(page.contains("home.example/") && page.contains("good for 5 more minutes"));
    assert!(page.contains("data-again=\"/pair?returnTo=%2Ftv\" data-seconds=\"241\" data-state=\"waiting\""));
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
    let at_home = html(waiting("http://192.168.1.20:5056/pair/approve"));
    assert!(
        at_home.contains("http://<!>192.168.1.20:5056/<wbr>pair/<wbr>approve"),
        "{at_home}"
    );
    let declined = html(Page::Pair(PairPage::Declined {
        again: "//evil.example".into(),
    }));
    assert!(!declined.contains("http-equiv") && !declined.contains("evil") && !declined.contains("<leptos-island"));
}

#[test]
fn a_yes_says_to_what_for_whom_and_how_long() {
    let people = vec![(7, "anna".to_owned()), (8, "marlow".to_owned())];
    let expected = ["code", "person", "name", "expires", "answer", "answer"];
    let several = html(ask(people, "Safari on iPad"));
    assert_eq!(fields(&several, paths::PAIR_APPROVE), expected);
    assert!(
        several.contains("<select id=\"person\"")
            && several.contains("Only say yes if this device is in front of you.")
    );
    let one = html(ask(vec![(7, "anna".to_owned())], "Safari on iPad"));
    assert_eq!(fields(&one, paths::PAIR_APPROVE), expected);
    assert!(!one.contains("<select id=\"person\"") && one.contains("type=\"hidden\" name=\"person\" value=\"7\""));
    for answer in [
        "name=\"answer\" value=\"yes\"",
        "name=\"answer\" value=\"no\" formnovalidate",
    ] {
        assert!(one.contains(answer), "{answer} in {one}");
    }
    let code = html(Page::PairApprove(PairApprovePage::EnterCode {
        device_address: "https://home.example/pair".into(),
        error: None,
    }));
    assert_eq!(fields(&code, paths::PAIR_CODE), ["code"]);
    assert!(
        code.contains("autocapitalize=\"characters\"")
            && code.contains("home.example/")
            && !code.contains("https://home.example")
    );
}

#[test]
fn those_who_look_after_others_find_the_way() {
    let header = |users, settings, path: &str| {
        let viewer = Viewer {
            manages_users: users,
            manages_settings: settings,
            ..viewer("Mara")
        };
        let chrome = Chrome {
            path: path.into(),
            ..chrome("Attic", Some(viewer))
        };
        let html = render(chrome, Page::PairApprove(PairApprovePage::Declined));
        html[..html.find("</header>").expect("a header")].to_owned()
    };
    let both = header(true, true, "/users/7?x=1");
    assert!(both.contains("<a href=\"/users\" aria-current=\"page\">People</a>"));
    assert!(both.contains("<a href=\"/settings\">Settings</a>"));
    assert!(!header(true, false, "/usersmith").contains("aria-current"));
    assert!(!header(true, false, "/").contains("Settings"));
    assert!(!header(false, false, "/").contains("places"));
}

#[test]
fn the_sign_in_page_says_why_and_offers_a_code() {
    let page = |notice| {
        html(Page::Login(LoginPage {
            notice: Some(notice),
            error: None,
            pair: Some("/pair?returnTo=%2Ftv".into()),
            ..login("")
        }))
    };
    let dead = page(Notice::LinkDead);
    assert!(dead.contains("This sign-in link no longer works.") && dead.contains("notice notice-bad"));
    assert!(dead.contains("href=\"/pair?returnTo=%2Ftv\""));
    let confirm = page(Notice::Confirm("anna".into()));
    assert!(confirm.contains("<b>anna</b>") && !confirm.contains("notice-bad"));
    let neither = LoginPage {
        pair: None,
        ..login("")
    };
    assert!(!html(Page::Login(neither)).contains("with a code"));
}
