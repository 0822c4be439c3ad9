//! `/settings/parts`: parts, what may stand in for them, and how many a depot should have.

use super::record::{
    asked, code, cut, form, frame_of, line, listing, may_change, next_page, number, of_item, open, same,
    search, settle, table, text, tick, ticked, two, words,
};
use crate::app::parts::{self, AlternateFields, Part, PartFields, PartFilter, ReorderFields};
use crate::app::{AppResult, Conn, Ctx};
use crate::domain::actor::Permission;
use crate::domain::money::format_fen;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::stock::{PartClass, Tracking};
use crate::http::csrf::SignedForm;
use crate::http::{self, Caller, Problem};
use crate::web::Page;
use crate::web::form::{Choice, Control, Field, Form};
use crate::web::serve::act::{self, Sent, given, value};
use crate::web::serve::answer::{self, Shown, part};
use crate::web::serve::frame::{self, name};
use crate::web::serve::rmas::everything;
use crate::web::settings::{ListPage, RecordPage, Row, Search, Section, Table, View};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

const LIST: &str = "/settings/parts";

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource(LIST).route(web::get().to(list)).route(web::post().to(create)))
        .route("/settings/new/part", web::get().to(new))
        .service(web::resource("/settings/parts/{no}").route(web::get().to(show)).route(web::post().to(save)))
        .route("/settings/parts/{no}/equivalents", web::post().to(add_equivalent))
        .route("/settings/parts/{no}/equivalents/end", web::post().to(end_equivalent))
        .route("/settings/parts/{no}/minimum", web::post().to(set_minimum));
}

fn address(part_no: &str) -> String {
    format!("{LIST}/{}", part(part_no))
}

async fn list(req: HttpRequest, caller: Caller) -> Shown {
    open(&caller, Permission::ReadSetup)?;
    let sent = asked(&req);
    let page = listing(&sent);
    let filter = PartFilter {
        category: value(&sent, "category").to_owned(),
        wear: ticked(&sent, "wear"),
        class: PartClass::from_code(value(&sent, "class")),
    };
    let view = if filter.wear { "wear" } else { filter.class.map_or("all", |class| class.as_str()) };
    let mut rows = http::read(&caller, move |conn, ctx| parts::list(conn, ctx, &page, &filter)).await?;
    let after = cut(&mut rows, |part| part.row.part_no.clone());
    let p = frame_of(&req, &caller);
    let heads =
        ["settings-name", "settings-part-no", "settings-category", "settings-maker", "settings-equivalents"];
    let mut shown = table(&p, "settings-parts", &heads, "settings-parts-none");
    shown.rows = rows.iter().map(|part| row(&p, part)).collect();
    let mut fields = search(&p, &sent);
    fields.push(Search {
        name: "category",
        label: p.t("settings-category"),
        value: value(&sent, "category").to_owned(),
    });
    answer::page(&ListPage {
        title: p.t("settings-parts"),
        sub: p.t("settings-parts-text"),
        path: LIST,
        views: [("all", ""), ("wear", "?wear=1"), ("instrument", "?class=instrument")]
            .map(|(code, query)| View {
                label: p.word("settings-parts", code),
                href: format!("{LIST}{query}"),
                current: code == view,
            })
            .into(),
        search: fields,
        new: may_change(&caller).then(|| ("/settings/new/part", p.t("settings-parts-new"))),
        table: shown,
        next: next_page(LIST, &sent, after),
        p,
    })
}

fn row(p: &Page, part: &Part) -> Row {
    let stand_ins: Vec<&str> = part.alternates.iter().map(|alternate| alternate.part_no.as_str()).collect();
    Row {
        href: address(&part.row.part_no),
        cells: vec![
            two(name(p, &part.row.name, &part.row.name_en), &part.row.model),
            code(&part.row.part_no),
            text(&part.row.category),
            text(&part.row.maker),
            code(stand_ins.join(" ")),
        ],
        remove: String::new(),
    }
}

