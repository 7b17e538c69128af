//! Members' pictures, fetched by the server and kept on its disk: a visitor's browser asks nobody but us.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use tokio::sync::Semaphore;

use super::ServiceError;
use crate::{
    domain::{
        clock::Clock,
        hash::{hex, sha256},
    },
    plex::{Pictures, picture_type},
};

/// Most bytes that are kept.
const MOST_KEPT: u64 = 64 * 1024 * 1024;
/// How long a picture that could not be fetched is not asked for again, in seconds.
const FAILED_FOR: i64 = 10 * 60;
/// Most failures that are remembered.
const MOST_FAILED: usize = 2000;
/// How many are fetched at once.
const AT_ONCE: usize = 4;
/// How fresh a file's time has to be so that using it is not written down again, in seconds.
const USED_AGAIN: i64 = 24 * 60 * 60;

/// Fetches and keeps.
pub struct Avatars {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    pictures: Pictures,
    failed: Mutex<HashMap<String, i64>>,
    fetching: Semaphore,
}

/// A picture.
#[derive(Debug)]
pub struct Avatar {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: &'static str,
    /// Changes with the picture's address.
    pub version: String,
}

/// What a picture's address counts as.
#[must_use]
pub fn version(url: &str) -> String {
    hex(&sha256(url.as_bytes())[..16])
}

impl Avatars {
    /// Keeps them in this folder, which is made with the first.
    #[must_use]
    pub fn new(folder: PathBuf, clock: Arc<dyn Clock>, pictures: Pictures) -> Self {
        Self {
            folder,
            clock,
            pictures,
            failed: Mutex::default(),
            fetching: Semaphore::new(AT_ONCE),
        }
    }

    /// The picture at this address; `None`: there is none that may be shown, or it could not be fetched a moment ago.
    pub async fn find(&self, url: &str) -> Option<Avatar> {
        let version = version(url);
        let file = self.folder.join(&version);
        if let Some(bytes) = self.kept(file.clone()).await {
            return avatar(bytes, version);
        }
        if self.failed_lately(&version) {
            return None;
        }
        let _turn = self.fetching.acquire().await.ok()?;
        // Somebody else may have fetched it, or failed to, while this one waited.
        if let Some(bytes) = self.kept(file.clone()).await {
            return avatar(bytes, version);
        }
        if self.failed_lately(&version) {
            return None;
        }
        let Some(bytes) = self.pictures.fetch(url).await else {
            self.remember_failure(&version);
            return None;
        };
        let (to_write, now) = (bytes.clone(), self.clock.now());
        let written = tokio::task::spawn_blocking(move || write(&file, &to_write, now)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!("a picture can't be kept: look at the data folder's space and rights");
        }
        avatar(bytes, version)
    }

    async fn kept(&self, file: PathBuf) -> Option<Vec<u8>> {
        let now = self.clock.now();
        tokio::task::spawn_blocking(move || read(&file, now))
            .await
            .ok()
            .flatten()
    }

    fn failed_lately(&self, version: &str) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(version).is_some_and(|until| *until > self.clock.now())
    }

    fn remember_failure(&self, version: &str) {
        let now = self.clock.now();
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= MOST_FAILED {
            failed.retain(|_, until| *until > now);
        }
        if failed.len() < MOST_FAILED {
            failed.insert(version.to_owned(), now + FAILED_FOR);
        }
    }

    /// Takes the pictures away that were not used for longest, until the rest is small enough. How many.
    ///
    /// # Errors
    /// The disk's.
    pub async fn clean(&self) -> Result<usize, ServiceError> {
        let folder = self.folder.clone();
        let cleaned = tokio::task::spawn_blocking(move || clean(&folder, MOST_KEPT)).await;
        cleaned
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|error| ServiceError::Internal(format!("clearing pictures away: {error}")))
    }
}

fn avatar(bytes: Vec<u8>, version: String) -> Option<Avatar> {
    Some(Avatar {
        kind: picture_type(&bytes)?,
        bytes,
        version,
    })
}

fn read(file: &Path, now: i64) -> Option<Vec<u8>> {
    let bytes = fs::read(file).ok()?;
    let at = |seconds: i64| UNIX_EPOCH + Duration::from_secs(seconds.max(0).unsigned_abs());
    let used = fs::metadata(file).and_then(|about| about.modified()).ok();
    if used.is_none_or(|used| used < at(now - USED_AGAIN)) {
        // What is used stays longest. Not being able to say so is no reason not to show it.
        let _ = fs::File::options()
            .write(true)
            .open(file)
            .and_then(|file| file.set_modified(at(now)));
    }
    Some(bytes)
}

fn write(file: &Path, bytes: &[u8], now: i64) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Under another name first: nobody reads half a picture. Two who fetch the same write the same.
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    fs::write(&temporary, bytes)?;
    let used = UNIX_EPOCH + Duration::from_secs(now.max(0).unsigned_abs());
    fs::File::options().write(true).open(&temporary)?.set_modified(used)?;
    fs::rename(&temporary, file)
}

fn clean(folder: &Path, most: u64) -> std::io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_file() {
            files.push((about.modified()?, about.len(), entry.path()));
        }
    }
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    files.sort();
    let mut gone = 0;
    for (_, size, path) in files {
        if total <= most {
            break;
        }
        fs::remove_file(path)?;
        total -= size;
        gone += 1;
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (name, used) in [("a", 3_000_000), ("b", 1_000_000), ("c", 2_000_000)] {
            write(&folder.join(name), &[0; 100], used).unwrap();
        }
        // Used a day and more after it was fetched: that counts.
        assert!(read(&folder.join("b"), 4_000_000).is_some());
        assert_eq!(clean(folder, 300).unwrap(), 0);
        assert_eq!(clean(folder, 200).unwrap(), 1);
        let left = |name: &str| folder.join(name).exists();
        assert_eq!([left("a"), left("b"), left("c")], [true, true, false]);
        assert_eq!(clean(&folder.join("none"), 0).unwrap(), 0);
    }
}
