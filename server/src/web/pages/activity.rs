//! `/activity`: what happened, and the same as a file.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use app::{
    pages::{ActivityLine, ActivityPage, DayCount, Page},
    paths,
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::sign_in_first;
use crate::{
    domain::{
        activity::{Group, Kind},
        activity_rules::{MaySeeActivity, may_see_activity},
        agent,
        clock::rfc3339,
    },
    services::activity::{Filter, StoredLine},
    web::{
        activity::{self, Query},
        error::Problem,
        extract::{Caller, MaybeCaller, QueryOf, SeesActivity},
        language,
        render::View,
        state::AppState,
    },
};

/// How many lines stand on one page.
const A_PAGE: i64 = 50;
/// How many days the chart has.
const DAYS: i64 = 30;
/// How many people can be picked from.
const MOST_PEOPLE: i64 = 500;
/// How many lines of the file are read at once.
const A_CHUNK: i64 = 500;

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Query>,
    view: View,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first(&query.address(paths::ACTIVITY, None)));
    };
    let leave = may_see_activity(&caller.user).ok_or_else(|| Problem::forbidden(app::msg!("activity-denied")))?;
    // What can't be read is looked for and not found.
    let found = match query.filter() {
        Ok(filter) => state.activity.list(&leave, filter, A_PAGE + 1).await?,
        Err(_) => Vec::new(),
    };
    let page = page(&state, leave, &query, found).await?;
    Ok(view.render(StatusCode::OK, Page::Activity(Box::new(page))).await)
}

/// The page with these lines; one more than fit says that there are older ones.
async fn page(
    state: &AppState,
    leave: MaySeeActivity,
    query: &Query,
    mut lines: Vec<StoredLine>,
) -> Result<ActivityPage, Problem> {
    let a_page = usize::try_from(A_PAGE).unwrap_or(usize::MAX);
    let more = lines.len() > a_page;
    lines.truncate(a_page);
    let last = lines.last().map(|line| line.id).filter(|_| more);
    let names = activity::names(state, &lines).await?;
    let whole = query.address(paths::ACTIVITY, None) == paths::ACTIVITY && query.before.is_empty();
    let days = if whole {
        let days = state.activity.sign_ins_by_day(&leave, DAYS).await?.into_iter();
        days.map(|(day, count)| DayCount {
            day: rfc3339(day * 24 * 60 * 60),
            count,
        })
        .collect()
    } else {
        Vec::new()
    };
    let kinds = Group::ALL.into_iter().filter(|group| {
        let mut kinds = Kind::ALL.iter().filter(|kind| kind.group() == *group);
        kinds.any(|kind| leave.kind(*kind))
    });
    Ok(ActivityPage {
        filter: query.typed(),
        people: state.members.pickable(MOST_PEOPLE, leave.without()).await?,
        kinds: kinds
            .map(|group| (group.name().to_owned(), activity::group_name(group)))
            .collect(),
        lines: lines
            .iter()
            .map(|line| ActivityLine {
                at: rfc3339(line.at),
                last_at: (line.times > 1 && line.last_at > line.at).then(|| rfc3339(line.last_at)),
                times: line.times,
                sentence: activity::sentence(line, &names),
                address: line.address.clone(),
                browser: (!line.agent.is_empty()).then(|| agent::describe(&line.agent)),
                refusal: Kind::from_name(&line.kind).is_some_and(|kind| kind.group() == Group::Refusals),
                explain: activity::explain(line, &names),
            })
            .collect(),
        older: last.map(|last| query.address(paths::ACTIVITY, Some(last))),
        newest: (!query.before.is_empty()).then(|| query.address(paths::ACTIVITY, None)),
        csv: query.address(paths::ACTIVITY_CSV, None),
        days,
        kept_days: state.site.now().settings.activity_days,
    })
}

/// `GET /activity.csv`: 200, all lines that fit, the newest first (RFC 4180, UTF-8), while they are read.
pub(super) async fn csv(
    State(state): State<AppState>,
    SeesActivity(leave): SeesActivity,
    caller: Caller,
    QueryOf(query): QueryOf<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = query
        .filter()
        .map_err(|name| Problem::field(StatusCode::BAD_REQUEST, name, app::msg!("activity-wrong-filter")))?;
    let language = language::of_reader(caller.user.locale.as_deref(), &headers, &state);
    // The first lines now: trouble with the database is still an answer of its own.
    let first = state.activity.list(&leave, filter.clone(), A_CHUNK).await?;
    let (send, receive) = mpsc::channel(2);
    let head = record(&[
        "id",
        "time",
        "last time",
        "times",
        "kind",
        "what",
        "person id",
        "person",
        "by id",
        "by",
        "subject",
        "reason",
        "plex id",
        "address",
        "browser",
    ]);
    tokio::spawn(async move {
        let mut file = head;
        let mut lines = first;
        while let Some(last) = lines.last().map(|line| line.id) {
            let Ok(names) = activity::names(&state, &lines).await else {
                break;
            };
            for line in &lines {
                let name = |id: Option<i64>| id.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
                let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
                let browser = match line.agent.as_str() {
                    "" => String::new(),
                    agent => agent::describe(agent).in_language(language),
                };
                file.push_str(&record(&[
                    &line.id.to_string(),
                    &rfc3339(line.at),
                    &rfc3339(line.at.max(line.last_at)),
                    &line.times.to_string(),
                    &line.kind,
                    &activity::words(line, &names, language),
                    &number(line.user_id),
                    &name(line.user_id),
                    &number(line.actor_id),
                    &name(line.actor_id),
                    &line.subject,
                    &line.reason,
                    &number(line.plex_id),
                    &line.address,
                    &browser,
                ]));
            }
            // Nobody reads on.
            if send.send(Bytes::from(std::mem::take(&mut file))).await.is_err() {
                return;
            }
            let older = Filter {
                before: Some(last),
                ..filter.clone()
            };
            lines = match state.activity.list(&leave, older, A_CHUNK).await {
                Ok(lines) => lines,
                Err(error) => {
                    tracing::warn!(%error, "the activity file ends too early");
                    return;
                }
            };
        }
        // Nothing fits: the heading alone.
        if !file.is_empty() {
            let _ = send.send(Bytes::from(file)).await;
        }
    });
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (CONTENT_DISPOSITION, "attachment; filename=\"activity.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::new(Pieces(receive))).into_response())
}

/// One record: every cell in quotation marks, and none that a spreadsheet would take for a formula.
fn record(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// A body of pieces that come one after the other.
struct Pieces(mpsc::Receiver<Bytes>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.get_mut().0.poll_recv(context);
        next.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas_and_keep_what_is_in_them() {
        for (text, expected) in [
            ("", "\"\""),
            ("Kitchen", "\"Kitchen\""),
            ("a \"b\", c\r\nd", "\"a \"\"b\"\", c\r\nd\""),
            ("=1+1", "\"'=1+1\""),
            ("+49", "\"'+49\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("  =1", "\"'  =1\""),
            ("\t=1", "\"'\t=1\""),
            ("a=1", "\"a=1\""),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert_eq!(record(&["a", "b"]), "\"a\",\"b\"\r\n");
    }
}
