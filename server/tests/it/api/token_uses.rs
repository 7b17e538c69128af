//! When and from where login tokens were used, and what the activity list says of them.

use axum::http::Method;
use latchkey::{
    domain::clock::rfc3339,
    storage::{self, activity::Line},
};
use serde_json::{Value, json};

use super::token_people::{
    ME, household, lines, make, make_value, members_may, program, signed_in_by, text, token_url, tokens_url,
    wrong_token,
};
use crate::support::{Actor, DAY, HOUR, MINUTE, START, TestApp, on_both};

const HOME: &str = "192.0.2.10";

/// When and from where the tokens of a member were last used, by name, as the list shows it once it is written.
async fn last_used(app: &TestApp, owner: &Actor, id: i64) -> Vec<(Value, Value)> {
    app.state.login_tokens.flush().await.unwrap();
    let list = owner.get(&tokens_url(id)).await.expect(200).json();
    let one = |token: &Value| (token["lastUsedAt"].clone(), token["lastUsedFrom"].clone());
    list.as_array().unwrap().iter().map(one).collect()
}

fn used(at: i64, from: &str) -> (Value, Value) {
    (json!(rfc3339(at)), json!(from))
}

fn never() -> (Value, Value) {
    (json!(null), json!(null))
}

/// The lines of one kind: about whom, by whom, the device, the address.
fn of_kind<'a>(lines: &'a [Line], kind: &str) -> Vec<(Option<i64>, Option<i64>, &'a str, &'a str)> {
    lines
        .iter()
        .filter(|line| line.kind == kind)
        .map(|line| {
            (
                line.user_id,
                line.actor_id,
                line.subject.as_str(),
                line.address.as_str(),
            )
        })
        .collect()
}

