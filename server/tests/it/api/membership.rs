//! Membership that follows Plex, import, the explainer and pictures, over REST and a real stand-in.

use axum::http::Method;
use latchkey::services::activity::By;
use plex_stub::{ATTIC, Answer as Spoiled, Fault, ShareState, World};
use serde_json::{Value, json};

use crate::support::{Actor, MINUTE, TestApp, on_both};

const CHECK: &str = "/api/v1/settings/plex/check";
const IMPORT: &str = "/api/v1/user/import-from-plex";

async fn check(owner: &Actor) -> Value {
    owner.post(CHECK).await.expect(200).json()
}

async fn is_in(actor: &Actor) -> bool {
    actor.get("/api/v1/auth/me").await.status() == 200
}

async fn id_of(actor: &Actor) -> i64 {
    actor.get("/api/v1/auth/me").await.expect(200).json()["id"]
        .as_i64()
        .unwrap()
}

async fn kinds(app: &TestApp) -> Vec<(String, Option<i64>)> {
    app.state.activity.flush().await.unwrap();
    let lines = app.happened(50).await;
    lines.into_iter().map(|line| (line.kind, line.user_id)).collect()
}

fn take_away(app: &TestApp, account: &str) {
    app.plex.share(account, ATTIC, ShareState::None).unwrap();
}