fn fields(p: &Page, part: Option<&Part>) -> Vec<Field> {
    let of = |read: fn(&Part) -> String| part.map(read).unwrap_or_default();
    let is = |read: fn(&Part) -> bool| part.is_some_and(read);
    let money = |fen: Option<i64>| fen.map(format_fen).unwrap_or_default();
    let tracking = part.map_or(Tracking::Serial, |part| part.row.tracking);
    let amount = |field: &str, label: &str, fen: Option<i64>| {
        Field::new(field, p.t(label), Control::Amount).with_value(money(fen))
    };
    let months = of(|part| part.row.warranty_months.map(|n| n.to_string()).unwrap_or_default());
    vec![
        line(p, "name", "settings-name-zh", of(|part| part.row.name.clone())).required(),
        line(p, "name_en", "settings-name-en", of(|part| part.row.name_en.clone())),
        line(p, "model", "settings-model", of(|part| part.row.model.clone())),
        line(p, "maker", "settings-maker", of(|part| part.row.maker.clone()))
            .with_hint(p.t("settings-fixed-hint")),
        line(p, "category", "settings-category", of(|part| part.row.category.clone())),
        line(p, "measure", "settings-measure", of(|part| part.row.measure.clone()))
            .with_hint(p.t("settings-measure-hint")),
        amount("price", "settings-price", part.and_then(|part| part.row.price_fen)),
        amount("repair_price", "settings-repair-price", part.and_then(|part| part.row.repair_price_fen)),
        line(
            p,
            "currency",
            "settings-currency",
            part.map_or("CNY".to_owned(), |part| part.row.currency.clone()),
        ),
        Field::new("warranty_months", p.t("settings-warranty"), Control::Number).with_value(months),
        Field::new(
            "tracking",
            p.t("settings-tracking"),
            Control::Pick(words(p, "tracking", Tracking::ALL.iter().map(|one| one.as_str()))),
        )
        .with_value(tracking.as_str()),
        tick(p, "repairable", "settings-repairable", part.is_none_or(|part| part.row.repairable)),
        tick(p, "common", "settings-common", is(|part| part.row.common)),
        tick(p, "data_bearing", "settings-data-bearing", is(|part| part.row.data_bearing)),
        tick(p, "wear", "settings-wear", is(|part| part.row.wear)).with_hint(p.t("settings-wear-hint")),
        Field::new(
            "class",
            p.t("settings-part-class"),
            Control::Pick(words(p, "part-class", PartClass::ALL.iter().map(|one| one.as_str()))),
        )
        .with_value(part.map_or(PartClass::Spare, |part| part.row.class).as_str())
        .with_hint(p.t("settings-part-class-hint")),
        Field::new("check_every_days", p.t("settings-check-every"), Control::Number)
            .with_value(of(|part| part.row.check_every_days.map(|n| n.to_string()).unwrap_or_default()))
            .with_hint(p.t("settings-check-every-hint")),
        tick(p, "serial_per_part", "settings-serial-per-part", is(|part| part.row.serial_per_part)),
    ]
}

async fn new(req: HttpRequest, caller: Caller) -> Shown {
    answer::page(&blank(&req, &caller)?)
}

fn blank(req: &HttpRequest, caller: &Caller) -> Result<RecordPage, Problem> {
    open(caller, Permission::ManageSetup)?;
    let p = frame_of(req, caller);
    let mut asked = vec![Field::new("part_no", p.t("settings-part-no"), Control::Code).required()];
    asked.extend(fields(&p, None));
    let form = Form { cancel: LIST.to_owned(), ..form(&p, "new", LIST.to_owned(), asked) };
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-parts")),
        title: p.t("settings-parts-new"),
        sub: String::new(),
        marks: vec![],
        links: vec![],
        sections: vec![Section::new("data", p.t("settings-data")).form(&p, form, true)],
        p,
    })
}

/// A whole number, when one was typed. Refuses with a field error.
fn whole(sent: &Sent, field: &str) -> Result<Option<i64>, Problem> {
    let typed = given(sent, field);
    let number = typed.map(|text| text.parse::<i64>().map_err(|_| Refusal::field(field, "not_a_number")));
    Ok(number.transpose()?)
}

