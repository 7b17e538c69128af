//! `[data]`: which database. The data folder itself is made by `data_dir`, its path read by `paths`.

use std::path::{Path, PathBuf};

use url::Url;

use super::loader::Said;
use super::paths;
use crate::domain::secret::{EncryptionKey, Secret};

/// The database to open.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file; made if it is not there. A relative path counts from the current folder.
    Sqlite(PathBuf),
    /// A `postgres://` URL, which mostly holds a password.
    Postgres(Secret<String>),
}

impl Database {
    /// What holds when nobody names one.
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        Self::Sqlite(data_dir.join("latchkey.db"))
    }
}

/// The value of `data.database_url`. It is a secret: no message repeats any of it.
pub(super) fn database_url(text: &str) -> Result<Database, Said> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        return sqlite(path.strip_prefix("//").unwrap_or(path));
    }
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("it must begin with sqlite: or postgres://".to_owned());
    }
    let url = Url::parse(text).map_err(|error| {
        format!("it is not a URL: {error}; characters such as # / ? @ in the password have to be percent-encoded")
    })?;
    if url.fragment().is_some() {
        return Err("it holds a #; in a password it has to be written %23".to_owned());
    }
    Ok(Database::Postgres(Secret::new(text.to_owned())))
}

fn sqlite(path: &str) -> Result<Database, Said> {
    if path.is_empty() || path.ends_with('/') {
        return Err("sqlite: must be followed by the path of a file".to_owned());
    }
    if path.contains(":memory:") {
        return Err("a database in memory would forget everybody at every stop: name a file".to_owned());
    }
    if path.contains('?') {
        return Err("a SQLite path takes no parameters: leave out the ? and what follows".to_owned());
    }
    paths::path(path)
        .map(Database::Sqlite)
        .map_err(|_| "the path after sqlite: is not usable: write it in full".into())
}

/// The value of `data.encryption_key`.
pub(super) fn encryption_key(text: &str) -> Result<EncryptionKey, Said> {
    EncryptionKey::from_hex(text).map_err(|error| format!("{error}. Make one with: openssl rand -hex 32"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite_path(text: &str) -> String {
        match database_url(text).unwrap() {
            Database::Sqlite(path) => path.display().to_string(),
            Database::Postgres(_) => panic!("not SQLite"),
        }
    }

    #[test]
    fn sqlite_paths() {
        assert_eq!(sqlite_path("sqlite:door.db"), "door.db");
        assert_eq!(sqlite_path("sqlite://door.db"), "door.db");
        assert_eq!(sqlite_path("sqlite:///srv/door.db"), "/srv/door.db");
        assert_eq!(sqlite_path("sqlite:/srv/door.db"), "/srv/door.db");
    }

    #[test]
    fn postgres_urls_are_kept_as_they_are() {
        for text in [
            "postgres://me:hunter2@db/latchkey",
            "postgresql:///latchkey?host=/run/postgresql",
        ] {
            let database = database_url(text).unwrap();
            assert!(!format!("{database:?}").contains("hunter2"));
            assert!(matches!(database, Database::Postgres(url) if url.expose() == text));
        }
    }

    #[test]
    fn anything_else_is_told_without_repeating_it() {
        for (text, said) in [
            ("mysql://me:hunter2@db/x", "must begin with sqlite: or postgres://"),
            ("/srv/hunter2.db", "must begin with sqlite: or postgres://"),
            ("postgres://me:hun#ter2@db/x", "percent-encoded"),
            ("postgres://me@db/hunter2#x", "%23"),
            ("sqlite:", "followed by the path of a file"),
            ("sqlite:hunter2/", "followed by the path of a file"),
            ("sqlite::memory:", "forget everybody"),
            ("sqlite:hunter2.db?mode=rwc", "takes no parameters"),
            ("sqlite:~/hunter2.db", "write it in full"),
        ] {
            let told = database_url(text).unwrap_err();
            assert!(
                told.contains(said) && !told.contains("hunter2") && !told.contains("ter2"),
                "{text}: {told}"
            );
        }
    }

    #[test]
    fn a_wrong_key_tells_how_to_make_one() {
        let told = encryption_key("hunter2").unwrap_err();
        assert!(
            told.contains("64 hexadecimal digits") && told.contains("openssl rand -hex 32"),
            "{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}
