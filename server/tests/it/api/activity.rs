//! `/activity`, as REST, page and file.

use serde_json::Value;

use super::token_people::{ADMIN, MANAGE_USERS, household, id_of, make_value, permit};
use crate::support::{Actor, Answer, DAY, OWNER_EMAIL, TestApp, on_both};

const URL: &str = "/api/v1/activity";

async fn kinds(actor: &Actor, query: &str) -> Vec<String> {
    let part = actor.get(&format!("{URL}?{query}")).await.expect(200).json();
    let lines = part["results"].as_array().unwrap();
    lines
        .iter()
        .map(|line| line["kind"].as_str().unwrap().to_owned())
        .collect()
}

async fn written(app: &TestApp) {
    app.state.activity.flush().await.unwrap();
}

async fn password(actor: &Actor, email: &str, password: &str) -> Answer {
    let body = serde_json::json!({ "email": email, "password": password });
    actor.post_json("/api/v1/auth/local", body).await
}

on_both! {
    async fn sign_ins_and_refusals_are_told_with_their_reasons(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let visitor = app.anon().from("198.51.100.7").with("user-agent", "Mozilla/5.0 (iPad; CPU OS 17_0) Version/17 Safari/604.1");
        password(&visitor, OWNER_EMAIL, "wrong").await.problem(403);
        password(&visitor, OWNER_EMAIL, "wrong again").await.problem(403);
        password(&visitor, "nobody@home.test", "hunter2 hunter2").await.problem(403);
        password(&visitor, OWNER_EMAIL, crate::support::OWNER_PASSWORD).await.expect(200);
        visitor.post("/api/v1/auth/logout").await.expect(200);
        // Nobody is signed in: nothing happens.
        visitor.post("/api/v1/auth/logout").await.expect(200);
        written(&app).await;
        let all = owner.get(URL).await.expect(200).json();
        let lines = all["results"].as_array().unwrap();
        let told = |line: &Value| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            (text("kind"), text("reason"), line["times"].as_i64().unwrap(), line["person"]["id"].as_i64(), text("address"))
        };
        let visitors: Vec<_> = lines.iter().map(told).filter(|line| line.4 == "198.51.100.7").collect();
        let line = |kind: &str, reason: &str, times, person| (kind.to_owned(), reason.to_owned(), times, person, "198.51.100.7".to_owned());
        for expected in [
            line("signed-in", "password", 1, Some(1)), line("signed-out", "-", 1, Some(1)),
            line("sign-in-refused", "wrong-password", 2, Some(1)), line("sign-in-refused", "unknown-account", 1, None),
        ] {
            assert!(visitors.contains(&expected), "{expected:?} in {visitors:?}");
        }
        assert_eq!(visitors.len(), 4);
        // What was typed is nobody's business.
        let text = owner.get(URL).await.text();
        assert!(!text.contains("nobody@home.test") && !text.contains("hunter2"), "{text}");
        let page = owner.page("/activity").await.expect(200).text();
        assert!(page.contains("A wrong password was tried for Robin.") && page.contains("2 times") && page.contains("Safari on iPad"), "{page}");
        assert!(page.contains("<svg") && page.contains("198.51.100.7"));
        // A member's refusal leads to why; a stranger's, of whom nothing is known, nowhere.
        assert_eq!(page.matches("href=\"/users/1/explain\"").count(), 1, "{page}");
        assert!(!page.contains("/users/explain"), "{page}");
        let german = owner.ask(axum::http::Method::GET, "/activity").header("accept", "text/html").header("accept-language", "de").send().await;
        assert!(german.text().contains("Für Robin wurde ein falsches Passwort versucht."), "{}", german.text());
    }

    async fn refused_plex_accounts_are_told_with_their_number(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        app.state.site.update(|settings| settings.new_plex_members = false).await.unwrap();
        let anna = app.anon();
        for _ in 0..3 {
            assert_eq!(app.sign_in(&anna, "anna").await["state"], "refused");
        }
        written(&app).await;
        let part = owner.get(&format!("{URL}?kind=refusals")).await.expect(200).json();
        let lines = part["results"].as_array().unwrap();
        assert_eq!(lines.len(), 1, "{part}");
        assert_eq!((&lines[0]["reason"], lines[0]["times"].as_i64()), (&"new-people-not-let-in".into(), Some(3)));
        assert!(lines[0]["plexId"].as_i64().unwrap() > 0 && !lines[0]["subject"].as_str().unwrap().is_empty());
        // From the line to the reason, question by question.
        let page = owner.page("/activity?kind=refusals").await.expect(200).text();
        let why = format!("/users/explain?who={}", lines[0]["plexId"]);
        assert!(page.contains(&format!("href=\"{why}\"")), "{page}");
        let told = owner.page(&why).await.expect(200).text();
        assert!(told.contains("new people are not let in by themselves"), "{told}");
    }

    async fn who_sees_what(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        make_value(&owner, 1, "Owner's own").await;
        make_value(&owner, id, "Anna's").await;
        owner.post_json("/api/v1/settings/main", serde_json::json!({ "applicationTitle": "Attic" })).await.expect(200);
        written(&app).await;
        app.anon().get(URL).await.problem(401);
        assert_eq!(app.anon().page("/activity?kind=people").await.see_other(), "/login?returnTo=%2Factivity%3Fkind%3Dpeople");
        for permissions in [0, 32, 4] {
            permit(&app, id, permissions).await;
            anna.get(URL).await.problem(403);
            anna.page("/activity").await.expect(403);
            anna.get("/activity.csv").await.expect(403);
        }
        permit(&app, id, MANAGE_USERS).await;
        let seen = anna.get(URL).await.expect(200);
        let lines = seen.json()["results"].as_array().unwrap().clone();
        // Nothing of the owner's, of settings or secrets; not by asking for it either.
        for line in &lines {
            assert!(line["person"]["id"] != 1 && line["by"]["id"] != 1, "{line}");
            assert_ne!(line["kind"], "setting-changed");
        }
        assert!(lines.iter().any(|line| line["kind"] == "signed-in" && line["person"]["id"] == id), "{lines:?}");
        for query in ["kind=site", "kind=setting-changed", "person=1", "text=owner%27s"] {
            assert_eq!(kinds(&anna, query).await, Vec::<String>::new(), "{query}");
            let file = anna.get(&format!("/activity.csv?{query}")).await.expect(200).text();
            assert_eq!(file.lines().count(), 1, "{query}: {file}");
        }
        permit(&app, id, ADMIN).await;
        assert_eq!(kinds(&anna, "kind=site").await, ["setting-changed", "setting-changed"]);
        assert!(!kinds(&anna, "person=1").await.is_empty());
        assert_eq!(id_of(&anna).await, id);
    }

    async fn the_filter_finds_what_fits(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _anna, id) = household(&app).await;
        make_value(&owner, id, "100% Küche").await;
        make_value(&owner, id, "100x Kueche").await;
        app.clock.advance(DAY);
        app.anon().from("2001:db8::7").with("x-login-token", "7f000000-0000-4000-8000-000000000000").get(URL).await.problem(403);
        written(&app).await;
        for (query, expected) in [
            ("kind=tokens", 2), ("kind=token-made", 2), ("kind=token-revoked", 0), ("kind=refusals", 1), ("text=100%25", 1), ("text=KUECHE", 1),
            ("text=2001:DB8", 1), ("text=_", 0), ("from=2026-09-15", 1), ("to=2026-09-13", 0), ("from=2026-09-15&to=2026-09-15", 1),
        ] {
            assert_eq!(kinds(&owner, query).await.len(), expected, "{query}");
        }
        let all = kinds(&owner, "").await.len();
        assert_eq!(kinds(&owner, "person=&kind=&text=&from=&to=&before=").await.len(), all);
        assert_eq!(kinds(&owner, "to=2026-09-14").await.len(), all - 1);
        assert_eq!(kinds(&owner, &format!("person={id}&kind=tokens")).await.len(), 2);
        for query in ["person=anna", "kind=nothing", "from=yesterday", "to=2026-02-30", "before=x", "take=0", "take=501", "take=x"] {
            let answer = owner.get(&format!("{URL}?{query}")).await;
            answer.problem(400);
            assert_eq!(answer.fields(), [query.split('=').next().unwrap()]);
        }
        // A page is for people: what can't be read finds nothing.
        assert!(owner.page("/activity?person=anna").await.expect(200).text().contains("Nothing happened that fits."));
    }

    async fn it_is_read_page_by_page_without_gaps(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for number in 0..120 {
            make_value(&owner, 1, &format!("=device {number}")).await;
            if number % 90 == 89 {
                crate::storage::sql::execute(&app.db, "DELETE FROM login_tokens").await;
            }
        }
        written(&app).await;
        let (mut seen, mut before) = (Vec::new(), String::new());
        loop {
            let part = owner.get(&format!("{URL}?take=50&kind=tokens{before}")).await.expect(200).json();
            let lines = part["results"].as_array().unwrap();
            seen.extend(lines.iter().map(|line| line["id"].as_i64().unwrap()));
            // What happens meanwhile is on the first page and shifts nothing.
            owner.post_json("/api/v1/settings/main", serde_json::json!({ "applicationTitle": seen.len().to_string() })).await.expect(200);
            match part["next"].as_i64() {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 120);
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first, none twice");
        let page = owner.page("/activity?kind=tokens").await.expect(200).text();
        assert!(page.contains("rel=\"next\"") && page.contains("/activity.csv?kind=tokens"), "{page}");

        let file = owner.get("/activity.csv?kind=tokens").await.expect(200);
        assert!(file.header("content-type").starts_with("text/csv") && file.header("content-disposition").contains("activity.csv"));
        let text = file.text();
        assert_eq!(text.matches("\r\n").count(), 121);
        assert!(text.starts_with("\"id\",\"time\"") && text.contains("\"'=device 119\"") && !text.contains("\"=device"), "{text}");
    }

    async fn old_lines_and_too_many_are_cleared_away(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        make_value(&owner, 1, "Old").await;
        app.clock.advance(8 * DAY);
        let owner_again = app.owner().await;
        make_value(&owner_again, 1, "New").await;
        written(&app).await;
        app.state.activity.clean().await.unwrap();
        assert_eq!(kinds(&owner_again, "kind=tokens").await.len(), 2);
        owner_again.post_json("/api/v1/settings/main", serde_json::json!({ "activityDays": 7 })).await.expect(200);
        app.state.activity.clean().await.unwrap();
        assert_eq!(kinds(&owner_again, "kind=tokens").await.len(), 1);
    }
}
