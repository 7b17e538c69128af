//! Limits as they are configured: `[limits]`.

use axum::http::Method;
use latchkey::{
    config::{Config, Sources},
    domain::limits::{Tries, TryLimits},
};
use serde_json::json;

use super::{
    passwords::{BEA_EMAIL, BEA_PASSWORD, make_bea, sign_in, try_in},
    token_people::{make, members_may, text, wrong_token},
};
use crate::support::{Actor, Answer, DAY, Engine, HOUR, OWNER_EMAIL, OWNER_PASSWORD, Smtp, TestApp, on_both};

/// How many tries there are in these tests. No kind has as few unless it is told, so a setting that went to another
/// kind would show.
const FEW: u32 = 2;
/// In so many seconds, which is no kind's either.
const WINDOW: i64 = 2 * HOUR;
/// Where the trusted proxy is.
const PROXY: &str = "127.0.0.1";
const NEW: &str = "eight yellow raincoats";
const RESET: &str = "/api/v1/auth/reset-password";
/// The kind of which nobody is told that there were too many.
const MAILS: &str = "reset_of_account";

/// Whom a kind is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Address,
    Account,
}

/// A kind of tries, and what one is answered that is not too many.
#[derive(Debug, Clone, Copy)]
struct Row {
    kind: &'static str,
    of: Of,
    status: u16,
}

const fn row(kind: &'static str, of: Of, status: u16) -> Row {
    Row { kind, of, status }
}

/// All but [`MAILS`].
const KINDS: [Row; 12] = [
    row("password_of_account", Of::Account, 403),
    row("password_from_address", Of::Address, 403),
    row("present_password", Of::Account, 403),
    row("setup_code", Of::Address, 403),
    row("plex_from_address", Of::Address, 201),
    row("token_from_address", Of::Address, 403),
    row("token_of_member", Of::Account, 403),
    row("api_key_from_address", Of::Address, 403),
    row("pairing_from_address", Of::Address, 200),
    row("pairing_code", Of::Account, 404),
    row("reset_from_address", Of::Address, 200),
    row("reset_link", Of::Address, 404),
];

