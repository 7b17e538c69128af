//! What happened.

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};

/// One line that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Unix seconds.
    pub at: i64,
    /// What, as one word.
    pub kind: String,
    /// Whom it is about.
    pub user_id: Option<i64>,
    /// Who did it, where that is known.
    pub actor_id: Option<i64>,
    /// The device's name, or that of what was changed, or empty.
    pub subject: String,
    /// From where; empty: from the command line.
    pub address: String,
    /// Why, as one word, or empty.
    pub reason: String,
    /// Plex's number for an account that is no member's.
    pub plex_id: Option<i64>,
    /// The browser's own words about itself, or empty.
    pub agent: String,
    /// Lines of one fold are one line that counts; `None`: a line of its own.
    pub fold: Option<String>,
    /// How often.
    pub times: i64,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            at: 0,
            kind: String::new(),
            user_id: None,
            actor_id: None,
            subject: String::new(),
            address: String::new(),
            reason: String::new(),
            plex_id: None,
            agent: String::new(),
            fold: None,
            times: 1,
        }
    }
}

/// One line as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredLine {
    /// Counts up: what was written later has a higher one.
    pub id: i64,
    /// Unix seconds.
    pub at: i64,
    /// The last time, where it happened more than once; else 0.
    pub last_at: i64,
    /// How often.
    pub times: i64,
    /// What, as one word.
    pub kind: String,
    /// Whom it is about.
    pub user_id: Option<i64>,
    /// Who did it, where that is known.
    pub actor_id: Option<i64>,
    /// The device's name, or that of what was changed, or empty.
    pub subject: String,
    /// From where; empty: from the command line.
    pub address: String,
    /// Why, as one word, or empty.
    pub reason: String,
    /// Plex's number for an account that is no member's.
    pub plex_id: Option<i64>,
    /// The browser's own words about itself, or empty.
    pub agent: String,
}

/// Which lines. Lines have to fit all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those written before this one.
    pub before: Option<i64>,
    /// About this person, or done by them.
    pub person: Option<i64>,
    /// Of these kinds, as words; empty: any.
    pub kinds: Vec<&'static str>,
    /// With this text in subject or address, in any case; empty: any.
    pub text: String,
    /// Not before this Unix second.
    pub from: Option<i64>,
    /// Before this Unix second.
    pub until: Option<i64>,
    /// None about this person, nor done by them.
    pub without: Option<i64>,
}

/// People who are gone meanwhile are left out of a line.
pub(super) const INSERT: &str = "INSERT INTO activity \
     (at, kind, user_id, actor_id, subject, address, reason, plex_id, agent, fold, times) VALUES \
     ($1, $2, (SELECT id FROM users WHERE id = $3), (SELECT id FROM users WHERE id = $4), $5, $6, $7, $8, $9, $10, $11) \
     ON CONFLICT (fold) WHERE fold IS NOT NULL DO UPDATE SET \
     times = activity.times + excluded.times, last_at = excluded.at";

/// Writes a line within a transaction, so that what happened and its line are there together or not at all.
macro_rules! insert_line {
    ($tx:ident, $line:expr) => {{
        let line = $line;
        sqlx::query($crate::storage::activity::INSERT)
            .bind(line.at)
            .bind(&line.kind)
            .bind(line.user_id)
            .bind(line.actor_id)
            .bind(&line.subject)
            .bind(&line.address)
            .bind(&line.reason)
            .bind(line.plex_id)
            .bind(&line.agent)
            .bind(&line.fold)
            .bind(line.times)
            .execute(&mut *$tx)
            .await?;
    }};
}
pub(super) use insert_line;

/// Writes lines, all or none.
///
/// # Errors
/// The database's.
pub async fn create(db: &Db, lines: &[Line]) -> Result<(), StorageError> {
    in_transaction!(db, |tx| {
        for line in lines {
            insert_line!(tx, line);
        }
    });
    Ok(())
}

