//! The API's own description: OpenAPI 3.1 at `/api/openapi.json`, readable at `/api/docs`.

use crate::api::{PREFIX, RESOURCES, Resource};
use crate::http::ProblemBody;
use crate::http::endpoint::Access;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, SecurityRequirement, ServerBuilder, Type,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Swagger's page carries its own styles inline; its script is a file of ours.
const DOCS_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ABOUT: &str = "Everything a screen can do, the API can do.\n\n\
    Instants are RFC 3339 in UTC, dates `YYYY-MM-DD`, money a decimal string with its currency. Lists come in pages: \
    send `next_cursor` as `cursor`. Errors are `application/problem+json` with a stable `code`, and a `detail` in the \
    language of `Accept-Language`. `Idempotency-Key` on a POST: the effect happens once, and the same request again \
    gets the same answer (`Idempotent-Replayed: true`); keys live 30 days.";

/// Every error any call may answer with: status, name, what it means.
const ERRORS: &[(&str, &str, &str)] = &[
    ("400", "Malformed", "The request cannot be read."),
    ("401", "NotSignedIn", "Nobody is signed in."),
    ("403", "Forbidden", "The caller may not do this, or a browser's write lacks its CSRF token."),
    ("404", "NotFound", "Not there, or not the caller's to know."),
    ("409", "Refused", "A rule says no; `code` names it, `blocker` what stands in the way."),
    ("412", "Stale", "Changed since the version in `If-Match`."),
    ("413", "TooLarge", "The body is too large."),
    ("415", "UnsupportedMediaType", "The body is of a type this address does not read."),
    ("422", "Invalid", "Some fields are not right; `errors` names each."),
    ("429", "TooMany", "Too many tries; `Retry-After` says when to come back."),
    ("500", "Internal", "A defect of ours."),
    ("503", "TryAgain", "Busy for a moment, or `outcome_unknown`: send again with the same Idempotency-Key."),
    ("507", "StorageFull", "The disk of the database is full: nothing was saved, reading goes on."),
];

/// Doors without a lock whose answers are kept with a key all the same.
const OPEN_ONCE: [&str; 3] = ["/track/{number}/confirm", "/public/requests", "/public/requests/confirm"];

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(build);

/// The OpenAPI document of this very program.
#[must_use]
pub fn document() -> &'static OpenApi {
    &DOCUMENT
}

/// Names of the query parameters of a call.
pub(super) fn queries(method: &str, path: &str) -> Vec<String> {
    let Some(item) = document().paths.paths.get(path) else { return vec![] };
    let operation = match method {
        "GET" => &item.get,
        "POST" => &item.post,
        "PUT" => &item.put,
        "PATCH" => &item.patch,
        _ => &item.delete,
    };
    let parameters = operation.iter().flat_map(|operation| operation.parameters.iter().flatten());
    let names = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
        _ => None,
    });
    names.collect()
}

pub(super) fn routes(cfg: &mut ServiceConfig) {
    let ui =
        SwaggerUi::new("/api/docs/{_:.*}").config(Config::from("/api/openapi.json").try_it_out_enabled(true));
    cfg.route("/api/openapi.json", web::get().to(send))
        .route("/api/docs", web::get().to(to_docs))
        .service(web::scope("").guard(actix_web::guard::fn_guard(is_docs)).wrap(docs_headers()).service(ui));
}

/// The document below the API's own prefix, where it is looked for too. Before the API's scope, which would take the address;
/// [`routes`] come after it, because their scope would stand before it in actix's map of patterns.
pub(super) fn alias(cfg: &mut ServiceConfig) {
    cfg.route(&format!("{PREFIX}/openapi.json"), web::get().to(send));
}

fn is_docs(ctx: &actix_web::guard::GuardContext<'_>) -> bool {
    ctx.head().uri.path().starts_with("/api/docs/")
}

fn docs_headers() -> DefaultHeaders {
    DefaultHeaders::new().add((CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_CSP)))
}

async fn send() -> impl Responder {
    HttpResponse::Ok().json(document())
}

async fn to_docs() -> impl Responder {
    web::Redirect::to("/api/docs/")
}

