//! `/metrics`, on its own address.

use std::net::SocketAddr;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    home::{Home, Process},
    http::Browser,
};
use crate::support::on_both;

/// The value of one line, by its beginning.
fn value(text: &str, line: &str) -> Option<f64> {
    text.lines().find_map(|own| own.strip_prefix(line)?.trim().parse().ok())
}

/// What the gateway says to a proxy that asks for nobody.
async fn question(address: SocketAddr, host: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /api/v1/gateway/forward-auth HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 192.0.2.7\r\n\
         X-Forwarded-Method: GET\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-Uri: /\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

on_both! {
    async fn what_happens_is_counted(engine) {
        let home = Home::new(engine).await;
        let mut command = home.command(&["serve"]);
        command.env("LATCHKEY_METRICS_LISTEN", "127.0.0.1:0");
        command.env("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1");
        command.env("LATCHKEY_LIMIT_TOKEN_FROM_ADDRESS", "2/10m");
        let mut process = Process::start(command).await;
        let line = process.wait_for_log("/metrics is answered").await;
        let address = line.rsplit("address=").next().unwrap().trim().parse().unwrap();
        let mut prometheus = Browser::new(address);
        let mut owner = Browser::new(process.address);
        // Nothing but 200 from memory is counted apart: also what the gateway refuses is told.
        let answer = question(process.address, "tv.home.test").await;
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("\r\nx-request-id: "), "{answer}");
        home.finish_set_up(&mut owner).await;
        assert_eq!(owner.post("/api/v1/settings/apps", &json!({ "name": "TV", "host": "tv.home.test" })).await.status, 201);
        for (host, status) in [("tv.home.test", "401"), ("tv.home.test", "401"), ("wiki.home.test", "403")] {
            let answer = question(process.address, host).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        }
        for _ in 0..3 {
            assert_eq!(owner.get("/api/v1/user/1").await.status, 200);
        }
        let wrong = json!({ "token": "7d0e3f0a-9b1c-4d2e-8f30-123456789abc" });
        assert_eq!(owner.post("/api/v1/auth/token", &wrong).await.status, 403);
        // The same one is told once, and counts each time.
        assert_eq!(owner.post("/api/v1/auth/token", &wrong).await.status, 403);
        for (last, status) in [("b", 403), ("d", 429)] {
            let other = json!({ "token": format!("7d0e3f0a-9b1c-4d2e-8f30-123456789ab{last}") });
            assert_eq!(owner.post("/api/v1/auth/token", &other).await.status, status);
        }
        assert_eq!(owner.get("/no/such/page").await.status, 404);
        // Whoever comes by the front door reads nothing.
        assert_eq!(owner.get("/metrics").await.status, 404);

        let answer = prometheus.get("/metrics").await;
        assert_eq!(answer.status, 200);
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
        let text = &answer.body;
        assert!(text.ends_with("# EOF\n"), "{text}");
        let asked = "{method=\"GET\",route=\"/api/v1/gateway/forward-auth\"";
        let route = "{method=\"GET\",route=\"/api/v1/user/{id}\"";
        for (line, expected) in [
            (&*format!("latchkey_requests_total{route},status=\"200\"}}"), 3.0),
            (&*format!("latchkey_request_seconds_count{route}}}"), 3.0),
            ("latchkey_requests_total{method=\"GET\",route=\"other\",status=\"404\"}", 2.0),
            ("latchkey_requests_total{method=\"POST\",route=\"/api/v1/auth/token\",status=\"403\"}", 3.0),
            ("latchkey_requests_total{method=\"POST\",route=\"/api/v1/auth/token\",status=\"429\"}", 1.0),
            (&*format!("latchkey_requests_total{asked},status=\"503\"}}"), 1.0),
            (&*format!("latchkey_requests_total{asked},status=\"401\"}}"), 2.0),
            (&*format!("latchkey_requests_total{asked},status=\"403\"}}"), 1.0),
            (&*format!("latchkey_request_seconds_count{asked}}}"), 4.0),
            ("latchkey_turned_away_total{limit=\"token_from_address\"}", 1.0),
            ("latchkey_sign_ins_total{outcome=\"token-refused\",why=\"\"}", 4.0),
            ("latchkey_sign_ins_total{outcome=\"signed-in\",why=\"plex\"}", 1.0),
            ("latchkey_gateway_remembered_total", 0.0),

            ("latchkey_sessions", 1.0),
            ("latchkey_database_up", 1.0),
            ("latchkey_plex_calls_total{call=\"account\",outcome=\"ok\"}", 1.0),
        ] {
            assert_eq!(value(text, line), Some(expected), "{line}\n{text}");
        }
        // As many connections as there are, whatever each does.
        let connections = ["busy", "idle"].map(|state| value(text, &format!("latchkey_database_connections{{state=\"{state}\"}}")));
        assert!(connections.iter().flatten().sum::<f64>() >= 1.0, "{text}");
        for told in ["attic", "Robin", "127.0.0.1", "7d0e3f0a", "no/such"] {
            assert!(!text.contains(told), "{told}: {text}");
        }
    }
}
