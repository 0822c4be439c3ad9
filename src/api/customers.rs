//! Customers with contacts and sites.

use crate::api::sent::sent;
use crate::api::words::{LanguageWord, code_of};
use crate::app::audit;
use crate::app::customers::{self, ContactFields, CustomerFields, SiteFields};
use crate::app::setup::{self, Listing};
use crate::domain::actor::Permission;
use crate::domain::setup::Record;
use crate::http::endpoint::Access;
use crate::http::{self, Answer, Caller, Json, Page, Paging, Query, Word};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

crate::endpoints! {
    get "/customers" list: Access::SignedIn,
    post "/customers" create: Access::Needs(Permission::ManageSetup),
    get "/customers/{code}" show: Access::SignedIn,
    patch "/customers/{code}" change: Access::Needs(Permission::ManageSetup),
}

/// A customer in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerRow {
    /// Code; what lies there is at the place `customer:C1001`.
    #[schema(example = "C1001")]
    code: String,
    /// Name of the organisation.
    #[schema(example = "济南电力公司")]
    name: String,
    /// City of the main site.
    city: String,
    /// Language of mails to addresses that are no contact's.
    language: LanguageWord,
    /// Code of the plan that counts where no contract does.
    #[schema(example = "gold")]
    plan: Option<String>,
    /// Version, for `If-Match`.
    version: i64,
}

impl From<customers::CustomerRow> for CustomerRow {
    fn from(row: customers::CustomerRow) -> Self {
        CustomerRow {
            code: row.code,
            name: row.name,
            city: row.city,
            language: Word(row.language),
            plan: row.plan,
            version: row.version,
        }
    }
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    #[serde(flatten)]
    row: CustomerRow,
    /// Who is written to.
    contacts: Vec<Contact>,
    /// Where they are.
    sites: Vec<Site>,
}

/// Somebody at a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contact {
    /// Name.
    name: String,
    /// Mail address.
    email: String,
    /// Telephone.
    phone: String,
    /// Language of the mails.
    language: LanguageWord,
}

/// A site of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Site {
    /// Name.
    name: String,
    /// Postal address.
    address: String,
}

impl From<customers::Customer> for Customer {
    fn from(customer: customers::Customer) -> Self {
        let contact = |row: customers::ContactRow| Contact {
            name: row.name,
            email: row.email,
            phone: row.phone,
            language: Word(row.language),
        };
        let site = |row: customers::SiteRow| Site { name: row.name, address: row.address };
        Customer {
            row: customer.row.into(),
            contacts: customer.contacts.into_iter().map(contact).collect(),
            sites: customer.sites.into_iter().map(site).collect(),
        }
    }
}

/// Which customers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// The beginning of a code, or a piece of a name.
    q: Option<String>,
}

/// List customers
///
/// A customer's user sees the own organisations.
#[utoipa::path(get, path = "/customers", params(Paging, Search), responses((status = 200, description = "Customers by code", body = Page<CustomerRow>)))]
async fn list(caller: Caller, paging: Paging, search: Query<Search>) -> Answer {
    let page = Listing {
        after: paging.after("customers")?.unwrap_or_default(),
        limit: paging.fetch(),
        q: search.into_inner().q.unwrap_or_default(),
    };
    let rows = http::read(&caller, move |conn, ctx| customers::list(conn, ctx, &page)).await?;
    http::ok(&Page::new("customers", &paging, rows, |row| row.code.clone(), CustomerRow::from))
}

/// One customer
#[utoipa::path(get, path = "/customers/{code}", params(("code" = String, Path, description = "Customer code")),
    responses((status = 200, description = "The customer", body = Customer)))]
async fn show(caller: Caller, code: web::Path<String>) -> Answer {
    let customer = http::read(&caller, move |conn, ctx| customers::get(conn, ctx, &code)).await?;
    let customer = Customer::from(customer);
    let subject = format!("customer:{}", customer.row.code);
    audit::note_read(&caller.app, &caller.ctx, "customer.read", &subject, "contacts").await?;
    http::ok(&customer)
}