fn build() -> OpenApi {
    let info =
        InfoBuilder::new().title("Beiku 备库").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT));
    let mut document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(PREFIX).build()]))
        .components(Some(common_components()))
        .build();
    let mut tags = Vec::new();
    for resource in RESOURCES {
        let mut part = (resource.document)();
        for (path, item) in &mut part.paths.paths {
            each_operation(item, |method, operation| complete(resource, method, path, operation));
        }
        document.merge(part);
        tags.push(
            utoipa::openapi::tag::TagBuilder::new()
                .name(resource.name)
                .description(Some(resource.about))
                .build(),
        );
    }
    document.tags = Some(tags);
    document
}

fn common_components() -> utoipa::openapi::Components {
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    schemas.push((ProblemBody::name().into_owned(), ProblemBody::schema()));
    let mut components = ComponentsBuilder::new().schemas_from_iter(schemas);
    for (_, name, about) in ERRORS {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response =
            ResponseBuilder::new().description(*about).content("application/problem+json", problem);
        components = components.response(*name, response.build());
    }
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        crate::http::COOKIE,
        "A browser's session, by POST /session; behind TLS its name begins with `__Host-`. Writes also need the header X-CSRF-Token.",
    ));
    components
        .security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .security_scheme("session", SecurityScheme::ApiKey(cookie))
        .build()
}

fn each_operation(item: &mut PathItem, mut each: impl FnMut(&'static str, &mut Operation)) {
    let methods = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    for (method, operation) in methods {
        if let Some(operation) = operation {
            each(method, operation);
        }
    }
}

/// Adds to a call what is the same for all: name, who may, the key of a write, and the errors.
fn complete(resource: &Resource, method: &str, path: &str, operation: &mut Operation) {
    let access = resource.endpoints.iter().find(|e| e.method == method && e.path == path).map(|e| e.access);
    let is_public = access == Some(Access::Public);
    let handler = operation.operation_id.take().unwrap_or_default();
    operation.operation_id = Some(format!("{}_{handler}", resource.name));
    operation.tags = Some(vec![resource.name.to_owned()]);
    let no_scopes: [&str; 0] = [];
    let proofs = ["token", "session"].map(|name| SecurityRequirement::new(name, no_scopes));
    operation.security = Some(if is_public { vec![] } else { proofs.to_vec() });
    if let Some(Access::Needs(permission)) = access {
        let about = operation.description.take().unwrap_or_default();
        operation.description = Some(format!("{about}\n\nNeeds the right `{permission}`.").trim().to_owned());
    }
    let writes = method == "POST" && !path.ends_with("/preview");
    if writes && (!is_public || OPEN_ONCE.contains(&path)) {
        operation.parameters.get_or_insert_default().push(idempotency_key());
    }
    let has_body = operation.request_body.is_some();
    let has_parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let is_if_match =
        |one: &RefOr<Parameter>| matches!(one, RefOr::T(parameter) if parameter.name == "If-Match");
    let reads_if_match =
        operation.parameters.as_ref().is_some_and(|parameters| parameters.iter().any(is_if_match));
    for (status, name, _) in ERRORS {
        let may_happen = match *status {
            // 429: doors without a lock are watched, whoever tries passwords and codes, and where so set everybody.
            "400" | "429" | "500" | "503" => true,
            "401" => !is_public,
            "403" => !is_public || method != "GET",
            // Paths, filters and bodies name things that may not be there.
            "404" => has_body || has_parameters,
            "409" | "507" => method != "GET",
            "413" | "415" => has_body,
            "422" => has_body || has_parameters,
            "412" => reads_if_match,
            _ => false,
        };
        let responses = &mut operation.responses.responses;
        if may_happen && !responses.contains_key(*status) {
            responses.insert((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*name)));
        }
    }
}

fn idempotency_key() -> RefOr<Parameter> {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(64));
    let parameter = ParameterBuilder::new()
        .name(crate::http::IDEMPOTENCY_KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Requests with the same key are one: the effect happens once, the answer is the same.",
        ))
        .schema(Some(text.pattern(Some("^[ -~]{1,64}$"))));
    RefOr::T(parameter.build())
}

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
