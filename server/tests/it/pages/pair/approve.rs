//! On the phone: who may say yes, for whom, and what is asked.

use axum::http::Method;
use serde_json::json;

use super::{CODE, DEVICE, PAIR, SID, WRONG_CODE, begin, paired, say, scan, state, tablet, tokens_of, yes};
use crate::{
    pages::{
        has_form,
        household::{administrator, between, disable, link_of, make, manager, members_may, number, silent_about},
    },
    support::{Actor, DAY, Engine, MINUTE, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both},
};

const NO_DEVICE: &str = "No device is waiting with that code";
/// What the page says that asks.
const ASKS: &str = "Only say yes if this device is in front of you.";

struct Home {
    app: TestApp,
    owner: Actor,
    anna: Actor,
    anna_id: i64,
}

async fn home(engine: Engine) -> Home {
    let app = TestApp::start(engine).await;
    let owner = app.set_up().await;
    let anna = app.member("anna").await;
    let anna_id = number(&anna).await;
    Home {
        app,
        owner,
        anna,
        anna_id,
    }
}

/// The names that the page offers.
fn offered(page: &str) -> Vec<String> {
    let Some(select) = page
        .split("<select")
        .skip(1)
        .find(|select| select.contains("name=\"person\""))
    else {
        return Vec::new();
    };
    let select = select.split("</select>").next().unwrap();
    let options = select.split("<option").skip(1);
    options.map(|option| between(option, ">", "<").to_owned()).collect()
}

