//! What every handler needs.

use std::sync::Arc;

use advice::Force;
use areas::Gazetteer;
use call::Checker;
use modus::Reader;
use report::{Moment, OpenReason, Reference, Report};
use series::{ReportId, Streams, assemble};
use store::{Actor, NewReport, Store, StoreError, Taken};

/// Gives the time. The binary's reads the clock; a test's stands still.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The application.
#[derive(Clone)]
pub struct AppState {
    /// The store.
    pub store: Store,
    /// The gazetteer.
    pub gazetteer: Gazetteer,
    /// Reads narratives.
    pub reader: Arc<Reader>,
    /// Checks calls.
    pub checker: Arc<Checker>,
    /// Feeds of calls as they happen.
    pub feed: crate::feed::Feed,
    /// The streams.
    pub streams: Arc<Streams>,
    /// The force.
    pub force: Arc<Force>,
    /// The time.
    pub clock: Clock,
    /// Random bits.
    pub random: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// How often one address may write.
    pub limits: crate::Limits,
    /// Whether the site is served over HTTPS: cookies are `__Host-` and secure then.
    pub secure: bool,
}

impl AppState {
    /// Now.
    pub fn now(&self) -> Moment {
        (self.clock)()
    }

    /// A token of 128 random bits.
    pub(crate) fn token(&self) -> String {
        format!("{:016x}{:016x}", (self.random)(), (self.random)())
    }

    /// Takes one report that came in by the site or the API: place resolved, words read, stored.
    pub(crate) async fn take(&self, report: Report, actor: &Actor) -> Result<Taken, StoreError> {
        let draw = || ReportId(Reference::from_random((self.random)()).to_string());
        let contact = {
            let reporter = &report.private.open(OpenReason::Matching).reporter;
            reporter.phone.clone().or_else(|| reporter.email.clone())
        };
        let hash = contact.map(|contact| self.store.keys().reporter_hash(&contact));
        let assembled = assemble(&report, draw(), &self.gazetteer, &self.reader, &self.streams, hash);
        let mut new = [NewReport { report, case: assembled.case, reading: assembled.reading }];
        let (taken, _) = self.store.take_drawing(&mut new, &draw, None, actor, self.now()).await?;
        taken.into_iter().next().ok_or_else(|| StoreError::Conflict("nothing was taken".to_owned()))
    }
}
