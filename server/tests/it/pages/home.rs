//! `/`.

use crate::support::{TestApp, on_both};

on_both! {
    async fn members_see_who_they_are_and_strangers_sign_in(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        assert_eq!(app.anon().page("/").await.see_other(), "/login?returnTo=%2F");
        let anna = app.member("anna").await.page("/").await.expect(200).text();
        assert!(anna.contains("Anna Kowalska") && anna.contains("Attic"));
        assert!(!anna.contains("LATCHKEY_PUBLIC_URL"), "what needs attention is the owner's");
        let page = owner.page("/").await.expect(200).text();
        assert!(page.contains("Robin") && page.contains("LATCHKEY_PUBLIC_URL"));
    }

    async fn the_owner_is_told_when_plex_was_not_linked(engine) {
        let app = TestApp::start(engine).await;
        let page = app.set_up_local().await.page("/").await.expect(200).text();
        assert!(page.contains("No media server is chosen"), "{page}");
    }
}
