//! `/settings/users`: who may sign in, for what, and where.

use super::record::{
    all_of, asked, codes, cut, form, frame_of, language_choices, line, next_page, of_item, open, settle,
    table, text, tick, ticked, two, words,
};
use crate::app::depots::Depot;
use crate::app::people::{self, Change, NewPerson, User, UserFilter};
use crate::app::token::Secret;
use crate::app::{AppResult, Conn, Ctx, reset, second_factor, session};
use crate::domain::actor::{Permission, Role};
use crate::domain::language::Language;
use crate::domain::people::PASSWORD_MIN_CHARS;
use crate::domain::refusal::Refusal;
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem, State};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::format::how_many;
use crate::web::kit::{Tone, badge};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::serve::rmas::everything;
use crate::web::serve::rows;
use crate::web::settings::{Cell, ListPage, RecordPage, Row, Section, View};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/users";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/user", web::get().to(new))
        .service(
            web::resource("/settings/users/{name}").route(web::get().to(show)).route(web::post().to(save)),
        )
        .route("/settings/users/{name}/password", web::post().to(set_password))
        .route("/settings/users/{name}/invite", web::post().to(invite))
        .route("/settings/users/{name}/sessions/end", web::post().to(end_sessions))
        .route("/settings/users/{name}/factor/remove", web::post().to(remove_factor));
}

