//! Rules that hold for any headers. How: `server/tests/it/support/fuzz.rs`.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use cookie::time::Duration;

use super::{super::fuzz::fuzz, cookies, middleware::client_address as address};
use crate::config::{Config, Sources};

/// A header a line; what no header can carry is left out.
fn headers(name: &HeaderName, input: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'|') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    headers
}

#[test]
fn a_cookie_counts_only_if_it_is_there_once() {
    fuzz("cookie", 1, &[], |input| {
        let headers = headers(&header::COOKIE, input);
        let pairs: Vec<(String, String)> = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect();
        for name in [
            "latchkey.sid",
            "latchkey.attempt",
            "__Host-latchkey.attempt",
            "latchkey.theme",
        ] {
            let named: Vec<&String> = pairs
                .iter()
                .filter(|(one, _)| one == name)
                .map(|(_, value)| value)
                .collect();
            let found = cookies::find(&headers, name);
            match named[..] {
                [only] => assert_eq!(found, Some(only.as_str())),
                _ => assert_eq!(found, None, "{named:?}"),
            }
            // What was found can be set again, and is found again.
            if let Some(value) = found.filter(|value| value.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
                let set = cookies::set("latchkey.theme", value, true, Duration::days(1));
                let pair = set.to_str().unwrap().split(';').next().unwrap_or_default();
                let mut again = HeaderMap::new();
                again.insert(header::COOKIE, HeaderValue::from_str(pair).unwrap());
                assert_eq!(cookies::find(&again, "latchkey.theme"), Some(value));
            }
        }
        for secure in [true, false] {
            let known = cookies::browser(&headers, secure);
            let (hash, _) = cookies::browser_or_new(&headers, secure).unwrap();
            assert!(
                known.is_none_or(|known| known == hash),
                "a browser that is known stays itself"
            );
        }
    });
}

#[test]
fn nobody_chooses_an_address() {
    let listed = Sources::from_pairs([("LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/8,::1")]);
    let proxies = Config::load(listed).unwrap().config.trusted_proxies;
    let name = HeaderName::from_static("x-forwarded-for");
    let (proxy, stranger): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "203.0.113.5".parse().unwrap());
    fuzz("forwarded-for", 1, &[], |input| {
        let forwarded = headers(&name, input);
        assert_eq!(address(stranger, &forwarded, &proxies), stranger);
        let seen = address(proxy, &forwarded, &proxies);
        assert_eq!(seen, seen.to_canonical(), "each address in one spelling");
        let text = String::from_utf8_lossy(input).replace(['[', ']'], " ");
        let told = text.split(|letter: char| !letter.is_ascii_hexdigit() && !matches!(letter, ':' | '.'));
        let told = seen == proxy || told.into_iter().any(|word| !word.is_empty());
        assert!(told, "{seen} out of nowhere");
        // Whatever a visitor says comes first: it changes nothing about who the proxy saw.
        if !proxies.contains(seen) {
            for said in ["1.2.3.4", "10.0.0.7", "nonsense", "", "1.2.3.4, 10.0.0.9"] {
                let mut more = HeaderMap::new();
                more.append(&name, HeaderValue::from_static(said));
                for value in forwarded.get_all(&name) {
                    more.append(&name, value.clone());
                }
                assert_eq!(address(proxy, &more, &proxies), seen, "{said:?}");
            }
        }
    });
}
