//! Deep links: any page's address with the token parameter in its query.
//!
//! Only bytes are looked at, so that everything else of the query stays as it came.

use url::form_urlencoded;

/// Longest address that goes into a `Location`, in bytes.
const LONGEST: usize = 8000;

/// A query without its token parameters, and what was in them.
#[derive(PartialEq, Eq)]
pub struct Stripped {
    /// What is left, byte for byte; `None`: nothing.
    pub query: Option<String>,
    /// The values in order, decoded, empty ones left out.
    pub values: Vec<String>,
}

/// Whether there is a parameter of that name, by the same reading as [`strip`].
#[must_use]
pub fn holds(query: &str, parameter: &str) -> bool {
    query
        .split('&')
        .filter_map(|piece| form_urlencoded::parse(piece.as_bytes()).next())
        .any(|(name, _)| name == parameter)
}

/// Takes every parameter of that name out of a query; `None`: there is none. The name is compared decoded, as whoever
/// reads the query later would: `%74oken` is `token`.
#[must_use]
pub fn strip(query: &str, parameter: &str) -> Option<Stripped> {
    let mut kept = Vec::new();
    let mut values = Vec::new();
    let mut found = false;
    for piece in query.split('&') {
        match form_urlencoded::parse(piece.as_bytes()).next() {
            Some((name, value)) if name == parameter => {
                found = true;
                if !value.is_empty() {
                    values.push(value.into_owned());
                }
            }
            _ => kept.push(piece),
        }
    }
    let query = kept.join("&");
    found.then_some(Stripped {
        query: (!query.is_empty()).then_some(query),
        values,
    })
}

/// The address to go on to, on this origin whatever the path: a path that a browser or a proxy could take for another
/// host, or an address that is too long, becomes the home page.
#[must_use]
pub fn clean_target(path: &str, query: Option<&str>) -> String {
    if !super::redirect::path_stays_here(path) {
        return "/".to_owned();
    }
    let target = match query {
        Some(query) => [path, "?", query].concat(),
        None => path.to_owned(),
    };
    if target.len() > LONGEST { "/".to_owned() } else { target }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(query: &str) -> Option<(Option<String>, Vec<String>)> {
        let stripped = strip(query, "token");
        assert_eq!(holds(query, "token"), stripped.is_some(), "{query}");
        stripped.map(|stripped| (stripped.query, stripped.values))
    }

    fn leaves(query: &str, values: &[&str]) -> Option<(Option<String>, Vec<String>)> {
        let query = (!query.is_empty()).then(|| query.to_owned());
        Some((query, values.iter().map(|value| (*value).to_owned()).collect()))
    }

    #[test]
    fn first_last_only_twice_and_empty() {
        for (query, expected) in [
            ("token=x", leaves("", &["x"])),
            ("token=x&a=1", leaves("a=1", &["x"])),
            ("a=1&token=x", leaves("a=1", &["x"])),
            ("a=1&token=x&b=2", leaves("a=1&b=2", &["x"])),
            ("token=x&token=y", leaves("", &["x", "y"])),
            ("token=x&a&token=y", leaves("a", &["x", "y"])),
            ("token=", leaves("", &[])),
            ("token", leaves("", &[])),
            ("a&token&b", leaves("a&b", &[])),
            ("token=a%20b+c", leaves("", &["a b c"])),
            ("%74oken=x", leaves("", &["x"])),
            ("token==x", leaves("", &["=x"])),
            ("", None),
            ("a=token", None),
            ("a=1;token=x", None),
            ("Token=x", None),
            ("token%20=x", None),
            ("xtoken=x&tokens=y&token[]=z", None),
        ] {
            assert_eq!(left(query), expected, "{query}");
        }
    }

    #[test]
    fn everything_else_stays_byte_for_byte() {
        for rest in [
            "z=1&a=2&z=3",
            "a=%2F%2f&b=+%20",
            "&&a&&",
            "=&==",
            "q=caf%C3%A9&x=%zz",
            "a=1?b=2/../..",
            "a=\\&b=//evil.test",
        ] {
            assert_eq!(left(&format!("token=x&{rest}")), leaves(rest, &["x"]), "{rest}");
            assert_eq!(left(&format!("{rest}&token=x")), leaves(rest, &["x"]), "{rest}");
        }
    }

    proptest::proptest! {
        /// Whatever the query: what is left is the input with exactly the token parameters removed.
        #[test]
        fn exactly_the_token_parameters_go(pieces in proptest::collection::vec(
            "token=[a-f0-9%+]{0,8}|token|%74oken=x|tok%65n|[a-z&]{0,5}=[!-%'-~]{0,8}|[!-%'-~]{0,8}", 0..8,
        )) {
            let query = pieces.join("&");
            let is_token = |piece: &&str| matches!(piece.split('=').next(), Some("token" | "%74oken" | "tok%65n"));
            let expected: Vec<&str> = query.split('&').filter(|piece| !is_token(piece)).collect();
            match strip(&query, "token") {
                None => proptest::prop_assert!(!query.split('&').any(|piece| is_token(&piece))),
                Some(stripped) => {
                    proptest::prop_assert!(query.split('&').any(|piece| is_token(&piece)));
                    proptest::prop_assert_eq!(stripped.query.unwrap_or_default(), expected.join("&"));
                }
            }
        }

        /// Whatever the path and query: never another origin.
        #[test]
        fn never_another_origin(
            path in "/[!-\"$->@-~]{0,20}|[/\\\\%.@:a2fF5c;]{1,20}", query in proptest::option::of("[!-~]{0,20}"),
        ) {
            let base = url::Url::parse("https://home.test/login").unwrap();
            let target = clean_target(&path, query.as_deref());
            let joined = base.join(&target).unwrap();
            proptest::prop_assert_eq!(joined.origin(), base.origin());
            proptest::prop_assert!(joined.username().is_empty());
        }
    }
}
