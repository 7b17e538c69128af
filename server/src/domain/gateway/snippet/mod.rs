//! Configuration for reverse proxies, with the real names filled in: the files beside this one are its templates, and say
//! why each line is there.

mod fill;
mod names;

// Types only: nothing here asks the network.
use core::net::{IpAddr, SocketAddr};

use url::Url;

pub use self::names::{Names, Unfit};
use self::{
    fill::{Values, fill, part},
    names::Place,
};
use super::app::is_host_pattern;

/// The reverse proxies that we write configuration for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReverseProxy {
    /// nginx 1.20 or newer.
    Nginx,
    /// Nginx Proxy Manager: the tab "Advanced".
    NginxProxyManager,
    /// linuxserver.io's SWAG: files that its nginx includes.
    Swag,
    /// Traefik 3: a file, and the same as labels.
    Traefik,
    /// Caddy 2.6 or newer.
    Caddy,
    /// `HAProxy` 2.6 or newer, with a Lua script.
    Haproxy,
}

impl ReverseProxy {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Nginx,
        Self::NginxProxyManager,
        Self::Swag,
        Self::Traefik,
        Self::Caddy,
        Self::Haproxy,
    ];

    /// In addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::NginxProxyManager => "nginx-proxy-manager",
            Self::Swag => "swag",
            Self::Traefik => "traefik",
            Self::Caddy => "caddy",
            Self::Haproxy => "haproxy",
        }
    }

    /// What its people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::NginxProxyManager => "Nginx Proxy Manager",
            Self::Swag => "SWAG",
            Self::Traefik => "Traefik",
            Self::Caddy => "Caddy",
            Self::Haproxy => "HAProxy",
        }
    }

    /// By its [`Self::name`].
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|proxy| proxy.name() == name)
    }
}

/// One file of a proxy's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetPart {
    /// Where it goes, as the proxy's people know it.
    pub file: String,
    /// What stands in it.
    pub text: String,
}

/// The address of a program as a proxy reaches it: scheme, host, port, nothing else. So written that it can stand in any
/// configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    https: bool,
    host: String,
    port: u16,
}

