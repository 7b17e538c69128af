//! `latchkey doctor`: looks at everything that a household's sign-in hangs on, and says what to do.
//!
//! It changes nothing. Each check answers a [`Finding`]; one that can't be made because another failed says so.

mod local;
mod network;

use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use crate::{bootstrap::App, config::Config, services::site::SetupStage};

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Good,
    /// Works, but something is missing or will go wrong.
    Warning,
    /// Something does not work.
    Bad,
    /// Can't be looked at.
    Skipped,
}

/// What one check found.
#[derive(Debug)]
pub(super) struct Finding {
    /// What was looked at, as one or two words.
    pub(super) check: &'static str,
    pub(super) state: State,
    /// What is the case.
    pub(super) said: String,
    /// What to do; empty: nothing.
    pub(super) advice: String,
}

impl Finding {
    pub(super) fn good(check: &'static str, said: impl Into<String>) -> Self {
        Self::new(check, State::Good, said, "")
    }

    pub(super) fn warning(check: &'static str, said: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(check, State::Warning, said, advice)
    }

    pub(super) fn bad(check: &'static str, said: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(check, State::Bad, said, advice)
    }

    pub(super) fn skipped(check: &'static str, said: impl Into<String>) -> Self {
        Self::new(check, State::Skipped, said, "")
    }

    fn new(check: &'static str, state: State, said: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            check,
            state,
            said: said.into(),
            advice: advice.into(),
        }
    }
}

/// Looks at everything. Exit code 1 where something does not work; a warning alone is none.
pub(super) async fn run(config: &Config, warnings: &[String]) -> Result<Answer, Failure> {
    let mut found = local::configuration(warnings);
    found.push(local::data_folder(config));
    found.push(local::key_file(config));
    match App::for_commands(config).await {
        Ok(App { state, db }) => {
            found.push(local::database(config, &db).await);
            let site = state.site.now();
            found.push(match site.stage() {
                SetupStage::NoOwner => Finding::warning("set-up", "nobody is owner yet", "Open /setup in a browser."),
                SetupStage::Unfinished => Finding::warning(
                    "set-up",
                    "the set-up is not finished",
                    "Sign in as owner and finish it.",
                ),
                SetupStage::Finished if site.settings.media_server.is_none() && site.settings.plex_sign_in => {
                    Finding::warning(
                        "set-up",
                        "no media server is chosen, so only the owner can sign in with Plex",
                        "Choose it on the settings page.",
                    )
                }
                SetupStage::Finished => Finding::good("set-up", "done"),
            });
            found.extend(network::look(config, &state).await);
            db.close().await;
        }
        Err(error) => {
            found.push(Finding::bad("database", error.to_string(), ""));
            for check in ["set-up", "server", "plex.tv", "clock", "public URL", "proxy"] {
                found.push(Finding::skipped(check, "not looked at without the database"));
            }
        }
    }
    Ok(report(&found))
}

fn report(found: &[Finding]) -> Answer {
    let width = found.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
    let mut text = String::new();
    for finding in found {
        let mark = match finding.state {
            State::Good => "ok  ",
            State::Warning => "WARN",
            State::Bad => "BAD ",
            State::Skipped => "-   ",
        };
        text.push_str(&format!("{mark}  {:width$}  {}\n", finding.check, finding.said));
        if !finding.advice.is_empty() {
            text.push_str(&format!("      {:width$}  → {}\n", "", finding.advice));
        }
    }
    let bad = found.iter().filter(|finding| finding.state == State::Bad).count();
    let warnings = found.iter().filter(|finding| finding.state == State::Warning).count();
    text.push_str(&match (bad, warnings) {
        (0, 0) => "\nAll is well.\n".to_owned(),
        (0, warnings) => format!("\nNothing is broken; {warnings} to look at.\n"),
        (bad, warnings) => format!("\n{bad} broken, {warnings} more to look at.\n"),
    });
    let checks: Vec<Value> = found
        .iter()
        .map(|finding| {
            json!({
                "check": finding.check,
                "state": match finding.state {
                    State::Good => "ok",
                    State::Warning => "warning",
                    State::Bad => "bad",
                    State::Skipped => "skipped",
                },
                "message": finding.said,
                "advice": finding.advice,
            })
        })
        .collect();
    Answer {
        text,
        json: json!({ "ok": bad == 0, "checks": checks }),
        good: bad == 0,
    }
}
