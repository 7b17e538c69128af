//! `GET /settings/proxy`: the configuration of a reverse proxy for an app. Ours.

use axum::{Json, extract::State};
use serde::Serialize;

use crate::web::{
    error::Problem,
    extract::{Admin, QueryOf},
    gateway::{Wanted, lines},
    state::AppState,
};

#[derive(Serialize)]
pub(in crate::web) struct Written {
    proxy: &'static str,
    app: i64,
    parts: Vec<WrittenPart>,
}

#[derive(Serialize)]
struct WrittenPart {
    file: String,
    text: String,
}

/// 200; 400 no such proxy, no address; 404 no such app; 409 without a public URL.
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    _: Admin,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Result<Json<Written>, Problem> {
    let (proxy, parts) = lines(&state, &wanted)?;
    let parts = parts
        .into_iter()
        .map(|part| WrittenPart {
            file: part.file,
            text: part.text,
        })
        .collect();
    Ok(Json(Written {
        proxy: proxy.name(),
        // It was found by it.
        app: wanted.app.parse().unwrap_or_default(),
        parts,
    }))
}
