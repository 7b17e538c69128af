//! The owner's lists, Plex Home, v1 faces and pictures.

use crate::Plex;
use plex_stub::ATTIC;

#[tokio::test]
async fn the_owners_users_are_everyone_but_the_owner() {
    let plex = Plex::start().await;
    let users = plex.xml_as("attic-owner", "/api/users/").await.body;
    assert_eq!(users.matches("<User ").count(), 6);
    assert!(!users.contains("attic-owner"));
    assert_eq!(users.matches(r#"pending="1""#).count(), 1);
    assert_eq!(users.matches("<Server ").count(), 5, "none for a share taken away");
    assert!(users.contains(r#"id="48210555""#) && users.contains(r#"username="""#));
}

#[tokio::test]
async fn shared_servers_know_pending_by_a_missing_date() {
    let plex = Plex::start().await;
    let path = format!("/api/servers/{ATTIC}/shared_servers");
    let shared = plex.xml_as("attic-owner", &path).await.body;
    assert_eq!(
        (
            shared.matches("<SharedServer ").count(),
            shared.matches("acceptedAt=").count()
        ),
        (5, 4)
    );
    assert_eq!(plex.xml_as("anna", &path).await.status, 404);
    let invites = plex.xml_as("attic-owner", "/api/invites/requested").await.body;
    assert!(invites.matches("<Invite ").count() == 1 && invites.contains("paul@example.test"));
    let accepted = plex
        .get_as("attic-owner", "/api/v2/shared_servers/owned/accepted")
        .await
        .json();
    assert_eq!(accepted.as_array().unwrap().len(), 4);
    let pending = plex
        .get_as("attic-owner", "/api/v2/shared_servers/owned/pending")
        .await
        .json();
    assert_eq!(pending[0]["invitedEmail"], "paul@example.test");
}

#[tokio::test]
async fn friendship_is_not_access() {
    let plex = Plex::start().await;
    let friends = plex.get_as("rita", "/api/v2/friends").await.json();
    assert_eq!(
        (&friends[0]["title"], &friends[0]["sharedServers"]),
        (&"attic-owner".into(), &serde_json::json!([]))
    );
    assert_eq!(
        plex.get_as("rita", "/api/v2/resources").await.json(),
        serde_json::json!([])
    );
}

#[tokio::test]
async fn home_profiles_and_the_switch() {
    let plex = Plex::start().await;
    let home = plex.get_as("marlow", "/api/v2/home/users").await.json();
    assert_eq!(home["users"].as_array().unwrap().len(), 3);
    assert!(home["users"][2]["email"].is_null());
    assert_eq!(home["users"][2]["restrictionProfile"], "little_kid");
    assert!(
        plex.xml_as("kid", "/api/home/users")
            .await
            .body
            .contains("<MediaContainer size=\"3\"><User ")
    );

    let kid = plex
        .json_post_as("marlow", "/api/v2/home/users/0be27d51c6a94f13/switch")
        .await
        .json();
    assert_eq!(kid["restricted"], true);
    assert!(plex.0.is_live(kid["authToken"].as_str().unwrap()));
    let marlow = "/api/v2/home/users/9f3b61c07ad2e458/switch";
    assert_eq!(plex.json_post_as("kid", marlow).await.error(), (403, 1041));
    assert_eq!(
        plex.json_post_as("kid", &format!("{marlow}?pin=1234")).await.status,
        201
    );
    assert_eq!(plex.json_post_as("anna", marlow).await.status, 404);
}

#[tokio::test]
async fn faces_of_resources() {
    let plex = Plex::start().await;
    let all = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1";
    assert_eq!(
        plex.get_as("anna", all).await.json()[0]["connections"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let v2 = plex.xml_as("anna", all).await.body;
    assert!(
        v2.contains("<resources><resource ") && v2.contains("<connections><connection "),
        "{v2}"
    );
    assert!(
        v2.contains(r#"owned="0""#) && v2.contains(r#"createdAt="2021-10-26T18:25:16Z""#),
        "{v2}"
    );
    let v1 = plex.xml_as("marlow", "/api/resources?includeHttps=1").await.body;
    assert!(
        v1.contains("<MediaContainer size=\"1\"><Device ") && v1.contains("<Connection "),
        "{v1}"
    );
    assert!(
        v1.contains(r#"createdAt="1635272716""#) && !v1.contains("ownerId"),
        "{v1}"
    );
    plex.0
        .switch(|s| (s.owner_id_when_owned, s.owner_id_when_shared) = (true, false));
    assert_eq!(
        plex.get_as("attic-owner", all).await.json()[0]["ownerId"],
        plex_stub::ATTIC_OWNER_ID
    );
    assert!(plex.get_as("anna", all).await.json()[0]["ownerId"].is_null());
}

#[tokio::test]
async fn legacy_account_in_both_faces() {
    let plex = Plex::start().await;
    let user = &plex.xml_as("anna", "/users/account.json").await.json()["user"];
    assert_eq!((&user["id"], &user["title"]), (&52_990_041.into(), &"anna.k".into()));
    let xml = plex.xml_as("anna", "/users/account").await.body;
    assert!(
        xml.contains("<email>anna@example.test</email></user>") && xml.contains("authenticationToken="),
        "{xml}"
    );
    assert_eq!(plex.raw("GET", "/users/account", &[], "").await.status, 401);
}

#[tokio::test]
async fn avatars_redirect_to_a_picture() {
    let plex = Plex::start().await;
    let thumb = plex.get_as("anna", "/api/v2/user").await.json()["thumb"]
        .as_str()
        .unwrap()
        .to_owned();
    let first = plex
        .raw("GET", thumb.strip_prefix(&plex.0.url()).unwrap(), &[], "")
        .await;
    assert_eq!(first.status, 302);
    let place = first.header("location").unwrap().strip_prefix(&plex.0.url()).unwrap();
    let picture = plex.raw("GET", place, &[], "").await;
    assert_eq!(
        (picture.status, picture.header("content-type")),
        (200, Some("image/gif"))
    );
    assert_eq!(plex.raw("GET", "/users/ffff/avatar", &[], "").await.status, 404);
}
