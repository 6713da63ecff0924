//! What every page says of the force and of itself: its name, the reporting line that holds today, the address that was asked for.
//!
//! Put around each request by a layer, so that templates (error pages too) need not be handed it.

use std::sync::Arc;

use crate::AppState;

/// What pages know of where they are.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// The force's name.
    pub(crate) force: String,
    /// Its area.
    pub(crate) area: String,
    /// The number for what is no emergency, as it holds today.
    pub(crate) report_number: String,
    /// The path that was asked for.
    pub(crate) path: String,
}

tokio::task_local! {
    static SITE: Arc<Site>;
}

impl Site {
    /// The site as a request to `path` sees it.
    pub(crate) fn of(state: &AppState, path: &str) -> Arc<Site> {
        let line = state.force.reporting_on(state.now().day());
        Arc::new(Site {
            force: state.force.name.clone(),
            area: state.force.area.clone(),
            report_number: line.map_or_else(|| "101".to_owned(), |line| line.number.clone()),
            path: path.to_owned(),
        })
    }

    /// Whether a link of the navigation leads to where one is: `page` to the very page, `true` to what lies below it.
    pub(crate) fn current(&self, link: &str) -> &'static str {
        if self.path == link {
            return "page";
        }
        let below = self.path.strip_prefix(link).is_some_and(|rest| rest.starts_with('/'));
        if below && link != "/desk" { "true" } else { "" }
    }
}

/// The site of the request that is being answered.
pub(crate) fn here() -> Arc<Site> {
    SITE.try_with(Arc::clone).unwrap_or_else(|_| {
        let nothing = String::new();
        Arc::new(Site { force: nothing.clone(), area: nothing.clone(), report_number: "101".to_owned(), path: nothing })
    })
}

/// Answers a request within its site.
pub(crate) async fn within<F: Future>(site: Arc<Site>, answer: F) -> F::Output {
    SITE.scope(site, answer).await
}
