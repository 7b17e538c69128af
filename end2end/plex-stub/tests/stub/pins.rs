//! A PIN's whole life.

use crate::{OURS, Plex};
use std::time::Duration;

#[tokio::test]
async fn strong_pin_has_the_captured_body() {
    let plex = Plex::start().await;
    let made = plex
        .json("POST", "/api/v2/pins?strong=true&X-Plex-Product=Latchkey")
        .await;
    let body = made.json();
    assert_eq!(made.status, 201);
    assert_eq!(body["code"].as_str().unwrap().len(), 25);
    assert_eq!(body["expiresIn"], 1800);
    assert_eq!(body["product"], "Latchkey");
    assert_eq!(body["clientIdentifier"], OURS);
    assert!(body["authToken"].is_null() && body["newRegistration"].is_null());
    assert!(body["createdAt"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn weak_pin_is_short_and_lives_half_as_long() {
    let plex = Plex::start().await;
    let body = plex.json("POST", "/api/v2/pins").await.json();
    assert_eq!(body["code"].as_str().unwrap().len(), 4);
    assert_eq!(body["expiresIn"], 900);
    assert_eq!(body["product"], "0");
}

#[tokio::test]
async fn strong_is_understood_in_every_form() {
    let plex = Plex::start().await;
    let url_form = ("Content-Type", "application/x-www-form-urlencoded");
    let id = ("X-Plex-Client-Identifier", OURS);
    let json = ("Accept", "application/json");
    for (path, headers, body) in [
        ("/api/v2/pins?strong=True", [id, json, json], ""),
        ("/api/v2/pins", [id, json, url_form], "strong=1"),
        (
            "/api/v2/pins",
            [id, json, ("Content-Type", "application/json")],
            r#"{"strong":true}"#,
        ),
    ] {
        let made = plex.raw("POST", path, &headers, body).await.json();
        assert_eq!(made["expiresIn"], 1800, "{path} {body}");
    }
}

#[tokio::test]
async fn xml_is_the_default() {
    let plex = Plex::start().await;
    let made = plex
        .raw(
            "POST",
            "/api/v2/pins?strong=true",
            &[("X-Plex-Client-Identifier", OURS)],
            "",
        )
        .await;
    assert_eq!(made.header("content-type"), Some("application/xml; charset=utf-8"));
    for part in ["<pin ", r#"authToken="""#, r#"trusted="0""#, " UTC\"", "<location "] {
        assert!(made.body.contains(part), "{part} in {}", made.body);
    }
    let named = plex
        .raw("POST", "/api/v2/pins.json", &[("X-Plex-Client-Identifier", OURS)], "")
        .await;
    assert_eq!(named.json()["expiresIn"], 900);
}

#[tokio::test]
async fn pending_then_claimed_then_gone_after_ten_seconds() {
    let plex = Plex::start().await;
    let (id, code) = plex.0.create_pin(OURS, Some("http://home.test"));
    let path = format!("/api/v2/pins/{id}");
    assert!(plex.json("GET", &path).await.json()["authToken"].is_null());

    let token = plex.0.approve(&code, "marlow").unwrap();
    plex.0.advance(Duration::from_secs(60));
    let claimed = plex.json("GET", &path).await.json();
    assert_eq!(claimed["authToken"], token);
    assert_eq!(claimed["newRegistration"], false);
    assert_eq!(claimed["expiresIn"], 10);

    plex.0.advance(Duration::from_secs(5));
    assert_eq!(plex.json("GET", &path).await.status, 200);
    plex.0.advance(Duration::from_secs(5));
    assert_eq!(plex.json("GET", &path).await.error(), (404, 1020));
    assert_eq!(plex.0.pin(&code).unwrap().claimed_reads, 2);
}

#[tokio::test]
async fn what_a_pin_refuses() {
    let plex = Plex::start().await;
    let (id, code) = plex.0.create_pin(OURS, None);
    let path = format!("/api/v2/pins/{id}");
    let accept = ("Accept", "application/json");
    let other = plex
        .raw(
            "GET",
            &path,
            &[accept, ("X-Plex-Client-Identifier", "somebody-else")],
            "",
        )
        .await;
    assert_eq!(other.error(), (404, 1020));
    assert_eq!(plex.raw("GET", &path, &[accept], "").await.error(), (400, 1000));
    let empty = plex
        .raw("POST", "/api/v2/pins?X-Plex-Client-Identifier=", &[accept], "")
        .await;
    assert_eq!(empty.error(), (400, 1000));
    assert_eq!(plex.json("GET", "/api/v2/pins/undefined").await.status, 400);
    assert_eq!(plex.json("GET", "/api/v2/pins/1").await.error(), (404, 1020));
    plex.0.expire(&code).unwrap();
    assert_eq!(plex.json("GET", &path).await.error(), (404, 1020));
    assert!(plex.0.approve(&code, "marlow").is_err());
}

#[tokio::test]
async fn approving_needs_a_known_account_and_works_once() {
    let plex = Plex::start().await;
    let (_, code) = plex.0.create_pin(OURS, None);
    assert!(plex.0.approve(&code, "nobody").is_err());
    assert!(plex.0.approve(&code, "kid").is_ok());
    assert!(plex.0.approve(&code, "kid").is_err());
}
