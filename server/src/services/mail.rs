//! Mail: a queue in memory that a chore empties, over the mail server of the settings.
//!
//! Nothing that somebody waits for sends mail: letters are queued and sent within a second, so that no answer takes longer
//! because there was somebody to write to. What waits when the process ends is lost: the log says how much, and whoever
//! waits for a letter asks again.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    messages::{Language, Message},
    msg,
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::{
    ServiceError,
    activity::By,
    site::{SaveError, Since, Site},
    vault::Vault,
};
use crate::domain::{
    clock::Clock,
    secret::Secret,
    settings::{Mistake, Settings},
    smtp::{Smtp, SmtpSecurity},
};

/// Most letters that wait.
const MOST_WAITING: usize = 500;
/// How long one letter may take to be handed over.
const PATIENCE: Duration = Duration::from_secs(15);
/// After how many seconds a letter that did not go is tried again; after the last one it is given up. Links in letters live
/// an hour.
const AGAIN_AFTER: [i64; 5] = [10, 60, 5 * 60, 10 * 60, 20 * 60];

/// Something to write to somebody.
#[derive(Clone)]
pub struct Letter {
    /// To which address.
    pub to: String,
    /// In which language.
    pub language: Language,
    /// What it is about.
    pub subject: Message,
    /// A paragraph each.
    pub before: Vec<Message>,
    /// What to open, if anything: the words on the button, and the address. It may hold a secret.
    pub link: Option<(Message, Secret<String>)>,
    /// A paragraph each, smaller.
    pub after: Vec<Message>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Letter(…)")
    }
}

/// What somebody wants to have changed about how mail is sent.
#[derive(Clone, Default)]
pub struct SmtpChange {
    /// All of it but the password: what stands in `sealed_password` is ignored.
    pub smtp: Smtp,
    /// A new password; `None`: the one that is kept, if it is for this server and user.
    pub password: Option<Secret<String>>,
}

struct Waiting {
    number: u64,
    letter: Letter,
    tries: usize,
    /// Unix seconds.
    due: i64,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    next: u64,
}

/// Why a letter did not go.
enum Failure {
    /// Trying again can help.
    ForNow(Message, String),
    /// It can't.
    ForGood(Message, String),
}

/// Sends mail.
pub struct Mail {
    site: Arc<Site>,
    clock: Arc<dyn Clock>,
    vault: Arc<Vault>,
    queue: Mutex<Queue>,
}

impl Mail {
    /// By the settings of the moment.
    #[must_use]
    pub fn new(site: Arc<Site>, clock: Arc<dyn Clock>, vault: Arc<Vault>) -> Self {
        Self {
            site,
            clock,
            vault,
            queue: Mutex::default(),
        }
    }

