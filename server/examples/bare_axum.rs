//! The yardstick of `make bench`: an axum handler with nothing around it, measured in the same run.

use axum::{Router, routing::get};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "an example has no configuration")]
    let listen = std::env::var("BARE_LISTEN").unwrap_or_else(|_| "127.0.0.1:5058".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let router = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/healthz", get(|| async { "ok" }));
    axum::serve(listener, router).await
}
