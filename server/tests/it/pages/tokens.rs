//! Login tokens on `/profile` and `/users/:id`: the section, its forms, and the one moment when a value is shown.

use axum::http::Method;

use super::{
    has_form,
    household::{
        administrator, between, count, make, make_for_days, manager, members_may, number, qr_shape, shape, silent_about,
    },
};
use crate::support::{Actor, Answer, DAY, Engine, HOUR, MINUTE, TestApp, on_both};

/// What only the page that shows a value says.
const ONCE: &str = "You won&#x27;t see this again.";

/// Whose page has the section, and with what in it.
#[derive(Debug, PartialEq, Eq)]
enum Section {
    /// The list and its forms.
    Whole,
    /// Only the list: signed in by a token.
    Locked,
    /// Why not.
    Refused,
    /// None at all.
    Hidden,
}

fn section(page: &Answer) -> Section {
    let text = page.text();
    let Some((_, section)) = text.split_once("id=\"tokens\"") else {
        assert!(!text.contains(">Login tokens<"), "{text}");
        return Section::Hidden;
    };
    let section = section.split("</section>").next().unwrap();
    let forms = section.matches("<form").count();
    if section.contains("Generate token") {
        assert!(forms > 0);
        Section::Whole
    } else if section.contains("signed in with a login token") {
        assert_eq!(forms, 0, "{section}");
        Section::Locked
    } else {
        assert_eq!(forms, 0, "{section}");
        assert!(section.contains("Only "), "{section}");
        Section::Refused
    }
}

/// Fills in the form for a new one.
async fn generate(actor: &Actor, user: i64, name: &str, expires: &str) -> Answer {
    let fields = [("name", name), ("expires", expires)];
    actor.post_form(&format!("/users/{user}/tokens"), &fields).await
}

/// What the page shows of a value that was just made: the token, and the link.
fn made_on(page: &Answer) -> Option<(String, String)> {
    let text = page.text();
    let value = |id: &str| {
        let input = text
            .split("<input")
            .find(|input| input.contains(&format!("id=\"{id}\"")))?;
        Some(between(input, "value=\"", "\"").replace("&amp;", "&"))
    };
    let made = value("made-token").zip(value("made-link"));
    let said = text.contains(ONCE) || text.contains("You won't see this again.");
    assert_eq!(made.is_some(), said, "{text}");
    made
}

