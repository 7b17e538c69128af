//! PINs approved by people who may not come in, and by those who look as if they might not.

use app::api::sign_in::Refusal;
use latchkey::domain::settings::Settings;
use plex_stub::{ATTIC, ShareState};
use serde_json::{Value, json};

use crate::support::{ATTIC_NAME, Actor, TestApp, on_both};

/// Changes the household's settings, as the settings page will.
async fn settings(app: &TestApp, change: impl Fn(&mut Settings)) {
    app.state.site.update(change).await.unwrap();
}

/// Tries to sign in as `account`; checks that it is refused for this reason, in the browser and over REST, that it is
/// told once more when asked again, and that nothing is left behind.
async fn assert_refused(app: &TestApp, account: &str, reason: Refusal) {
    let shown = app.plex.update(|world| {
        let account = world.account(account).unwrap();
        [&account.friendly_name, &account.title]
            .into_iter()
            .find(|name| !name.is_empty())
            .cloned()
            .unwrap()
    });
    let members = users(app).await;
    let browser = app.anon();
    let (pin, code) = app.pin();
    app.start_attempt(&browser, pin, &code).await.expect(201);
    app.plex.approve(&code, account).unwrap();
    let expected = json!({
        "state": "refused", "reason": reason.name(), "account": shown,
        "mediaServer": app.state.site.now().settings.media_server.as_ref().map(|server| server.name.clone()),
    });
    assert_eq!(app.poll(&browser, pin).await, expected, "{account}");
    app.plex.clear_log();
    assert_eq!(app.poll(&browser, pin).await, expected, "{account}, asked again");
    assert!(app.plex.log().is_empty(), "{account}: nobody need ask Plex again");
    assert_eq!(browser.cookie("latchkey.sid"), None, "{account}");
    browser.get("/api/v1/auth/me").await.expect(401);

    let (pin_id, code) = app.pin();
    app.plex.approve(&code, account).unwrap();
    let program = app.anon();
    let said = program
        .post_json("/api/v1/auth/plex", json!({ "pinId": pin_id, "code": code }))
        .await
        .problem(403);
    assert!(said.ends_with('.'), "{said}");
    assert_eq!(program.cookie("latchkey.sid"), None, "{account}");
    assert_eq!(users(app).await, members, "{account}: no member was made");
}

async fn users(app: &TestApp) -> i64 {
    count(app, "SELECT COUNT(*) FROM users").await
}

