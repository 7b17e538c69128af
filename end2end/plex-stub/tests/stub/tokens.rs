//! A token's life, where it may travel, and what the log says about it.

use crate::{OURS, Plex};
use plex_stub::TokenVia;

const JSON: &str = "application/json";

#[tokio::test]
async fn a_new_sign_in_kills_the_older_token_of_the_same_install() {
    let plex = Plex::start().await;
    let other_app = plex.0.issue_token("anna", "another-app");
    let first = plex.0.issue_token("anna", OURS);
    let second = plex.0.issue_token("anna", OURS);
    assert_eq!(
        plex.with_token("GET", "/api/v2/user", &first, JSON).await.error(),
        (401, 1001)
    );
    assert_eq!(
        plex.with_token("GET", "/api/v2/user", &second, JSON).await.json()["authToken"],
        second
    );
    assert_eq!(
        plex.with_token("GET", "/api/v2/user", &other_app, JSON).await.status,
        200
    );
    plex.0.switch(|s| s.rotate_tokens = false);
    let third = plex.0.issue_token("anna", OURS);
    assert!(plex.0.is_live(&second) && plex.0.is_live(&third));
}

#[tokio::test]
async fn signing_out_and_removing_a_device_end_a_token() {
    let plex = Plex::start().await;
    let token = plex.0.issue_token("marlow", OURS);
    assert_eq!(
        plex.with_token("GET", "/api/v2/ping", &token, JSON).await.body,
        r#"{"pong":true}"#
    );
    let out = plex.with_token("DELETE", "/api/v2/users/signout", &token, JSON).await;
    assert_eq!((out.status, out.body.as_str()), (204, ""));
    assert_eq!(
        plex.with_token("GET", "/api/v2/ping", &token, JSON).await.error(),
        (401, 1001)
    );
    let legacy = plex.with_token("GET", "/users/account", &token, "*/*").await;
    assert_eq!(legacy.status, 422);
    assert!(legacy.body.contains("<errors> <error>Invalid token</error> </errors>"));

    let token = plex.0.issue_token("marlow", OURS);
    plex.0.remove_device("marlow", Some(OURS));
    assert_eq!(
        plex.with_token("GET", "/api/v2/resources", &token, JSON).await.error(),
        (401, 1001)
    );
}

#[tokio::test]
async fn header_wins_over_query_and_v2_wants_a_client_identifier() {
    let plex = Plex::start().await;
    let token = plex.0.issue_token("anna", OURS);
    let id = ("X-Plex-Client-Identifier", OURS);
    let both = plex
        .raw(
            "GET",
            "/api/v2/user?X-Plex-Token=wrong",
            &[id, ("X-Plex-Token", &token)],
            "",
        )
        .await;
    assert_eq!(both.status, 200);
    let none = plex
        .raw("GET", "/api/v2/user", &[("X-Plex-Token", &token), ("Accept", JSON)], "")
        .await;
    assert_eq!(none.error(), (400, 1000));
    let in_query = format!("/api/v2/user?X-Plex-Token={token}&X-Plex-Client-Identifier={OURS}");
    assert_eq!(plex.raw("GET", &in_query, &[], "").await.status, 200);
    let xml = plex.raw("GET", "/api/v2/user", &[id], "").await;
    assert!(
        xml.body
            .contains(r#"<errors><error code="1001" message="User could not be authenticated" status="401"/>"#)
    );
}

#[tokio::test]
async fn a_server_token_is_no_account_token() {
    let plex = Plex::start().await;
    let rows = plex.get_as("anna", "/api/v2/resources").await.json();
    let server_token = rows[0]["accessToken"].as_str().unwrap();
    assert_eq!(
        plex.with_token("GET", "/api/v2/user", server_token, JSON).await.error(),
        (401, 1001)
    );
}

#[tokio::test]
async fn the_log_tells_how_a_token_came() {
    let plex = Plex::start().await;
    let token = plex.0.issue_token("anna", OURS);
    plex.with_token("GET", "/api/v2/user", &token, JSON).await;
    plex.raw(
        "GET",
        &format!("/api/v2/user?X-Plex-Token={token}"),
        &[("Origin", "http://home.test")],
        "",
    )
    .await;
    plex.json("POST", "/api/v2/pins?strong=true&X-Plex-Product=Latchkey")
        .await;
    plex.raw("GET", "/_stub/log", &[], "").await;
    let log = plex.0.log();
    assert_eq!(
        log.iter().map(|it| it.token).collect::<Vec<_>>(),
        [TokenVia::Header, TokenVia::Url, TokenVia::None]
    );
    assert_eq!(log.iter().map(|it| it.status).collect::<Vec<_>>(), [200, 400, 201]);
    assert_eq!(
        (log[0].account.as_deref(), log[0].client_id.as_deref()),
        (Some("anna"), Some(OURS))
    );
    assert_eq!(
        (log[1].origin.as_deref(), log[2].product.as_deref()),
        (Some("http://home.test"), Some("Latchkey"))
    );
    assert_eq!((log[2].method.as_str(), log[2].path.as_str()), ("POST", "/api/v2/pins"));
    plex.0.clear_log();
    assert!(plex.0.log().is_empty());
}
