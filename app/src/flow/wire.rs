//! Reads the few answers that the islands get. By hand: serde_json would be a third of the WASM's own code.

use super::event::{Fault, Pin};
use crate::api::{
    sign_in::{AttemptAnswer, Refusal},
    tokens::PairAnswer,
};

/// An object that came as JSON.
pub trait Fields {
    /// The text of this field.
    fn text(&self, name: &str) -> Option<String>;
    /// The number of this field.
    fn number(&self, name: &str) -> Option<f64>;
}

/// What a poll answered ([`AttemptAnswer`] as JSON).
#[must_use]
pub fn answer(fields: &impl Fields) -> Option<AttemptAnswer> {
    let retry_after = || whole(fields.number("retryAfter")).unwrap_or(2_000);
    Some(match fields.text("state")?.as_str() {
        "pending" => AttemptAnswer::Pending {
            retry_after: retry_after(),
        },
        "plexUnreachable" => AttemptAnswer::PlexUnreachable {
            retry_after: retry_after(),
        },
        "signedIn" => AttemptAnswer::SignedIn {
            to: fields.text("to").unwrap_or_default(),
        },
        "refused" => AttemptAnswer::Refused {
            reason: Refusal::from_name(&fields.text("reason")?)?,
            account: fields.text("account"),
            media_server: fields.text("mediaServer"),
        },
        "expired" => AttemptAnswer::Expired,
        "tooManyTries" => AttemptAnswer::TooManyTries {
            seconds: whole(fields.number("seconds")).unwrap_or(5),
        },
        _ => return None,
    })
}

/// What the poll of a device that waits answered ([`PairAnswer`] as JSON).
#[must_use]
pub fn pair_answer(fields: &impl Fields) -> Option<PairAnswer> {
    Some(match fields.text("state")?.as_str() {
        "waiting" => PairAnswer::Waiting {
            retry_after: whole(fields.number("retryAfter")).unwrap_or(1_000),
        },
        "signedIn" => PairAnswer::SignedIn {
            to: fields.text("to").unwrap_or_default(),
        },
        "declined" => PairAnswer::Declined,
        "expired" => PairAnswer::Expired,
        _ => return None,
    })
}

/// What plex.tv answered to the wish for a PIN, and how many seconds it lives.
#[must_use]
pub fn pin(fields: &impl Fields) -> Option<(Pin, u32)> {
    let id = fields.number("id").filter(|id| *id > 0.0)?;
    let code = fields.text("code").filter(|code| !code.is_empty())?;
    // A PIN's number has 31 bits so far; a float keeps 53.
    #[expect(clippy::cast_possible_truncation, reason = "a number that JSON carried as a float")]
    let pin = Pin { id: id as i64, code };
    Some((pin, whole(fields.number("expiresIn")).unwrap_or(1_800)))
}

/// How many seconds the attempt lives (`AttemptStarted`).
#[must_use]
pub fn expires_in(fields: &impl Fields) -> u32 {
    whole(fields.number("expiresIn")).unwrap_or(600)
}

/// What a failed request to our own server means. `retry_after`: the header of that name.
#[must_use]
pub fn fault(status: u16, message: Option<String>, retry_after: Option<String>) -> Fault {
    match status {
        429 => Fault::TooMany(retry_after.and_then(|seconds| seconds.parse().ok()).unwrap_or(10)),
        408 | 500.. => Fault::Broken(message),
        _ => Fault::Refused(message),
    }
}

fn whole(number: Option<f64>) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked right here"
    )]
    number
        .filter(|number| (0.0..4e9).contains(number))
        .map(|number| number as u32)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    impl Fields for Value {
        fn text(&self, name: &str) -> Option<String> {
            self.get(name)?.as_str().map(str::to_owned)
        }

        fn number(&self, name: &str) -> Option<f64> {
            self.get(name)?.as_f64()
        }
    }

    #[test]
    fn every_answer_is_read_as_the_server_writes_it() {
        let mut answers = vec![
            AttemptAnswer::Pending { retry_after: 2_500 },
            AttemptAnswer::PlexUnreachable { retry_after: 5_000 },
            AttemptAnswer::SignedIn { to: "/profile".into() },
            AttemptAnswer::Expired,
            AttemptAnswer::TooManyTries { seconds: 30 },
        ];
        for reason in Refusal::ALL {
            let (account, media_server) = (Some("anna".to_owned()), None);
            answers.push(AttemptAnswer::Refused {
                reason,
                account,
                media_server,
            });
        }
        for expected in answers {
            let wire = serde_json::to_value(&expected).expect("JSON");
            assert_eq!(answer(&wire), Some(expected), "{wire}");
        }
    }

    #[test]
    fn every_answer_to_a_waiting_device_is_read_as_the_server_writes_it() {
        for expected in [
            PairAnswer::Waiting { retry_after: 1_500 },
            PairAnswer::SignedIn { to: "/tv".into() },
            PairAnswer::Declined,
            PairAnswer::Expired,
        ] {
            let wire = serde_json::to_value(&expected).expect("JSON");
            assert_eq!(pair_answer(&wire), Some(expected), "{wire}");
        }
        for wire in [json!({}), json!(null), json!({"state": "pending"})] {
            assert_eq!(pair_answer(&wire), None, "{wire}");
        }
    }

    #[test]
    fn nonsense_is_no_answer() {
        for wire in [
            json!({}),
            json!(null),
            json!([]),
            json!({"state": "dancing"}),
            json!({"state": 7}),
        ] {
            assert_eq!(answer(&wire), None, "{wire}");
        }
        assert_eq!(answer(&json!({"state": "refused", "reason": "no-mood"})), None);
        let odd = json!({"state": "pending", "retryAfter": -1});
        assert_eq!(answer(&odd), Some(AttemptAnswer::Pending { retry_after: 2_000 }));
    }

    #[test]
    fn a_pin_needs_number_and_code() {
        let full = json!({"id": 731_946_025, "code": "k3v9", "expiresIn": 1800, "location": null});
        assert_eq!(
            pin(&full),
            Some((
                Pin {
                    id: 731_946_025,
                    code: "k3v9".into()
                },
                1_800
            ))
        );
        for broken in [
            json!({"id": 1}),
            json!({"code": "a"}),
            json!({"id": "1", "code": "a"}),
            json!({"id": 1, "code": ""}),
        ] {
            assert_eq!(pin(&broken), None, "{broken}");
        }
    }

    #[test]
    fn statuses_become_faults() {
        assert_eq!(fault(429, None, Some("7".into())), Fault::TooMany(7));
        assert_eq!(fault(429, None, Some("Mon, 1 Jan".into())), Fault::TooMany(10));
        assert_eq!(
            fault(503, Some("Set up first.".into()), None),
            Fault::Broken(Some("Set up first.".into()))
        );
        assert_eq!(fault(403, None, None), Fault::Refused(None));
    }
}
