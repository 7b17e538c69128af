//! No secret in any answer, any page, the log, or the database.

mod devices;

use std::collections::{BTreeMap, BTreeSet};

use latchkey::{domain::hash::from_hex, storage::Db};
use plex_stub::{ATTIC, Answer as Spoiled, Fault};
use serde_json::json;

use crate::support::{Actor, Answer, Engine, Log, TestApp, on_both};

const PASSWORD: &str = "correct horse battery staple";
/// Typed in the wrong place, or wrong.
const TYPED: &str = "my-other-password-hunter2";
const LINK_TOKEN: &str = "0b7c1f62-1111-4222-8333-944455556666";

/// How the names of login tokens begin.
const TOKEN: &str = "the login token";

/// What must not be seen, by name.
#[derive(Default)]
struct Secrets {
    values: BTreeMap<String, String>,
    /// Which answers show it, because that is what they are for.
    shown: BTreeMap<String, BTreeSet<usize>>,
}

impl Secrets {
    fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        assert!(value.len() >= 8, "{name} is too short to look for: {value:?}");
        self.values.insert(name, value);
    }

    /// The newest answer is one that shows this.
    fn shown_now(&mut self, app: &TestApp, name: &str, value: &str) {
        let newest = app.seen().len() - 1;
        self.add(name, value);
        self.shown.entry(name.to_owned()).or_default().insert(newest);
    }

    /// A login token that the newest answer shows; its bytes are not to be seen at all.
    fn token_shown_now(&mut self, app: &TestApp, which: &str, value: &str) {
        self.shown_now(app, &format!("{TOKEN} {which}"), value);
        self.add(format!("{TOKEN} {which}, without hyphens"), value.replace('-', ""));
    }

    /// A short code that the newest answer shows.
    fn code_shown_now(&mut self, app: &TestApp, which: &str, code: &str) {
        self.shown_now(app, &format!("the code of {which}"), code);
        self.add(
            format!("the code of {which}, without its hyphen"),
            code.replace('-', ""),
        );
    }

    /// Looks through an answer: `number` is its place among all.
    #[track_caller]
    fn absent_from_answer(&self, number: usize, answer: &Answer) {
        let mut others = Self {
            values: self.values.clone(),
            shown: BTreeMap::new(),
        };
        others
            .values
            .retain(|name, _| !self.shown.get(name).is_some_and(|shown| shown.contains(&number)));
        others.absent_from(&answer.asked, &answer.text());
        let mut cookies = others.values.clone();
        cookies.retain(|name, _| name.starts_with(TOKEN));
        let tokens = Self {
            values: cookies,
            shown: BTreeMap::new(),
        };
        for (name, value) in &answer.headers {
            let place = format!("{name} of {}", answer.asked);
            // Cookies are there to hold secrets; but no login token.
            if name == "set-cookie" { &tokens } else { &others }.absent_from(&place, value.to_str().unwrap());
        }
    }

    /// Fails if one is in the text, in either case.
    #[track_caller]
    fn absent_from(&self, place: &str, text: &str) {
        let lower = text.to_lowercase();
        for (name, value) in &self.values {
            assert!(
                !lower.contains(&value.to_lowercase()),
                "{name} ({value}) is in {place}: {text}"
            );
        }
    }

    /// The cookies of somebody, and the ids in them.
    fn add_cookies(&mut self, who: &str, actor: &Actor) {
        for (name, value) in actor.cookies() {
            // The second is a code, which is looked for as such.
            if name == "latchkey.theme" || name == "latchkey.pair-code" {
                continue;
            }
            if name == "latchkey.sid" {
                // The signature, then the id.
                let id = value.get(value.len() - 22..).unwrap();
                self.add(format!("{who}'s session id"), id);
            }
            self.add(format!("{who}'s {name}"), value);
        }
    }

    fn add_pin(&mut self, app: &TestApp, who: &str, code: &str) {
        self.add(format!("{who}'s PIN code"), code);
        if let Some(token) = app.plex.pin(code).and_then(|pin| pin.token) {
            self.add(format!("{who}'s Plex token"), token);
        }
    }
}