fn address(username: &str) -> String {
    format!("{LIST}/{}", part(username))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ManageUsers)?;
    let sent = asked(&req);
    let view = value(&sent, "view").to_owned();
    let filter = UserFilter {
        role: Role::from_code(&view),
        active: if view == "off" { Some(false) } else { Some(true).filter(|_| !view.is_empty()) },
        depot: None,
    };
    let after = value(&sent, "after").to_owned();
    let read = move |conn: &mut _, ctx: &_| people::list(conn, ctx, &filter, &after, rows::READ);
    let mut rows = http::read(&caller, read).await?;
    let after = cut(&mut rows, |user| user.row.username.clone());
    let p = frame_of(&req, &caller);
    let mut shown = table(
        &p,
        "settings-users",
        &["settings-name", "settings-role", "settings-where", "settings-email"],
        "settings-users-none",
    );
    shown.rows = rows.iter().map(|user| row(&p, user)).collect();
    answer::page(&ListPage {
        title: p.t("settings-users"),
        sub: p.t("settings-users-text"),
        path: LIST,
        views: views(&p, &view),
        search: vec![],
        new: Some(("/settings/new/user", p.t("settings-users-new"))),
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn views(p: &Page, chosen: &str) -> Vec<View> {
    let view = |code: &str, label: String| View {
        label,
        href: if code.is_empty() { LIST.to_owned() } else { format!("{LIST}?view={code}") },
        current: code == chosen,
    };
    let mut views = vec![view("", p.t("settings-all"))];
    views.extend(Role::ALL.iter().map(|role| view(role.as_str(), p.word("role", role.as_str()))));
    views.push(view("off", p.t("settings-off")));
    views
}

fn row(p: &Page, user: &User) -> Row {
    let role = if user.row.active {
        text(p.word("role", user.row.role.as_str()))
    } else {
        Cell { html: badge(Tone::Out, "ban", &p.t("settings-off")), ..Cell::default() }
    };
    let mut places = user.depots.clone();
    places.extend(user.customers.iter().cloned());
    let places = match user.row.role {
        // Nobody gave them places, and they need none.
        _ if places.is_empty() && user.row.role.is_bound_to_depots() => text(p.t("settings-scope-none")),
        Role::Customer if places.is_empty() => text(p.t("settings-scope-none")),
        _ if places.is_empty() => text(p.t("settings-scope-all")),
        _ => Cell { class: "mono small", ..text(places.join(" ")) },
    };
    Row {
        href: address(&user.row.username),
        cells: vec![
            two(&user.row.display_name, &user.row.username),
            role,
            places,
            text(user.row.email.as_deref().unwrap_or("—")),
        ],
        remove: String::new(),
    }
}

/// What is asked about a user, new or standing.
fn fields(p: &Page, user: Option<&User>, depots: &[Depot]) -> Vec<Field> {
    let depot =
        |depot: &Depot| Choice::new(&depot.row.code, format!("{} {}", depot.row.code, depot.row.name));
    let roles = words(p, "role", Role::ALL.iter().map(|role| role.as_str()));
    let of = |read: fn(&User) -> String| user.map(read).unwrap_or_default();
    let language = user.map_or(Language::ZhCn, |user| user.row.language);
    let mut fields = vec![
        line(p, "display_name", "settings-display-name", of(|user| user.row.display_name.clone())).required(),
        Field::new("email", p.t("settings-email"), Control::Email)
            .with_value(of(|user| user.row.email.clone().unwrap_or_default())),
        Field::new("role", p.t("settings-role"), Control::Select(roles))
            .with_value(of(|user| user.row.role.to_string()))
            .with_hint(p.t("settings-role-hint"))
            .required(),
        Field::new("language", p.t("settings-language"), Control::Select(language_choices()))
            .with_value(language.as_str()),
        Field::new("customers", p.t("settings-customers-of"), Control::Code)
            .with_value(of(|user| user.customers.join(" ")))
            .with_hint(p.t("settings-customers-hint")),
    ];
    if !depots.is_empty() {
        fields.push(
            Field::new(
                "depots",
                p.t("settings-depots-of"),
                Control::Many(depots.iter().map(depot).collect()),
            )
            .with_value(of(|user| user.depots.join("\n")))
            .with_hint(p.t("settings-depots-of-hint")),
        );
    }
    fields.push(tick(
        p,
        "reads_own_only",
        "settings-own-only",
        user.is_some_and(|user| user.row.reads_own_only),
    ));
    fields
}

fn password_field(p: &Page) -> Field {
    Field::new("password", p.t("settings-password"), Control::NewPassword)
        .with_hint(p.n("settings-password-hint", &how_many(PASSWORD_MIN_CHARS)))
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&blank(&req, &caller).await?)
}

async fn all_depots(caller: &Caller) -> Result<Vec<Depot>, Problem> {
    http::read(caller, |conn, ctx| crate::app::depots::list(conn, ctx, &everything())).await
}

async fn blank(req: &HttpRequest, caller: &Caller) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageUsers)?;
    let depots = all_depots(caller).await?;
    let p = frame_of(req, caller);
    let mut asked = vec![
        Field::new("username", p.t("settings-username"), Control::Text)
            .with_hint(p.t("settings-username-hint"))
            .required(),
    ];
    let mut rest = fields(&p, None, &depots);
    if let Some(name) = rest.first_mut() {
        name.required = false;
    }
    asked.extend(rest);
    asked.push(password_field(&p).with_hint(p.t("settings-invite-hint")));
    let form = Form { cancel: LIST.to_owned(), ..form(&p, "new", LIST.to_owned(), asked) };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-users")),
        title: p.t("settings-users-new"),
        sub: String::new(),
        marks: vec![],
        links: vec![],
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, true)],
        p,
    })
}

/// The role that was chosen. Refuses with a field error.
fn role_of(sent: &Sent) -> Result<Role, Problem> {
    Ok(Role::from_code(value(sent, "role")).ok_or_else(|| Refusal::field("role", "required"))?)
}

/// The password as typed: blanks at its ends belong to it.
fn typed_password(sent: &Sent) -> String {
    sent.iter().find(|(name, _)| name == "password").map(|(_, password)| password.clone()).unwrap_or_default()
}

async fn hash(state: &State, password: String, username: &str) -> Result<String, Problem> {
    http::chosen_password(state, "password", password, username).await
}

async fn create(req: HttpRequest, state: web::Data<State>, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let done = make(&req, &state, &caller, &sent).await;
    settle(&req, &caller, &without_password(&sent), done, "new", of_item, blank(&req, &caller)).await
}

