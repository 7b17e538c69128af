//! `/settings`: what the owner and administrators can change.

use axum::http::Method;

use super::{
    has_form,
    household::{administrator, make, manager, members_may, number, permit},
};
use crate::support::{Actor, Answer, Engine, TestApp, on_both};

const URL: &str = "/settings/users";

async fn save(actor: &Actor, may: bool, parameter: &str) -> Answer {
    let mut fields = vec![
        ("plexSignIn", "true"),
        ("localSignIn", "true"),
        ("newPlexMembers", "true"),
        ("newMayRequest", "true"),
        ("loginTokenParameter", parameter),
    ];
    if may {
        fields.push(("membersMayMakeTokens", "true"));
    }
    actor.post_form(URL, &fields).await
}

/// What the form on the page holds: the box, and the name.
#[track_caller]
fn held(page: &Answer) -> (bool, String) {
    let text = page.text();
    let input = |name: &str| {
        let named = format!("name=\"{name}\"");
        let mut inputs = text
            .split("<input")
            .skip(1)
            .map(|input| input.split('>').next().unwrap());
        inputs
            .find(|input| input.contains(&named))
            .unwrap_or_else(|| panic!("no {name} in {text}"))
    };
    let value = |input: &str| {
        input
            .split_once("value=\"")
            .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
    };
    let checked = input("membersMayMakeTokens").contains(" checked");
    (checked, value(input("loginTokenParameter")).unwrap_or_default())
}

/// The value of a hidden input.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn stored(app: &TestApp) -> (bool, String) {
    let settings = &app.state.site.now().settings;
    (settings.members_may_make_tokens, settings.login_token_parameter.clone())
}

