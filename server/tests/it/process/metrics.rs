//! `/metrics`, on its own address.

use serde_json::json;

use super::{
    home::{Home, Process},
    http::Browser,
};
use crate::support::on_both;

/// The value of one line, by its beginning.
fn value(text: &str, line: &str) -> Option<f64> {
    text.lines().find_map(|own| own.strip_prefix(line)?.trim().parse().ok())
}

on_both! {
    async fn what_happens_is_counted(engine) {
        let home = Home::new(engine).await;
        let mut command = home.command(&["serve"]);
        command.env("LATCHKEY_METRICS_LISTEN", "127.0.0.1:0");
        let mut process = Process::start(command).await;
        let line = process.wait_for_log("/metrics is answered").await;
        let address = line.rsplit("address=").next().unwrap().trim().parse().unwrap();
        let mut prometheus = Browser::new(address);
        let mut owner = Browser::new(process.address);
        home.finish_set_up(&mut owner).await;
        for _ in 0..3 {
            assert_eq!(owner.get("/api/v1/user/1").await.status, 200);
        }
        let wrong = json!({ "token": "7d0e3f0a-9b1c-4d2e-8f30-123456789abc" });
        assert_eq!(owner.post("/api/v1/auth/token", &wrong).await.status, 403);
        assert_eq!(owner.get("/no/such/page").await.status, 404);
        // Whoever comes by the front door reads nothing.
        assert_eq!(owner.get("/metrics").await.status, 404);

        let answer = prometheus.get("/metrics").await;
        assert_eq!(answer.status, 200);
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
        let text = &answer.body;
        assert!(text.ends_with("# EOF\n"), "{text}");
        let route = "{method=\"GET\",route=\"/api/v1/user/{id}\"";
        for (line, expected) in [
            (&*format!("latchkey_requests_total{route},status=\"200\"}}"), 3.0),
            (&*format!("latchkey_request_seconds_count{route}}}"), 3.0),
            ("latchkey_requests_total{method=\"GET\",route=\"other\",status=\"404\"}", 2.0),
            ("latchkey_requests_total{method=\"POST\",route=\"/api/v1/auth/token\",status=\"403\"}", 1.0),
            ("latchkey_sessions", 1.0),
            ("latchkey_database_up", 1.0),
            ("latchkey_plex_calls_total{call=\"account\",outcome=\"ok\"}", 1.0),
        ] {
            assert_eq!(value(text, line), Some(expected), "{line}\n{text}");
        }
        assert!(text.contains("latchkey_sign_ins_total{outcome=\"signed-in\",why=\"plex\"} 1"), "{text}");
        assert!(text.contains("latchkey_sign_ins_total{outcome=\"token-refused\""), "{text}");
        for told in ["attic", "Robin", "127.0.0.1", "7d0e3f0a", "no/such"] {
            assert!(!text.contains(told), "{told}: {text}");
        }
    }
}
