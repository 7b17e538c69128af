//! The apps behind the gateway: added, changed and taken away one by one, whatever others do to other apps meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use app::msg;

use super::{
    ServiceError,
    activity::By,
    site::{SaveError, Site},
};
use crate::{
    domain::{
        gateway::{self, App, AppRequest, BadForward, Needs, PathRule},
        settings::{Mistake, Settings},
    },
    storage::{self, Db},
};

/// Why an app was not changed. Nothing was.
#[derive(Debug)]
pub enum AppError {
    /// These values don't fit: all of them, by field.
    Mistakes(Vec<Mistake>),
    /// Somebody else changed it since it was read. This is what it is now.
    Changed(Box<App>),
    /// There is no such app, or no longer.
    Gone,
    /// Anything else.
    Service(ServiceError),
}

impl From<SaveError> for AppError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Mistakes(mistakes) => Self::Mistakes(mistakes),
            // Nobody asks for it by the settings' version here.
            SaveError::Changed { .. } => Self::Service(ServiceError::Conflict(msg!("settings-busy"))),
            SaveError::Service(error) => Self::Service(error),
        }
    }
}

impl From<ServiceError> for AppError {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

/// What answers at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// The address as it was understood.
    pub request: AppRequest<'static>,
    /// The app; none: nobody answers, and everybody is refused. Several, where servers read the path in different ways:
    /// the rules of all of them count.
    pub apps: Vec<App>,
    /// Which rule of the app says so; `None`: the app itself.
    pub rule: Option<PathRule>,
    /// What is needed; `None`: nobody answers.
    pub needs: Option<Needs>,
}

/// Changes them.
pub struct Apps {
    /// Where people are.
    pub db: Db,
    /// Where apps are.
    pub site: Arc<Site>,
}

impl Apps {
    /// All of them, in the order of their tiles.
    #[must_use]
    pub fn list(&self) -> Vec<App> {
        let mut apps = self.site.now().settings.apps.clone();
        apps.sort_by_cached_key(|app| (app.order, app.name.to_lowercase(), app.id));
        apps
    }

    /// One of them.
    #[must_use]
    pub fn find(&self, id: i64) -> Option<App> {
        self.site.now().settings.apps.iter().find(|app| app.id == id).cloned()
    }

    /// Adds one; its number is given here.
    ///
    /// # Errors
    /// [`AppError`]
    pub async fn add(&self, by: &By, app: App) -> Result<App, AppError> {
        let (app, strangers) = self.with_people(App { id: 0, ..app }.tidied(), &[]).await?;
        let given = AtomicI64::new(0);
        self.site
            .save_if(by, None, |settings| {
                let highest = settings.apps.iter().map(|app| app.id).max().unwrap_or(0);
                let id = settings.next_app.max(highest + 1);
                given.store(id, Ordering::Relaxed);
                let app = App { id, ..app.clone() };
                self.check(settings, &app, strangers.as_ref())?;
                settings.next_app = id + 1;
                settings.apps.push(app);
                Ok::<(), AppError>(())
            })
            .await?;
        let id = given.into_inner();
        Ok(App { id, ..app })
    }

    /// Changes the one of this number. `seen`: the state that it was read in ([`App::state`]).
    ///
    /// # Errors
    /// [`AppError`]
    pub async fn change(&self, by: &By, app: App, seen: Option<&str>) -> Result<App, AppError> {
        let before = self.find(app.id).ok_or(AppError::Gone)?;
        let (app, strangers) = self.with_people(app.tidied(), &before.who.people).await?;
        self.site
            .save_if(by, None, |settings| {
                self.check(settings, &app, strangers.as_ref())?;
                let stored = settings.apps.iter_mut().find(|stored| stored.id == app.id);
                let stored = stored.ok_or(AppError::Gone)?;
                if seen.is_some_and(|seen| seen != stored.state()) && *stored != app {
                    return Err(AppError::Changed(Box::new(stored.clone())));
                }
                stored.clone_from(&app);
                Ok(())
            })
            .await?;
        Ok(app)
    }

    /// Takes one away.
    ///
    /// # Errors
    /// [`AppError::Gone`]; what saving says.
    pub async fn remove(&self, by: &By, id: i64) -> Result<(), AppError> {
        self.site
            .save_if(by, None, |settings| {
                let before = settings.apps.len();
                settings.apps.retain(|app| app.id != id);
                if settings.apps.len() == before {
                    return Err(AppError::Gone);
                }
                Ok(())
            })
            .await
    }

    /// Which app and which rule answer at an address, as somebody types it.
    ///
    /// # Errors
    /// What can't be understood.
    pub fn answering(&self, method: &str, address: &str) -> Result<Answering, BadForward> {
        // What follows a number sign stays in the browser that shows it.
        let address = address.trim().split('#').next().unwrap_or_default();
        let with_scheme = if address.contains("://") {
            address.to_owned()
        } else {
            format!("https://{address}")
        };
        let request = AppRequest::of_url(method.trim(), &with_scheme)?.into_owned();
        let apps = self.list();
        let asked = gateway::find(&apps, &request);
        Ok(Answering {
            rule: asked
                .as_ref()
                .and_then(|asked| asked.app.rules.get(asked.rule?).cloned()),
            needs: asked.as_ref().map(|asked| asked.needs),
            apps: asked.map_or_else(Vec::new, |asked| asked.apps().cloned().collect()),
            request,
        })
    }

    /// All that is wrong with it, among the others.
    fn check(&self, settings: &Settings, app: &App, strangers: Option<&Mistake>) -> Result<(), AppError> {
        let mut mistakes = app.check().err().unwrap_or_default();
        mistakes.extend(strangers.cloned());
        if let Some(other) = settings.apps.iter().find(|other| other.shares_address(app)) {
            let message = msg!("apps-wrong-taken", name = other.name.as_str());
            mistakes.push(Mistake { name: "host", message });
        }
        if app.path == "/" && self.is_own_host(&app.host) {
            let message = msg!("apps-wrong-own");
            mistakes.push(Mistake { name: "host", message });
        }
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(AppError::Mistakes(mistakes))
        }
    }

    /// Whoever is sent there to sign in would be asked to sign in first.
    fn is_own_host(&self, host: &str) -> bool {
        url::Url::parse(self.site.public_url()).is_ok_and(|own| own.host_str() == Some(host))
    }

    /// Without people who were named before and are gone. Others have to be there: else what to say of it.
    async fn with_people(&self, mut app: App, before: &[i64]) -> Result<(App, Option<Mistake>), ServiceError> {
        let mut there = Vec::with_capacity(app.who.people.len());
        let mut strangers = None;
        for id in app.who.people {
            if storage::user::find(&self.db, id).await?.is_some() {
                there.push(id);
            } else if !before.contains(&id) {
                let message = msg!("apps-wrong-people");
                strangers = Some(Mistake {
                    name: "people",
                    message,
                });
            }
        }
        app.who.people = there;
        Ok((app, strangers))
    }
}