impl Upstream {
    /// What somebody typed; `None`: it is no such address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = parse_origin(text.trim())?;
        let host = url.host_str()?.to_owned();
        let fits = matches!(url.scheme(), "http" | "https") && is_host_pattern(&host);
        fits.then_some(Self {
            https: url.scheme() == "https",
            port: url.port_or_known_default()?,
            host,
        })
    }

    /// Where proxies reach a Latchkey that listens there. One that listens everywhere is in a container as a rule, and has
    /// its name.
    #[must_use]
    pub fn of_latchkey(listen: SocketAddr) -> Self {
        let host = match listen.ip() {
            ip if ip.is_unspecified() => "latchkey".to_owned(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self {
            https: false,
            host,
            port: listen.port(),
        }
    }

    fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn url(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }
}

/// Scheme, host and port, and nothing that the parser would take out of it, such as line breaks.
fn parse_origin(text: &str) -> Option<Url> {
    if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    (plain && nobody).then_some(url)
}

/// The configuration of a proxy for an app.
#[must_use]
pub fn snippet(proxy: ReverseProxy, names: &Names) -> Vec<SnippetPart> {
    match proxy {
        ReverseProxy::Nginx => nginx(names),
        ReverseProxy::NginxProxyManager => nginx_proxy_manager(names),
        ReverseProxy::Swag => swag(names),
        ReverseProxy::Traefik => traefik(names),
        ReverseProxy::Caddy => caddy(names),
        ReverseProxy::Haproxy => haproxy(names),
    }
}

const LOCATION: &str = include_str!("nginx-location.conf");
const HEADERS: &str = include_str!("nginx-headers.conf");
const SERVER: &str = include_str!("nginx-server.conf");
const PLACE: &str = include_str!("nginx-place.conf");
const NOWHERE: &str = include_str!("nginx-nowhere.conf");

/// What nginx's three forms have in common. The gateway is told the very name whose `server` this is: what a browser names
/// may differ from it, where it is nginx's default, and would be another app's then.
fn nginx_values(names: &Names) -> Values {
    let mut values = names.values();
    let (asked, guard) = match names.below() {
        None => (names.with_port(&names.host), String::new()),
        Some(below) => (
            names.with_port("$host"),
            format!(
                "# nginx also brings other hosts here, if it has no other place for them.\nif ($host !~ ^.+[.]{}$) {{\n    return 421;\n}}",
                below.replace('.', "[.]")
            ),
        ),
    };
    values.insert("asked", asked);
    values.insert("guard", guard);
    values.insert("tls", String::new());
    values.insert("size", String::new());
    values.insert("resolver", String::new());
    values
}

fn nginx(names: &Names) -> Vec<SnippetPart> {
    let mut values = nginx_values(names);
    if names.https {
        let files = format!(
            "# CHANGE THIS to your certificate.\nssl_certificate /etc/ssl/certs/{0}.pem;\nssl_certificate_key /etc/ssl/private/{0}.key;",
            names.door
        );
        values.insert("tls", files);
    }
    values.insert("gateway", "latchkey_gateway".to_owned());
    values.insert(
        "location",
        "include /etc/nginx/snippets/latchkey-location.conf;".to_owned(),
    );
    values.insert("headers", fill(HEADERS, &values));
    values.insert("server", fill(SERVER, &values));
    values.insert("places", nginx_places(names, PLACE, &values));
    let file = names.slug();
    vec![
        part(
            "/etc/nginx/conf.d/latchkey.conf",
            include_str!("nginx-latchkey.conf"),
            &values,
        ),
        part("/etc/nginx/snippets/latchkey-location.conf", LOCATION, &values),
        part(
            &format!("/etc/nginx/conf.d/{file}.conf"),
            include_str!("nginx-app.conf"),
            &values,
        ),
    ]
}

/// The `location`s of the apps, and one for all that no app has.
fn nginx_places(names: &Names, place: &str, values: &Values) -> String {
    let mut places = names.fill_places(place, values, |_| Values::new());
    if !names.has_whole_host() {
        places.push('\n');
        places.push_str(&fill(NOWHERE, values));
    }
    places
}

fn nginx_proxy_manager(names: &Names) -> Vec<SnippetPart> {
    let mut values = nginx_values(names);
    // A variable: nginx looks the name up when it is needed, and starts without it.
    values.insert("gateway", "$latchkey".to_owned());
    values.insert("location", fill(LOCATION, &values));
    values.insert("headers", fill(HEADERS, &values));
    values.insert("server", fill(SERVER, &values));
    // The app that has the rest of the host is where the tab "Details" says.
    let deeper = names.places.iter().filter(|place| !place.is_whole_host());
    let size = || {
        Values::from([(
            "size",
            "# Uploads are as large as the app allows.\nclient_max_body_size 0;".to_owned(),
        )])
    };
    let places = deeper.map(|place| names.fill_place(place, PLACE, &values, size()) + "\n");
    values.insert("places", places.collect());
    let file = format!("Proxy Host {}, Advanced", names.host);
    vec![part(&file, include_str!("npm-advanced.conf"), &values)]
}

fn swag(names: &Names) -> Vec<SnippetPart> {
    let mut values = nginx_values(names);
    if names.https {
        values.insert("tls", "include /config/nginx/ssl.conf;".to_owned());
    }
    values.insert("asked", names.with_port("$host"));
    values.insert("gateway", "$latchkey".to_owned());
    let resolver = "# nginx looks the name up when it is needed, and starts without it.\ninclude /config/nginx/resolver.conf;\nset $latchkey {{latchkey}};";
    values.insert("resolver", fill(resolver, &values));
    values.insert("location", "include /config/nginx/latchkey-location.conf;".to_owned());
    let places = nginx_places(names, include_str!("swag-place.conf"), &values);
    values.insert("places", places);
    let app = format!("/config/nginx/proxy-confs/{}.subdomain.conf", names.slug());
    vec![
        part(
            "/config/nginx/proxy-confs/latchkey.subdomain.conf",
            include_str!("swag-latchkey.conf"),
            &values,
        ),
        part("/config/nginx/latchkey-server.conf", SERVER, &values),
        part("/config/nginx/latchkey-location.conf", LOCATION, &values),
        part(&app, include_str!("swag-app.conf"), &values),
    ]
}

fn traefik(names: &Names) -> Vec<SnippetPart> {
    let mut values = names.values();
    let host_rule = match names.below() {
        None => format!("Host(`{}`)", names.host),
        Some(below) => format!("HostRegexp(`^.+[.]{}$`)", below.replace('.', "[.]")),
    };
    // As the gateway decides: a host before wildcards, then the longer host, then the longer path. By itself Traefik would
    // go by the length of the rule.
    let exact = if names.below().is_none() { 1_000_000 } else { 0 };
    let priority = exact + names.host.len() * 1000 + names.chosen.path.len() * 2;
    let rule = if names.chosen.is_whole_host() {
        host_rule.clone()
    } else {
        // Whoever comes back from the sign-in comes through here, too.
        format!(
            "{host_rule} && (PathRegexp(`(?i){}`) || PathRegexp(`^/[.]latchkey/(start|finish)$`))",
            names.chosen.pattern()
        )
    };
    let slug = names.chosen.slug(&names.host);
    let label = |what: String, value: &str| format!("traefik.http.routers.{what}: \"{value}\"");
    let tls = |router: String| {
        let lines = label(format!("{router}.tls"), "true");
        if names.https { lines } else { String::new() }
    };
    let label_priority = |router: &str, number: usize| label(format!("{router}.priority"), &number.to_string());
    let probe = format!("{slug}-probe");
    for (name, value) in [
        (
            "tls",
            if names.https {
                "tls: {}".to_owned()
            } else {
                String::new()
            },
        ),
        ("latchkey_tls", tls("latchkey".to_owned())),
        ("app_tls", tls(slug.clone())),
        ("probe_tls", tls(probe.clone())),
        ("priority", priority.to_string()),
        ("probe_priority", (priority + 1).to_string()),
        ("label_priority", label_priority(&slug, priority)),
        ("label_probe_priority", label_priority(&probe, priority + 1)),
        ("label_rule", rule.replace('$', "$$")),
        ("label_host_rule", host_rule.replace('$', "$$")),
        ("host_rule", host_rule),
        ("rule", rule),
    ] {
        values.insert(name, value);
    }
    vec![
        part(
            "/etc/traefik/dynamic/latchkey.yml",
            include_str!("traefik-latchkey.yml"),
            &values,
        ),
        part(
            &format!("/etc/traefik/dynamic/{slug}.yml"),
            include_str!("traefik-app.yml"),
            &values,
        ),
        part("compose.yaml", include_str!("traefik-labels.yml"), &values),
    ]
}

fn caddy(names: &Names) -> Vec<SnippetPart> {
    let mut values = names.values();
    let site = |host: &str| match (names.https, names.port) {
        // Caddy gets a certificate for it by itself.
        (true, None) => host.to_owned(),
        (true, Some(port)) => format!("https://{host}:{port}"),
        (false, None) => format!("http://{host}"),
        (false, Some(port)) => format!("http://{host}:{port}"),
    };
    values.insert("site", site(&names.host));
    values.insert("door_site", site(&names.door));
    let matchers = |place: &Place| {
        let slug = place.slug(&names.host);
        let path = &place.path;
        let (matcher, at) = if place.is_whole_host() {
            (String::new(), String::new())
        } else {
            (format!("@{slug} path {path} {path}/*"), format!("@{slug} "))
        };
        Values::from([("matcher", matcher), ("at", at)])
    };
    let mut places = names.fill_places(include_str!("Caddyfile-place"), &values, matchers);
    if !names.has_whole_host() {
        places.push_str("\n# No app has the rest.\nrespond 404\n");
    }
    values.insert("places", places);
    vec![
        part("Caddyfile", include_str!("Caddyfile-latchkey"), &values),
        part(
            &format!("Caddyfile: {}", names.host),
            include_str!("Caddyfile-app"),
            &values,
        ),
    ]
}

fn haproxy(names: &Names) -> Vec<SnippetPart> {
    let mut values = names.values();
    // Each line says itself whom it leaves to others, so that their order means nothing.
    let host_is = |pattern: &str| match pattern.strip_prefix('*') {
        None => format!("{{ req.fhdr(host,-1),host_only -m str -i {pattern} }}"),
        Some(below) => format!("{{ req.fhdr(host,-1),host_only -m end -i {below} }}"),
    };
    let path_is = |place: &Place| format!("{{ path -i -m reg {} }}", place.pattern());
    let choices = |place: &Place| {
        let mut conditions = vec![host_is(&names.host)];
        conditions.extend(names.closer.iter().map(|other| format!("!{}", host_is(other))));
        if !place.is_whole_host() {
            conditions.push(path_is(place));
        }
        let deeper = names
            .places
            .iter()
            .filter(|other| !other.is_whole_host() && *other != place);
        conditions.extend(
            deeper
                .filter(|other| place.holds(other))
                .map(|other| format!("!{}", path_is(other))),
        );
        let conditions = conditions.join(" ");
        let slug = place.slug(&names.host);
        let (backend, choice) = match (names.below(), place.is_whole_host()) {
            // The frontend's last line finds it.
            (None, true) => (names.host.clone(), None),
            _ => (slug.clone(), Some(format!("use_backend {slug} if {conditions}"))),
        };
        let why = "# Add this to the frontend, before its last line; take it anew whenever an app is added below it:";
        let choice = choice.map_or_else(String::new, |line| format!("{why}\n#     {line}"));
        Values::from([("backend", backend), ("choice", choice)])
    };
    let apps = names.fill_places(include_str!("haproxy-app.cfg"), &values, choices);
    let ssl = if names.https {
        " ssl crt /etc/haproxy/certs/"
    } else {
        ""
    };
    values.insert("ssl", ssl.to_owned());
    vec![
        part("haproxy.cfg", include_str!("haproxy-latchkey.cfg"), &values),
        SnippetPart {
            file: format!("haproxy.cfg: {}", names.host),
            text: apps,
        },
        part("/etc/haproxy/latchkey.lua", include_str!("haproxy.lua"), &values),
    ]
}

#[cfg(test)]
mod tests;
