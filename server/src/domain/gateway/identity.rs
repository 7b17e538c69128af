//! What apps are told about a member. Apps take it for the truth, so nobody must be able to choose another's.

use crate::domain::{permission::Permissions, user::User};

/// `Remote-User`: the name at Plex, which is nobody else's there; for local members their e-mail address, which is nobody
/// else's here. Names that people choose for themselves never get here. What could be taken for one of the other kind, or
/// is missing, becomes `latchkey-` and the member's number.
#[must_use]
pub fn identifier(user: &User) -> String {
    let at_plex = user.plex_username.as_deref().filter(|_| user.plex_id.is_some());
    let local = user
        .email
        .as_deref()
        .filter(|_| user.plex_id.is_none() && user.has_password);
    let fits = |name: &&str| {
        !name.is_empty()
            && !name
                .chars()
                .any(|letter| letter.is_control() || matches!(letter, ',' | ' '))
    };
    at_plex
        .filter(|name| fits(name) && !name.contains('@') && !name.to_lowercase().starts_with("latchkey-"))
        .or_else(|| local.filter(|email| fits(email) && email.contains('@')))
        .map_or_else(|| format!("latchkey-{}", user.id), str::to_owned)
}

/// `Remote-Groups`: the tier, and what they may do, as words.
#[must_use]
pub fn groups(user: &User) -> Vec<&'static str> {
    let permissions = [
        (Permissions::ADMIN, "admin"),
        (Permissions::MANAGE_USERS, "manage-users"),
        (Permissions::REQUEST, "request"),
    ];
    let mut groups = vec![user.tier.name()];
    let has = |bit| user.is_owner() || user.permissions.allows(bit);
    groups.extend(
        permissions
            .into_iter()
            .filter(|(bit, _)| has(*bit))
            .map(|(_, name)| name),
    );
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::Tier;

    fn user() -> User {
        User {
            id: 7,
            plex_id: None,
            plex_username: None,
            plex_name: None,
            email: None,
            username: Some("admin".into()),
            has_password: false,
            tier: Tier::Friend,
            permissions: Permissions(Permissions::REQUEST),
            avatar: None,
            locale: None,
            disabled_at: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[test]
    fn nobody_can_choose_who_they_are_to_apps() {
        let plex = |name: &str| User {
            plex_id: Some(5),
            plex_username: Some(name.into()),
            email: Some("someone@example.org".into()),
            ..user()
        };
        assert_eq!(identifier(&plex("Anna")), "Anna");
        for odd in ["", "root@example.org", "latchkey-1", "Latchkey-1", "a,b", "a b", "a\nb"] {
            assert_eq!(identifier(&plex(odd)), "latchkey-7", "{odd:?}");
        }
        let local = |email: Option<&str>, has_password| User {
            email: email.map(str::to_owned),
            has_password,
            tier: Tier::Local,
            ..user()
        };
        assert_eq!(identifier(&local(Some("ben@example.org"), true)), "ben@example.org");
        assert_eq!(identifier(&local(Some("ben@example.org"), false)), "latchkey-7");
        assert_eq!(identifier(&local(None, true)), "latchkey-7");
    }

    #[test]
    fn groups_are_tier_and_permissions() {
        assert_eq!(groups(&user()), ["friend", "request"]);
        let admin = User {
            permissions: Permissions(Permissions::ADMIN),
            ..user()
        };
        assert_eq!(groups(&admin), ["friend", "admin", "manage-users", "request"]);
    }
}