on_both! {
    async fn who_may_change_them(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow, bea) = (app.member("anna").await, manager(&app, "marlow").await, administrator(&app, "bea").await);
        assert_eq!(app.anon().page(URL).await.see_other(), "/login?returnTo=%2Fsettings%2Fusers");
        assert_eq!(save(&app.anon(), true, "evil").await.status(), 401);
        // MANAGE_SETTINGS of Seerr is not enough here either.
        permit(&app, number(&anna).await, 4).await;
        for (who, actor) in [("a member", &anna), ("a manager", &marlow)] {
            let page = actor.page(URL).await.expect(403);
            assert!(page.text().contains("Only the owner and administrators"), "{who}: {}", page.text());
            assert!(!page.text().contains("loginTokenParameter"));
            assert_eq!(save(actor, true, "evil").await.status(), 403, "{who}");
            assert!(!actor.page("/").await.expect(200).text().contains("href=\"/settings\""), "{who}");
        }
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test"), ("origin", "null")] {
            let asked = owner.ask(Method::POST, URL).header(name, value);
            asked.form(&[("plexSignIn", "true"), ("loginTokenParameter", "evil"), ("membersMayMakeTokens", "true")]).send().await.problem(403);
        }
        assert_eq!(stored(&app), (false, "token".to_owned()));
        for (who, actor, name) in [("the owner", &owner, "one"), ("an administrator", &bea, "two")] {
            has_form(&actor.page(URL).await.expect(200), URL);
            assert!(actor.page("/").await.expect(200).text().contains("href=\"/settings\""), "{who}");
            assert_eq!(save(actor, true, name).await.see_other(), "/settings/users?saved=1", "{who}");
            assert_eq!(stored(&app), (true, name.to_owned()), "{who}");
        }
    }

    async fn what_is_saved_is_in_force_at_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = app.member("anna").await;
        let before = app.state.site.now().settings.clone();
        let page = owner.page(URL).await.expect(200);
        assert_eq!(held(&page), (false, "token".to_owned()));
        assert!(!page.text().contains("Saved."));
        let old = make(&owner, 1, "Old").await;

        assert_eq!(save(&owner, true, "  door_Key-1 ").await.see_other(), "/settings/users?saved=1");
        let page = owner.page("/settings/users?saved=1").await.expect(200);
        assert_eq!(held(&page), (true, "door_Key-1".to_owned()));
        assert!(page.text().contains("Saved."));
        assert!(!owner.page(URL).await.expect(200).text().contains("Saved."));
        // Nothing else changed.
        let mut after = app.state.site.now().settings.clone();
        assert_eq!((after.members_may_make_tokens, after.login_token_parameter.as_str()), (true, "door_Key-1"));
        after.members_may_make_tokens = before.members_may_make_tokens;
        after.login_token_parameter = before.login_token_parameter.clone();
        assert_eq!(after, before);

        // Members have the section, links carry the new name, the public settings say so.
        assert!(anna.page("/profile").await.expect(200).text().contains("id=\"tokens\""));
        let public = app.anon().get("/api/v1/settings/public").await.expect(200).json();
        assert_eq!(public["allowSelfLoginToken"], true);
        let device = app.anon();
        assert_eq!(device.page(&format!("/?token={}", old.value)).await.see_other(), "/login?returnTo=%2F");
        device.page(&format!("/?door_Key-1={}", old.value)).await.expect(307);
        assert_eq!(number(&device).await, 1);

        // A box that is not ticked is not sent.
        assert_eq!(save(&owner, false, "token").await.see_other(), "/settings/users?saved=1");
        assert_eq!(held(&owner.page(URL).await.expect(200)), (false, "token".to_owned()));
        assert!(!anna.page("/profile").await.expect(200).text().contains("id=\"tokens\""));
    }

    async fn a_name_that_does_not_fit_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let version = app.state.site.now().version;
        let long = "x".repeat(33);
        for name in [
            "", "   ", "a b", "a&b", "a=b", "to%6ben", "tøken", "token[]", "a.b", "<script>alert(1)</script>", "\"><b>", "a\0b", long.as_str(),
            "returnTo", "RETURNTO", "reason", "person", "Before", "kind", "confirm", "code", "page", "saved", "?token", "token#",
        ] {
            let page = save(&owner, true, name).await.expect(400);
            let text = page.text();
            has_form(&page, URL);
            assert!(text.contains("1 to 32 letters") && text.contains("role=\"alert\""), "{name:?}: {text}");
            // What was typed and ticked stays, harmlessly.
            let (ticked, kept) = held(&page);
            assert!(ticked, "{name:?}");
            let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            if !name.contains('\0') {
                assert_eq!(kept, escaped, "{name:?}");
            }
            assert!(!text.contains("<script>alert") && !text.contains("\"><b>") && !text.contains("Saved."), "{text}");
        }
        assert_eq!(app.state.site.now().version, version);
        assert_eq!(stored(&app), (false, "token".to_owned()));
        // As short and as long as it may be.
        for name in ["t", &"x".repeat(32), "-", "_", "0"] {
            save(&owner, true, name).await.see_other();
            assert_eq!(stored(&app), (true, name.to_owned()));
        }
    }

    async fn of_two_at_once_the_second_sees_what_changed(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (one, two) = (owner.page("/settings").await.expect(200), app.owner().await);
        let version = hidden(&one, "version");
        let form = |title: &str, version: &str| {
            vec![("applicationTitle".to_owned(), title.to_owned()), ("locale".to_owned(), "en".to_owned()), ("version".to_owned(), version.to_owned())]
        };
        let send = async |actor: &Actor, title: &str, version: &str| {
            let fields = form(title, version);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            actor.post_form("/settings", &fields).await
        };
        assert_eq!(send(&two, "Theirs & more", &version).await.see_other(), "/settings?saved=1");
        let page = send(&owner, "Mine", &version).await.expect(409);
        let text = page.text();
        assert!(text.contains("id=\"settings-changed\"") && text.contains("<td>Latchkey</td>") && text.contains("<td>Theirs &amp; more</td>"), "{text}");
        assert!(text.contains("value=\"Mine\"") && text.contains("Save anyway"), "{text}");
        assert_eq!(app.state.site.now().settings.application_title, "Theirs & more");
        // Once more, in full knowledge.
        assert_eq!(send(&owner, "Mine", &hidden(&page, "version")).await.see_other(), "/settings?saved=1");
        assert_eq!(app.state.site.now().settings.application_title, "Mine");
        // What stands on another page was changed without being in the way.
        save(&two, true, "door").await.see_other();
        assert_eq!(send(&owner, "Mine again", &hidden(&owner.page("/settings").await, "version")).await.see_other(), "/settings?saved=1");
        assert_eq!(stored(&app), (true, "door".to_owned()));
    }

    async fn every_mistake_stands_at_its_field(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let version = app.state.site.now().version;
        let fields = [("sessionIdleDays", "a lot"), ("sessionAbsoluteDays", "9999"), ("activityDays", "")];
        let text = owner.post_form("/settings/security", &fields).await.expect(400).text();
        for name in ["sessionIdleDays", "sessionAbsoluteDays", "activityDays"] {
            assert!(text.contains(&format!("id=\"{name}-mistake\"")), "{name}: {text}");
        }
        assert!(text.contains("value=\"a lot\"") && text.contains("3 fields need another value"), "{text}");
        assert_eq!(app.state.site.now().version, version);
        // Nobody could come in any more.
        let text = owner.post_form(URL, &[("loginTokenParameter", "token")]).await.expect(400).text();
        assert!(text.contains("id=\"localSignIn-mistake\""), "{text}");
        // Bits without a box stay.
        app.state.site.update(|settings| settings.default_permissions.0 |= 1 << 20).await.unwrap();
        save(&owner, false, "token").await.see_other();
        assert_eq!(app.state.site.now().settings.default_permissions.0, (1 << 20) | 32);
    }

    async fn another_media_server_is_chosen_once_plex_confirms_it(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let text = owner.page("/settings/plex").await.expect(200).text();
        assert!(text.contains(&app.client_identifier()) && text.contains("name=\"machineId\""), "{text}");
        let before = app.state.site.now().settings.clone();
        let fields = [("machineId", "0000000000000000000000000000000000000000"), ("acceptPlexTokens", "true")];
        let text = owner.post_form("/settings/plex", &fields).await.expect(400).text();
        assert!(text.contains("id=\"machineId-mistake\"") && text.contains("checked"), "{text}");
        assert_eq!(app.state.site.now().settings, before, "all or nothing");
        // What is chosen already needs no answer of Plex.
        let kept = before.media_server.clone().unwrap();
        let fields = [("machineId", kept.machine_id.as_str()), ("acceptPlexTokens", "true")];
        assert_eq!(owner.post_form("/settings/plex", &fields).await.see_other(), "/settings/plex?saved=1");
        let after = app.state.site.now().settings.clone();
        assert!(after.accept_plex_tokens && after.media_server == before.media_server);
    }

    async fn how_often_plex_is_asked_is_a_setting(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let text = owner.page("/settings/plex").await.expect(200).text();
        assert!(text.contains("name=\"membershipCheckMinutes\"") && text.contains("name=\"membershipConfirmMinutes\""), "{text}");
        let fields = [("membershipCheckMinutes", "4"), ("membershipConfirmMinutes", "soon")];
        let text = owner.post_form("/settings/plex", &fields).await.expect(400).text();
        assert!(text.contains("id=\"membershipCheckMinutes-mistake\"") && text.contains("id=\"membershipConfirmMinutes-mistake\"") && text.contains("value=\"soon\""), "{text}");
        let fields = [("membershipCheckMinutes", "0"), ("membershipConfirmMinutes", "60")];
        assert_eq!(owner.post_form("/settings/plex", &fields).await.see_other(), "/settings/plex?saved=1");
        let settings = app.state.site.now().settings.clone();
        assert_eq!((settings.membership_check_minutes, settings.membership_confirm_minutes), (0, 60));
    }

    async fn a_new_api_key_is_shown_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let bea = administrator(&app, "bea").await;
        let ask = "/settings/security/api-key";
        assert_eq!(app.anon().page(ask).await.see_other(), "/login?returnTo=%2Fsettings%2Fsecurity%2Fapi-key");
        bea.page(ask).await.expect(403);
        bea.post_form(ask, &[]).await.expect(403);
        has_form(&owner.page(ask).await.expect(200), ask);
        assert_eq!(owner.post_form(ask, &[]).await.see_other(), "/settings/security#made-heading");
        let text = owner.page("/settings/security").await.expect(200).text();
        let key = text.split("id=\"made-key\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1)).unwrap();
        let key = key.split('"').next().unwrap().to_owned();
        app.anon().with("x-api-key", &key).get("/api/v1/auth/me").await.expect(200);
        for actor in [&owner, &bea] {
            let again = actor.page("/settings/security").await.expect(200).text();
            assert!(!again.contains(&key) && again.contains(&format!("…{}", &key[60..])), "{again}");
        }
        assert!(!bea.page("/settings/security").await.text().contains(ask));
    }

    async fn a_new_session_secret_is_asked_for_and_keeps_who_asked(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let elsewhere = app.owner().await;
        let ask = "/settings/security/session-secret";
        let text = owner.page(ask).await.expect(200).text();
        assert!(text.contains("You stay signed in here"), "{text}");
        assert_eq!(owner.post_form(ask, &[]).await.see_other(), "/settings/security?rotated=1");
        assert!(owner.page("/settings/security?rotated=1").await.expect(200).text().contains("Everybody else is signed out."));
        elsewhere.page("/settings/security").await.see_other();
    }

    async fn the_other_instance_hears_of_it(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        save(&owner, true, "key").await.see_other();
        assert_eq!(stored(&second), (false, "token".to_owned()));
        second.state.site.refresh().await.unwrap();
        assert_eq!(stored(&second), (true, "key".to_owned()));
        // Changed there on top of what was changed here.
        members_may(&app, false).await;
        save(&owner.at(&second), true, "token").await.see_other();
        app.state.site.refresh().await.unwrap();
        assert_eq!(stored(&app), (true, "token".to_owned()));
    }
}

#[tokio::test]
async fn forms_that_are_no_forms() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let ask = || owner.ask(Method::POST, URL).header("accept", "text/html");
    for (status, asked) in [
        (400, ask().form(&[])),
        (
            400,
            ask().form(&[("loginTokenParameter", "a"), ("loginTokenParameter", "b")]),
        ),
        (
            415,
            ask().header("content-type", "text/plain").body("loginTokenParameter=a"),
        ),
        (
            415,
            ask()
                .header("content-type", "application/json")
                .body("{\"loginTokenParameter\":\"a\"}"),
        ),
        (413, ask().form(&[("loginTokenParameter", &"x".repeat(70_000))])),
        (405, owner.ask(Method::PUT, URL).header("accept", "text/html")),
    ] {
        let page = asked.send().await.expect(status);
        assert!(page.header("content-type").starts_with("text/html"), "{status}");
    }
    assert_eq!(stored(&app), (false, "token".to_owned()));
    app.db.close().await;
    let page = save(&owner, true, "a").await.expect(503);
    assert!(page.text().contains("database isn"));
}