/// Uses everything there is, with everything that can go wrong; gives what must not have been seen.
async fn walk(app: &TestApp) -> Secrets {
    let mut secrets = Secrets::default();
    let code = app.setup_code().await;
    secrets.add("the set-up code", &code);
    secrets.add("the session secret", app.state.site.now().session_secret.to_hex());
    let key = std::fs::read_to_string(app.folder().join("data/encryption.key")).unwrap();
    secrets.add("the encryption key", key.trim());
    secrets.add("a password", PASSWORD);
    secrets.add("something typed", TYPED);

    // The set-up, with mistakes.
    let owner = app.anon();
    owner.post_form("/setup", &[("code", TYPED)]).await.expect(403);
    owner
        .post_json(
            "/api/v1/setup/owner",
            json!({ "setupCode": TYPED, "email": "a@b", "password": PASSWORD }),
        )
        .await
        .problem(403);
    owner
        .post_json(
            "/api/v1/setup/owner",
            json!({ "setupCode": code, "email": { TYPED: 1 }, "password": PASSWORD }),
        )
        .await
        .problem(400);
    owner.post_form("/setup", &[("code", &code)]).await.see_other();
    secrets.add_cookies("the browser of the set-up", &owner);
    let form = [("email", "not an address"), ("password", PASSWORD)];
    owner.post_form("/setup/owner", &form).await.expect(400);
    let (pin_id, pin_code) = app.pin();
    app.plex.approve(&pin_code, "attic-owner").unwrap();
    app.plex.switch(|switches| {
        switches
            .faults
            .push(Fault::new("/api/v2/user", Spoiled::Status(500)).times(4));
    });
    let body = json!({ "setupCode": code, "pinId": pin_id, "code": pin_code });
    owner.post_json("/api/v1/setup/owner", body.clone()).await.problem(502);
    app.plex.switch(|switches| switches.faults.clear());
    owner.post_json("/api/v1/setup/owner", body.clone()).await.expect(201);
    owner.post_json("/api/v1/setup/owner", body).await.problem(409);
    secrets.add_pin(app, "the owner", &pin_code);
    secrets.add_cookies("the owner", &owner);
    owner.page("/setup/server").await.expect(200);
    owner
        .post_json("/api/v1/settings/plex", json!({ "machineId": TYPED }))
        .await
        .problem(400);
    owner
        .post_form("/setup/server", &[("machineId", ATTIC)])
        .await
        .see_other();

    // People, let in and refused, by every way.
    for account in ["anna", "marlow", "rita", "paul", "mallory"] {
        let browser = app.anon();
        let (pin_id, code) = app.pin();
        app.start_attempt(&browser, pin_id, &code).await.expect(201);
        app.poll(&browser, pin_id).await;
        app.plex.approve(&code, account).unwrap();
        app.poll(&browser, pin_id).await;
        secrets.add_pin(app, account, &code);
        secrets.add_cookies(account, &browser);
        browser.page("/").await;
        browser.page("/profile").await;
        browser.page("/login/plex/return").await;
        browser.get("/api/v1/auth/me").await;
        // The theme switch sends pages their own address back.
        browser.page(&format!("/nothing/{account}")).await;
    }
    let program = app.anon();
    let (pin_id, code) = app.pin();
    program
        .post_json("/api/v1/auth/plex", json!({ "pinId": pin_id, "code": code }))
        .await
        .expect(202);
    for fault in [
        Spoiled::Html,
        Spoiled::Malformed,
        Spoiled::WrongShape,
        Spoiled::CutOff,
        Spoiled::Status(429),
    ] {
        app.plex
            .switch(|switches| switches.faults = vec![Fault::new("/api/v2/pins", fault)]);
        program
            .post_json("/api/v1/auth/plex", json!({ "pinId": pin_id, "code": code }))
            .await;
    }
    app.plex.switch(|switches| switches.faults.clear());
    app.plex.approve(&code, "bea").unwrap();
    program
        .post_json("/api/v1/auth/plex", json!({ "pinId": pin_id, "code": code }))
        .await
        .expect(200);
    secrets.add_pin(app, "a program", &code);
    secrets.add_cookies("a program", &program);
    program
        .post_json("/api/v1/auth/plex", json!({ "authToken": TYPED }))
        .await
        .problem(403);
    program
        .post_json("/api/v1/auth/plex", json!({ "pinId": { TYPED: 1 }, "code": TYPED }))
        .await
        .problem(400);
    program
        .post_json("/api/v1/auth/plex", json!({ "pinId": 1, "code": TYPED }))
        .await
        .problem(400);

    // Passwords.
    let anon = app.anon();
    for password in [PASSWORD, TYPED] {
        anon.post_json(
            "/api/v1/auth/local",
            json!({ "email": "owner@attic.test", "password": password }),
        )
        .await
        .problem(403);
        anon.post_form(
            "/login/password",
            &[("email", "owner@attic.test"), ("password", password)],
        )
        .await
        .expect(403);
    }
    anon.post_json("/api/v1/auth/local", json!({ "email": "a@b", "password": [TYPED] }))
        .await
        .problem(400);

    devices::login_tokens(app, &mut secrets, &owner).await;
    devices::pairing(app, &mut secrets, &owner).await;

    // The end of sessions.
    app.state.sessions.flush().await.unwrap();
    app.state.login_tokens.flush().await.unwrap();
    app.state.activity.flush().await.unwrap();
    program.post("/api/v1/auth/logout").await.expect(200);
    program.post_form("/logout", &[]).await.see_other();
    app.state.sign_in.clean().await.unwrap();
    secrets
}

