//! What can be seen on this machine: configuration, data folder, database.

use std::os::unix::fs::PermissionsExt as _;

use super::Finding;
use crate::{
    config::{Config, Database},
    storage::Db,
};

/// Less free space than this is worth a word, in bytes.
const LITTLE_SPACE: u64 = 200 * 1024 * 1024;

pub(super) fn configuration(warnings: &[String]) -> Vec<Finding> {
    if warnings.is_empty() {
        return vec![Finding::good("configuration", "read, nothing odd in it")];
    }
    let warning = |warning: &String| Finding::warning("configuration", warning, "See `latchkey config reference`.");
    warnings.iter().map(warning).collect()
}

pub(super) fn data_folder(config: &Config) -> Finding {
    const CHECK: &str = "data folder";
    let folder = &config.data_dir;
    let name = folder.display();
    if let Err(error) = crate::config::data_dir::prepare(folder) {
        return Finding::bad(CHECK, error.to_string(), "");
    }
    if let Err(error) = tempfile_in(folder) {
        return Finding::bad(
            CHECK,
            format!("{name} can't be written to: {error}"),
            "Give it to the user that Latchkey runs as, or set LATCHKEY_DATA_DIR to another folder.",
        );
    }
    let mode = std::fs::metadata(folder).map(|about| about.permissions().mode() & 0o077);
    if mode.is_ok_and(|open| open != 0) {
        return Finding::warning(
            CHECK,
            format!("others on this machine can look into {name}"),
            format!("chmod 700 {name}"),
        );
    }
    match rustix::fs::statvfs(folder.as_path()) {
        Ok(space) if space.f_bavail.saturating_mul(space.f_frsize) < LITTLE_SPACE => Finding::warning(
            CHECK,
            format!("little space is left where {name} is"),
            "Make room: a full disk keeps people from signing in.",
        ),
        _ => Finding::good(CHECK, format!("{name}, private and writable")),
    }
}

/// Writes and removes an empty file.
fn tempfile_in(folder: &std::path::Path) -> std::io::Result<()> {
    let file = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::File::create_new(&file)?;
    std::fs::remove_file(&file)
}

pub(super) fn key_file(config: &Config) -> Finding {
    const CHECK: &str = "encryption key";
    if config.encryption_key.is_some() {
        return Finding::good(CHECK, "from the configuration");
    }
    let file = config.data_dir.join("encryption.key");
    match std::fs::metadata(&file) {
        Ok(about) if about.permissions().mode() & 0o077 != 0 => Finding::bad(
            CHECK,
            format!("others on this machine can read {}", file.display()),
            format!("chmod 600 {}", file.display()),
        ),
        Ok(_) => Finding::good(CHECK, "in the data folder; keep it with your backups"),
        // The database is opened next, and that makes it.
        Err(_) => Finding::good(CHECK, "made at the first start"),
    }
}

pub(super) async fn database(config: &Config, db: &Db) -> Finding {
    const CHECK: &str = "database";
    if let Err(error) = db.ping().await {
        return Finding::bad(
            CHECK,
            format!("it can't be written to: {error}"),
            "Look whether the disk is full or read-only, or the server of the database a copy.",
        );
    }
    match (db.check().await, &config.database) {
        (Err(error), _) => Finding::bad(
            CHECK,
            error.to_string(),
            "Restore a backup, or ask for help with this sentence.",
        ),
        (Ok(Some(damage)), _) => Finding::bad(
            CHECK,
            format!("the file is damaged: {damage}"),
            "Stop Latchkey, keep the file, and restore the last backup.",
        ),
        (Ok(None), Database::Sqlite(file)) => Finding::good(CHECK, format!("{}, whole", file.display())),
        (Ok(None), Database::Postgres(_)) => Finding::good(CHECK, "PostgreSQL answers"),
    }
}
