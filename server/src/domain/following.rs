//! Membership follows Plex: what to do about the members once Plex has said whom the owner shares with.
//!
//! Pure, and careful: a list that could be wrong changes nothing for anybody, and nobody goes because of one answer.
//! Only a person that a believable list clearly leaves out goes, and only after a second such list some time later. The
//! owner, local members and the account that owns the media server are not looked at at all.

use super::user::{OWNER_ID, Tier, User};

/// Somebody on the owner's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Plex's number for the account.
    pub plex_id: i64,
    /// How far the share of the media server came; `None`: it is not shared with them.
    pub share: Option<Share>,
    /// In the owner's Plex Home.
    pub home: bool,
    /// A managed profile.
    pub restricted: bool,
    /// The name at Plex; managed profiles have none.
    pub username: Option<String>,
    /// The name that Plex shows: the username, unless they chose another.
    pub title: Option<String>,
    /// Managed profiles have none.
    pub email: Option<String>,
    /// URL of the picture.
    pub avatar: Option<String>,
}

/// How far a share came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// They may use the media server.
    Accepted,
    /// Invited and not answered, or Plex does not say clearly.
    Pending,
}

/// One answer of Plex.
#[derive(Debug, Clone)]
pub struct OwnersList {
    /// Everybody on it.
    pub people: Vec<Listed>,
    /// Nobody was left out, neither by Plex nor because a row made no sense.
    pub whole: bool,
}

impl OwnersList {
    /// What it says about one account.
    #[must_use]
    pub fn find(&self, plex_id: i64) -> Option<&Listed> {
        self.people.iter().find(|person| person.plex_id == plex_id)
    }

    /// The people who may use the media server.
    pub fn with_access(&self) -> impl Iterator<Item = &Listed> {
        self.people
            .iter()
            .filter(|person| person.share == Some(Share::Accepted))
    }
}

/// What earlier answers said about a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Unix seconds of the first answer that left them out.
    pub first_at: i64,
    /// Unix seconds of the one that confirmed it; `None`: none has.
    pub ended_at: Option<i64>,
}

/// A member and what earlier answers said.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Who.
    pub user: User,
    /// What earlier answers about this media server said.
    pub absence: Option<Absence>,
}

/// Why a list is not believed, or there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Plex did not answer, or nonsense.
    PlexTrouble,
    /// Plex does not accept the owner's token any more.
    TokenRefused,
    /// There is no token of the owner.
    NoToken,
    /// A list with nobody on it.
    Empty,
    /// Fewer people than Plex says there are, or rows that make no sense.
    Partial,
    /// Nobody on it, member or not, has access to the media server.
    ServerMissing,
    /// Too many of the members are gone at once.
    TooManyGone,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::PlexTrouble,
        Self::TokenRefused,
        Self::NoToken,
        Self::Empty,
        Self::Partial,
        Self::ServerMissing,
        Self::TooManyGone,
    ];

    /// The word stored and sent.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PlexTrouble => "plex-trouble",
            Self::TokenRefused => "token-refused",
            Self::NoToken => "no-token",
            Self::Empty => "empty",
            Self::Partial => "partial",
            Self::ServerMissing => "server-missing",
            Self::TooManyGone => "too-many-gone",
        }
    }

    /// The reverse of [`Problem::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.name() == name)
    }
}

/// What there is to do. Whoever is in none of these stays as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Members with access, with what Plex says about them now where that is something new.
    pub present: Vec<Present>,
    /// Members who are left out for the first time: written down, nothing else.
    pub missing: Vec<i64>,
    /// Members whose absence is confirmed: sessions and login tokens end. Those who were out before, too, whatever they
    /// have got meanwhile.
    pub ended: Vec<(i64, Absence)>,
}

/// A member who has access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Which member.
    pub user_id: i64,
    /// Whether an absence is to be forgotten.
    pub was_missing: bool,
    /// What is new at Plex.
    pub news: Option<News>,
}

/// What Plex says about a member now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Plex's number for the account.
    pub plex_id: i64,
    /// The name at Plex.
    pub username: Option<String>,
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail at Plex.
    pub email: Option<String>,
    /// URL of the picture.
    pub avatar: Option<String>,
    /// How they belong.
    pub tier: Tier,
}

