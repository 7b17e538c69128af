//! `/settings/apps`, `/settings/proxy/test`.

use axum::http::Method;
use serde_json::{Value, json};

use super::token_people::{ADMIN, household, id_of, make_value, permit, program};
use crate::support::{Actor, Answer, TestApp, on_both};

const URL: &str = "/api/v1/settings/apps";

fn url_of(app: &Value) -> String {
    format!("{URL}/{}", app["id"])
}

/// What makes an app, with these fields instead.
fn wiki(with: &Value) -> Value {
    let mut app = json!({ "name": "Wiki", "host": "wiki.home.example" });
    for (name, value) in with.as_object().unwrap() {
        app[name] = value.clone();
    }
    app
}

async fn put(actor: &Actor, url: &str, body: &Value) -> Answer {
    actor.ask(Method::PUT, url).json(body).send().await
}

async fn delete(actor: &Actor, url: &str) -> Answer {
    actor.ask(Method::DELETE, url).send().await
}

async fn names(actor: &Actor) -> Vec<String> {
    let apps = actor.get(URL).await.expect(200).json();
    let name = |app: &Value| app["name"].as_str().unwrap().to_owned();
    apps.as_array().unwrap().iter().map(name).collect()
}

on_both! {
    async fn an_app_is_added_read_changed_and_taken_away(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, anna) = household(&app).await;
        assert_eq!(owner.get(URL).await.expect(200).json(), json!([]));
        let body = json!({
            "name": " Wiki ", "icon": "📚", "host": " Wiki.Home.Example. ", "path": "/books/", "order": 5,
            "who": { "tiers": ["friend", "home", "friend"], "permissions": 8, "people": [anna, anna] },
            "rules": [{ "methods": ["get", " post "], "path": "/api/", "access": "open" }, { "path": "/admin", "access": "owner" }],
        });
        let made = owner.post_json(URL, body).await.expect(201).json();
        assert_eq!(made["version"].as_str().map(str::len), Some(16));
        let mut shown = made.clone();
        shown.as_object_mut().unwrap().remove("version");
        assert_eq!(shown, json!({
            "id": 1, "name": "Wiki", "icon": "📚", "host": "wiki.home.example", "path": "/books", "order": 5,
            "who": { "everyone": false, "tiers": ["friend", "home"], "permissions": 8, "people": [anna] },
            "rules": [{ "methods": ["GET", "POST"], "path": "/api", "access": "open" }, { "methods": [], "path": "/admin", "access": "owner" }],
            "url": "http://wiki.home.example/books",
        }));
        assert_eq!(owner.get(&url_of(&made)).await.expect(200).json(), made);
        // The least that makes one: nobody but the owner.
        let least = owner.post_json(URL, json!({ "name": "All", "host": "*.home.example" })).await.expect(201).json();
        assert_eq!((&least["id"], &least["path"], &least["url"]), (&json!(2), &json!("/"), &Value::Null));
        assert_eq!(least["who"], json!({ "everyone": false, "tiers": [], "permissions": 0, "people": [] }));
        assert_eq!(names(&owner).await, ["All", "Wiki"], "in the order of their tiles");

        let mut change = made.clone();
        change["name"] = json!("Books");
        change["rules"] = json!([]);
        let changed = put(&owner, &url_of(&made), &change).await.expect(200).json();
        assert_eq!((&changed["name"], &changed["rules"]), (&json!("Books"), &json!([])));
        assert_ne!(changed["version"], made["version"]);
        assert_eq!(owner.get(&url_of(&made)).await.expect(200).json(), changed);

        delete(&owner, &url_of(&made)).await.expect(204);
        delete(&owner, &url_of(&made)).await.problem(404);
        owner.get(&url_of(&made)).await.problem(404);
        put(&owner, &url_of(&made), &change).await.problem(404);
        for id in ["0", "-1", "x", "99999999999999999999"] {
            owner.get(&format!("{URL}/{id}")).await.problem(404);
        }
        delete(&owner, &url_of(&least)).await.expect(204);
        // No number twice: a login token may still speak of the old one.
        let next = owner.post_json(URL, wiki(&json!({}))).await.expect(201).json();
        assert_eq!(next["id"], 3);

        app.state.activity.flush().await.unwrap();
        let lines = app.happened(100).await;
        let told: Vec<_> = lines.iter().filter(|line| line.kind == "app-changed").map(|line| line.subject.as_str()).collect();
        assert_eq!(told.len(), 6, "{told:?}");
        assert!(told.contains(&"Books") && told.contains(&"All"));
        assert!(!lines.iter().any(|line| line.kind == "setting-changed" && line.subject.to_lowercase().contains("app")));
    }

    async fn only_administrators_see_and_change_them(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let made = owner.post_json(URL, wiki(&json!({}))).await.expect(201).json();
        let header = program(&app, &make_value(&owner, id, "script").await);
        let asks: [(Method, String, Value); 7] = [
            (Method::GET, URL.into(), Value::Null),
            (Method::GET, url_of(&made), Value::Null),
            (Method::GET, format!("{URL}/answer?url=wiki.home.example"), Value::Null),
            (Method::POST, URL.into(), json!({ "name": "Evil", "host": "evil.example" })),
            (Method::PUT, url_of(&made), wiki(&json!({ "host": "elsewhere.example" }))),
            (Method::POST, "/api/v1/settings/proxy/test".into(), json!({ "app": 1 })),
            (Method::DELETE, url_of(&made), Value::Null),
        ];
        let send = async |actor: &Actor, (method, url, body): &(Method, String, Value)| {
            let asked = actor.ask(method.clone(), url);
            if body.is_null() { asked.send().await } else { asked.json(body).send().await }
        };
        for permissions in [0, 32, 8, 4] {
            permit(&app, id, permissions).await;
            for ask in &asks {
                send(&anna, ask).await.problem(403);
                send(&header, ask).await.problem(403);
                send(&app.anon(), ask).await.problem(401);
            }
        }
        assert_eq!(owner.get(&url_of(&made)).await.expect(200).json(), made);
        permit(&app, id, ADMIN).await;
        for (ask, status) in asks.iter().zip([200, 200, 200, 201, 200, 200, 204]) {
            send(&anna, ask).await.expect(status);
        }
    }

    async fn what_does_not_fit_is_told_at_its_field_and_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let made = owner.post_json(URL, wiki(&json!({}))).await.expect(201).json();
        let version = app.state.site.now().version;
        let long = "x".repeat(61);
        let many: Vec<Value> = (0..51).map(|number| json!({ "path": format!("/{number}"), "access": "open" })).collect();
        for (field, value) in [
            ("name", json!("")), ("name", json!("  ")), ("name", json!(long)), ("name", json!("a\u{0}b")), ("icon", json!("too long a text")),
            ("host", json!("")), ("host", json!("https://a.example")), ("host", json!("a.example:80")), ("host", json!("*")), ("host", json!("*.com")),
            ("host", json!("a.*.example")), ("path", json!("wiki")), ("path", json!("/a?b")), ("path", json!("/a/../b")), ("path", json!("//a")),
            ("rules", json!([{ "path": "api", "access": "open" }])), ("rules", json!([{ "path": "", "access": "open" }])), ("rules", json!([{ "methods": ["G T"], "path": "/", "access": "open" }])), ("rules", json!(many)),
            ("people", json!(null)),
        ] {
            let mut body = wiki(&json!({ "host": "other.home.example" }));
            if field == "people" {
                body["who"] = json!({ "people": [4711] });
            } else {
                body[field] = value.clone();
            }
            for answer in [owner.post_json(URL, body.clone()).await, put(&owner, &url_of(&made), &body).await] {
                answer.problem(400);
                assert_eq!(answer.fields(), [field], "{value}");
            }
        }
        // All at once.
        let answer = owner.post_json(URL, json!({ "name": "", "host": "a b", "path": "x", "who": { "people": [4711] } })).await;
        answer.problem(400);
        let mut fields = answer.fields();
        fields.sort();
        assert_eq!(fields, ["host", "name", "path", "people"]);
        // What is no such thing at all.
        for body in [json!({}), json!({ "name": "x" }), json!({ "name": 7, "host": "a.example" }), wiki(&json!({ "who": { "tiers": ["boss"] } })),
            wiki(&json!({ "rules": [{ "path": "/" }] })), wiki(&json!({ "rules": [{ "path": "/", "access": "all" }] })), wiki(&json!({ "order": "first" }))] {
            owner.post_json(URL, body).await.problem(400);
        }
        // An address belongs to one app.
        for same in [json!({}), json!({ "host": "WIKI.home.example", "path": "/" })] {
            let answer = owner.post_json(URL, wiki(&same)).await;
            assert!(answer.problem(400).contains("Wiki has this address"));
            assert_eq!(answer.fields(), ["host"]);
        }
        assert_eq!(app.state.site.now().version, version);
        owner.post_json(URL, wiki(&json!({ "path": "/other" }))).await.expect(201);
    }

    async fn two_administrators_at_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let other = owner.at(&second);
        let one = owner.post_json(URL, wiki(&json!({}))).await.expect(201).json();
        second.state.site.refresh().await.unwrap();
        let two = other.post_json(URL, wiki(&json!({ "name": "Two", "host": "two.home.example" }))).await.expect(201).json();
        let with = |app: &Value, name: &str| {
            let mut app = app.clone();
            app["name"] = json!(name);
            app
        };
        // Different apps: both changes stay, though neither instance has heard of the other's.
        put(&owner, &url_of(&one), &with(&one, "First")).await.expect(200);
        put(&other, &url_of(&two), &with(&two, "Second")).await.expect(200);
        app.state.site.refresh().await.unwrap();
        assert_eq!(names(&owner).await, ["First", "Second"]);
        // The same one: the slower is told, and nothing is overwritten.
        let answer = put(&other, &url_of(&one), &with(&one, "Mine")).await;
        assert!(answer.problem(409).contains("Somebody else changed this app"));
        assert_eq!(names(&owner).await, ["First", "Second"]);
        // What is there already is no conflict; nor is what is sent without a version, on purpose.
        put(&other, &url_of(&one), &with(&one, "First")).await.expect(200);
        let mut blunt = with(&one, "Mine");
        blunt.as_object_mut().unwrap().remove("version");
        put(&other, &url_of(&one), &blunt).await.expect(200);
        // Taken away meanwhile.
        let read = other.get(&url_of(&one)).await.expect(200).json();
        delete(&owner, &url_of(&one)).await.expect(204);
        put(&other, &url_of(&one), &with(&read, "Again")).await.problem(404);
    }

    async fn many_at_once_lose_nothing(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let add = async |number: u8| {
            let body = wiki(&json!({ "name": format!("App {number}"), "host": format!("app-{number}.home.example") }));
            owner.post_json(URL, body).await.expect(201).json()["id"].as_i64().unwrap()
        };
        let (one, two, three, four) = tokio::join!(add(1), add(2), add(3), add(4));
        let mut ids = [one, two, three, four];
        ids.sort_unstable();
        assert_eq!(ids, [1, 2, 3, 4]);
        assert_eq!(names(&owner).await.len(), 4);
    }

    async fn somebody_who_is_gone_is_in_nobodys_way(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let bea = id_of(&app.member("bea").await).await;
        let made = owner.post_json(URL, wiki(&json!({ "who": { "people": [id, bea] } }))).await.expect(201).json();
        delete(&owner, &format!("/api/v1/user/{id}")).await.expect(200);
        anna.get("/api/v1/auth/me").await.problem(403);
        let mut same = made.clone();
        same["name"] = json!("Books");
        let changed = put(&owner, &url_of(&made), &same).await.expect(200).json();
        assert_eq!(changed["who"]["people"], json!([bea]));
    }

    async fn which_app_answers_at_an_address(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for body in [
            json!({ "name": "All", "host": "*.home.example" }),
            wiki(&json!({ "rules": [{ "methods": ["POST"], "path": "/hook", "access": "open" }, { "path": "/admin", "access": "owner" }] })),
            wiki(&json!({ "name": "Books", "path": "/books" })),
        ] {
            owner.post_json(URL, body).await.expect(201);
        }
        let ask = async |query: &str| owner.get(&format!("{URL}/answer?{query}")).await;
        for (query, apps, needs, rule) in [
            ("url=https://tv.home.example/x", vec!["All"], json!("member"), Value::Null),
            ("url=wiki.home.example", vec!["Wiki"], json!("member"), Value::Null),
            ("url=https://wiki.home.example/books%23/admin", vec!["Books"], json!("member"), Value::Null),
            ("url=http://WIKI.home.example:8080/hook&method=POST", vec!["Wiki"], json!("nothing"), json!("/hook")),
            ("url=wiki.home.example/hook", vec!["Wiki"], json!("member"), Value::Null),
            ("url=wiki.home.example/Admin/x&method=put", vec!["Wiki"], json!("owner"), json!("/admin")),
            ("url=wiki.home.example/books/1?x=y", vec!["Books"], json!("member"), Value::Null),
            ("url=wiki.home.example//books", vec!["All", "Books", "Wiki"], json!("owner"), Value::Null),
            ("url=https://elsewhere.example/", vec![], Value::Null, Value::Null),
        ] {
            let answer = ask(query).await.expect(200).json();
            let found: Vec<_> = answer["apps"].as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap()).collect();
            assert_eq!(found, apps, "{query}");
            assert_eq!((&answer["needs"], &answer["rule"]["path"]), (&needs, &rule), "{query}");
        }
        for (query, field) in [("", "url"), ("url=", "url"), ("url=https://", "url"), ("url=ftp://a.example", "url"), ("url=a%20b", "url"), ("url=a.example&method=G%20T", "method")] {
            let answer = ask(query).await;
            answer.problem(400);
            assert_eq!(answer.fields(), [field], "{query}");
        }
    }

    async fn settings_of_all_apps(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let main = "/api/v1/settings/main";
        let saved = owner.post_json(main, json!({ "cookieDomain": " home.example ", "gatewayTokenParameter": "door" })).await.expect(200).json();
        assert_eq!((&saved["cookieDomain"], &saved["gatewayTokenParameter"]), (&json!("home.example"), &json!("door")));
        for (name, value) in [
            ("cookieDomain", "https://home.example"), ("cookieDomain", ".home.example"), ("cookieDomain", "Home.example"), ("cookieDomain", "localhost"),
            ("cookieDomain", "192.168.1.5"), ("gatewayTokenParameter", ""), ("gatewayTokenParameter", "a b"),
        ] {
            let answer = owner.post_json(main, json!({ name: value })).await;
            answer.problem(400);
            assert_eq!(answer.fields(), [name], "{value}");
        }
        owner.post_json(main, json!({ "cookieDomain": "" })).await.expect(200);
        assert_eq!(app.state.site.now().settings.cookie_domain, "");
    }

    async fn the_test_of_a_proxy_says_what_it_found(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        owner.post_json(URL, wiki(&json!({}))).await.expect(201);
        let url = "/api/v1/settings/proxy/test";
        let found = owner.post_json(url, json!({ "app": 1 })).await.expect(200).json();
        let findings = found["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{found}");
        assert_eq!((&findings[0]["name"], &findings[0]["good"]), (&json!("reach"), &json!(false)));
        assert!(findings[0]["message"].as_str().unwrap().contains("LATCHKEY_PUBLIC_URL"), "{found}");
        let german = owner.ask(Method::POST, url).header("accept-language", "de").json(&json!({ "app": 1 })).send().await.expect(200).json();
        assert_ne!(german["findings"][0]["message"], findings[0]["message"]);
        owner.post_json(url, json!({ "app": 2 })).await.problem(404);
        for body in [json!({}), json!({ "app": "Wiki" })] {
            owner.post_json(url, body).await.problem(400);
        }
    }
}
