//! `latchkey user` and `latchkey token`, beside a running server.

use std::{io::Write as _, process::Stdio};

use serde_json::{Value, json};

use super::{
    home::{Home, me, output},
    http::Browser,
};
use crate::support::{Engine, on_both};

/// Runs a command with `--json`; answers exit code and what it said.
fn run(home: &Home, words: &[&str]) -> (i32, Value) {
    let output = home.run(&[words, &["--json"]].concat());
    let code = output.status.code().unwrap();
    let said = if code == 0 { &output.stdout } else { &output.stderr };
    // Notices of PostgreSQL's stand before it.
    let text = String::from_utf8_lossy(said).into_owned();
    let json = text.lines().last().filter(|_| code != 0).unwrap_or(&text);
    (
        code,
        serde_json::from_str(json).unwrap_or_else(|_| panic!("{words:?}: {output:?}")),
    )
}

fn done(home: &Home, words: &[&str]) -> Value {
    let (code, json) = run(home, words);
    assert_eq!(code, 0, "{words:?}: {json}");
    json
}

fn fails(home: &Home, words: &[&str], code: i32, says: &str) {
    let (with, json) = run(home, words);
    let said = json["error"].as_str().unwrap_or_default();
    assert!(with == code && said.contains(says), "{words:?}: {with} {said}");
}

