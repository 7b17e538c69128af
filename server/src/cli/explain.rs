//! `latchkey explain`: why somebody can't sign in.

use app::messages::Language;
use clap::Args;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Failure},
    shell::Shell,
};
use crate::{
    config::Config,
    services::explain::{Outcome, Who},
};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Number, name, e-mail or Plex account, of a member or of somebody who was refused
    who: String,
}

/// Exit code 1: some way in refuses.
pub(super) async fn run(config: &Config, args: ExplainArgs) -> Result<Answer, Failure> {
    let shell = Shell::open(config).await?;
    let explained = shell.state.explain.explain(Who::Words(&args.who)).await;
    shell.close().await?;
    let Some(explained) = explained? else {
        return Err(Failure::not_found(format!(
            "nobody called {:?} is a member, is on the owner's list at Plex, or was refused lately",
            args.who
        )));
    };
    let words = |message: &app::messages::Message| message.in_language(Language::English);
    let mut text = format!("{}\n", explained.name);
    let mut ways = Vec::new();
    // Somebody without a password is no finding while Plex lets them in, and the other way round.
    let mut good = false;
    for way in &explained.ways {
        good |= way.outcome() == Outcome::Ok;
        text.push_str(&format!(
            "\n{}\n",
            if way.name == "plex" {
                "With Plex"
            } else {
                "With a password"
            }
        ));
        for step in &way.steps {
            let mark = match step.outcome {
                Outcome::Ok => "  ok   ",
                Outcome::No => "  NO   ",
                Outcome::Unknown => "  ?    ",
            };
            text.push_str(&format!("{mark}{}\n", words(&step.text)));
        }
        text.push_str(&format!("  ->   {}\n", words(&way.advice)));
        let steps: Vec<Value> = way
            .steps
            .iter()
            .map(|step| json!({ "outcome": step.outcome.name(), "text": words(&step.text) }))
            .collect();
        ways.push(json!({
            "way": way.name, "outcome": way.outcome().name(), "steps": steps, "advice": words(&way.advice),
        }));
    }
    let json = json!({
        "name": explained.name, "userId": explained.user_id, "plexId": explained.plex_id, "ways": ways,
    });
    Ok(Answer {
        good,
        ..Answer::new(text, json)
    })
}