    /// Whether mail can be sent.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        self.site.now().settings.smtp.is_some()
    }

    /// The settings for mail with this change, for the settings document: a new password is sealed, the kept one stays only
    /// for the server, protection and user that it was given for.
    ///
    /// # Errors
    /// [`SaveError::Mistakes`] with every field that does not fit, and for a user without a password.
    pub fn changed(&self, change: &SmtpChange) -> Result<Smtp, SaveError> {
        let mut smtp = Smtp {
            host: change.smtp.host.trim().to_owned(),
            user: change.smtp.user.trim().to_owned(),
            from: change.smtp.from.trim().to_owned(),
            from_name: change.smtp.from_name.trim().to_owned(),
            sealed_password: String::new(),
            ..change.smtp.clone()
        };
        let mut mistakes = smtp.mistakes();
        if mistakes.is_empty() && smtp.from.parse::<lettre::Address>().is_err() {
            mistakes.push(("from", msg!("mail-from-wrong")));
        }
        if !mistakes.is_empty() {
            let mistakes = mistakes.into_iter().map(|(name, message)| Mistake { name, message });
            return Err(SaveError::Mistakes(mistakes.collect()));
        }
        if smtp.user.is_empty() {
            return Ok(smtp);
        }
        let purpose = smtp.password_is_for();
        smtp.sealed_password = match change
            .password
            .as_ref()
            .filter(|password| !password.expose().is_empty())
        {
            Some(password) => self.vault.seal(&purpose, password.expose())?,
            None => self
                .site
                .now()
                .settings
                .smtp
                .as_ref()
                .map(|kept| kept.sealed_password.clone())
                .filter(|kept| self.vault.open(&purpose, kept).is_some())
                .ok_or_else(|| {
                    let (name, message) = ("password", msg!("mail-password-again"));
                    SaveError::Mistakes(vec![Mistake { name, message }])
                })?,
        };
        Ok(smtp)
    }

    /// Saves how mail is sent; `None`: none is any more. `since`: not if others changed it after that version.
    ///
    /// # Errors
    /// As [`Mail::changed`] and [`Site::save`].
    pub async fn save(&self, by: &By, since: Option<i64>, change: Option<&SmtpChange>) -> Result<(), SaveError> {
        let smtp = change.map(|change| self.changed(change)).transpose()?;
        let since = since.map(|version| Since {
            version,
            names: &["smtp"],
        });
        let change = |settings: &mut Settings| settings.smtp.clone_from(&smtp);
        self.site.save(by, since, change).await
    }

    /// Sends a letter to this address now, by the settings as they are or with a change that is not saved yet, and says how
    /// that went.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] when mail is not set up; [`ServiceError::Upstream`] with what went wrong;
    /// as [`Mail::changed`].
    pub async fn test(&self, to: &str, language: Language, change: Option<&SmtpChange>) -> Result<(), SaveError> {
        let smtp = match change {
            Some(change) => Some(self.changed(change)?),
            None => self.site.now().settings.smtp.clone(),
        };
        let smtp = smtp.ok_or_else(|| ServiceError::Conflict(msg!("mail-not-set-up")))?;
        let title = self.site.now().settings.application_title.clone();
        let letter = Letter {
            to: to.to_owned(),
            language,
            subject: msg!("mail-test-subject", title = &title),
            before: vec![msg!("mail-test-text", title = &title)],
            link: None,
            after: Vec::new(),
        };
        match self.hand_over(&smtp, &letter).await {
            Ok(()) => Ok(()),
            Err(Failure::ForNow(message, cause) | Failure::ForGood(message, cause)) => {
                tracing::info!(%cause, "a test mail did not go");
                Err(ServiceError::Upstream(message).into())
            }
        }
    }

    /// Queues a letter. It goes with the next [`Mail::work`]; when too many wait it is dropped, which the log says.
    pub fn send(&self, letter: Letter) {
        let mut queue = self.queue_now();
        if queue.waiting.len() >= MOST_WAITING {
            tracing::warn!("a mail is lost: too many wait to be sent");
            return;
        }
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push_back(Waiting {
            number,
            letter,
            tries: 0,
            due: self.clock.now(),
        });
    }

    /// How many letters wait: at the end of the process they are lost.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue_now().waiting.len()
    }

    /// Sends what is due. One that does not go for now is tried again later, and nothing else goes before the next call:
    /// the same server would say the same. One that was taken but whose answer was lost goes twice rather than never.
    pub async fn work(&self) {
        let Some(smtp) = self.site.now().settings.smtp.clone() else {
            return;
        };
        loop {
            let now = self.clock.now();
            let due = self
                .queue_now()
                .waiting
                .iter()
                .find(|one| one.due <= now)
                .map(|one| (one.number, one.letter.clone()));
            let Some((number, letter)) = due else { return };
            let failed = match self.hand_over(&smtp, &letter).await {
                Ok(()) => {
                    self.drop_letter(number);
                    continue;
                }
                Err(Failure::ForGood(_, cause)) => {
                    tracing::warn!(%cause, "a mail can't be sent");
                    self.drop_letter(number);
                    continue;
                }
                Err(Failure::ForNow(_, cause)) => cause,
            };
            tracing::warn!(cause = %failed, "a mail could not be sent; it is tried again");
            self.put_off(number);
            return;
        }
    }

    fn drop_letter(&self, number: u64) {
        self.queue_now().waiting.retain(|one| one.number != number);
    }

    fn put_off(&self, number: u64) {
        let now = self.clock.now();
        let mut queue = self.queue_now();
        let Some(one) = queue.waiting.iter_mut().find(|one| one.number == number) else {
            return;
        };
        if let Some(wait) = AGAIN_AFTER.get(one.tries) {
            one.tries += 1;
            one.due = now + wait;
        } else {
            queue.waiting.retain(|one| one.number != number);
            drop(queue);
            tracing::warn!("a mail is given up: the mail server did not take it in half an hour");
        }
    }

    async fn hand_over(&self, smtp: &Smtp, letter: &Letter) -> Result<(), Failure> {
        let settings = &self.site.now().settings;
        let message = write(smtp, settings, letter)?;
        let transport = self.transport(smtp)?;
        // lettre's own limit is one for each step.
        match tokio::time::timeout(PATIENCE, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::ForNow(msg!("mail-slow"), "it took too long".to_owned())),
        }
    }

    fn transport(&self, smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
        let parameters = || {
            TlsParameters::new(smtp.host.clone())
                .map_err(|error| Failure::ForGood(msg!("mail-host-wrong"), error.to_string()))
        };
        let tls = match smtp.security {
            SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
            SmtpSecurity::Starttls => Tls::Required(parameters()?),
            SmtpSecurity::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host.clone())
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if !smtp.user.is_empty() {
            let password = self
                .vault
                .open(&smtp.password_is_for(), &smtp.sealed_password)
                .ok_or_else(|| {
                    Failure::ForGood(
                        msg!("mail-password-again"),
                        "the kept password can't be decrypted with the present encryption key".to_owned(),
                    )
                })?;
            transport = transport.credentials(Credentials::new(smtp.user.clone(), password));
        }
        Ok(transport.build())
    }

    fn queue_now(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let cause = error.to_string();
    let message = match error.status().map(u16::from) {
        Some(530 | 534 | 535 | 538) => msg!("mail-sign-in-refused"),
        Some(_) => msg!("mail-server-said", said = said(error)),
        None if error.is_tls() => msg!("mail-tls-failed"),
        None if error.is_timeout() => msg!("mail-slow"),
        None => msg!("mail-unreachable"),
    };
    if error.is_permanent() {
        Failure::ForGood(message, cause)
    } else {
        Failure::ForNow(message, cause)
    }
}

