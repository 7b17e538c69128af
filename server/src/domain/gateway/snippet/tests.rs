use super::*;
use crate::domain::gateway::{App, Who};

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
    Names::new(
        &app("Sonarr", host),
        &[],
        public_url,
        latchkey,
        upstream,
        "latchkey_token",
    )
    .unwrap()
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
            ("192.168.1.6", "http://192.168.1.5:8080"),
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
            "priority: 1015003\n      middlewares: [latchkey]\n      service: latchkey\n  services",
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
        (ReverseProxy::Traefik, "priority: 14002"),
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
            Names::new(&app("x", host), &[], door, latchkey(), None, "t").is_err(),
            "{host}"
        );
        assert!(Upstream::parse(&format!("http://{host}:80")).is_none(), "{host}");
        let public = format!("https://{host}");
        assert!(
            Names::new(&app("x", "tv.example"), &[], &public, latchkey(), None, "t").is_err(),
            "{host}"
        );
    }
    assert!(Names::new(&app("x", "tv.example"), &[], door, latchkey(), None, "a\"b").is_err());
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
    let odd = Names::new(&odd, &[], door, latchkey(), None, "t").unwrap();
    let plain = Names::new(&app("xHOME  y ", "tv.example"), &[], door, latchkey(), None, "t").unwrap();
    for proxy in ReverseProxy::ALL {
        assert_eq!(snippet(proxy, &odd), snippet(proxy, &plain));
    }
}

fn below(id: i64, name: &str, host: &str, path: &str) -> App {
    App {
        id,
        path: path.into(),
        ..app(name, host)
    }
}

#[test]
fn apps_below_paths_share_the_file_of_their_host() {
    let latchkey = || Upstream::of_latchkey("0.0.0.0:5056".parse().unwrap());
    for host in ["home.example", "*.home.example"] {
        let apps = [
            below(1, "Wiki", host, "/"),
            below(2, "Sonarr", host, "/tv"),
            below(3, "Feed", host, "/tv/feed.x"),
            below(4, "Other", "other.example", "/tv"),
        ];
        let names = |app: &App| {
            let upstream = Upstream::parse("http://10.0.0.7:8989");
            Names::new(app, &apps, "https://door.home.example", latchkey(), upstream, "t").unwrap()
        };
        for (proxy, in_order) in [
            (
                ReverseProxy::Nginx,
                [
                    "location ~* ^/tv/feed[.]x(/|$) {",
                    "location ~* ^/tv(/|$) {",
                    "location / {",
                ],
            ),
            (
                ReverseProxy::Swag,
                [
                    "location ~* ^/tv/feed[.]x(/|$) {",
                    "location ~* ^/tv(/|$) {",
                    "location / {",
                ],
            ),
            (
                ReverseProxy::NginxProxyManager,
                [
                    "location ~* ^/tv/feed[.]x(/|$) {",
                    "location ~* ^/tv(/|$) {",
                    "location / {",
                ],
            ),
            (
                ReverseProxy::Caddy,
                [
                    " path /tv/feed.x /tv/feed.x/*\n",
                    " path /tv /tv/*\n",
                    "\t\treverse_proxy http",
                ],
            ),
            (
                ReverseProxy::Haproxy,
                ["-tv-feed-x-3\n    mode http", "-tv-2\n    mode http", "\n    mode http"],
            ),
        ] {
            let parts = snippet(proxy, &names(&apps[1]));
            let part = parts.iter().find(|part| part.text.contains(in_order[0])).unwrap();
            let at = in_order.map(|line| part.text.rfind(line).unwrap_or_else(|| panic!("{line}: {}", part.text)));
            assert!(at.is_sorted(), "{proxy:?}: {}", part.text);
            assert!(
                part.text.contains("10.0.0.7:8989") && !part.text.contains("Other"),
                "{}",
                part.text
            );
            // Whichever app is asked for, the lines are those of the host.
            let of_another = snippet(proxy, &names(&apps[2]));
            assert!(of_another.iter().any(|other| other.file == part.file), "{proxy:?}");
        }
        let text = |app: &App| text(ReverseProxy::Traefik, &names(app));
        let rule = "&& (PathRegexp(`(?i)^/tv(/|$)`) || PathRegexp(`^/[.]latchkey/(start|finish)$`))\"";
        assert!(text(&apps[1]).contains(rule), "{}", text(&apps[1]));
        assert!(text(&apps[1]).contains("&& Path(`/.latchkey/probe`)\""));
        assert!(!text(&apps[0]).contains("PathRegexp"));
    }
}

