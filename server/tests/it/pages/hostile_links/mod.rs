//! Never an open redirect: whatever address a deep link has, it leads to this origin, however that is read.

mod table;

use std::{collections::BTreeSet, net::SocketAddr};

use axum::http::{Method, Uri};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use url::Url;

use self::table::targets;
use super::{
    household::{link_of, make, number, switch},
    parameters,
};
use crate::{
    process::http,
    support::{Actor, Answer, Engine, TestApp},
};

/// Opens nothing.
const WRONG: &str = "0b7c1f62-1111-4222-8333-944455556666";

/// One round of percent-decoding, as forgiving as programs are: what is no escape stays.
fn decoded(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut plain, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push(u8::try_from(high * 16 + low).unwrap());
                at += 3;
            }
            _ => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    plain
}

/// The path with its dots resolved, as nginx passes it on; `merge`: and with one slash for several, as it does unless
/// it is told `merge_slashes off`.
fn collapsed(address: &[u8], merge: bool) -> Vec<u8> {
    let end = address.iter().position(|byte| *byte == b'?').unwrap_or(address.len());
    let (path, query) = address.split_at(end);
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/').skip(1) {
        match part {
            b"." => {}
            b".." => drop(kept.pop()),
            b"" if merge => {}
            part => kept.push(part),
        }
    }
    [b"/".as_slice(), &kept.join(b"/".as_slice()), query].concat()
}

/// How this `Location` leaves our origin, if somebody reads it as a browser does: as it is, decoded once or twice, or
/// collapsed by a proxy.
fn leaves(location: &str) -> Option<String> {
    let odd = |byte: u8| byte.is_ascii() && !byte.is_ascii_graphic();
    let path = location.split('?').next().unwrap();
    if !path.starts_with('/') || !path.is_ascii() || location.bytes().any(odd) {
        return Some(format!("{location:?} is no plain path"));
    }
    let home = Url::parse("https://home.test/login").unwrap();
    let once = decoded(location.as_bytes());
    let twice = decoded(&once);
    for (how, bytes) in [
        ("as it is", location.as_bytes()),
        ("decoded", &once),
        ("decoded twice", &twice),
    ] {
        for (then, bytes) in [
            ("", bytes.to_vec()),
            (", collapsed", collapsed(bytes, true)),
            (", dots resolved", collapsed(bytes, false)),
        ] {
            let read = String::from_utf8_lossy(&bytes);
            let joined = home.join(&read);
            let stays = joined.is_ok_and(|url| {
                url.origin() == home.origin() && url.username().is_empty() && url.password().is_none()
            });
            if !stays {
                let read: String = read.chars().take(60).collect();
                return Some(format!("{location:.80} {how}{then}: {read:?}"));
            }
        }
    }
    None
}

/// Fails with all places at once.
#[track_caller]
fn none_leaves(left: &BTreeSet<String>) {
    assert!(
        left.is_empty(),
        "{} lead to another site:\n  {}",
        left.len(),
        left.iter().cloned().collect::<Vec<_>>().join("\n  ")
    );
}

/// The target with the token as its last parameter, before what a browser keeps to itself.
fn with_token(target: &[u8], token: &str) -> Vec<u8> {
    let end = target.iter().position(|byte| *byte == b'#').unwrap_or(target.len());
    let (address, fragment) = target.split_at(end);
    let sign = if address.contains(&b'?') { "&" } else { "?" };
    [address, sign.as_bytes(), b"token=", token.as_bytes(), fragment].concat()
}

/// Those that a request in this process can have, as text.
fn representable(targets: Vec<Vec<u8>>) -> Vec<String> {
    let texts = targets.into_iter().filter_map(|target| String::from_utf8(target).ok());
    texts.filter(|target| target.parse::<Uri>().is_ok()).collect()
}

struct Home {
    app: TestApp,
    owner: Actor,
    token: String,
}

/// A household with a good token of its owner.
async fn home() -> Home {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let token = make(&owner, number(&owner).await, "Kitchen tablet").await.value;
    Home { app, owner, token }
}

/// Sends these bytes as they are. `None`: the server hung up.
async fn raw(server: SocketAddr, target: &[u8]) -> Option<http::Answer> {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let rest = b" HTTP/1.1\r\nHost: home.test\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
    stream.write_all(&[b"GET ", target, rest].concat()).await.ok()?;
    http::finish(stream).await.ok()
}