async fn make(req: &HttpRequest, state: &State, caller: &Caller, sent: &Sent) -> Result<String, Problem> {
    // Who may not is told so before anything is worked out.
    open(caller, Permission::ManageUsers)?;
    let said = |name: &str| value(sent, name).to_owned();
    let role = role_of(sent)?;
    // Without a password the person gets a link to choose one.
    let typed = typed_password(sent);
    let password_hash = match typed.is_empty() {
        true => None,
        false => Some(hash(state, typed, value(sent, "username")).await?),
    };
    if password_hash.is_none() && value(sent, "email").is_empty() {
        return Err(Refusal::field("password", "required").into());
    }
    let secret = Secret::random();
    let new = NewPerson {
        username: said("username"),
        display_name: said("display_name"),
        email: said("email"),
        role,
        password_hash,
        depots: all_of(sent, "depots"),
        customers: codes(value(sent, "customers")),
        language: Language::from_code(value(sent, "language")).unwrap_or(Language::ZhCn),
        reads_own_only: ticked(sent, "reads_own_only"),
    };
    let to = |name: &String| format!("{}?saved=1", address(name));
    let work = move |tx: &mut _, ctx: &_| {
        let username = people::create(tx, ctx, &new)?.row.username;
        if new.password_hash.is_none() {
            reset::invite(tx, ctx, &username, &secret)?;
        }
        Ok(username)
    };
    // The key's fingerprint must not be a hash of the password.
    act::act(caller, req, &without_password(sent), to, work).await
}

fn without_password(sent: &Sent) -> Sent {
    sent.iter().filter(|(name, _)| name != "password").cloned().collect()
}

async fn show(req: HttpRequest, caller: Caller, name: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &name).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, username: &str) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageUsers)?;
    let wanted = username.to_owned();
    let user = http::read(caller, move |conn, ctx| people::get(conn, ctx, &wanted)).await?;
    let depots = all_depots(caller).await?;
    let p = frame_of(req, caller);
    let own = address(&user.row.username);
    let mut asked = fields(&p, Some(&user), &depots);
    asked.push(tick(&p, "active", "settings-active", user.row.active));
    let edit = form(&p, "edit", own.clone(), asked);
    let secret = Form {
        submit: p.t("settings-password-set"),
        ..form(&p, "secret", format!("{own}/password"), vec![password_field(&p).required()])
    };
    let link =
        Form { submit: p.t("settings-invite-send"), ..form(&p, "link", format!("{own}/invite"), vec![]) };
    let out = Form {
        submit: p.t("settings-sessions-end"),
        ..form(&p, "sessions", format!("{own}/sessions/end"), vec![])
    };
    let factor = Form {
        submit: p.t("settings-factor-remove"),
        ..form(&p, "factor", format!("{own}/factor/remove"), vec![])
    };
    let off = || badge(Tone::Out, "ban", &p.t("settings-off"));
    let history = crate::web::settings::Link {
        icon: "clock",
        href: format!("/settings/audit?subject={}", part(&format!("user:{}", user.row.username))),
        label: p.t("settings-history"),
    };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-users")),
        title: user.row.display_name.clone(),
        sub: user.row.username.clone(),
        marks: if user.row.active { vec![] } else { vec![off()] },
        links: vec![history],
        sections: vec![
            Section::new("data", p.t("settings-data")).note(p.t("settings-active-note")).form(&p, edit, true),
            Section::new("invite", p.t("settings-invite")).note(p.t("settings-invite-note")).form(
                &p,
                link,
                user.row.active && user.row.email.is_some(),
            ),
            Section::new("pass", p.t("settings-password"))
                .note(p.t("settings-password-note"))
                .form(&p, secret, true),
            Section::new("out", p.t("settings-sessions"))
                .note(p.t("settings-sessions-note"))
                .form(&p, out, true),
            Section::new("otp", p.t("security-factor"))
                .note(p.t("settings-factor-note"))
                .form(&p, factor, true),
        ],
        p,
    })
}