fn read(sent: &Sent) -> Result<PartFields, Problem> {
    let text = |name: &str| Some(value(sent, name).to_owned());
    Ok(PartFields {
        name: text("name"),
        name_en: text("name_en"),
        model: text("model"),
        maker: text("maker"),
        category: text("category"),
        tracking: given(sent, "tracking"),
        measure: text("measure"),
        price: Some(given(sent, "price")),
        repair_price: Some(given(sent, "repair_price")),
        currency: given(sent, "currency"),
        repairable: Some(ticked(sent, "repairable")),
        warranty_months: Some(whole(sent, "warranty_months")?),
        common: Some(ticked(sent, "common")),
        data_bearing: Some(ticked(sent, "data_bearing")),
        wear: Some(ticked(sent, "wear")),
        class: given(sent, "class"),
        check_every_days: Some(whole(sent, "check_every_days")?),
        serial_per_part: Some(ticked(sent, "serial_per_part")),
        alternates: None,
        reorder_points: None,
    })
}

async fn create(req: HttpRequest, form: SignedForm<Sent>) -> Shown {
    let SignedForm { caller, form: sent } = form;
    let part_no = value(&sent, "part_no").to_owned();
    let done = book(&req, &caller, &sent, "", read(&sent), move |tx, ctx, said| {
        parts::create(tx, ctx, &part_no, said)
    })
    .await;
    settle(&req, &caller, &sent, done, "new", same, async { blank(&req, &caller) }).await
}

/// Does what a form about a part asks; where the browser goes then.
async fn book<W>(
    req: &HttpRequest,
    caller: &Caller,
    sent: &Sent,
    anchor: &'static str,
    said: Result<PartFields, Problem>,
    work: W,
) -> Result<String, Problem>
where
    W: Fn(&mut Conn, &Ctx, &PartFields) -> AppResult<Part> + Send + 'static,
{
    let said = said?;
    let to = move |part_no: &String| format!("{}?saved=1{anchor}", address(part_no));
    act::act(caller, req, sent, to, move |tx, ctx| work(tx, ctx, &said).map(|part| part.row.part_no)).await
}

async fn show(req: HttpRequest, caller: Caller, part_no: web::Path<String>) -> Shown {
    answer::page(&record(&req, &caller, &part_no).await?)
}

async fn record(req: &HttpRequest, caller: &Caller, part_no: &str) -> Result<RecordPage, Problem> {
    open(caller, Permission::ReadSetup)?;
    let wanted = part_no.to_owned();
    let (part, depots, people) = http::read(caller, move |conn, ctx| {
        let depots = crate::app::depots::list(conn, ctx, &everything())?;
        Ok((parts::get(conn, ctx, &wanted)?, depots, parts::confirmers(conn, ctx)?))
    })
    .await?;
    let confirmed: Vec<_> = part.alternates.iter().map(|one| Some(one.confirmed_by.clone())).collect();
    let p = frame::naming(frame_of(req, caller), caller, &confirmed).await?;
    let (may, own) = (may_change(caller), address(&part.row.part_no));
    let edit = form(&p, "edit", own.clone(), fields(&p, Some(&part)));
    let ending = value(&asked(req), "end").to_owned();
    let mut sections = vec![];
    if may && part.alternates.iter().any(|alternate| alternate.part_no == ending) {
        let end = Form {
            submit: p.t("settings-equivalent-end"),
            cancel: own.clone(),
            ..form(&p, "end", format!("{own}/equivalents/end"), vec![Field::hidden("part_no", &ending)])
        };
        let title = p.t1("settings-equivalent-end-title", "part", ending.as_str());
        sections.push(
            Section::new("ending", title).note(p.t("settings-equivalent-end-note")).form(&p, end, true),
        );
    }
    sections.push(
        Section::new("eq", p.t("settings-equivalents"))
            .note(p.t("settings-equivalents-note"))
            .table(equivalents(&p, &part, may))
            .adding(equivalent_form(&p, &own, people), may),
    );
    sections.push(
        Section::new("min", p.t("settings-minimum"))
            .note(p.t("settings-minimum-note"))
            .table(minimums(&p, &part))
            .adding(minimum_form(&p, &own, &depots), may),
    );
    sections.insert(
        usize::from(sections.len() > 2),
        Section::new("data", p.t("settings-data")).form(&p, edit, may),
    );
    Ok(RecordPage {
        crumb: (LIST.to_owned(), p.t("settings-parts")),
        title: name(&p, &part.row.name, &part.row.name_en).to_owned(),
        sub: part.row.part_no.clone(),
        marks: vec![],
        links: vec![],
        sections,
        p,
    })
}

