//! The forms of the pages about people: `/users/new`, those on `/users/:id`, and permissions of many at once.

use axum::http::Method;
use serde_json::{Value, json};

use super::household::{administrator, between, count, make, manager, number, permit};
use crate::support::{Actor, Answer, TestApp, on_both};

/// Seerr's numbers.
const ADMIN: i64 = 2;
const MANAGE_USERS: i64 = 8;
const REQUEST: i64 = 32;

async fn record(owner: &Actor, id: i64) -> Value {
    owner.get(&format!("/api/v1/user/{id}")).await.expect(200).json()
}

async fn permissions(owner: &Actor, id: i64) -> i64 {
    record(owner, id).await["permissions"].as_i64().unwrap()
}

/// What a field of the page holds.
#[track_caller]
fn held(page: &Answer, id: &str) -> String {
    let text = page.text();
    let input = between(&text, &format!("<input id=\"{id}\""), ">").to_owned();
    input
        .split_once("value=\"")
        .map_or_else(String::new, |(_, rest)| rest.split('"').next().unwrap().to_owned())
}

/// What the page says was wrong.
#[track_caller]
fn alert(page: &Answer) -> String {
    let text = page.text();
    assert!(page.header("content-type").starts_with("text/html"), "{text}");
    let (_, rest) = text
        .split_once("role=\"alert\"")
        .unwrap_or_else(|| panic!("{}: no alert: {text}", page.asked));
    between(rest, ">", "<").to_owned()
}

/// A form that is sent as a page of another site makes a browser send it.
async fn from_elsewhere(actor: &Actor, path: &str, fields: &[(&str, &str)]) {
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.test"),
        ("origin", "null"),
    ] {
        let asked = actor
            .ask(Method::POST, path)
            .header("accept", "text/html")
            .header(name, value);
        let page = asked.form(fields).send().await.expect(403);
        assert!(page.text().contains("another site"), "{path}: {}", page.text());
    }
}

