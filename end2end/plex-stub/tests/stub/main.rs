//! The stub's own tests: one binary, no sleeping, one file a subject.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod access;
mod control;
mod faults;
mod http;
mod pins;
mod sharing;
mod tokens;

use http::{Answer, send};
use plex_stub::{Stub, World};

/// The client identifier of the install under test.
const OURS: &str = "0b7c6d3e-4a51-4f0e-9d2a-111111111111";

/// A stub with the built-in household and the requests tests make most.
struct Plex(Stub);

impl Plex {
    async fn start() -> Self {
        Self(
            Stub::start(([127, 0, 0, 1], 0).into(), World::household())
                .await
                .unwrap(),
        )
    }

    /// As our client identifier, asking for JSON.
    async fn json(&self, method: &str, path: &str) -> Answer {
        let headers = [("Accept", "application/json"), ("X-Plex-Client-Identifier", OURS)];
        send(&self.0.url(), method, path, &headers, "").await
    }

    /// As our client identifier with a token, in the face `accept` asks for.
    async fn with_token(&self, method: &str, path: &str, token: &str, accept: &str) -> Answer {
        let headers = [
            ("Accept", accept),
            ("X-Plex-Client-Identifier", OURS),
            ("X-Plex-Token", token),
        ];
        send(&self.0.url(), method, path, &headers, "").await
    }

    /// As an account of the world.
    async fn get_as(&self, account: &str, path: &str) -> Answer {
        let token = self.0.issue_token(account, OURS);
        self.with_token("GET", path, &token, "application/json").await
    }

    /// The same in XML.
    async fn xml_as(&self, account: &str, path: &str) -> Answer {
        let token = self.0.issue_token(account, OURS);
        self.with_token("GET", path, &token, "*/*").await
    }

    async fn json_post_as(&self, account: &str, path: &str) -> Answer {
        let token = self.0.issue_token(account, OURS);
        self.with_token("POST", path, &token, "application/json").await
    }

    async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        send(&self.0.url(), method, path, headers, body).await
    }
}
