//! The table of endpoints: method, address and who may. It is the truth, not a note: [`authorise`] asks it before every
//! handler, and a handler that is not in it cannot be reached.

use crate::domain::actor::{Permission, Role};
use crate::http::caller::Caller;
use crate::http::problem::{Problem, Trouble};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use std::collections::{BTreeMap, HashMap};

/// Who may call an endpoint, as far as role goes. Depots and customers are looked at by the use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, also without signing in.
    Public,
    /// Everybody who is signed in.
    SignedIn,
    /// Whose role has this right.
    Needs(Permission),
}

impl Access {
    /// Whether a signed-in user of this role gets through.
    #[must_use]
    pub fn admits(self, role: Role) -> bool {
        match self {
            Access::Public | Access::SignedIn => true,
            Access::Needs(permission) => role.may(permission),
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// HTTP method in upper case.
    pub method: &'static str,
    /// Address below the prefix, with `{names}` for its variable parts.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// What holds for a call.
struct Rule {
    access: Access,
    /// Names of its query parameters.
    queries: Vec<String>,
}

impl Rule {
    /// Refuses a parameter the call does not know, so that a misspelt filter does not quietly return everything.
    fn check_queries(&self, text: &str) -> Result<(), Problem> {
        let mut names = url::form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name);
        // Who reads any list page by page asks a short one so, too.
        let paging = |name: &str| matches!(name, "limit" | "cursor");
        match names.find(|name| !paging(name) && !self.queries.iter().any(|known| known == name)) {
            None => Ok(()),
            Some(name) => {
                let (name, known) = (name.into_owned(), self.queries.join(", "));
                Err(Trouble::UnknownParameter { name, known }.into())
            }
        }
    }
}

/// The table, ready for looking up.
pub struct Table {
    endpoints: HashMap<String, BTreeMap<&'static str, Rule>>,
}

impl Table {
    /// The endpoints below `prefix`, each with the names of its query parameters.
    #[must_use]
    pub fn new(prefix: &str, endpoints: impl IntoIterator<Item = (Endpoint, Vec<String>)>) -> Table {
        let mut table: HashMap<String, BTreeMap<&'static str, Rule>> = HashMap::new();
        for (Endpoint { method, path, access }, queries) in endpoints {
            table.entry(format!("{prefix}{path}")).or_default().insert(method, Rule { access, queries });
        }
        Table { endpoints: table }
    }

    fn find(&self, req: &ServiceRequest) -> Result<&Rule, Problem> {
        let pattern = req.match_pattern().ok_or(Trouble::NoSuchAddress)?;
        let methods = self.endpoints.get(&pattern).ok_or(Trouble::NoSuchAddress)?;
        methods.get(req.method().as_str()).ok_or_else(|| {
            let allowed = methods.keys().copied().collect::<Vec<_>>().join(", ");
            Trouble::MethodNotAllowed { allowed }.into()
        })
    }
}

/// Middleware of the API's scope: finds the endpoint, signs the caller in and asks the table, before any body is read.
///
/// # Errors
/// None of its own: refusals are answers.
pub async fn authorise<B: MessageBody + 'static>(
    table: &'static Table,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(table, &mut req).await {
        Ok(()) => Ok(next.call(req).await?.map_into_boxed_body()),
        Err(problem) => Ok(req.error_response(problem)),
    }
}

async fn admit(table: &Table, req: &mut ServiceRequest) -> Result<(), Problem> {
    let rule = table.find(req)?;
    if rule.access == Access::Public {
        return rule.check_queries(req.query_string());
    }
    let caller = req.extract::<Caller>().await?;
    let verdict = match rule.access {
        Access::Needs(permission) => caller.may(permission),
        Access::SignedIn => within_token(&caller, req),
        Access::Public => Ok(()),
    };
    // Also when the answer is no: it is told in the caller's language.
    req.extensions_mut().insert(caller);
    verdict.and_then(|()| rule.check_queries(req.query_string()))
}

/// What everybody may do who is signed in, a program with a limited token may do when the token carries the reading of
/// set-up data. Its owner's account is not its affair; what it may export is asked by the use case.
fn within_token(caller: &Caller, req: &ServiceRequest) -> Result<(), Problem> {
    if caller.ctx.actor.only.is_none() {
        return Ok(());
    }
    let path = req.path();
    let below = |part: &str| path.split_once("/v1").is_some_and(|(_, rest)| rest.starts_with(part));
    match req.method().is_safe() {
        true if below("/me") && !below("/me/") => Ok(()),
        true if below("/exports/") => Ok(()),
        _ if below("/me") || below("/session") => caller.in_full(),
        _ => caller.may(Permission::ReadSetup),
    }
}

/// Declares the endpoints of a resource: lists them in `ENDPOINTS`, their handlers in `routes`, and puts them into the OpenAPI
/// document `Doc`. Method and address stand here and in `#[utoipa::path]`; a test compares the two.
///
/// ```ignore
/// endpoints! {
///     get "/users" list: Access::Needs(Permission::ManageUsers),
///     post "/users" create: Access::Needs(Permission::ManageUsers),
/// }
/// ```
#[macro_export]
macro_rules! endpoints {
    (@method get) => { "GET" };
    (@method post) => { "POST" };
    (@method put) => { "PUT" };
    (@method patch) => { "PATCH" };
    (@method delete) => { "DELETE" };
    ($($method:ident $path:literal $handler:ident: $access:expr),+ $(,)?) => {
        /// The endpoints of this resource.
        pub const ENDPOINTS: &[$crate::http::endpoint::Endpoint] = &[
            $($crate::http::endpoint::Endpoint { method: $crate::endpoints!(@method $method), path: $path, access: $access }),+
        ];

        /// Address and handler of each endpoint.
        pub fn routes() -> Vec<(&'static str, actix_web::Route)> {
            vec![$(($path, actix_web::web::$method().to($handler))),+]
        }

        /// What the OpenAPI document says about this resource.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler),+))]
        pub struct Doc;
    };
}
