//! The other commands: what they print and how they exit.

use super::home::{Home, Process, eventually, me, output};
use crate::support::{Engine, on_both};

fn texts(output: &std::process::Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[tokio::test]
async fn a_wrong_configuration_stops_every_command_by_name() {
    let home = Home::new(Engine::Sqlite).await;
    let wrong = [
        ("LATCHKEY_LISTEN", "localhost:5056"),
        ("LATCHKEY_PUBLIC_URL", "home.example/path"),
        ("LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("LATCHKEY_DATABASE_URL", "mysql://hunter2@db/x"),
        ("LATCHKEY_ENCRYPTION_KEY", "hunter2"),
        ("LATCHKEY_SESSION_SECRET", "hunter2"),
        ("LATCHKEY_SETUP_CODE", "hunter"),
        ("LATCHKEY_PLEX_API_URL", "ftp://plex.tv"),
        ("LATCHKEY_LOG", "latchkey=loud"),
        ("LATCHKEY_LOG_FORMAT", "xml"),
        ("LATCHKEY_CONFIG", "/nowhere/latchkey.toml"),
    ];
    let commands = [
        &["serve"][..],
        &["config", "check"],
        &["settings", "rotate-session-secret"],
        &["healthcheck"],
    ];
    for (name, value) in wrong {
        // One command each is enough: they all load the configuration the same way.
        for arguments in if name == "LATCHKEY_LISTEN" {
            &commands[..]
        } else {
            &commands[..1]
        } {
            let output = output(home.command(arguments).env(name, value));
            let (printed, said) = texts(&output);
            assert_eq!(output.status.code(), Some(2), "{name}: {said}");
            assert!(said.contains(name), "{name}: {said}");
            assert!(printed.is_empty(), "{printed}");
            assert!(!said.contains("hunter"), "{name}: {said}");
        }
    }
    assert!(!home.data().exists(), "nothing was made");
    assert_eq!(home.run(&["sevre"]).status.code(), Some(2));
}

#[tokio::test]
async fn config_check_shows_everything_but_secrets() {
    let home = Home::new(Engine::Sqlite).await;
    let secrets = [
        ("LATCHKEY_SESSION_SECRET", "5e55".repeat(16)),
        ("LATCHKEY_ENCRYPTION_KEY", "c0de".repeat(16)),
        ("LATCHKEY_SETUP_CODE", "open-sesame-42".to_owned()),
        ("LATCHKEY_DATABASE_URL", "postgres://me:hunter2@db/latchkey".to_owned()),
    ];
    let mut command = home.command(&["config", "check"]);
    command.env("LATCHKEY_PUBLIC_URL", "https://home.example");
    for (name, value) in &secrets {
        command.env(name, value);
    }
    let output = output(&mut command);
    let (printed, said) = texts(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(printed.contains("https://home.example"), "{printed}");
    for (name, value) in &secrets {
        assert!(printed.contains(name), "{name} is not in {printed}");
        assert!(
            !printed.contains(value.as_str()) && !said.contains(value.as_str()),
            "{printed}\n{said}"
        );
    }
    assert!(!printed.contains("hunter2"), "{printed}");
}

on_both! {
    async fn the_health_check_tells_ready_from_not(engine) {
        let home = Home::new(engine).await;
        let process = home.serve().await;
        let check = || {
            let mut command = home.command(&["healthcheck"]);
            output(command.env("LATCHKEY_LISTEN", process.address.to_string()))
        };
        let ready = check();
        assert_eq!((ready.status.code(), texts(&ready).0.as_str()), (Some(0), "ready\n"), "{ready:?}");
        process.kill();
        let answered = output(home.command(&["healthcheck"]).env("LATCHKEY_LISTEN", "127.0.0.1:1"));
        assert_eq!(answered.status.code(), Some(1));
        assert!(texts(&answered).1.contains("does not answer"), "{answered:?}");
    }

    async fn a_rotated_secret_signs_everyone_out_of_the_running_server(engine) {
        let home = Home::new(engine).await;
        let (process, mut owner) = home.set_up().await;
        let mut anna = home.sign_in(&process, "anna").await;
        assert!(me(&mut anna).await.is_ok());
        let output = home.run(&["settings", "rotate-session-secret"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(texts(&output).0, "There is a new session secret. Everyone is signed out.\n");
        for browser in [&mut owner, &mut anna] {
            let kept = browser.clone();
            // The sessions end at once; the server that runs notices the new secret within a second. From then on the
            // cookie is not one of its own, which it would take away.
            let answer = eventually("signed out by the new secret", || {
                let mut browser = kept.clone();
                async move { me(&mut browser).await.err().filter(|answer| answer.header("set-cookie").is_none()) }
            })
            .await;
            assert!(matches!(answer.status, 401 | 403), "{answer:?}");
        }
        assert_eq!(home.count("SELECT COUNT(*) FROM sessions").await, 0);
        // And it serves on with the new one, which outlives it.
        let anna = home.sign_in(&process, "anna").await;
        process.kill();
        let process = home.serve().await;
        assert!(me(&mut anna.moved_to(process.address)).await.is_ok());
    }
}

#[tokio::test]
async fn a_secret_from_the_configuration_is_not_rotated() {
    let home = Home::new(Engine::Sqlite).await;
    let secret = "5e55".repeat(16);
    let mut command = home.command(&["settings", "rotate-session-secret"]);
    let output = output(command.env("LATCHKEY_SESSION_SECRET", &secret));
    let (_, said) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("LATCHKEY_SESSION_SECRET") && !said.contains(&secret),
        "{said}"
    );
}

#[tokio::test]
async fn another_configured_secret_signs_out_and_the_old_one_back_in() {
    let home = Home::new(Engine::Sqlite).await;
    let (process, owner) = home.set_up().await;
    process.kill();
    let mut command = home.command(&["serve"]);
    command.env("LATCHKEY_SESSION_SECRET", "5e55".repeat(16));
    let process = Process::start(command).await;
    assert!(me(&mut owner.moved_to(process.address)).await.is_err());
    process.kill();
    let process = home.serve().await;
    assert!(
        me(&mut owner.moved_to(process.address)).await.is_ok(),
        "nothing was lost"
    );
}