/// Where an answer leads, if it leads somewhere.
fn location(answer: &Answer) -> Option<String> {
    let to = answer.headers.get("location");
    (answer.status.is_redirection()).then(|| String::from_utf8_lossy(to.unwrap().as_bytes()).into_owned())
}

/// Everything over a real connection, as it is written.
async fn over_the_wire(token: &str, server: SocketAddr) -> usize {
    let (mut left, mut led) = (BTreeSet::new(), 0);
    for target in targets() {
        let asked = with_token(&target, token);
        let shown = String::from_utf8_lossy(&target).chars().take(60).collect::<String>();
        let Some(answer) = raw(server, &asked).await else {
            continue;
        };
        assert!(
            !answer.body.contains(token),
            "{shown:?}: the token is in the body: {}",
            answer.body
        );
        assert!(
            answer.status < 500 || answer.status == 505,
            "{shown:?}: {}",
            answer.status
        );
        if !(300..400).contains(&answer.status) {
            continue;
        }
        led += 1;
        let location = answer
            .header("location")
            .unwrap_or_else(|| panic!("{shown:?}: no Location"));
        assert!(!location.contains(token), "{shown:?}: {location}");
        assert_eq!(
            answer.headers.iter().filter(|(name, _)| name == "location").count(),
            1,
            "{shown:?}"
        );
        left.extend(leaves(location).map(|how| format!("{shown:?} -> {how}")));
        // Where the sign-in page leads on to.
        if let Some(query) = location.strip_prefix("/login?reason=link") {
            let return_to = parameters(&format!("?{query}")).remove("returnTo").unwrap();
            left.extend(leaves(&return_to).map(|how| format!("{shown:?} -> sign-in page -> {how}")));
        }
    }
    none_leaves(&left);
    led
}

#[test]
fn the_check_sees_what_leaves() {
    for location in [
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "https://evil.test/",
        "/%2f/evil.test",
        "/%5cevil.test",
        "/%09/evil.test",
        "/%252fevil.test",
        "/%%32%66evil.test",
        "/a/..%2f%5cevil.test",
        "/..//evil.test",
        "/%2e%2e%2f%2fevil.test",
        "/a b",
        "evil.test",
        "",
        "javascript:alert(1)",
        "/a\u{e9}",
    ] {
        assert!(leaves(location).is_some(), "{location:?}");
    }
    for location in [
        "/",
        "/profile?x=//evil.test",
        "/a//b",
        "/caf%C3%A9/%2f",
        "/login?reason=link&returnTo=%2Fprofile%3Fa%3D%252F",
        "/a@evil.test",
        "/javascript:alert(1)",
    ] {
        assert_eq!(leaves(location), None);
    }
    assert_eq!(collapsed(b"/a/./b/..//c?x=/../", true), b"/a/c?x=/../");
    assert_eq!(collapsed(b"/a/..//c", false), b"//c");
    assert_eq!(decoded(b"/%2f%zz%2%41"), b"//%zz%2A");
    assert!(targets().len() >= 200, "{}", targets().len());
    assert!(representable(targets()).len() >= 200);
    let distinct: BTreeSet<_> = targets().into_iter().collect();
    assert_eq!(distinct.len(), targets().len(), "each is there once");
}

#[tokio::test]
async fn good_links_over_the_wire() {
    let home = home().await;
    let served = home.app.listen().await;
    let led = over_the_wire(&home.token, served.address).await;
    assert!(led >= 200, "only {led} were led on");
}

#[tokio::test]
async fn dead_links_over_the_wire() {
    let home = home().await;
    let served = home.app.listen().await;
    let led = over_the_wire(WRONG, served.address).await;
    assert!(led >= 200, "only {led} were led on");
}

/// Step by step to the end, as the same person, with a good link and a dead one.
#[tokio::test]
async fn followed_to_the_end() {
    let home = home().await;
    let mut left = BTreeSet::new();
    for target in representable(targets()) {
        for token in [home.token.as_str(), WRONG] {
            let asked = String::from_utf8(with_token(target.as_bytes(), token)).unwrap();
            if asked.parse::<Uri>().is_err() {
                continue;
            }
            let mut answer = home.owner.page(&asked).await;
            for _ in 0..6 {
                let Some(to) = location(&answer) else {
                    break;
                };
                if let Some(how) = leaves(&to) {
                    left.insert(format!("{target:.60?} -> {how}"));
                    break;
                }
                answer = home.owner.page(&to).await;
            }
            assert!(
                location(&answer).is_none() || !left.is_empty(),
                "{target:.60?} leads round in circles"
            );
            assert!(!answer.text().contains(token), "{target:.60?}");
        }
    }
    none_leaves(&left);
}