/// Whether a member comes and goes with a share: not the owner, nobody local, and not who owns the media server (whom
/// Plex does not list).
#[must_use]
pub fn follows_plex(user: &User, server_owner: i64) -> bool {
    user.id != OWNER_ID
        && !matches!(user.tier, Tier::Owner | Tier::Local)
        && user.plex_id.is_some_and(|plex_id| plex_id != server_owner)
}

/// Decides. `server_owner` is Plex's number of the account that owns the media server; `now` is in Unix seconds;
/// `apart`: how many seconds have to lie between two answers so that the second confirms the first.
///
/// # Errors
/// [`Problem`]: the list can't be believed, and nothing may be done.
pub fn plan(members: &[Followed], list: &OwnersList, server_owner: i64, now: i64, apart: i64) -> Result<Plan, Problem> {
    if list.people.is_empty() {
        return Err(Problem::Empty);
    }
    if !list.whole {
        return Err(Problem::Partial);
    }
    if list.with_access().next().is_none() {
        return Err(Problem::ServerMissing);
    }
    let mut plan = Plan::default();
    // Members who were not out before: of those some may go at once, but never most of them.
    let (mut staying, mut going) = (0_usize, 0_usize);
    for member in members {
        let Some(plex_id) = member.user.plex_id.filter(|_| follows_plex(&member.user, server_owner)) else {
            continue;
        };
        match list.find(plex_id) {
            Some(listed) if listed.share == Some(Share::Accepted) => {
                // Who comes back was not in: they weigh nothing against those who go.
                staying += usize::from(was_in(member));
                plan.present.push(Present {
                    user_id: member.user.id,
                    was_missing: member.absence.is_some(),
                    news: news(&member.user, listed),
                });
            }
            // Invited again, or Plex does not say: no clear answer, so nothing happens to them.
            Some(listed) if listed.share == Some(Share::Pending) => staying += usize::from(was_in(member)),
            _ => match member.absence {
                Some(absence) if absence.ended_at.is_some() => plan.ended.push((member.user.id, absence)),
                Some(absence) => {
                    going += 1;
                    // A first answer that lies in the future is one of before the clock was set back.
                    if (now - absence.first_at).abs() >= apart {
                        plan.ended.push((member.user.id, absence));
                    }
                }
                None => {
                    going += 1;
                    plan.missing.push(member.user.id);
                }
            },
        }
    }
    // One may always go; of two or more never all, and never more than half.
    if going > 1 && going > staying {
        return Err(Problem::TooManyGone);
    }
    Ok(plan)
}

fn was_in(member: &Followed) -> bool {
    member.absence.is_none_or(|absence| absence.ended_at.is_none())
}

/// What Plex says about a member that is not known yet.
fn news(user: &User, listed: &Listed) -> Option<News> {
    let news = News {
        plex_id: listed.plex_id,
        username: listed.username.clone(),
        name: shown_name(user, listed),
        // An e-mail that a password goes with is theirs here, whatever Plex says.
        email: if user.has_password {
            user.email.clone()
        } else {
            listed.email.clone()
        },
        avatar: listed.avatar.clone(),
        tier: tier(listed),
    };
    let known = (
        user.plex_username.as_ref(),
        user.plex_name.as_ref(),
        user.email.as_ref(),
    );
    let same = known == (news.username.as_ref(), news.name.as_ref(), news.email.as_ref())
        && user.avatar == news.avatar
        && user.tier == news.tier;
    (!same).then_some(news)
}

/// The list has no field for the name that people chose: its title is that name for some, and their username for others.
/// A title that is only the username is no news about the name that a sign-in brought.
fn shown_name(user: &User, listed: &Listed) -> Option<String> {
    let chosen = listed
        .title
        .as_ref()
        .filter(|title| Some(*title) != listed.username.as_ref());
    let kept = user
        .plex_name
        .as_ref()
        .filter(|name| Some(*name) != user.plex_username.as_ref());
    chosen
        .or(kept)
        .or(listed.title.as_ref())
        .or(user.plex_name.as_ref())
        .cloned()
}

