//! The data folder and the private files in it: nobody but Latchkey's own user can read them.
//!
//! What the files hold is not known here. Every error says what to do about it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::settings::DATA_DIR;
use crate::domain::secret::random_hex;

/// No private file is longer: keys are a line.
const MAX_BYTES: u64 = 64 * 1024;

/// The data folder or a file in it cannot be used.
#[derive(Debug, Error)]
#[error("cannot {action} {}: {advice}", path.display())]
pub struct DataDirError {
    action: &'static str,
    path: PathBuf,
    advice: String,
    #[source]
    source: io::Error,
}

impl DataDirError {
    fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self {
            action,
            path: path.to_owned(),
            advice: advice(&source),
            source,
        }
    }
}

/// What is wrong and what to do.
fn advice(error: &io::Error) -> String {
    let setting = DATA_DIR.env;
    match error.kind() {
        ErrorKind::PermissionDenied => format!(
            "Latchkey's user lacks the permission. Make that user the owner of the folder (chown -R), or name \
             another folder with {setting}"
        ),
        ErrorKind::ReadOnlyFilesystem => {
            format!("the disk is mounted read-only. Mount a writable one there, or name another folder with {setting}")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full. Free some space".to_owned(),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => {
            format!(
                "there is a file where a folder should be, or a folder where a file should be. Move it away, or name another folder with {setting}"
            )
        }
        _ => format!("{error}"),
    }
}

/// Makes the folder, and those above it, with mode 0700 if it is not there, and tries whether files can be written.
/// A folder that was there keeps its mode; the log warns if others can read it.
///
/// # Errors
/// [`DataDirError`] if it cannot be made or written to.
pub fn prepare(folder: &Path) -> Result<(), DataDirError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| DataDirError::new("make the data folder", folder, error))?;
    let metadata = fs::metadata(folder).map_err(|error| DataDirError::new("look at the data folder", folder, error))?;
    if let Some(warning) = open_to_others(folder, metadata.permissions().mode(), "700") {
        tracing::warn!("{warning}");
    }
    let trial = folder.join(".writable");
    write_private(&trial, b"Latchkey can write here.\n")?;
    // Another instance may have removed it just now.
    let _ = fs::remove_file(&trial);
    Ok(())
}

/// Writes a file with mode 0600, whole or not at all: a crash leaves the old one or the new one.
///
/// # Errors
/// [`DataDirError`]; the old file is as it was.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), DataDirError> {
    put_in_place(path, bytes, |temporary| fs::rename(temporary, path))
}

/// The same unless there is a file already: of several who do it at once one does, and nobody's is replaced. Whoever
/// calls reads it afterwards.
///
/// # Errors
/// [`DataDirError`]; nothing was made.
pub fn create_private(path: &Path, bytes: &[u8]) -> Result<(), DataDirError> {
    put_in_place(path, bytes, |temporary| match fs::hard_link(temporary, path) {
        Ok(()) => {
            // It is made; a name too many does no harm.
            let _ = fs::remove_file(temporary);
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::remove_file(temporary),
        // Some network and foreign disks have no links. There, two at once are not told apart.
        Err(_) => fs::rename(temporary, path),
    })
}

/// Writes a temporary file beside `path`; `place` gives it the name.
fn put_in_place(path: &Path, bytes: &[u8], place: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), DataDirError> {
    let failed = |error| DataDirError::new("write", path, error);
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| failed(ErrorKind::IsADirectory.into()))?;
    let random = random_hex(8).map_err(|error| failed(io::Error::other(error.to_string())))?;
    let temporary = folder.join(format!(".{}.{random}.tmp", name.to_string_lossy()));
    let written = write_new(&temporary, bytes).and_then(|()| place(&temporary));
    if let Err(error) = written {
        // What went wrong first is what has to be told.
        let _ = fs::remove_file(&temporary);
        return Err(failed(error));
    }
    // The new name is only on disk once the folder is. Some network disks cannot do that; the file is there.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Makes an empty file with mode 0600 if there is none; what is there stays as it is. For files that others write to:
/// SQLite gives its files beside the database the mode of the database.
///
/// # Errors
/// [`DataDirError`] if it cannot be made.
pub fn make_private(path: &Path) -> Result<(), DataDirError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(DataDirError::new("make", path, error)),
        _ => Ok(()),
    }
}

