//! PostgreSQL is stopped and started again while a crowd works: who asks meanwhile is told to come back, nobody is signed
//! out, nothing that was confirmed is lost, and afterwards all goes on. Latchkey is not touched.

use std::time::Duration;

use super::{
    Seed,
    crowd::{Crowd, command},
    facts::Facts,
};
use crate::{
    process::{
        home::{Home, Process, eventually, me},
        http::Browser,
    },
    support::Cluster,
};

/// How often.
const RESTARTS: usize = 4;
/// Which of them takes so long that people are told.
const LONG: usize = 1;

/// Waits until the owner is told that the database is away, and looks what is there without it.
async fn away_for_long(owner: &Browser) {
    eventually("the database is missed", || {
        let mut owner = owner.clone();
        async move {
            let answer = owner.get("/api/v1/auth/me").await;
            assert!(matches!(answer.status, 200 | 503), "{answer:?}");
            assert!(answer.header("set-cookie").is_none(), "{answer:?}");
            (answer.status == 503).then_some(())
        }
    })
    .await;
    let (mut someone, mut nobody) = (owner.clone(), owner.clone());
    nobody.cookies.clear();
    let (ready, alive, page) = tokio::join!(
        someone.get("/readyz"),
        async { owner.clone().get("/healthz").await },
        nobody.get("/login")
    );
    assert_eq!((ready.status, alive.status, page.status), (503, 200, 200));
}

#[tokio::test]
async fn under_load() {
    let seed = Seed::new();
    let mut chance = seed.chance();
    let mut cluster = Cluster::start().await;
    let home = Home::on(&cluster.url()).await;
    let process = Process::start(command(&home)).await;
    let mut owner = Browser::new(process.address);
    home.finish_set_up(&mut owner).await;
    let mut crowd = Crowd::gather(&mut owner, process.address, &mut chance).await;
    crowd.check(&Facts::read(&home).await);
    let (pid, cookies) = (process.pid(), owner.cookies.clone());

    for restart in 0..RESTARTS {
        crowd.work();
        crowd.answered(30).await;
        cluster.stop().await;
        if restart == LONG {
            away_for_long(&owner).await;
        } else {
            // Requests wait some seconds for a connection: most don't notice.
            tokio::time::sleep(Duration::from_millis(chance.u64(0..300))).await;
        }
        cluster.start_again().await;
        eventually("the owner is let in again", || {
            let mut owner = owner.clone();
            async move { me(&mut owner).await.ok() }
        })
        .await;
        crowd.answered(30).await;
        crowd.stop().await;
        crowd.check(&Facts::read(&home).await);
        crowd.try_doors(&process, false).await;
        assert_eq!(owner.get("/readyz").await.status, 200);
    }
    crowd.try_doors(&process, true).await;
    let troubles = crowd.shared.troubles.load(std::sync::atomic::Ordering::Relaxed);
    assert!(troubles > 0, "nobody was told that the database is away");
    assert_eq!(
        (process.pid(), owner.cookies),
        (pid, cookies),
        "the same program, and nobody was signed out"
    );
    eprintln!("{RESTARTS} restarts: {troubles} times away, {}", crowd.weight());
}