on_both! {
    async fn it_is_written_once_a_minute_and_not_while_somebody_waits(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "script").await;
        assert_eq!(last_used(&app, &owner, id).await, [never()]);
        program(&app, &token).get(ME).await.expect(200);
        let list = owner.get(&tokens_url(id)).await.json();
        assert_eq!(list[0]["lastUsedAt"], json!(null), "the request wrote nothing");
        assert_eq!(last_used(&app, &owner, id).await, [used(START, HOME)]);
        // Within the minute: neither time nor address, wherever from and however often.
        for advance in [1, 30, 28] {
            app.clock.advance(advance);
            program(&app, &token).get(ME).await.expect(200);
            program(&app, &token).from("198.51.100.7").get(ME).await.expect(200);
            assert_eq!(last_used(&app, &owner, id).await, [used(START, HOME)]);
        }
        app.clock.advance(1);
        program(&app, &token).from("::ffff:198.51.100.8").get(ME).await.expect(200);
        assert_eq!(last_used(&app, &owner, id).await, [used(START + MINUTE, "198.51.100.8")]);
        // The one that was used from two places is seen again from both after a minute.
        app.clock.advance(MINUTE);
        program(&app, &token).from("2001:db8::7").get(ME).await.expect(200);
        assert_eq!(last_used(&app, &owner, id).await, [used(START + 2 * MINUTE, "2001:db8::7")]);
        assert_eq!(owner.get(&token_url(id)).await.json(), json!({ "exists": false }), "that one is another");
    }

    async fn every_way_of_bringing_it_is_a_use(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let mut values = Vec::new();
        for name in ["a by header", "b by bearer", "c by body", "d by link", "e never"] {
            values.push(make_value(&owner, id, name).await);
        }
        program(&app, &values[0]).get(ME).await.expect(200);
        app.anon().with("authorization", &format!("Bearer {}", values[1])).get(ME).await.expect(200);
        signed_in_by(&app, &values[2]).await;
        app.anon().page(&format!("/profile?token={}", values[3])).await.expect(307);
        let now = used(START, HOME);
        assert_eq!(last_used(&app, &owner, id).await, [now.clone(), now.clone(), now.clone(), now, never()]);
    }

    async fn what_was_refused_was_no_use(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = text(&make(&owner, id, json!({ "name": "a day", "expiresInDays": 1 })).await["token"]);
        app.clock.advance(DAY);
        program(&app, &token).get(ME).await.problem(403);
        app.clock.advance(-DAY);
        storage::user::set_disabled(&app.db, id, Some(START), START).await.unwrap();
        program(&app, &token).get(ME).await.problem(403);
        assert_eq!(last_used(&app, &owner, id).await, [never()]);
        assert_eq!(of_kind(&lines(&app).await, "token-new-address"), []);
    }

    async fn two_instances_write_one_use(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        let token = make_value(&owner, id, "script").await;
        program(&app, &token).get(ME).await.expect(200);
        app.clock.advance(20);
        program(&second, &token).from("192.0.2.99").get(ME).await.expect(200);
        program(&second, &token).get(ME).await.expect(200);
        let (here, there) = tokio::join!(app.state.login_tokens.flush(), second.state.login_tokens.flush());
        here.unwrap();
        there.unwrap();
        let [(at, _)] = &last_used(&app, &owner, id).await[..] else { panic!("one token") };
        assert!([json!(rfc3339(START)), json!(rfc3339(START + 20))].contains(at), "{at}");
        let lines = lines(&second).await;
        let mut from: Vec<_> = of_kind(&lines, "token-new-address").into_iter().map(|line| line.3).collect();
        from.sort_unstable();
        assert_eq!(from, ["192.0.2.10", "192.0.2.99"], "each address once");
    }

    async fn a_token_that_is_gone_before_it_is_written_is_passed_over(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let gone = make(&owner, id, json!({ "name": "gone" })).await;
        let there = make_value(&owner, id, "there").await;
        program(&app, &text(&gone["token"])).get(ME).await.expect(200);
        program(&app, &there).get(ME).await.expect(200);
        owner.ask(Method::DELETE, &format!("{}/{}", tokens_url(id), gone["id"])).send().await.expect(204);
        assert_eq!(last_used(&app, &owner, id).await, [used(START, HOME)]);
        assert_eq!(of_kind(&lines(&app).await, "token-new-address"), [(Some(id), Some(id), "there", HOME)]);
    }

    /// The list would say of a link that nobody has opened yet that it was used.
    async fn the_last_use_of_the_old_value_is_none_of_the_new_one(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        for apart in [1, 0] {
            let old = text(&owner.post(&token_url(id)).await.expect(200).json()["token"]);
            program(&app, &old).get(ME).await.expect(200);
            app.clock.advance(apart);
            owner.post(&token_url(id)).await.expect(200);
            assert_eq!(last_used(&app, &owner, id).await, [never()], "{apart} s apart");
            app.clock.advance(DAY);
        }
    }

    /// A person regenerates the token because the device lost it, and opens the new link at once.
    async fn the_first_use_of_a_new_value_is_written_at_once(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        for (round, regenerating) in [(1, &app), (2, &second)] {
            let old = text(&owner.post(&token_url(id)).await.expect(200).json()["token"]);
            program(&app, &old).get(ME).await.expect(200);
            let began = START + (round - 1) * DAY;
            assert_eq!(last_used(&app, &owner, id).await, [used(began, HOME)]);
            app.clock.advance(10);
            let new = text(&owner.at(regenerating).post(&token_url(id)).await.expect(200).json()["token"]);
            assert_eq!(last_used(&app, &owner, id).await, [never()]);
            app.clock.advance(10);
            signed_in_by(&app, &new).await;
            assert_eq!(last_used(&app, &owner, id).await, [used(began + 20, HOME)]);
            // Another device may have it now: each address is new again.
            let lines = lines(&app).await;
            assert_eq!(i64::try_from(of_kind(&lines, "token-new-address").len()).unwrap(), 2 * round);
            app.clock.advance(DAY - 20);
        }
    }

    async fn a_new_network_is_told_once(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        let other = make_value(&owner, id, "Hall").await;
        let from = async |address: &str, token: &str| {
            app.clock.advance(MINUTE);
            program(&app, token).from(address).get(ME).await.expect(200);
            let lines = lines(&app).await;
            let told = of_kind(&lines, "token-new-address");
            (told.len(), told.last().map(|line| (line.2.to_owned(), line.3.to_owned())))
        };
        let told = |count: usize, name: &str, address: &str| (count, Some((name.to_owned(), address.to_owned())));
        assert_eq!(from(HOME, &token).await, told(1, "Kitchen", HOME));
        assert_eq!(from(HOME, &token).await.0, 1);
        assert_eq!(from("2001:db8:1:2::1", &token).await, told(2, "Kitchen", "2001:db8:1:2::1"));
        // The household's other addresses, as phones change them every day.
        for neighbour in ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2:1:2:3:4", "::ffff:192.0.2.10"] {
            assert_eq!(from(neighbour, &token).await.0, 2, "{neighbour}");
        }
        assert_eq!(from("2001:db8:1:3::1", &token).await, told(3, "Kitchen", "2001:db8:1:3::1"));
        assert_eq!(from("192.0.2.11", &token).await.0, 4);
        assert_eq!(from(HOME, &other).await, told(5, "Hall", HOME));
        app.clock.advance(100 * DAY);
        assert_eq!(from(HOME, &token).await.0, 5, "it is remembered");
        let all = lines(&app).await;
        for line in of_kind(&all, "token-new-address") {
            assert_eq!((line.0, line.1), (Some(id), Some(id)), "whoever carries it is its member");
        }
    }

    async fn made_regenerated_and_revoked_are_told_with_who_did_it_to_whom(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        members_may(&app, true).await;
        let phone = anna.at(&app).from("2001:db8::7");
        make(&owner, id, json!({ "name": "Küche 🔑" })).await;
        app.clock.advance(1);
        phone.post(&token_url(id)).await.expect(200);
        app.clock.advance(1);
        phone.post(&token_url(id)).await.expect(200);
        owner.post_json(&token_url(id), json!({ "name": "Küche 🔑" })).await.expect(200);
        app.clock.advance(1);
        phone.ask(Method::DELETE, &token_url(id)).send().await.expect(204);
        let left = owner.get(&tokens_url(id)).await.json()[0]["id"].clone();
        owner.ask(Method::DELETE, &format!("{}/{left}", tokens_url(id))).send().await.expect(204);
        let line = |at: i64, kind: &str, actor_id: i64, subject: &str, address: &str| Line {
            at: START + at,
            kind: kind.into(),
            user_id: Some(id),
            actor_id: Some(actor_id),
            subject: subject.into(),
            address: address.into(),
            reason: String::new(),
            plex_id: None,
            ..Line::default()
        };
        assert_eq!(lines(&app).await, [
            line(0, "token-made", 1, "Küche 🔑", HOME),
            line(1, "token-made", id, "default", "2001:db8::7"),
            line(2, "token-regenerated", id, "default", "2001:db8::7"),
            line(2, "token-regenerated", 1, "Küche 🔑", HOME),
            line(3, "token-revoked", id, "default", "2001:db8::7"),
            line(3, "token-revoked", 1, "Küche 🔑", HOME),
        ]);
    }

    async fn what_did_not_happen_is_not_told(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        let before = lines(&app).await.len();
        for actor in [&anna, &program(&app, &token), &app.anon()] {
            assert!(actor.post(&token_url(id)).await.status() >= 400);
            assert!(actor.ask(Method::DELETE, &token_url(id)).send().await.status() >= 400);
        }
        owner.post_json(&tokens_url(id), json!({ "name": "Kitchen" })).await.problem(409);
        owner.post_json(&tokens_url(id), json!({ "name": "" })).await.problem(400);
        owner.ask(Method::DELETE, &token_url(id)).send().await.problem(404);
        owner.get(&tokens_url(id)).await.expect(200);
        let after = lines(&app).await;
        assert_eq!(after.len(), before + 1, "{after:?}");
        assert_eq!(of_kind(&after, "token-new-address").len(), 1, "only that the program's token was used");
    }

    async fn a_refused_token_is_told_with_its_device_where_that_is_known(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let expired = text(&make(&owner, id, json!({ "name": "old tablet", "expiresInDays": 1 })).await["token"]);
        app.clock.advance(DAY);
        app.anon().post_json("/api/v1/auth/token", json!({ "token": expired })).await.problem(403);
        program(&app, &wrong_token(1)).from("2001:db8::7").get(ME).await.problem(403);
        program(&app, "x").from("2001:db8::7").get(ME).await.problem(403);
        // What is refused from one place is one line that counts.
        let mut refused = lines(&app).await;
        refused.sort_by_key(|line| line.times);
        let told = [(Some(id), None, "old tablet", HOME), (None, None, "", "2001:db8::7")];
        assert_eq!(of_kind(&refused, "token-refused"), told);
        assert_eq!(refused.last().unwrap().times, 2);
        // A tablet that retries for ever does not fill the list: once an hour, while it counts once a minute.
        for (advance, more) in [(0, 0), (59, 0), (1, 0), (HOUR - 2 * MINUTE, 0), (MINUTE, 1), (MINUTE, 1)] {
            app.clock.advance(advance);
            program(&app, &expired).get(ME).await.problem(403);
            assert_eq!(of_kind(&lines(&app).await, "token-refused").len(), 2 + more, "{advance}");
        }
    }

    async fn no_line_holds_a_token_or_a_piece_of_one(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let mut values = vec!["deadbeef-cafe-4bad-8bad-f00dfeedface".to_owned()];
        for name in ["default", "Kitchen", "default", "Hall"] {
            values.push(text(&owner.post_json(&token_url(id), json!({ "name": name })).await.expect(200).json()["token"]));
        }
        for value in &values {
            for sent in [value.as_str(), &value.to_uppercase(), &value[..35], &format!("{value} {value}")] {
                program(&app, sent).get(ME).await;
                app.anon().post_json("/api/v1/auth/token", json!({ "token": sent })).await;
                app.anon().page(&format!("/profile?token={}", sent.replace(' ', "+"))).await;
            }
        }
        owner.ask(Method::DELETE, &token_url(id)).send().await.expect(204);
        let lines = lines(&app).await;
        for kind in ["token-made", "token-regenerated", "token-revoked", "token-new-address", "token-refused"] {
            assert!(!of_kind(&lines, kind).is_empty(), "{kind} is not among them: {lines:?}");
        }
        let all = format!("{lines:?}").to_lowercase();
        for value in &values {
            let bare = value.replace('-', "");
            for text in [value, &bare] {
                for start in 0..=text.len() - 8 {
                    let piece = &text[start..start + 8];
                    assert!(!all.contains(piece), "{piece} of {value}");
                }
            }
        }
    }

    async fn lines_of_half_a_year_are_kept(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        make_value(&owner, id, "Kitchen").await;
        assert_eq!(lines(&app).await.len(), 1);
        app.clock.advance(180 * DAY);
        app.state.activity.clean().await.unwrap();
        assert_eq!(app.happened(10).await.len(), 1);
        app.clock.advance(1);
        app.state.activity.clean().await.unwrap();
        assert_eq!(app.happened(10).await.len(), 0);
    }
}
