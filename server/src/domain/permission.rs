//! Seerr's permission bits. Bits that mean nothing here are kept as they are.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A set of permission bits, as Seerr numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(minimum = 0, examples(32))]
#[serde(transparent)]
pub struct Permissions(pub i64);

impl Permissions {
    /// Implies every other.
    pub const ADMIN: i64 = 2;
    /// Seerr's; opens nothing here: settings are for ADMIN. Kept and given for programs that read it.
    pub const MANAGE_SETTINGS: i64 = 4;
    /// May see and change other members.
    pub const MANAGE_USERS: i64 = 8;
    /// May ask for media; what Seerr gives new people.
    pub const REQUEST: i64 = 32;

    /// Whether this bit is set, or ADMIN, which implies all.
    #[must_use]
    pub fn allows(self, bit: i64) -> bool {
        self.0 & (bit | Self::ADMIN) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_implies_all_and_others_only_themselves() {
        assert!(Permissions(Permissions::ADMIN).allows(Permissions::MANAGE_USERS));
        assert!(Permissions(Permissions::MANAGE_USERS).allows(Permissions::MANAGE_USERS));
        assert!(!Permissions(Permissions::MANAGE_USERS).allows(Permissions::ADMIN));
        assert!(!Permissions(0).allows(Permissions::REQUEST));
    }
}
