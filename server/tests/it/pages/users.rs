//! `/users` and `/users/:id`: everybody, for those who look after others.

use std::collections::BTreeSet;

use super::household::{administrator, between, count, disable, execute, make, manager, members_may, number, permit};
use crate::support::{Actor, Answer, Engine, TestApp, on_both};

/// The people on this part of the list: where each leads, and the name.
fn people(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    let list = between(&text, "<ul class=\"people\">", "</ul>");
    let rows = list.split("<li>").skip(1);
    rows.map(|row| {
        let link = between(row, "<a ", "</a>");
        let (address, name) = (between(link, "href=\"", "\""), link.split_once('>').unwrap().1);
        (address.to_owned(), name.to_owned())
    })
    .collect()
}

fn names(page: &Answer) -> Vec<String> {
    people(page).into_iter().map(|(_, name)| name).collect()
}

/// One person's row.
#[track_caller]
fn row(page: &Answer, name: &str) -> String {
    let text = page.text();
    let list = between(&text, "<ul class=\"people\">", "</ul>");
    let row = list.split("<li>").find(|row| row.contains(&format!(">{name}</a>")));
    row.unwrap_or_else(|| panic!("{name} is not in {list}")).to_owned()
}

async fn crowd(app: &TestApp, number: i64) {
    for number in 1..=number {
        execute(
            app,
            format!("INSERT INTO users (username, tier, permissions, created_at, updated_at) VALUES ('Person {number:03}', 'local', 0, 0, 0)"),
        )
        .await;
    }
}