on_both! {
    async fn a_share_that_ended_ends_sessions_and_tokens_after_the_second_answer(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea, marlow) = (app.member("anna").await, app.member("bea").await, app.member("marlow").await);
        let id = id_of(&anna).await;
        let made = owner.post_json(&format!("/api/v1/user/{id}/settings/token"), json!({})).await.expect(200).json();
        let token = made["token"].as_str().unwrap();
        let by_token = || async {
            app.anon().ask(Method::GET, "/api/v1/auth/me").header("x-login-token", token).send().await.status()
        };
        assert_eq!(by_token().await, 200);

        take_away(&app, "anna");
        let first = check(&owner).await;
        assert_eq!((&first["missing"], &first["out"], &first["problem"]), (&json!([id]), &json!([]), &Value::Null));
        // Too soon is no second answer, however often.
        app.clock.advance(14 * MINUTE);
        assert_eq!(check(&owner).await["ended"], json!([]));
        assert!(is_in(&anna).await && by_token().await == 200);
        app.clock.advance(MINUTE);
        let second = check(&owner).await;
        assert_eq!((&second["ended"], &second["out"], &second["missing"]), (&json!([id]), &json!([id]), &json!([])));
        assert!(!is_in(&anna).await);
        assert_eq!(by_token().await, 403);
        assert!(is_in(&bea).await && is_in(&marlow).await && is_in(&owner).await);
        assert!(kinds(&app).await.contains(&("membership-ended".to_owned(), Some(id))));

        // Told once; and what they get meanwhile doesn't last.
        let lines = kinds(&app).await.len();
        check(&owner).await;
        assert_eq!(kinds(&app).await.len(), lines);
        owner.post_json(&format!("/api/v1/user/{id}/settings/token"), json!({})).await.expect(200);
        assert_eq!(check(&owner).await["ended"], json!([id]));

        // Shared again: in at the next sign-in, and no answer of before counts.
        app.plex.share("anna", ATTIC, ShareState::Accepted).unwrap();
        let back = app.member("anna").await;
        assert_eq!(id_of(&back).await, id);
        assert_eq!(check(&owner).await["out"], json!([]));
        assert!(is_in(&back).await);
    }

    async fn whoever_comes_in_meanwhile_stays(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, _bea) = (app.member("anna").await, app.member("bea").await);
        take_away(&app, "anna");
        check(&owner).await;
        app.clock.advance(20 * MINUTE);
        app.plex.share("anna", ATTIC, ShareState::Accepted).unwrap();
        let again = app.member("anna").await;
        // A list from before arrives late: for it she is missing for the first time.
        take_away(&app, "anna");
        let late = check(&owner).await;
        assert_eq!((&late["ended"], late["missing"].as_array().unwrap().len()), (&json!([]), 1));
        assert!(is_in(&again).await && is_in(&anna).await);
    }

    async fn no_trouble_at_plex_locks_anybody_out(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let people = [app.member("anna").await, app.member("bea").await, app.member("marlow").await];
        // One answer has left Anna out already; none of what follows confirms it.
        take_away(&app, "anna");
        check(&owner).await;
        let spoil = |answer: Option<Spoiled>| app.plex.switch(|switches| {
            switches.faults = answer.map(|answer| Fault::new("/api/users", answer)).into_iter().collect();
        });
        for answer in [
            Spoiled::Status(500), Spoiled::Status(503), Spoiled::RateLimited, Spoiled::CutOff, Spoiled::Malformed,
            Spoiled::WrongShape, Spoiled::Html, Spoiled::Status(403),
        ] {
            app.clock.advance(40 * MINUTE);
            spoil(Some(answer));
            let checked = check(&owner).await;
            assert!(["plex-trouble", "empty", "partial"].contains(&checked["problem"].as_str().unwrap()), "{answer:?}: {checked}");
            assert_eq!(checked["ended"], json!([]));
        }
        spoil(None);
        app.plex.go_away().await;
        app.clock.advance(40 * MINUTE);
        assert_eq!(check(&owner).await["problem"], "plex-trouble");
        app.plex.come_back().await.unwrap();

        // Lists that are whole and can't be believed.
        let world = World::household();
        for (change, problem) in [
            // Nobody at all.
            ((|world: &mut World| world.accounts.retain(|account| account.key == "attic-owner" || account.home_of.as_deref() == Some("twin-owner"))) as fn(&mut World), "empty"),
            // The shares are missing in every row.
            (|world| world.servers.retain(|server| server.machine_id != ATTIC), "server-missing"),
            // All but one.
            (|world| for server in &mut world.servers { server.shares.retain(|share| share.account == "kid" || share.account == "otto"); }, "too-many-gone"),
        ] {
            app.clock.advance(40 * MINUTE);
            let mut changed = world.clone();
            change(&mut changed);
            let names: Vec<String> = changed.accounts.iter().map(|account| account.key.clone()).collect();
            for server in &mut changed.servers { server.shares.retain(|share| names.contains(&share.account)); }
            changed.servers.retain(|server| names.contains(&server.owner));
            app.plex.update(|now| *now = changed);
            let checked = check(&owner).await;
            assert_eq!((&checked["problem"], &checked["ended"]), (&json!(problem), &json!([])));
            app.plex.update(|now| *now = world.clone());
        }
        for one in &people {
            assert!(is_in(one).await);
        }
        // The owner is told.
        app.plex.remove_device("attic-owner", None);
        app.clock.advance(40 * MINUTE);
        assert_eq!(check(&owner).await["problem"], "token-refused");
        assert!(owner.page("/").await.expect(200).text().contains("could not check who still has access"));
        assert!(owner.page("/settings/membership").await.expect(200).text().contains("sign in with Plex again"));
    }

    async fn news_at_plex_are_taken_over(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = app.member("anna").await;
        app.plex.update(|world| {
            let account = world.account_mut("anna").unwrap();
            account.email = Some("new@example.test".into());
            account.username = Some("anna.new".into());
            account.title = "anna.new".into();
            account.home_of = Some("attic-owner".into());
        });
        check(&owner).await;
        let me = anna.get("/api/v1/auth/me").await.expect(200).json();
        assert_eq!((&me["email"], &me["plexUsername"], &me["displayName"]), (&json!("new@example.test"), &json!("anna.new"), &json!("Anna Kowalska")));
        let found = owner.get("/api/v1/user?q=anna.new").await.expect(200).json();
        assert_eq!(found["pageInfo"]["results"], 1, "she is found under the new name");
    }

    async fn one_instance_checks_when_it_is_time(engine) {
        let app = TestApp::start(engine).await;
        let _owner = app.set_up().await;
        let other = app.second_instance().await;
        let asked = || app.plex.log().iter().filter(|request| request.path == "/api/users").count();
        let due = || async {
            let (one, two) = tokio::join!(app.state.membership_check.run_if_due(), other.state.membership_check.run_if_due());
            one.unwrap();
            two.unwrap();
        };
        let before = asked();
        due().await;
        due().await;
        assert_eq!(asked() - before, 1);
        app.clock.advance(29 * MINUTE);
        due().await;
        assert_eq!(asked() - before, 1);
        app.clock.advance(MINUTE);
        due().await;
        assert_eq!(asked() - before, 2);
        app.state.site.change(&By::command_line(&*app.clock), "membershipCheckMinutes", "0").await.unwrap();
        other.state.site.refresh().await.unwrap();
        app.clock.advance(600 * MINUTE);
        due().await;
        assert_eq!(asked() - before, 2);
    }

    async fn people_are_imported_once_with_one_request(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        app.member("anna").await;
        let listed = owner.get("/api/v1/settings/plex/users").await.expect(200).json();
        let names: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names, ["bea", "Kim", "marlow"]);
        assert!(listed[0]["id"].is_string() && listed[0]["thumb"].as_str().unwrap().starts_with("http"));

        let before = app.plex.log().len();
        let (one, two) = tokio::join!(owner.post(IMPORT), owner.post(IMPORT));
        assert_eq!(app.plex.log().len() - before, 2);
        let mut new: Vec<String> = [one.expect(201).json(), two.expect(201).json()]
            .iter()
            .flat_map(|list| list.as_array().unwrap().clone())
            .map(|user| user["displayName"].as_str().unwrap().to_owned())
            .collect();
        new.sort();
        // Kim is a child, whom the settings don't let in; Paul has not accepted.
        assert_eq!(new, ["bea", "marlow"]);
        assert_eq!(owner.post(IMPORT).await.expect(201).json(), json!([]));
        let named = json!({ "plexIds": ["53110878", 48_210_555, "52990041", "1", "x"] });
        let new = owner.post_json(IMPORT, named).await.expect(201).json();
        let mut new: Vec<_> = new.as_array().unwrap().iter().map(|user| user["displayName"].as_str().unwrap()).collect();
        new.sort_unstable();
        assert_eq!(new, ["Kim", "paul"]);
        assert_eq!(owner.post_json(IMPORT, json!({ "plexIds": [] })).await.expect(201).json(), json!([]));
        let imported = kinds(&app).await.iter().filter(|(kind, _)| kind == "member-imported").count();
        assert_eq!(imported, 4);
        // The imported one is the one who signs in.
        let bea = app.member("bea").await;
        assert_eq!(owner.get("/api/v1/user?q=bea").await.json()["pageInfo"]["results"], 1);
        bea.post(IMPORT).await.expect(403);
        bea.post(CHECK).await.expect(403);
        bea.get("/api/v1/settings/plex/users").await.expect(403);
        app.anon().post(IMPORT).await.expect(401);

        app.plex.go_away().await;
        let problem = owner.post(IMPORT).await.problem(502);
        assert!(problem.contains("Plex"), "{problem}");
        app.plex.come_back().await.unwrap();
    }

    async fn every_refusal_is_explained_by_what_decides(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow) = (app.member("anna").await, app.member("marlow").await);
        let id = id_of(&anna).await;
        let explain = |who: String| {
            let app = &app;
            async move {
                let found = app.state.explain.explain(latchkey::services::explain::Who::Words(&who)).await.unwrap();
                let way = found.unwrap_or_else(|| panic!("nobody is {who}")).ways.remove(0);
                (way.outcome().name(), way.steps.last().unwrap().text.key().to_owned(), way.advice.key().to_owned())
            }
        };
        let no = |step: &str, advice: &str| ("no", step.to_owned(), advice.to_owned());
        assert_eq!(explain("anna".into()).await.0, "ok");
        assert_eq!(explain("ANNA.K".into()).await.0, "ok");
        assert_eq!(explain("1".into()).await.1, "explain-owner");
        assert_eq!(explain("paul".into()).await, no("explain-share-pending", "explain-share-pending-advice"));
        assert_eq!(explain("rita@example.test".into()).await, no("explain-share-none", "explain-share-none-advice"));
        assert_eq!(explain("Kim".into()).await, no("explain-no-children", "explain-no-children-advice"));
        assert_eq!(explain("bea".into()).await.1, "explain-new-people");
        app.state.site.change(&By::command_line(&*app.clock), "newPlexMembers", "false").await.unwrap();
        assert_eq!(explain("bea".into()).await, no("explain-no-new-people", "explain-no-new-people-advice"));
        assert_eq!(explain("anna".into()).await.1, "explain-member");
        owner.post_json(&format!("/api/v1/user/{id}/settings/disabled"), json!({ "disabled": true })).await.expect(204);
        assert_eq!(explain("anna".into()).await, no("explain-disabled", "explain-disabled-advice"));
        app.state.site.change(&By::command_line(&*app.clock), "plexSignIn", "false").await.unwrap();
        assert_eq!(explain("anna".into()).await, no("explain-plex-off", "explain-plex-off-advice"));
        app.state.site.change(&By::command_line(&*app.clock), "plexSignIn", "true").await.unwrap();
        owner.post_json(&format!("/api/v1/user/{id}/settings/disabled"), json!({ "disabled": false })).await.expect(204);
        app.plex.go_away().await;
        let (outcome, _, advice) = explain("anna".into()).await;
        assert_eq!((outcome, advice.as_str()), ("unknown", "explain-share-trouble-advice"));
        app.plex.come_back().await.unwrap();
        // Somebody nobody knows.
        let nobody = latchkey::services::explain::Who::Words("zoë\0");
        assert!(app.state.explain.explain(nobody).await.unwrap().is_none());

        let path = format!("/api/v1/user/{id}/explain");
        let told = owner.get(&path).await.expect(200).json();
        assert_eq!((&told["userId"], &told["ways"][0]["way"], &told["ways"][1]["way"]), (&json!(id), &json!("plex"), &json!("password")));
        let german = owner.ask(Method::GET, &path).header("accept-language", "de").send().await.expect(200).json();
        assert_ne!(german["ways"][0]["advice"], told["ways"][0]["advice"]);
        marlow.get(&path).await.expect(403);
        app.anon().get(&path).await.expect(401);
        owner.get("/api/v1/user/999/explain").await.expect(404);
    }

    async fn somebody_out_does_not_come_in_by_another_door(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, _bea) = (app.member("anna").await, app.member("bea").await);
        let id = id_of(&anna).await;
        let password = json!({ "newPassword": "brass key, blue door 7" });
        owner.post_json(&format!("/api/v1/user/{id}/settings/password"), password).await.expect(204);
        let sign_in = || async {
            let body = json!({ "email": "anna@example.test", "password": "brass key, blue door 7" });
            app.anon().post_json("/api/v1/auth/local", body).await
        };
        sign_in().await.expect(200);
        take_away(&app, "anna");
        check(&owner).await;
        app.clock.advance(20 * MINUTE);
        assert_eq!(check(&owner).await["ended"], json!([id]));
        assert!(sign_in().await.problem(403).contains("no longer shared"));
        // One who lives here without Plex is nobody's to lock out.
        let set_up_alone = TestApp::start(engine).await;
        let alone = set_up_alone.set_up_local().await;
        alone.post(CHECK).await.problem(409);
        assert!(is_in(&alone).await);
    }

    async fn pictures_come_from_here(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = app.member("anna").await;
        let id = id_of(&anna).await;
        let home = anna.page("/").await.expect(200).text();
        let at = home.find(&format!("/avatars/{id}?v=")).expect("her picture is in the header");
        let src = home[at..].split('"').next().unwrap().to_owned();
        let picture = owner.get(&src).await.expect(200);
        assert_eq!(picture.header("content-type"), "image/gif");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert!(picture.header("content-security-policy").contains("sandbox"));
        assert!(picture.header("cache-control").starts_with("private"));
        assert!(picture.body.starts_with(b"GIF89a"));
        let again = owner.ask(Method::GET, &src).header("if-none-match", picture.header("etag")).send().await;
        assert_eq!(again.status(), 304);
        app.anon().get(&src).await.expect(401);
        // Kept: plex.tv is not asked again.
        let asked = app.plex.log().len();
        owner.get(&src).await.expect(200);
        assert_eq!(app.plex.log().len(), asked);

        // What is no picture, or stands elsewhere, is none; and a failure is remembered.
        for thumb in ["http://127.0.0.1:1/x.png", "https://evil.example/x.png", "http://169.254.169.254/"] {
            app.plex.update(|world| world.account_mut("anna").unwrap().thumb = Some(thumb.to_owned()));
            check(&owner).await;
            owner.get(&format!("/avatars/{id}")).await.expect(404);
        }
        let page = format!("{}/auth", app.plex.url());
        app.plex.update(|world| world.account_mut("anna").unwrap().thumb = Some(page));
        check(&owner).await;
        owner.get(&format!("/avatars/{id}")).await.expect(404);
        let asked = app.plex.log().len();
        owner.get(&format!("/avatars/{id}")).await.expect(404);
        assert_eq!(app.plex.log().len(), asked);
        owner.get("/avatars/999").await.expect(404);
        owner.get("/avatars/of/00ff").await.expect(404);
    }

    async fn the_import_page_works_without_a_script(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let page = owner.page("/users/import").await.expect(200).text();
        assert!(page.contains("value=\"52990041\" checked") && page.contains("Invited, not accepted yet"), "{page}");
        let none = owner.page("/users/import?ticked=none").await.expect(200).text();
        assert!(!none.contains(" checked"));
        let empty = owner.post_form("/users/import", &[]).await;
        assert_eq!(empty.status(), 400);
        let ticked = [("person", "52990041"), ("person", "52990342"), ("person", "junk")];
        let to = owner.post_form("/users/import", &ticked).await.see_other();
        assert_eq!(to, "/users/import?added=2");
        let done = owner.page(&to).await.expect(200).text();
        assert!(done.contains("2 people were added") && !done.contains("value=\"52990041\""));
        app.member("anna").await.post_form("/users/import", &ticked).await.expect(403);
    }
}
