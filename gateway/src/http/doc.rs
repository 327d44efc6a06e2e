//! The OpenAPI document: made from the handlers, so that it cannot say anything else than they do.

use std::sync::LazyLock;

use axum::{http::header, response::IntoResponse};
use utoipa::{
    Modify, OpenApi as _,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use super::{conventions, inbox, inputs, problem::Document, widget};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Baton",
        description = "Live chat with AI-to-human handoff: what the widget and the inbox say to the gateway. Every refusal is \
                       `application/problem+json` with the reason of the gRPC contract. A word `unknown` in an answer is newer than this \
                       gateway; it is never sent to it.",
    ),
    components(schemas(Document)),
    tags(
        (name = "widget", description = "For visitors. The token of the session stands in the Authorization header."),
        (name = "inbox", description = "For the staff. The session is a cookie; what changes something also wants `X-Baton-CSRF: 1`, \
                                        `application/json` and an origin of ours."),
    ),
    modifiers(&Credentials),
)]
struct ApiDoc;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("visitor", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-baton"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// The document without its paths.
pub(super) fn document() -> OpenApi {
    ApiDoc::openapi()
}

/// The OpenAPI document of the HTTP API, as committed in `gateway/openapi.json`.
pub fn openapi() -> String {
    MADE.clone()
}

/// The same in every process of one build, so it is made once.
static MADE: LazyLock<String> = LazyLock::new(|| {
    let mut router = OpenApiRouter::with_openapi(document()).merge(widget::routes()).merge(inbox::handlers());
    let mut document = router.to_openapi();
    conventions::apply(&mut document);
    inputs::describe_apart(&mut document);
    // The document is made of maps and texts, which always serialise.
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
});

/// `GET /openapi.json`.
pub(super) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], MADE.as_str())
}
