//! The support module itself works.

use crate::support::{TestApp, on_both};

on_both! {
    async fn the_household_comes_in(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.owner().await;
        assert_eq!(owner.get("/api/v1/auth/me").await.expect(200).json()["id"], 1);
        let anna = app.member("anna").await;
        let me = anna.get("/api/v1/auth/me").await.expect(200).json();
        assert_eq!(me["plexUsername"], "anna.k");
    }
}
