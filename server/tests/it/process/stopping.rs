//! SIGTERM: what is under way is finished, and then it ends well.

use std::time::Duration;

use plex_stub::Fault;

use super::{
    home::{Home, keep_asking, me},
    http::{self, Browser},
};
use crate::support::{Engine, on_both};

on_both! {
    async fn requests_under_way_finish(engine) {
        let home = Home::new(engine).await;
        let (mut process, owner) = home.set_up().await;
        let mut marlow = Browser::new(process.address);
        home.attempt(&mut marlow, "marlow").await;
        home.plex.clear_log();
        home.plex.switch(|switches| switches.faults.push(Fault::slow("/api/v2/resources", 1500)));
        let under_way = keep_asking(&marlow, "/api/v1/auth/plex/attempts/poll", "{}".to_owned());
        home.asked("/api/v2/resources").await;

        process.terminate();
        let answer = under_way.await.unwrap().expect("no answer");
        assert_eq!(answer.json()["state"], "signedIn", "{answer:?}");
        assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.starts_with("latchkey.sid=")), "{answer:?}");
        assert_eq!(process.ended().await.code(), Some(0), "{:#?}", process.log());

        let process = home.serve().await;
        assert!(me(&mut owner.moved_to(process.address)).await.is_ok());
        assert_eq!(home.count("SELECT COUNT(*) FROM sessions").await, 2);
    }
}

#[tokio::test]
async fn connections_that_say_nothing_hold_nothing_up() {
    let home = Home::new(Engine::Sqlite).await;
    let mut process = home.serve().await;
    let silent = tokio::net::TcpStream::connect(process.address).await.unwrap();
    let half = Browser::new(process.address)
        .begin("POST", "/theme", Some("application/x-www-form-urlencoded"), b"")
        .await
        .unwrap();
    http::finish(half).await.unwrap();
    process.terminate();
    let stopped = tokio::time::timeout(Duration::from_secs(12), process.ended()).await;
    assert_eq!(stopped.expect("it waited for the silent one").code(), Some(0));
    drop(silent);
}

#[tokio::test]
async fn ctrl_c_is_the_same() {
    let home = Home::new(Engine::Sqlite).await;
    let mut process = home.serve().await;
    process.interrupt();
    assert_eq!(process.ended().await.code(), Some(0));
}
