//! What stays of the address: everything but the token.

use super::{SID, WRONG, dead, home, is_anna, leads};
use crate::{
    pages::household::{make, silent_about},
    support::Engine,
};

#[tokio::test]
async fn every_other_parameter_stays_byte_for_byte() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    // Once signed in nothing but the address is at stake.
    let anna = home.app.member("anna").await;
    for rest in [
        "a=1",
        "z=1&a=2&z=3",
        "a=%2F%2f&b=+%20&c=%zz",
        "&&a&&",
        "=&==",
        "q=caf%C3%A9&x=%e9",
        "q=café&x=€",
        "a=1?b=2/../..",
        "a=\\&b=//evil.test",
        "returnTo=https://evil.test/&reason=link",
        "Token=x&TOKEN=y&xtoken=z&token[]=w&tokens=v",
        "a=token&b=%26token%3Dx",
        "a;b=c|d&e={f}&g=`h`&i='j'&k=[l]^m",
        "utm_source=x",
        "+=+&%20=%20",
    ] {
        for query in [
            format!("token={token}&{rest}"),
            format!("{rest}&token={token}"),
            format!("token={token}&{rest}&token={token}"),
            format!("{rest}&token&token="),
        ] {
            let answer = anna.page(&format!("/nothing/at?{query}")).await;
            assert_eq!(answer.status(), 307, "{query}");
            let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
            let expected = match (query.contains(token.as_str()), plain) {
                (true, _) => format!("/nothing/at?{rest}"),
                (false, true) => dead(&format!("/nothing/at?{rest}")),
                // What is to be kept through signing in is kept from odd bytes.
                (false, false) => dead("/"),
            };
            let location = std::str::from_utf8(answer.headers["location"].as_bytes()).unwrap();
            assert_eq!(location, expected, "{query}");
            silent_about(&answer, token);
        }
    }
}

#[tokio::test]
async fn wherever_the_token_stands() {
    let home = home(Engine::Sqlite).await;
    let t = &home.made.value;
    let upper = t.to_uppercase();
    let percent: String = t.bytes().map(|byte| format!("%{byte:02x}")).collect();
    // The query; what is left of it, or None: it is as good as wrong.
    for (query, left) in [
        (format!("token={t}"), Some("")),
        (format!("token={t}&a"), Some("?a")),
        (format!("a&token={t}"), Some("?a")),
        (format!("a&token={t}&b"), Some("?a&b")),
        (format!("token={t}&token={t}"), Some("")),
        (format!("token={t}&a&token={t}&b"), Some("?a&b")),
        (format!("token={t}&token={WRONG}"), Some("")),
        (format!("token={WRONG}&token={t}"), None),
        (format!("token=&token={t}"), Some("")),
        (format!("token&token={t}&token="), Some("")),
        (format!("token={upper}"), Some("")),
        (format!("token={percent}"), Some("")),
        (format!("token=%20{t}%20"), Some("")),
        (format!("token=+{t}"), Some("")),
        (format!("%74oken={t}"), Some("")),
        (format!("tok%65n={t}&%74%6F%6b%65%6E={t}"), Some("")),
        (format!("&token={t}&"), Some("?&")),
        (format!("token={t};a=1"), None),
        (format!("token=={t}"), None),
        (format!("token={t}={t}"), None),
        ("token".to_owned(), None),
        ("token=".to_owned(), None),
        ("token=&token".to_owned(), None),
        ("%74oken".to_owned(), None),
    ] {
        let browser = home.app.anon();
        let answer = browser.page(&format!("/nothing?{query}")).await;
        let led = leads(&answer, t);
        assert_eq!(
            led,
            left.map_or_else(|| dead("/nothing"), |left| format!("/nothing{left}")),
            "{query}"
        );
        assert_eq!(browser.cookie(SID).is_some(), left.is_some(), "{query}");
    }
    // What is not the parameter is not ours to take.
    for query in [
        format!("Token={t}"),
        format!("xtoken={t}"),
        format!("a=1;token={t}"),
        format!("token%20={t}"),
        format!("token[]={t}"),
    ] {
        let browser = home.app.anon();
        assert_eq!(
            browser.page(&format!("/profile?{query}")).await.see_other(),
            "/login?returnTo=%2Fprofile",
            "{query}"
        );
        assert_eq!(browser.cookie(SID), None, "{query}");
    }
}

#[tokio::test]
async fn another_name_by_setting() {
    let home = home(Engine::Sqlite).await;
    let site = &home.app.state.site;
    site.update(|settings| settings.login_token_parameter = "door-Key_1".into())
        .await
        .unwrap();
    let token = &home.made.value;
    let browser = home.app.anon();
    for other in [format!("token={token}"), format!("door-key_1={token}")] {
        assert_eq!(
            browser.page(&format!("/profile?{other}")).await.see_other(),
            "/login?returnTo=%2Fprofile"
        );
    }
    assert_eq!(browser.cookie(SID), None);
    let answer = browser.page(&format!("/profile?token=mine&door-Key_1={token}")).await;
    assert_eq!(leads(&answer, token), "/profile?token=mine");
    is_anna(&home, &browser).await;
    let made = make(&home.owner, home.anna, "Hall").await;
    assert_eq!(made.url, format!("http://home.test/?door-Key_1={}", made.value));
    let answer = home.app.anon().page(&format!("/?d%6for-Key_1={WRONG}")).await;
    assert_eq!(leads(&answer, WRONG), dead("/"));
}

#[tokio::test]
async fn too_long_an_address_leads_home_and_a_long_one_does_not() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    for (length, kept) in [(7_999, true), (8_000, true), (8_001, false), (30_000, false)] {
        let target = format!("/{}?a={}", "p".repeat(100), "q".repeat(length - 104));
        assert_eq!(target.len(), length);
        let browser = home.app.anon();
        let answer = browser.page(&format!("{target}&token={token}")).await;
        assert_eq!(
            leads(&answer, token),
            if kept { target.as_str() } else { "/" },
            "{length}"
        );
        is_anna(&home, &browser).await;
        let answer = home.app.anon().page(&format!("{target}&token={WRONG}")).await;
        assert_eq!(leads(&answer, WRONG), dead("/"), "{length}");
    }
}