#[test]
fn whom_a_line_leaves_to_others_it_says_itself() {
    let latchkey = || Upstream::of_latchkey("0.0.0.0:5056".parse().unwrap());
    let apps = [
        below(1, "All", "*.home.example", "/"),
        below(2, "Admin", "*.home.example", "/admin"),
        below(3, "Media", "*.media.home.example", "/"),
        below(4, "Tv", "tv.home.example", "/"),
        below(5, "Feed", "tv.home.example", "/feed"),
        below(6, "Raw", "tv.home.example", "/feed/raw"),
        below(7, "Like raw", "tv.home.example", "/feed-raw"),
        below(8, "Elsewhere", "tv.other.example", "/"),
    ];
    let text = |proxy, app: &App| {
        let names = Names::new(app, &apps, "https://door.home.example", latchkey(), None, "t").unwrap();
        text(proxy, &names)
    };
    let others = "!{ req.fhdr(host,-1),host_only -m end -i .media.home.example } !{ req.fhdr(host,-1),host_only -m str -i tv.home.example }";
    let all = text(ReverseProxy::Haproxy, &apps[0]);
    let wildcard = format!("if {{ req.fhdr(host,-1),host_only -m end -i .home.example }} {others}");
    for line in [
        format!("use_backend app-any-home-example {wildcard} !{{ path -i -m reg ^/admin(/|$) }}\n"),
        format!("use_backend app-any-home-example-admin-2 {wildcard} {{ path -i -m reg ^/admin(/|$) }}\n"),
    ] {
        assert!(all.contains(&line), "{line}\n{all}");
    }
    let tv = text(ReverseProxy::Haproxy, &apps[3]);
    let host = "{ req.fhdr(host,-1),host_only -m str -i tv.home.example }";
    let feed = format!("if {host} {{ path -i -m reg ^/feed(/|$) }} !{{ path -i -m reg ^/feed/raw(/|$) }}\n");
    assert!(tv.contains(&feed), "{tv}");

    let priority = |app: &App| {
        let text = text(ReverseProxy::Traefik, app);
        let numbers = text.lines().filter_map(|line| line.trim().strip_prefix("priority: "));
        let numbers: Vec<u32> = numbers.map(|number| number.parse().unwrap()).collect();
        let [door, own, probe] = numbers[..] else {
            panic!("{numbers:?}")
        };
        assert!(own < probe && probe < door, "{numbers:?}");
        own
    };
    let closer = [&apps[0], &apps[1], &apps[2], &apps[3], &apps[4], &apps[5]].map(priority);
    assert!(
        closer.is_sorted() && closer.windows(2).all(|two| two[0] + 1 < two[1]),
        "{closer:?}"
    );
    // Different paths are different apps, also where they have the same letters.
    let file = |app: &App| {
        let names = Names::new(app, &apps, "https://door.home.example", latchkey(), None, "t").unwrap();
        snippet(ReverseProxy::Traefik, &names)[1].file.clone()
    };
    assert_ne!(file(&apps[5]), file(&apps[6]));
}

#[test]
fn at_latchkeys_own_host_nobody_is_asked() {
    let latchkey = Upstream::of_latchkey("0.0.0.0:5056".parse().unwrap());
    let app = below(2, "Sonarr", "door.home.example", "/tv");
    let names = Names::new(&app, &[], "https://door.home.example", latchkey, None, "t");
    assert_eq!(names.unwrap_err(), Unfit::OwnHost);
}

#[test]
fn a_host_of_which_no_app_has_the_rest_lets_nobody_there() {
    let latchkey = Upstream::of_latchkey("0.0.0.0:5056".parse().unwrap());
    let app = below(2, "Sonarr", "home.example", "/tv");
    let names = Names::new(&app, &[], "https://door.home.example", latchkey, None, "t").unwrap();
    for (proxy, line) in [
        (ReverseProxy::Nginx, "try_files /.latchkey/none =404;"),
        (ReverseProxy::Swag, "try_files /.latchkey/none =404;"),
        (ReverseProxy::Caddy, "\t\trespond 404\n"),
    ] {
        assert!(text(proxy, &names).contains(line), "{}", text(proxy, &names));
    }
}

#[test]
fn a_path_that_means_something_to_a_configuration_is_named() {
    let latchkey = || Upstream::of_latchkey("0.0.0.0:5056".parse().unwrap());
    let plain = app("x", "tv.example");
    for path in [
        "/a b", "/a{b", "/a}", "/a;b", "/(a|b)", "/a+", "/$a", "/a`b", "/a\"b", "/a'b", "/ä", "/a*", "/a\\b", "/a#b",
        "a",
    ] {
        let odd = below(2, "y", "tv.example", path);
        let elsewhere = below(3, "z", "other.example", path);
        for apps in [vec![odd.clone()], vec![odd.clone(), plain.clone()]] {
            let names = Names::new(&plain, &apps, "https://door.example", latchkey(), None, "t");
            assert_eq!(names.unwrap_err(), Unfit::Path(path.into()));
        }
        assert!(Names::new(&odd, &[], "https://door.example", latchkey(), None, "t").is_err());
        assert!(Names::new(&plain, &[elsewhere], "https://door.example", latchkey(), None, "t").is_ok());
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
