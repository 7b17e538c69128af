//! `latchkey doctor`: what it finds, and what it says to do.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Output};

use serde_json::Value;

use super::home::{Home, output};
use crate::support::{Engine, on_both};

/// Runs it with these settings; answers exit code and what was found.
async fn doctor(home: &Home, settings: &[(&str, &str)]) -> (i32, Value) {
    let output = ran(home, &["doctor", "--json"], settings).await;
    let found = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.code().unwrap(), found)
}

/// On a thread of its own: the stand-in for plex.tv answers on this one.
pub(super) async fn ran(home: &Home, words: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = home.command(words);
    command.envs(settings.iter().copied());
    tokio::task::spawn_blocking(move || output(&mut command)).await.unwrap()
}

/// State and words of everything that was found by this check.
fn found(all: &Value, check: &str) -> Vec<(String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let checks = all["checks"].as_array().unwrap().iter();
    checks
        .filter(|finding| finding["check"] == check)
        .map(|finding| {
            let words = format!("{} → {}", text(finding, "message"), text(finding, "advice"));
            (text(finding, "state"), words)
        })
        .collect()
}

fn finds(all: &Value, check: &str, state: &str, says: &str) {
    let found = found(all, check);
    assert!(
        found.iter().any(|(is, words)| is == state && words.contains(says)),
        "{check} {state} {says}: {all:#}"
    );
}

on_both! {
    async fn a_house_in_order(engine) {
        let home = Home::new(engine).await;
        let (process, _) = home.set_up().await;
        let (listen, public) = (process.address.to_string(), format!("http://{}", process.address));
        let settings = [("LATCHKEY_LISTEN", listen.as_str()), ("LATCHKEY_PUBLIC_URL", &public)];
        let (code, all) = doctor(&home, &settings).await;
        assert_eq!((code, &all["ok"]), (0, &Value::Bool(true)), "{all:#}");
        for check in ["configuration", "data folder", "encryption key", "database", "set-up", "server", "plex.tv", "clock", "proxy"] {
            assert!(found(&all, check).iter().all(|(state, _)| state == "ok"), "{check}: {all:#}");
            assert!(!found(&all, check).is_empty(), "{check}: {all:#}");
        }
        finds(&all, "public URL", "warning", "without encryption");
        // In words for people.
        let said = ran(&home, &["doctor"], &settings).await;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(text.contains("ok    database") && text.contains("1 to look at"), "{text}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_with_what_to_do() {
    let home = Home::new(Engine::Sqlite).await;
    let (process, _) = home.set_up().await;
    let (listen, public) = (process.address.to_string(), format!("http://{}", process.address));
    let here = [
        ("LATCHKEY_LISTEN", listen.as_str()),
        ("LATCHKEY_PUBLIC_URL", public.as_str()),
    ];

    let (code, all) = doctor(
        &home,
        &[
            ("LATCHKEY_LISTEN", "127.0.0.1:1"),
            ("LATCHKEY_PUBLIC_URL", "http://127.0.0.1:1"),
        ],
    )
    .await;
    assert_eq!(code, 1);
    finds(&all, "server", "warning", "latchkey serve");
    finds(&all, "public URL", "bad", "can't be reached");
    finds(&all, "proxy", "skipped", "");

    let other = Home::new(Engine::Sqlite).await;
    let (another, _) = other.set_up().await;
    let (code, all) = doctor(
        &home,
        &[here[0], ("LATCHKEY_PUBLIC_URL", &format!("http://{}", another.address))],
    )
    .await;
    assert_eq!(code, 1);
    finds(&all, "public URL", "bad", "another Latchkey");

    let (code, all) = doctor(&home, &[here[0], ("LATCHKEY_PUBLIC_URL", &home.plex.url())]).await;
    assert_eq!(code, 1);
    finds(&all, "public URL", "bad", "not as Latchkey");

    let (code, all) = doctor(
        &home,
        &[here[0], here[1], ("LATCHKEY_PLEX_API_URL", "http://127.0.0.1:1")],
    )
    .await;
    assert_eq!(code, 1);
    finds(&all, "plex.tv", "bad", "DNS");
    finds(&all, "plex.tv", "ok", "answers");

    let (code, all) = doctor(
        &home,
        &[("LATCHKEY_DATABASE_URL", "postgres://me:hunter2@127.0.0.1:1/latchkey")],
    )
    .await;
    assert_eq!(code, 1);
    finds(&all, "database", "bad", "LATCHKEY_DATABASE_URL");
    finds(&all, "clock", "skipped", "");
    assert!(!all.to_string().contains("hunter2"));

    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(home.data().join("encryption.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let (code, all) = doctor(&home, &here).await;
    assert_eq!(code, 1);
    finds(&all, "encryption key", "bad", "chmod 600");
    // Preparing the folder makes it private, so there is nothing left to warn of.
    assert!(!found(&all, "data folder").is_empty());
}

#[tokio::test]
async fn a_proxy_that_believes_visitors_is_found() {
    let home = Home::new(Engine::Sqlite).await;
    // As behind a proxy that passes on what visitors claim: whoever connects from here is believed.
    let mut command = home.command(&["serve"]);
    command.env("LATCHKEY_TRUSTED_PROXIES", "127.0.0.0/8");
    let process = super::home::Process::start(command).await;
    home.finish_set_up(&mut super::http::Browser::new(process.address))
        .await;
    let public = format!("http://{}", process.address);
    let (code, all) = doctor(
        &home,
        &[
            ("LATCHKEY_LISTEN", &process.address.to_string()),
            ("LATCHKEY_PUBLIC_URL", &public),
        ],
    )
    .await;
    assert_eq!(code, 1);
    finds(&all, "proxy", "bad", "pretend");
}
