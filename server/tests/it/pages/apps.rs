//! `/settings/apps`, `/settings/proxy`, and the tiles on the start page.

use serde_json::json;

use super::{
    has_form,
    household::{administrator, manager, number},
};
use crate::support::{Actor, Answer, TestApp, on_both};

const URL: &str = "/settings/apps";
const NEW: &str = "/settings/apps/new";

/// The form of an app, with these fields besides its name and address.
async fn send(actor: &Actor, url: &str, name: &str, host: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("name", name), ("host", host)];
    fields.extend_from_slice(more);
    actor.post_form(url, &fields).await
}

/// The names on the tiles of the start page, with where they lead.
async fn tiles(actor: &Actor) -> Vec<(String, String)> {
    let text = actor.page("/").await.expect(200).text();
    let links = text.split("<a href=\"").skip(1);
    links
        .filter(|link| link.split('>').next().unwrap().contains("class=\"tile\""))
        .map(|tile| {
            let (_, name) = tile.split_once("class=\"tile-name\">").unwrap();
            let until = |text: &str, end: char| text.split(end).next().unwrap().to_owned();
            (until(name, '<'), until(tile, '"'))
        })
        .collect()
}

async fn names(actor: &Actor) -> Vec<String> {
    tiles(actor).await.into_iter().map(|(name, _)| name).collect()
}

/// The value of a hidden input.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Whether a box is there, and ticked.
#[track_caller]
fn ticked(page: &Answer, name: &str, value: &str) -> bool {
    let text = page.text();
    let wanted = format!("name=\"{name}\" value=\"{value}\"");
    let input = text
        .split("<input")
        .skip(1)
        .map(|input| input.split('>').next().unwrap());
    let mut found = input.filter(|input| input.contains(&wanted));
    let input = found.next().unwrap_or_else(|| panic!("no box {wanted}: {text}"));
    input.contains(" checked")
}

