//! `/user` and what is below it: lists, new members, changes, switching off, deleting.

use axum::http::Method;
use latchkey::storage::Db;
use serde_json::{Value, json};

use super::token_people::{ME, household, id_of, lines, make_value, permit, program, text};
use crate::support::{Actor, TestApp, on_both};

async fn put(actor: &Actor, path: &str, body: Value) -> crate::support::Answer {
    actor.ask(Method::PUT, path).json(&body).send().await
}

async fn delete(actor: &Actor, path: &str) -> crate::support::Answer {
    actor.ask(Method::DELETE, path).send().await
}

/// A member with a password.
async fn local(owner: &Actor, name: &str) -> i64 {
    let body = json!({ "email": format!("{name}@home.test"), "username": name, "password": "brass key, blue door" });
    owner.post_json("/api/v1/user", body).await.expect(201).json()["id"]
        .as_i64()
        .unwrap()
}

async fn signed_in(app: &TestApp, name: &str) -> Actor {
    let actor = app.anon();
    let body = json!({ "email": format!("{name}@home.test"), "password": "brass key, blue door" });
    actor.post_json("/api/v1/auth/local", body).await.expect(200);
    actor
}

fn names(page: &Value) -> Vec<String> {
    page["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text(&user["displayName"]))
        .collect()
}

on_both! {
    async fn lists_are_searched_sorted_and_turned(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        for name in ["Zoë", "ägnes", "Ben_50%", "ben\\x", "Straße"] {
            owner.post_json("/api/v1/user", json!({ "email": format!("x{}@home.test", name.len() * 7 + name.chars().next().unwrap() as usize), "username": name })).await.expect(201);
        }
        let ask = |query: &'static str| { let owner = &owner; async move { owner.get(&format!("/api/v1/user?{query}")).await.expect(200).json() } };
        let by_name = ["ägnes", "Anna Kowalska", "ben\\x", "Ben_50%", "Robin", "Straße", "Zoë"];
        let by_name_found = names(&ask("sort=displayname").await);
        assert_eq!(by_name_found.len(), 7);
        for name in by_name { assert!(by_name_found.contains(&name.to_owned()), "{name}: {by_name_found:?}"); }
        assert_eq!((by_name_found[0].as_str(), by_name_found[6].as_str()), ("ägnes", "Zoë"));
        assert_eq!(names(&ask("sort=created&take=2").await), ["Robin", "Anna Kowalska"]);
        assert_eq!(names(&ask("sort=requests&take=1").await), ["Robin"], "what Seerr knows and we don't");
        app.clock.advance(60);
        put(&owner, &format!("/api/v1/user/{anna_id}"), json!({ "username": "Änne" })).await.expect(200);
        assert_eq!(names(&ask("sort=updated&take=1").await), ["Änne"]);
        // Found by any name and the e-mail, in any case, with and without accents; the letters of LIKE mean themselves.
        for (query, found) in [
            ("q=ANNE", "Änne"), ("q=kowalska", "Änne"), ("q=anna.k", "Änne"), ("q=anna%40example", "Änne"), ("q=%C3%A4NN", "Änne"),
            ("q=strasse", "Straße"), ("q=50%25", "Ben_50%"), ("q=n_5", "Ben_50%"), ("q=ben%5C", "ben\\x"), ("q=zoe", "Zoë"),
        ] {
            assert_eq!(names(&ask(query).await), [found], "{query}");
        }
        for query in ["q=%25%25", "q=_x_", "q=%00", "q='"] {
            let found = names(&ask(query).await);
            assert!(found.is_empty() || query == "q=%00", "{query}: {found:?}");
        }
        // Two letters are counted apart from the list, on PostgreSQL by an index: also where only one stands in a part.
        for (two, number) in [("be", 2), ("BE", 2), ("n_", 1), ("%25%25", 0), ("%C3%9F", 1), ("en", 2), ("a.", 1), ("zz", 0), ("n%5C", 1)] {
            let counted = |page: Value| page["pageInfo"]["results"].as_i64().unwrap();
            let path = format!("/api/v1/user?take=1&q={two}");
            assert_eq!(counted(owner.get(&path).await.expect(200).json()), number, "{two}");
            let by_names = if two == "a." { 0 } else { number };
            assert_eq!(counted(anna.get(&path).await.expect(200).json()), by_names, "{two}, in names");
        }
        let page = ask("take=3&skip=3&sort=displayname").await;
        assert_eq!(page["pageInfo"], json!({ "pages": 3, "pageSize": 3, "results": 7, "page": 2 }));
        assert_eq!(page["results"].as_array().unwrap().len(), 3);
        assert_eq!(ask("skip=100").await["pageInfo"]["results"], 7, "behind the end");
        assert_eq!(ask("take=1000").await["pageInfo"]["pageSize"], 100);
        assert_eq!(ask("take=0").await["pageInfo"]["pageSize"], 10);
        for query in ["take=x", "skip=-1", "take=1.5"] {
            owner.get(&format!("/api/v1/user?{query}")).await.problem(400);
        }
        // A member sees names and pictures, searches in these only, and learns nothing from the order.
        let seen = anna.get("/api/v1/user?take=100&sort=updated").await.expect(200).json();
        assert_eq!(seen["results"].as_array().unwrap().len(), 7);
        for user in seen["results"].as_array().unwrap() {
            let mut keys: Vec<_> = user.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            assert_eq!(keys, ["avatar", "displayName", "id"]);
        }
        assert_eq!(names(&seen)[0], "Robin");
        for hidden in ["home.test", "anna.k", "example.test"] {
            assert!(names(&anna.get(&format!("/api/v1/user?q={hidden}")).await.expect(200).json()).is_empty(), "{hidden}");
        }
        assert_eq!(names(&anna.get("/api/v1/user?q=zoe").await.expect(200).json()), ["Zoë"]);
        assert_eq!(anna.get("/api/v1/user/1").await.expect(200).json()["email"], Value::Null);
        assert_eq!(anna.get(&format!("/api/v1/user/{anna_id}")).await.expect(200).json()["email"], "anna@example.test");
        for nobody in ["4711", "-1", "x", "1.0"] {
            owner.get(&format!("/api/v1/user/{nobody}")).await.problem(404);
        }
    }

    async fn a_local_member_is_made_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let body = json!({ "email": " Grandma@Home.test ", "username": " Grandma ", "password": "brass key, blue door", "permissions": 32 + 1024 });
        let made = owner.post_json("/api/v1/user", body.clone()).await.expect(201).json();
        assert_eq!((text(&made["email"]).as_str(), text(&made["displayName"]).as_str()), ("Grandma@Home.test", "Grandma"));
        assert_eq!((made["userType"].as_i64(), made["permissions"].as_i64()), (Some(2), Some(32 + 1024)));
        let browser = app.anon();
        browser.post_json("/api/v1/auth/local", json!({ "email": "GRANDMA@home.test", "password": "brass key, blue door" })).await.expect(200);
        // Seerr's word for it, also for a Plex member's e-mail, and whatever the case.
        app.member("anna").await;
        for email in ["grandma@home.TEST", "Anna@Example.test"] {
            let answer = owner.post_json("/api/v1/user", json!({ "email": email })).await.expect(409).json();
            assert_eq!(answer["errors"][0]["message"], "USER_EXISTS");
        }
        for (wrong, field) in [
            (json!({ "email": "grandma" }), "email"), (json!({ "email": "" }), "email"),
            (json!({ "email": "a@b", "username": "x".repeat(101) }), "username"), (json!({ "email": "a@b", "password": "short" }), "password"),
            (json!({ "email": "a@b", "permissions": -1 }), "permissions"),
        ] {
            let answer = owner.post_json("/api/v1/user", wrong.clone()).await.expect(400);
            assert_eq!(answer.fields(), [field], "{wrong}");
        }
        // Without a password, two at once: one is made.
        let other = app.second_instance().await;
        let owner_there = owner.at(&other);
        let body = json!({ "email": "new@home.test" });
        let (one, two) = tokio::join!(owner.post_json("/api/v1/user", body.clone()), owner_there.post_json("/api/v1/user", body));
        let mut answers = [one.status(), two.status()];
        answers.sort_unstable();
        assert_eq!(answers, [201, 409]);
        app.anon().post_json("/api/v1/auth/local", json!({ "email": "new@home.test", "password": "" })).await.problem(403);
        let made: Vec<_> = lines(&app).await.into_iter().filter(|line| line.kind == "user-made").collect();
        assert_eq!(made.len(), 2);
        assert_eq!((made[0].actor_id, made[0].subject.as_str()), (Some(1), "Grandma"));
        assert!(made[0].user_id.is_some());
    }

    async fn an_account_is_changed_whole_or_not_at_all(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        let bea = local(&owner, "bea").await;
        let url = format!("/api/v1/user/{bea}/settings/main");
        let read = |answer: crate::support::Answer| answer.expect(200).json();
        assert_eq!(read(owner.get(&url).await), json!({ "username": "bea", "email": "bea@home.test", "locale": null }));
        let changed = read(owner.post_json(&url, json!({ "username": "Bea Ö", "email": "Bea@new.test", "locale": "de" })).await);
        assert_eq!(changed, json!({ "username": "Bea Ö", "email": "Bea@new.test", "locale": "de" }));
        // Absent stays; null takes away.
        assert_eq!(read(owner.post_json(&url, json!({ "locale": null })).await)["username"], "Bea Ö");
        assert_eq!(read(owner.post_json(&url, json!({ "username": null })).await), json!({ "username": null, "email": "Bea@new.test", "locale": null }));
        app.anon().post_json("/api/v1/auth/local", json!({ "email": "bea@NEW.test", "password": "brass key, blue door" })).await.expect(200);
        app.anon().post_json("/api/v1/auth/local", json!({ "email": "bea@home.test", "password": "brass key, blue door" })).await.problem(403);
        for (wrong, field) in [
            (json!({ "username": "No", "email": "anna@EXAMPLE.test" }), "email"), (json!({ "username": "No", "email": "" }), "email"),
            (json!({ "username": "No", "email": null }), "email"), (json!({ "username": "No", "email": "no" }), "email"),
            (json!({ "username": "a\u{0}b" }), "username"), (json!({ "username": "No", "locale": "tlh" }), "locale"),
        ] {
            assert_eq!(owner.post_json(&url, wrong.clone()).await.expect(400).fields(), [field], "{wrong}");
            assert_eq!(read(owner.get(&url).await)["username"], Value::Null, "{wrong}");
        }
        // Plex's e-mail may go: there is another way in.
        let annas = format!("/api/v1/user/{anna_id}/settings/main");
        assert_eq!(read(anna.post_json(&annas, json!({ "email": null, "username": "Anna" })).await)["email"], Value::Null);
        // A sign-in takes over what Plex says, but the name chosen here stays, and is what she is found under.
        app.member("anna").await;
        let found = owner.get("/api/v1/user?q=anna&sort=displayname").await.expect(200).json();
        assert_eq!((names(&found), text(&found["results"][0]["email"])), (vec!["Anna".to_owned()], "anna@example.test".to_owned()));
        let whole = put(&owner, &format!("/api/v1/user/{bea}"), json!({ "username": "No", "permissions": -5 })).await;
        whole.problem(400);
        permit(&app, anna_id, 8 | 32).await;
        put(&anna, &format!("/api/v1/user/{bea}"), json!({ "username": "No", "permissions": 2 })).await.problem(403);
        assert_eq!(read(owner.get(&url).await)["username"], Value::Null);
        let kinds: Vec<_> = lines(&app).await.into_iter().filter(|line| line.kind == "user-changed").map(|line| line.subject).collect();
        assert_eq!(kinds, ["username email locale", "locale", "username", "username email"]);
    }

    async fn permissions_of_many_are_set_together(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        let (bea, carl) = (local(&owner, "bea").await, local(&owner, "carl").await);
        // Unknown bits are kept, and those who are gone are left out.
        let unknown = 1 << 40;
        let set = put(&owner, "/api/v1/user", json!({ "ids": [bea, carl, 4711, bea], "permissions": 32 | unknown })).await.expect(200).json();
        let set: Vec<_> = set.as_array().unwrap().iter().map(|user| (user["id"].as_i64().unwrap(), user["permissions"].as_i64().unwrap())).collect();
        assert_eq!(set, [(bea, 32 | unknown), (carl, 32 | unknown)]);
        permit(&app, anna_id, 8 | 32).await;
        let url = format!("/api/v1/user/{bea}/settings/permissions");
        // She takes what she lacks, keeps what is there, and does not give it.
        assert_eq!(anna.post_json(&url, json!({ "permissions": 8 | unknown })).await.expect(200).json()["permissions"], 8 | unknown);
        anna.post_json(&url, json!({ "permissions": 4 | 8 | unknown })).await.problem(403);
        anna.post_json(&url, json!({ "permissions": 8 })).await.expect(200);
        anna.post_json(&url, json!({ "permissions": unknown })).await.problem(403);
        // One of them is not hers to change: nobody is changed.
        for (other, denied) in [(1, 403), (anna_id, 403)] {
            put(&anna, "/api/v1/user", json!({ "ids": [carl, other], "permissions": 0 })).await.problem(denied);
            assert_eq!(owner.get(&format!("/api/v1/user/{carl}")).await.expect(200).json()["permissions"], 32 | unknown);
        }
        for wrong in [json!({ "ids": [bea] }), json!({ "ids": "all", "permissions": 0 }), json!({ "ids": [bea], "permissions": -1 }), json!({ "ids": (2..=600).collect::<Vec<i64>>(), "permissions": 0 })] {
            put(&owner, "/api/v1/user", wrong).await.problem(400);
        }
        let kinds: Vec<_> = lines(&app).await.into_iter().filter(|line| line.kind == "user-permissions").map(|line| (line.user_id.unwrap(), line.subject)).collect();
        assert_eq!(kinds[0], (bea, format!("32 → {}", 32 | unknown)));
        assert_eq!(kinds.len(), 4);
    }

    async fn who_is_switched_off_is_out_at_once_everywhere(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let bea = local(&owner, "bea").await;
        let there = app.second_instance().await;
        let (here, browser) = (signed_in(&app, "bea").await, signed_in(&there, "bea").await);
        let script = program(&app, &make_value(&owner, bea, "Script").await);
        for actor in [&here, &browser, &script] { actor.get(ME).await.expect(200); }
        let url = format!("/api/v1/user/{bea}/settings/disabled");
        for _ in 0..2 { owner.post_json(&url, json!({ "disabled": true })).await.expect(204); }
        for actor in [&here, &browser, &script] { actor.get(ME).await.problem(403); }
        let sign_in = json!({ "email": "bea@home.test", "password": "brass key, blue door" });
        app.anon().post_json("/api/v1/auth/local", sign_in.clone()).await.problem(403);
        owner.post_json(&url, json!({ "disabled": false })).await.expect(204);
        // Sessions are gone for good; tokens were asleep.
        for actor in [&here, &browser] { assert_eq!(actor.get(ME).await.status(), 401, "the cookie was taken back"); }
        script.get(ME).await.expect(200);
        app.anon().post_json("/api/v1/auth/local", sign_in).await.expect(200);
        for wrong in [json!({}), json!({ "disabled": "yes" })] { owner.post_json(&url, wrong).await.problem(400); }
        let kinds: Vec<_> = lines(&app).await.into_iter().map(|line| line.kind).filter(|kind| kind.starts_with("user-switched")).collect();
        assert_eq!(kinds, ["user-switched-off", "user-switched-on"], "once each");
    }

    async fn who_is_deleted_is_gone_with_everything(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let bea = local(&owner, "bea").await;
        let browser = signed_in(&app, "bea").await;
        let script = program(&app, &make_value(&owner, bea, "Script").await);
        assert_eq!(delete(&owner, &format!("/api/v1/user/{bea}")).await.expect(200).json()["id"], bea);
        for actor in [&browser, &script] { actor.get(ME).await.problem(403); }
        delete(&owner, &format!("/api/v1/user/{bea}")).await.problem(404);
        owner.get(&format!("/api/v1/user/{bea}")).await.problem(404);
        // Numbers are never used again, and the e-mail is free.
        assert!(local(&owner, "bea").await > bea);
        let line = lines(&app).await.into_iter().find(|line| line.kind == "user-deleted").unwrap();
        assert_eq!((line.user_id, line.actor_id, line.subject.as_str()), (None, Some(1), "bea"));
    }

    async fn nobody_is_changed_who_became_an_administrator_meanwhile(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let bea = local(&owner, "bea").await;
        // What was read when leave was given is no longer so.
        let line = app.happened(100).await.remove(0);
        let seen = latchkey::domain::permission::Permissions(32);
        permit(&app, bea, 2).await;
        let db: &Db = &app.db;
        use latchkey::storage::user;
        assert_eq!(user::switch(db, bea, Some(seen), Some(1), 1, Some(&line)).await.unwrap(), None);
        assert_eq!(user::delete(db, bea, seen, &line).await.unwrap(), None);
        let update = user::Update { id: bea, permissions: Some(seen), seen: Some(seen), ..user::Update::default() };
        assert_eq!(user::update(db, &[update], 1, std::slice::from_ref(&line)).await.unwrap(), None);
        let still = user::find(db, bea).await.unwrap().unwrap();
        assert_eq!((still.permissions.0, still.disabled_at), (2, None));
        assert_eq!(app.happened(100).await.iter().filter(|other| other.kind == line.kind).count(), 1, "nothing happened, so there is no line");
        assert_eq!(id_of(&owner).await, 1);
    }
}
