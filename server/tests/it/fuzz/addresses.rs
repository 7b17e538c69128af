//! Deep links and where people are sent.

use latchkey::domain::{deep_link, redirect::ReturnTarget};
use url::{Url, form_urlencoded};

use crate::support::fuzz;

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// A browser on any of our pages that follows this stays with us.
#[track_caller]
fn stays_here(target: &str) {
    for page in [
        "https://home.test/login",
        "http://home.test:5056/gateway/go?to=x",
        "https://[::1]/a/b/c/../",
    ] {
        let page = Url::parse(page).unwrap();
        let led = page.join(target).unwrap();
        assert_eq!(led.origin(), page.origin(), "{target:?}");
        assert!(led.username().is_empty() && led.password().is_none(), "{target:?}");
    }
}

#[test]
fn of_a_deep_link_exactly_the_token_goes() {
    fuzz("deep-link", 1, &[], |input| {
        let query = String::from_utf8_lossy(input).into_owned();
        let stripped = deep_link::strip(&query, "token");
        let all = pairs(&query);
        let tokens: Vec<String> = all
            .iter()
            .filter(|(name, _)| name == "token")
            .map(|(_, value)| value.clone())
            .collect();
        let Some(stripped) = stripped else {
            assert_eq!(tokens, Vec::<String>::new(), "one was overlooked");
            return;
        };
        assert!(!tokens.is_empty(), "there was none");
        // Whoever reads the rest reads the same as before, but for the tokens.
        let rest = stripped.query.clone().unwrap_or_default();
        let others: Vec<(String, String)> = all.into_iter().filter(|(name, _)| name != "token").collect();
        assert_eq!(pairs(&rest), others);
        let given: Vec<String> = tokens.into_iter().filter(|value| !value.is_empty()).collect();
        assert_eq!(stripped.values, given);
        assert!(deep_link::strip(&rest, "token").is_none(), "not all of it went");
        // And byte for byte: what is left are whole pieces of what was there, in order.
        let mut pieces = query.split('&');
        for kept in rest.split('&').filter(|_| stripped.query.is_some()) {
            assert!(pieces.any(|piece| piece == kept), "{kept:?}");
        }
        let target = deep_link::clean_target("/a%2Fb", stripped.query.as_deref());
        if target != "/" && stripped.query.is_some() {
            assert_eq!(target, format!("/a%2Fb?{rest}"));
        }
        stays_here(&target);
    });
}

#[test]
fn a_way_back_leads_nowhere_else() {
    fuzz("return-target", 1, &[], |input| {
        let wanted = String::from_utf8_lossy(input);
        let target = ReturnTarget::parse(&wanted);
        let kept = target.as_str();
        assert!(kept == wanted || kept == "/", "{kept:?}");
        assert_eq!(ReturnTarget::parse(kept), target, "the same when it is read again");
        assert!(kept.bytes().all(|byte| byte.is_ascii_graphic()), "{kept:?}");
        stays_here(kept);
        // Also behind a proxy that decodes what passes, or decodes it twice.
        let path = kept.split(['?', '#']).next().unwrap_or_default().to_owned();
        let mut decoded = path.clone();
        for _ in 0..3 {
            decoded = percent_encoding::percent_decode_str(&decoded)
                .decode_utf8_lossy()
                .into_owned();
            assert!(
                decoded.starts_with('/') && !decoded.starts_with("//") && !decoded.starts_with("/\\"),
                "{kept:?}"
            );
            assert!(!decoded.contains(['\r', '\n', '\t', '\0']), "{kept:?}");
            stays_here(&decoded);
        }
        // Not round in circles.
        let led = Url::parse("https://home.test/").unwrap().join(kept).unwrap();
        let first = led
            .path_segments()
            .and_then(|mut parts| parts.next())
            .unwrap_or_default()
            .to_ascii_lowercase();
        assert!(
            !["login", "logout", "setup", "api", "pkg", "theme"].contains(&first.as_str()),
            "{kept:?}"
        );
        // The same for the path of a deep link.
        let clean = deep_link::clean_target(&wanted, None);
        assert!(clean == wanted || clean == "/");
        stays_here(&clean);
    });
}
