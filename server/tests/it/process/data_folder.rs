//! The data folder: private, and clearly refused where it can't be used.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use super::home::{Home, Process, output};
use crate::support::Engine;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_can_read_it() {
    let home = Home::new(Engine::Sqlite).await;
    // A umask that hides nothing: the modes are ours, not the shell's.
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "umask 000; exec \"$0\" serve", env!("CARGO_BIN_EXE_latchkey")]);
    home.configure(&mut command);
    let process = Process::start(command).await;
    let data = home.data();
    assert_eq!(mode(&data), 0o700);
    let mut files: Vec<(String, u32)> = std::fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), mode(&path)))
        .collect();
    files.sort();
    let expected = ["encryption.key", "latchkey.db", "latchkey.db-shm", "latchkey.db-wal"];
    assert_eq!(files, expected.map(|name| (name.to_owned(), 0o600)));
    drop(process);
}

#[track_caller]
fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

#[tokio::test]
async fn a_file_in_its_place_is_told() {
    let home = Home::new(Engine::Sqlite).await;
    std::fs::write(home.data(), "not a folder").unwrap();
    for command in [&["serve"][..], &["settings", "rotate-session-secret"]] {
        let said = said(&home.run(command));
        let folder = home.data().display().to_string();
        assert!(
            said.contains(&folder) && said.contains("file where a folder should be"),
            "{said}"
        );
        assert!(said.contains("LATCHKEY_DATA_DIR"), "{said}");
    }
}

#[tokio::test]
async fn a_folder_without_permission_is_told() {
    let home = Home::new(Engine::Sqlite).await;
    std::fs::create_dir(home.data()).unwrap();
    std::fs::set_permissions(home.data(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let root = rustix::process::getuid().is_root();
    let mut command = if root {
        // Root may write anywhere, so somebody else runs it; they must get to the program and the folder.
        std::fs::set_permissions(home.folder(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let program = home.folder().join("latchkey");
        std::fs::copy(env!("CARGO_BIN_EXE_latchkey"), &program).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command.arg(program).arg("serve");
        home.configure(&mut command);
        command
    } else {
        home.command(&["serve"])
    };
    let said = said(&output(&mut command));
    assert!(
        said.contains("cannot write") && said.contains("chown") && said.contains("LATCHKEY_DATA_DIR"),
        "{said}"
    );
}