on_both! {
    async fn from_the_code_to_the_device(engine) {
        let home = home(engine).await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        // Nobody is signed in on the phone: that comes first, and the code waits in a cookie.
        let phone = home.app.anon().from("198.51.100.9");
        let moved = phone.page(&format!("/pair/approve?code={code}")).await;
        assert_eq!(moved.see_other(), "/pair/approve", "it stands in no history");
        let cookie = moved.cookie(CODE).unwrap();
        assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.max_age() == Some(5 * MINUTE), "{cookie:?}");
        assert_eq!(moved.cookies().len(), 1);
        let first = phone.page("/pair/approve").await;
        assert_eq!(first.see_other(), "/login?returnTo=%2Fpair%2Fapprove");
        silent_about(&first, &code);
        silent_about(&phone.page("/login?returnTo=%2Fpair%2Fapprove").await.expect(200), &code);
        assert_eq!(home.app.sign_in(&phone, "attic-owner").await["state"], "signedIn");

        home.app.clock.advance(2 * MINUTE);
        let page = phone.page("/pair/approve").await.expect(200);
        has_form(&page, "/pair/approve");
        let text = page.text();
        for said in [ASKS, "Safari on iPad", "192.0.2.77", "2 minutes ago", "name=\"name\"", "value=\"iPad\"", "value=\"yes\"", "value=\"no\""] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(text.contains(&format!("name=\"code\" value=\"{code}\"")), "{text}");
        assert_eq!(offered(&text)[0], "Robin", "oneself first");
        silent_about(&page, &device.cookie(PAIR).unwrap());

        let person = home.anna_id.to_string();
        let fields = [("code", code.as_str()), ("person", &person), ("name", " Kitchen <wall> "), ("expires", "30"), ("answer", "yes")];
        let done = phone.post_form("/pair/approve", &fields).await.expect(200);
        let text = done.text();
        for said in ["Kitchen &lt;wall&gt;", "Anna Kowalska", &format!("/users/{}#tokens", home.anna_id)] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(done.cookie(CODE).unwrap().removes() && phone.cookie(CODE).is_none());
        assert_eq!(state(&device).await, "signedIn");
        assert_eq!(number(&device).await, home.anna_id);

        let tokens = tokens_of(&home.owner, home.anna_id).await;
        assert_eq!(tokens.len(), 1);
        let (token, now) = (&tokens[0], home.app.state.clock.now());
        assert_eq!((&token["name"], &token["createdBy"]), (&json!("Kitchen <wall>"), &json!(1)));
        assert_eq!(token["expiresAt"], json!(latchkey::domain::clock::rfc3339(now + 30 * DAY)));
        let page = home.owner.page(&format!("/users/{}", home.anna_id)).await.expect(200).text();
        assert!(page.contains("Kitchen &lt;wall&gt;") && page.replace("<!>", "").contains(" by Robin"), "{page}");

        home.app.state.activity.flush().await.unwrap();
        let lines = home.app.happened(10).await;
        let told: Vec<_> = lines.iter()
            .filter(|line| line.kind == "device-approved" || line.kind == "token-made")
            .map(|line| (line.kind.as_str(), line.user_id, line.actor_id, line.subject.as_str(), line.address.as_str()))
            .collect();
        assert!(told.contains(&("device-approved", Some(home.anna_id), Some(1), "Kitchen <wall>", "198.51.100.9")), "{told:?}");
        assert!(told.contains(&("token-made", Some(home.anna_id), Some(1), "Kitchen <wall>", "192.0.2.77")), "{told:?}");
    }

    async fn members_only_while_the_setting_is_on_and_only_for_themselves(engine) {
        let home = home(engine).await;
        let (anna, device) = (&home.anna, tablet(&home.app));
        let code = begin(&device).await;
        let page = scan(anna, &code).await.expect(200);
        assert!(page.text().contains("Members don&#x27;t make login tokens here.") || page.text().contains("Members don't make login tokens here."), "{}", page.text());
        assert!(!page.text().contains("Safari on iPad") && !page.text().contains("<form class=\"stack\""), "{}", page.text());
        assert!(!anna.page("/").await.expect(200).text().contains("/pair/approve"));
        for answer in ["yes", "no"] {
            let refused = say(anna, &code, answer, home.anna_id, "Mine").await.expect(403);
            assert!(refused.text().contains("login tokens here"), "{}", refused.text());
        }
        assert_eq!(state(&device).await, "waiting", "nobody said no either");

        members_may(&home.app, true).await;
        assert!(anna.page("/").await.expect(200).text().contains("href=\"/pair/approve\""));
        let page = scan(anna, &code).await.expect(200).text();
        assert!(page.contains(ASKS) && offered(&page).is_empty(), "there is nobody to choose: {page}");
        let bea = number(&home.app.member("bea").await).await;
        for other in [1, bea, 9_999, -1] {
            yes(anna, &code, other, "Not mine").await.expect(403);
        }
        let done = yes(anna, &code, home.anna_id, "Mine").await.expect(200).text();
        assert!(done.contains("signed in as you") && done.contains("/profile#tokens"), "{done}");
        assert_eq!(state(&device).await, "signedIn");
        assert_eq!(number(&device).await, home.anna_id);
    }

    async fn managers_for_others_but_never_for_the_owner(engine) {
        let home = home(engine).await;
        let marlow = manager(&home.app, "marlow").await;
        let bea = administrator(&home.app, "bea").await;
        let (own, bea_id) = (number(&marlow).await, number(&bea).await);
        let device = tablet(&home.app);
        let code = begin(&device).await;
        let page = scan(&marlow, &code).await.expect(200).text();
        assert_eq!(offered(&page), ["marlow", "Anna Kowalska"]);
        let refused = yes(&marlow, &code, 1, "The owner's").await.expect(403);
        assert!(refused.text().contains("Only the owner can"), "{}", refused.text());
        let refused = yes(&marlow, &code, bea_id, "The administrator's").await.expect(403);
        assert!(refused.text().contains("Only an administrator can"), "{}", refused.text());
        yes(&marlow, &code, 9_999, "Nobody's").await.expect(404);
        assert_eq!(state(&device).await, "waiting");
        yes(&marlow, &code, home.anna_id, "Anna's").await.expect(200);
        assert_eq!(state(&device).await, "signedIn");
        assert_eq!(number(&device).await, home.anna_id);
        assert_eq!(tokens_of(&home.owner, home.anna_id).await[0]["createdBy"], own);

        // An administrator for everybody but the owner; the owner for all; nobody for somebody switched off.
        assert_eq!(offered(&scan(&bea, &begin(&tablet(&home.app)).await).await.text()), ["bea", "Anna Kowalska", "marlow"]);
        yes(&bea, &begin(&tablet(&home.app)).await, 1, "The owner's").await.expect(403);
        disable(&home.app, home.anna_id).await;
        assert_eq!(offered(&scan(&home.owner, &begin(&tablet(&home.app)).await).await.text()), ["Robin", "bea", "marlow"]);
        assert_eq!(tokens_of(&home.owner, 1).await.len(), 0);
    }

    async fn a_session_of_a_token_says_nothing(engine) {
        let home = home(engine).await;
        members_may(&home.app, true).await;
        let marlow = number(&manager(&home.app, "marlow").await).await;
        for (person, name) in [(1, "Of the owner"), (marlow, "Of a manager"), (home.anna_id, "Of a member")] {
            let made = make(&home.owner, person, name).await;
            let by_link = home.app.anon();
            by_link.page(&format!("/?token={}", made.value)).await.expect(307);
            let by_code = paired(&home.app, &home.owner, person, &format!("{name}, by code")).await;
            for weak in [by_link, by_code] {
                let device = tablet(&home.app);
                let code = begin(&device).await;
                let page = scan(&weak, &code).await.expect(200).text();
                assert!(page.contains("signed in with a login token") && !page.contains("Safari on iPad"), "{page}");
                for answer in ["yes", "no"] {
                    let refused = say(&weak, &code, answer, person, "More").await.expect(403);
                    assert!(refused.text().contains("signed in with a login token"), "{}", refused.text());
                }
                assert!(!weak.page("/").await.expect(200).text().contains("href=\"/pair/approve\""));
                assert_eq!(state(&device).await, "waiting");
            }
        }
    }

    /// Whoever finds a phone that has been signed in for long can't let devices in with it.
    async fn an_old_sign_in_is_confirmed_first(engine) {
        let home = home(engine).await;
        let fresh = tablet(&home.app);
        home.app.clock.advance(10 * MINUTE);
        let code = begin(&fresh).await;
        assert!(scan(&home.owner, &code).await.text().contains(ASKS), "ten minutes are fresh");
        home.app.clock.advance(1);
        let page = scan(&home.owner, &code).await.expect(200);
        let text = page.text();
        assert!(text.contains("Safari on iPad") && text.contains("192.0.2.77") && !text.contains(ASKS), "{text}");
        let link = link_of(&text, "Sign in again");
        assert_eq!(link, "/login?confirm=1&returnTo=%2Fpair%2Fapprove");
        // The form of before, or one made by hand, leads there too, and says nothing.
        home.owner.plant(CODE, WRONG_CODE);
        let answer = yes(&home.owner, &code, home.anna_id, "Kitchen").await;
        assert_eq!(answer.see_other(), link);
        assert_eq!(answer.cookie(CODE).unwrap().value, code, "the way back leads to this device");
        assert_eq!(state(&fresh).await, "waiting");

        let sid = home.owner.cookie(SID).unwrap();
        let confirm = home.owner.page(&link).await.expect(200);
        has_form(&confirm, "/login/plex");
        has_form(&confirm, "/login/password");
        assert!(confirm.text().contains("Sign in once more to confirm"), "{}", confirm.text());
        assert!(confirm.text().contains("name=\"returnTo\" value=\"/pair/approve\""), "{}", confirm.text());
        assert_eq!(home.owner.cookie(SID).unwrap(), sid, "and stays signed in");
        assert_eq!(home.app.sign_in(&home.owner, "attic-owner").await["state"], "signedIn");
        assert_ne!(home.owner.cookie(SID).unwrap(), sid);
        let page = home.owner.page("/pair/approve").await.expect(200);
        assert!(page.text().contains(ASKS) && page.text().contains(&code));
        yes(&home.owner, &code, home.anna_id, "Kitchen").await.expect(200);
        assert_eq!(state(&fresh).await, "signedIn");
        // To say no, an old sign-in is enough.
        home.app.clock.advance(11 * MINUTE);
        let device = tablet(&home.app);
        let code = begin(&device).await;
        say(&home.owner, &code, "no", 1, "").await.expect(200);
        assert_eq!(state(&device).await, "declined");
    }

    async fn a_name_that_is_taken(engine) {
        let home = home(engine).await;
        make(&home.owner, home.anna_id, "Kitchen").await;
        let device = tablet(&home.app);
        let code = begin(&device).await;
        let page = yes(&home.owner, &code, home.anna_id, " Kitchen ").await.expect(409);
        let text = page.text();
        assert!(text.contains("There is a login token named Kitchen already") && text.contains("value=\" Kitchen \""), "{text}");
        assert!(text.contains(ASKS) && text.contains(&format!("value=\"{}\" selected", home.anna_id)), "what was chosen stays: {text}");
        assert_eq!(state(&device).await, "waiting");
        // Somebody else's device may be called that.
        yes(&home.owner, &code, 1, "Kitchen").await.expect(200);
        assert_eq!(state(&device).await, "signedIn");
    }

    /// Two devices approved under one name before either came: the second is not let in, nothing breaks.
    async fn a_name_that_is_taken_at_the_last_moment(engine) {
        let home = home(engine).await;
        let (one, two) = (tablet(&home.app), tablet(&home.app));
        for device in [&one, &two] {
            yes(&home.owner, &begin(device).await, home.anna_id, "Kitchen").await.expect(200);
        }
        assert_eq!(state(&one).await, "signedIn");
        assert_eq!(state(&two).await, "expired");
        assert_eq!((two.cookie(SID), two.cookie(DEVICE)), (None, None));
        assert_eq!(number(&one).await, home.anna_id);
        begin(&two).await;
        assert_eq!(tokens_of(&home.owner, home.anna_id).await.len(), 1);
    }
}