/// Looks whether a file may be written to, without opening it: closing it again would end this process's locks on it.
///
/// # Errors
/// [`DataDirError`] if it may not.
pub fn check_writable(path: &Path) -> Result<(), DataDirError> {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK)
        .map_err(|error| DataDirError::new("write", path, error.into()))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a private file; none if it is not there. The log warns if others can read it.
///
/// # Errors
/// [`DataDirError`] if it is there and cannot be read, or is longer than 64 KiB.
pub fn read_private(path: &Path) -> Result<Option<Vec<u8>>, DataDirError> {
    let failed = |error| DataDirError::new("read", path, error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if let Some(warning) = open_to_others(path, mode, "600") {
        tracing::warn!("{warning}");
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(io::Error::other(
            "it is longer than 64 KiB: this is not a file of Latchkey's",
        )));
    }
    Ok(Some(bytes))
}

/// The warning about a file or folder that other users can read.
fn open_to_others(path: &Path, mode: u32, better: &str) -> Option<String> {
    (mode & 0o077 != 0).then(|| {
        let path = path.display();
        format!(
            "other users of this machine may get into {path} (mode {:03o}); `chmod {better} {path}` ends that",
            mode & 0o777
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_folder_and_those_above_it_are_private() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/b");
        prepare(&folder).unwrap();
        assert_eq!((mode(&home.path().join("a")), mode(&folder)), (0o700, 0o700));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "the trial leaves nothing");
        prepare(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_was_there_keeps_its_mode() {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
        prepare(home.path()).unwrap();
        assert_eq!(mode(home.path()), 0o755);
        let warning = open_to_others(Path::new("data"), 0o40_755, "700").unwrap();
        assert!(warning.contains("(mode 755); `chmod 700 data`"), "{warning}");
        assert_eq!(open_to_others(Path::new("data"), 0o40_700, "700"), None);
    }

    #[test]
    fn private_files_are_written_whole_and_read_back() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("key");
        assert_eq!(read_private(&path).unwrap(), None);
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(read_private(&path).unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(
            fs::read_dir(home.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn of_many_who_make_a_file_one_does_and_nobody_replaces_it() {
        let home = tempfile::tempdir().unwrap();
        for round in 0..20 {
            let path = home.path().join(format!("key-{round}"));
            let start = std::sync::Barrier::new(8);
            let read: Vec<Vec<u8>> = std::thread::scope(|scope| {
                let making: Vec<_> = (0..8_u8)
                    .map(|number| {
                        let (path, start) = (&path, &start);
                        scope.spawn(move || {
                            start.wait();
                            create_private(path, &[number; 64]).unwrap();
                            read_private(path).unwrap().unwrap()
                        })
                    })
                    .collect();
                making.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(read.iter().all(|bytes| *bytes == read[0]), "{read:?}");
            assert_eq!((read[0].len(), mode(&path)), (64, 0o600));
        }
        assert_eq!(
            fs::read_dir(home.path()).unwrap().count(),
            20,
            "no temporary file is left"
        );
    }

    #[test]
    fn a_failed_write_leaves_the_old_state() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("key");
        fs::create_dir(&path).unwrap();
        let told = write_private(&path, b"one").unwrap_err().to_string();
        assert!(
            told.starts_with("cannot write ") && told.contains("a folder where a file should be"),
            "{told}"
        );
        assert_eq!(
            fs::read_dir(home.path()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn a_file_in_the_way_of_the_folder_is_told() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("data");
        fs::write(&file, "").unwrap();
        for folder in [file.clone(), file.join("below")] {
            let told = prepare(&folder).unwrap_err().to_string();
            assert!(told.starts_with("cannot make the data folder "), "{told}");
            assert!(told.contains("there is a file where a folder should be"), "{told}");
        }
    }

    #[test]
    fn a_file_that_is_too_long_is_not_ours() {
        let told = read_private(Path::new("/dev/zero")).unwrap_err().to_string();
        assert!(told.contains("longer than 64 KiB"), "{told}");
    }

    #[test]
    fn every_cause_has_its_advice() {
        for (kind, said) in [
            (ErrorKind::PermissionDenied, "chown"),
            (ErrorKind::ReadOnlyFilesystem, "mounted read-only"),
            (ErrorKind::StorageFull, "the disk is full"),
            (ErrorKind::QuotaExceeded, "the disk is full"),
            (ErrorKind::NotADirectory, "where a folder should be"),
        ] {
            assert!(advice(&kind.into()).contains(said), "{kind}");
        }
    }
}
