//! Everything the stub remembers between requests. One lock guards it; nothing here waits.

use crate::call::Call;
use crate::clock::Clock;
use crate::log::LoggedRequest;
use crate::pin::Pin;
use crate::reply::Reply;
use crate::switches::Switches;
use crate::world::{Account, World};
use std::collections::HashMap;

/// The first PIN's id; ids count up from it and fit in 31 bits. \[V\]
const FIRST_PIN: i64 = 731_946_025;

pub(crate) struct State {
    pub(crate) world: World,
    /// What `reset` goes back to.
    pub(crate) first_world: World,
    pub(crate) switches: Switches,
    pub(crate) clock: Clock,
    pub(crate) pins: Vec<Pin>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) log: Vec<LoggedRequest>,
    next_pin: i64,
    /// Per address: the second, and how many requests came in it.
    seen: HashMap<String, (u64, u32)>,
}

/// An account token. It belongs to one account and one client identifier. \[R\]
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) account: String,
    pub(crate) client_id: String,
    pub(crate) dead: bool,
}

impl State {
    pub(crate) fn new(world: World) -> Self {
        Self {
            first_world: world.clone(),
            world,
            switches: Switches::default(),
            clock: Clock::start(),
            pins: Vec::new(),
            tokens: Vec::new(),
            log: Vec::new(),
            next_pin: FIRST_PIN,
            seen: HashMap::new(),
        }
    }

    /// Back to a healthy plex.tv where nothing has happened yet. The clock runs on and PIN ids aren't used twice.
    pub(crate) fn reset(&mut self, world: World) {
        self.first_world = world.clone();
        self.world = world;
        self.switches = Switches::default();
        self.pins.clear();
        self.tokens.clear();
        self.log.clear();
        self.seen.clear();
    }

    pub(crate) fn next_pin_id(&mut self) -> i64 {
        self.next_pin += 1;
        self.next_pin - 1
    }

    /// A live token for the account at this client identifier; the older one dies if `rotate_tokens`. \[R\]
    pub(crate) fn issue_token(&mut self, account: &str, client_id: &str) -> String {
        if self.switches.rotate_tokens {
            self.kill_tokens(account, Some(client_id));
        }
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
        let value = random_text(20, alphabet);
        let (account, client_id) = (account.to_owned(), client_id.to_owned());
        self.tokens.push(Token {
            value: value.clone(),
            account,
            client_id,
            dead: false,
        });
        value
    }

    /// The user removes a device, or all of them. \[R\]
    pub(crate) fn kill_tokens(&mut self, account: &str, client_id: Option<&str>) {
        let hit = |token: &&mut Token| token.account == account && client_id.is_none_or(|id| id == token.client_id);
        self.tokens.iter_mut().filter(hit).for_each(|token| token.dead = true);
    }

    /// The token's row, dead or alive.
    pub(crate) fn token(&self, value: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.value == value)
    }

    fn account_of(&self, token: &str) -> Option<&Account> {
        let token = self.token(token).filter(|token| !token.dead)?;
        self.world.account(&token.account)
    }

    /// Who calls a v2 endpoint: 400/1000 without client identifier, 401/1001 without a live token. \[V\]
    pub(crate) fn caller(&self, call: &Call) -> Result<&Account, Reply> {
        call.client_id().ok_or_else(|| Reply::no_client_id(call))?;
        let account = call.token().and_then(|token| self.account_of(token));
        account.ok_or_else(|| Reply::unauthenticated(call))
    }

    /// Who calls a legacy endpoint: 422 for a dead token \[V\], 401 for none \[I\], no client identifier needed \[C\].
    pub(crate) fn legacy_caller(&self, call: &Call) -> Result<&Account, Reply> {
        let token = call.token().ok_or_else(|| Reply::unauthenticated(call))?;
        self.account_of(token).ok_or_else(|| Reply::invalid_token(call))
    }

    pub(crate) fn record(&mut self, call: &Call, at_ms: u64, status: u16) {
        let account = call
            .token()
            .and_then(|token| self.token(token))
            .map(|token| token.account.clone());
        self.log.push(LoggedRequest {
            method: call.method.to_string(),
            path: call.path.clone(),
            query: call.query.clone(),
            token: call.token_via(),
            client_id: call.client_id().map(str::to_owned),
            product: call.plex("X-Plex-Product").map(str::to_owned),
            origin: call.header("origin").map(str::to_owned),
            account,
            ip: call.ip.clone(),
            status,
            at_ms,
        });
    }

    /// Counts a request; true when its address has used up this second.
    pub(crate) fn over_limit(&mut self, ip: &str) -> bool {
        let Some(limit) = self.switches.requests_per_second else {
            return false;
        };
        let second = self.clock.now_ms() / 1000;
        let entry = self.seen.entry(ip.to_owned()).or_insert((second, 0));
        if entry.0 != second {
            *entry = (second, 0);
        }
        entry.1 += 1;
        entry.1 > limit
    }
}

/// `length` characters of `alphabet`. Slightly uneven, which is fine for a stand-in.
pub(crate) fn random_text(length: usize, alphabet: &[u8]) -> String {
    let mut bytes = vec![0_u8; length];
    // Without randomness the codes would merely repeat.
    let _ = getrandom::fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()]))
        .collect()
}
