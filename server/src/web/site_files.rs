//! The built files: where they are, what they are called, and serving them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::pages::Assets;
use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
};
use serde::Deserialize;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// The built site.
#[derive(Debug, Clone)]
pub struct Site {
    folder: PathBuf,
    pub(super) assets: Arc<Assets>,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// No folder with a manifest.
    #[error(
        "the built site is not there (looked for manifest.json in {0}). Run `make build`, or set LATCHKEY_SITE_DIR to the folder that it left"
    )]
    Missing(String),
    /// A manifest that can't be read.
    #[error("{0}: {1}. Run `make build` again")]
    Damaged(PathBuf, String),
}

#[derive(Deserialize)]
struct Manifest {
    css: String,
    boot: String,
    js: String,
    wasm: String,
    icon: String,
}

impl Site {
    /// Opens the configured folder, else `site` beside the executable or one folder above it.
    ///
    /// # Errors
    /// There is none, or its manifest is damaged.
    pub fn open(configured: Option<&Path>) -> Result<Self, SiteError> {
        let candidates = match configured {
            Some(folder) => vec![folder.to_owned()],
            None => beside_the_executable(),
        };
        let looked = candidates
            .iter()
            .map(|folder| folder.display().to_string())
            .collect::<Vec<_>>()
            .join(" and ");
        let folder = candidates
            .into_iter()
            .find(|folder| folder.join("manifest.json").is_file())
            .ok_or(SiteError::Missing(looked))?;
        let file = folder.join("manifest.json");
        let text =
            std::fs::read_to_string(&file).map_err(|error| SiteError::Damaged(file.clone(), error.to_string()))?;
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|error| SiteError::Damaged(file, error.to_string()))?;
        let Manifest {
            css,
            boot,
            js,
            wasm,
            icon,
        } = manifest;
        Ok(Self {
            folder,
            assets: Arc::new(Assets {
                css,
                boot,
                js,
                wasm,
                icon,
            }),
        })
    }

    /// Pages without style or script, for commands and tests that don't look at them.
    #[must_use]
    pub fn none() -> Self {
        Self {
            folder: PathBuf::from("/nonexistent"),
            assets: Arc::default(),
        }
    }

    /// Serves the files. Their names hold content hashes, so browsers may keep them for ever.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let files = ServeDir::new(self.folder.join("pkg"))
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        // A missing file must not be remembered for a year.
        let keep = move |response: &axum::http::Response<_>| response.status().is_success().then(|| forever.clone());
        let keep = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, keep);
        let vary = SetResponseHeaderLayer::overriding(
            HeaderName::from_static("vary"),
            HeaderValue::from_static("accept-encoding"),
        );
        Router::new().nest_service(
            app::paths::PKG,
            tower::ServiceBuilder::new().layer(keep).layer(vary).service(files),
        )
    }
}

fn beside_the_executable() -> Vec<PathBuf> {
    let Ok(executable) = std::env::current_exe() else {
        return Vec::new();
    };
    let Some(folder) = executable.parent() else {
        return Vec::new();
    };
    [
        Some(folder.join("site")),
        folder.parent().map(|above| above.join("site")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
