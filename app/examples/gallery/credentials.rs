//! Password, Plex account, signed-in devices.

use app::{
    messages::Message,
    pages::{
        ChoosePage, CredentialsSections, DeviceRow, DevicesSection, ForgotPage, LastUsed, PasswordSection, PlexSection,
        PlexSignInData, PlexState, ResetLink, SignIn,
    },
};

fn device(id: &str, what: &str, this: bool, has_token: bool) -> DeviceRow {
    DeviceRow {
        id: id.into(),
        what: Message::from(what),
        how: if has_token {
            app::msg!("sessions-by-token", device = "Kitchen tablet")
        } else {
            app::msg!("sessions-by-plex")
        },
        has_token,
        since: "2026-09-14T18:02:11Z".into(),
        seen: LastUsed {
            at: "2026-09-14T18:02:11Z".into(),
            ago: app::msg!("common-minutes-ago", count = 5),
            address: "2001:db8:1234:5678:9abc:def0:1234:5678".into(),
        },
        this,
    }
}

pub(super) fn of_member() -> CredentialsSections {
    CredentialsSections {
        user_id: 7,
        whose: None,
        locked: false,
        password: PasswordSection {
            has: true,
            has_email: true,
            accepted: true,
            error: Some(app::msg!("passwords-easy")),
            ..PasswordSection::default()
        },
        plex: PlexSection {
            state: PlexState::Linked("maralind".into()),
            said: Some((app::msg!("linked-done"), true)),
        },
        devices: DevicesSection {
            devices: vec![
                device("0011223344556677", "Firefox on Linux", true, false),
                device("1011223344556677", "Safari on iPad", false, true),
            ],
            said: None,
        },
        sign_ins: vec![
            sign_in(app::msg!("sessions-by-plex"), "Firefox on Linux"),
            sign_in(app::msg!("sessions-by-pairing"), "Safari on iPad"),
        ],
    }
}

fn sign_in(how: Message, what: &str) -> SignIn {
    SignIn {
        at: "2026-09-14T18:02:11Z".into(),
        how,
        what: Some(Message::from(what)),
        address: "2001:db8:1234:5678:9abc:def0:1234:5678".into(),
    }
}

/// Nothing is linked yet, and there is no password either.
pub(super) fn without_plex(data: PlexSignInData) -> CredentialsSections {
    CredentialsSections {
        password: PasswordSection::default(),
        plex: PlexSection {
            state: PlexState::CanLink(Box::new(data)),
            said: Some((app::msg!("linked-taken"), false)),
        },
        devices: DevicesSection {
            devices: vec![device("0011223344556677", "Firefox on Linux", true, false)],
            said: Some(app::msg!("sessions-ended-all")),
        },
        sign_ins: Vec::new(),
        ..of_member()
    }
}

/// Somebody that the viewer looks after, with a link that was just made, or without anything.
pub(super) fn of_somebody(disabled: bool) -> CredentialsSections {
    let mut sections = CredentialsSections {
        user_id: 4,
        whose: Some("Marlow Achterberg".into()),
        ..of_member()
    };
    sections.plex.said = None;
    sections.password.error = None;
    sections.password.link = !disabled;
    sections.devices.devices[0].this = false;
    if disabled {
        sections.password.has = false;
        sections.plex.state = PlexState::None;
        sections.devices = DevicesSection::default();
        sections.sign_ins.clear();
    } else {
        sections.password.made = Some(ResetLink {
            link: "https://attic.example/login/reset/7d0e3f0a-9b1c-4d2e-8f30-123456789abc".into(),
            until: "19:00 UTC".into(),
        });
    }
    sections
}

pub(super) fn forgot() -> ForgotPage {
    ForgotPage::Ask { error: None }
}

pub(super) fn choose() -> ChoosePage {
    ChoosePage::Ask {
        name: "Mara Lindqvist".into(),
        email: "mara.lindqvist.with.a.long.address@household.example.org".into(),
        action: "/login/reset/7d0e3f0a-9b1c-4d2e-8f30-123456789abc".into(),
        error: None,
    }
}
