//! The forms of passwords, linked accounts and devices, without JavaScript.

use serde_json::json;

use super::household::{make, manager, number};
use crate::{
    api::passwords::{BEA_EMAIL, BEA_PASSWORD, make_bea, sign_in, signed_in, try_in},
    support::{OWNER_EMAIL, OWNER_PASSWORD, Smtp, TestApp, on_both},
};

const NEW: &str = "eight yellow raincoats";

on_both! {
    async fn a_password_is_changed_and_mistakes_are_said(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let (bea, tablet) = (sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await, sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await);
        let url = format!("/users/{id}/password");
        for (present, password, status, says) in [
            ("wrong wrong", NEW, 403, "not your present password"),
            (BEA_PASSWORD, "seven77", 400, "at least 8"),
            (BEA_PASSWORD, "password1", 400, "among the first"),
        ] {
            let page = bea.post_form(&url, &[("present", present), ("password", password)]).await.expect(status).text();
            assert!(page.contains(says) && page.contains("Signed-in devices"), "{page}");
            assert!(!page.contains(password) && !page.contains(BEA_PASSWORD));
        }
        let done = bea.post_form(&url, &[("present", BEA_PASSWORD), ("password", NEW)]).await;
        assert_eq!(done.see_other(), "/profile?done=password#password");
        assert!(bea.page("/profile?done=password").await.expect(200).text().contains("Your password is changed"));
        assert_eq!(tablet.page("/profile").await.see_other(), "/login?returnTo=%2Fprofile");
        let stranger = app.anon();
        stranger.post_form(&url, &[("password", NEW)]).await.expect(401);
        bea.post_form("/users/1/password", &[("password", NEW)]).await.expect(403);
    }

    async fn somebody_elses_password_is_set_without_the_present_one(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        let page = owner.page(&format!("/users/{id}")).await.expect(200).text();
        assert!(page.contains("Bea can sign in with e-mail address and password.") && !page.contains("name=\"present\""), "{page}");
        let url = format!("/users/{id}/password");
        assert_eq!(owner.post_form(&url, &[("password", NEW)]).await.see_other(), format!("/users/{id}?done=password#password"));
        let page = owner.page(&format!("/users/{id}?done=password")).await.expect(200).text();
        assert!(page.contains("The password is set, and all devices are signed out."), "{page}");
        assert!(!signed_in(&bea).await);
        try_in(&bea, BEA_EMAIL, NEW).await.expect(200);
        // Too many tries are told where they were made.
        let own = format!("/users/{id}/password");
        let mut last = bea.post_form(&own, &[("present", "wrong wrong"), ("password", BEA_PASSWORD)]).await;
        for _ in 0..20 {
            if last.status() == 429 {
                break;
            }
            last = last.expect(403);
            assert!(last.text().contains("not your present password"));
            last = bea.post_form(&own, &[("present", "wrong wrong"), ("password", BEA_PASSWORD)]).await;
        }
        let told = last.expect(429);
        assert!(told.text().contains("Signed-in devices") && !told.header("retry-after").is_empty(), "{}", told.text());
    }

    async fn a_manager_sees_nothing_of_the_owners_and_a_token_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let marlow = manager(&app, "marlow").await;
        let page = marlow.page("/users/1").await.expect(200).text();
        assert!(!page.contains("Signed-in devices") && !page.contains("Last sign-ins"), "{page}");
        for path in ["/users/1/password", "/users/1/reset-link", "/users/1/plex/unlink", "/users/1/sessions/end", "/users/1/sessions/0011223344556677/end"] {
            marlow.post_form(path, &[("password", NEW)]).await.expect(403);
            app.anon().post_form(path, &[("password", NEW)]).await.expect(401);
            assert_eq!(app.anon().page(path).await.see_other(), "/login?returnTo=%2Fprofile");
        }
        let id = number(&marlow).await;
        let wall = app.anon();
        let made = make(&owner, id, "Wall").await;
        wall.post_json("/api/v1/auth/token", json!({ "token": made.value })).await.expect(200);
        let page = wall.page("/profile").await.expect(200).text();
        assert!(page.contains("Signed-in devices") && page.contains("With the login token of Wall"), "{page}");
        assert!(!page.contains(&format!("/users/{id}/sessions")) && !page.contains(&format!("/users/{id}/password\"")), "{page}");
        for path in ["password", "plex/unlink", "sessions/end"] {
            wall.post_form(&format!("/users/{id}/{path}"), &[("password", NEW)]).await.expect(403);
        }
        assert!(signed_in(&marlow).await);
    }

    async fn the_last_sign_ins_are_listed(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        assert!(owner.page(&format!("/users/{id}")).await.expect(200).text().contains("None that is still known."));
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let bea = app.anon().with("user-agent", agent).from("203.0.113.9");
        try_in(&bea, BEA_EMAIL, BEA_PASSWORD).await.expect(200);
        app.state.activity.flush().await.unwrap();
        for page in [bea.page("/profile").await, owner.page(&format!("/users/{id}")).await] {
            let text = page.expect(200).text();
            let section = text.split("id=\"sign-ins\"").nth(1).unwrap().split("</section>").next().unwrap();
            assert!(section.contains("With the password") && section.contains("Firefox on Linux") && section.contains("203.0.113.9"), "{section}");
            assert_eq!(section.matches("<li>").count(), 1);
        }
    }

    async fn the_footer_of_a_links_page_leads_back_to_it(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let made = owner.post(&format!("/api/v1/user/{id}/reset-link")).await.expect(201).json();
        let path = made["url"].as_str().unwrap().split_once("home.test").map_or_else(|| made["url"].as_str().unwrap().to_owned(), |(_, path)| path.to_owned());
        let path = path[path.find("/login/reset/").unwrap()..].to_owned();
        let bea = app.anon();
        let page = bea.page(&path).await.expect(200).text();
        assert!(page.contains(&format!("name=\"returnTo\" value=\"{path}\"")), "{page}");
        assert_eq!(bea.post_form("/theme", &[("theme", "dark"), ("returnTo", &path)]).await.see_other(), path);
        assert_eq!(bea.post_form("/language", &[("language", "de"), ("returnTo", &path)]).await.see_other(), path);
        let page = bea.page(&path).await.expect(200).text();
        assert!(page.contains("data-theme=\"dark\"") && page.contains("lang=\"de\"") && page.contains(BEA_EMAIL), "{page}");
        // Nobody is sent there by signing in, and the link still works once only.
        try_in(&bea, BEA_EMAIL, BEA_PASSWORD).await.expect(200);
        let again = bea.post_form("/login/password", &[("email", BEA_EMAIL), ("password", BEA_PASSWORD), ("returnTo", &path)]).await;
        assert_eq!(again.see_other(), "/");
        assert_eq!(bea.post_form(&path, &[("password", NEW)]).await.see_other(), "/login?reason=password-chosen");
        bea.page(&path).await.expect(404);
    }

    async fn devices_are_listed_and_signed_out(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let (bea, tablet, phone) = (sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await, sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await, sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await);
        let page = bea.page("/profile").await.expect(200).text();
        assert_eq!(page.matches("This device").count(), 1);
        assert_eq!(page.matches("/end\"").count(), 3, "two devices, and all others: {page}");
        let listed = tablet.get(&format!("/api/v1/user/{id}/sessions")).await.json();
        let its = listed.as_array().unwrap().iter().find(|one| one["current"] == true).unwrap()["id"].as_str().unwrap().to_owned();
        let ended = bea.post_form(&format!("/users/{id}/sessions/{its}/end"), &[]).await;
        assert_eq!(ended.see_other(), "/profile?done=device#devices");
        assert!(!signed_in(&tablet).await && signed_in(&phone).await);
        let ended = owner.post_form(&format!("/users/{id}/sessions/end"), &[]).await;
        assert_eq!(ended.see_other(), format!("/users/{id}?done=devices#devices"));
        assert!(!signed_in(&bea).await && !signed_in(&phone).await && signed_in(&owner).await);
    }

    async fn a_link_is_shown_once_and_used_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let made = owner.post_form(&format!("/users/{id}/reset-link"), &[]).await;
        assert_eq!(made.see_other(), format!("/users/{id}#link-heading"));
        let page = owner.page(&format!("/users/{id}")).await.expect(200).text();
        let begins = "http://home.test/login/reset/";
        let at = page.find(begins).expect("no link") + begins.len();
        let path = format!("/login/reset/{}", &page[at..at + 36]);
        assert!(!owner.page(&format!("/users/{id}")).await.expect(200).text().contains(begins));
        let bea = app.anon();
        assert!(bea.page(&path).await.expect(200).text().contains(BEA_EMAIL));
        let again = bea.post_form(&path, &[("password", "seven77")]).await.expect(400).text();
        assert!(again.contains("at least 8") && !again.contains("seven77"));
        assert_eq!(bea.post_form(&path, &[("password", NEW)]).await.see_other(), "/login?reason=password-chosen");
        assert!(bea.page("/login?reason=password-chosen").await.text().contains("Your new password is saved"));
        for dead in [bea.page(&path).await, bea.post_form(&path, &[("password", BEA_PASSWORD)]).await] {
            assert!(dead.expect(404).text().contains("no longer works"));
        }
        try_in(&bea, BEA_EMAIL, NEW).await.expect(200);
    }

    async fn whoever_forgot_it_is_led_only_where_that_works(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "http://home.test").start().await;
        let owner = app.set_up_local().await;
        let anon = app.anon();
        assert!(!anon.page("/login").await.text().contains("Forgot your password"));
        assert!(anon.page("/login/reset").await.expect(200).text().contains("Ask the owner for a link"));
        let smtp = Smtp::start().await;
        let options = json!({ "smtpHost": "127.0.0.1", "smtpPort": smtp.port, "ignoreTls": true, "emailFrom": "door@home.test" });
        owner.post_json("/api/v1/settings/notifications/email", json!({ "options": options })).await.expect(200);
        assert!(anon.page("/login").await.text().contains("Forgot your password"));
        for email in [OWNER_EMAIL, "nobody@home.test"] {
            assert_eq!(anon.post_form("/login/reset", &[("email", email)]).await.see_other(), "/login/reset?asked=1");
        }
        assert!(anon.page("/login/reset?asked=1").await.expect(200).text().contains("If there is an account"));
        app.state.credentials.resets.work().await.unwrap();
        app.state.mail.work().await;
        assert_eq!(smtp.letters().len(), 1);
        try_in(&anon, OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
    }

    async fn an_account_is_linked_in_the_same_tab_and_unlinked(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let id = make_bea(&owner).await;
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        let page = bea.page("/profile").await.expect(200).text();
        assert!(page.contains("No Plex account is linked") && page.contains("value=\"/profile/plex\""), "{page}");
        let to_plex = bea.post_form("/login/plex", &[("returnTo", "/profile/plex")]).await.see_other();
        let code = url::form_urlencoded::parse(to_plex.split_once("#?").unwrap().1.as_bytes())
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned();
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(bea.page("/login/plex/return").await.see_other(), "/profile?plex=linked");
        let page = bea.page("/profile?plex=linked").await.expect(200).text();
        assert!(page.contains("Your Plex account is linked") && page.contains("Linked to <b>anna.k</b>"), "{page}");
        assert_eq!(bea.post_form(&format!("/users/{id}/plex/unlink"), &[]).await.see_other(), "/profile?plex=gone#plex");
        let kept = owner.post_form("/users/1/plex/unlink", &[]).await.expect(400).text();
        assert!(kept.contains("The owner's Plex account can't be unlinked"), "{kept}");
    }
}