/// The server's own words.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    text.chars()
        .filter(|character| !character.is_control())
        .take(200)
        .collect()
}

fn write(smtp: &Smtp, settings: &Settings, letter: &Letter) -> Result<lettre::Message, Failure> {
    let wrong = |message: Message| move |cause: &dyn fmt::Display| Failure::ForGood(message, cause.to_string());
    let from = smtp
        .from
        .parse()
        .map_err(|error| wrong(msg!("mail-from-wrong"))(&error))?;
    let to = letter
        .to
        .parse()
        .map_err(|error| wrong(msg!("mail-to-wrong"))(&error))?;
    let name = if smtp.from_name.is_empty() {
        settings.application_title.clone()
    } else {
        smtp.from_name.clone()
    };
    let in_words = |message: &Message| message.in_language(letter.language);
    lettre::Message::builder()
        .from(Mailbox::new(Some(name), from))
        .to(Mailbox::new(None, to))
        .subject(in_words(&letter.subject))
        // Holiday notices don't answer it (RFC 3834).
        .raw_header(header::HeaderValue::new(
            header::HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(plain_text(letter), html(letter)))
        .map_err(|error| wrong(msg!("mail-to-wrong"))(&error))
}

fn plain_text(letter: &Letter) -> String {
    let in_words = |message: &Message| message.in_language(letter.language);
    let mut paragraphs: Vec<String> = letter.before.iter().map(in_words).collect();
    if let Some((label, link)) = &letter.link {
        paragraphs.push(format!("{}:\n{}", in_words(label), link.expose()));
    }
    paragraphs.extend(letter.after.iter().map(in_words));
    format!("{}\n", paragraphs.join("\n\n"))
}

fn html(letter: &Letter) -> String {
    let paragraph = |message: &Message| format!("<p>{}</p>\n", escaped(&message.in_language(letter.language)));
    let mut body: String = letter.before.iter().map(paragraph).collect();
    if let Some((label, link)) = &letter.link {
        let link = escaped(link.expose());
        let label = escaped(&label.in_language(letter.language));
        body.push_str(&format!(
            "<p><a href=\"{link}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;background:#1d3550;\
             color:#ffffff;text-decoration:none\">{label}</a></p>\n<p style=\"word-break:break-all\">{link}</p>\n"
        ));
    }
    body.extend(letter.after.iter().map(paragraph));
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em\">\n{body}</body></html>\n",
        letter.language.tag(),
        escaped(&letter.subject.in_language(letter.language)),
    )
}

/// As text in HTML or in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_escaped_and_says_its_link_in_both_forms() {
        let letter = Letter {
            to: "anna@example.test".into(),
            language: Language::German,
            subject: Message::from("<Tür>"),
            before: vec![Message::from("Hallo <Anna> & \"Co\"")],
            link: Some((
                Message::from("Öffnen"),
                Secret::new("https://home.test/?a=1&b=2".into()),
            )),
            after: vec![Message::from("Ende")],
        };
        assert_eq!(
            plain_text(&letter),
            "Hallo <Anna> & \"Co\"\n\nÖffnen:\nhttps://home.test/?a=1&b=2\n\nEnde\n"
        );
        let html = html(&letter);
        assert!(html.contains("Hallo &lt;Anna&gt; &amp; &quot;Co&quot;"), "{html}");
        assert!(html.contains("href=\"https://home.test/?a=1&amp;b=2\""), "{html}");
        assert!(
            html.contains("lang=\"de\"") && html.contains("<title>&lt;Tür&gt;</title>"),
            "{html}"
        );
        assert!(!format!("{letter:?}").contains("home.test"));
        let message = write(
            &Smtp {
                from: "door@example.test".into(),
                ..Smtp::default()
            },
            &Settings::default(),
            &letter,
        );
        assert!(message.is_ok());
    }
}
