//! `GET /api/openapi.json`: what the API is, from the handlers' own annotations.

use axum::Json;
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::{Access, Role, RouteEntry};

#[derive(OpenApi)]
#[openapi(
    info(title = "Ringfence", description = "Reports of scam calls in, series and advice out."),
    paths(
        super::health::show,
        super::check::check,
        super::advice::list,
        super::advice::show,
        super::reports::take,
        super::reports::show,
        super::series::list,
        super::series::show
    )
)]
struct Document;

/// The API from its handlers' annotations; every other route from the table, tagged `pages`. Each says which roles may.
fn document() -> Value {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    for entry in crate::route_table() {
        let method = entry.method.to_lowercase();
        let operation = &mut document["paths"][entry.path][&method];
        if operation.is_null() {
            *operation = page(&entry);
        }
        if entry.access != Access::Public {
            let roles: Vec<&str> =
                Role::ALL.iter().filter(|role| entry.access.allows(Some(**role))).map(|role| role.as_str()).collect();
            operation["x-roles"] = json!(roles);
            operation["security"] = json!([{ "session": [] }]);
        }
    }
    document["components"]["securitySchemes"]["session"] = json!({
        "type": "apiKey", "in": "cookie", "name": "__Host-ringfence-staff",
        "description": "The cookie of a signed-in session; without HTTPS its name has no __Host-.",
    });
    document
}

/// A page of the sites: HTML out, forms in.
fn page(entry: &RouteEntry) -> Value {
    let parameters: Vec<Value> = entry
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let mut operation = json!({
        "tags": ["pages"], "parameters": parameters,
        "responses": { "200": { "description": "a page or file" }, "default": { "description": "a page that says what is wrong" } },
    });
    if entry.method == "POST" {
        operation["requestBody"] =
            json!({ "content": { "application/x-www-form-urlencoded": { "schema": { "type": "object" } } } });
    }
    operation
}

pub(crate) async fn show() -> Json<Value> {
    Json(document())
}