pub(super) async fn count(app: &TestApp, sql: &'static str) -> i64 {
    match &app.db {
        latchkey::storage::Db::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        latchkey::storage::Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

async fn assert_in(app: &TestApp, account: &str, tier: &str) -> Actor {
    let browser = app.anon();
    let state = app.sign_in(&browser, account).await;
    assert_eq!(state["state"], "signedIn", "{account}: {state}");
    let id = browser.get("/api/v1/auth/me").await.expect(200).json()["id"]
        .as_i64()
        .unwrap();
    let user = latchkey::storage::user::find(&app.db, id).await.unwrap().unwrap();
    assert_eq!(user.tier.name(), tier, "{account}");
    browser
}

on_both! {
    async fn without_access(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for account in ["otto", "rita", "stranger", "twin-owner"] {
            assert_refused(&app, account, Refusal::NoAccess).await;
        }
        assert_refused(&app, "paul", Refusal::InvitationPending).await;
    }

    async fn with_something_that_claims_to_be_the_media_server(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        // A player; a server of their own; a server that mallory gave them: all under Attic's machine identifier.
        for account in ["pia", "mallory", "victor"] {
            assert_refused(&app, account, Refusal::NoAccess).await;
        }
    }

    /// The forgers have real access too: what they forged must not stand in the way of it.
    async fn forgeries_do_not_hide_a_real_share(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for account in ["pia", "mallory", "victor"] {
            app.plex.share(account, ATTIC, ShareState::Accepted).unwrap();
            assert_in(&app, account, "friend").await;
        }
    }

    async fn broken_rows_hide_nothing(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        assert_in(&app, "bea", "friend").await;
        app.plex.update(|world| {
            let rows = json!([
                null, 1, "server", [], {}, { "provides": "server" }, { "clientIdentifier": ATTIC },
                { "clientIdentifier": 7, "provides": ["server"], "owned": "maybe", "ownerId": {} },
                { "clientIdentifier": ATTIC, "provides": "server", "owned": false, "ownerId": "31007766x" },
                { "clientIdentifier": "\u{0}🔑", "provides": "server", "name": "\u{0}", "ownerId": 1e300, "owned": 2 },
            ]);
            let Value::Array(rows) = rows else { return };
            world.account_mut("bea").unwrap().raw_resources = rows;
        });
        assert_in(&app, "bea", "friend").await;
        app.plex.share("bea", ATTIC, ShareState::None).unwrap();
        assert_refused(&app, "bea", Refusal::NoAccess).await;
    }

    /// Names and addresses that a person can choose at Plex.
    async fn odd_names_come_in_tamed(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let name = format!("  <b>\u{0}\u{202e}🔑\r\n{}", "x".repeat(5000));
        app.plex.update(|world| {
            let anna = world.account_mut("anna").unwrap();
            anna.friendly_name.clone_from(&name);
            anna.title.clone_from(&name);
            anna.username = Some(name.clone());
            anna.email = Some(format!("a\u{0}nna@example.test{}", "y".repeat(5000)));
            anna.thumb = Some("javascript:alert(1)".into());
        });
        let anna = assert_in(&app, "anna", "friend").await;
        let me = anna.get("/api/v1/auth/me").await.expect(200).json();
        let shown = me["plexUsername"].as_str().unwrap();
        assert!(shown.chars().count() <= 255 && !shown.chars().any(char::is_control), "{shown:?}");
        assert!(!me["email"].as_str().unwrap().contains('\0'));
        assert_eq!(me["avatar"], "");
        let page = anna.page("/profile").await.expect(200).text();
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>\u{202e}"), "escaped");
    }

    async fn managed_profiles_only_where_the_owner_allows_them(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        assert_refused(&app, "kid", Refusal::ManagedProfileNotAllowed).await;
        settings(&app, |settings| settings.household_children = true).await;
        let kid = assert_in(&app, "kid", "home").await;
        let me = kid.get("/api/v1/auth/me").await.expect(200).json();
        assert_eq!((&me["email"], &me["displayName"]), (&json!(""), &json!("Kim")));
        settings(&app, |settings| settings.household_children = false).await;
        assert_refused(&app, "kid", Refusal::ManagedProfileNotAllowed).await;
    }

    async fn new_people_only_where_the_owner_lets_them_in(engine) {
        let app = TestApp::start(engine).await;
        app.member("anna").await;
        settings(&app, |settings| settings.new_plex_members = false).await;
        assert_refused(&app, "marlow", Refusal::NewPeopleNotLetIn).await;
        assert_in(&app, "anna", "friend").await;
        // Without access that is what is said: nobody learns who is let in here.
        assert_refused(&app, "stranger", Refusal::NoAccess).await;
    }

    async fn a_disabled_member(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let id = anna.get("/api/v1/auth/me").await.expect(200).json()["id"].as_i64().unwrap();
        let now = latchkey::domain::clock::Clock::now(&*app.clock);
        assert!(latchkey::storage::user::set_disabled(&app.db, id, Some(now), now).await.unwrap());
        anna.get("/api/v1/auth/me").await.expect(403);
        assert_refused(&app, "anna", Refusal::Disabled).await;
        latchkey::storage::user::set_disabled(&app.db, id, None, now).await.unwrap();
        assert_in(&app, "anna", "friend").await;
    }

    /// Disabled between the approval and the answer that the browser lost.
    async fn a_member_disabled_while_coming_in(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&browser, pin).await["state"], "signedIn");
        let now = latchkey::domain::clock::Clock::now(&*app.clock);
        latchkey::storage::user::set_disabled(&app.db, 2, Some(now), now).await.unwrap();
        let late = app.anon();
        late.plant("latchkey.attempt", &browser.cookie("latchkey.attempt").unwrap());
        assert_eq!(app.poll(&late, pin).await, json!({ "state": "expired" }));
        assert!(late.cookie("latchkey.sid").is_none());
    }

    async fn plex_sign_in_switched_off(engine) {
        let app = TestApp::start(engine).await;
        app.member("anna").await;
        settings(&app, |settings| settings.plex_sign_in = false).await;
        assert_refused(&app, "anna", Refusal::PlexSignInOff).await;
        assert_refused(&app, "stranger", Refusal::PlexSignInOff).await;
    }

    async fn no_media_server_chosen(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.owner_made().await;
        owner.post("/api/v1/settings/initialize").await.expect(200);
        assert_refused(&app, "anna", Refusal::NoMediaServer).await;
        assert_in(&app, "attic-owner", "owner").await;
    }

    /// Whatever Plex and the settings say.
    async fn the_owner_is_never_locked_out(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        settings(&app, |settings| {
            settings.plex_sign_in = false;
            settings.new_plex_members = false;
            settings.media_server = None;
        })
        .await;
        app.plex.update(|world| {
            // Another owner, another name, another address, a managed profile, and no media server any more.
            world.server_mut(ATTIC).unwrap().owner = "twin-owner".into();
            let owner = world.account_mut("attic-owner").unwrap();
            (owner.restricted, owner.email, owner.username) = (true, None, None);
            owner.friendly_name = String::new();
            owner.title = "Somebody else".into();
        });
        let owner = assert_in(&app, "attic-owner", "owner").await;
        assert_eq!(owner.get("/api/v1/auth/me").await.expect(200).json()["id"], 1);
        // The list of people does not hold the owner; nobody looked.
        let asked = app.plex.log();
        assert!(!asked.iter().any(|request| request.path.starts_with("/api/users")), "{asked:#?}");
    }

    /// Plex leaves `ownerId` out at times: then the owner's own list decides, and only about who is on it for Attic.
    async fn without_owner_ids_the_owners_list_decides(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        app.plex.switch(|switches| switches.owner_id_when_shared = false);
        for (account, tier) in [("anna", "friend"), ("marlow", "home"), ("bea", "friend")] {
            assert_in(&app, account, tier).await;
        }
        assert_refused(&app, "paul", Refusal::InvitationPending).await;
        for account in ["otto", "rita", "stranger", "pia", "mallory"] {
            assert_refused(&app, account, Refusal::NoAccess).await;
        }
        // A forged share without an owner's number is believed by nobody who is not on the list.
        app.plex.update(|world| {
            let row = json!({ "name": ATTIC_NAME, "clientIdentifier": ATTIC, "provides": "server", "owned": false, "ownerId": null });
            world.account_mut("victor").unwrap().raw_resources = vec![row];
        });
        assert_refused(&app, "victor", Refusal::NoAccess).await;
    }

    async fn without_owner_ids_and_without_the_owners_token_nobody_new_comes_in(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        app.plex.switch(|switches| switches.owner_id_when_shared = false);
        app.plex.remove_device("attic-owner", None);
        assert_refused(&app, "anna", Refusal::NoAccess).await;
        assert_in(&app, "attic-owner", "owner").await;
        // The owner's new sign-in brought a new token.
        assert_in(&app, "anna", "friend").await;
    }

    async fn an_offline_media_server_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        app.plex.update(|world| world.server_mut(ATTIC).unwrap().offline = true);
        assert_in(&app, "anna", "friend").await;
        assert_refused(&app, "rita", Refusal::NoAccess).await;
    }
}
