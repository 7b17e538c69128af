//! `GET /doctor`: tells `latchkey doctor` what the server sees of a request that came through the public URL. Only whoever
//! knows the session secret can ask.

use std::net::SocketAddr;

use app::api::error::ErrorBody;
use axum::{
    Json,
    extract::{ConnectInfo, Extension, State},
    http::{HeaderMap, header::HOST},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    services::ServiceError,
    web::{error::Problem, extract::Client, openapi::said, state::AppState},
};

/// Carries the proof.
pub const PROBE_HEADER: &str = "x-latchkey-probe";
const PURPOSE: &str = "doctor";
/// For how many seconds a proof is good.
const LIFE: i64 = 60;

/// What the server sees.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Probe {
    /// Who connected.
    #[schema(examples("172.18.0.2"))]
    pub peer: String,
    /// As whom the visitor counts.
    #[schema(examples("203.0.113.7"))]
    pub address: String,
    /// Whether the forwarded headers of who connected count.
    pub trusted: bool,
    /// How many addresses `X-Forwarded-For` names; the first is the doctor's own invention.
    #[schema(examples(2))]
    pub hops: usize,
    /// Whether a trusted proxy says that the visitor came by https.
    pub https: bool,
    /// What was asked for.
    #[schema(examples("door.home.example"))]
    pub host: String,
}

impl AppState {
    /// What the doctor proves with that it may ask.
    ///
    /// # Errors
    /// [`ServiceError::Randomness`]
    pub fn doctor_proof(&self) -> Result<String, ServiceError> {
        self.sealed.seal(PURPOSE, &(), LIFE)
    }
}

/// What the server sees of a request that came through the public URL, for `latchkey doctor`.
///
/// Only whoever knows the session secret can ask.
#[utoipa::path(
    get,
    path = "/doctor",
    tag = "Public",
    security(()),
    params((
        "X-Latchkey-Probe" = Option<String>, Header, description = "The proof",
        example = "5b1e0c9a7d3f4286b0a1c2d3e4f5061728394a5b6c7d8e9f",
    )),
    responses(
        (status = 200, description = "What the server sees", body = Probe),
        (
            status = 404,
            description = "There is nothing at this address, without the proof",
            body = ErrorBody,
            example = json!(said(app::msg!("errors-nothing-here"))),
        ),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    client: Client,
    headers: HeaderMap,
) -> Result<Json<Probe>, Problem> {
    let proof = headers.get(PROBE_HEADER).and_then(|proof| proof.to_str().ok());
    proof
        .and_then(|proof| state.sealed.open::<()>(PURPOSE, proof))
        .ok_or_else(Problem::not_found)?;
    let peer = peer.map_or(client.address, |Extension(ConnectInfo(peer))| peer.ip().to_canonical());
    let forwarded = headers.get_all("x-forwarded-for").iter();
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    Ok(Json(Probe {
        peer: peer.to_string(),
        address: client.address.to_string(),
        trusted: state.trusted_proxies.contains(peer),
        hops: forwarded
            .map(|value| value.as_bytes().split(|byte| *byte == b',').count())
            .sum(),
        https: client.https,
        host: text(HOST).unwrap_or_default().to_owned(),
    }))
}