/// The same addresses as `returnTo` of the pages that lead on.
#[tokio::test]
async fn as_the_way_back() {
    let home = home().await;
    let mut left = BTreeSet::new();
    let mut led = 0;
    for target in targets() {
        let shown = String::from_utf8_lossy(&target).chars().take(60).collect::<String>();
        let encoded: String = url::form_urlencoded::byte_serialize(&target).collect();
        let text = String::from_utf8_lossy(&target).into_owned();
        for page in ["/login", "/pair", "/login?confirm", "/login?reason=link"] {
            let sign = if page.contains('?') { "&" } else { "?" };
            for value in [encoded.as_str(), text.split('#').next().unwrap()] {
                let asked = format!("{page}{sign}returnTo={value}");
                if asked.parse::<Uri>().is_err() {
                    continue;
                }
                let answer = home.owner.page(&asked).await;
                if let Some(to) = location(&answer) {
                    led += 1;
                    left.extend(leaves(&to).map(|how| format!("{page} {shown:?} -> {how}")));
                }
            }
        }
        if text.len() < 8_000 {
            let answer = home
                .owner
                .post_form("/theme", &[("theme", "system"), ("returnTo", &text)])
                .await;
            left.extend(leaves(&answer.see_other()).map(|how| format!("/theme {shown:?} -> {how}")));
        }
    }
    none_leaves(&left);
    assert!(led >= 600, "only {led} were led on");
}

/// Somebody else is signed in: neither answer leads away.
#[tokio::test]
async fn through_the_question() {
    let home = home().await;
    let mut left = BTreeSet::new();
    let bea = home.app.member("bea").await;
    let sid = bea.cookie("latchkey.sid").unwrap();
    let mut asked = 0;
    for target in representable(targets()) {
        let link = String::from_utf8(with_token(target.as_bytes(), &home.token)).unwrap();
        if link.parse::<Uri>().is_err() || bea.page(&link).await.header("location") != "/switch" {
            continue;
        }
        asked += 1;
        let page = bea.page("/switch").await;
        if page.status() == 200 {
            let stay = link_of(&page.text(), "Stay signed in");
            left.extend(leaves(&stay).map(|how| format!("{target:.60?}, stay -> {how}")));
        }
        // A browser of its own, so that bea is asked again.
        let other = bea.at(&home.app);
        let answer = other.ask(Method::HEAD, "/switch").send().await;
        assert!(answer.status() < 400, "{target:.60?}");
        assert_eq!(bea.cookie("latchkey.sid").unwrap(), sid);
    }
    none_leaves(&left);
    assert!(asked >= 200, "only {asked} were asked");
    // And yes, which ends the session.
    for target in [
        "//evil.test",
        "/\\evil.test",
        "/%252fevil.test",
        "/%2e%2e%2f%5cevil.test",
        "/a/..%2f%09/evil.test",
    ] {
        let bea = home.app.member("bea").await;
        bea.page(&format!("{target}?token={}", home.token)).await.expect(307);
        let to = switch(&bea).await.see_other();
        left.extend(leaves(&to).map(|how| format!("{target}, switched -> {how}")));
    }
    none_leaves(&left);
}

/// A device that is let in again by itself is led nowhere else, whether what it keeps works or not.
#[tokio::test]
async fn let_in_again() {
    let home = home().await;
    let (mut left, mut let_in) = (BTreeSet::new(), 0);
    let kept = home.app.state.sealed.seal("device", &home.token, 1_000).unwrap();
    for target in representable(targets()) {
        for cookie in [kept.as_str(), "00"] {
            let device = home.app.anon();
            device.plant("latchkey.device", cookie);
            let answer = device.page(&target).await;
            let works = cookie == kept;
            let_in += usize::from(works && device.cookie("latchkey.sid").is_some());
            if let Some(to) = location(&answer) {
                left.extend(leaves(&to).map(|how| format!("{target:.60?} -> {how}")));
            }
        }
    }
    none_leaves(&left);
    assert!(let_in >= 150, "only {let_in} were let in");
}
