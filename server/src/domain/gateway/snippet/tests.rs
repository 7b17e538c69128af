use super::*;
use crate::domain::gateway::Who;

fn app(name: &str, host: &str) -> App {
    App {
        id: 1,
        name: name.into(),
        icon: String::new(),
        host: host.into(),
        path: "/".into(),
        who: Who::default(),
        rules: Vec::new(),
        order: 0,
    }
}

fn names(host: &str, public_url: &str, upstream: Option<&str>) -> Names {
    let latchkey = Upstream::of_latchkey("0.0.0.0:5056".parse().unwrap());
    let upstream = upstream.map(|text| Upstream::parse(text).unwrap());
    Names::new(&app("Sonarr", host), public_url, latchkey, upstream, "latchkey_token").unwrap()
}

fn text(proxy: ReverseProxy, names: &Names) -> String {
    let parts = snippet(proxy, names);
    parts
        .iter()
        .map(|part| format!("{}\n{}\n", part.file, part.text))
        .collect()
}

#[test]
fn every_name_is_filled_in() {
    for proxy in ReverseProxy::ALL {
        assert_eq!(ReverseProxy::by_name(proxy.name()), Some(proxy));
        for (host, public_url) in [
            ("tv.home.example", "https://door.home.example"),
            ("*.home.example", "https://door.home.example:8443"),
            ("tv.home.example", "http://door.home.example"),
            ("192.168.1.5", "http://192.168.1.5:8080"),
        ] {
            for upstream in [None, Some("https://192.168.1.7:8989")] {
                let text = text(proxy, &names(host, public_url, upstream));
                assert!(!text.contains("{{") && !text.contains("}}"), "{text}");
                assert!(text.contains("latchkey:5056"), "{text}");
                assert!(!text.lines().any(|line| line.ends_with(' ')), "{text}");
                // Nginx Proxy Manager knows the app's address by itself.
                if proxy != ReverseProxy::NginxProxyManager {
                    assert_eq!(text.contains("CHANGE THIS, Latchkey"), upstream.is_none(), "{text}");
                    let port = if upstream.is_some() { "8989" } else { "8080" };
                    assert!(text.contains(port), "{text}");
                }
            }
        }
    }
}

#[test]
fn the_scheme_and_port_of_latchkey_are_those_of_the_app() {
    let https = names("tv.home.example", "https://door.home.example", None);
    let http = names("tv.home.example", "http://door.home.example:8080", None);
    for (proxy, with_https, with_http) in [
        (ReverseProxy::Nginx, "listen 443 ssl;", "listen 8080;"),
        (ReverseProxy::Swag, "listen 443 ssl;", "listen 8080;"),
        (
            ReverseProxy::Traefik,
            "tls: {}",
            "Host(`tv.home.example`)\"\n      middlewares",
        ),
        (
            ReverseProxy::Caddy,
            "\ntv.home.example {",
            "\nhttp://tv.home.example:8080 {",
        ),
        (ReverseProxy::Haproxy, "bind :443 ssl crt ", "bind :8080\n"),
    ] {
        assert!(text(proxy, &https).contains(with_https), "{}", text(proxy, &https));
        assert!(text(proxy, &http).contains(with_http), "{}", text(proxy, &http));
    }
    let asked = "X-Original-URL $scheme://tv.home.example:8080$request_uri;";
    assert!(text(ReverseProxy::Nginx, &http).contains(asked));
}

#[test]
fn a_wildcard_stands_for_hosts_below_and_no_other() {
    let names = names("*.home.example", "https://door.home.example", None);
    for (proxy, line) in [
        (ReverseProxy::Nginx, "if ($host !~ ^.+[.]home[.]example$) {"),
        (ReverseProxy::Nginx, "server_name *.home.example;"),
        (ReverseProxy::Traefik, "rule: \"HostRegexp(`^.+[.]home[.]example$`)\""),
        (ReverseProxy::Traefik, ".rule: \"HostRegexp(`^.+[.]home[.]example$$`)\""),
        (ReverseProxy::Traefik, "priority: 1"),
        (ReverseProxy::Caddy, "\n*.home.example {"),
        (ReverseProxy::Haproxy, "-m end -i .home.example }"),
    ] {
        assert!(text(proxy, &names).contains(line), "{}", text(proxy, &names));
    }
}

#[test]
fn no_value_breaks_out_of_a_configuration() {
    let latchkey = || Upstream::of_latchkey("[::]:5056".parse().unwrap());
    let door = "https://door.home.example";
    for host in [
        "a;b.example",
        "a{b.example",
        "a}b.example",
        "a\"b.example",
        "a'b.example",
        "a`b.example",
        "a$b.example",
        "a(b.example",
        "a\nb.example",
        "a b.example",
        "a#b.example",
        "*.a;b.example",
        "",
    ] {
        assert!(
            Names::new(&app("x", host), door, latchkey(), None, "t").is_none(),
            "{host}"
        );
        assert!(Upstream::parse(&format!("http://{host}:80")).is_none(), "{host}");
        let public = format!("https://{host}");
        assert!(
            Names::new(&app("x", "tv.example"), &public, latchkey(), None, "t").is_none(),
            "{host}"
        );
    }
    assert!(Names::new(&app("x", "tv.example"), door, latchkey(), None, "a\"b").is_none());
    for upstream in [
        "http://a/b",
        "http://a?b",
        "http://a#b",
        "http://me@a",
        "ftp://a",
        "a:80",
        "http://",
    ] {
        assert!(Upstream::parse(upstream).is_none(), "{upstream}");
    }
    let odd = app("x\n}\r\u{2028}{$HOME} \"; 'y` #", "tv.example");
    let odd = Names::new(&odd, door, latchkey(), None, "t").unwrap();
    let plain = Names::new(&app("xHOME  y ", "tv.example"), door, latchkey(), None, "t").unwrap();
    for proxy in ReverseProxy::ALL {
        assert_eq!(snippet(proxy, &odd), snippet(proxy, &plain));
    }
}

#[test]
fn the_documentation_shows_what_is_written() {
    let shown = include_str!("../../../../../docs/gateway.md");
    let names = names("sonarr.home.example", "https://door.home.example", None);
    for proxy in ReverseProxy::ALL {
        assert!(
            shown.contains(&format!("\n## {}\n", proxy.title())),
            "no section for {}",
            proxy.title()
        );
        for SnippetPart { file, text } in snippet(proxy, &names) {
            let fenced = shown.contains(&format!("`{file}`\n\n```")) && shown.contains(&format!("\n{text}```\n"));
            assert!(fenced, "docs/gateway.md shows another {file} than this:\n{text}");
        }
    }
}

#[test]
fn where_latchkey_is_for_a_proxy() {
    for (listen, url) in [
        ("0.0.0.0:5056", "http://latchkey:5056"),
        ("[::]:80", "http://latchkey:80"),
        ("127.0.0.1:5056", "http://127.0.0.1:5056"),
        ("[::1]:5056", "http://[::1]:5056"),
    ] {
        assert_eq!(Upstream::of_latchkey(listen.parse().unwrap()).url(), url);
    }
    assert_eq!(Upstream::parse(" http://Sonarr ").unwrap().url(), "http://sonarr:80");
}