fn equivalents(p: &Page, part: &Part, may: bool) -> Table {
    let heads =
        ["settings-part-no", "settings-reason", "settings-limits", "settings-confirmed-by", "settings-since"];
    let mut shown = table(p, "settings-equivalents", &heads, "settings-equivalents-none");
    let own = address(&part.row.part_no);
    shown.rows = part
        .alternates
        .iter()
        .map(|alternate| Row {
            href: address(&alternate.part_no),
            cells: vec![
                two(&alternate.part_no, name(p, &alternate.name, &alternate.name_en)),
                text(&alternate.reason),
                text(limits(p, alternate)),
                text(p.person(Some(&alternate.confirmed_by))),
                text(p.on(&alternate.valid_from)),
            ],
            remove: if may {
                format!("{own}?end={}", crate::web::serve::answer::part(&alternate.part_no))
            } else {
                String::new()
            },
        })
        .collect();
    shown
}

/// The limits of a relation in words: `固件 ≥ 2.1 · 硬件版本 A, B2`.
fn limits(p: &Page, alternate: &parts::AlternateRow) -> String {
    let said = [
        (!alternate.firmware_from.is_empty())
            .then(|| format!("{} ≥ {}", p.t("field-firmware"), alternate.firmware_from)),
        (!alternate.firmware_to.is_empty())
            .then(|| format!("{} ≤ {}", p.t("field-firmware"), alternate.firmware_to)),
        (!alternate.revisions.is_empty())
            .then(|| format!("{} {}", p.t("field-revision"), alternate.revisions)),
    ];
    said.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn equivalent_form(p: &Page, own: &str, people: Vec<(String, String)>) -> Form {
    let named = |(username, name): (String, String)| match name.is_empty() || name == username {
        true => Choice::new(&username, &username),
        false => Choice::new(&username, format!("{name}（{username}）")),
    };
    let people = Control::Select(people.into_iter().map(named).collect());
    let fields = vec![
        Field::new("part_no", p.t("settings-part-no"), Control::Code).required(),
        Field::new("confirmed_by", p.t("settings-confirmed-by"), people)
            .required()
            .with_hint(p.t("settings-confirmed-hint")),
        line(p, "reason", "settings-reason", "").required().with_hint(p.t("settings-reason-hint")),
        line(p, "firmware_from", "settings-firmware-from", ""),
        line(p, "firmware_to", "settings-firmware-to", ""),
        line(p, "revisions", "settings-revisions", "").with_hint(p.t("settings-revisions-hint")),
    ];
    Form {
        submit: p.t("settings-equivalent-add"),
        ..form(p, "equivalent", format!("{own}/equivalents"), fields)
    }
}

fn minimums(p: &Page, part: &Part) -> Table {
    let mut shown =
        table(p, "settings-minimum", &["settings-depot", "settings-minimum"], "settings-minimum-none");
    let row = |depot: &str, quantity| Row {
        href: format!("/settings/depots/{}", crate::web::serve::answer::part(depot)),
        cells: vec![code(depot), number(p, quantity)],
        remove: String::new(),
    };
    shown.rows = part.reorder_points.iter().map(|point| row(&point.depot, point.quantity)).collect();
    shown
}

fn minimum_form(p: &Page, own: &str, depots: &[crate::app::depots::Depot]) -> Form {
    let choices = depots
        .iter()
        .map(|depot| Choice::new(&depot.row.code, format!("{} {}", depot.row.code, depot.row.name)));
    let fields = vec![
        Field::new("depot", p.t("settings-depot"), Control::Select(choices.collect())).required(),
        Field::new("quantity", p.t("settings-minimum"), Control::Number)
            .with_hint(p.t("settings-minimum-hint")),
    ];
    Form { submit: p.t("settings-minimum-set"), ..form(p, "minimum", format!("{own}/minimum"), fields) }
}

async fn save(req: HttpRequest, part_no: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (part_no, SignedForm { caller, form: sent }) = (part_no.into_inner(), form);
    let wanted = part_no.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx, said: &PartFields| parts::update(tx, ctx, &wanted, said);
    let done = book(&req, &caller, &sent, "", read(&sent), work).await;
    settle(&req, &caller, &sent, done, "edit", same, record(&req, &caller, &part_no)).await
}

async fn add_equivalent(req: HttpRequest, part_no: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (part_no, SignedForm { caller, form: sent }) = (part_no.into_inner(), form);
    // Nobody may say later that it was not known why (PRODUCT "Regimes of ownership": a reasoned relation).
    // Nor that nobody stood for it: the person who confirmed it is named. What is missing is told at once.
    let missing =
        ["part_no", "confirmed_by", "reason"].into_iter().filter(|name| value(&sent, name).is_empty());
    let missing: Vec<FieldError> = missing.map(|name| FieldError::new(name, "required")).collect();
    let text = |name: &str| Some(value(&sent, name).to_owned());
    let new = AlternateFields {
        part_no: value(&sent, "part_no").to_owned(),
        reason: text("reason"),
        confirmed_by: text("confirmed_by"),
        firmware_from: text("firmware_from"),
        firmware_to: text("firmware_to"),
        revisions: text("revisions"),
    };
    let said = if missing.is_empty() { Ok(new) } else { Err(Problem::from(Refusal::Invalid(missing))) };
    let alternates = said.map(|new| PartFields { alternates: Some(vec![new]), ..PartFields::default() });
    let wanted = part_no.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx, said: &PartFields| {
        let standing = parts::get(tx, ctx, &wanted)?.alternates;
        let new = said.alternates.clone().unwrap_or_default();
        let is_new = |no: &str| new.iter().any(|one| crate::domain::fields::code_of(&one.part_no) == no);
        let kept = standing.iter().filter(|old| !is_new(&old.part_no)).map(|old| kept(&old.part_no));
        // The new one first: its faults are told under the form's names.
        let all = new.iter().cloned().chain(kept).collect();
        parts::update(tx, ctx, &wanted, &PartFields { alternates: Some(all), ..PartFields::default() })
    };
    let done = book(&req, &caller, &sent, "#eq", alternates, work).await;
    settle(&req, &caller, &sent, done, "equivalent", of_item, record(&req, &caller, &part_no)).await
}

/// A standing relation, as it is.
fn kept(part_no: &str) -> AlternateFields {
    AlternateFields { part_no: part_no.to_owned(), ..AlternateFields::default() }
}

async fn end_equivalent(req: HttpRequest, part_no: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (part_no, SignedForm { caller, form: sent }) = (part_no.into_inner(), form);
    let (wanted, gone) = (part_no.clone(), value(&sent, "part_no").to_owned());
    let work = move |tx: &mut Conn, ctx: &Ctx, _: &PartFields| {
        let standing = parts::get(tx, ctx, &wanted)?.alternates;
        let all = standing.iter().filter(|old| old.part_no != gone).map(|old| kept(&old.part_no)).collect();
        parts::update(tx, ctx, &wanted, &PartFields { alternates: Some(all), ..PartFields::default() })
    };
    let done = book(&req, &caller, &sent, "#eq", Ok(PartFields::default()), work).await;
    settle(&req, &caller, &sent, done, "end", of_item, record(&req, &caller, &part_no)).await
}

async fn set_minimum(req: HttpRequest, part_no: web::Path<String>, form: SignedForm<Sent>) -> Shown {
    let (part_no, SignedForm { caller, form: sent }) = (part_no.into_inner(), form);
    let point = |quantity| PartFields {
        reorder_points: Some(vec![ReorderFields { depot: value(&sent, "depot").to_owned(), quantity }]),
        ..PartFields::default()
    };
    let said = whole(&sent, "quantity").map(point);
    let wanted = part_no.clone();
    let work = move |tx: &mut Conn, ctx: &Ctx, said: &PartFields| parts::update(tx, ctx, &wanted, said);
    let done = book(&req, &caller, &sent, "#min", said, work).await;
    settle(&req, &caller, &sent, done, "minimum", of_item, record(&req, &caller, &part_no)).await
}