async fn save(req: HttpRequest, name: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (name, SignedForm { caller, form: sent }) = (name.into_inner(), form);
    let done = change(&req, &caller, &sent, &name).await;
    settle(&req, &caller, &sent, done, "edit", of_item, record(&req, &caller, &name)).await
}

async fn change(req: &HttpRequest, caller: &Caller, sent: &Sent, username: &str) -> Result<String, Problem> {
    open(caller, Permission::ManageUsers)?;
    let change = Change {
        display_name: Some(value(sent, "display_name").to_owned()),
        email: Some(value(sent, "email").to_owned()),
        role: Some(role_of(sent)?),
        password_hash: None,
        depots: Some(all_of(sent, "depots")),
        customers: Some(codes(value(sent, "customers"))),
        language: given(sent, "language").and_then(|code| Language::from_code(&code)),
        reads_own_only: Some(ticked(sent, "reads_own_only")),
        active: Some(ticked(sent, "active")),
    };
    let username = username.to_owned();
    let to = |name: &String| format!("{}?saved=1", address(name));
    let work =
        move |tx: &mut _, ctx: &_| people::change(tx, ctx, &username, &change).map(|user| user.row.username);
    act::act(caller, req, sent, to, work).await
}

async fn set_password(
    req: HttpRequest,
    state: web::Data<State>,
    name: web::Path<String>,
    form: SignedForm<Sent>,
) -> Shown {
    let (name, SignedForm { caller, form: sent }) = (name.into_inner(), form);
    let done = give_password(&req, &state, &caller, &sent, &name).await;
    settle(&req, &caller, &without_password(&sent), done, "secret", of_item, record(&req, &caller, &name))
        .await
}

async fn give_password(
    req: &HttpRequest,
    state: &State,
    caller: &Caller,
    sent: &Sent,
    username: &str,
) -> Result<String, Problem> {
    open(caller, Permission::ManageUsers)?;
    let password_hash = Some(hash(state, typed_password(sent), username).await?);
    let change = Change { password_hash, ..Change::default() };
    let username = username.to_owned();
    let to = |name: &String| format!("{}?saved=1", address(name));
    let work =
        move |tx: &mut _, ctx: &_| people::change(tx, ctx, &username, &change).map(|user| user.row.username);
    act::act(caller, req, &without_password(sent), to, work).await
}

/// Mails a link to choose a password with.
async fn invite(req: HttpRequest, name: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (name, SignedForm { caller, form: sent }) = (name.into_inner(), form);
    let (username, secret) = (name.clone(), Secret::random());
    let to = |name: &String| format!("{}?saved=1", address(name));
    let done = act::act(&caller, &req, &sent, to, move |tx: &mut _, ctx: &_| {
        reset::invite(tx, ctx, &username, &secret).map(|()| username.clone())
    })
    .await;
    settle(&req, &caller, &sent, done, "link", of_item, record(&req, &caller, &name)).await
}

/// Signs the person out everywhere.
async fn end_sessions(req: HttpRequest, name: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    lock_out(&req, &name, form, "sessions", session::end_all_of).await
}

/// Takes a lost authenticator away.
async fn remove_factor(req: HttpRequest, name: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    lock_out(&req, &name, form, "factor", second_factor::reset).await
}

async fn lock_out(
    req: &HttpRequest,
    name: &str,
    form: SignedForm<Sent>,
    id: &str,
    deed: fn(&mut Conn, &Ctx, &str) -> AppResult<()>,
) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let username = name.to_owned();
    let to = |name: &String| format!("{}?saved=1", address(name));
    let work = move |tx: &mut Conn, ctx: &Ctx| deed(tx, ctx, &username).map(|()| username.clone());
    let done = act::act(&caller, req, &sent, to, work).await;
    settle(req, &caller, &sent, done, id, of_item, record(req, &caller, name)).await
}
