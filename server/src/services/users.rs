//! Members.

use super::ServiceError;
use crate::{
    domain::user::User,
    storage::{self, Db},
};

/// Finds members.
pub struct Users(pub Db);

impl Users {
    /// The member of this number.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, id: i64) -> Result<Option<User>, ServiceError> {
        Ok(storage::user::find(&self.0, id).await?)
    }
}
