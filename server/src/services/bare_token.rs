//! Bare Plex tokens, as programs written for Seerr bring them. One may have been issued to another app, so the owner has to
//! allow them.

use app::msg;
use std::net::IpAddr;

use super::{
    ServiceError, limits,
    membership::Verdict,
    sign_in::{Progress, SignIn},
};
use crate::{
    domain::redirect::ReturnTarget,
    plex::{PlexError, PlexToken},
    storage::credential::Linked,
};

impl SignIn {
    /// Signs in with a bare Plex token, as programs written for Seerr do. It may have been issued to another app, so
    /// the owner has to allow it.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] while it is not allowed; Plex's, a bad token among them;
    /// [`ServiceError::TooManyTries`]; the database's.
    pub async fn with_token(&self, token: &str, address: IpAddr) -> Result<Progress, ServiceError> {
        let token = self.accepted_token(token)?;
        let this = self.limits.begin(limits::ATTEMPT, &limits::subject(address)).await?;
        let known = self.membership.identify(&token).await?;
        match self.membership.admit(&token, &known).await? {
            Verdict::In(user) => {
                self.limits.succeeded(this).await?;
                Ok(Progress::In {
                    user: Box::new(user),
                    return_to: ReturnTarget::home(),
                })
            }
            Verdict::Refused(reason) => {
                self.refused(reason, &known, address);
                Ok(Progress::Refused {
                    reason,
                    account: known.profile.name,
                })
            }
            Verdict::PlexTrouble(error) => Err(error.into()),
        }
    }

    /// Links the account of a bare Plex token, as [`SignIn::with_token`] signs in with one.
    ///
    /// # Errors
    /// As [`SignIn::with_token`].
    pub async fn link_with_token(&self, token: &str, user_id: i64, address: IpAddr) -> Result<Linked, ServiceError> {
        let token = self.accepted_token(token)?;
        let asker = limits::subject(address);
        let this = self.limits.begin(limits::ATTEMPT, &asker).await?;
        let known = self.membership.identify(&token).await?;
        let linked = self
            .linked_accounts
            .link(&self.membership, user_id, &token, &known, &asker)
            .await?;
        self.limits.succeeded(this).await?;
        Ok(linked)
    }

    fn accepted_token(&self, token: &str) -> Result<PlexToken, ServiceError> {
        if !self.site.now().settings.accept_plex_tokens {
            return Err(ServiceError::Forbidden(msg!("errors-bare-plex-token")));
        }
        Ok(PlexToken::new(token).ok_or(PlexError::BadToken)?)
    }
}
