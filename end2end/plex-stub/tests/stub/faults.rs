//! Failures on order, CORS, the limiter, and a port that goes away.

use crate::{OURS, Plex};
use plex_stub::{Answer, Fault};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

const PINS: &str = "/api/v2/pins?strong=true";

#[tokio::test]
async fn every_answer_is_spoiled_as_ordered() {
    let plex = Plex::start().await;
    for (answer, status, kind) in [
        (Answer::Status(502), 502, "text/html; charset=utf-8"),
        (Answer::Html, 200, "text/html; charset=utf-8"),
        (Answer::WrongShape, 200, "application/json; charset=utf-8"),
        (Answer::RateLimited, 429, "application/json; charset=utf-8"),
        (Answer::Malformed, 201, "application/json; charset=utf-8"),
    ] {
        plex.0.switch(|s| s.faults = vec![Fault::new("/api/v2/pins", answer)]);
        let spoiled = plex.json("POST", PINS).await;
        assert_eq!(
            (spoiled.status, spoiled.header("content-type")),
            (status, Some(kind)),
            "{answer:?}"
        );
        assert_eq!(spoiled.header("access-control-allow-origin"), Some("*"));
        assert_eq!(spoiled.header("retry-after"), None);
        assert_eq!(
            plex.json("GET", "/api/v2/user").await.error(),
            (401, 1001),
            "other paths stay well"
        );
    }
}

#[tokio::test]
async fn a_fault_in_front_of_plex_changes_nothing_there() {
    let plex = Plex::start().await;
    let (id, code) = plex.0.create_pin(OURS, None);
    plex.0.approve(&code, "anna").unwrap();
    plex.0.switch(|s| {
        s.faults = vec![
            Fault::new("/api/v2/pins", Answer::Status(503)).times(1),
            Fault::new("/api/v2/pins", Answer::CutOff).times(1),
        ];
    });
    for claimed_reads in [0, 1, 2] {
        plex.json("GET", &format!("/api/v2/pins/{id}")).await;
        assert_eq!(plex.0.pin(&code).unwrap().claimed_reads, claimed_reads);
    }
}

#[tokio::test]
async fn cut_off_sends_half_of_what_it_announced() {
    let plex = Plex::start().await;
    plex.0
        .switch(|s| s.faults = vec![Fault::new("/api/v2/pins", Answer::CutOff)]);
    let cut = plex.json("POST", PINS).await;
    let announced: usize = cut.header("content-length").unwrap().parse().unwrap();
    assert_eq!((cut.status, cut.body.len()), (201, announced / 2));
}

#[tokio::test]
async fn faults_count_down_and_keep_to_their_method() {
    let plex = Plex::start().await;
    let once = Fault::new("/api/v2/pins", Answer::Status(500)).times(1);
    plex.0.switch(|s| {
        s.faults = vec![Fault {
            method: Some("POST".to_owned()),
            ..once
        }];
    });
    assert_eq!(plex.json("GET", "/api/v2/pins/1").await.status, 404);
    assert_eq!(plex.json("POST", PINS).await.status, 500);
    assert_eq!(plex.json("POST", PINS).await.status, 201);
}

#[tokio::test]
async fn latency_holds_the_answer_back() {
    let plex = Plex::start().await;
    plex.0.switch(|s| s.faults = vec![Fault::slow("", 20)]);
    let start = Instant::now();
    assert_eq!(plex.json("POST", PINS).await.status, 201);
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[tokio::test]
async fn preflight_echoes_and_answers_carry_cors_unless_dropped() {
    let plex = Plex::start().await;
    let asked = "x-plex-client-identifier,x-plex-product";
    let headers = [
        ("Origin", "http://home.test"),
        ("Access-Control-Request-Headers", asked),
    ];
    let preflight = plex.raw("OPTIONS", "/api/v2/pins", &headers, "").await;
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-headers")),
        (204, Some(asked))
    );
    assert_eq!(preflight.header("access-control-max-age"), Some("86400"));
    let missing = plex.raw("GET", "/nowhere", &headers, "").await;
    assert_eq!((missing.status, missing.header("vary")), (404, Some("Origin")));
    assert_eq!(missing.header("access-control-expose-headers"), Some("Location"));

    plex.0.switch(|s| s.drop_cors = true);
    for method in ["OPTIONS", "POST"] {
        let bare = plex.raw(method, "/api/v2/pins", &headers, "").await;
        assert!(
            !bare.headers.iter().any(|(name, _)| name.starts_with("access-control")),
            "{bare:?}"
        );
    }
}

#[tokio::test]
async fn limiter_counts_by_address_and_second() {
    let plex = Plex::start().await;
    plex.0.switch(|s| s.requests_per_second = Some(1));
    plex.0.advance(Duration::from_secs(1));
    let mut refused = 0;
    for _ in 0..4 {
        refused += u32::from(plex.json("GET", "/api/v2/pins/1").await.error() == (429, 1003));
    }
    // The four may straddle the end of a second.
    assert!((2..=3).contains(&refused), "{refused}");
    let id = ("X-Plex-Client-Identifier", OURS);
    let elsewhere = plex
        .raw("GET", "/api/v2/pins/1", &[id, ("X-Forwarded-For", "198.51.100.1")], "")
        .await;
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn the_port_goes_away_and_comes_back_with_its_memory() {
    let plex = Plex::start().await;
    let host = plex.0.url().replace("http://", "");
    let (id, _) = plex.0.create_pin(OURS, None);
    plex.0.go_away().await;
    assert!(TcpStream::connect(&host).await.is_err());
    plex.0.come_back().await.unwrap();
    assert_eq!(plex.json("GET", &format!("/api/v2/pins/{id}")).await.status, 200);
    plex.0.stop().await;
    assert!(TcpStream::connect(&host).await.is_err());
}