#[tokio::test]
async fn mistakes_are_said_and_what_was_typed_stays() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    let code = begin(&device).await;
    let long = "x".repeat(65);
    for (name, expires, said) in [
        ("", "", "1 to 64 characters"),
        ("   ", "7", "1 to 64 characters"),
        (long.as_str(), "", "1 to 64 characters"),
        ("a\nb<i>", "", "invisible characters"),
        ("a\u{202e}b<i>", "90", "invisible characters"),
        ("Kitchen <i>", "0", "1 to 1825 days"),
        ("Kitchen <i>", "1826", "1 to 1825 days"),
        ("Kitchen <i>", "soon", "1 to 1825 days"),
        ("Kitchen <i>", "-1", "1 to 1825 days"),
    ] {
        let person = home.anna_id.to_string();
        let fields = [
            ("code", code.as_str()),
            ("person", &person),
            ("name", name),
            ("expires", expires),
            ("answer", "yes"),
        ];
        let page = home.owner.post_form("/pair/approve", &fields).await.expect(400);
        let text = page.text();
        assert!(
            text.contains(said) && text.contains("role=\"alert\""),
            "{name:?}: {text}"
        );
        assert!(
            text.contains(ASKS) && text.contains("Safari on iPad") && text.contains(&code),
            "{name:?}"
        );
        assert!(!text.contains("<i>"), "{name:?}");
        if name.starts_with("Kitchen") {
            assert!(text.contains("value=\"Kitchen &lt;i&gt;\""), "{text}");
        }
        if ["7", "90"].contains(&expires) {
            assert!(text.contains(&format!("value=\"{expires}\" selected")), "{text}");
        }
        assert!(text.contains(&format!("value=\"{person}\" selected")), "{text}");
    }
    for answer in ["", "maybe", "YES"] {
        say(&home.owner, &code, answer, home.anna_id, "Kitchen")
            .await
            .expect(400);
    }
    let broken = home
        .owner
        .ask(Method::POST, "/pair/approve")
        .header("accept", "text/html");
    let broken = broken
        .header("content-type", "application/x-www-form-urlencoded")
        .body("code=%ff&answer=yes");
    assert!(matches!(broken.send().await.status(), 400 | 404));
    assert_eq!(state(&device).await, "waiting");
    assert_eq!(tokens_of(&home.owner, home.anna_id).await.len(), 0);
}

