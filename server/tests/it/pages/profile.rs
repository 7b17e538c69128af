//! `/profile`.

use crate::support::{TestApp, on_both};

on_both! {
    async fn members_see_their_own_account(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        assert_eq!(app.anon().page("/profile").await.see_other(), "/login?returnTo=%2Fprofile");
        let page = app.member("anna").await.page("/profile").await.expect(200).text();
        assert!(page.contains("Anna Kowalska") && page.contains("anna@example.test") && page.contains("Attic"), "{page}");
        assert!(page.contains("2026-09-14T18:00:00Z"), "{page}");
        app.state.site.update(|settings| settings.household_children = true).await.unwrap();
        let page = app.member("kid").await.page("/profile").await.expect(200).text();
        assert!(page.contains("Kim") && !page.contains("anna@example.test"));
    }
}
