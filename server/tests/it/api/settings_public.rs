//! `GET /settings/public`.

use serde_json::json;

use crate::support::{TestApp, on_both};

on_both! {
    async fn anyone_reads_what_is_public_and_no_more(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://home.test").start().await;
        let mut expected = json!({
            "initialized": false, "plexClientIdentifier": app.client_identifier(), "applicationTitle": "Latchkey",
            "applicationUrl": "https://home.test", "localLogin": true, "mediaServerLogin": true, "newPlexLogin": true,
            "allowSelfLoginToken": false, "mediaServerType": 4, "locale": "en", "emailEnabled": false, "version": env!("CARGO_PKG_VERSION"),
        });
        let read = async || app.anon().get("/api/v1/settings/public").await.expect(200).json();
        assert_eq!(read().await, expected);
        app.set_up().await;
        expected["initialized"] = true.into();
        expected["mediaServerType"] = 1.into();
        assert_eq!(read().await, expected);
        app.state.site.update(|settings| {
            settings.application_title = "Dachboden 🏠 </script>".into();
            settings.local_sign_in = false;
            settings.plex_sign_in = false;
            settings.new_plex_members = false;
            settings.members_may_make_tokens = true;
            settings.locale = "de".into();
        }).await.unwrap();
        for (key, value) in [
            ("applicationTitle", json!("Dachboden 🏠 </script>")), ("localLogin", json!(false)), ("mediaServerLogin", json!(false)),
            ("newPlexLogin", json!(false)), ("allowSelfLoginToken", json!(true)), ("locale", json!("de")),
        ] {
            expected[key] = value;
        }
        assert_eq!(read().await, expected);
    }

    async fn the_client_identifier_is_a_uuid_that_stays(engine) {
        let app = TestApp::start(engine).await;
        let identifier = app.client_identifier();
        assert_eq!(uuid::Uuid::parse_str(&identifier).unwrap().get_version_num(), 4);
        app.set_up().await;
        assert_eq!(app.second_instance().await.client_identifier(), identifier);
    }
}
