//! `/settings/notifications/email`: how mail is sent, in Seerr's words. The password goes in and never comes out.

use std::num::NonZeroU16;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use app::{api::error::ErrorBody, messages::Language, msg};
use utoipa::ToSchema;

use crate::{
    domain::{
        secret::Secret,
        settings::Mistake,
        smtp::{Smtp, SmtpSecurity},
    },
    services::{mail::SmtpChange, site::SaveError},
    web::{
        error::Problem,
        extract::{Admin, Caller, ChangesMail, JsonBody, JsonOrNothing},
        openapi::{said, said_of},
        state::AppState,
    },
};

/// What Seerr calls an agent.
#[derive(Serialize, ToSchema)]
#[schema(as = MailSettings)]
pub(in crate::web) struct Agent {
    enabled: bool,
    options: Options,
    /// The settings' version.
    #[schema(examples(12))]
    version: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailOptions)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[schema(examples("door@home.example"))]
    email_from: String,
    #[schema(examples("Latchkey"))]
    sender_name: String,
    #[schema(examples("mail.home.example"))]
    smtp_host: String,
    #[schema(examples(587))]
    smtp_port: u16,
    /// TLS from the first byte.
    secure: bool,
    /// Never TLS.
    ignore_tls: bool,
    /// TLS after a beginning in plain, or nothing is sent.
    require_tls: bool,
    #[schema(examples("door"))]
    auth_user: String,
    /// Whether a password is kept.
    has_password: bool,
}

/// What to change. `enabled: false` forgets everything.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = MailChange)]
pub(in crate::web) struct Change {
    enabled: Option<bool>,
    options: Option<ChangeOptions>,
    /// From which version the program began; absent: it does not matter.
    #[schema(examples(json!(null)))]
    version: Option<i64>,
}

#[derive(Default, Deserialize, ToSchema)]
#[schema(as = MailOptionsChange)]
#[serde(rename_all = "camelCase")]
struct ChangeOptions {
    #[schema(examples("door@home.example"))]
    email_from: Option<String>,
    #[schema(examples("Latchkey"))]
    sender_name: Option<String>,
    #[schema(examples("mail.home.example"))]
    smtp_host: Option<String>,
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 65535, examples(587))]
    smtp_port: Option<NonZeroU16>,
    secure: Option<bool>,
    ignore_tls: Option<bool>,
    require_tls: Option<bool>,
    #[schema(examples("door"))]
    auth_user: Option<String>,
    #[schema(write_only, examples("the password of the mail account"))]
    auth_pass: Option<String>,
}

fn agent(state: &AppState) -> Agent {
    let site = state.site.now();
    let kept = site.settings.smtp.clone();
    let enabled = kept.is_some();
    let smtp = kept.unwrap_or_else(|| Smtp {
        port: 587,
        ..Smtp::default()
    });
    Agent {
        enabled,
        version: site.version,
        options: Options {
            secure: smtp.security == SmtpSecurity::Tls,
            ignore_tls: smtp.security == SmtpSecurity::None,
            require_tls: smtp.security == SmtpSecurity::Starttls,
            has_password: !smtp.sealed_password.is_empty(),
            email_from: smtp.from,
            sender_name: smtp.from_name,
            smtp_host: smtp.host,
            smtp_port: smtp.port,
            auth_user: smtp.user,
        },
    }
}

/// The change on top of what is kept; `None`: nothing is named.
fn change(state: &AppState, options: Option<ChangeOptions>) -> Option<SmtpChange> {
    let options = options?;
    let mut smtp = state.site.now().settings.smtp.clone().unwrap_or_else(|| Smtp {
        port: 587,
        ..Smtp::default()
    });
    // Seerr's three switches: the first that is on decides; all off is what Seerr calls opportunistic, which anybody on the
    // way can turn into plain text. Here it is STARTTLS or nothing.
    if options.secure.or(options.ignore_tls).or(options.require_tls).is_some() {
        smtp.security = match (options.secure, options.ignore_tls) {
            (Some(true), _) => SmtpSecurity::Tls,
            (_, Some(true)) => SmtpSecurity::None,
            _ => SmtpSecurity::Starttls,
        };
    }
    let texts = [
        (options.smtp_host, &mut smtp.host),
        (options.auth_user, &mut smtp.user),
        (options.email_from, &mut smtp.from),
        (options.sender_name, &mut smtp.from_name),
    ];
    for (new, kept) in texts {
        if let Some(new) = new {
            *kept = new;
        }
    }
    smtp.port = options.smtp_port.map_or(smtp.port, NonZeroU16::get);
    Some(SmtpChange {
        smtp,
        password: options.auth_pass.map(Secret::new),
    })
}

