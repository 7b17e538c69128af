//! Whatever changes what a member is called, by that they are found afterwards, in any case and without accents, and no
//! longer by what they were called before.

use axum::http::Method;
use plex_stub::World;
use serde_json::{Value, json};

use super::token_people::id_of;
use crate::{
    storage::sql::execute,
    support::{Actor, TestApp, on_both},
};

/// The numbers of those whom the owner finds.
async fn found(owner: &Actor, words: &str) -> Vec<i64> {
    let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let page = owner
        .get(&format!("/api/v1/user?take=100&q={query}"))
        .await
        .expect(200)
        .json();
    let results = page["results"].as_array().unwrap().iter();
    results.map(|user| user["id"].as_i64().unwrap()).collect()
}

/// Found by each of these, and nobody is by the others.
async fn is_found(owner: &Actor, id: i64, by: &[&str], no_longer: &[&str]) {
    for words in by {
        assert_eq!(found(owner, words).await, [id], "{words}");
        assert_eq!(found(owner, &words.to_uppercase()).await, [id], "{words} in capitals");
    }
    for words in no_longer {
        assert_eq!(found(owner, words).await, [] as [i64; 0], "{words}");
    }
}

/// Gives an account at Plex another name and e-mail.
fn rename(app: &TestApp, account: &str, name: &str) {
    app.plex.update(|world: &mut World| {
        let account = world.account_mut(account).unwrap();
        account.username = Some(name.into());
        account.title = name.into();
        account.friendly_name = String::new();
        account.email = Some(format!("{name}@Plex.test"));
    });
}

async fn change(actor: &Actor, method: Method, path: &str, body: Value) {
    actor.ask(method, path).json(&body).send().await.expect(200);
}

on_both! {
    async fn made_and_edited_here(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        is_found(&owner, 1, &["attic-owner"], &[]).await;
        let made = owner.post_json("/api/v1/user", json!({ "email": "Zoë@Home.test", "username": "Zoë Ångström" })).await;
        let id = made.expect(201).json()["id"].as_i64().unwrap();
        is_found(&owner, id, &["zoe angstrom", "Zoë Ång", "zoe@home"], &[]).await;

        let user = format!("/api/v1/user/{id}");
        change(&owner, Method::PUT, &user, json!({ "username": "Łukasz Straße" })).await;
        is_found(&owner, id, &["lukasz strasse", "łukasz", "zoe@home"], &["angstrom"]).await;
        let main = format!("{user}/settings/main");
        change(&owner, Method::POST, &main, json!({ "email": "Größe@Home.test" })).await;
        is_found(&owner, id, &["grosse@home", "lukasz"], &["zoe"]).await;
        change(&owner, Method::POST, &main, json!({ "username": null })).await;
        is_found(&owner, id, &["grosse@home"], &["lukasz"]).await;
        // Without a name the e-mail is what others see.
        let names = owner.get("/api/v1/user?sort=displayname").await.expect(200).json();
        assert_eq!(names["results"][0]["id"], id, "she stands among the Gs, before the owner");
    }

    async fn the_owner_made_without_plex(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.anon();
        let body = json!({
            "setupCode": app.setup_code().await, "email": "Rübe@home.test", "password": "brass key, blue door", "username": "Rübezahl",
        });
        owner.post_json("/api/v1/setup/owner", body).await.expect(201);
        owner.post("/api/v1/settings/initialize").await.expect(200);
        is_found(&owner, 1, &["rubezahl", "rube@home"], &[]).await;
    }

    async fn signed_in_with_plex_again(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        rename(&app, "anna", "Élodie");
        let anna = app.member("anna").await;
        let id = id_of(&anna).await;
        is_found(&owner, id, &["elodie", "elodie@plex"], &[]).await;
        rename(&app, "anna", "Ñandú");
        app.member("anna").await;
        is_found(&owner, id, &["nandu", "nandu@plex"], &["elodie"]).await;
        rename(&app, "attic-owner", "Øystein");
        app.sign_in(&app.anon(), "attic-owner").await;
        is_found(&owner, 1, &["oystein"], &["attic-owner"]).await;
    }

    async fn told_by_the_membership_check(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let id = id_of(&app.member("anna").await).await;
        rename(&app, "anna", "Çağla");
        owner.post("/api/v1/settings/plex/check").await.expect(200);
        is_found(&owner, id, &["cagla", "cagla@plex"], &["anna.k", "anna@example"]).await;
    }

    async fn imported_from_plex(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        rename(&app, "marlow", "Märlöw");
        let waiting = owner.get("/api/v1/settings/plex/users").await.expect(200).json();
        let marlow = waiting.as_array().unwrap().iter().find(|user| user["username"] == "Märlöw").unwrap();
        let imported = owner.post_json("/api/v1/user/import-from-plex", json!({ "plexIds": [marlow["id"]] })).await;
        let id = imported.expect(201).json()[0]["id"].as_i64().unwrap();
        is_found(&owner, id, &["marlow", "marlow@plex"], &[]).await;
    }

    async fn linked_and_unlinked(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let password = "brass key, blue door";
        let made = json!({ "email": "bo@home.test", "password": password });
        let id = owner.post_json("/api/v1/user", made).await.expect(201).json()["id"].as_i64().unwrap();
        let bo = app.anon();
        bo.post_json("/api/v1/auth/local", json!({ "email": "bo@home.test", "password": password })).await.expect(200);
        rename(&app, "anna", "Bôdil");
        let (pin_id, code) = app.pin();
        app.plex.approve(&code, "anna").unwrap();
        let linked = format!("/api/v1/user/{id}/settings/linked-accounts/plex");
        bo.post_json(&linked, json!({ "pinId": pin_id, "code": code })).await.expect(204);
        is_found(&owner, id, &["bodil", "bo@home"], &[]).await;
        bo.ask(Method::DELETE, &linked).send().await.expect(204);
        is_found(&owner, id, &["bo@home"], &["bodil"]).await;
    }

    async fn from_a_release_that_knew_no_keys(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        execute(&app.db, "UPDATE users SET name_key = '', search_key = ''").await;
        is_found(&owner, 1, &[], &["attic-owner"]).await;
        let _restarted = app.second_instance().await;
        is_found(&owner, 1, &["attic-owner"], &[]).await;
    }
}
