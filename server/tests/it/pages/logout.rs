//! `POST /logout`.

use crate::support::{TestApp, on_both};

on_both! {
    async fn the_session_ends_and_the_page_says_so(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let kept = anna.cookie("latchkey.sid").unwrap();
        let answer = anna.post_form("/logout", &[]).await;
        assert_eq!(answer.see_other(), "/login?reason=signed-out");
        assert!(answer.cookie("latchkey.sid").unwrap().removes());
        anna.page("/login?reason=signed-out").await.expect(200);
        anna.plant("latchkey.sid", &kept);
        assert!(anna.page("/").await.see_other().starts_with("/login"));
        // Nor does the Plex sign-in of a moment ago open another one.
        let page = anna.page("/login/plex/return").await.expect(200);
        assert_eq!(page.cookies(), []);
        assert_eq!(app.anon().post_form("/logout", &[]).await.see_other(), "/login?reason=signed-out");
    }

    async fn opening_the_address_signs_nobody_out(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        anna.page("/logout").await.see_other();
        anna.page("/").await.expect(200);
    }
}
