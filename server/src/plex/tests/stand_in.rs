//! The calls against plex-stub: the healthy way, and its switches.

use std::time::Duration;

use plex_stub::{ATTIC, ATTIC_OWNER_ID, Answer, Fault, Stub, TokenVia};

use super::*;

/// Somebody approves a PIN; their token as the client reads it.
async fn token_of(stub: &Stub, client: &PlexClient, account: &str) -> PlexToken {
    let (id, code) = stub.create_pin(OUR_ID, None);
    stub.approve(&code, account).unwrap();
    client.read_pin(id, HOME).await.unwrap().token.unwrap()
}

#[tokio::test]
async fn a_pin_from_its_making_to_its_end() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let pin = client.create_pin("https://home.example").await.unwrap();
    assert_eq!((pin.code.expose().len(), pin.expires_in), (25, 1800));
    assert_eq!(
        stub.pin(pin.code.expose()).unwrap().origin.as_deref(),
        Some("https://home.example")
    );

    let pending = client.read_pin(pin.id, HOME).await.unwrap();
    assert!(pending.code.matches(pin.code.expose()) && pending.token.is_none());
    assert_eq!(pending.client_identifier, OUR_ID);

    stub.approve(pin.code.expose(), "anna").unwrap();
    let claimed = client.read_pin(pin.id, HOME).await.unwrap();
    assert!(claimed.expires_in <= 10);
    assert_eq!(client.account(&claimed.token.unwrap()).await.unwrap().id, 52_990_041);

    stub.advance(Duration::from_secs(11));
    assert_eq!(client.read_pin(pin.id, HOME).await.unwrap_err(), PlexError::PinGone);
}

#[tokio::test]
async fn foreign_unknown_and_expired_pins_are_gone() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let (foreign, _) = stub.create_pin("another-install", None);
    let (expired, code) = stub.create_pin(OUR_ID, None);
    stub.expire(&code).unwrap();
    for pin in [foreign, expired, 1] {
        assert_eq!(client.read_pin(pin, HOME).await.unwrap_err(), PlexError::PinGone);
    }
}

#[tokio::test]
async fn the_answer_that_was_cut_off_is_asked_for_again_and_only_once() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let (id, code) = stub.create_pin(OUR_ID, None);
    stub.approve(&code, "anna").unwrap();
    stub.switch(|s| s.faults = vec![Fault::new("/api/v2/pins", Answer::CutOff).times(1)]);
    assert!(client.read_pin(id, HOME).await.unwrap().token.is_some());
    assert_eq!(stub.log().len(), 2);

    stub.switch(|s| s.faults = vec![Fault::new("/api/v2/pins", Answer::CutOff)]);
    stub.clear_log();
    assert!(matches!(
        client.read_pin(id, HOME).await,
        Err(PlexError::Unreachable { .. })
    ));
    assert_eq!(stub.log().len(), 2);
}

#[tokio::test]
async fn accounts_of_every_sort() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let anna = client.account(&token_of(&stub, &client, "anna").await).await.unwrap();
    assert_eq!(anna.display_name(), "Anna Kowalska");
    assert_eq!(anna.email.as_deref(), Some("anna@example.test"));
    assert!(!anna.home && !anna.restricted && anna.thumb.is_some());

    let kid = client.account(&token_of(&stub, &client, "kid").await).await.unwrap();
    assert_eq!((kid.email.as_ref(), kid.username.as_ref()), (None, None));
    assert_eq!(kid.display_name(), "Kim");
    assert!(kid.restricted && kid.home);
}

#[tokio::test]
async fn only_servers_and_what_they_say_about_their_owner() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let mut seen = Vec::new();
    for account in [
        "attic-owner",
        "marlow",
        "anna",
        "bea",
        "paul",
        "stranger",
        "pia",
        "mallory",
    ] {
        let servers = client
            .resources(&token_of(&stub, &client, account).await)
            .await
            .unwrap();
        let attic = servers.into_iter().find(|server| server.machine_id == ATTIC);
        seen.push((
            account,
            attic.map(|server| (server.owned, server.home, server.owner_id)),
        ));
    }
    let owner = Some(ATTIC_OWNER_ID);
    assert_eq!(
        seen,
        [
            ("attic-owner", Some((true, true, None))),
            ("marlow", Some((false, true, owner))),
            ("anna", Some((false, false, owner))),
            ("bea", Some((false, false, owner))),
            ("paul", None),
            ("stranger", None),
            ("pia", None),
            ("mallory", Some((true, false, None))),
        ]
    );
}

#[tokio::test]
async fn a_signed_out_token_is_bad_and_a_server_token_too() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let anna = token_of(&stub, &client, "anna").await;
    client.sign_out(&anna).await.unwrap();
    assert!(!stub.is_live(anna.expose()));
    assert_eq!(client.account(&anna).await.unwrap_err(), PlexError::BadToken);
    assert_eq!(client.resources(&anna).await.unwrap_err(), PlexError::BadToken);
    assert_eq!(
        client.account(&token("srvTok-anything")).await.unwrap_err(),
        PlexError::BadToken
    );
}

