//! Logging: `tracing` events to the standard error output, for people or as JSON.
//!
//! Nothing here decides what is logged where. But libraries log headers, session ids and URLs below `info`, and those
//! hold secrets: they are capped, whatever the filter says.

use std::io::{self, IsTerminal as _};

use thiserror::Error;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, fmt};

use crate::config::{LogConfig, LogFormat};

/// What may be logged below `info`: our own modules, and SQL statements, which sqlx logs without their values.
const BELOW_INFO: [&str; 3] = ["latchkey", "app", "sqlx::query"];

/// The log cannot be set up.
#[derive(Debug, Error)]
pub enum LoggingError {
    /// The filter is wrong, which the configuration should have found.
    #[error("the log filter is wrong")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// It was set up before.
    #[error("logging was set up twice")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Sends the events of this process to the standard error output from now on. Once a process.
///
/// # Errors
/// [`LoggingError`] the second time.
pub fn init(config: &LogConfig) -> Result<(), LoggingError> {
    subscriber(config, io::stderr, io::stderr().is_terminal())?.try_init()?;
    Ok(())
}

/// What [`init`] installs, writing to `writer`.
///
/// # Errors
/// [`LoggingError::Filter`].
pub fn subscriber<W>(config: &LogConfig, writer: W, is_terminal: bool) -> Result<impl Subscriber + use<W>, LoggingError>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(&config.filter)?;
    let cap = filter_fn(is_allowed).with_max_level_hint(LevelFilter::TRACE);
    let layer = fmt::layer().with_writer(writer);
    // On a terminal the layer decides by itself: it heeds NO_COLOR.
    let layer = if is_terminal { layer } else { layer.with_ansi(false) };
    let layer = match config.format {
        LogFormat::Human => layer.compact().boxed(),
        LogFormat::Json => layer
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    };
    Ok(Registry::default().with(layer.with_filter(filter.and(cap))))
}

/// Whether something that passes the filter may be logged at all.
fn is_allowed(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || BELOW_INFO.iter().any(|module| is_within(metadata.target(), module))
}

/// Whether a target is this module or inside it: `latchkey::web` is within `latchkey`, `latchkeys` is not.
fn is_within(target: &str, module: &str) -> bool {
    target
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: &str, format: LogFormat, events: impl FnOnce()) -> String {
        let log = Log::default();
        let writer = log.clone();
        let config = LogConfig {
            filter: filter.to_owned(),
            format,
        };
        let subscriber = subscriber(&config, move || writer.clone(), false).unwrap();
        tracing::subscriber::with_default(subscriber, events);
        let bytes = log.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn libraries_are_capped_whatever_the_filter_says() {
        let text = logged(
            "trace,hyper=trace,tower_sessions_core::session=trace",
            LogFormat::Human,
            || {
                tracing::trace!(target: "hyper::proto::h1", "authorization: leak");
                tracing::debug!(target: "h2::codec", "cookie: leak");
                tracing::debug!(target: "tower_sessions_core::session", "id leak");
                tracing::debug!(target: "tower_http::trace", "uri leak");
                tracing::debug!(target: "sqlx::postgres", "leak");
                tracing::debug!(target: "latchkeys", "leak");
                tracing::info!(target: "hyper", "hello from a library");
                tracing::debug!(target: "sqlx::query", "select 1");
                tracing::trace!(target: "latchkey::web", "hello from us");
            },
        );
        assert!(!text.contains("leak"), "{text}");
        for said in ["hello from a library", "select 1", "hello from us"] {
            assert!(text.contains(said), "{text}");
        }
    }

    #[test]
    fn spans_of_libraries_are_capped_too() {
        let text = logged("trace", LogFormat::Json, || {
            let span = tracing::debug_span!(target: "tower_http::trace::make_span", "request", uri = "/?token=leak");
            span.in_scope(|| tracing::info!(target: "latchkey::web", "inside"));
        });
        assert!(text.contains("inside") && !text.contains("leak"), "{text}");
    }

    #[test]
    fn the_filter_counts() {
        let events = || {
            tracing::info!(target: "latchkey::web", "quiet");
            tracing::debug!(target: "latchkey::plex", "loud");
        };
        let text = logged("warn,latchkey::plex=debug", LogFormat::Human, events);
        assert!(text.contains("loud") && !text.contains("quiet"), "{text}");
        assert_eq!(logged("off", LogFormat::Human, events), "");
    }

    #[test]
    fn json_is_an_object_an_event() {
        let text = logged("info", LogFormat::Json, || {
            tracing::info_span!(target: "latchkey", "sign_in", attempt = 7).in_scope(|| {
                tracing::info!(target: "latchkey", user = 1, "signed in\nforged line");
            });
        });
        assert_eq!(text.lines().count(), 1, "{text}");
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["message"], "signed in\nforged line");
        assert_eq!((&event["level"], &event["user"]), (&"INFO".into(), &1.into()));
        assert_eq!(event["span"]["attempt"], 7);
    }

    #[test]
    fn a_line_for_people_has_no_colours_outside_a_terminal() {
        let text = logged(
            "info",
            LogFormat::Human,
            || tracing::info!(target: "latchkey", "\u{1b}[31mred"),
        );
        assert!(!text.contains('\u{1b}') && text.contains("INFO"), "{text}");
    }
}
