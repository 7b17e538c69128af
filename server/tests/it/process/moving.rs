//! `latchkey export`, `import` and `backup`: a household that moves, with all that opens its doors.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{
    home::{Home, eventually, me},
    http::Browser,
};
use crate::support::{Engine, on_both};

/// The other engine: who moves often moves to it.
fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}

fn export(home: &Home, name: &str) -> PathBuf {
    let file = home.folder().join(name);
    let output = home.run(&["export", file.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(said["rows"].as_u64().unwrap() > 5, "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    file
}

/// Exit code and what is said on the standard error output.
fn import(home: &Home, file: &Path, words: &[&str]) -> (Option<i32>, String) {
    let output = home.run(&[&["import", file.to_str().unwrap()], words].concat());
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

on_both! {
    async fn a_household_moves_to_the_other_database(engine) {
        let old = Home::new(engine).await;
        let (process, mut owner) = old.set_up().await;
        let mut anna = old.sign_in(&process, "anna").await;
        let is_anna = me(&mut anna).await.unwrap();
        let made = owner.post("/api/v1/user/2/settings/tokens", &json!({ "name": "Wall" })).await;
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let file = export(&old, "household.jsonl");
        assert!(!fs::read_to_string(&file).unwrap().contains(&token), "tokens are hashes");
        process.kill();

        let new = Home::new(other(engine)).await;
        assert_eq!(import(&new, &file, &[]).0, Some(0));
        let process = new.serve().await;
        // Sessions came along, and the secret that signs their cookies.
        let mut anna = anna.moved_to(process.address);
        assert_eq!(me(&mut anna).await.unwrap(), is_anna);
        let mut tablet = Browser::new(process.address);
        let answer = tablet.post("/api/v1/auth/token", &json!({ "token": token })).await;
        assert_eq!((answer.status, answer.json()["id"].as_i64()), (200, Some(2)), "{answer:?}");
        // Numbers go on after the highest.
        new.sign_in(&process, "bea").await;
        assert_eq!(new.count("SELECT MAX(id) FROM users").await, 3);
        let mut owner = owner.moved_to(process.address);
        let answer = owner.post("/api/v1/user/3/settings/tokens", &json!({ "name": "Wall" })).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        for sql in ["SELECT COUNT(*) FROM install", "SELECT COUNT(*) FROM activity WHERE kind = 'token-made' AND user_id = 2"] {
            assert_eq!(new.count(sql).await, old.count(sql).await, "{sql}");
        }
    }

    async fn a_household_is_only_replaced_when_that_is_said(engine) {
        let old = Home::new(engine).await;
        let (process, _) = old.set_up().await;
        old.sign_in(&process, "anna").await;
        let file = export(&old, "household.jsonl");
        process.kill();
        let new = Home::new(engine).await;
        let (process, owner) = new.set_up().await;
        let title = |title| new.run(&["settings", "set", "applicationTitle", title]).status.code();
        assert_eq!(title("Another"), Some(0));
        let (code, said) = import(&new, &file, &[]);
        assert!(code == Some(1) && said.contains("--replace"), "{said}");
        assert_eq!(new.count("SELECT COUNT(*) FROM users").await, 1);
        assert_eq!(import(&new, &file, &["--replace"]).0, Some(0));
        assert_eq!(new.count("SELECT COUNT(*) FROM users").await, 2);
        // The running server notices, within the second: its own people are out, the title is the other one's.
        eventually("the other household", || async {
            let mut owner = owner.clone();
            let out = me(&mut owner).await.is_err();
            let public = owner.get("/api/v1/settings/public").await.json();
            (out && public["applicationTitle"] == "Latchkey").then_some(())
        })
        .await;
        drop(process);
    }

    async fn a_file_that_is_not_whole_changes_nothing(engine) {
        let old = Home::new(engine).await;
        let (process, _) = old.set_up().await;
        let good = fs::read_to_string(export(&old, "household.jsonl")).unwrap();
        process.kill();
        let new = Home::new(engine).await;
        let lines: Vec<&str> = good.lines().collect();
        let without_end = lines[..lines.len() - 1].join("\n");
        let owner = lines.iter().find(|line| line.contains("attic-owner")).unwrap();
        let last_row = lines.iter().rfind(|line| line.starts_with('[')).unwrap();
        for (broken, says) in [
            (String::new(), "line 1"),
            ("SQLite format 3\0".to_owned(), "line 1"),
            (without_end, "ends too early"),
            (good.replace(owner, ""), "no line that"),
            (good.replace(&format!("{owner}\n"), ""), "contradict"),
            (good.replace(&format!("{last_row}\n"), ""), "rows were written"),
            (good.replace(owner, &format!("{owner}\n{owner}")), "contradict"),
            (good.replace("\"plex_name\"", "\"shoe_size\""), "newer version"),
            (good.replace("\"table\":\"activity\"", "\"table\":\"wishes\""), "newer version"),
            (good.replace("\"format\":1", "\"format\":2"), "can't read"),
            (good.replace("applicationTitle", "application\\\\Title"), "settings can't be read"),
            (good.replace("[1,", "[\"1\","), "wrong kind"),
            (good.replace("\"owner\"", "\"landlord\""), "can't be"),
        ] {
            let file = new.folder().join("broken.jsonl");
            fs::write(&file, broken).unwrap();
            let (code, said) = import(&new, &file, &[]);
            assert!(code == Some(1) && said.contains("nothing was imported") && said.contains(says), "{says}: {said}");
            assert_eq!(new.count("SELECT COUNT(*) FROM users").await, 0, "{says}");
        }
        let file = new.folder().join("good.jsonl");
        fs::write(&file, &good).unwrap();
        assert_eq!(import(&new, &file, &[]).0, Some(0));
        let (code, said) = import(&new, Path::new("/nowhere/x"), &[]);
        assert!(code == Some(1) && said.contains("can't be read"), "{said}");
    }
}

#[tokio::test]
async fn a_backup_is_a_database_that_opens() {
    let home = Home::new(Engine::Sqlite).await;
    let (process, _) = home.set_up().await;
    let mut anna = home.sign_in(&process, "anna").await;
    let is_anna = me(&mut anna).await.unwrap();
    let file = home.folder().join("copy.db");
    let output = home.run(&["backup", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    // The server went on; what happens now is not in the copy.
    home.sign_in(&process, "bea").await;
    let again = home.run(&["backup", file.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1), "a backup is not written over");
    process.kill();
    for name in ["latchkey.db-wal", "latchkey.db-shm"] {
        let _ = fs::remove_file(home.data().join(name));
    }
    fs::copy(&file, home.data().join("latchkey.db")).unwrap();
    let process = home.serve().await;
    assert_eq!(me(&mut anna.moved_to(process.address)).await.unwrap(), is_anna);
    assert_eq!(home.count("SELECT COUNT(*) FROM users").await, 2);
}

#[tokio::test]
async fn a_server_s_database_is_not_copied() {
    let home = Home::new(Engine::Postgres).await;
    let file = home.folder().join("copy.db");
    let output = home.run(&["backup", file.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("pg_dump"), "{said}");
    assert!(!file.exists());
}