#[tokio::test]
async fn a_code_is_typed_as_people_type() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    let code = begin(&device).await;
    let page = home.owner.page("/pair/approve").await.expect(200);
    has_form(&page, "/pair/code");
    assert!(
        page.text().replace("<wbr>", "").contains("home.test/pair"),
        "{}",
        page.text()
    );
    let plain = code.replace('-', "");
    let spaced: String = plain.chars().flat_map(|letter| [letter, ' ']).collect();
    for typed in [
        code.clone(),
        plain.clone(),
        code.to_lowercase(),
        format!("  {code}\n"),
        spaced,
        code.replace('-', "–"),
        code.replace('-', "."),
    ] {
        let answer = home.owner.post_form("/pair/code", &[("code", &typed)]).await;
        assert_eq!(answer.see_other(), "/pair/approve", "{typed:?}");
        assert!(
            home.owner.page("/pair/approve").await.expect(200).text().contains(ASKS),
            "{typed:?}"
        );
    }
    // Whatever else is typed is a wrong code and harms nothing.
    let long = "B".repeat(10_000);
    for typed in [
        "",
        "x",
        "<script>",
        "a;b=c\r\nSet-Cookie: x=1",
        "ẞẞẞẞẞẞẞẞ",
        long.as_str(),
    ] {
        let answer = home.owner.post_form("/pair/code", &[("code", typed)]).await;
        assert_eq!(answer.see_other(), "/pair/approve");
        assert_eq!(answer.cookies().len(), 1, "{typed:.20}");
        let page = home.owner.page("/pair/approve").await.expect(200);
        assert!(
            !page.text().contains(ASKS) && page.text().contains("name=\"code\""),
            "{typed:.20}: {}",
            page.text()
        );
        assert!(!page.text().contains("<script>a"), "{typed:.20}");
    }
    assert_eq!(home.owner.page("/pair/code").await.see_other(), "/pair/approve");
}

