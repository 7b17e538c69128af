//! The approval page's facts, the control endpoints, and worlds from files.

use crate::{OURS, Plex};
use plex_stub::{ATTIC, World};
use serde_json::{Value, json};

impl Plex {
    async fn order(&self, method: &str, path: &str, body: &Value) -> crate::Answer {
        self.raw(method, path, &[("Content-Type", "application/json")], &body.to_string())
            .await
    }
}

#[tokio::test]
async fn pin_info_compares_addresses() {
    let plex = Plex::start().await;
    let (_, code) = plex.0.create_pin(OURS, Some("http://home.test"));
    let path = format!("/api/v2/pins/info?code={code}");
    let near = plex.json("GET", &path).await.json();
    assert_eq!((&near["ipMatches"], &near["trusted"]), (&true.into(), &false.into()));
    assert_eq!(
        (&near["clientIdentifier"], &near["isSafeOrigin"]),
        (&OURS.into(), &false.into())
    );
    let headers = [
        ("Accept", "application/json"),
        ("X-Plex-Client-Identifier", "web"),
        ("X-Forwarded-For", "203.0.113.1"),
    ];
    assert_eq!(plex.raw("GET", &path, &headers, "").await.json()["ipMatches"], false);
    plex.0.switch(|s| s.security_alert = true);
    assert_eq!(plex.json("GET", &path).await.json()["ipMatches"], false);
    assert_eq!(
        plex.json("GET", "/api/v2/pins/info?code=nope").await.error(),
        (404, 1020)
    );
}

#[tokio::test]
async fn the_page_is_served_with_coop_only_on_demand() {
    let plex = Plex::start().await;
    for path in ["/auth", "/auth/"] {
        let page = plex.raw("GET", path, &[], "").await;
        assert_eq!((page.status, page.header("cross-origin-opener-policy")), (200, None));
        assert_eq!(page.header("access-control-allow-origin"), None);
        assert!(page.body.contains("SECURITY ALERT") && !page.body.contains("window.close"));
    }
    plex.0.switch(|s| s.coop = true);
    assert_eq!(
        plex.raw("GET", "/auth", &[], "")
            .await
            .header("cross-origin-opener-policy"),
        Some("same-origin")
    );
}

