//! A disk without room: a clear 503, nothing lost, and it works again once there is room. The system plays the full disk:
//! a limit on the size of files, at which every write fails.

use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use serde_json::json;

use super::{
    home::{Home, Process, keep_asking, me, poll_to_the_end},
    http::Browser,
};
use crate::support::Engine;

const POLL: &str = "/api/v1/auth/plex/attempts/poll";

/// No file may grow beyond so many bytes; `None`: as before.
fn room(process: &Process, bytes: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    let current = bytes.or(maximum);
    prlimit(Some(process.pid()), Resource::Fsize, Rlimit { current, maximum }).unwrap();
}

#[tokio::test]
async fn sign_ins_wait_for_room() {
    let home = Home::new(Engine::Sqlite).await;
    // The limit's signal would end the process, where a full disk only fails the write.
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_latchkey")]);
    home.configure(&mut command);
    let process = Process::start(command).await;
    let mut owner = Browser::new(process.address);
    home.finish_set_up(&mut owner).await;
    let mut anna = home.sign_in(&process, "anna").await;
    let mut marlow = Browser::new(process.address);
    home.attempt(&mut marlow, "marlow").await;

    room(&process, Some(0));
    // A poll has nothing to write while it only waits for its turn at plex.tv.
    let poll = keep_asking(&marlow, POLL, "{}".to_owned()).await.unwrap().unwrap();
    let cookies = anna.cookies.clone();
    let logout = anna.post("/api/v1/auth/logout", &json!({})).await;
    assert_eq!(anna.cookies, cookies);
    for answer in [poll, logout] {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.body.contains("database isn't answering"), "{answer:?}");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        assert!(answer.header("set-cookie").is_none(), "{answer:?}");
    }
    assert!(me(&mut anna).await.is_ok());
    assert_eq!(anna.get("/profile").await.status, 200);

    room(&process, None);
    assert_eq!(poll_to_the_end(&mut marlow).await["state"], "signedIn");
    assert!(me(&mut marlow).await.is_ok());
    assert_eq!(anna.post("/api/v1/auth/logout", &json!({})).await.status, 200);
    process.kill();

    let pool = home.sqlite().await;
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert_eq!(check, "ok");
    assert_eq!(home.count("SELECT COUNT(*) FROM sessions").await, 2);
}