#[tokio::test]
async fn every_fault_has_its_name() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let anna = token_of(&stub, &client, "anna").await;
    let faults = [
        (Answer::Status(500), 500),
        (Answer::Status(503), 503),
        (Answer::Status(403), 403),
        (Answer::Html, 200),
        (Answer::Malformed, 200),
        (Answer::WrongShape, 200),
    ];
    for (answer, expected) in faults {
        stub.switch(|s| s.faults = vec![Fault::new("", answer)]);
        let (pin, _) = stub.create_pin(OUR_ID, None);
        let errors = [
            client.read_pin(pin, HOME).await.unwrap_err(),
            client.account(&anna).await.unwrap_err(),
            client.resources(&anna).await.unwrap_err(),
        ];
        for error in errors {
            assert!(
                matches!(&error, PlexError::Unexpected { status, .. } if *status == expected),
                "{answer:?}: {error:?}"
            );
            assert_eq!(error.kind(), PlexErrorKind::PlexTrouble);
        }
    }
    // A 404 page from something on the way doesn't end the attempt.
    stub.switch(|s| s.faults = vec![Fault::new("", Answer::Status(404))]);
    assert!(client.read_pin(1, HOME).await.unwrap_err().is_plex_trouble());
}

#[tokio::test]
async fn the_limiter_quietens_pin_reads_and_a_success_forgets_it() {
    let stub = stand_in().await;
    let pacing = PacingLimits {
        first_back_off: Duration::from_millis(80),
        ..quick().pacing
    };
    let client = PlexClient::new(
        stub.url().parse().unwrap(),
        &identity(),
        PlexLimits { pacing, ..quick() },
    );
    let (pin, _) = stub.create_pin(OUR_ID, None);
    stub.switch(|s| s.faults = vec![Fault::new("", Answer::RateLimited).times(1)]);
    assert_eq!(
        client.read_pin(pin, HOME).await.unwrap_err(),
        PlexError::RateLimited { retry_after_ms: 80 }
    );
    assert_eq!(stub.log().len(), 1, "never repeated");
    let busy = client.read_pin(pin, HOME).await.unwrap_err();
    assert!(matches!(busy, PlexError::Busy { retry_after_ms: 1..=80 }), "{busy:?}");
    assert!(matches!(
        client.create_pin("https://home.example").await,
        Err(PlexError::Busy { .. })
    ));
    assert_eq!(stub.log().len(), 1);
    tokio::time::sleep(Duration::from_millis(85)).await;
    assert!(client.read_pin(pin, HOME).await.is_ok());
}

#[tokio::test]
async fn slow_answers_end_at_the_limit_and_are_not_asked_for_again() {
    let stub = stand_in().await;
    let limits = PlexLimits {
        request: Duration::from_millis(60),
        ..quick()
    };
    let client = PlexClient::new(stub.url().parse().unwrap(), &identity(), limits);
    stub.switch(|s| s.faults = vec![Fault::slow("", 2000)]);
    let error = client.account(&token("abc")).await.unwrap_err();
    assert_eq!((error.kind(), stub.log().len()), (PlexErrorKind::PlexSlow, 1));
}

#[tokio::test]
async fn nobody_there_then_back() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let (pin, _) = stub.create_pin(OUR_ID, None);
    stub.go_away().await;
    assert_eq!(
        client.read_pin(pin, HOME).await.unwrap_err(),
        PlexError::Unreachable { what: "no connection" }
    );
    stub.come_back().await.unwrap();
    assert!(client.read_pin(pin, HOME).await.is_ok());
}

#[tokio::test]
async fn what_plex_sees_of_us() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let anna = token_of(&stub, &client, "anna").await;
    client.account(&anna).await.unwrap();
    client.resources(&anna).await.unwrap();
    client.sign_out(&anna).await.unwrap();
    for request in stub.log() {
        assert_eq!(request.client_id.as_deref(), Some(OUR_ID), "{request:?}");
        assert_eq!(request.product.as_deref(), Some("Latchkey"));
        let about_somebody = !request.path.starts_with("/api/v2/pins");
        assert_eq!(
            request.token,
            if about_somebody {
                TokenVia::Header
            } else {
                TokenVia::None
            }
        );
        assert!(!request.query.contains(anna.expose()));
    }
}

#[tokio::test]
async fn one_read_a_pin_at_a_time_and_a_given_up_one_frees_it() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let (pin, _) = stub.create_pin(OUR_ID, None);
    stub.switch(|s| s.faults = vec![Fault::slow("", 60)]);
    let (first, second) = tokio::join!(client.read_pin(pin, HOME), client.read_pin(pin, HOME));
    assert!(first.is_ok());
    assert!(matches!(second, Err(PlexError::Busy { .. })), "{second:?}");
    assert_eq!(stub.log().len(), 1);

    let given_up = tokio::time::timeout(Duration::from_millis(10), client.read_pin(pin, HOME)).await;
    assert!(given_up.is_err());
    assert!(client.read_pin(pin, HOME).await.is_ok());
}

#[tokio::test]
async fn whom_the_owner_shares_with() {
    let stub = stand_in().await;
    let client = client(&stub.url());
    let owner = token_of(&stub, &client, "attic-owner").await;
    let list = client.household_users(&owner).await.unwrap();
    assert!(list.is_whole() && list.announced.is_some());
    let users = list.people;
    let attic = |id: i64| {
        let servers = &users.iter().find(|user| user.id == id)?.servers;
        servers
            .iter()
            .find(|server| server.machine_id == ATTIC)
            .map(|server| server.pending)
    };
    let [anna, paul, rita] = [52_990_041, 53_110_878, 53_110_999];
    assert_eq!((attic(anna), attic(paul), attic(rita)), (Some(false), Some(true), None));
    assert!(users.iter().all(|user| user.id != ATTIC_OWNER_ID));
    assert!(users.iter().any(|user| user.restricted && user.email.is_none()));
    stub.remove_device("attic-owner", None);
    assert_eq!(client.household_users(&owner).await.unwrap_err(), PlexError::BadToken);
}