on_both! {
    async fn somebody_is_added_and_can_sign_in(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow) = (app.member("anna").await, manager(&app, "marlow").await);
        let new = "/users/new";
        assert_eq!(app.anon().page(new).await.see_other(), "/login?returnTo=%2Fusers%2Fnew");
        anna.page(new).await.expect(403);
        let typed = [("email", " Greta@Home.test "), ("username", "Greta"), ("password", "brass key, blue door")];
        app.anon().post_form(new, &typed).await.expect(401);
        anna.post_form(new, &typed).await.expect(403);
        from_elsewhere(&owner, new, &typed).await;
        let before = count(&app, "SELECT COUNT(*) FROM users").await;

        for (email, username, password, wrong, says) in [
            ("", "Greta", "brass key, blue door", "email", "Enter an e-mail address"),
            ("greta", "Greta", "brass key, blue door", "email", "Enter an e-mail address"),
            ("greta@home.test", "Greta", "short", "password", "8 characters"),
            ("greta@home.test", "Greta", "password1", "password", "password"),
            ("greta@home.test", "a\nb", "brass key, blue door", "username", "control characters"),
        ] {
            let page = owner.post_form(new, &[("email", email), ("username", username), ("password", password)]).await.expect(400);
            assert!(alert(&page).contains(says), "{email:?} {username:?} {password:?}: {}", alert(&page));
            assert_eq!(held(&page, "email"), email);
            let text = page.text();
            for field in ["email", "username", "password"] {
                let input = between(&text, &format!("<input id=\"{field}\""), ">");
                assert_eq!(input.contains("aria-invalid=\"true\""), field == wrong, "{field} of {wrong}: {input}");
            }
            assert!(!page.text().contains(&format!("value=\"{password}\"")), "a password is never given back");
        }
        let page = owner.post_form(new, &[("email", "ANNA@example.test"), ("username", "<i>")]).await.expect(409);
        assert!(alert(&page).contains("somebody with this e-mail"), "{}", alert(&page));
        assert_eq!((held(&page, "email").as_str(), held(&page, "username").as_str()), ("ANNA@example.test", "&lt;i&gt;"));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, before, "nobody was made");

        let to = marlow.post_form(new, &typed).await.see_other();
        assert!(marlow.page(&to).await.expect(200).text().contains("Greta was added.<"), "{to}");
        let greta = app.anon();
        let asked = greta.post_form("/login/password", &[("email", "greta@home.test"), ("password", "brass key, blue door")]).await;
        assert_eq!(asked.see_other(), "/");
        assert_eq!(record(&owner, number(&greta).await).await["permissions"], REQUEST, "what everybody new may do");

        // Without a password: said on the page that follows.
        let to = owner.post_form(new, &[("email", "otto@home.test"), ("username", ""), ("password", "")]).await.see_other();
        let page = owner.page(&to).await.expect(200).text();
        assert!(page.contains("otto@home.test was added.") && page.contains("no password yet"), "{page}");
    }

    async fn an_account_is_edited(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea, marlow) = (app.member("anna").await, app.member("bea").await, manager(&app, "marlow").await);
        let (id, other) = (number(&anna).await, number(&bea).await);
        let path = format!("/users/{id}/account");
        let typed = [("username", "Änne"), ("email", "aenne@home.test"), ("locale", "de")];
        app.anon().post_form(&path, &typed).await.expect(401);
        bea.post_form(&path, &typed).await.expect(403);
        from_elsewhere(&owner, &path, &typed).await;
        from_elsewhere(&anna, &path, &typed).await;
        assert_eq!(record(&owner, id).await["displayName"], "Anna Kowalska");

        assert_eq!(marlow.post_form(&path, &typed).await.see_other(), format!("/users/{id}?saved=account"));
        let page = owner.page(&format!("/users/{id}?saved=account")).await.expect(200);
        assert!(page.text().contains("role=\"status\" class=\"notice\">Saved.") && page.text().contains("Änne"), "{}", page.text());
        assert_eq!((held(&page, "username").as_str(), held(&page, "email").as_str()), ("Änne", "aenne@home.test"));
        assert!(anna.page("/").await.expect(200).text().contains("lang=\"de\""), "her language is hers at once");

        // Bad input: nothing changes, everything typed stays.
        let long = "x".repeat(500);
        for (username, email, locale, status, says) in [
            ("Änne", "nobody", "de", 400, "e-mail address"),
            (long.as_str(), "aenne@home.test", "de", 400, "too long"),
            ("Änne", "aenne@home.test", "klingon", 400, "languages"),
            ("Änne", "BEA@example.test", "en", 409, "somebody with this e-mail"),
        ] {
            let page = owner.post_form(&path, &[("username", username), ("email", email), ("locale", locale)]).await.expect(status);
            assert!(alert(&page).contains(says), "{}", alert(&page));
            assert_eq!((held(&page, "username").as_str(), held(&page, "email").as_str()), (username, email));
        }
        let now = record(&owner, id).await;
        assert_eq!((&now["displayName"], &now["email"]), (&json!("Änne"), &json!("aenne@home.test")));

        // One's own: back to one's own page. The owner's is the owner's.
        assert_eq!(bea.post_form(&format!("/users/{other}/account"), &[("username", "Bea B."), ("email", "bea@example.test"), ("locale", "")]).await.see_other(), "/profile?saved=account");
        for (actor, id) in [(&marlow, 1), (&bea, 1), (&bea, 4711)] {
            actor.post_form(&format!("/users/{id}/account"), &typed).await.expect(403);
        }
        owner.post_form("/users/4711/account", &typed).await.expect(404);
        owner.post_form("/users/nobody/account", &typed).await.expect(404);
        assert_eq!(owner.page(&path).await.see_other(), format!("/users/{id}"), "a form that is opened as an address");

        // A device with a login token changes the name, and never where links go that let people in.
        let token = make(&owner, id, "Tablet").await;
        let tablet = app.anon();
        tablet.page(&format!("/?token={}", token.value)).await.expect(307);
        let page = tablet.post_form(&path, &[("username", "Anna"), ("email", "evil@home.test"), ("locale", "")]).await;
        assert_eq!(page.status(), 403, "{}", page.text());
        assert_eq!(record(&owner, id).await["email"], "aenne@home.test");
        assert_eq!(tablet.post_form(&path, &[("username", "Anna"), ("locale", "")]).await.see_other(), "/profile?saved=account");
        assert_eq!(record(&owner, id).await["displayName"], "Anna");
    }

    async fn permissions_are_switches(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea, marlow) = (app.member("anna").await, administrator(&app, "bea").await, manager(&app, "marlow").await);
        let (id, bea_id, marlow_id) = (number(&anna).await, number(&bea).await, number(&marlow).await);
        let path = |id: i64| format!("/users/{id}/permissions");
        permit(&app, id, REQUEST + 1024).await;
        let all = [("right", "administrator"), ("right", "people"), ("right", "settings")];
        app.anon().post_form(&path(id), &all).await.expect(401);
        anna.post_form(&path(id), &all).await.expect(403);
        from_elsewhere(&owner, &path(id), &all).await;
        assert_eq!(permissions(&owner, id).await, REQUEST + 1024);

        // The owner gives everything, and the numbers of other programs stay.
        assert_eq!(owner.post_form(&path(id), &all).await.see_other(), format!("/users/{id}?saved=permissions"));
        assert_eq!(permissions(&owner, id).await, REQUEST + 1024 + ADMIN + MANAGE_USERS + 4);
        let page = owner.page(&format!("/users/{id}")).await.expect(200).text();
        assert_eq!(page.matches("role=\"switch\"").count(), 3);
        assert!(page.contains("as one number: 1056"), "{page}");
        assert_eq!(owner.post_form(&path(id), &[("right", "people"), ("right", "nonsense")]).await.see_other(), format!("/users/{id}?saved=permissions"));
        assert_eq!(permissions(&owner, id).await, REQUEST + 1024 + MANAGE_USERS);
        owner.post_form(&path(id), &[]).await.see_other();
        assert_eq!(permissions(&owner, id).await, REQUEST + 1024);

        // A manager gives what they have themselves; what they can't change they can't send either.
        marlow.post_form(&path(id), &all).await.see_other();
        assert_eq!(permissions(&owner, id).await, REQUEST + 1024 + MANAGE_USERS);
        // An administrator can't make another one.
        bea.post_form(&path(id), &all).await.see_other();
        assert_eq!(permissions(&owner, id).await, REQUEST + 1024 + MANAGE_USERS + 4);
        for (who, actor, target) in [
            ("oneself", &marlow, marlow_id), ("an administrator", &marlow, bea_id), ("the owner", &marlow, 1), ("the owner", &bea, 1),
            ("the owner, by themselves", &owner, 1),
        ] {
            let page = actor.post_form(&path(target), &[]).await.expect(403);
            assert!(page.header("content-type").starts_with("text/html"), "{who}");
        }
        assert_eq!((permissions(&owner, bea_id).await, permissions(&owner, 1).await), (ADMIN, ADMIN));
        owner.post_form(&path(4711), &all).await.expect(404);
    }

    async fn switching_off_ends_sessions_and_on_wakes_tokens(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow, bea) = (app.member("anna").await, manager(&app, "marlow").await, app.member("bea").await);
        let (id, marlow_id) = (number(&anna).await, number(&marlow).await);
        let path = |id: i64| format!("/users/{id}/switch");
        let token = make(&owner, id, "Tablet").await;
        let off = [("off", "true")];
        app.anon().post_form(&path(id), &off).await.expect(401);
        bea.post_form(&path(id), &off).await.expect(403);
        from_elsewhere(&owner, &path(id), &off).await;
        for (actor, target) in [(&marlow, 1), (&marlow, marlow_id), (&owner, 1)] {
            actor.post_form(&path(target), &off).await.expect(403);
        }
        for fields in [&[][..], &[("off", "")], &[("off", "yes")], &[("on", "true")]] {
            let page = owner.post_form(&path(id), fields).await.expect(400);
            assert!(page.header("content-type").starts_with("text/html") && !page.text().contains("deserialize"));
        }
        owner.post_form(&path(4711), &off).await.expect(404);
        anna.get("/api/v1/auth/me").await.expect(200);

        assert_eq!(marlow.post_form(&path(id), &off).await.see_other(), format!("/users/{id}?saved=off"));
        assert!(owner.page(&format!("/users/{id}?saved=off")).await.expect(200).text().contains("Anna Kowalska is switched off."));
        anna.get("/api/v1/auth/me").await.expect(403);
        let tablet = app.anon();
        let asked = tablet.page(&format!("/?token={}", token.value)).await.expect(307);
        assert_eq!(asked.header("location"), "/login?reason=link&returnTo=%2F");
        assert_eq!(owner.post_form(&path(id), &[("off", "false")]).await.see_other(), format!("/users/{id}?saved=on"));
        let page = owner.page(&format!("/users/{id}?saved=on")).await.expect(200).text();
        assert!(page.contains("is switched on again.") && !page.contains("tag-off"), "{page}");
        // What is not so any more is not said.
        assert!(!owner.page(&format!("/users/{id}?saved=off")).await.expect(200).text().contains("is switched off"));
        anna.get("/api/v1/auth/me").await.expect(401);
        tablet.page(&format!("/?token={}", token.value)).await.expect(307);
    }

    async fn deleting_takes_all_with_it(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow, bea) = (app.member("anna").await, manager(&app, "marlow").await, administrator(&app, "bea").await);
        let (id, marlow_id, bea_id) = (number(&anna).await, number(&marlow).await, number(&bea).await);
        let path = |id: i64| format!("/users/{id}/delete");
        make(&owner, id, "Tablet").await;
        app.anon().post_form(&path(id), &[]).await.expect(401);
        anna.post_form(&path(marlow_id), &[]).await.expect(403);
        anna.post_form(&path(id), &[]).await.expect(403);
        marlow.post_form(&path(marlow_id), &[]).await.expect(403);
        from_elsewhere(&owner, &path(id), &[]).await;
        for (actor, target) in [(&marlow, 1), (&owner, 1), (&bea, 1)] {
            actor.post_form(&path(target), &[]).await.expect(405);
        }
        // Only the owner deletes an administrator; the page offers it to nobody else.
        assert!(!marlow.page(&format!("/users/{bea_id}")).await.expect(200).text().contains(&path(bea_id)));
        marlow.post_form(&path(bea_id), &[]).await.expect(405);
        owner.post_form(&path(4711), &[]).await.expect(404);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 4);

        assert_eq!(marlow.post_form(&path(id), &[]).await.see_other(), "/users?saved=deleted");
        assert!(marlow.page("/users?saved=deleted").await.expect(200).text().contains("The account was deleted."));
        anna.get("/api/v1/auth/me").await.expect(403);
        owner.page(&format!("/users/{id}")).await.expect(404);
        for table in ["SELECT COUNT(*) FROM login_tokens", "SELECT COUNT(*) FROM users WHERE email = 'anna@example.test'"] {
            assert_eq!(count(&app, table).await, 0, "{table}");
        }
        owner.post_form(&path(bea_id), &[]).await.see_other();
        bea.get("/api/v1/auth/me").await.expect(403);
    }

    async fn many_are_changed_at_once_or_none(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea, marlow) = (app.member("anna").await, app.member("bea").await, manager(&app, "marlow").await);
        let (id, bea_id) = (number(&anna).await, number(&bea).await);
        let (one, two, three) = (id.to_string(), bea_id.to_string(), number(&marlow).await.to_string());
        let path = "/users/permissions";
        let give = |ids: &[&str], right: &str, give: &str| -> Vec<(String, String)> {
            let mut fields = vec![("right".to_owned(), right.to_owned()), ("give".to_owned(), give.to_owned())];
            fields.extend(ids.iter().map(|id| ("id".to_owned(), (*id).to_owned())));
            fields
        };
        let send = async |actor: &Actor, fields: Vec<(String, String)>| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            actor.post_form(path, &fields).await
        };
        send(&app.anon(), give(&[&one], "people", "true")).await.expect(401);
        send(&anna, give(&[&one], "people", "true")).await.expect(403);
        from_elsewhere(&owner, path, &[("id", &one), ("right", "people"), ("give", "true")]).await;
        send(&owner, give(&[&one], "nonsense", "true")).await.expect(400);
        send(&owner, give(&[&one], "", "true")).await.expect(400);
        assert_eq!(permissions(&owner, id).await, REQUEST);

        // Nobody is ticked; and those who are stay so, with what was picked.
        let page = send(&owner, give(&["x"], "settings", "true")).await.expect(400);
        assert!(alert(&page).contains("Tick at least one"), "{}", alert(&page));
        let page = send(&marlow, give(&[&one, "1"], "people", "true")).await.expect(403);
        assert!(alert(&page).contains("owner"), "{}", alert(&page));
        assert!(page.text().contains(&format!("value=\"{one}\" form=\"bulk\" checked")), "{}", page.text());
        assert_eq!(permissions(&owner, id).await, REQUEST, "all or none");

        assert_eq!(send(&owner, give(&[&one, &two, &three, "4711", "4711"], "people", "true")).await.see_other(), "/users?saved=2", "marlow has it already");
        assert_eq!((permissions(&owner, id).await, permissions(&owner, bea_id).await), (REQUEST + MANAGE_USERS, REQUEST + MANAGE_USERS));
        assert!(owner.page("/users?saved=2").await.expect(200).text().contains("2 people were changed."));
        assert_eq!(send(&owner, give(&[&one], "people", "true")).await.see_other(), "/users?saved=0");
        assert!(owner.page("/users?saved=0").await.expect(200).text().contains("Nothing had to be changed."));
        // One who can't be changed: nobody is.
        let page = send(&marlow, give(&[&one, &two], "administrator", "true")).await.expect(403);
        assert!(alert(&page).contains("Only the owner can make"), "{}", alert(&page));
        send(&marlow, give(&[&one, &three], "people", "false")).await.expect(403);
        assert_eq!(permissions(&owner, id).await, REQUEST + MANAGE_USERS);
        assert_eq!(send(&owner, give(&[&one, &two], "people", "false")).await.see_other(), "/users?saved=2");
        assert_eq!(permissions(&owner, bea_id).await, REQUEST);
        assert_eq!(owner.page(path).await.see_other(), "/users");
    }

    async fn a_search_goes_on_after_many_were_changed(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = number(&app.member("anna").await).await.to_string();
        app.member("bea").await;
        let page = owner.page("/users?q=anna&sort=created").await.expect(200).text();
        let form = between(&page, "<form id=\"bulk\"", "</form>").to_owned();
        for (name, value) in [("q", "anna"), ("sort", "created"), ("page", "1")] {
            assert!(form.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}: {form}");
        }
        let fields = [("q", "anna"), ("sort", "created"), ("page", "1"), ("right", "settings"), ("give", "true")];
        let wrong = owner.post_form("/users/permissions", &fields).await.expect(400);
        assert_eq!(held(&wrong, "q"), "anna");
        assert!(!wrong.text().contains(">bea</a>"), "{}", wrong.text());
        assert!(wrong.text().contains("<option value=\"settings\" selected"), "{}", wrong.text());
        let done = owner.post_form("/users/permissions", &[&fields[..], &[("id", anna.as_str())]].concat()).await.see_other();
        assert_eq!(done, "/users?q=anna&sort=created&saved=1");
        let page = owner.page(&done).await.expect(200);
        assert!(page.text().contains("1 person was changed.") && !page.text().contains(">bea</a>"), "{}", page.text());
    }
}