on_both! {
    async fn pictures_come_from_here(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let id = number(&app.member("anna").await).await;
        let picture = format!("/avatars/{id}?v=");
        for page in ["/users", &format!("/users/{id}")] {
            let text = owner.page(page).await.expect(200).text();
            let (_, rest) = text.split_once(&picture).unwrap_or_else(|| panic!("no picture on {page}: {text}"));
            let version = rest.split('"').next().unwrap();
            owner.get(&format!("{picture}{version}")).await.expect(200);
            assert!(text.contains("class=\"initials\""), "initials stand below");
        }
        // Who has none has initials only.
        let made = serde_json::json!({ "email": "zoe@home.test", "username": "Zoe", "password": "seven green umbrellas" });
        let zoe = owner.post_json("/api/v1/user", made).await.expect(201).json()["id"].as_i64().unwrap();
        let text = owner.page(&format!("/users/{zoe}")).await.expect(200).text();
        assert!(!text.contains(&format!("/avatars/{zoe}")) && text.contains("<span class=\"initials\">Z</span>"), "{text}");
    }

    async fn who_may_see_everybody(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow, bea) = (app.member("anna").await, manager(&app, "marlow").await, administrator(&app, "bea").await);
        let (id, stranger) = (number(&anna).await, app.anon());
        for (path, back) in [
            ("/users".to_owned(), "%2Fusers".to_owned()), (format!("/users/{id}"), format!("%2Fusers%2F{id}")),
            ("/users?page=2".to_owned(), "%2Fusers".to_owned()), ("/users/9999".to_owned(), "%2Fusers%2F9999".to_owned()),
            ("/users/nobody".to_owned(), "%2Fusers".to_owned()),
        ] {
            assert_eq!(stranger.page(&path).await.see_other(), format!("/login?returnTo={back}"));
            let page = anna.page(&path).await.expect(403);
            assert!(page.text().contains("Only those who look after others") && page.text().contains("Anna Kowalska"), "{}", page.text());
            assert!(page.header("content-type").starts_with("text/html"));
            // Nobody learns who exists.
            assert!(!page.text().contains("Robin") && !page.text().contains("marlow"), "{path}");
        }
        // One's own page is no exception, and the setting changes nothing about it.
        members_may(&app, true).await;
        anna.page(&format!("/users/{id}")).await.expect(403);
        anna.get("/users").await.problem(403);
        for (who, viewer) in [("the owner", &owner), ("a manager", &marlow), ("an administrator", &bea)] {
            let page = viewer.page("/users").await.expect(200);
            assert_eq!(names(&page), ["Anna Kowalska", "bea", "marlow", "Robin"], "{who}");
            assert!(viewer.page(&format!("/users/{id}")).await.expect(200).text().contains("anna@example.test"), "{who}");
            assert!(viewer.page("/").await.expect(200).text().contains("href=\"/users\""), "{who}");
        }
        assert!(!anna.page("/").await.expect(200).text().contains("href=\"/users\""));
        // Who is no manager any more sees nothing at the next request.
        permit(&app, number(&marlow).await, 32).await;
        marlow.page("/users").await.expect(403);
    }

    async fn the_list_says_who_is_who(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow) = (number(&app.member("anna").await).await, number(&app.member("marlow").await).await);
        make(&owner, anna, "One").await;
        for name in ["One", "Two", "Three"] {
            make(&owner, marlow, name).await;
        }
        execute(&app, "INSERT INTO users (username, email, email_key, tier, permissions, created_at, updated_at) VALUES ('<b>Zed</b>', 'zed@home.test', 'zed@home.test', 'local', 0, 0, 0)".to_owned()).await;
        disable(&app, marlow).await;
        let page = owner.page("/users").await.expect(200);
        let anna_row = row(&page, "Anna Kowalska");
        assert!(anna_row.contains(&format!("href=\"/users/{anna}\"")) && anna_row.contains("anna.k") && anna_row.contains("1 token<"), "{anna_row}");
        assert!(anna_row.contains("Friend") && !anna_row.contains("Switched off"), "{anna_row}");
        let marlow_row = row(&page, "marlow");
        assert!(marlow_row.contains("3 tokens") && marlow_row.contains("Plex Home") && marlow_row.contains("Switched off"), "{marlow_row}");
        let robin = row(&page, "Robin");
        assert!(robin.contains("Owner") && !robin.contains("token"), "{robin}");
        let zed = row(&page, "&lt;b&gt;Zed&lt;/b&gt;");
        assert!(zed.contains("zed@home.test") && zed.contains("Local account"), "{zed}");
        assert!(!page.text().contains("<b>Zed"));
        // Few people stand on one page.
        assert!(!page.text().contains("rel=\"next\"") && !page.text().contains("Page 1 of"));
    }

    async fn fifty_people_a_page(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        crowd(&app, 107).await;
        let first = owner.page("/users").await.expect(200);
        assert_eq!(people(&first).len(), 50);
        assert!(first.text().contains("Page 1 of 3") && first.text().contains("href=\"/users?page=2\""), "{}", first.text());
        assert!(first.text().contains("rel=\"next\"") && !first.text().contains("rel=\"prev\""));
        let second = owner.page("/users?page=2").await.expect(200);
        assert!(second.text().contains("Page 2 of 3") && second.text().contains("rel=\"next\"") && second.text().contains("rel=\"prev\""));
        let third = owner.page("/users?page=3").await.expect(200);
        assert!(third.text().contains("Page 3 of 3") && !third.text().contains("rel=\"next\"") && third.text().contains("rel=\"prev\""));
        let mut all: Vec<_> = [&first, &second, &third].into_iter().flat_map(people).collect();
        assert_eq!(all.len(), 108);
        let mut in_order: Vec<_> = (1..=107).map(|number| format!("Person {number:03}")).collect();
        in_order.push("Robin".to_owned());
        assert_eq!(all.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>(), in_order, "by name, each once");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 108);
        for (wanted, like) in [
            ("", &first), ("0", &first), ("1", &first), ("-1", &first), ("x", &first), ("%00", &first), ("2.5", &first),
            ("99999999999999999999", &first), ("4", &third), ("4294967295", &third), ("%2B2", &second), ("%ff", &first),
        ] {
            let page = owner.page(&format!("/users?page={wanted}")).await.expect(200);
            assert_eq!(names(&page), names(like), "{wanted:?}");
        }
        // Exactly full pages have no empty one behind them.
        execute(&app, "DELETE FROM users WHERE username > 'Person 099'".to_owned()).await;
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 100);
        let last = owner.page("/users?page=9").await.expect(200);
        assert!(last.text().contains("Page 2 of 2") && people(&last).len() == 50, "{}", last.text());
    }

    async fn somebodys_page(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow) = (number(&app.member("anna").await).await, manager(&app, "marlow").await);
        let page = owner.page(&format!("/users/{anna}")).await.expect(200).text();
        for said in ["Anna Kowalska", "anna@example.test", "anna.k", "Friend", "2026-09-14T18:00:00Z", "href=\"/users\""] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains("Switched off"));
        disable(&app, anna).await;
        assert!(owner.page(&format!("/users/{anna}")).await.expect(200).text().contains("Switched off"));
        // The owner's, seen by somebody who only looks after others: everything but the tokens.
        make(&owner, 1, "Of the owner's").await;
        let page = marlow.page("/users/1").await.expect(200).text();
        assert!(page.contains("Robin") && page.contains("Only the owner can see"), "{page}");
        assert!(!page.contains("Of the owner"), "{page}");
        // A managed profile has neither e-mail nor name at Plex.
        app.state.site.update(|settings| settings.household_children = true).await.unwrap();
        let kid = number(&app.member("kid").await).await;
        assert!(owner.page(&format!("/users/{kid}")).await.expect(200).text().contains("Kim"));
    }

    async fn nobodys_page(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for id in ["9999", "0", "-1", "nobody", "1.0", "99999999999999999999", "1x", "%31%00", "1%2f", "%20", "e%CC%81"] {
            let page = owner.page(&format!("/users/{id}")).await.expect(404);
            assert!(page.header("content-type").starts_with("text/html") && page.text().contains("404"), "{id}: {}", page.text());
            owner.get(&format!("/users/{id}")).await.problem(404);
        }
        owner.page("/users/").await.expect(404);
        owner.page("/users/1/").await.expect(404);
        owner.page("/users/1/nothing").await.expect(404);
    }
}

/// What a browser sends that no page of ours linked to: an error is a page, and never the framework's own words.
async fn answers_as_a_page(actor: &Actor, path: &str) -> Option<String> {
    let page = actor.page(path).await;
    let is_page = page.header("content-type").starts_with("text/html") || page.status.is_redirection();
    (!is_page || page.text().contains("deserialize")).then(|| {
        format!(
            "{path}: {} {} {:?}",
            page.status(),
            page.header("content-type"),
            page.text()
        )
    })
}

#[tokio::test]
async fn odd_addresses_are_answered_with_pages() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let mut wrong = BTreeSet::new();
    for path in [
        "/users?page=1&page=2",
        "/users?page",
        "/users?page[]=1",
        "/users?=&&",
        "/users/%ff",
        "/users/1?page=1&page=2",
        "/users/%ff/tokens",
        "/users/1/tokens/%ff/revoke",
        "/settings?saved=1&saved=2",
        "/pair?returnTo=/a&returnTo=/b",
        "/pair/approve?code=BBBB-BBBB&code=CCCC-CCCC",
        "/login?returnTo=/a&returnTo=/b",
        "/login?reason=link&reason=expired",
        "/login?confirm=1&confirm=1",
    ] {
        for actor in [&owner, &app.anon()] {
            wrong.extend(answers_as_a_page(actor, path).await);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