/// The answer is about the device that the page shows, whatever was scanned in another tab meanwhile.
#[tokio::test]
async fn the_code_of_the_form_counts() {
    let home = home(Engine::Sqlite).await;
    let (one, two) = (tablet(&home.app), tablet(&home.app));
    let (first, second) = (begin(&one).await, begin(&two).await);
    assert!(scan(&home.owner, &first).await.text().contains(&first));
    assert!(scan(&home.owner, &second).await.text().contains(&second));
    // The first tab is answered while the cookie is the second one's.
    yes(&home.owner, &first, home.anna_id, "First").await.expect(200);
    assert_eq!(
        (state(&one).await.as_str(), state(&two).await.as_str()),
        ("signedIn", "waiting")
    );
    // Without the cookie, too; with a code that is over, or none, nobody is let in by the cookie's.
    assert!(scan(&home.owner, &second).await.text().contains(&second));
    // Who presses twice is told of the first once more, and nobody else is let in.
    yes(&home.owner, &first, home.anna_id, "Second").await.expect(200);
    assert_eq!(state(&two).await, "waiting");
    for stale in ["", WRONG_CODE, "nonsense"] {
        home.owner.plant(CODE, &second);
        let page = yes(&home.owner, stale, home.anna_id, "Second").await.expect(404);
        assert!(page.text().contains(NO_DEVICE), "{stale}");
        assert_eq!(state(&two).await, "waiting", "{stale}");
    }
    yes(&home.owner, &second, home.anna_id, "Second").await.expect(200);
    assert_eq!(state(&two).await, "signedIn");
}

