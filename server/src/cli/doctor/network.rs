//! What only asking others shows: the running server, plex.tv, the public URL and the proxy in front of it.

use std::time::Duration;

use reqwest::{Client, Response, header::DATE};
use serde::Deserialize;

use super::Finding;
use crate::{
    cli::healthcheck,
    config::Config,
    domain::clock::{Clock as _, SystemClock},
    web::{AppState, PROBE_HEADER, Probe},
};

const PATIENCE: Duration = Duration::from_secs(10);
/// From so many seconds on a clock is wrong.
const CLOCK_OFF: i64 = 60;
/// An address of nobody (RFC 5737), which we pretend to come from.
const FORGED: &str = "192.0.2.77";

/// All of it. Networks differ: nothing here fails, it is found.
pub(super) async fn look(config: &Config, state: &AppState) -> Vec<Finding> {
    let mut found = vec![server(config).await];
    let Some(client) = client() else {
        found.push(Finding::bad(
            "plex.tv",
            "no HTTPS client can be made on this machine",
            "",
        ));
        return found;
    };
    let mut date = None;
    let mut asked = Vec::new();
    for url in config.plex.pin_urls.iter().chain([&config.plex.api_url]) {
        if asked.contains(&url) {
            continue;
        }
        asked.push(url);
        match client
            .get(format!("{}/api/v2/ping", url.trim_end_matches('/')))
            .send()
            .await
        {
            Ok(answer) => {
                date = date.or_else(|| server_time(&answer));
                found.push(Finding::good("plex.tv", format!("{url} answers")));
            }
            Err(error) => found.push(Finding::bad(
                "plex.tv",
                format!("{url} can't be reached from here: {}", why(&error)),
                "Look at DNS, firewall, and whether a filter blocks plex.tv.",
            )),
        }
    }
    found.push(clock(date));
    found.extend(public_url(config, state, &client).await);
    found
}

async fn server(config: &Config) -> Finding {
    match healthcheck::run(config.listen).await {
        Ok(_) => Finding::good("server", format!("runs on {} and is ready", config.listen)),
        Err(failure) => Finding::warning(
            "server",
            failure.to_string(),
            "Start it with `latchkey serve`, or look into its log.",
        ),
    }
}

fn client() -> Option<Client> {
    Client::builder()
        .user_agent(concat!("latchkey-doctor/", env!("CARGO_PKG_VERSION")))
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(crate::plex::tls()?)
        .build()
        .ok()
}

/// The innermost cause, without the address, which may be long.
fn why(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn server_time(answer: &Response) -> Option<i64> {
    let text = answer.headers().get(DATE)?.to_str().ok()?;
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc2822)
        .ok()
        .map(time::OffsetDateTime::unix_timestamp)
}

fn clock(server: Option<i64>) -> Finding {
    let Some(server) = server else {
        return Finding::skipped("clock", "nobody told the time");
    };
    let off = SystemClock.now() - server;
    if off.abs() < CLOCK_OFF {
        Finding::good("clock", "right")
    } else {
        let way = if off > 0 { "ahead" } else { "behind" };
        Finding::bad(
            "clock",
            format!("{} seconds {way} of plex.tv's", off.abs()),
            "Switch time synchronisation on (timedatectl set-ntp true): codes and tokens run out at wrong times.",
        )
    }
}

async fn public_url(config: &Config, state: &AppState, client: &Client) -> Vec<Finding> {
    const CHECK: &str = "public URL";
    let Some(url) = &config.public_url else {
        return vec![
            Finding::warning(
                CHECK,
                "none is set",
                "Set LATCHKEY_PUBLIC_URL to what people type, such as https://home.example: sign-in links and cookies need it.",
            ),
            Finding::skipped("proxy", "not looked at without a public URL"),
        ];
    };
    let base = url.origin();
    let not_ours = |said: String| {
        vec![
            Finding::bad(
                CHECK,
                said,
                "Look at DNS and at the proxy's rule for this name: it has to lead to LATCHKEY_LISTEN.",
            ),
            Finding::skipped("proxy", "not looked at: the public URL does not lead here"),
        ]
    };
    let answer = match client
        .get(format!("{base}{}/settings/public", app::paths::API))
        .send()
        .await
    {
        Ok(answer) => answer,
        Err(error) => return not_ours(format!("{base} can't be reached from here: {}", why(&error))),
    };
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Public {
        plex_client_identifier: String,
    }
    let status = answer.status();
    match answer.json::<Public>().await {
        Ok(public) if *public.plex_client_identifier == *state.site.now().client_identifier => {}
        Ok(_) => return not_ours(format!("{base} leads to another Latchkey")),
        Err(_) => return not_ours(format!("{base} answers {status}, but not as Latchkey")),
    }
    let mut found = vec![if base.starts_with("https://") {
        Finding::good(CHECK, format!("{base} leads here"))
    } else {
        Finding::warning(
            CHECK,
            format!("{base} leads here, but without encryption"),
            "Put a proxy with a certificate in front (Caddy makes one by itself), unless this never leaves your home.",
        )
    }];
    found.extend(proxy(state, client, base).await);
    found
}

/// Asks the server through the public URL what it sees of us.
async fn proxy(state: &AppState, client: &Client, base: &str) -> Vec<Finding> {
    const CHECK: &str = "proxy";
    let Ok(proof) = state.doctor_proof() else {
        return vec![Finding::skipped(CHECK, "no proof could be made")];
    };
    let asked = client
        .get(format!("{base}{}/doctor", app::paths::API))
        .header(PROBE_HEADER, proof)
        .header("x-forwarded-for", FORGED)
        .send();
    let probe: Probe = match asked.await {
        Ok(answer) if answer.status().is_success() => match answer.json().await {
            Ok(probe) => probe,
            Err(_) => {
                return vec![Finding::bad(
                    CHECK,
                    "the proxy changes our answers",
                    "Let it pass them on as they are.",
                )];
            }
        },
        _ => {
            return vec![Finding::bad(
                CHECK,
                "our own question did not come through",
                format!("Let the proxy pass the header {PROBE_HEADER} on, and every path below /api/v1."),
            )];
        }
    };
    let mut found = Vec::new();
    if probe.address == FORGED {
        found.push(Finding::bad(
            CHECK,
            "visitors can pretend to come from any address",
            "Let the proxy set X-Forwarded-For itself (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for), \
             and list only the proxy's own address in LATCHKEY_TRUSTED_PROXIES.",
        ));
    }
    if !probe.trusted && probe.hops > 1 {
        found.push(Finding::bad(
            CHECK,
            format!(
                "every visitor counts as {}, because that proxy is not listed",
                probe.peer
            ),
            format!(
                "Set LATCHKEY_TRUSTED_PROXIES={} if that is your reverse proxy.",
                probe.peer
            ),
        ));
    }
    if base.starts_with("https://") && !probe.https {
        found.push(Finding::warning(
            CHECK,
            "the server can't tell that people come by https",
            "Let the proxy send X-Forwarded-Proto, and list it in LATCHKEY_TRUSTED_PROXIES.",
        ));
    }
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    if !probe.host.eq_ignore_ascii_case(host) {
        found.push(Finding::warning(
            CHECK,
            format!("the server is asked for {:?} instead of {host:?}", probe.host),
            "Let the proxy pass the host on (nginx: proxy_set_header Host $host).",
        ));
    }
    if found.is_empty() {
        found.push(Finding::good(CHECK, format!("we are seen as {}", probe.address)));
    }
    found
}