#[tokio::test]
async fn the_page_learns_nothing_about_a_bad_code_or_client() {
    let plex = Plex::start().await;
    let (_, code) = plex.0.create_pin(OURS, None);
    let good = plex
        .raw("GET", &format!("/_stub/page?code={code}&clientID={OURS}"), &[], "")
        .await
        .json();
    assert_eq!(
        (&good["ipMatches"], &good["accounts"][0]["key"]),
        (&true.into(), &"attic-owner".into())
    );
    assert_eq!(
        plex.raw("GET", &format!("/_stub/page?code={code}&clientID=x"), &[], "")
            .await
            .status,
        400
    );
    assert_eq!(
        plex.raw("GET", &format!("/_stub/page?code=x&clientID={OURS}"), &[], "")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn forwarding_needs_http_and_the_recorded_host() {
    let plex = Plex::start().await;
    for (origin, target, check, forwarded) in [
        (
            Some("http://home.test:5056"),
            "http://home.test/auth/plex/return",
            true,
            true,
        ),
        (Some("http://home.test"), "https://evil.test/", true, false),
        (Some("http://home.test"), "https://evil.test/", false, true),
        (Some("http://home.test"), "latchkey://home.test/", false, false),
        (None, "http://home.test/", true, false),
    ] {
        plex.0.switch(|s| s.check_forward_host = check);
        let (_, code) = plex.0.create_pin(OURS, origin);
        let order = json!({ "code": code, "account": "anna", "forwardUrl": target });
        let answer = plex.order("POST", "/_stub/approve", &order).await.json();
        assert_eq!(
            answer["forwardUrl"],
            if forwarded { target.into() } else { Value::Null },
            "{origin:?} {target}"
        );
    }
}

#[tokio::test]
async fn switches_are_merged_and_unknown_ones_refused() {
    let plex = Plex::start().await;
    let order = json!({ "pinLifetime": 3, "faults": [{ "path": "/api/v2/user", "answer": { "status": 503 } }] });
    assert_eq!(
        plex.order("POST", "/_stub/switches", &order).await.json()["pinLifetime"],
        3
    );
    plex.order("POST", "/_stub/switches", &json!({ "dropCors": true }))
        .await;
    let switches = plex.raw("GET", "/_stub/switches", &[], "").await.json();
    assert_eq!(
        (&switches["pinLifetime"], &switches["dropCors"]),
        (&3.into(), &true.into())
    );
    assert_eq!(plex.json("GET", "/api/v2/user").await.status, 503);
    assert_eq!(plex.json("POST", "/api/v2/pins").await.json()["expiresIn"], 3);
    let wrong = plex
        .order("POST", "/_stub/switches", &json!({ "dropCorse": true }))
        .await;
    assert!(wrong.status == 400 && wrong.body.contains("dropCorse"));
}

#[tokio::test]
async fn the_world_can_be_changed_and_reset() {
    let plex = Plex::start().await;
    let share = json!({ "account": "stranger", "machineId": ATTIC, "state": "accepted" });
    assert_eq!(plex.order("POST", "/_stub/share", &share).await.status, 200);
    assert_eq!(
        plex.order("POST", "/_stub/offline", &json!({ "machineId": ATTIC }))
            .await
            .status,
        200
    );
    assert_eq!(
        plex.get_as("stranger", "/api/v2/resources").await.json()[0]["presence"],
        false
    );

    let mut world = plex.raw("GET", "/_stub/world", &[], "").await.json();
    world["accounts"][0]["friendlyName"] = "Alex".into();
    assert_eq!(plex.order("PUT", "/_stub/world", &world).await.status, 200);
    assert_eq!(
        plex.get_as("attic-owner", "/api/v2/user").await.json()["friendlyName"],
        "Alex"
    );
    world["servers"][0]["owner"] = "nobody".into();
    assert_eq!(plex.order("PUT", "/_stub/world", &world).await.status, 400);

    plex.raw("POST", "/_stub/reset", &[], "").await;
    assert_eq!(plex.get_as("stranger", "/api/v2/resources").await.json(), json!([]));
    assert_eq!(plex.raw("GET", "/_stub/pins", &[], "").await.json(), json!([]));
}

#[tokio::test]
async fn pins_tokens_and_time_by_order() {
    let plex = Plex::start().await;
    let made = plex
        .order(
            "POST",
            "/_stub/pins",
            &json!({ "clientId": OURS, "origin": "http://home.test" }),
        )
        .await
        .json();
    let path = format!("/api/v2/pins/{}", made["id"]);
    assert_eq!(plex.json("GET", &path).await.status, 200);
    plex.order("POST", "/_stub/advance", &json!({ "seconds": 1800 })).await;
    assert_eq!(plex.json("GET", &path).await.status, 404);
    let order = json!({ "account": "kid", "clientId": OURS });
    let token = plex.order("POST", "/_stub/token", &order).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(plex.0.is_live(&token));
    plex.order("POST", "/_stub/remove-device", &json!({ "account": "kid" }))
        .await;
    assert!(!plex.0.is_live(&token));
    assert_eq!(
        plex.order("POST", "/_stub/expire", &json!({ "code": "nope" }))
            .await
            .status,
        400
    );
}

#[test]
fn a_worlds_mistakes_are_named() {
    let anna = "[[accounts]]\nkey = 'anna'\nid = 1\nuuid = 'a'\ntitle = 'A'\n";
    assert_eq!(World::from_toml(anna).unwrap().accounts[0].email, None);
    for (extra, complaint) in [
        (anna, "anna (1) is there twice"),
        ("shoe = 1", "shoe"),
        ("homeOf = 'bob'", "no account has the key bob"),
        (
            "[[servers]]\nmachineId = 'm'\nname = 'M'\nowner = 'bob'",
            "no account has the key bob",
        ),
        ("rawResources = ['{']", "{"),
    ] {
        let error = World::from_toml(&format!("{anna}{extra}")).unwrap_err();
        assert!(error.contains(complaint), "{error}");
    }
}
