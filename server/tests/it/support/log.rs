//! The server's log, caught.

use std::{
    io,
    sync::{Arc, Mutex},
};

use latchkey::{
    config::{LogConfig, LogFormat},
    logging,
};

/// Everything that latchkey's own subscriber would have written, at whatever filter the test asks for.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Catches what this thread logs until the guard is dropped. Tests run on one thread, so that is everything but
    /// the threads of the password pool and of SQLite, which log nothing themselves.
    #[must_use]
    pub(crate) fn catch(filter: &str) -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let config = LogConfig {
            filter: filter.to_owned(),
            format: LogFormat::Human,
        };
        let subscriber = logging::subscriber(&config, move || writer.clone(), false).unwrap();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// What was written so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
