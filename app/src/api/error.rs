//! The one error body of the REST API.

use serde::{Deserialize, Serialize};

/// `{"status":403,"message":"…","error":"…","errors":[{"path":"…","message":"…"}]}`, the shape Seerr's clients read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The HTTP status, repeated.
    pub status: u16,
    /// For people: what is wrong and what to do next.
    pub message: String,
    /// Repeats `message`; some of Seerr's clients read this one.
    pub error: String,
    /// What was wrong with which field; may be empty.
    pub errors: Vec<FieldError>,
}

/// One field that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's path in the request body, such as `email`; empty for the body as a whole.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}