/// How mail is sent.
#[utoipa::path(
    get,
    path = "/settings/notifications/email",
    tag = "Settings",
    responses(
        (status = 200, description = "As it is, without the password", body = Agent),
    )
)]
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<Agent> {
    Json(agent(&state))
}

/// Changes how mail is sent: the owner only, not by a login token.
///
/// What is absent stays; `enabled: false` forgets all.
#[utoipa::path(
    post,
    path = "/settings/notifications/email",
    tag = "Settings",
    request_body = Change,
    responses(
        (status = 200, description = "As it is now", body = Agent),
        (
            status = 400,
            description = "A field does not fit, or the password has to be sent again",
            body = ErrorBody,
            example = json!(said_of("options.authPass", msg!("mail-password-again"))),
        ),
        (
            status = 409,
            description = "Somebody else changed it since that `version`",
            body = ErrorBody,
            example = json!(said(msg!("settings-changed-error"))),
        ),
    )
)]
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    ChangesMail(by): ChangesMail,
    JsonBody(body): JsonBody<Change>,
) -> Result<Json<Agent>, Problem> {
    if body.enabled == Some(false) {
        let saved = state.mail.save(&by, body.version, None).await;
        saved.map_err(in_seerrs_words)?;
    } else if let Some(change) = change(&state, body.options) {
        let saved = state.mail.save(&by, body.version, Some(&change)).await;
        saved.map_err(in_seerrs_words)?;
    }
    Ok(Json(agent(&state)))
}

/// Sends a mail to the caller, by what is kept or by what is sent, which is not kept.
#[utoipa::path(
    post,
    path = "/settings/notifications/email/test",
    tag = "Settings",
    request_body = Option<Change>,
    responses(
        (status = 204, description = "A mail went to the caller"),
        (
            status = 400,
            description = "A field does not fit",
            body = ErrorBody,
            example = json!(said_of("options.smtpHost", msg!("mail-host-wrong"))),
        ),
        (
            status = 409,
            description = "Mail is not set up, or the caller has no address",
            body = ErrorBody,
            example = json!(said(msg!("mail-not-set-up"))),
        ),
        (
            status = 502,
            description = "The mail server did not take it, and why",
            body = ErrorBody,
            example = json!(said(msg!("mail-sign-in-refused"))),
        ),
    )
)]
pub(in crate::web) async fn test(
    State(state): State<AppState>,
    _: Admin,
    caller: Caller,
    JsonOrNothing(body): JsonOrNothing<Change>,
) -> Result<StatusCode, Problem> {
    let change = change(&state, body.options);
    let to = caller
        .user
        .email
        .as_deref()
        .ok_or_else(|| Problem::new(StatusCode::CONFLICT, msg!("mail-no-address")))?;
    let language = caller
        .user
        .locale
        .as_deref()
        .and_then(Language::from_tag)
        .unwrap_or_default();
    state
        .mail
        .test(to, language, change.as_ref())
        .await
        .map_err(in_seerrs_words)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The fields have other names here.
fn in_seerrs_words(error: SaveError) -> SaveError {
    match error {
        SaveError::Mistakes(mistakes) => SaveError::Mistakes(
            mistakes
                .into_iter()
                .map(|mistake| Mistake {
                    name: match mistake.name {
                        "host" => "options.smtpHost",
                        "port" => "options.smtpPort",
                        "user" => "options.authUser",
                        "password" => "options.authPass",
                        "from" => "options.emailFrom",
                        "fromName" => "options.senderName",
                        other => other,
                    },
                    ..mistake
                })
                .collect(),
        ),
        // What is kept is told by `GET`, without the password; here it is enough that it changed.
        SaveError::Changed { version, .. } => SaveError::Changed {
            differences: Vec::new(),
            version,
        },
        error @ SaveError::Service(_) => error,
    }
}
