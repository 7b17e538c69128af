//! From our `Reply` to what axum sends.

use crate::faults::half;
use crate::reply::Reply;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::body::Frame;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

pub(crate) fn response(reply: Reply) -> Response {
    let length = reply.body.len();
    let body = if reply.cut_off {
        cut_off(reply.body)
    } else {
        Body::from(reply.body)
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if !reply.content_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    }
    if reply.cut_off {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Half the text, then an error, at which hyper closes the connection: the announced length never comes.
fn cut_off(mut text: String) -> Body {
    text.truncate(half(&text));
    Body::new(Half {
        text: Some(text),
        flushed: false,
    })
}

struct Half {
    text: Option<String>,
    flushed: bool,
}

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(text) = self.text.take() {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from(text)))));
        }
        if !self.flushed {
            // An error in the same breath would make hyper drop what it has not written yet, head included.
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}
