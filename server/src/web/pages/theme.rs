//! `POST /theme`: remembers light, dark or the system's, so that the server renders the right one without a flash.

use axum::{extract::State, http::header::SET_COOKIE, response::Response};
use cookie::time::Duration;
use serde::Deserialize;

use super::see_other;
use crate::{
    domain::reset::ResetValue,
    web::{cookies, extract::FormBody, state::AppState},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Form {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    return_to: String,
}

pub(super) async fn submit(State(state): State<AppState>, FormBody(form): FormBody<Form>) -> Response {
    let cookie = match form.theme.as_str() {
        theme @ ("light" | "dark") => cookies::set(cookies::THEME, theme, state.secure_cookies(), Duration::days(400)),
        _ => cookies::clear(cookies::THEME, state.secure_cookies()),
    };
    // Back to the page itself, which may be the sign-in page; a form's address has no page to go back to.
    let mut response = see_other(&back(&form.return_to));
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

/// The page that a form of the footer stood on.
pub(super) fn back(path: &str) -> String {
    // The page of a link for a new password: nothing but such a link, written anew. Only this form goes back there; no
    // sign-in does.
    let link = path
        .strip_prefix(app::paths::LOGIN_RESET)
        .and_then(|rest| rest.strip_prefix('/'));
    if let Some(value) = link.and_then(ResetValue::parse) {
        return app::paths::login_reset(&value.expose());
    }
    let pages = [
        app::paths::LOGIN,
        app::paths::LOGIN_RESET,
        app::paths::SETUP,
        app::paths::SETUP_OWNER,
        app::paths::SETUP_SERVER,
        app::paths::SETUP_DONE,
    ];
    let known = path
        .split_once('?')
        .map_or((path, None), |(path, query)| (path, Some(query)));
    if pages.contains(&known.0) && !path.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return path.to_owned();
    }
    crate::domain::redirect::ReturnTarget::parse(path).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn back_to_the_page_and_nowhere_else() {
        assert_eq!(back("/login?returnTo=%2Fprofile"), "/login?returnTo=%2Fprofile");
        let link = "/login/reset/7d0e3f0a-9b1c-4d2e-8f30-123456789abc";
        assert_eq!(back(link), link);
        assert_eq!(back("/login/reset?asked=1"), "/login/reset?asked=1");
        assert_eq!(back(&format!("{link}/x")), "/");
        assert_eq!(back(&format!("{link}?to=//evil.test")), "/");
        assert_eq!(back("/login/reset/../../x"), "/");
        assert_eq!(back("/profile"), "/profile");
        assert_eq!(back("//evil.test"), "/");
        assert_eq!(back("/login\r\nSet-Cookie: x"), "/");
        assert_eq!(back("/login/password"), "/");
    }
}
