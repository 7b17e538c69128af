//! `/api-docs`: every route is on it, for everybody, without a script.

use latchkey::web::REST_ROUTES;

use crate::support::{Engine, TestApp};

#[tokio::test]
async fn every_route_is_on_the_page_for_everybody() {
    let app = TestApp::start(Engine::Sqlite).await;
    let before = app.anon().page("/api-docs").await.expect(200);
    app.set_up_local().await;
    let page = app.anon().page("/api-docs").await.expect(200);
    for page in [&before, &page] {
        let text = page.text();
        for (path, methods) in REST_ROUTES {
            for method in *methods {
                let heading = format!(
                    "<code class=\"api-method\">{}</code><code>/api/v1{path}</code>",
                    method.to_uppercase()
                );
                assert!(text.contains(&heading), "{method} {path} is not on the page");
            }
        }
        // What a body is made of is told once, and led to from wherever it is sent or answered.
        let document = latchkey::web::document();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(
                text.contains(&format!("id=\"shape-{name}\"")),
                "{name} is not on the page"
            );
            for field in schema["properties"].as_object().into_iter().flatten() {
                assert!(
                    text.contains(&format!("<code>{}</code>", field.0)),
                    "{name}.{}",
                    field.0
                );
            }
        }
        for link in text.split("href=\"#").skip(1) {
            let to = link.split_once('"').unwrap().0;
            assert!(text.contains(&format!("id=\"{to}\"")), "#{to} leads nowhere");
        }
        for said in [
            "Retry-After",
            "Too many tries. Wait 5 seconds.",
            "string (date-time) or null",
        ] {
            assert!(text.contains(said), "{said}");
        }
        assert!(!text.contains("<script"), "the page needs no script");
        assert!(text.contains("href=\"/api/v1/openapi.json\""));
    }
    // The same policy as every other page's.
    let other = app.anon().page("/login").await.expect(200);
    let policy = |answer: &crate::support::Answer| {
        let policy = answer.header("content-security-policy").to_owned();
        let (before, rest) = policy.split_once("'nonce-").unwrap();
        format!("{before}{}", rest.split_once('\'').unwrap().1)
    };
    assert_eq!(policy(&page), policy(&other));
}

#[tokio::test]
async fn around_the_document_it_speaks_the_readers_language() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let reader = app.anon().with("accept-language", "de");
    let text = reader.page("/api-docs").await.expect(200).text();
    assert!(
        text.contains("<html lang=\"de\"") && text.contains("Wer fragt"),
        "{text}"
    );
    assert!(text.contains("Signs in with e-mail and password."));
}
