//! `/settings/apps/new`, `/settings/apps/:id`: the form of one app.

use std::collections::BTreeSet;

use app::{
    messages::Message,
    msg,
    pages::{AppForm, AppRule, Page, Right, SettingsPage, SettingsPart, TheirValue, Theirs},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{see_other, users::bit},
    apps::{known_bits, names, rule_text, who},
    elsewhere,
};
use crate::{
    domain::{
        gateway::{App, PathRule, RuleAccess, Who},
        user::{OWNER_ID, Tier},
    },
    services::{
        ServiceError,
        apps::AppError,
        members::{Sort, Wanted},
    },
    web::{
        error::Problem,
        extract::{ChangesSettings, FormBody, MaybeCaller, PathOf},
        render::View,
        state::AppState,
        wire,
    },
};

/// As many people stand there without being searched for.
const MOST_PEOPLE: usize = 30;
/// Exceptions to fill in.
const SPARE_RULES: usize = 2;
/// The tiers that have a box; the owner always may.
const TIERS: [Tier; 3] = [Tier::Home, Tier::Friend, Tier::Local];

/// What the form held.
#[derive(Default, Clone)]
struct Typed {
    /// The button.
    pressed: String,
    version: String,
    name: String,
    icon: String,
    host: String,
    path: String,
    order: String,
    everyone: bool,
    tiers: Vec<Tier>,
    rights: Vec<Right>,
    people: BTreeSet<i64>,
    search: String,
    rules: Vec<AppRule>,
}

impl Typed {
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "do" => typed.pressed = value,
                "version" => typed.version = value,
                "name" => typed.name = value,
                "icon" => typed.icon = value,
                "host" => typed.host = value,
                "path" => typed.path = value,
                "order" => typed.order = value,
                "everyone" => typed.everyone = true,
                "tier" => typed.tiers.extend(Tier::from_name(&value)),
                "right" => typed.rights.extend(Right::from_name(&value)),
                "person" => typed.people.extend(value.parse::<i64>().ok()),
                "q" => typed.search = value,
                // Each exception begins with its path.
                "rulePath" => typed.rules.push(AppRule {
                    path: value,
                    ..AppRule::default()
                }),
                "ruleAccess" => {
                    if let Some(rule) = typed.rules.last_mut() {
                        rule.owner = value == "owner";
                    }
                }
                "ruleMethods" => {
                    if let Some(rule) = typed.rules.last_mut() {
                        rule.methods = value;
                    }
                }
                _ => {}
            }
        }
        typed
    }

    fn of(app: &App) -> Self {
        let rule = |rule: &PathRule| AppRule {
            owner: rule.access == RuleAccess::Owner,
            methods: rule.methods.join(", "),
            path: rule.path.clone(),
        };
        Self {
            version: app.state(),
            name: app.name.clone(),
            icon: app.icon.clone(),
            host: app.host.clone(),
            path: app.path.clone(),
            order: app.order.to_string(),
            everyone: app.who.everyone,
            tiers: app.who.tiers.clone(),
            rights: Right::ALL
                .into_iter()
                .filter(|right| app.who.permissions & bit(*right) != 0)
                .collect(),
            people: app.who.people.iter().copied().collect(),
            rules: app.rules.iter().map(rule).collect(),
            ..Self::default()
        }
    }

    /// `before`: the app as it is stored. Bits that have no box stay as they are.
    fn app(&self, before: Option<&App>) -> App {
        let others = before.map_or(0, |app| app.who.permissions & !known_bits());
        let rule = |rule: &AppRule| PathRule {
            methods: rule
                .methods
                .split([',', ' '])
                .filter(|method| !method.is_empty())
                .map(str::to_owned)
                .collect(),
            path: rule.path.clone(),
            access: if rule.owner {
                RuleAccess::Owner
            } else {
                RuleAccess::Open
            },
        };
        // One that holds nothing is none; one without a path is a mistake.
        let meant = |rule: &&AppRule| !(rule.path.trim().is_empty() && rule.methods.trim().is_empty());
        App {
            id: before.map_or(0, |app| app.id),
            name: self.name.clone(),
            icon: self.icon.clone(),
            host: self.host.clone(),
            path: self.path.clone(),
            who: Who {
                everyone: self.everyone,
                tiers: self.tiers.clone(),
                permissions: self.rights.iter().fold(others, |bits, right| bits | bit(*right)),
                people: self.people.iter().copied().collect(),
            },
            rules: self.rules.iter().filter(meant).map(rule).collect(),
            order: self.order().unwrap_or_default(),
        }
    }

    fn order(&self) -> Result<i32, ()> {
        match self.order.trim() {
            "" => Ok(0),
            text => text.parse().map_err(|_| ()),
        }
    }

    async fn form(self, state: &AppState, id: Option<i64>) -> Result<AppForm, Problem> {
        let (people, search) = people(state, &self.people, &self.search).await?;
        let mut rules = self.rules;
        rules.retain(|rule| !(rule.path.trim().is_empty() && rule.methods.trim().is_empty()));
        rules.resize_with(rules.len() + SPARE_RULES, AppRule::default);
        Ok(AppForm {
            id,
            version: self.version,
            name: self.name,
            icon: self.icon,
            host: self.host,
            path: self.path,
            order: self.order,
            everyone: self.everyone,
            tiers: TIERS
                .map(|tier| (wire::tier(tier), self.tiers.contains(&tier)))
                .to_vec(),
            rights: Right::ALL.map(|right| (right, self.rights.contains(&right))).to_vec(),
            people,
            search,
            rules,
            ..AppForm::default()
        })
    }
}