/// Somebody to write to; known by the mail address.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Mail address.
    email: String,
    /// Telephone.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// Language of the mails; the customer's when not said.
    language: Option<LanguageWord>,
}

/// A site; known by its name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteBody {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Postal address.
    #[schema(max_length = 500)]
    address: Option<String>,
}

/// Both bodies say the same things; a new customer must have a code and a name.
macro_rules! bodies {
    ({ $($shared:tt)* }) => {
        /// A customer to be.
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewCustomer {
            /// Code: letters, digits and `-_.`, at most 32.
            #[schema(example = "C1001", min_length = 1, max_length = 32)]
            code: String,
            /// Name of the organisation.
            #[schema(example = "济南电力公司", min_length = 1, max_length = 200)]
            name: String,
            $($shared)*
        }

        /// What to change about a customer; what is not sent stays.
        #[derive(Debug, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ChangeCustomer {
            /// Name of the organisation.
            #[schema(min_length = 1, max_length = 200)]
            name: Option<String>,
            $($shared)*
        }
    };
}

bodies! {{
    /// City of the main site.
    #[schema(max_length = 200)]
    city: Option<String>,
    /// Language of mails to addresses that are no contact's; `zh-CN` for a new customer when not said.
    language: Option<LanguageWord>,
    /// Code or name of the plan that counts where no contract does; `null` for none.
    #[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "gold")]
    plan: Option<Option<String>>,
    /// Exactly the contacts there are to be.
    contacts: Option<Vec<ContactBody>>,
    /// Exactly the sites there are to be. One that a contract names stays.
    sites: Option<Vec<SiteBody>>,
}}

macro_rules! fields {
    ($body:expr, $name:expr) => {{
        let contact = |c: &ContactBody| ContactFields {
            name: c.name.clone(),
            email: c.email.clone(),
            phone: c.phone.clone(),
            language: code_of(c.language),
        };
        let site = |s: &SiteBody| SiteFields { name: s.name.clone(), address: s.address.clone() };
        CustomerFields {
            name: $name,
            city: $body.city.clone(),
            language: code_of($body.language),
            plan: $body.plan.clone(),
            contacts: $body.contacts.as_ref().map(|list| list.iter().map(contact).collect()),
            sites: $body.sites.as_ref().map(|list| list.iter().map(site).collect()),
        }
    }};
}

/// Create a customer
#[utoipa::path(post, path = "/customers", request_body = NewCustomer, responses((status = 201, description = "Created", body = Customer)))]
async fn create(caller: Caller, req: HttpRequest, body: Json<NewCustomer>) -> Answer {
    let body = body.into_inner();
    let code = body.code.clone();
    let fields = fields!(body, Some(body.name.clone()));
    http::act(&caller, &req, StatusCode::CREATED, &body, move |tx, ctx| {
        customers::create(tx, ctx, &code, &fields).map(Customer::from)
    })
    .await
}

/// Change a customer
#[utoipa::path(patch, path = "/customers/{code}", params(("code" = String, Path, description = "Customer code"),
        ("If-Match" = Option<String>, Header, description = "Version of the customer as it was read")),
    request_body = ChangeCustomer, responses((status = 200, description = "As the customer now is", body = Customer)))]
async fn change(
    caller: Caller,
    req: HttpRequest,
    code: web::Path<String>,
    body: Json<ChangeCustomer>,
) -> Answer {
    let body = body.into_inner();
    let fields = fields!(body, body.name.clone());
    let seen = http::if_match(&req)?;
    http::act(&caller, &req, StatusCode::OK, &body, move |tx, ctx| {
        setup::as_seen(tx, Record::Customer, &code, seen)?;
        customers::update(tx, ctx, &code, &fields).map(Customer::from)
    })
    .await
}