on_both! {
    async fn who_sees_the_section(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = app.member("anna").await;
        let (marlow, bea) = (manager(&app, "marlow").await, administrator(&app, "bea").await);
        let (anna_id, marlow_id, bea_id) = (number(&anna).await, number(&marlow).await, number(&bea).await);
        for (may, annas) in [(false, Section::Hidden), (true, Section::Whole), (false, Section::Hidden)] {
            members_may(&app, may).await;
            assert_eq!(section(&anna.page("/profile").await.expect(200)), annas, "{may}");
            for (who, viewer) in [("owner", &owner), ("manager", &marlow), ("administrator", &bea)] {
                assert_eq!(section(&viewer.page("/profile").await.expect(200)), Section::Whole, "{who}");
                let expected = |whose| match (who, whose) {
                    ("manager" | "administrator", 1) => Section::Refused,
                    ("manager", whose) if whose == bea_id => Section::Refused,
                    _ => Section::Whole,
                };
                for whose in [1, anna_id, marlow_id, bea_id] {
                    let page = viewer.page(&format!("/users/{whose}")).await.expect(200);
                    assert_eq!(section(&page), expected(whose), "{who} on {whose}");
                }
            }
        }
        // By a token: to be seen where it may be seen, never to be changed.
        members_may(&app, true).await;
        for (whose, others) in [(1, 200), (marlow_id, 200), (anna_id, 403)] {
            let weak = app.anon();
            weak.page(&format!("/?token={}", make(&owner, whose, "Tablet").await.value)).await.expect(307);
            let page = weak.page("/profile").await.expect(200);
            assert_eq!(section(&page), Section::Locked);
            assert!(page.text().contains("Tablet"));
            let page = weak.page(&format!("/users/{marlow_id}")).await.expect(others);
            assert!(others == 403 || section(&page) == Section::Locked);
        }
    }

    async fn generated_shown_once_and_gone(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        members_may(&app, true).await;
        let anna = app.member("anna").await;
        let id = number(&anna).await;
        let page = anna.page("/profile").await.expect(200);
        has_form(&page, &format!("/users/{id}/tokens"));
        assert!(page.text().contains("No device has one yet") && made_on(&page).is_none());

        let answer = generate(&anna, id, " Kitchen <tablet> ", "30").await;
        assert_eq!(answer.see_other(), "/profile#made-heading");
        let cookie = answer.cookie("latchkey.made").unwrap();
        assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.max_age() == Some(MINUTE), "{cookie:?}");
        assert_eq!((answer.cookies().len(), answer.body.len()), (1, 0));
        assert_eq!(answer.header("cache-control"), "no-store");

        let page = anna.page("/profile").await.expect(200);
        let (value, link) = made_on(&page).unwrap();
        assert_eq!(link, format!("http://home.test/?token={value}"));
        assert_eq!(page.header("cache-control"), "no-store");
        silent_about(&answer, &value);
        let text = page.text();
        assert!(text.contains("The token of Kitchen &lt;tablet&gt;") || text.contains("The token of <!>Kitchen &lt;tablet&gt;"), "{text}");
        assert!(!text.contains("<tablet>") && text.contains("14 October 2026"), "{text}");
        assert_eq!(shape(&text).unwrap(), qr_shape(&link));
        assert_eq!(text.matches(&value).count(), 2, "the token and the link, nowhere else");
        assert!(page.cookie("latchkey.made").unwrap().removes());

        for _ in 0..2 {
            let page = anna.page("/profile").await.expect(200);
            assert_eq!(made_on(&page), None);
            silent_about(&page, &value);
            assert!(page.text().contains("Kitchen &lt;tablet&gt;") && shape(&page.text()).is_none());
        }
        // It works, and says where it was used.
        let tablet = app.anon().from("198.51.100.44");
        tablet.page(&format!("/?token={value}")).await.expect(307);
        assert_eq!(number(&tablet).await, id);
        app.state.login_tokens.flush().await.unwrap();
        app.clock.advance(3 * HOUR);
        let text = anna.page("/profile").await.expect(200).text();
        assert!(text.contains("3 hours ago") && text.contains("198.51.100.44"), "{text}");
    }

    async fn a_manager_makes_one_for_somebody(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, marlow) = (app.member("anna").await, manager(&app, "marlow").await);
        let (id, own) = (number(&anna).await, number(&marlow).await);
        let answer = generate(&marlow, id, "Hall", "").await;
        assert_eq!(answer.see_other(), format!("/users/{id}#made-heading"));
        let page = marlow.page(&format!("/users/{id}")).await.expect(200);
        let (value, _) = made_on(&page).unwrap();
        let text = page.text();
        assert!(text.contains("signs it in as Anna Kowalska") && text.contains("It works until it is revoked"), "{text}");
        assert!(page.cookie("latchkey.made").unwrap().removes());
        // For somebody else the maker stands beside it.
        assert!(text.replace("<!>", "").contains(" by marlow"), "{text}");
        let tablet = app.anon();
        tablet.page(&format!("/?token={value}")).await.expect(307);
        assert_eq!(number(&tablet).await, id);
        // One's own page is /profile, wherever the form stood.
        assert_eq!(generate(&marlow, own, "Mine", "").await.see_other(), "/profile#made-heading");
        let text = marlow.page("/profile").await.expect(200).text();
        assert!(text.contains("signs it in as you") && !text.contains(" by marlow"), "{text}");
    }

    async fn a_value_is_shown_to_its_maker_on_its_page_alone(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, marlow) = (app.member("anna").await, manager(&app, "marlow").await);
        let (id, own) = (number(&anna).await, number(&marlow).await);
        members_may(&app, true).await;
        let made = generate(&marlow, id, "Hall", "").await.cookie("latchkey.made").unwrap().value;
        let page = format!("/users/{id}");
        for (viewer, path) in [(&owner, page.as_str()), (&anna, "/profile"), (&owner, "/profile"), (&marlow, "/profile"), (&marlow, "/users/1")] {
            viewer.plant("latchkey.made", &made);
            let shown = viewer.page(path).await.expect(200);
            assert_eq!(made_on(&shown), None, "{path}");
            assert!(shape(&shown.text()).is_none());
        }
        marlow.plant("latchkey.made", &made);
        assert_eq!(made_on(&marlow.page(&format!("/users/{own}")).await.expect(200)), None);
        // Nobody is signed in, or the wrong page is asked for.
        let stranger = app.anon();
        stranger.plant("latchkey.made", &made);
        assert_eq!(stranger.page(&page).await.see_other(), format!("/login?returnTo=%2Fusers%2F{id}"));
        // Damaged, sealed elsewhere, too late.
        let mut flipped = made.clone().into_bytes();
        flipped[70] ^= 1;
        let other = TestApp::start(Engine::Sqlite).await;
        let other_owner = other.set_up().await;
        let foreign = generate(&other_owner, 1, "Hall", "").await.cookie("latchkey.made").unwrap().value;
        for cookie in [String::from_utf8(flipped).unwrap(), foreign, String::new(), "00".repeat(80), "🔑".to_owned()] {
            marlow.plant("latchkey.made", &cookie);
            assert_eq!(made_on(&marlow.page(&page).await.expect(200)), None);
        }
        marlow.plant("latchkey.made", &made);
        app.clock.advance(MINUTE - 1);
        assert!(made_on(&marlow.page(&page).await.expect(200)).is_some());
        marlow.plant("latchkey.made", &made);
        app.clock.advance(1);
        assert_eq!(made_on(&marlow.page(&page).await.expect(200)), None);
    }

    async fn regenerating_stops_the_old_one(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let id = number(&app.member("anna").await).await;
        let old = make_for_days(&owner, id, "Hall", 7).await;
        let (tablet, link) = (app.anon(), format!("/?token={}", old.value));
        tablet.page(&link).await.expect(307);
        app.state.login_tokens.flush().await.unwrap();
        let page = owner.page(&format!("/users/{id}")).await.expect(200);
        let form = format!("/users/{id}/tokens/{}/regenerate", old.id);
        has_form(&page, &form);
        assert!(page.text().contains("Regenerate the token of Hall?") && page.text().contains("value=\"7\" selected"), "{}", page.text());

        app.clock.advance(DAY);
        let answer = owner.post_form(&form, &[("expires", "365")]).await;
        assert_eq!(answer.see_other(), format!("/users/{id}#made-heading"));
        let page = owner.page(&format!("/users/{id}")).await.expect(200);
        let (value, _) = made_on(&page).unwrap();
        let text = page.text();
        assert!(text.contains("The new token of") && text.contains("The old one has stopped working"), "{text}");
        assert!(text.contains("15 September 2027") && text.contains("Not yet"), "a new life, not used yet: {text}");
        assert_ne!(value, old.value);
        silent_about(&page, &old.value);
        tablet.at(&second).get("/api/v1/auth/me").await.problem(403);
        assert!(app.anon().page(&link).await.header("location").starts_with("/login?reason=link"));
        tablet.page(&format!("/?token={value}")).await.expect(307);
        assert_eq!(number(&tablet).await, id);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens").await, 1);
        // For ever, when nothing is said.
        assert_eq!(owner.post_form(&form, &[]).await.see_other(), format!("/users/{id}#made-heading"));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens WHERE expires_at IS NULL").await, 1);
        tablet.get("/api/v1/auth/me").await.problem(403);
    }

    async fn revoking_ends_it(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea) = (number(&app.member("anna").await).await, number(&app.member("bea").await).await);
        let (kept, lost) = (make(&owner, anna, "Kept").await, make(&owner, anna, "Lost <it>").await);
        let tablet = app.anon();
        tablet.page(&format!("/?token={}", lost.value)).await.expect(307);
        let page = owner.page(&format!("/users/{anna}")).await.expect(200);
        let form = format!("/users/{anna}/tokens/{}/revoke", lost.id);
        has_form(&page, &form);
        assert!(page.text().contains("Revoke the token of Lost &lt;it&gt;?"), "{}", page.text());
        // Under somebody else's name it is nobody's.
        owner.post_form(&format!("/users/{bea}/tokens/{}/revoke", lost.id), &[]).await.see_other();
        owner.post_form(&format!("/users/{bea}/tokens/{}/regenerate", lost.id), &[]).await.expect(404);
        tablet.get("/api/v1/auth/me").await.expect(200);

        assert_eq!(owner.post_form(&form, &[]).await.see_other(), format!("/users/{anna}#tokens"));
        tablet.get("/api/v1/auth/me").await.problem(403);
        let page = owner.page(&format!("/users/{anna}")).await.expect(200);
        assert!(!page.text().contains("Lost") && page.text().contains("Kept"));
        assert!(page.cookie("latchkey.made").is_none());
        // Twice is as good as once, and regenerating finds nothing.
        assert_eq!(owner.post_form(&form, &[]).await.see_other(), format!("/users/{anna}#tokens"));
        owner.post_form(&form.replace("revoke", "regenerate"), &[]).await.expect(404);
        app.anon().page(&format!("/?token={}", kept.value)).await.expect(307);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens").await, 1);
    }

    async fn mistakes_are_said_and_what_was_typed_stays(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = number(&app.member("anna").await).await;
        let there = make(&owner, anna, "Hall <b>").await;
        make(&owner, 1, "Hall <b>").await;
        let long = "x".repeat(65);
        for whose in [1, anna] {
            for (name, expires, status, said) in [
                ("", "", 400, "1 to 64 characters"),
                (" \t ", "7", 400, "1 to 64 characters"),
                (long.as_str(), "", 400, "1 to 64 characters"),
                ("a\u{200b}<b>", "90", 400, "invisible characters"),
                ("Attic <b>", "0", 400, "1 to 1825 days"),
                ("Attic <b>", "1826", 400, "1 to 1825 days"),
                ("Attic <b>", "99999999999999999999", 400, "1 to 1825 days"),
                ("Attic <b>", "a week", 400, "1 to 1825 days"),
                (" Hall <b> ", "30", 409, "There is a login token named Hall &lt;b&gt; already"),
            ] {
                let page = generate(&owner, whose, name, expires).await.expect(status);
                let text = page.text();
                assert!(text.contains(said) && text.contains("role=\"alert\""), "{name:?}: {text}");
                assert_eq!(section(&page), Section::Whole);
                assert!(!text.contains("<b>") || !text.contains("Attic <b>"), "{text}");
                if name.ends_with("<b>") {
                    assert!(text.contains(&format!("value=\"{}\"", name.replace('<', "&lt;").replace('>', "&gt;"))), "{name:?}: {text}");
                }
                if ["7", "30", "90"].contains(&expires) {
                    assert!(text.contains(&format!("value=\"{expires}\" selected")), "{expires}: {text}");
                }
                assert_eq!((page.cookies(), made_on(&page)), (Vec::new(), None));
                // It is that person's page still.
                assert_eq!(text.contains("signs it in as Anna Kowalska"), whose == anna);
            }
        }
        let regenerate = format!("/users/{anna}/tokens/{}/regenerate", there.id);
        for expires in ["0", "1826", "soon", "-7"] {
            let page = owner.post_form(&regenerate, &[("expires", expires)]).await.expect(400);
            assert!(page.text().contains("1 to 1825 days") && page.cookies().is_empty(), "{}", page.text());
        }
        for token in ["0", "-1", "999999", "x", "1.5", "99999999999999999999"] {
            let page = owner.post_form(&format!("/users/{anna}/tokens/{token}/regenerate"), &[]).await.expect(404);
            assert!(page.header("content-type").starts_with("text/html"), "{token}");
        }
        for user in ["9999", "0", "-1", "x", "99999999999999999999"] {
            for form in ["tokens", "tokens/1/regenerate", "tokens/1/revoke"] {
                let page = owner.post_form(&format!("/users/{user}/{form}"), &[("name", "x")]).await.expect(404);
                assert!(page.header("content-type").starts_with("text/html"), "{user}");
            }
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens").await, 2);
        app.anon().page(&format!("/?token={}", there.value)).await.expect(307);
    }

    /// By form as over REST: nobody changes what is not theirs to change.
    async fn who_may_not(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let (anna, bea) = (app.member("anna").await, administrator(&app, "bea").await);
        let marlow = manager(&app, "marlow").await;
        let (anna_id, bea_id) = (number(&anna).await, number(&bea).await);
        let mut made = Vec::new();
        for whose in [1, anna_id, bea_id] {
            made.push((whose, make(&owner, whose, "Hall").await));
        }
        let of = |whose: i64| made.iter().find(|(one, _)| *one == whose).unwrap().1.id;
        let weak = app.anon();
        weak.page(&format!("/?token={}", made[0].1.value)).await.expect(307);
        let stranger = app.anon();
        let ended = app.anon();
        ended.plant("latchkey.sid", "garbage");
        let refused = async |who: &str, actor: &Actor, whose: i64, status: u16, said: &str| {
            for form in [format!("tokens/{}/regenerate", of(whose)), format!("tokens/{}/revoke", of(whose)), "tokens".to_owned()] {
                let page = actor.post_form(&format!("/users/{whose}/{form}"), &[("name", "More"), ("expires", "")]).await.expect(status);
                assert!(page.text().contains(said), "{who} on {whose}, {form}: {}", page.text());
                assert_eq!(page.cookie("latchkey.made"), None);
            }
        };
        refused("a member while it is off", &anna, anna_id, 403, "Members don").await;
        refused("a member", &anna, 1, 403, "only see and change your own").await;
        refused("a manager", &marlow, 1, 403, "Only the owner can").await;
        refused("a manager", &marlow, bea_id, 403, "Only an administrator can").await;
        refused("an administrator", &bea, 1, 403, "Only the owner can").await;
        refused("a tablet", &weak, 1, 403, "signed in with a login token").await;
        refused("a tablet", &weak, anna_id, 403, "signed in with a login token").await;
        refused("a stranger", &stranger, anna_id, 401, "not signed in").await;
        refused("somebody of before", &ended, anna_id, 403, "session has ended").await;
        members_may(&app, true).await;
        refused("a member", &anna, bea_id, 403, "only see and change your own").await;
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")] {
            for form in ["tokens".to_owned(), format!("tokens/{}/regenerate", of(1)), format!("tokens/{}/revoke", of(1))] {
                let asked = owner.ask(Method::POST, &format!("/users/1/{form}")).header(name, value);
                asked.form(&[("name", "Evil")]).send().await.problem(403);
            }
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens").await, 3);
        for (_, made) in &made {
            let link = format!("/nothing?token={}", made.value);
            assert_eq!(app.anon().page(&link).await.header("location"), "/nothing");
        }
        generate(&anna, anna_id, "Mine", "").await.see_other();
    }
}