/// The boxes of single people: those that are ticked, and whoever was searched for. With few people there is nothing to
/// search.
async fn people(
    state: &AppState,
    ticked: &BTreeSet<i64>,
    search: &str,
) -> Result<(Vec<(i64, String, bool)>, Option<String>), Problem> {
    // The owner is one of them.
    let most = i64::try_from(MOST_PEOPLE + 1).unwrap_or(i64::MAX);
    let wanted = Wanted {
        sort: Sort::Name,
        most,
        ..Wanted::default()
    };
    let everybody = state.members.list_names(&wanted).await?;
    let few = everybody.total <= most;
    let search = search.trim();
    let found = if few || search.is_empty() {
        everybody
    } else {
        state.members.list_names(&Wanted { search, ..wanted }).await?
    };
    let mut names = state.members.names(ticked.iter().copied()).await?;
    let mut rows: Vec<_> = found
        .members
        .into_iter()
        .map(|(user, _)| (user.id, user.display_name().to_owned()))
        .filter(|(id, _)| *id != OWNER_ID)
        .map(|(id, name)| (id, name, names.remove(&id).is_some()))
        .collect();
    // Whoever is ticked stays so, found or not.
    let others = names.into_iter().map(|(id, name)| (id, name, true));
    rows.splice(0..0, others);
    Ok((rows, (!few).then(|| search.to_owned())))
}

async fn render(
    view: View,
    status: StatusCode,
    form: AppForm,
    mistakes: Vec<(&'static str, Message)>,
    error: Option<Message>,
) -> Response {
    let page = SettingsPage {
        mistakes,
        error,
        ..SettingsPage::new(SettingsPart::App(form), 0)
    };
    view.render(status, Page::Settings(Box::new(page))).await
}

/// `GET /settings/apps/new`.
pub(super) async fn new(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    view: View,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_APPS_NEW) {
        return Ok(elsewhere);
    }
    let typed = Typed {
        path: "/".to_owned(),
        order: "0".to_owned(),
        ..Typed::default()
    };
    let form = typed.form(&state, None).await?;
    Ok(render(view, StatusCode::OK, form, Vec::new(), None).await)
}

/// `GET /settings/apps/:id`.
pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    PathOf(id): PathOf<String>,
    view: View,
) -> Result<Response, Problem> {
    let id = id.parse().ok();
    let path = id.map_or_else(|| paths::SETTINGS_APPS.to_owned(), paths::settings_app);
    if let Some(elsewhere) = elsewhere(caller.as_ref(), &path) {
        return Ok(elsewhere);
    }
    let app = id.and_then(|id| state.apps.find(id)).ok_or_else(Problem::no_app)?;
    let form = Typed::of(&app).form(&state, Some(app.id)).await?;
    Ok(render(view, StatusCode::OK, form, Vec::new(), None).await)
}

/// `POST /settings/apps/new`.
pub(super) async fn add(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    view: View,
    FormBody(fields): FormBody<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let typed = Typed::read(fields);
    if let Some(page) = unsaved(&state, &typed, None).await? {
        return Ok(render(view, StatusCode::OK, page, Vec::new(), None).await);
    }
    let added = match typed.order() {
        Ok(_) => state.apps.add(&by, typed.app(None)).await,
        Err(()) => Err(wrong_order(&typed.app(None))),
    };
    match added {
        Ok(app) => Ok(done("added", Some(app.id))),
        Err(error) => not_saved(&state, view, typed, None, error).await,
    }
}