/// How somebody on the list belongs.
#[must_use]
pub fn tier(listed: &Listed) -> Tier {
    if listed.home { Tier::Home } else { Tier::Friend }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Permissions;

    const APART: i64 = 900;
    const OWNER: i64 = 31;

    fn user(id: i64, tier: Tier) -> User {
        User {
            id,
            plex_id: Some(1000 + id),
            plex_username: Some(format!("u{id}")),
            plex_name: Some(format!("u{id}")),
            email: Some(format!("u{id}@example.test")),
            username: None,
            has_password: false,
            tier,
            permissions: Permissions(0),
            avatar: None,
            locale: None,
            disabled_at: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    fn friend(id: i64, absence: Option<(i64, Option<i64>)>) -> Followed {
        Followed {
            user: user(id, Tier::Friend),
            absence: absence.map(|(first_at, ended_at)| Absence { first_at, ended_at }),
        }
    }

    fn listed(id: i64, share: Option<Share>) -> Listed {
        Listed {
            plex_id: 1000 + id,
            share,
            home: false,
            restricted: false,
            username: Some(format!("u{id}")),
            title: Some(format!("u{id}")),
            email: Some(format!("u{id}@example.test")),
            avatar: None,
        }
    }

    fn list(ids: &[i64]) -> OwnersList {
        OwnersList {
            people: ids.iter().map(|id| listed(*id, Some(Share::Accepted))).collect(),
            whole: true,
        }
    }

    fn ended(plan: &Plan) -> Vec<i64> {
        plan.ended.iter().map(|(id, _)| *id).collect()
    }

    #[test]
    fn two_answers_some_time_apart_end_it_and_one_does_not() {
        let members = |absence| [friend(2, absence), friend(3, None), friend(4, None)];
        let list = list(&[3, 4]);
        let first = plan(&members(None), &list, OWNER, 5000, APART).unwrap();
        assert_eq!((first.missing.as_slice(), ended(&first)), ([2].as_slice(), vec![]));
        let too_soon = plan(&members(Some((5000, None))), &list, OWNER, 5000 + APART - 1, APART).unwrap();
        assert_eq!((too_soon.missing.len(), ended(&too_soon)), (0, vec![]));
        let second = plan(&members(Some((5000, None))), &list, OWNER, 5000 + APART, APART).unwrap();
        assert_eq!(ended(&second), [2]);
        // Out already: what they got meanwhile ends as well.
        let later = plan(&members(Some((5000, Some(5900)))), &list, OWNER, 5901, APART).unwrap();
        assert_eq!(ended(&later), [2]);
    }

    #[test]
    fn a_share_that_is_back_is_back() {
        let members = [friend(2, Some((5000, Some(6000)))), friend(3, None)];
        let plan = plan(&members, &list(&[2, 3]), OWNER, 9000, APART).unwrap();
        assert!(plan.present.iter().any(|one| one.user_id == 2 && one.was_missing));
        assert!(plan.ended.is_empty());
    }

    #[test]
    fn what_can_not_be_believed_changes_nothing() {
        let old = Some((0, None));
        let members = [friend(2, old), friend(3, old), friend(4, None), friend(5, None)];
        let partial = OwnersList {
            whole: false,
            ..list(&[4, 5])
        };
        let without_shares = OwnersList {
            people: vec![listed(2, None), listed(3, None), listed(9, Some(Share::Pending))],
            whole: true,
        };
        for (list, problem) in [
            (list(&[]), Problem::Empty),
            (partial, Problem::Partial),
            (without_shares, Problem::ServerMissing),
            // Everybody is gone, but somebody who is no member has access.
            (list(&[9]), Problem::TooManyGone),
            // Three of four.
            (list(&[5]), Problem::TooManyGone),
        ] {
            assert_eq!(plan(&members, &list, OWNER, 1_000_000, APART), Err(problem));
        }
        assert_eq!(
            ended(&plan(&members, &list(&[4, 5]), OWNER, 1_000_000, APART).unwrap()),
            [2, 3]
        );
    }

    #[test]
    fn some_are_never_touched() {
        let old = Some(Absence {
            first_at: 0,
            ended_at: Some(1),
        });
        let with = |user: User| Followed { user, absence: old };
        let server_owner = User {
            plex_id: Some(OWNER),
            ..user(5, Tier::Home)
        };
        let without_plex = User {
            plex_id: None,
            ..user(6, Tier::Friend)
        };
        let members = [
            with(user(1, Tier::Owner)),
            with(user(1, Tier::Friend)),
            with(user(4, Tier::Local)),
            with(server_owner),
            with(without_plex),
        ];
        assert_eq!(
            plan(&members, &list(&[9]), OWNER, 1_000_000, APART),
            Ok(Plan::default())
        );
        // An invitation that waits is no clear answer, neither for nor against.
        let waiting = OwnersList {
            people: vec![listed(2, Some(Share::Pending)), listed(9, Some(Share::Accepted))],
            whole: true,
        };
        let member = Followed {
            absence: old,
            ..friend(2, None)
        };
        assert_eq!(plan(&[member], &waiting, OWNER, 1_000_000, APART), Ok(Plan::default()));
    }

    #[test]
    fn news_are_taken_over_but_no_name_is_lost() {
        let ask = |user: &User, listed: &Listed| news(user, listed);
        let anna = User {
            plex_name: Some("Anna Kowalska".into()),
            ..user(2, Tier::Friend)
        };
        assert_eq!(
            ask(&anna, &listed(2, None)),
            None,
            "a title that is the username is no news"
        );
        let renamed = Listed {
            username: Some("new".into()),
            title: Some("new".into()),
            email: Some("new@example.test".into()),
            home: true,
            ..listed(2, None)
        };
        let news = ask(&anna, &renamed).unwrap();
        assert_eq!(
            (news.username.as_deref(), news.name.as_deref()),
            (Some("new"), Some("Anna Kowalska"))
        );
        assert_eq!(
            (news.email.as_deref(), news.tier),
            (Some("new@example.test"), Tier::Home)
        );
        assert_eq!(
            ask(&user(2, Tier::Friend), &renamed).unwrap().name.as_deref(),
            Some("new")
        );
        let titled = Listed {
            title: Some("Anja".into()),
            ..renamed.clone()
        };
        assert_eq!(ask(&anna, &titled).unwrap().name.as_deref(), Some("Anja"));
        let with_password = User {
            has_password: true,
            ..anna
        };
        assert_eq!(
            ask(&with_password, &renamed).unwrap().email.as_deref(),
            Some("u2@example.test")
        );
    }

    /// Every way that twelve answers in a row can leave out members: at most half of those who are in go at once, nobody
    /// on one answer, and never anybody who is on the list.
    #[test]
    fn no_row_of_lists_locks_out_the_household() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        for _ in 0..2000 {
            let count = 1 + random(6);
            let mut members: Vec<Followed> = (0..count)
                .map(|n| friend(2 + i64::try_from(n).unwrap(), None))
                .collect();
            let mut now = 10_000;
            for _ in 0..12 {
                now += i64::try_from(random(1500)).unwrap();
                let answer = OwnersList {
                    people: (2..9)
                        .filter_map(|id| {
                            let share = [None, Some(Share::Pending), Some(Share::Accepted), Some(Share::Accepted)];
                            let there = random(3) > 0;
                            there.then(|| listed(id, share[usize::try_from(random(4)).unwrap()]))
                        })
                        .collect(),
                    whole: random(5) > 0,
                };
                let inside = members
                    .iter()
                    .filter(|one| one.absence.is_none_or(|absence| absence.ended_at.is_none()))
                    .count();
                let Ok(plan) = plan(&members, &answer, OWNER, now, APART) else {
                    continue;
                };
                assert!(answer.whole && answer.with_access().next().is_some());
                let mut out_now = 0;
                for member in &mut members {
                    let id = member.user.id;
                    if plan.present.iter().any(|one| one.user_id == id) {
                        member.absence = None;
                    } else if plan.missing.contains(&id) {
                        assert_eq!(member.absence, None);
                        member.absence = Some(Absence {
                            first_at: now,
                            ended_at: None,
                        });
                    } else if let Some((_, absence)) = plan.ended.iter().find(|(ended, _)| *ended == id) {
                        assert!(answer.find(1000 + id).is_none_or(|listed| listed.share.is_none()));
                        assert!(now - absence.first_at >= APART || absence.ended_at.is_some());
                        out_now += usize::from(absence.ended_at.is_none());
                        member.absence = Some(Absence {
                            ended_at: Some(now),
                            ..*absence
                        });
                    }
                }
                assert!(out_now <= 1 || out_now * 2 <= inside, "{out_now} of {inside}");
            }
        }
    }
}