#[tokio::test]
async fn a_forms_address_opened_by_hand() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let anna = number(&app.member("anna").await).await;
    let made = make(&owner, anna, "Hall").await;
    for form in ["tokens", "tokens/1/regenerate", "tokens/1/revoke"] {
        assert_eq!(
            owner.page(&format!("/users/{anna}/{form}")).await.see_other(),
            format!("/users/{anna}")
        );
        assert_eq!(owner.page(&format!("/users/1/{form}")).await.see_other(), "/profile");
        assert_eq!(owner.page(&format!("/users/x/{form}")).await.see_other(), "/profile");
        assert_eq!(
            app.anon().page(&format!("/users/1/{form}")).await.see_other(),
            "/login?returnTo=%2Fprofile"
        );
        owner.page(&format!("/users/{anna}/{form}/more")).await.expect(404);
        let deleted = owner.ask(Method::DELETE, &format!("/users/{anna}/{form}")).send().await;
        deleted.expect(405);
    }
    app.anon().page(&format!("/?token={}", made.value)).await.expect(307);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens").await, 1);
}

#[tokio::test]
async fn the_list_says_when_and_how_long() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    make_for_days(&owner, 1, "For a week", 7).await;
    make(&owner, 1, "attic").await;
    make(&owner, 1, "Zoo").await;
    let text = owner.page("/profile").await.expect(200).text();
    assert!(
        text.contains("21 September 2026") && text.contains("Never") && text.contains("Not yet"),
        "{text}"
    );
    let names: Vec<_> = text
        .split("<li class=\"token\">")
        .skip(1)
        .map(|row| between(row, "<h3>", "</h3>"))
        .collect();
    assert_eq!(names, ["attic", "For a week", "Zoo"]);
    app.clock.advance(7 * DAY);
    let text = owner.page("/profile").await.expect(200).text();
    assert!(text.contains("Expired on"), "{text}");
    // Only what was just made needs a script to copy it.
    assert!(!text.contains("/pkg/boot"), "{text}");
    generate(&owner, 1, "More", "").await.see_other();
    assert!(owner.page("/profile").await.expect(200).text().contains("/pkg/boot"));
}

/// The longest name in the widest letters, for a browser that keeps cookies of 4096 bytes.
#[tokio::test]
async fn the_longest_name_fits_into_the_cookie() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let name = "🔑".repeat(64);
    let cookie = generate(&owner, 1, &name, "1825")
        .await
        .cookie("latchkey.made")
        .unwrap();
    assert!(cookie.value.len() < 4000, "{}", cookie.value.len());
    let page = owner.page("/profile").await.expect(200);
    assert!(made_on(&page).is_some() && page.text().contains(&name));
}

#[tokio::test]
async fn without_the_database_nothing_is_lost() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    generate(&owner, 1, "Hall", "").await.see_other();
    let made = owner.cookie("latchkey.made").unwrap();
    app.db.close().await;
    let page = owner.page("/profile").await.expect(503);
    assert_eq!(page.cookies(), []);
    assert_eq!(
        owner.cookie("latchkey.made").unwrap(),
        made,
        "it is shown once the database is back"
    );
    let page = generate(&owner, 1, "More", "").await.expect(503);
    assert_eq!(page.cookies(), []);
}
