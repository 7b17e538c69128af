//! `latchkey export`, `import` and `backup`.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::answer::{Answer, Failure};
use crate::{
    bootstrap,
    config::Config,
    domain::clock::SystemClock,
    services::transfer::{self, TransferError},
    storage::Db,
};

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The file to write; it must not exist yet
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The file that `latchkey export` wrote
    file: PathBuf,
    /// Put it in place of the household that is there, all of which is lost
    #[arg(long)]
    replace: bool,
}

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The file to write; it must not exist yet
    file: PathBuf,
}

/// Readable for nobody else: what is in it opens doors.
fn create(file: &Path) -> Result<File, Failure> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| Failure::failed(format!("{} can't be made: {error}", file.display())))
}

pub(super) async fn export(config: &Config, args: ExportArgs) -> Result<Answer, Failure> {
    let db = bootstrap::open(config).await?;
    let file = create(&args.file)?;
    let mut out = BufWriter::new(file);
    let written = transfer::export(&db, &SystemClock, &mut out).await;
    let written = match written {
        // On the disk before we say so.
        Ok(rows) => out.get_ref().sync_all().map(|()| rows).map_err(TransferError::from),
        Err(error) => Err(error),
    };
    db.close().await;
    let rows = written.map_err(|error| {
        // Half a file is worse than none.
        let _ = std::fs::remove_file(&args.file);
        Failure::failed(format!("nothing was exported: {error}"))
    })?;
    Ok(Answer::new(
        format!(
            "{rows} rows are in {}. Keep it as you would a password: it holds the session secret, e-mails, and hashes of \
             passwords and tokens.\n",
            args.file.display()
        ),
        json!({ "file": args.file, "rows": rows }),
    ))
}

pub(super) async fn import(config: &Config, args: ImportArgs) -> Result<Answer, Failure> {
    let file = File::open(&args.file)
        .map_err(|error| Failure::failed(format!("{} can't be read: {error}", args.file.display())))?;
    let db = bootstrap::open(config).await?;
    let taken = transfer::import(&db, &mut BufReader::new(file), args.replace).await;
    db.close().await;
    let rows = taken.map_err(|error| match error {
        TransferError::NotEmpty => Failure::failed(
            "there is a household in this database already, so nothing was imported. To lose it and put the file in its \
             place, say --replace",
        ),
        error => Failure::failed(format!("nothing was imported: {error}")),
    })?;
    Ok(Answer::new(
        format!(
            "{rows} rows were imported. With another encryption key than before, the owner signs in with Plex once more.\n"
        ),
        json!({ "file": args.file, "rows": rows }),
    ))
}

pub(super) async fn backup(config: &Config, args: BackupArgs) -> Result<Answer, Failure> {
    let db = bootstrap::open(config).await?;
    if let Db::Postgres(_) = db {
        return Err(Failure::misused(
            "the database is on a PostgreSQL server: use pg_dump, or `latchkey export`",
        ));
    }
    let mut file = create(&args.file)?;
    file.flush()?;
    let copied = db.copy_to(&args.file).await;
    db.close().await;
    copied.map_err(|error| {
        let _ = std::fs::remove_file(&args.file);
        Failure::failed(format!("there is no backup: {error}"))
    })?;
    file.sync_all()?;
    Ok(Answer::new(
        format!(
            "The database is copied to {}. To restore it, stop Latchkey, put the copy in place of latchkey.db, and remove \
             latchkey.db-wal and latchkey.db-shm. Keep encryption.key as well, or the owner signs in with Plex once more.\n",
            args.file.display()
        ),
        json!({ "file": args.file }),
    ))
}