/// What is not asked for is a condition that is always true. The three differ in the index that leads to the lines: `+at`
/// keeps databases from the one of `at`, from which they would read all lines and sort them.
macro_rules! list {
    ($person:literal, $at:literal) => {
        concat!(
            "SELECT id, at, last_at, times, kind, user_id, actor_id, subject, address, reason, plex_id, agent \
             FROM activity WHERE id < $1 \
             AND (",
            $person,
            ") \
             AND ($3 = '' OR $3 LIKE '% ' || kind || ' %') \
             AND ($4 = '' OR LOWER(subject) LIKE $4 ESCAPE '\\' OR LOWER(address) LIKE $4 ESCAPE '\\') \
             AND ",
            $at,
            " >= $5 AND ",
            $at,
            " <= $6 \
             AND ($7 = -1 OR ((user_id IS NULL OR user_id <> $7) AND (actor_id IS NULL OR actor_id <> $7))) \
             ORDER BY id DESC LIMIT $8"
        )
    };
}
const LIST: &str = list!("$2 = -1", "+at");
const LIST_OF_DAYS: &str = list!("$2 = -1", "at");
const LIST_OF_PERSON: &str = list!("user_id = $2 OR actor_id = $2", "+at");

/// So many lines that fit, the newest first.
///
/// # Errors
/// The database's.
pub async fn list(db: &Db, filter: &Filter, most: i64) -> Result<Vec<StoredLine>, StorageError> {
    let days = filter.from.is_some() || filter.until.is_some();
    let sql = match (filter.person, days) {
        (Some(_), _) => LIST_OF_PERSON,
        (None, true) => LIST_OF_DAYS,
        (None, false) => LIST,
    };
    let kinds = match filter.kinds.as_slice() {
        [] => String::new(),
        kinds => format!(" {} ", kinds.join(" ")),
    };
    Ok(on_db!(db, |pool| {
        sqlx::query_as(sql)
            .bind(filter.before.unwrap_or(i64::MAX))
            .bind(filter.person.unwrap_or(-1))
            .bind(kinds)
            .bind(pattern(&filter.text))
            .bind(filter.from.unwrap_or(i64::MIN))
            .bind(filter.until.map_or(i64::MAX, |until| until - 1))
            .bind(filter.without.unwrap_or(-1))
            .bind(most)
            .fetch_all(pool)
            .await
    })?)
}

/// The text anywhere, in lower case, taken as it is.
fn pattern(text: &str) -> String {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return text;
    }
    let mut pattern = "%".to_owned();
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// How often something of this kind happened, by day (days since 1970 in UTC), from this Unix second on; `without` whom.
///
/// # Errors
/// The database's.
pub async fn count_by_day(
    db: &Db,
    kind: &str,
    from: i64,
    without: Option<i64>,
) -> Result<Vec<(i64, i64)>, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query_as(
            "SELECT at / 86400 AS day, CAST(SUM(times) AS BIGINT) FROM activity WHERE kind = $1 AND at >= $2 \
             AND (user_id IS NULL OR user_id <> $3) \
             GROUP BY at / 86400 ORDER BY day",
        )
        .bind(kind)
        .bind(from)
        .bind(without.unwrap_or(-1))
        .fetch_all(pool)
        .await
    })?)
}

/// Clears away what is older than this, in Unix seconds.
///
/// # Errors
/// The database's.
pub async fn delete_before(db: &Db, before: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query("DELETE FROM activity WHERE at < $1")
        .bind(before)
        .execute(pool)
        .await?
        .rows_affected()))
}

/// Clears away the oldest until `most` are left: of those with a fold (what strangers can cause), or of the others.
///
/// # Errors
/// The database's.
pub async fn delete_beyond(db: &Db, folded: bool, most: i64) -> Result<u64, StorageError> {
    let sql = if folded {
        "DELETE FROM activity WHERE fold IS NOT NULL AND id <= \
         (SELECT id FROM activity WHERE fold IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET $1)"
    } else {
        "DELETE FROM activity WHERE fold IS NULL AND id <= \
         (SELECT id FROM activity WHERE fold IS NULL ORDER BY id DESC LIMIT 1 OFFSET $1)"
    };
    Ok(on_db!(db, |pool| sqlx::query(sql)
        .bind(most)
        .execute(pool)
        .await?
        .rows_affected()))
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn texts_are_looked_for_as_they_are() {
        assert_eq!(pattern("  "), "");
        assert_eq!(pattern(" Kitchen "), "%kitchen%");
        assert_eq!(pattern("100%_\\"), "%100\\%\\_\\\\%");
    }
}
