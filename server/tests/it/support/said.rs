//! What tests count, for the end of a whole run.

use std::{fs::OpenOptions, io::Write as _, path::Path};

/// A variable that changes how a test runs, such as how long.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own settings, beside the address of their PostgreSQL"
)]
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Adds a line to `target/test/said`, which `scripts/test` adds up and prints: how much there was of what, and in which part.
pub(crate) fn say(what: &str, part: &str, count: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test");
    std::fs::create_dir_all(&folder).unwrap();
    let file = OpenOptions::new().append(true).create(true).open(folder.join("said"));
    // One write, so that tests at the same time don't mix.
    file.unwrap()
        .write_all(format!("{what}\t{part}\t{count}\n").as_bytes())
        .unwrap();
}
