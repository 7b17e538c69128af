//! From a page's data to an HTML answer, through leptos.

use std::sync::Arc;

use app::{
    messages::Language,
    pages::{Chrome, Page, Theme, Viewer, document},
};
use axum::{
    body::{Body, Bytes},
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header::CONTENT_TYPE, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::prelude::{Owner, provide_context};

use super::{
    cookies,
    error::Problem,
    extract::{Caller, MaybeCaller},
    language,
    middleware::Nonce,
    state::AppState,
};
use crate::domain::{
    deep_link::{clean_target, strip},
    permission::Permissions,
};

/// Everything that a page needs besides its own data.
pub(super) struct View {
    chrome: Chrome,
    language: Language,
}

impl View {
    /// For error pages, which must not need the database.
    pub(super) async fn without_viewer(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let theme = match cookies::find(&parts.headers, cookies::THEME) {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let nonce = parts
            .extensions
            .get::<Nonce>()
            .map_or_else(|| Arc::from(""), |nonce| Arc::clone(&nonce.0));
        let chrome = Chrome {
            nonce,
            assets: Arc::clone(&state.files.assets),
            theme,
            title: state.site.now().settings.application_title.as_str().into(),
            viewer: None,
            path: own_path(&parts.uri, state),
        };
        Ok(Self {
            chrome,
            language: language::of_reader(None, &parts.headers, state),
        })
    }

    /// Shows in the header who is signed in, and everything in their language.
    pub(super) fn seen_by(&mut self, MaybeCaller(caller): &MaybeCaller) {
        self.chrome.viewer = caller.as_ref().map(viewer);
        let chosen = caller.as_ref().and_then(|caller| caller.user.locale.as_deref());
        if let Some(language) = chosen.and_then(Language::from_tag) {
            self.language = language;
        }
    }

    /// Renders. Everything was loaded before: the answer is one piece with its status.
    pub(super) async fn render(self, status: StatusCode, page: Page) -> Response {
        let Self { chrome, language } = self;
        let nonce = Arc::clone(&chrome.nonce);
        let context = move || {
            provide_context(language);
            provide_context(leptos::nonce::Nonce::from_value(Arc::clone(&nonce)));
            // Islands only: leptos must neither number the elements of the page nor send data for hydrating them.
            if let Some(shared) = Owner::current_shared_context() {
                shared.set_is_hydrating(false);
            }
        };
        let app = move || document(chrome.clone(), page.clone());
        let response = leptos_axum::render_app_async_with_context(context, app)(Request::new(Body::empty())).await;
        match axum::body::to_bytes(response.into_body(), usize::MAX).await {
            Ok(html) => {
                let mut headers = HeaderMap::new();
                language::mark(&mut headers, language);
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
                (status, headers, document_only(html)).into_response()
            }
            Err(error) => Problem::page_failed(&error).into_response(),
        }
    }
}

/// Path and query of this page for forms that come back to it, without a login token, which no page may hold.
fn own_path(uri: &Uri, state: &AppState) -> String {
    let stripped = uri
        .query()
        .and_then(|query| strip(query, &state.site.now().settings.login_token_parameter));
    match stripped {
        Some(stripped) => clean_target(uri.path(), stripped.query.as_deref()),
        None => uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
    }
}

/// Without the scripts that leptos puts behind the document for data that our pages don't have.
fn document_only(html: Bytes) -> Bytes {
    const END: &[u8] = b"</html>";
    match html.windows(END.len()).rposition(|window| window == END) {
        Some(at) => html.slice(..at + END.len()),
        None => html,
    }
}

impl FromRequestParts<AppState> for View {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = MaybeCaller::from_request_parts(parts, state).await?;
        let mut view = Self::without_viewer(parts, state).await?;
        view.seen_by(&caller);
        Ok(view)
    }
}

fn viewer(caller: &Caller) -> Viewer {
    Viewer {
        name: caller.user.display_name().to_owned(),
        avatar: super::pages::picture_of(&caller.user),
        owner: caller.user.is_owner(),
        manages_users: caller.user.permissions.allows(Permissions::MANAGE_USERS),
        manages_settings: caller.user.permissions.allows(Permissions::ADMIN),
    }
}