#[tokio::test]
async fn another_site_cannot_say_yes() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    let code = begin(&device).await;
    scan(&home.owner, &code).await.expect(200);
    for path in ["/pair/approve", "/pair/code"] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.test"),
            ("origin", "null"),
        ] {
            let fields = [
                ("code", code.as_str()),
                ("person", "1"),
                ("name", "Evil"),
                ("answer", "yes"),
            ];
            let asked = home.owner.ask(Method::POST, path).header(name, value).form(&fields);
            let answer = asked.send().await.expect(403);
            assert_eq!(answer.cookies(), [], "{path}");
        }
    }
    // A link with a code does nothing but show what asks.
    let link = home
        .owner
        .ask(Method::GET, &format!("/pair/approve?code={code}&answer=yes&name=x"));
    link.header("sec-fetch-site", "cross-site").send().await.see_other();
    assert_eq!(state(&device).await, "waiting");
}

/// The page shows the device's own words about itself, harmlessly.
#[tokio::test]
async fn a_device_that_lies_about_itself() {
    let home = home(Engine::Sqlite).await;
    for (agent, what) in [
        ("<script>alert(1)</script>", "Unknown browser"),
        ("", "Unknown browser"),
        ("curl/8.5.0", "curl"),
        (&"x".repeat(5000), "Unknown browser"),
    ] {
        let device = home.app.anon().with("user-agent", agent);
        let page = scan(&home.owner, &begin(&device).await).await.expect(200).text();
        assert!(page.contains(what) && !page.contains("alert(1)"), "{page}");
    }
}

/// The owner without Plex confirms with the password.
#[tokio::test]
async fn a_local_owner_confirms_with_the_password() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    app.clock.advance(11 * MINUTE);
    let device = tablet(&app);
    let code = begin(&device).await;
    assert!(scan(&owner, &code).await.text().contains("Sign in again"));
    let page = owner
        .page("/login?confirm=1&returnTo=%2Fpair%2Fapprove")
        .await
        .expect(200);
    assert!(
        page.text().contains(OWNER_EMAIL),
        "the address is filled in: {}",
        page.text()
    );
    let wrong = [
        ("email", OWNER_EMAIL),
        ("password", "wrong wrong"),
        ("returnTo", "/pair/approve"),
    ];
    owner.post_form("/login/password", &wrong).await.expect(403);
    assert!(
        scan(&owner, &code).await.text().contains("Sign in again"),
        "a wrong password confirms nothing"
    );
    let form = [
        ("email", OWNER_EMAIL),
        ("password", OWNER_PASSWORD),
        ("returnTo", "/pair/approve"),
    ];
    assert_eq!(
        owner.post_form("/login/password", &form).await.see_other(),
        "/pair/approve"
    );
    assert!(owner.page("/pair/approve").await.text().contains(ASKS));
    yes(&owner, &code, 1, "Hall").await.expect(200);
    assert_eq!(state(&device).await, "signedIn");
    // Another's sign-in in the meantime answers as that person: it is the one who confirms.
    assert_eq!(number(&device).await, 1);
}

/// Who is not said is nobody; least of all whoever says yes, who may be the owner.
#[tokio::test]
async fn for_nobody_in_particular() {
    let home = home(Engine::Sqlite).await;
    let device = tablet(&home.app);
    let code = begin(&device).await;
    for person in ["", "x", "1x", "-", "99999999999999999999", "1,2"] {
        let fields = [
            ("code", code.as_str()),
            ("person", person),
            ("name", "Kitchen"),
            ("answer", "yes"),
        ];
        let page = home.owner.post_form("/pair/approve", &fields).await;
        assert!(matches!(page.status(), 400 | 404), "person={person:?}: {}", page.text());
        assert_eq!(state(&device).await, "waiting", "person={person:?}");
    }
}
