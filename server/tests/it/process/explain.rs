//! `latchkey explain`: who is let in and who is not, and what to do, beside a running server.

use serde_json::Value;

use super::{doctor::ran, home::Home};
use crate::support::on_both;

/// Exit code, and what was said as JSON: on standard output, or of a mistake on the other.
async fn explain(home: &Home, who: &str) -> (i32, Value) {
    let output = ran(home, &["explain", who, "--json"], &[]).await;
    let code = output.status.code().unwrap();
    let said = if output.stdout.is_empty() {
        &output.stderr
    } else {
        &output.stdout
    };
    let text = String::from_utf8_lossy(said);
    // Notices of PostgreSQL's stand before it.
    let json = if code == 3 {
        text.lines().last().unwrap_or_default()
    } else {
        &text
    };
    (
        code,
        serde_json::from_str(json).unwrap_or_else(|_| panic!("{who}: {output:?}")),
    )
}

/// What it says about signing in with Plex: exit code, outcome, the step that decides, what to do.
async fn with_plex(home: &Home, who: &str) -> (i32, String, String, String) {
    let (code, told) = explain(home, who).await;
    let way = &told["ways"][0];
    assert_eq!(way["way"], "plex", "{told:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = way["steps"].as_array().unwrap();
    let decides = steps.iter().rfind(|step| step["outcome"] == way["outcome"]);
    let decides = decides.unwrap_or_else(|| panic!("no step decides: {told:#}"));
    (
        code,
        text(&way["outcome"]),
        text(&decides["text"]),
        text(&way["advice"]),
    )
}

on_both! {
    async fn every_way_in_is_gone_through(engine) {
        let home = Home::new(engine).await;
        // Before the set-up there is nothing to explain.
        let (code, _) = explain(&home, "anna").await;
        assert_eq!(code, 1);
        let (process, _) = home.set_up().await;
        home.sign_in(&process, "anna").await;

        let (code, outcome, _, advice) = with_plex(&home, "anna").await;
        assert_eq!((code, outcome.as_str()), (0, "ok"));
        assert!(advice.contains("Nothing is in the way"), "{advice}");
        // Another spelling, the number, the e-mail: the same person.
        let (_, told) = explain(&home, "ANNA.K").await;
        for who in ["2", "anna@example.test"] {
            assert_eq!(explain(&home, who).await.1, told, "{who}");
        }
        assert_eq!((&told["userId"], &told["ways"][1]["way"]), (&2.into(), &"password".into()));

        let (code, outcome, step, advice) = with_plex(&home, "paul").await;
        assert_eq!((code, outcome.as_str()), (1, "no"));
        assert!(step.contains("have not accepted the invitation"), "{step}");
        assert!(advice.contains("accept the invitation in Plex"), "{advice}");

        assert!(home.run(&["settings", "set", "newPlexMembers", "false"]).status.success());
        let (code, _, step, _) = with_plex(&home, "bea").await;
        assert_eq!(code, 1);
        assert!(step.contains("new people are not let in"), "{step}");

        assert!(home.run(&["user", "disable", "anna"]).status.success());
        let (code, _, step, advice) = with_plex(&home, "anna").await;
        assert_eq!(code, 1);
        assert!(step.contains("switched off here") && advice.contains("under People"), "{step} {advice}");
        assert!(home.run(&["user", "enable", "anna"]).status.success());

        home.plex.go_away().await;
        let (code, outcome, step, advice) = with_plex(&home, "anna").await;
        assert_eq!((code, outcome.as_str()), (1, "unknown"));
        assert!(step.contains("Plex isn’t answering") && advice.contains("Wait until Plex answers"), "{step} {advice}");
        home.plex.come_back().await.unwrap();

        let (code, told) = explain(&home, "nobody of that name").await;
        assert_eq!(code, 3);
        assert!(told["error"].as_str().unwrap().contains("\"nobody of that name\""), "{told}");

        // In words for people.
        let plain = |who: &'static str| {
            let home = &home;
            async move {
                let output = ran(home, &["explain", who], &[]).await;
                (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
            }
        };
        let (code, text) = plain("paul").await;
        assert_eq!(code, Some(1));
        assert!(text.starts_with("paul\n\nWith Plex\n  ok   ") && text.contains("\n  NO   "), "{text}");
        assert!(text.contains("\n  ->   They accept the invitation"), "{text}");
        let (code, text) = plain("anna").await;
        assert_eq!(code, Some(0), "no password is nothing to look at while Plex lets them in");
        assert!(text.contains("\nWith a password\n  ok   ") && text.contains("\n  NO   "), "{text}");
    }
}
