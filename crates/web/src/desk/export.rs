//! `/desk/series/{id}/export.misp.json` and `.stix.json`: a series for partners, caller side only, written into the audit log.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use publish::exchange::{Shared, Tlp, misp_event, stix_bundle};
use series::SeriesId;

use crate::AppState;
use crate::error::WebError;
use crate::session::{Asked, Staff};

/// What may be asked for: the traffic light.
#[derive(serde::Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    tlp: String,
}

pub(crate) async fn misp(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, WebError> {
    export(&state, &staff, &id, &wanted, "misp", misp_event).await
}

pub(crate) async fn stix(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, WebError> {
    export(&state, &staff, &id, &wanted, "stix", stix_bundle).await
}

async fn export(
    state: &AppState,
    staff: &Staff,
    id: &str,
    wanted: &Wanted,
    format: &str,
    write: fn(&Shared) -> serde_json::Value,
) -> Result<Response, WebError> {
    let id = SeriesId::parse(id).map_err(|_| WebError::NotFound)?;
    let tlp = match wanted.tlp.as_str() {
        "" => Tlp::Amber,
        name => {
            Tlp::from_name(name).ok_or_else(|| WebError::Bad("tlp is clear, green, amber, amber+strict or red.".to_owned()))?
        }
    };
    // What leaves the house is not sent from a screen left open.
    if !staff.fresh {
        return Err(WebError::Conflict(
            "Sign out and in again: an export needs your password given a short time ago.".to_owned(),
        ));
    }
    let series = state.store.series(&id).await?;
    let cases = state.store.cases(&series::counted_members(&series)).await?;
    let shared = Shared::of(&series, &cases, &state.gazetteer, &state.force, tlp, state.now())
        .map_err(|error| WebError::Conflict(error.to_string()))?;
    let detail = serde_json::json!({ "format": format, "tlp": tlp.name() });
    state.store.record(&staff.actor(), "series.export", id.as_str(), &detail, state.now()).await?;
    let body = serde_json::to_string_pretty(&write(&shared)).map_err(|error| WebError::Inside(error.to_string()))?;
    let media_type = if format == "stix" { "application/stix+json;version=2.1" } else { "application/json" };
    let name = format!("attachment; filename=\"{id}.{format}.json\"");
    Ok(([(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}
