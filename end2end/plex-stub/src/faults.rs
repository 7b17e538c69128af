//! Spoils a finished answer the way a switch asks for.

use crate::call::Call;
use crate::reply::{HTML, Reply};
use crate::switches::Answer;
use serde_json::json;

/// What is answered instead of `reply`.
pub(crate) fn spoil(answer: Answer, call: &Call, mut reply: Reply) -> Reply {
    match answer {
        Answer::Normal => reply,
        Answer::Status(status) => {
            let body = format!(
                "<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>cloudflare</body></html>\n"
            );
            Reply::new(status, HTML, body)
        }
        Answer::RateLimited => Reply::rate_limited(call),
        Answer::CutOff => {
            reply.cut_off = true;
            reply
        }
        Answer::Malformed => {
            let half = half(&reply.body);
            reply.body.truncate(half);
            reply
        }
        Answer::WrongShape => Reply::face(
            call,
            200,
            "surprise",
            &json!({ "surprise": [1, 2, 3], "id": { "nested": true } }),
        ),
        Answer::Html => Reply::new(
            200,
            HTML,
            "<!doctype html><title>Welcome</title><p>Sign in to this Wi-Fi network.</p>\n",
        ),
    }
}

/// The middle of a text, on a character boundary.
pub(crate) fn half(text: &str) -> usize {
    let middle = text.len() / 2;
    (middle..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(middle)
}
