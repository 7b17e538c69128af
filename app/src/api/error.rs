//! The one error body of the REST API.

use serde::{Deserialize, Serialize};

/// `{"status":403,"message":"…","error":"…","errors":[{"path":"…","message":"…"}]}`, the shape Seerr's clients read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The HTTP status, repeated.
    #[cfg_attr(feature = "ssr", schema(minimum = 400, maximum = 599, examples(400)))]
    pub status: u16,
    /// For people: what is wrong and what to do next.
    #[cfg_attr(feature = "ssr", schema(examples("Choose a password of at least 8 characters.")))]
    pub message: String,
    /// Repeats `message`; some of Seerr's clients read this one.
    #[cfg_attr(feature = "ssr", schema(examples("Choose a password of at least 8 characters.")))]
    pub error: String,
    /// What was wrong with which field; may be empty.
    pub errors: Vec<FieldError>,
}

/// One field that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's path in the request body, such as `email`; empty for the body as a whole.
    #[cfg_attr(feature = "ssr", schema(examples("password")))]
    pub path: String,
    /// What is wrong with it.
    #[cfg_attr(feature = "ssr", schema(examples("Choose a password of at least 8 characters.")))]
    pub message: String,
}
