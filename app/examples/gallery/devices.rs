//! Login tokens, people, switching and pairing.

use app::{
    api::tokens::PairAnswer,
    flow::{event::Fault, pair::Pairing},
    islands::{face, setup::PairSetup},
    pages::*,
};
use leptos::prelude::*;

use super::people::user;

pub(super) fn section() -> TokensSection {
    let row = |id, name: &str, expires_at: Option<&str>, life| TokenRow {
        id,
        name: name.into(),
        created_at: "2026-09-14T18:02:11Z".into(),
        created_by: None,
        expires_at: expires_at.map(Into::into),
        expired: false,
        life,
        last_used: None,
        apps: None,
        reading_only: false,
    };
    let used = |ago: &str| {
        Some(LastUsed {
            at: "2026-11-21T07:14:00Z".into(),
            ago: ago.into(),
            address: "192.168.1.23".into(),
        })
    };
    TokensSection {
        user_id: 1,
        whose: None,
        tokens: vec![
            TokenRow {
                last_used: used("5 minutes ago"),
                ..row(1, "Kitchen tablet", None, None)
            },
            TokenRow {
                created_by: Some("Mara Lindqvist".into()),
                apps: Some(vec!["Sonarr".into(), "Wiki".into()]),
                reading_only: true,
                ..row(2, "Living-room TV", Some("2027-09-14T18:02:11Z"), Some(365))
            },
            TokenRow {
                expired: true,
                last_used: used("3 weeks ago"),
                ..row(
                    3,
                    "The old e-reader of grandmother Wilhelmina, upstairs in the attic room",
                    Some("2026-10-31T18:02:11Z"),
                    Some(45),
                )
            },
        ],
        locked: None,
        made: None,
        form: TokenForm {
            life: Some(365),
            limits: Some(LimitsForm {
                apps: vec![(1, "Sonarr".into(), true), (2, "Wiki".into(), false)],
                reading_only: false,
            }),
            ..TokenForm::default()
        },
    }
}

pub(super) fn empty() -> TokensSection {
    TokensSection {
        tokens: Vec::new(),
        form: TokenForm {
            error: Some("Say which device it is for, in 1 to 64 characters.".into()),
            ..TokenForm::default()
        },
        ..section()
    }
}

fn shown() -> ShownToken {
    ShownToken {
        name: "Kitchen tablet".into(),
        token: "3f0c6f5e-8c1d-4a52-9b7e-0f4d2b1a7c66".into(),
        link: "https://home.example/?token=3f0c6f5e-8c1d-4a52-9b7e-0f4d2b1a7c66".into(),
        expires_at: None,
        replaced: false,
    }
}

pub(super) fn made() -> TokensSection {
    TokensSection {
        made: Some(shown()),
        ..section()
    }
}

fn device() -> PairingDevice {
    PairingDevice {
        what: "Safari on iPad".into(),
        address: "192.168.1.40".into(),
        ago: "2 minutes ago".into(),
    }
}

fn ask(people: Vec<(i64, String)>, error: Option<&str>) -> Page {
    Page::PairApprove(PairApprovePage::Ask {
        device: device(),
        code: "WDJB-MJHT".into(),
        people,
        person: 2,
        form: TokenForm {
            name: "iPad".into(),
            life: Some(365),
            error: error.map(Into::into),
            ..TokenForm::default()
        },
    })
}

pub(super) fn members_pages() -> Vec<(&'static str, Page)> {
    let enter = |error: Option<&str>| {
        Page::PairApprove(PairApprovePage::EnterCode {
            device_address: "https://home.example/pair".into(),
            error: error.map(Into::into),
        })
    };
    let why = "Members don't make login tokens here. Ask the owner to make one for you, or to allow it.";
    vec![
        (
            "switch",
            Page::Switch(SwitchPage {
                current: "anna".into(),
                other: "marlow".into(),
                device: "Kitchen tablet".into(),
                to: "/".into(),
                link: "0a1b".into(),
            }),
        ),
        ("approve-code", enter(None)),
        (
            "approve-code-wrong",
            enter(Some("No device shows this code. Look at it again.")),
        ),
        (
            "approve-confirm",
            Page::PairApprove(PairApprovePage::Confirm {
                device: device(),
                link: "/login".into(),
            }),
        ),
        ("approve-ask", ask(vec![(2, "anna".into())], None)),
        (
            "approve-done",
            Page::PairApprove(PairApprovePage::Done {
                name: "iPad".into(),
                whose: None,
                tokens: "/profile".into(),
            }),
        ),
        ("approve-declined", Page::PairApprove(PairApprovePage::Declined)),
        (
            "approve-not-allowed",
            Page::PairApprove(PairApprovePage::NotAllowed(why.into())),
        ),
        (
            "pair-declined",
            Page::Pair(PairPage::Declined { again: "/pair".into() }),
        ),
    ]
}

pub(super) fn owners_pages() -> Vec<(&'static str, Page)> {
    let theirs = |section| TokensSection {
        user_id: 4,
        whose: Some("Marlow Achterberg".into()),
        ..section
    };
    let locked = TokensSection {
        locked: Some(
            "You are signed in with a login token, which can't make, change or revoke login tokens. Sign in with Plex or a password."
                .into(),
        ),
        ..section()
    };
    let made = TokensSection {
        made: Some(ShownToken {
            replaced: true,
            expires_at: Some("2027-09-14T18:02:11Z".into()),
            ..shown()
        }),
        ..section()
    };
    vec![
        ("user", user(Ok(theirs(section())), false)),
        ("user-made", user(Ok(theirs(made)), false)),
        ("user-locked", user(Ok(theirs(locked)), true)),
        (
            "user-hidden",
            user(
                Err("Only the owner can see and change the owner's login tokens.".into()),
                false,
            ),
        ),
        (
            "approve-ask-several",
            ask(
                vec![(1, "Mara Lindqvist".into()), (2, "anna".into())],
                Some("Say what the device is called."),
            ),
        ),
    ]
}

pub(super) fn waiting() -> Page {
    Page::Pair(PairPage::Waiting {
        code: "WDJB-MJHT".into(),
        address: "https://home.example/pair/approve".into(),
        link: "https://home.example/pair/approve?code=WDJB-MJHT".into(),
        expires_in: 600,
        again: "/pair".into(),
    })
}

/// The island on `/pair` in the states that it passes through.
pub(crate) fn waiting_states() -> Vec<(&'static str, String)> {
    let answers = [
        ("waiting", Ok(PairAnswer::Waiting { retry_after: 1_000 })),
        ("site-down", Err(Fault::Unreachable)),
        ("signed-in", Ok(PairAnswer::SignedIn { to: "/".into() })),
        ("over", Ok(PairAnswer::Expired)),
    ];
    answers
        .into_iter()
        .map(|(name, answer)| {
            let mut pairing = Pairing::new("/pair".into(), 600, 0);
            pairing.answered(answer, 61_000);
            let shown = RwSignal::new(pairing.shown().clone());
            let html = Owner::new().with(|| face::waiting(PairSetup::default(), shown).to_html());
            (name, html)
        })
        .collect()
}
