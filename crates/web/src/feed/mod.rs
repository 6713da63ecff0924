//! Calls as they happen, from telephone platforms: a WebSocket in the shape of Twilio Media Streams, and AudioSocket over TCP. Sound is
//! kept in memory only as long as the detectors need it (a tenth of a second), and nothing is stored.

pub mod audiosocket;
mod process;
mod socket;

use std::sync::Arc;

use call::line::Plan;
use tokio::sync::Semaphore;

pub use process::Process;
pub(crate) use socket::connect;

/// Calls that are listened to at once.
const MOST_CALLS: usize = 1000;
/// The shortest token that is taken.
const SHORTEST_TOKEN: usize = 16;

/// How feeds are served.
#[derive(Clone)]
pub struct Feed {
    plan: Arc<Plan>,
    token: Option<Arc<str>>,
    recogniser: Option<Arc<[String]>>,
    places: Arc<Semaphore>,
}

impl Feed {
    /// No feed is served.
    pub fn off() -> Feed {
        Feed { plan: Arc::new(Plan::builtin()), token: None, recogniser: None, places: Arc::new(Semaphore::new(MOST_CALLS)) }
    }

    /// Feeds are served to who shows the token; `recogniser` is a program with its arguments, started for each call.
    ///
    /// # Errors
    /// Where the token is too short to be a secret.
    pub fn new(token: Option<&str>, recogniser: Option<Vec<String>>) -> Result<Feed, String> {
        if token.is_some_and(|token| token.len() < SHORTEST_TOKEN) {
            return Err(format!("feed_token: at least {SHORTEST_TOKEN} characters"));
        }
        let recogniser = recogniser.filter(|command| !command.is_empty()).map(Arc::from);
        Ok(Feed { token: token.map(Arc::from), recogniser, ..Feed::off() })
    }

    /// Whether a feed is served.
    fn is_on(&self) -> bool {
        self.token.is_some()
    }

    /// Whether a token is the one, in a time that does not tell how much of it is right.
    fn admits(&self, shown: &str) -> bool {
        let Some(token) = &self.token else { return false };
        let (token, shown) = (token.as_bytes(), shown.as_bytes());
        let differing = token.iter().zip(shown).fold(0u8, |sum, (a, b)| std::hint::black_box(sum | (a ^ b)));
        token.len() == shown.len() && differing == 0
    }
}
