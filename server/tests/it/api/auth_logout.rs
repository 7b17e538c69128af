//! `POST /auth/logout`.

use serde_json::json;

use crate::support::{TestApp, on_both};

const LOGOUT: &str = "/api/v1/auth/logout";
const ME: &str = "/api/v1/auth/me";

on_both! {
    async fn the_session_ends_in_the_database_and_the_cookie_goes(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let other_device = app.member("anna").await;
        let kept = anna.cookie("latchkey.sid").unwrap();
        let answer = anna.post(LOGOUT).await.expect(200);
        assert_eq!(answer.json(), json!({ "status": "ok" }));
        let cookie = answer.cookie("latchkey.sid").unwrap();
        assert!(cookie.removes() && cookie.has("path=/"), "{cookie:?}");
        anna.get(ME).await.problem(401);
        // Who copied the cookie before has nothing any more.
        anna.plant("latchkey.sid", &kept);
        anna.get(ME).await.problem(403);
        anna.plant("latchkey.sid", &kept);
        anna.at(&app.second_instance().await).get(ME).await.problem(403);
        other_device.get(ME).await.expect(200);
    }

    async fn it_is_fine_when_nobody_is_signed_in(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let anon = app.anon();
        assert_eq!(anon.post(LOGOUT).await.expect(200).json(), json!({ "status": "ok" }));
        anon.plant("latchkey.sid", "nonsense");
        assert_eq!(anon.post(LOGOUT).await.expect(200).json(), json!({ "status": "ok" }));
    }
}
