//! Several instances over one database.

use std::sync::Arc;

use latchkey::{
    bootstrap::{self, App},
    config::{Config, Sources},
    domain::clock::ManualClock,
    plex::PlexLimits,
    web,
};
use plex_stub::ATTIC;
use serde_json::json;

use crate::support::{Database, MINUTE, START, TestApp, on_both};

const ME: &str = "/api/v1/auth/me";

on_both! {
    async fn who_signs_in_at_one_is_in_at_the_other(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let second = app.second_instance().await;
        let anna = app.member("anna").await;
        let there = anna.at(&second);
        assert_eq!(there.get(ME).await.expect(200).json()["plexUsername"], "anna.k");
        there.post("/api/v1/auth/logout").await.expect(200);
        anna.get(ME).await.problem(403);
    }

    async fn an_attempt_begun_at_one_ends_at_the_other(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let second = app.second_instance().await;
        let (anna, (pin_id, code)) = (app.anon(), app.pin());
        app.start_attempt(&anna, pin_id, &code).await.expect(201);
        assert_eq!(app.poll(&anna, pin_id).await["state"], "pending");
        app.plex.approve(&code, "anna").unwrap();
        let there = anna.at(&second);
        assert_eq!(second.poll(&there, pin_id).await["state"], "signedIn");
        assert_eq!(app.poll(&anna, pin_id).await["state"], "signedIn", "told again, not redeemed again");
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1);
    }

    async fn a_changed_setting_is_seen_after_a_look(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let second = app.second_instance().await;
        app.state.site.update(|settings| settings.application_title = "Attic door".into()).await.unwrap();
        let title = async || second.anon().get("/api/v1/settings/public").await.json()["applicationTitle"].clone();
        assert_eq!(title().await, "Latchkey");
        second.state.site.refresh().await.unwrap();
        assert_eq!(title().await, "Attic door");
        // Changes made at both, each on top of the other's.
        second.state.site.update(|settings| settings.local_sign_in = false).await.unwrap();
        app.state.site.update(|settings| settings.new_plex_members = false).await.unwrap();
        second.state.site.refresh().await.unwrap();
        let (here, there) = (app.state.site.now(), second.state.site.now());
        assert_eq!(here.settings, there.settings);
        assert!(!here.settings.local_sign_in && !here.settings.new_plex_members && here.settings.application_title == "Attic door");
    }

    async fn changes_at_once_are_all_kept(engine) {
        let app = TestApp::start(engine).await;
        let second = app.second_instance().await;
        let version = app.state.site.now().version;
        for _ in 0..5 {
            let (here, there) = tokio::join!(
                app.state.site.update(|settings| settings.session_idle_days += 1),
                second.state.site.update(|settings| settings.session_absolute_days += 1),
            );
            here.unwrap();
            there.unwrap();
        }
        app.state.site.refresh().await.unwrap();
        let site = app.state.site.now();
        assert_eq!((site.settings.session_idle_days, site.settings.session_absolute_days, site.version), (35, 185, version + 10));
    }

    async fn the_set_up_at_one_is_known_to_the_other_after_a_look(engine) {
        let app = TestApp::start(engine).await;
        let second = app.second_instance().await;
        assert_eq!(app.setup_code().await, second.setup_code().await);
        let owner = app.set_up().await;
        second.anon().get(ME).await.problem(503);
        second.state.site.refresh().await.unwrap();
        let there = owner.at(&second);
        there.get(ME).await.expect(200);
        assert_eq!(there.get("/api/v1/settings/plex").await.expect(200).json()["machineId"], ATTIC);
        // The owner's Plex token is readable there too.
        assert_eq!(there.get("/api/v1/settings/plex/devices/servers").await.expect(200).json()[0]["clientIdentifier"], ATTIC);
    }

    async fn tries_are_counted_together(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let second = app.second_instance().await;
        let body = json!({ "email": "nobody@home.test", "password": "x".repeat(2000) });
        for number in 0..10 {
            let anon = if number % 2 == 0 { app.anon() } else { second.anon() };
            anon.post_json("/api/v1/auth/local", body.clone()).await.problem(403);
        }
        for anon in [app.anon(), second.anon()] {
            let limited = anon.post_json("/api/v1/auth/local", body.clone()).await;
            limited.problem(429);
            assert_eq!(limited.header("retry-after"), (15 * MINUTE).to_string());
        }
    }

    async fn many_start_at_once_on_an_empty_database_and_agree(engine) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::empty(engine, folder.path()).await;
        let starting: Vec<_> = (0..8).map(|number| {
            // Machines of their own: only the database is shared.
            let data = folder.path().join(format!("data{number}"));
            let pairs = [("LATCHKEY_DATA_DIR", data.to_str().unwrap().to_owned()), ("LATCHKEY_DATABASE_URL", database.url.clone())];
            let config = Config::load(Sources::from_pairs(pairs)).unwrap().config;
            tokio::spawn(async move {
                let db = bootstrap::open(&config).await.map_err(|error| error.to_string())?;
                let clock = Arc::new(ManualClock::at(START));
                let app = App::assemble(&config, db, clock, web::Site::none(), PlexLimits::default()).await.map_err(|error| error.to_string())?;
                let code = app.state.setup.code().await.map_err(|error| error.to_string())?.unwrap();
                let site = app.state.site.now();
                app.db.close().await;
                Ok::<_, String>((site.client_identifier.to_string(), site.session_secret.to_hex(), code.expose().to_owned()))
            })
        }).collect();
        let mut answers = Vec::new();
        for task in starting {
            answers.push(task.await.unwrap().unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}