/// `POST /settings/apps/:id`.
pub(super) async fn change(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    PathOf(id): PathOf<String>,
    view: View,
    FormBody(fields): FormBody<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let before = id.parse().ok().and_then(|id| state.apps.find(id));
    let before = before.ok_or_else(Problem::no_app)?;
    let typed = Typed::read(fields);
    if let Some(page) = unsaved(&state, &typed, Some(before.id)).await? {
        return Ok(render(view, StatusCode::OK, page, Vec::new(), None).await);
    }
    let app = typed.app(Some(&before));
    let changed = match typed.order() {
        Ok(_) => state.apps.change(&by, app.clone(), Some(&typed.version)).await,
        Err(()) => Err(wrong_order(&app)),
    };
    match changed {
        Ok(app) => Ok(done("saved", Some(app.id))),
        Err(AppError::Changed(now)) => {
            let form = AppForm {
                changed: Some(differences(&state, &app.tidied(), &now).await?),
                // Sent once more, it is saved over what was read just now.
                version: now.state(),
                ..typed.form(&state, Some(before.id)).await?
            };
            Ok(render(view, StatusCode::CONFLICT, form, Vec::new(), None).await)
        }
        Err(error) => not_saved(&state, view, typed, Some(before.id), error).await,
    }
}

/// Who gets in by an exception.
fn access(rule: &PathRule) -> Message {
    match rule.access {
        RuleAccess::Open => msg!("apps-exception-open"),
        RuleAccess::Owner => msg!("apps-exception-owner"),
    }
}

/// What stands in an app now, where it is not what was entered.
async fn differences(state: &AppState, mine: &App, now: &App) -> Result<Vec<Theirs>, Problem> {
    let names = names(state, std::slice::from_ref(now)).await?;
    let exceptions = (mine.rules != now.rules).then(|| Theirs {
        label: msg!("apps-exceptions"),
        now: TheirValue::Rules(now.rules.iter().map(|rule| (rule_text(rule), access(rule))).collect()),
    });
    let text = |label, mine: &str, now: &str| {
        (mine != now).then(|| Theirs {
            label,
            now: TheirValue::Text(now.to_owned()),
        })
    };
    let people = (mine.who != now.who).then(|| Theirs {
        label: msg!("apps-who"),
        now: TheirValue::Who(who(&now.who, &names)),
    });
    let differences = [
        text(msg!("apps-name"), &mine.name, &now.name),
        text(msg!("apps-icon"), &mine.icon, &now.icon),
        text(msg!("apps-host"), &mine.host, &now.host),
        text(msg!("apps-path"), &mine.path, &now.path),
        text(msg!("apps-order"), &mine.order.to_string(), &now.order.to_string()),
        people,
        exceptions,
    ];
    Ok(differences.into_iter().flatten().collect())
}

/// `POST /settings/apps/:id/delete`. One that is gone already is as good as taken away.
pub(super) async fn remove(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    PathOf(id): PathOf<String>,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::no_app())?;
    match state.apps.remove(&by, id).await {
        Ok(()) | Err(AppError::Gone) => Ok(done("removed", None)),
        Err(error) => Err(error.into()),
    }
}

/// The form's address opened by hand.
pub(super) async fn question(MaybeCaller(caller): MaybeCaller, PathOf(id): PathOf<String>) -> Response {
    let path = id
        .parse()
        .map_or_else(|_| paths::SETTINGS_APPS.to_owned(), paths::settings_app);
    elsewhere(caller.as_ref(), &path).unwrap_or_else(|| see_other(&path))
}

fn done(what: &str, app: Option<i64>) -> Response {
    let app = app.map(|id| format!("&app={id}")).unwrap_or_default();
    see_other(&format!("{}?done={what}{app}", paths::SETTINGS_APPS))
}

/// The form again, where a button only searched, or asked for more room.
async fn unsaved(state: &AppState, typed: &Typed, id: Option<i64>) -> Result<Option<AppForm>, Problem> {
    // Whoever pressed Enter after typing a name to search for means that.
    let finds = typed.pressed == "find" || (typed.pressed.is_empty() && !typed.search.trim().is_empty());
    if !finds && typed.pressed != "more" {
        return Ok(None);
    }
    let form = typed.clone().form(state, id).await?;
    Ok(Some(AppForm { unsaved: true, ..form }))
}

/// Said with whatever else is wrong.
fn wrong_order(app: &App) -> AppError {
    let mut mistakes = app.clone().tidied().check().err().unwrap_or_default();
    mistakes.push(crate::domain::settings::Mistake {
        name: "order",
        message: msg!("apps-wrong-order"),
    });
    AppError::Mistakes(mistakes)
}

async fn not_saved(
    state: &AppState,
    view: View,
    typed: Typed,
    id: Option<i64>,
    error: AppError,
) -> Result<Response, Problem> {
    let form = typed.form(state, id).await?;
    let nothing = Vec::new();
    Ok(match error {
        AppError::Mistakes(mistakes) => {
            let mistakes = mistakes.into_iter().map(|mistake| (mistake.name, mistake.message));
            render(view, StatusCode::BAD_REQUEST, form, mistakes.collect(), None).await
        }
        AppError::Service(ServiceError::Conflict(message)) => {
            render(view, StatusCode::CONFLICT, form, nothing, Some(message)).await
        }
        error => return Err(error.into()),
    })
}
