//! A disk that is really full, and one that is really read-only: a small file system in memory, which only a few processes
//! see (`unshare`), so nothing is left behind and nobody needs to be root.

use std::{
    fs::Permissions,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::{PermissionsExt as _, chown},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::Ordering,
};

use super::{
    Seed,
    crowd::{Crowd, prepare},
    facts::Facts,
};
use crate::{
    process::{
        home::{Home, Process, eventually, me, output},
        http::Browser,
    },
    support::{Engine, say, setting},
};

/// Whom it may run as instead of root.
const NOBODY: u32 = 65_534;
/// Room for the database, its journal and some more.
const SIZE: &str = "6m";
/// What is counted, and for which database.
const FULL: &str = "rounds on a full disk";
const READ_ONLY: &str = "rounds on a read-only disk";
const PART: &str = "Sqlite";

/// A small disk in the place of the data folder.
struct Disk {
    /// A shell in the namespace where the disk is mounted; it ends when its input does.
    shell: Child,
    lines: BufReader<std::process::ChildStdout>,
    folder: PathBuf,
}

impl Disk {
    /// `None` where this system lets nobody mount anything.
    fn mount(home: &Home) -> Option<Self> {
        let folder = home.data();
        std::fs::create_dir(&folder).unwrap();
        let mut shell = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "/bin/sh"])
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let lines = BufReader::new(shell.stdout.take().unwrap());
        let mut disk = Self { shell, lines, folder };
        let place = disk.folder.display().to_string();
        disk.run(&format!("mount -t tmpfs -o size={SIZE},mode=700 latchkey '{place}'"))
            .then_some(disk)
    }

    /// Runs a line in the shell; whether it went well.
    fn run(&mut self, line: &str) -> bool {
        let input = self.shell.stdin.as_mut().unwrap();
        if writeln!(input, "{line} 1>&2; echo $?").is_err() {
            return false;
        }
        let mut code = String::new();
        self.lines.read_line(&mut code).is_ok() && code.trim() == "0"
    }

    /// A command of the program, where it sees this disk.
    fn command(&self, home: &Home, words: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--user", "--preserve-credentials", "--mount", "--target"])
            .arg(self.shell.id().to_string())
            .arg(env!("CARGO_BIN_EXE_latchkey"))
            .args(words);
        home.configure(&mut command);
        prepare(&mut command);
        command
    }

    /// What is in the database, from a copy that Latchkey makes of it: SQLite finds no file from outside.
    async fn facts(&self, home: &Home) -> Facts {
        let copy = home.folder().join(format!("copy-{}.db", uuid::Uuid::new_v4().simple()));
        let mut command = self.command(home, &["backup", copy.to_str().unwrap()]);
        let made = output(&mut command);
        assert!(made.status.success(), "{made:?}");
        Facts::read_file(&copy).await
    }

    /// The same of the files as they are, while nobody has them open.
    async fn facts_at_rest(&self, home: &Home) -> Facts {
        let folder = home.folder().join(format!("rest-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&folder).unwrap();
        for name in ["latchkey.db", "latchkey.db-wal"] {
            let file = self.seen().join(name);
            if file.exists() {
                std::fs::copy(file, folder.join(name)).unwrap();
            }
        }
        Facts::read_file(&folder.join("latchkey.db")).await
    }

    /// The data folder, from outside.
    fn seen(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.shell.id()));
        root.join(self.folder.strip_prefix("/").unwrap())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// Where this system lets nobody mount anything, these tests can't be made; `full_disk.rs` and `data_folder.rs` stay. On
/// somebody's own machine that is said, and the end of a whole run counts no round. In CI nobody reads what passes, so
/// there it is a failure.
fn disk(home: &Home, rounds: &str) -> Option<Disk> {
    let disk = Disk::mount(home);
    if disk.is_none() {
        let why = "this system allows no mounts of one's own (unshare --user --map-root-user --mount)";
        assert_ne!(setting("CI").as_deref(), Some("true"), "{why}");
        say(rounds, PART, 0);
        eprintln!("SKIPPED: {why}");
    }
    disk
}

#[tokio::test]
async fn full_while_a_crowd_works() {
    let seed = Seed::new();
    let mut chance = seed.chance();
    let home = Home::new(Engine::Sqlite).await;
    let Some(disk) = disk(&home, FULL) else { return };
    let process = Process::start(disk.command(&home, &["serve"])).await;
    let mut owner = Browser::new(process.address);
    home.finish_set_up(&mut owner).await;
    let mut crowd = Crowd::gather(&mut owner, process.address, &mut chance).await;
    crowd.check(&disk.facts(&home).await);

    for _ in 0..3 {
        let before = crowd.shared.troubles.load(Ordering::Relaxed);
        crowd.work();
        crowd.answered(20).await;
        let filler = disk.seen().join("filler");
        // Up to the last byte: the write that does not fit ends it.
        let full = std::fs::write(&filler, vec![7; 16 * 1024 * 1024]).unwrap_err();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        eventually("somebody is told", || async {
            (crowd.shared.troubles.load(Ordering::Relaxed) > before + 10).then_some(())
        })
        .await;
        assert_eq!(
            me(&mut owner).await.unwrap_or_default(),
            31_007_766,
            "who is in stays in"
        );
        std::fs::remove_file(&filler).unwrap();
        crowd.answered(20).await;
        crowd.stop().await;
        crowd.check(&disk.facts(&home).await);
        crowd.try_doors(&process, false).await;
        assert_eq!(owner.get("/readyz").await.status, 200);
        say(FULL, PART, 1);
    }

    // Killed while it is full, it starts again once there is room, and says what is wrong until then.
    let filler = disk.seen().join("filler");
    std::fs::write(&filler, vec![7; 16 * 1024 * 1024]).unwrap_err();
    process.kill();
    let refused = output(&mut disk.command(&home, &["serve"]));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.lines().last().unwrap_or_default().contains("the disk is full"),
        "{said}"
    );
    std::fs::remove_file(&filler).unwrap();
    crowd.check(&disk.facts_at_rest(&home).await);
    let process = Process::start(disk.command(&home, &["serve"])).await;
    crowd.try_doors(&process, true).await;
    say(FULL, PART, 1);
    eprintln!("{}", crowd.weight());
}