on_both! {
    async fn people_are_made_switched_off_and_deleted(engine) {
        let home = Home::new(engine).await;
        fails(&home, &["user", "list"], 1, "not set up");
        let (process, mut owner) = home.set_up().await;
        let mut anna = home.sign_in(&process, "anna").await;

        let mut command = home.command(&["user", "create", "Cleo@home.test", "--name", "Cleo", "--password-stdin"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"a kettle of seven fish\n").unwrap();
        assert!(child.wait_with_output().unwrap().status.success());
        let mut cleo = Browser::new(process.address);
        let secret = json!({ "email": "cleo@home.test", "password": "a kettle of seven fish" });
        assert_eq!(cleo.post("/api/v1/auth/local", &secret).await.status, 200);
        fails(&home, &["user", "create", "cleo@home.test"], 1, "");

        let all = done(&home, &["user", "list"]);
        let names: Vec<&str> = all.as_array().unwrap().iter().filter_map(|user| user["displayName"].as_str()).collect();
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(names.contains(&"Cleo"), "{names:?}");
        assert_eq!(done(&home, &["user", "list", "cleo"]).as_array().unwrap().len(), 1);
        let output = home.run(&["user", "list"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with("id  name") && text.contains("Cleo@home.test"), "{text}");

        assert_eq!(done(&home, &["user", "grant", "CLEO", "manage-users"])["permissions"], 32 | 8);
        assert_eq!(cleo.get("/api/v1/user/1").await.status, 200);
        assert_eq!(done(&home, &["user", "take", "Cleo", "manage-users"])["permissions"], 32);

        assert_eq!(done(&home, &["user", "disable", "anna"])["disabled"], true);
        assert!(me(&mut anna).await.is_err(), "signed out at once");
        assert_eq!(done(&home, &["user", "enable", "2"])["disabled"], false);
        fails(&home, &["user", "delete", "anna"], 2, "--yes");
        done(&home, &["user", "delete", "anna", "--yes"]);
        fails(&home, &["user", "disable", "anna"], 3, "nobody");
        fails(&home, &["user", "disable", "99"], 3, "nobody");
        fails(&home, &["user", "disable", "cle"], 3, "Do you mean");
        for words in [["user", "disable", "1"], ["user", "disable", "attic-owner"]] {
            fails(&home, &words, 1, "owner");
        }
        assert!(me(&mut owner).await.is_ok());
        assert_eq!(home.count("SELECT COUNT(*) FROM activity WHERE kind = 'user-switched-off'").await, 1);
    }

    async fn tokens_are_made_and_revoked(engine) {
        let home = Home::new(engine).await;
        let (process, _) = home.set_up().await;
        home.sign_in(&process, "anna").await;
        let made = done(&home, &["token", "create", "anna", "Kitchen tablet", "--days", "30"]);
        let token = made["token"].as_str().unwrap().to_owned();
        assert_eq!(made["name"], "Kitchen tablet");
        let mut tablet = Browser::new(process.address);
        assert_eq!(tablet.post("/api/v1/auth/token", &json!({ "token": token })).await.status, 200);
        let listed = home.run(&["token", "list", "anna"]);
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(text.contains("Kitchen tablet") && !text.contains(&token), "{text}");
        fails(&home, &["token", "create", "anna", "Kitchen tablet"], 1, "already");
        fails(&home, &["token", "create", "anna", ""], 2, "");
        fails(&home, &["token", "create", "anna", "Hall", "--days", "0"], 2, "");
        fails(&home, &["token", "revoke", "anna", "Hall"], 3, "no token");
        done(&home, &["token", "revoke", "anna", "Kitchen tablet"]);
        assert!(me(&mut tablet).await.is_err(), "signed out at once");
        assert_eq!(done(&home, &["token", "list", "anna"]), json!([]));
    }
}

on_both! {
    async fn devices_are_listed_and_signed_out(engine) {
        let home = Home::new(engine).await;
        let (process, _) = home.set_up().await;
        let (mut one, mut two) = (home.sign_in(&process, "anna").await, home.sign_in(&process, "anna").await);
        let listed = done(&home, &["session", "list", "anna"]);
        let sessions = listed.as_array().unwrap();
        assert_eq!(sessions.len(), 2, "{listed}");
        assert_eq!((&sessions[0]["method"], &sessions[0]["address"]), (&json!("plex"), &json!("127.0.0.1")));
        done(&home, &["session", "end", "anna", sessions[0]["id"].as_str().unwrap()]);
        let (first, second) = (me(&mut one).await.is_ok(), me(&mut two).await.is_ok());
        assert!(first != second, "one of the two is out: {first} {second}");
        fails(&home, &["session", "end", "anna", sessions[0]["id"].as_str().unwrap()], 3, "no session");
        fails(&home, &["session", "end", "anna", "zzz"], 3, "no session");
        assert_eq!(done(&home, &["session", "end", "anna", "--all"])["ended"], 1);
        assert_eq!(done(&home, &["session", "list", "anna"]), json!([]));
        assert_eq!(home.run(&["session", "end", "anna"]).status.code(), Some(2));
    }

    async fn a_reset_link_is_made_and_used(engine) {
        let home = Home::new(engine).await;
        let (process, _) = home.set_up().await;
        done(&home, &["user", "create", "cleo@home.test"]);
        fails(&home, &["user", "reset-link", "cleo@home.test"], 2, "LATCHKEY_PUBLIC_URL");
        let public = format!("http://{}", process.address);
        let mut command = home.command(&["user", "reset-link", "cleo@home.test", "--json"]);
        let ran = output(command.env("LATCHKEY_PUBLIC_URL", &public));
        assert!(ran.status.success(), "{ran:?}");
        let made: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let value = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let secret = json!({ "password": "a kettle of seven fish" });
        let mut cleo = Browser::new(process.address);
        let path = format!("/api/v1/auth/reset-password/{value}");
        assert_eq!(cleo.post(&path, &secret).await.status, 200);
        assert_eq!(cleo.post(&path, &secret).await.status, 404, "good once");
        let secret = json!({ "email": "cleo@home.test", "password": "a kettle of seven fish" });
        assert_eq!(cleo.post("/api/v1/auth/local", &secret).await.status, 200);
    }
}

#[tokio::test]
async fn every_command_has_a_help_with_what_it_is_for() {
    let home = Home::new(Engine::Sqlite).await;
    for words in [
        &["user"][..],
        &["token"],
        &["settings"],
        &["user", "create"],
        &["export"],
        &["import"],
        &["backup"],
    ] {
        let output = home.run(&[words, &["--help"]].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && text.contains("Usage: latchkey") && text.contains("--json"),
            "{text}"
        );
    }
}
