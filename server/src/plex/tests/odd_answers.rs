//! Answers no healthy plex.tv gives, from hand-written handlers.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::IntoResponse;

use super::*;

/// A server that answers everything with this.
async fn always(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> PlexClient {
    let (status, body) = (StatusCode::from_u16(status).unwrap(), body.into());
    let router = Router::new().fallback(move || {
        let body = body.clone();
        async move { (status, [(CONTENT_TYPE, content_type)], body) }
    });
    client(&serve(router).await)
}

async fn json(status: u16, body: impl Into<Vec<u8>>) -> PlexClient {
    always(status, "application/json", body).await
}

#[tokio::test]
async fn which_statuses_mean_a_bad_token() {
    let invalid = r#"{"errors":[{"code":1,"message":"Invalid token"}]}"#;
    let invalid_xml = "<errors>\n <error>Invalid token</error>\n</errors>";
    let other = r#"{"errors":[{"code":1,"message":"thumbprint already taken"}]}"#;
    for (status, body, bad) in [
        (401, "", true),
        (401, "<h1>401 Unauthorized</h1>", true),
        (498, "", true),
        (422, invalid, true),
        (422, invalid_xml, true),
        (422, other, false),
        (422, "", false),
        (400, other, false),
        (403, invalid, false),
        (404, "", false),
        (500, invalid, false),
    ] {
        let client = json(status, body).await;
        let errors = [
            client.account(&token("t")).await.unwrap_err(),
            client.resources(&token("t")).await.unwrap_err(),
            client.household_users(&token("t")).await.unwrap_err(),
            client.sign_out(&token("t")).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error == PlexError::BadToken, bad, "{status} {body}: {error:?}");
            assert!(bad || error.is_plex_trouble());
        }
        // No token was sent, so none can be bad.
        assert_ne!(client.read_pin(1, HOME).await.unwrap_err(), PlexError::BadToken);
    }
}

#[tokio::test]
async fn a_refused_client_identifier_is_our_fault() {
    let client = json(
        400,
        r#"{"errors":[{"code":"1000","message":"X-Plex-Client-Identifier is missing"}]}"#,
    )
    .await;
    for error in [
        client.read_pin(1, HOME).await.unwrap_err(),
        client.account(&token("t")).await.unwrap_err(),
    ] {
        assert_eq!(
            (error.clone(), error.kind()),
            (PlexError::ClientIdentifierRefused, PlexErrorKind::OurFault)
        );
    }
}

#[tokio::test]
async fn a_pin_is_gone_only_when_plex_says_so() {
    let plex = r#"{"errors":[{"code":1020,"message":"Code not found or expired","status":404}]}"#;
    for (body, gone) in [
        (plex, true),
        ("", true),
        ("<html><h1>nginx</h1></html>", false),
        ("not found", false),
    ] {
        let error = json(404, body).await.read_pin(7, HOME).await.unwrap_err();
        assert_eq!(error == PlexError::PinGone, gone, "{body}: {error:?}");
    }
    assert!(
        json(404, plex)
            .await
            .create_pin("https://home.example")
            .await
            .unwrap_err()
            .is_plex_trouble()
    );
}

#[tokio::test]
async fn pins_that_make_no_sense() {
    for body in [
        r#"{"id":7,"code":null}"#,
        r#"{"id":8,"code":"abc"}"#,
        r#"{"id":7,"code":"abc","authToken":"two words"}"#,
        r#"{"errors":[]}"#,
        "[]",
        "null",
        "",
        "7",
    ] {
        let error = json(200, body).await.read_pin(7, HOME).await.unwrap_err();
        assert!(
            matches!(error, PlexError::Unexpected { status: 200, .. }),
            "{body}: {error:?}"
        );
    }
    let long = format!(r#"{{"id":7,"code":"abc","authToken":"{}"}}"#, "t".repeat(5000));
    assert!(
        json(200, long)
            .await
            .read_pin(7, HOME)
            .await
            .unwrap_err()
            .is_plex_trouble()
    );
    // `location` may be anything (§2.1), and so may the types of what is read.
    let odd = r#"{"id":"7","code":"abc","location":{"postal_code":[1]},"expiresIn":"-5","authToken":"","clientIdentifier":null}"#;
    let pin = json(200, odd).await.read_pin(7, HOME).await.unwrap();
    assert_eq!(
        (pin.expires_in, pin.client_identifier.as_str(), pin.token.is_none()),
        (0, "", true)
    );
}

#[tokio::test]
async fn large_answers_are_not_read_to_their_end() {
    let announced = json(200, vec![b' '; 65 * 1024]).await;
    assert!(
        matches!(announced.account(&token("t")).await, Err(PlexError::Unexpected { what, .. }) if what.contains("large"))
    );
    // Without a length, until the connection closes.
    let unannounced = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b' '; 256 * 1024]].concat();
    let (url, _reports) = super::wire::answering(&[unannounced.leak()]);
    let error = client(&url).account(&token("t")).await.unwrap_err();
    assert!(
        matches!(error, PlexError::Unexpected { what, .. } if what.contains("large")),
        "{error:?}"
    );
}

#[tokio::test]
async fn deep_json_neither_crashes_nor_lets_in() {
    let depth = 20_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let client = json(200, deep.clone()).await;
    assert!(client.account(&token("t")).await.unwrap_err().is_plex_trouble());
    assert_eq!(client.resources(&token("t")).await.unwrap(), []);
    let id_is_deep = json(200, format!(r#"{{"id":{deep}}}"#)).await;
    assert!(id_is_deep.account(&token("t")).await.unwrap_err().is_plex_trouble());
    let unfinished = json(200, "[".repeat(depth)).await;
    assert!(unfinished.resources(&token("t")).await.unwrap_err().is_plex_trouble());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (elsewhere, heard) = super::wire::listener();
    let router = Router::new().fallback(move || {
        let to = elsewhere.clone();
        async move { (StatusCode::FOUND, [(LOCATION, to)]).into_response() }
    });
    let client = client(&serve(router).await);
    let error = client.account(&token("t")).await.unwrap_err();
    assert_eq!(
        error,
        PlexError::Unexpected {
            status: 302,
            what: "a redirect"
        }
    );
    assert!(heard.try_recv().is_err(), "somebody else was asked");
}

#[tokio::test]
async fn html_with_200_is_not_data() {
    for (content_type, body) in [
        ("text/html; charset=utf-8", r#"{"id":1}"#),
        ("application/json", "  <!DOCTYPE html><p>"),
    ] {
        let client = always(200, content_type, body).await;
        assert!(client.account(&token("t")).await.unwrap_err().is_plex_trouble());
    }
}
