//! The yardsticks of `make bench`: axum handlers with nothing around them, measured in the same run. `/` answers; `/read`
//! looks a login token up first, with one indexed read of the SQLite file `BARE_DATABASE`.

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::get};
use sha2::{Digest, Sha256};
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(clippy::disallowed_methods, reason = "an example has no configuration")]
    let read = |name| std::env::var(name).ok();
    let listen = read("BARE_LISTEN").unwrap_or_else(|| "127.0.0.1:5058".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let file = read("BARE_DATABASE").unwrap_or_else(|| ":memory:".to_owned());
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await?;
    let router = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/healthz", get(|| async { "ok" }))
        .route("/read", get(find))
        .with_state(pool);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn find(State(pool): State<SqlitePool>, headers: HeaderMap) -> Result<String, StatusCode> {
    let token = headers.get("x-login-token").ok_or(StatusCode::BAD_REQUEST)?;
    let found: Option<(i64,)> = sqlx::query_as("SELECT user_id FROM login_tokens WHERE token_hash = $1")
        .bind(Sha256::digest(token.as_bytes()).to_vec())
        .fetch_optional(&pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    found.map(|(id,)| id.to_string()).ok_or(StatusCode::FORBIDDEN)
}