on_both! {
    async fn in_no_answer_and_no_log(engine) {
        let (log, _caught) = Log::catch("trace");
        let app = TestApp::start(engine).await;
        let secrets = walk(&app).await;
        // A PIN made here has to be told to the browser, once, in the address of Plex's page.
        let anon = app.anon();
        let approval = anon.post_form("/login/plex", &[]).await.see_other();
        let made = code_in(&approval);
        for (number, answer) in app.seen().iter().enumerate() {
            secrets.absent_from_answer(number, answer);
            assert!(!answer.text().contains(&made), "{}", answer.asked);
        }
        anon.page(&format!("/?token={LINK_TOKEN}")).await;
        anon.get(&format!("/api/v1/auth/me?token={LINK_TOKEN}")).await;
        let log = log.text();
        secrets.absent_from("the log", &log);
        for secret in [&made, LINK_TOKEN] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        // It was the whole log that was looked through.
        for said in ["signed in with Plex", "a Plex sign-in was refused", "plex.tv gave no usable answer", "/api/v1/auth/plex", "DEBUG"] {
            assert!(log.contains(said), "{said} is not in the log: {log}");
        }
    }

    async fn in_no_row_of_the_database(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let mut secrets = Secrets::default();
        secrets.add("the owner's password", crate::support::OWNER_PASSWORD);
        secrets.add_cookies("the local owner", &owner);
        let app_by_plex = TestApp::start(engine).await;
        let mut others = walk(&app_by_plex).await;
        // The session secret is kept in the database: who reads the database could end and open sessions anyway.
        others.values.remove("the session secret");
        for (app, secrets) in [(&app, &secrets), (&app_by_plex, &others)] {
            let text = dump(&app.db).await;
            assert!(text.contains("client_identifier") && text.contains("argon2id") | text.contains("attic.test"), "{text}");
            secrets.absent_from("the database", &text);
            for (name, value) in secrets.values.iter().filter(|(name, _)| name.contains("session id")) {
                let id = latchkey::domain::hash::hex(&bytes_of_id(value));
                assert!(!text.contains(&id), "{name} is in the database as bytes");
            }
            app.db.close().await;
            if engine == Engine::Sqlite {
                files(app, secrets);
            }
        }
    }
}

/// The code in the address of Plex's page.
fn code_in(approval: &str) -> String {
    let query = approval.split_once('?').unwrap().1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "code").unwrap().1.into_owned()
}

/// A session id is 16 bytes in base64 (URL alphabet, no padding).
fn bytes_of_id(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for character in text.bytes() {
        let value = alphabet.iter().position(|letter| *letter == character).unwrap();
        bits = (bits << 6) | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    assert_eq!(bytes.len(), 16);
    bytes
}

/// Every row of every table as text, bytes in hex.
async fn dump(db: &Db) -> String {
    let mut text = String::new();
    let tables: Vec<String> = match db {
        Db::Postgres(pool) => {
            let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
            sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
        }
        Db::Sqlite(pool) => {
            let sql = "SELECT name FROM sqlite_master WHERE type = 'table'";
            sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
        }
    };
    for there in ["users", "sessions", "login_tokens", "pairings", "activity", "failures"] {
        assert!(
            tables.iter().any(|table| table == there),
            "{there} is not among {tables:?}"
        );
    }
    for table in tables {
        let rows: Vec<String> = match db {
            Db::Postgres(pool) => {
                let sql = format!("SELECT t::text FROM {table} t");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .fetch_all(pool)
                    .await
                    .unwrap()
            }
            Db::Sqlite(pool) => {
                let columns = format!(
                    "SELECT group_concat('coalesce(CASE typeof('||name||') WHEN ''blob'' THEN hex('||name||') ELSE '||name||' END,'''')', '||'' ''||') FROM pragma_table_info('{table}')"
                );
                let columns: String = sqlx::query_scalar(sqlx::AssertSqlSafe(columns))
                    .fetch_one(pool)
                    .await
                    .unwrap();
                let sql = format!("SELECT CAST({columns} AS TEXT) FROM {table}");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .fetch_all(pool)
                    .await
                    .unwrap()
            }
        };
        text.push_str(&rows.join("\n").to_lowercase());
        text.push('\n');
    }
    text
}

/// The database's files byte for byte: what was overwritten there is still there.
fn files(app: &TestApp, secrets: &Secrets) {
    let mut looked = 0;
    for entry in std::fs::read_dir(app.folder()).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("latchkey.db") {
            continue;
        }
        looked += 1;
        let bytes = std::fs::read(&path).unwrap();
        for (name, value) in &secrets.values {
            // The set-up code lived in there until there was an owner.
            if name == "the set-up code" {
                continue;
            }
            let found = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found(value.as_bytes()), "{name} ({value}) is in {}", path.display());
            if let Some(bytes) = from_hex(value) {
                assert!(!found(&bytes), "{name} ({value}) is in {} as bytes", path.display());
            }
            if name.contains("session id") {
                let mut id = bytes_of_id(value);
                assert!(!found(&id), "{name} is in {} as bytes", path.display());
                id.reverse();
                assert!(!found(&id), "{name} is in {} as bytes", path.display());
            }
        }
    }
    assert!(looked > 0);
}
