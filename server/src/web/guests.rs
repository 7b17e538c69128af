//! How many connections one address has: a single one must not take all places.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{config::TrustedProxies, services::limits::subject};

/// Counts them.
pub(super) struct Guests {
    most: u32,
    /// Everybody comes through these.
    proxies: TrustedProxies,
    here: Mutex<HashMap<String, u32>>,
}

/// One connection; it is counted until this is dropped.
pub(super) struct Guest {
    guests: Arc<Guests>,
    /// `None`: a proxy, which is not counted.
    subject: Option<String>,
}

impl Guests {
    pub(super) fn new(most: u32, proxies: TrustedProxies) -> Arc<Self> {
        Arc::new(Self {
            most,
            proxies,
            here: Mutex::default(),
        })
    }

    /// `None`: this address has too many.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Guest> {
        let subject = (!self.proxies.contains(peer)).then(|| subject(peer));
        if let Some(subject) = &subject {
            let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
            let count = here.entry(subject.clone()).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Guest {
            guests: Arc::clone(self),
            subject,
        })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let Some(subject) = &self.subject else { return };
        let mut here = self.guests.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = here.get_mut(subject) {
            *count -= 1;
            if *count == 0 {
                here.remove(subject);
            }
        }
    }
}