#[tokio::test]
async fn read_only() {
    let seed = Seed::new();
    let mut chance = seed.chance();
    let home = Home::new(Engine::Sqlite).await;
    let Some(mut disk) = disk(&home, READ_ONLY) else { return };
    let place = home.data().display().to_string();
    let process = Process::start(disk.command(&home, &["serve"])).await;
    let mut owner = Browser::new(process.address);
    home.finish_set_up(&mut owner).await;
    let mut crowd = Crowd::gather(&mut owner, process.address, &mut chance).await;
    crowd.work_until_cut_off();
    crowd.answered(100).await;
    process.kill();
    crowd.ended().await;
    crowd.check(&disk.facts_at_rest(&home).await);

    // As after a disk error: with the journal of a program that was killed, and nothing can be written.
    assert!(disk.run(&format!("mount -o remount,ro '{place}'")));
    let refused = output(&mut disk.command(&home, &["serve"]));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let last = said.lines().last().unwrap_or_default();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        last.contains(&place) && last.contains("read-only") && last.contains("LATCHKEY_DATA_DIR"),
        "{said}"
    );

    assert!(disk.run(&format!("mount -o remount,rw '{place}'")));
    let process = Process::start(disk.command(&home, &["serve"])).await;
    crowd.check(&disk.facts(&home).await);
    crowd.try_doors(&process, true).await;
    say(READ_ONLY, PART, 1);
}

/// The file alone: whoever runs Latchkey may read it and not write it.
#[tokio::test]
async fn a_read_only_file() {
    let home = Home::new(Engine::Sqlite).await;
    let (process, owner) = home.set_up().await;
    process.kill();
    let file = home.data().join("latchkey.db");
    let all = || {
        std::fs::read_dir(home.data())
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    // Root may write anywhere, so somebody else runs it; they must get to the program and the folder.
    let mut command = home.command(&["serve"]);
    if rustix::process::getuid().is_root() {
        std::fs::set_permissions(home.folder(), Permissions::from_mode(0o755)).unwrap();
        let program = home.folder().join("latchkey");
        std::fs::copy(env!("CARGO_BIN_EXE_latchkey"), &program).unwrap();
        for path in all().chain([home.data()]) {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let nobody = NOBODY.to_string();
        command = Command::new("setpriv");
        command
            .args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"])
            .arg(program)
            .arg("serve");
        home.configure(&mut command);
    }
    std::fs::set_permissions(&file, Permissions::from_mode(0o400)).unwrap();
    let refused = output(&mut command);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let last = said.lines().last().unwrap_or_default();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        last.contains("cannot write") && last.contains("latchkey.db") && last.contains("chown"),
        "{said}"
    );

    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let process = Process::start(command).await;
    assert_eq!(me(&mut owner.moved_to(process.address)).await.unwrap(), 31_007_766);
    assert_eq!(owner.moved_to(process.address).get("/readyz").await.status, 200);
}
