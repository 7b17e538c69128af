//! Setting up a device with a code: `/pair` on the device, `/pair/approve` on somebody's phone.

mod approve;
mod device;
mod kept;
mod limits;

use serde_json::Value;

use super::household::between;
use crate::support::{Actor, Answer, TestApp};

const SID: &str = "latchkey.sid";
/// The device's secret.
const PAIR: &str = "latchkey.pair";
/// The code on its way to the page that asks.
const CODE: &str = "latchkey.pair-code";
/// What a device keeps that was let in.
const DEVICE: &str = "latchkey.device";
const POLL: &str = "/api/v1/pair/poll";
const PAIRINGS: &str = "SELECT COUNT(*) FROM pairings";
/// Nobody's code: the letters are right.
const WRONG_CODE: &str = "BBBB-BBBB";
const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 \
                    Mobile/15E148 Safari/604.1";

/// A tablet that nobody types on.
fn tablet(app: &TestApp) -> Actor {
    app.anon().from("192.0.2.77").with("user-agent", IPAD)
}

/// The code that the page shows.
#[track_caller]
fn shown(page: &Answer) -> String {
    assert_eq!(page.status(), 200, "{}: {}", page.asked, page.text());
    let code = between(&page.text(), "class=\"pair-code\">", "</b>").to_owned();
    let letters = |part: &str| part.len() == 4 && part.bytes().all(|byte| b"BCDFGHJKLMNPQRSTVWXZ".contains(&byte));
    assert!(code.split('-').count() == 2 && code.split('-').all(letters), "{code}");
    code
}

/// Opens `/pair` on a device: its code.
async fn begin(device: &Actor) -> String {
    shown(&device.page("/pair").await)
}

/// How the device's pairing is doing, as its page asks.
async fn poll(device: &Actor) -> Value {
    device.post(POLL).await.expect(200).json()
}

async fn state(device: &Actor) -> String {
    poll(device).await["state"].as_str().unwrap().to_owned()
}

/// Scans the code of a device: the page that the phone shows then.
async fn scan(phone: &Actor, code: &str) -> Answer {
    let moved = phone.page(&format!("/pair/approve?code={code}")).await;
    assert_eq!(moved.see_other(), "/pair/approve");
    phone.page("/pair/approve").await
}

/// Answers for a device, as the form of the page sends it.
async fn say(phone: &Actor, code: &str, answer: &str, person: i64, name: &str) -> Answer {
    let person = person.to_string();
    let fields = [
        ("code", code),
        ("person", &person),
        ("name", name),
        ("expires", ""),
        ("answer", answer),
    ];
    phone.post_form("/pair/approve", &fields).await
}

/// Says yes.
async fn yes(phone: &Actor, code: &str, person: i64, name: &str) -> Answer {
    say(phone, code, "yes", person, name).await
}

/// A tablet that was set up for `person`.
async fn paired(app: &TestApp, phone: &Actor, person: i64, name: &str) -> Actor {
    let device = tablet(app);
    let code = begin(&device).await;
    yes(phone, &code, person, name).await.expect(200);
    assert_eq!(state(&device).await, "signedIn");
    device
}

/// The login tokens of somebody, as the owner sees them.
async fn tokens_of(owner: &Actor, person: i64) -> Vec<Value> {
    let list = owner.get(&format!("/api/v1/user/{person}/settings/tokens")).await;
    list.expect(200).json().as_array().unwrap().clone()
}
