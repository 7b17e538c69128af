//! Return targets: the hostile ones of deep links and more, as `returnTo` of the sign-in page.

use axum::http::Method;
use proptest::{prelude::*, strategy::ValueTree};
use url::Url;

use super::browser::{Browser, PAGE, app_at, door};
use crate::support::Engine;

const HOSTS: [&str; 3] = ["tv.other.example", "door.example", "evil.example"];

/// Odd addresses, made of the pieces that browsers, proxies and we could understand differently.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https:",
        "http:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "%2f",
        "%5c",
        "%40",
        "?",
        "#",
        ".",
        "..",
        "\t",
        "\n",
        "%0d%0a",
        "tv.other.example",
        "door.example",
        "evil.example",
        "javascript:",
        "&",
        "=",
        "token=x",
        "[::1]",
        "0x7f.1",
        "%",
        "\u{ff0f}",
        "\u{3002}",
        " ",
        ";",
    ]);
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

/// Where a browser that is signed in ends that follows the sign-in page's `returnTo` once and again.
async fn ends(browser: &Browser<'_>, to: &str) -> Option<String> {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("returnTo", to)
        .finish();
    let mut at = format!("https://door.example/login?{query}");
    for _ in 0..3 {
        let answer = browser.ask(Method::GET, &at, &[("accept", PAGE)]).await;
        if !matches!(answer.status(), 302 | 303 | 307) {
            return Some(at);
        }
        at = Url::parse(&at).ok()?.join(answer.header("location")).ok()?.to_string();
        let host = Url::parse(&at).ok()?.host_str()?.to_owned();
        assert!(host == HOSTS[0] || host == HOSTS[1], "{to:?} leads to {at}");
        if host != HOSTS[1] {
            return Some(at);
        }
    }
    Some(at)
}

#[tokio::test]
async fn no_return_target_leads_to_another_host() {
    let app = door(
        Engine::Sqlite,
        "https://door.example",
        vec![app_at(1, "tv.other.example")],
    )
    .await;
    let anna = Browser::of(&app, "anna").await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..400 {
        let to = hostile().new_tree(&mut runner).unwrap().current();
        ends(&anna, &to).await;
        ends(&anna, &format!("https://tv.other.example{to}")).await;
        // Each round is counted against circles; this is not about them.
        anna.waits();
        app.clock.advance(1);
    }
}
