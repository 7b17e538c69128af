//! Pages about people.

use app::{
    messages::Message,
    pages::{
        AccountForm, NewUserPage, Page, PeopleSort, PermissionsForm, PersonRow, Right, RightRow, Tier, TokensSection,
        UserPage, UsersPage,
    },
};

/// The form of an account.
pub(super) fn account(user_id: i64) -> AccountForm {
    AccountForm {
        user_id,
        username: String::new(),
        email: "marlow@example.org".into(),
        email_note: Some(app::msg!("people-email-from-plex")),
        ..AccountForm::default()
    }
}

/// Somebody's page.
pub(super) fn user(tokens: Result<TokensSection, Message>, disabled: bool) -> Page {
    let locked = tokens.is_err();
    let allowed = |why: Message| if locked { Err(why) } else { Ok(()) };
    let rights = Right::ALL.into_iter().map(|right| RightRow {
        right,
        on: right == Right::People,
        may: right != Right::Administrator,
    });
    let permissions = PermissionsForm {
        rights: rights.collect(),
        others: 32,
        error: None,
    };
    Page::User(Box::new(UserPage {
        id: 4,
        name: "Marlow Achterberg".into(),
        avatar: None,
        email: Some("marlow@example.org".into()),
        plex_username: Some("marlow".into()),
        tier: Tier::Home,
        since: "2026-09-14T18:02:11Z".into(),
        disabled,
        said: disabled.then(|| app::msg!("people-was-switched-off", name = "Marlow Achterberg")),
        error: None,
        account: allowed(app::msg!("people-denied-owner")).map(|()| account(4)),
        permissions: allowed(app::msg!("people-denied-owner")).map(|()| permissions),
        credentials: (!locked).then(|| Box::new(super::credentials::of_somebody(disabled))),
        tokens,
        switch: allowed(app::msg!("people-denied-owner")),
        delete: if disabled {
            Err(app::msg!("people-denied-deletes-administrator"))
        } else {
            allowed(app::msg!("people-denied-owner"))
        },
    }))
}

/// The list and the form for somebody new.
pub(super) fn pages() -> Vec<(&'static str, Page)> {
    let person = |id, name: &str, detail: &str, tier, disabled, tokens| PersonRow {
        id,
        name: name.into(),
        avatar: None,
        detail: detail.into(),
        tier,
        disabled,
        plex: tier != Tier::Local,
        password: tier == Tier::Local && tokens > 0,
        tokens,
        rights: match id {
            1 => vec![Right::Administrator],
            4 => vec![Right::Settings, Right::People],
            _ => Vec::new(),
        },
        ticked: (id != 1).then_some(id == 4),
    };
    let people = vec![
        person(2, "anna", "", Tier::Friend, false, 1),
        person(
            5,
            "Grandmother Wilhelmina",
            "wilhelmina.achterberg@a-very-long-household.example.org",
            Tier::Local,
            false,
            3,
        ),
        person(1, "Mara Lindqvist", "maralind", Tier::Owner, false, 0),
        person(4, "Marlow Achterberg", "marlow", Tier::Home, true, 2),
        person(6, "zoe", "zoe@example.org", Tier::Local, false, 0),
    ];
    let list = UsersPage {
        people,
        page: 2,
        pages: 3,
        total: 107,
        grantable: Right::ALL.to_vec(),
        ..UsersPage::default()
    };
    vec![
        ("people", Page::Users(list.clone())),
        (
            "people-found",
            Page::Users(UsersPage {
                people: list.people[..2].to_vec(),
                page: 1,
                pages: 1,
                total: 2,
                search: "a".into(),
                sort: PeopleSort::Updated,
                said: Some(app::msg!("people-bulk-done", count = 3)),
                ..list.clone()
            }),
        ),
        (
            "people-nobody",
            Page::Users(UsersPage {
                people: Vec::new(),
                page: 1,
                pages: 1,
                total: 0,
                search: "nobody".into(),
                error: Some(app::msg!("people-bulk-nobody")),
                ..list
            }),
        ),
        ("person-new", Page::NewUser(NewUserPage::default())),
        (
            "person-new-taken",
            Page::NewUser(NewUserPage {
                email: "anna@example.org".into(),
                username: "Anna".into(),
                error: Some(app::msg!("people-email-taken")),
                wrong: "email".into(),
            }),
        ),
    ]
}
