//! Whether this instance can do its work.

use super::ServiceError;
use crate::storage::Db;

/// Asks the database.
pub struct Health(pub Db);

impl Health {
    /// Ready for requests.
    ///
    /// # Errors
    /// The database does not answer, or can't be written to.
    pub async fn check(&self) -> Result<(), ServiceError> {
        Ok(self.0.ping().await?)
    }
}
