//! `/settings/security/rotate-session-secret`.

use super::token_people::{ADMIN, household, make_value, permit, program};
use crate::support::{Engine, TestApp, on_both};

const ROTATE: &str = "/api/v1/settings/security/rotate-session-secret";
const ME: &str = "/api/v1/auth/me";

on_both! {
    async fn everybody_is_out_but_who_did_it(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let elsewhere = app.owner().await;
        let second = app.second_instance().await;
        let token = make_value(&owner, id, "script").await;
        let before = owner.cookie("latchkey.sid").unwrap();
        let answer = owner.post(ROTATE).await.expect(204);
        let cookie = answer.cookie("latchkey.sid").unwrap();
        assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/"), "{cookie:?}");
        assert_ne!(cookie.value, before);
        owner.get(ME).await.expect(200);
        owner.at(&second).get(ME).await.problem(403);
        second.state.site.refresh().await.unwrap();
        owner.at(&second).get(ME).await.expect(200);
        for actor in [&anna, &elsewhere] {
            actor.get(ME).await.problem(403);
            actor.at(&second).get(ME).await.problem(403);
        }
        // Login tokens are another secret.
        program(&app, &token).get(ME).await.expect(200);
        app.member("anna").await.get(ME).await.expect(200);
        let line = app.happened(1).await.remove(0);
        assert_eq!((line.kind.as_str(), line.actor_id, line.subject.as_str()), ("session-secret-rotated", Some(1), ""));
    }

    async fn who_may(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        app.anon().post(ROTATE).await.problem(401);
        anna.post(ROTATE).await.problem(403);
        program(&app, &make_value(&owner, 1, "script").await).post(ROTATE).await.problem(403);
        owner.get(ME).await.expect(200);
        permit(&app, id, ADMIN).await;
        anna.post(ROTATE).await.expect(204);
        anna.get(ME).await.expect(200);
        owner.get(ME).await.problem(403);
    }
}

#[tokio::test]
async fn one_from_the_configuration_stays() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_SESSION_SECRET", &"1a".repeat(32))
        .start()
        .await;
    let owner = app.set_up().await;
    owner.post(ROTATE).await.problem(409);
    owner.get(ME).await.expect(200);
    let page = owner.page("/settings/security").await.expect(200).text();
    assert!(
        page.contains("LATCHKEY_SESSION_SECRET") && !page.contains("/settings/security/session-secret"),
        "{page}"
    );
}