on_both! {
    async fn who_may_see_and_change_them(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        send(&owner, NEW, "Wiki", "wiki.home.example", &[]).await.see_other();
        let (anna, marlow, bea) = (app.member("anna").await, manager(&app, "marlow").await, administrator(&app, "bea").await);
        let pages = [URL, NEW, "/settings/apps/1", "/settings/proxy"];
        let forms = [URL, NEW, "/settings/apps/1", "/settings/apps/1/delete", "/settings/proxy/test"];
        for path in pages {
            let path_in_query = path.replace('/', "%2F");
            assert_eq!(app.anon().page(path).await.see_other(), format!("/login?returnTo={path_in_query}"));
            for actor in [&anna, &marlow] {
                assert!(actor.page(path).await.expect(403).text().contains("Only the owner and administrators"), "{path}");
            }
            bea.page(path).await.expect(200);
        }
        for path in forms {
            assert_eq!(send(&app.anon(), path, "Evil", "evil.example", &[("app", "1")]).await.status(), 401, "{path}");
            for actor in [&anna, &marlow] {
                assert_eq!(send(actor, path, "Evil", "evil.example", &[("app", "1")]).await.status(), 403, "{path}");
            }
        }
        assert_eq!(app.state.apps.list().len(), 1);
        assert_eq!(app.state.apps.list()[0].name, "Wiki");
        // A form's address opened by hand.
        assert_eq!(owner.page("/settings/apps/1/delete").await.see_other(), "/settings/apps/1");
        assert_eq!(owner.page("/settings/proxy/test").await.see_other(), "/settings/proxy");
        assert_eq!(owner.page("/settings/apps/4711").await.status(), 404);
        assert_eq!(owner.page("/settings/apps/wiki").await.status(), 404);
    }

    async fn an_app_by_the_form_and_its_tile(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea) = (app.member("anna").await, app.member("bea").await);
        let annas = number(&anna).await.to_string();
        assert!(owner.page(URL).await.expect(200).text().contains("No app yet."));
        has_form(&owner.page(NEW).await.expect(200), NEW);
        let more = [
            ("icon", "📚"), ("path", "/books/"), ("order", "3"), ("person", annas.as_str()), ("right", "people"),
            ("rulePath", "/api"), ("ruleAccess", "open"), ("ruleMethods", "get, post"),
            ("rulePath", "/admin"), ("ruleAccess", "owner"), ("ruleMethods", ""),
            ("rulePath", ""), ("ruleAccess", "open"), ("ruleMethods", ""), ("do", "save"),
        ];
        let to = send(&owner, NEW, "<Wiki> & more", "Wiki.home.example", &more).await.see_other();
        assert_eq!(to, "/settings/apps?done=added&app=1");
        let list = owner.page(&to).await.expect(200).text();
        for said in ["&lt;Wiki&gt; &amp; more is added.", "wiki.home.example/books", "Looks after people, Anna Kowalska", "2 exceptions", "📚"] {
            assert!(list.contains(said), "{said}: {list}");
        }
        let stored = app.state.apps.find(1).unwrap();
        assert_eq!((stored.order, stored.who.permissions, stored.rules.len()), (3, 8, 2));
        assert_eq!(stored.rules[0].methods, ["GET", "POST"]);

        // The tile: for whom the app is, and nobody else.
        let tile = ("&lt;Wiki&gt; &amp; more".to_owned(), "http://wiki.home.example/books".to_owned());
        assert_eq!(tiles(&anna).await, std::slice::from_ref(&tile));
        assert_eq!(tiles(&owner).await, [tile]);
        assert!(tiles(&bea).await.is_empty());
        assert!(!bea.page("/").await.text().contains("Your apps"));

        // Everything stands in the form again.
        let form = owner.page("/settings/apps/1").await.expect(200);
        assert!(ticked(&form, "person", &annas) && ticked(&form, "right", "people"));
        assert!(!ticked(&form, "everyone", "true") && !ticked(&form, "tier", "friend"));
        let text = form.text();
        for held in ["value=\"wiki.home.example\"", "value=\"/books\"", "value=\"GET, POST\"", "value=\"/admin\""] {
            assert!(text.contains(held), "{held}: {text}");
        }
        let version = hidden(&form, "version");
        let to = send(&owner, "/settings/apps/1", "Books", "wiki.home.example", &[("path", "/books"), ("version", &version), ("tier", "friend")]).await.see_other();
        assert_eq!(to, "/settings/apps?done=saved&app=1");
        assert_eq!((names(&anna).await, names(&bea).await), (vec!["Books".to_owned()], vec!["Books".to_owned()]));
        // Wildcards have no tile; the order is by number, then by name.
        send(&owner, NEW, "All", "*.home.example", &[("everyone", "true")]).await.see_other();
        send(&owner, NEW, "zebra", "zebra.home.example", &[("everyone", "true"), ("order", "-1")]).await.see_other();
        send(&owner, NEW, "apple", "apple.home.example", &[("everyone", "true")]).await.see_other();
        assert_eq!(names(&bea).await, ["zebra", "apple", "Books"]);

        let to = owner.post_form("/settings/apps/1/delete", &[]).await.see_other();
        assert!(owner.page(&to).await.expect(200).text().contains("The app is gone."));
        // Pressed twice.
        owner.post_form("/settings/apps/1/delete", &[]).await.see_other();
        assert_eq!(names(&anna).await, ["zebra", "apple"]);
    }

    async fn mistakes_stand_at_their_fields_and_nothing_typed_is_lost(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let bad = [
            ("icon", "far too long"), ("path", "wiki"), ("order", "first"), ("everyone", "true"), ("tier", "home"), ("person", "4711"),
            ("rulePath", "api"), ("ruleAccess", "owner"), ("ruleMethods", "POST"),
        ];
        let page = send(&owner, NEW, " ", "https://a.example/<b>", &bad).await.expect(400);
        let text = page.text();
        for field in ["name", "icon", "host", "path", "order", "rules"] {
            assert!(text.contains(&format!("id=\"{field}-mistake\"")), "{field}: {text}");
        }
        assert!(text.contains("role=\"alert\"") && text.contains("fields need another value"), "{text}");
        assert!(text.contains("value=\"https://a.example/&lt;b&gt;\"") && text.contains("value=\"first\""), "{text}");
        assert!(ticked(&page, "everyone", "true") && ticked(&page, "tier", "home") && text.contains("value=\"api\""));
        assert!(app.state.apps.list().is_empty());
        // Methods without a path are no empty line, and not the whole app.
        let forgot = [("rulePath", ""), ("ruleMethods", "POST")];
        let text = send(&owner, NEW, "Wiki", "wiki.home.example", &forgot).await.expect(400).text();
        assert!(text.contains("id=\"rules-mistake\""), "{text}");
        send(&owner, NEW, "Wiki", "wiki.home.example", &[]).await.see_other();
        let text = send(&owner, NEW, "Two", "wiki.home.example", &[]).await.expect(400).text();
        assert!(text.contains("Wiki has this address already"), "{text}");
    }

    async fn of_two_at_once_the_second_is_told(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        send(&owner, NEW, "Wiki", "wiki.home.example", &[]).await.see_other();
        let url = "/settings/apps/1";
        let form = owner.page(url).await.expect(200);
        let bea = administrator(&app, "bea").await;
        let version = hidden(&form, "version");
        send(&bea, url, "Theirs", "wiki.home.example", &[("version", &version)]).await.see_other();
        let page = send(&owner, url, "Mine", "wiki.home.example", &[("version", &version)]).await.expect(409);
        let text = page.text();
        assert!(text.contains("id=\"settings-changed\"") && text.contains("value=\"Mine\"") && text.contains("Save anyway"), "{text}");
        assert!(text.contains(">Name</th><td>Theirs</td>") && !text.contains(">Host</th>"), "what differs, and nothing else: {text}");
        assert_eq!(app.state.apps.find(1).unwrap().name, "Theirs");
        send(&owner, url, "Mine", "wiki.home.example", &[("version", &hidden(&page, "version"))]).await.see_other();
        assert_eq!(app.state.apps.find(1).unwrap().name, "Mine");
        owner.post_form("/settings/apps/1/delete", &[]).await.see_other();
        assert_eq!(send(&bea, url, "Late", "wiki.home.example", &[]).await.status(), 404);
    }

    async fn where_there_are_many_people_they_are_searched_for(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for number in 0..32 {
            let body = json!({ "email": format!("person-{number:02}@home.test"), "username": format!("Person {number:02}") });
            owner.post_json("/api/v1/user", body).await.expect(201);
        }
        let form = owner.page(NEW).await.expect(200);
        assert!(form.text().contains("name=\"q\""));
        assert!(!form.text().contains("Person 31"), "not all of them");
        let last = owner.get("/api/v1/user?q=Person+31").await.json()["results"][0]["id"].to_string();
        let fields = [("person", "2"), ("q", "31"), ("do", "find")];
        let page = send(&owner, NEW, "Wiki", "wiki.home.example", &fields).await.expect(200);
        assert!(page.text().contains("Nothing is saved yet") && page.text().contains("value=\"Wiki\""));
        assert!(ticked(&page, "person", "2") && !ticked(&page, "person", &last), "ticks stay, and who was found is there");
        assert!(!page.text().contains("Person 07"));
        assert!(app.state.apps.list().is_empty());
        // Enter in that field means the same; the button that saves saves.
        let page = send(&owner, NEW, "Wiki", "wiki.home.example", &[("q", "nobody at all")]).await.expect(200);
        assert!(page.text().contains("Nobody of this name."));
        let fields = [("person", last.as_str()), ("q", "31"), ("do", "save")];
        send(&owner, NEW, "Wiki", "wiki.home.example", &fields).await.see_other();
        assert_eq!(app.state.apps.list()[0].who.people, [last.parse::<i64>().unwrap()]);
        let page = send(&owner, "/settings/apps/1", "Wiki", "wiki.home.example", &[("do", "more"), ("rulePath", "/a"), ("rulePath", "/b")]).await.expect(200);
        assert_eq!(page.text().matches("name=\"rulePath\"").count(), 4, "two more to fill in");
        assert!(app.state.apps.list()[0].rules.is_empty());
    }

    async fn which_app_answers_and_what_holds_for_all(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://door.home.example:8443").start().await;
        let owner = app.set_up().await.with("x-forwarded-proto", "https");
        send(&owner, NEW, "Wiki", "wiki.home.example", &[("everyone", "true"), ("rulePath", "/hook"), ("ruleMethods", "POST")]).await.see_other();
        let ask = async |query: &str| owner.page(&format!("{URL}?{query}")).await.expect(200).text();
        for (query, says) in [
            ("url=wiki.home.example&method=GET", "Who gets in: everyone in the household."),
            ("url=https%3A%2F%2Fwiki.home.example%2Fhook%2Fx&method=POST", "Everybody gets in, without signing in."),
            ("url=https%3A%2F%2Fwiki.home.example%2Fhook%2Fx&method=POST", "<code>POST /hook</code>"),
            ("url=nowhere.example", "<b>nowhere.example</b>: everybody is refused"),
            ("url=a+b", "That is no address."),
            ("url=%22%3E%3Cscript%3E", "value=\"&quot;&gt;&lt;script&gt;\""),
        ] {
            let page = ask(query).await;
            assert!(page.contains(says), "{query}: {page}");
        }
        assert_eq!(tiles(&owner).await[0].1, "https://wiki.home.example:8443/", "as people reach Latchkey");

        let save = async |domain: &str, parameter: &str| owner.post_form(URL, &[("cookieDomain", domain), ("gatewayTokenParameter", parameter)]).await;
        assert_eq!(save(" home.example ", "door").await.see_other(), "/settings/apps?saved=1");
        let page = owner.page("/settings/apps?saved=1").await.expect(200).text();
        assert!(page.contains("Saved.") && page.contains("value=\"home.example\"") && !page.contains("does not lie below"));
        save("elsewhere.example", "door").await.see_other();
        assert!(owner.page(URL).await.text().contains("People sign in at door.home.example, which does not lie below elsewhere.example."));
        let page = save("https://home.example", "a b").await.expect(400).text();
        assert!(page.contains("id=\"cookieDomain-mistake\"") && page.contains("id=\"gatewayTokenParameter-mistake\"") && page.contains("value=\"https://home.example\""), "{page}");
        assert_eq!(app.state.site.now().settings.cookie_domain, "elsewhere.example");
        // Latchkey's own address would ask who wants to sign in to sign in first.
        let page = send(&owner, NEW, "Self", "door.home.example", &[]).await.expect(400).text();
        assert!(page.contains("Latchkey's own address"), "{page}");
        send(&owner, NEW, "Beside", "door.home.example", &[("path", "/beside")]).await.see_other();
    }

    async fn the_test_of_the_proxy(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let page = owner.page("/settings/proxy").await.expect(200);
        assert!(page.text().contains("There is no app to test with yet."));
        send(&owner, NEW, "All", "*.home.example", &[]).await.see_other();
        send(&owner, NEW, "Wiki", "wiki.home.example", &[]).await.see_other();
        let page = owner.page("/settings/proxy").await.expect(200);
        has_form(&page, "/settings/proxy/test#test");
        assert!(page.text().contains("Wiki · wiki.home.example") && !page.text().contains("*.home.example"));
        let text = owner.post_form("/settings/proxy/test", &[("app", "2")]).await.expect(200).text();
        assert!(text.contains("finding-bad") && text.contains("LATCHKEY_PUBLIC_URL") && text.contains("One thing has to be changed."), "{text}");
        for wrong in ["", "4711", "x"] {
            assert_eq!(owner.post_form("/settings/proxy/test", &[("app", wrong)]).await.status(), 404);
        }
    }

    async fn the_lines_for_the_proxy(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://door.home.example").start().await;
        let owner = app.set_up().await;
        send(&owner, NEW, "All", "*.home.example", &[]).await.see_other();
        send(&owner, NEW, "Wiki <&>", "wiki.home.example", &[]).await.see_other();
        let page = owner.page("/settings/proxy").await.expect(200);
        assert!(page.text().contains("action=\"/settings/proxy#lines\""));
        assert!(page.text().contains("*.home.example") && !page.text().contains("<textarea"), "nothing is chosen yet");
        let shown = async |query: &str| owner.page(&format!("/settings/proxy?{query}")).await;
        let text = shown("proxy=nginx&app=2&upstream=http%3A%2F%2F192.168.1.5%3A8989").await.expect(200).text();
        assert!(text.contains("server_name wiki.home.example;") && text.contains("http://192.168.1.5:8989"), "{text}");
        let chosen = ["value=\"nginx\" selected", "value=\"2\" selected", "value=\"http://192.168.1.5:8989\""];
        assert!(chosen.iter().all(|part| text.contains(part)), "{text}");
        // What is wrong is said where it was typed, and stays there.
        for (query, status, said) in [
            ("proxy=nginx&app=2&upstream=here", 400, "http:// or https://"),
            ("proxy=apache&app=2", 400, "Latchkey writes configuration for"),
            ("proxy=nginx&app=9", 404, "no such app"),
            ("proxy=nginx", 404, "no such app"),
        ] {
            let text = shown(query).await.expect(status).text();
            assert!(text.contains(said) && text.contains("action=\"/settings/proxy#lines\""), "{query}: {text}");
        }
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        send(&owner, NEW, "Wiki", "wiki.home.example", &[]).await.see_other();
        let text = owner.page("/settings/proxy").await.expect(200).text();
        assert!(text.contains("Set LATCHKEY_PUBLIC_URL first"), "{text}");
    }

    async fn what_a_new_token_is_limited_to(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        send(&owner, NEW, "Wiki", "wiki.home.example", &[("everyone", "true")]).await.see_other();
        let page = owner.page("/profile").await.expect(200);
        assert!(!ticked(&page, "app", "1") && !ticked(&page, "readingOnly", "true"));
        let make = async |fields: &[(&str, &str)]| owner.post_form("/users/1/tokens", fields).await;
        make(&[("name", "Wall"), ("app", "1"), ("readingOnly", "true")]).await.see_other();
        make(&[("name", "Free")]).await.see_other();
        let text = owner.page("/profile").await.expect(200).text();
        assert!(text.contains("only Wiki · only looking"), "{text}");
        assert_eq!(text.matches(">Limited<").count(), 1);
        // What was ticked stays after a mistake; what is no app is refused.
        let page = make(&[("name", "Wall"), ("app", "1")]).await.expect(409);
        assert!(ticked(&page, "app", "1") && !ticked(&page, "readingOnly", "true"));
        for wrong in ["2", "x"] {
            let text = make(&[("name", "Bad"), ("app", wrong)]).await.expect(400).text();
            assert!(text.contains("There is no app of the number"), "{text}");
        }
        owner.post_form("/settings/apps/1/delete", &[]).await.see_other();
        assert!(owner.page("/profile").await.expect(200).text().contains("no app · only looking"));
    }
}
