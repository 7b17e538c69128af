//! The one place where something that went wrong becomes a status and a sentence.
//!
//! A [`Problem`] answers as JSON; the middleware `error_pages` puts it into the reader's language, and for pages makes a
//! page of it. The cause goes to the
//! log and never to the client.

use app::{
    api::error::{ErrorBody, FieldError},
    messages::{Language, Message},
    msg,
};
use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};

use crate::{
    domain::{people_rules::Denied, settings::Mistake},
    plex::{PlexError, PlexErrorKind},
    services::{ServiceError, apps::AppError, site::SaveError},
};

/// Said to programs.
const NOTHING_HERE: &str = "errors-nothing-here";

/// An error answer.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// For people: what is wrong and what to do next.
    pub(super) message: Message,
    /// Fields of the request by their path, and what is wrong with each.
    pub(super) errors: Vec<(String, Message)>,
    /// Seconds.
    pub(super) retry_after: Option<u32>,
    /// With 405: what is taken instead.
    pub(super) allow: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, message: impl Into<Message>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: Vec::new(),
            retry_after: None,
            allow: None,
        }
    }

    pub(super) fn field(status: StatusCode, path: impl Into<String>, message: impl Into<Message>) -> Self {
        let message = message.into();
        let errors = vec![(path.into(), message.clone())];
        Self {
            errors,
            ..Self::new(status, message)
        }
    }

    pub(super) fn bad_request(message: impl Into<Message>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn forbidden(message: impl Into<Message>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, msg!("errors-not-signed-in"))
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, Message::new(NOTHING_HERE, Vec::new()))
    }

    /// Whether it says only that this address is nobody's.
    pub(super) fn says_nothing_is_here(&self) -> bool {
        self.message.key() == NOTHING_HERE
    }

    /// Nobody has that number.
    pub(super) fn no_member() -> Self {
        Self::new(StatusCode::NOT_FOUND, msg!("errors-no-member"))
    }

    /// Revoked meanwhile, or never there.
    pub(super) fn no_token() -> Self {
        Self::new(StatusCode::NOT_FOUND, msg!("tokens-none-such"))
    }

    /// Taken away meanwhile, or never there.
    pub(super) fn no_app() -> Self {
        Self::new(StatusCode::NOT_FOUND, msg!("apps-none-such"))
    }

    /// Values that don't fit, each at its field.
    fn mistakes(mistakes: Vec<Mistake>) -> Self {
        let first = mistakes.first().map(|mistake| mistake.message.clone());
        let errors = mistakes
            .into_iter()
            .map(|mistake| (mistake.name.to_owned(), mistake.message));
        Self {
            errors: errors.collect(),
            ..Self::bad_request(first.unwrap_or_else(|| msg!("settings-not-saved", count = 1)))
        }
    }

    /// Wrong, expired, revoked or malformed: nobody is told which.
    pub(super) fn token_refused() -> Self {
        Self::forbidden(msg!("tokens-refused"))
    }

    pub(super) fn set_up_first() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, msg!("errors-set-up-first"))
    }

    /// What programs read.
    pub(super) fn body(&self, language: Language) -> ErrorBody {
        let message = self.message.in_language(language);
        let errors = self.errors.iter().map(|(path, message)| FieldError {
            path: path.clone(),
            message: message.in_language(language),
        });
        ErrorBody {
            status: self.status.as_u16(),
            error: message.clone(),
            message,
            errors: errors.collect(),
        }
    }

    fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, msg!("errors-internal"))
    }

    /// The database is away; nothing was changed.
    pub(super) fn store_unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "the database is not available");
        Self::unavailable(msg!("errors-store-unavailable"), 5)
    }

    /// A page could not be rendered.
    pub(super) fn page_failed(cause: &dyn std::fmt::Display) -> Self {
        Self::internal(cause)
    }

    fn unavailable(message: impl Into<Message>, retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Storage(error) if error.is_unavailable() => Self::store_unavailable(&error),
            ServiceError::Storage(error) => Self::internal(&error),
            ServiceError::Plex(error) => error.into(),
            ServiceError::TooManyTries { seconds } => Self {
                retry_after: Some(seconds),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    msg!("errors-too-many-tries", seconds = seconds),
                )
            },
            ServiceError::Invalid { field, message } => Self::field(StatusCode::BAD_REQUEST, field, message),
            ServiceError::Taken { field, message } => Self::field(StatusCode::CONFLICT, field, message),
            ServiceError::Forbidden(message) => Self::forbidden(message),
            ServiceError::Conflict(message) => Self::new(StatusCode::CONFLICT, message),
            ServiceError::Upstream(message) => Self::new(StatusCode::BAD_GATEWAY, message),
            ServiceError::Overloaded => Self::unavailable(msg!("errors-overloaded"), 3),
            ServiceError::Randomness(error) => Self::internal(&error),
            ServiceError::Internal(cause) => Self::internal(&cause),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        ServiceError::from(denied).into()
    }
}

impl From<SaveError> for Problem {
    /// Fields are named as the document names them.
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Service(error) => error.into(),
            SaveError::Mistakes(mistakes) => Self::mistakes(mistakes),
            SaveError::Changed { differences, .. } => {
                let errors = differences.into_iter().map(|difference| {
                    let message = msg!(
                        "settings-changed-field",
                        from = difference.from.to_string(),
                        now = difference.now.to_string()
                    );
                    (difference.name, message)
                });
                Self {
                    errors: errors.collect(),
                    ..Self::new(StatusCode::CONFLICT, msg!("settings-changed-error"))
                }
            }
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Mistakes(mistakes) => Self::mistakes(mistakes),
            AppError::Changed(_) => Self::new(StatusCode::CONFLICT, msg!("apps-changed")),
            AppError::Gone => Self::no_app(),
            AppError::Service(error) => error.into(),
        }
    }
}

impl From<PlexError> for Problem {
    fn from(error: PlexError) -> Self {
        tracing::warn!(%error, "plex.tv gave no usable answer");
        let not_answering = || msg!("errors-plex-not-answering");
        match error.kind() {
            PlexErrorKind::PlexSlow => Self::new(StatusCode::GATEWAY_TIMEOUT, not_answering()),
            PlexErrorKind::PlexTrouble | PlexErrorKind::OurFault => Self::new(StatusCode::BAD_GATEWAY, not_answering()),
            PlexErrorKind::Wait => Self::unavailable(not_answering(), 5),
            PlexErrorKind::StartAgain => Self::new(StatusCode::UNAUTHORIZED, msg!("errors-plex-start-again")),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body(Language::default()))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        }
        // For `error_pages`, which knows the reader.
        response.extensions_mut().insert(self);
        response
    }
}