/// Every kind by its name. A new one does not compile here until it has a line, and then needs a row above.
fn all(limits: &TryLimits) -> [(&'static str, Tries); 13] {
    let TryLimits {
        password_of_account,
        password_from_address,
        present_password,
        setup_code,
        plex_from_address,
        token_from_address,
        token_of_member,
        api_key_from_address,
        pairing_from_address,
        pairing_code,
        reset_from_address,
        reset_of_account,
        reset_link,
    } = *limits;
    [
        ("password_of_account", password_of_account),
        ("password_from_address", password_from_address),
        ("present_password", present_password),
        ("setup_code", setup_code),
        ("plex_from_address", plex_from_address),
        ("token_from_address", token_from_address),
        ("token_of_member", token_of_member),
        ("api_key_from_address", api_key_from_address),
        ("pairing_from_address", pairing_from_address),
        ("pairing_code", pairing_code),
        ("reset_from_address", reset_from_address),
        ("reset_of_account", reset_of_account),
        ("reset_link", reset_link),
    ]
}

/// With few tries of this kind, and of all others as many as there are unless somebody says otherwise.
async fn limited(engine: Engine, kind: &str) -> TestApp {
    let app = TestApp::build(engine)
        .with("LATCHKEY_TRUSTED_PROXIES", PROXY)
        // Without it nobody gets a mail.
        .with("LATCHKEY_PUBLIC_URL", "http://home.test")
        .with(
            &format!("LATCHKEY_LIMIT_{}", kind.to_uppercase()),
            &format!("{FEW}/{WINDOW}s"),
        )
        .start()
        .await;
    let few = Tries {
        most: i64::from(FEW),
        window_ms: WINDOW * 1000,
    };
    let of_few = all(&app.config.try_limits)
        .into_iter()
        .filter(|(_, tries)| *tries == few);
    assert_eq!(of_few.map(|(name, _)| name).collect::<Vec<_>>(), [kind]);
    app
}

/// Two instances over one database, and who tries there.
struct Door {
    row: Row,
    first: TestApp,
    second: TestApp,
    owner: Actor,
    bea: Actor,
    bea_id: i64,
    /// Login tokens that ran out: the owner's and Bea's.
    expired: [String; 2],
}

impl Door {
    async fn open(engine: Engine, row: Row) -> Self {
        let first = limited(engine, row.kind).await;
        let (mut owner, mut bea) = (first.anon(), first.anon());
        let (mut bea_id, mut expired) = (0, [String::new(), String::new()]);
        // Its code is asked for as long as nobody has set the server up.
        if row.kind != "setup_code" {
            owner = first.set_up_local().await;
            bea_id = make_bea(&owner).await;
            bea = sign_in(&first, BEA_EMAIL, BEA_PASSWORD).await;
            // Bea may let devices in.
            members_may(&first, true).await;
            for (token, id) in expired.iter_mut().zip([1, bea_id]) {
                *token = text(&make(&owner, id, json!({ "name": "Hall", "expiresInDays": 1 })).await["token"]);
            }
            first.clock.advance(DAY);
        }
        let second = first.second_instance().await;
        Self {
            row,
            first,
            second,
            owner,
            bea,
            bea_id,
            expired,
        }
    }

    /// One try, at both instances by turns. Each comes from another address: of one household where addresses are
    /// counted, else from anywhere. `another`: from another household, or about another account.
    async fn try_it(&self, number: u32, another: bool) -> Answer {
        let app = if number.is_multiple_of(2) {
            &self.first
        } else {
            &self.second
        };
        let address = match (self.row.of, another) {
            (Of::Address, false) => format!("2001:db8:1:2:{number:x}::1"),
            (Of::Address, true) => format!("2001:db8:1:3:{number:x}::1"),
            (Of::Account, _) => format!("2001:db8:5:{number:x}::1"),
        };
        let through_proxy = |actor: Actor| actor.from(PROXY).with("x-forwarded-for", &address);
        let stranger = through_proxy(app.anon());
        let (member, id) = if another {
            (&self.bea, self.bea_id)
        } else {
            (&self.owner, 1)
        };
        let member = through_proxy(member.at(app));
        match self.row.kind {
            "password_of_account" => {
                let email = if another { "other@home.test" } else { OWNER_EMAIL };
                try_in(&stranger, email, "wrong wrong").await
            }
            // Another account each time: those have limits of their own.
            "password_from_address" => try_in(&stranger, &format!("{number}@home.test"), "wrong wrong").await,
            "present_password" => {
                let body = json!({ "currentPassword": "wrong wrong", "newPassword": NEW });
                let url = format!("/api/v1/user/{id}/settings/password");
                member.post_json(&url, body).await
            }
            "setup_code" => {
                let body = json!({ "setupCode": "wrong", "email": OWNER_EMAIL, "password": OWNER_PASSWORD });
                stranger.post_json("/api/v1/setup/owner", body).await
            }
            "plex_from_address" => {
                let pin_id = 1000 + i64::from(number);
                app.start_attempt(&stranger, pin_id, "abcdefabcdef").await
            }
            // The same one counts once a minute.
            "token_from_address" => {
                let body = json!({ "token": wrong_token(number) });
                stranger.post_json("/api/v1/auth/token", body).await
            }
            "token_of_member" => {
                let body = json!({ "token": self.expired[usize::from(another)] });
                stranger.post_json("/api/v1/auth/token", body).await
            }
            "api_key_from_address" => {
                let asked = stranger.ask(Method::GET, "/api/v1/auth/me");
                asked.header("x-api-key", &format!("wrong-key-{number}")).send().await
            }
            "pairing_from_address" => stranger.page("/pair").await,
            "pairing_code" => {
                let person = id.to_string();
                let fields = [
                    ("code", "BBBB-BBBB"),
                    ("person", &person),
                    ("name", "Guessed"),
                    ("expires", ""),
                    ("answer", "yes"),
                ];
                member.post_form("/pair/approve", &fields).await
            }
            "reset_from_address" => {
                let body = json!({ "email": "nobody@home.test" });
                stranger.post_json(RESET, body).await
            }
            "reset_link" => {
                let link = format!("{RESET}/7d0e3f0a-9b1c-4d2e-8f30-123456789abc");
                stranger.post_json(&link, json!({ "password": NEW })).await
            }
            kind => panic!("nobody tries {kind}"),
        }
    }

    async fn is_taken(&self, number: u32, another: bool) {
        let answer = self.try_it(number, another).await;
        let Row { kind, status, .. } = self.row;
        assert_eq!(answer.status(), status, "{kind}, try {number}: {}", answer.text());
    }

    /// One too many, for so many seconds.
    async fn is_refused(&self, number: u32, seconds: i64) {
        let answer = self.try_it(number, false).await;
        let kind = self.row.kind;
        assert_eq!(answer.status(), 429, "{kind}, try {number}: {}", answer.text());
        assert_eq!(answer.header("retry-after"), seconds.to_string(), "{kind}");
    }
}

/// As many tries as configured, and not one more; and so for each kind of these.
async fn are_counted(engine: Engine, of: Of) {
    for row in KINDS.into_iter().filter(|row| row.of == of) {
        let door = Door::open(engine, row).await;
        for number in 0..FEW {
            door.is_taken(number, false).await;
        }
        // At either instance, and to go on trying makes it no longer.
        for number in FEW..FEW + 2 {
            door.is_refused(number, WINDOW).await;
        }
        door.is_taken(10, true).await;
        door.first.clock.advance(WINDOW - 1);
        door.is_refused(11, 1).await;
        door.first.clock.advance(1);
        door.is_taken(12, false).await;
    }
}

#[test]
fn every_kind_is_tried() {
    let limits = Config::load(Sources::default()).unwrap().config.try_limits;
    let mut names = all(&limits).map(|(name, _)| name);
    let mut tried: Vec<&str> = KINDS.iter().map(|row| row.kind).collect();
    tried.push(MAILS);
    names.sort_unstable();
    tried.sort_unstable();
    assert_eq!(tried, names);
}

on_both! {
    /// All of one /64 together, through a proxy, at whichever instance; another /64 is another household.
    async fn tries_of_an_address_are_counted_as_configured(engine) {
        are_counted(engine, Of::Address).await;
    }

    /// From wherever they come, at whichever instance; another account is not held up.
    async fn tries_on_an_account_are_counted_as_configured(engine) {
        are_counted(engine, Of::Account).await;
    }

    /// Who asks for one learns of no account, so what is too much is only not sent.
    async fn mails_to_an_account_are_counted_as_configured(engine) {
        let first = limited(engine, MAILS).await;
        let owner = first.set_up_local().await;
        make_bea(&owner).await;
        let smtp = Smtp::start().await;
        let options = json!({
            "smtpHost": "127.0.0.1", "smtpPort": smtp.port, "ignoreTls": true, "emailFrom": "door@home.test",
        });
        let mail = json!({ "enabled": true, "options": options });
        owner.post_json("/api/v1/settings/notifications/email", mail).await.expect(200);
        let second = first.second_instance().await;
        let letters_after = async |number: u32, email: &str| {
            let app = if number.is_multiple_of(2) { &first } else { &second };
            let stranger = app.anon().from(PROXY).with("x-forwarded-for", &format!("2001:db8:5:{number:x}::1"));
            stranger.post_json(RESET, json!({ "email": email })).await.expect(200);
            app.state.credentials.resets.work().await.unwrap();
            app.state.mail.work().await;
            smtp.letters().len()
        };
        for (number, letters) in [(0, 1), (1, 2), (2, 2), (3, 2)] {
            assert_eq!(letters_after(number, BEA_EMAIL).await, letters, "asked {number} times before");
        }
        assert_eq!(letters_after(4, OWNER_EMAIL).await, 3);
        first.clock.advance(WINDOW - 1);
        assert_eq!(letters_after(5, BEA_EMAIL).await, 3);
        first.clock.advance(1);
        assert_eq!(letters_after(6, BEA_EMAIL).await, 4);
    }

    async fn a_body_is_as_large_as_configured(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_LIMIT_BODY_SIZE", "16k").start().await;
        let owner = app.set_up_local().await;
        let sent = async |size: usize| {
            let asked = owner.ask(Method::POST, "/api/v1/auth/local").header("content-type", "application/json");
            asked.body(vec![b' '; size]).send().await
        };
        sent(16 * 1024).await.problem(400);
        let answer = sent(16 * 1024 + 1).await;
        answer.problem(413);
        assert_eq!(answer.json()["message"], "The body is too large: at most 16 KiB.");
    }
}
