//! `/print`: paper for what the books know. A document's number follows from what it is about, so that a second copy bears
//! the first one's number.

use super::act::value;
use super::answer::{self, Shown, part};
use super::frame::{self, name};
use super::print_running::company;
use super::rma_view::owner;
use super::settings::record::asked;
use crate::app::customers::Customer;
use crate::app::rma::{self, LineView, RmaView, ShipmentRow};
use crate::app::{audit, customers, depots, parts, stock, transfers};
use crate::domain::actor::Permission;
use crate::domain::calendar::Zone;
use crate::domain::refusal::Refusal;
use crate::domain::rma::{Direction, IssuedRole, IssuedState, RepairState, ShipmentPurpose};
use crate::domain::stock::Owner;
use crate::http::{self, Caller, Problem, State};
use crate::web::barcode::{bars, qr};
use crate::web::kit::Html;
use crate::web::page::Screen;
use crate::web::print::{Item, Label, LabelsPage, SheetPage, Sign, TagField, TagPage, in_other};
use crate::web::{Page, print};
use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/print/rma/{number}/{line}/tag", web::get().to(rma_tag))
        .route("/print/rma/{number}/{line}/hand-over", web::get().to(hand_over))
        .route("/print/rma/{number}/{line}/delivery", web::get().to(delivery))
        .route("/print/transfer/{number}", web::get().to(transfer))
        .route("/print/unit/{serial}", web::get().to(unit_label))
        .route("/print/unit/{serial}/tag", web::get().to(unit_tag))
        .route("/print/depot/{code}/bins", web::get().to(bin_labels));
}

/// What the papers of an RMA line are made of.
struct Facts {
    p: Page,
    view: RmaView,
    line: LineView,
    customer: Customer,
    data_bearing: bool,
    base_url: String,
    company: String,
}

async fn facts(req: &HttpRequest, caller: &Caller, path: (String, i64)) -> Result<Facts, Problem> {
    caller.may(Permission::ReadStock)?;
    let (number, wanted) = path;
    let (view, line, customer, data_bearing) = http::read(caller, move |conn, ctx| {
        let view = rma::view(conn, ctx, &number)?;
        let line = view.lines.iter().find(|line| line.row.line == wanted).cloned();
        let line = line.ok_or_else(|| Refusal::not_found("line", wanted))?;
        let customer = customers::get(conn, ctx, &view.rma.customer)?;
        let part = parts::get(conn, ctx, &line.row.part_no)?;
        Ok((view, line, customer, part.row.data_bearing))
    })
    .await?;
    audit::note_contact(&caller.app, &caller.ctx, &view.rma.number).await?;
    let p = frame::with_depots(frame::page(req, Some(caller), Screen::Elsewhere), caller).await?;
    let base_url =
        req.app_data::<web::Data<State>>().map(|state| state.config.base_url.clone()).unwrap_or_default();
    Ok(Facts { p, view, line, customer, data_bearing, base_url, company: company(req) })
}

impl Facts {
    /// `FT-2026-000123-1`: kind, RMA, line.
    fn document(&self, kind: &str) -> String {
        let number = self.view.rma.number.strip_prefix("RMA-").unwrap_or(&self.view.rma.number);
        format!("{kind}-{number}-{}", self.line.row.line)
    }

    fn back(&self) -> String {
        format!("/rma/{}?line={}", part(&self.view.rma.number), self.line.row.line)
    }

    /// The customer's page, which opens without signing in.
    fn tracking(&self) -> String {
        let rma = &self.view.rma;
        format!("{}/track/{}?code={}", self.base_url, part(&rma.number), part(&rma.tracking_code))
    }

    /// Where the customer wants it.
    fn site(&self) -> String {
        let rma = &self.view.rma;
        let address = self.customer.sites.iter().find(|site| site.name == rma.site);
        let address = address.map(|site| site.address.as_str()).unwrap_or_default();
        [rma.site.as_str(), address]
            .iter()
            .filter(|text| !text.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn whom(&self) -> String {
        format!("{} {}", self.view.rma.customer_name, self.view.rma.contact_name).trim().to_owned()
    }

    fn depot(&self) -> String {
        self.depot_of(self.line.row.depot.as_deref())
    }

    /// A depot by its name; the company where none is known.
    fn depot_of(&self, code: Option<&str>) -> String {
        code.map_or_else(|| self.company.clone(), |code| self.p.depot(code))
    }

    fn own_item(&self, what: String) -> Item {
        let row = &self.line.row;
        Item {
            name: name(&self.p, &row.part_name, &row.part_name_en).to_owned(),
            part_no: row.part_no.clone(),
            serial: row.serial.clone(),
            what,
        }
    }

    fn track_box(&self) -> Option<(Html, Vec<String>)> {
        let rma = &self.view.rma;
        let code = qr(&self.tracking(), 28, &self.p.t("print-scan-track"))?;
        Some((
            code,
            vec![
                self.base_url.clone(),
                rma.number.clone(),
                format!("{} {}", self.p.t("track-code"), rma.tracking_code),
            ],
        ))
    }
}

fn field(p: &Page, key: &str, value: impl Into<String>) -> TagField {
    let value = value.into();
    let value = if value.is_empty() { "—".to_owned() } else { value };
    TagField { label: p.t(key), other: in_other(p, key), value }
}

async fn rma_tag(req: HttpRequest, caller: Caller, path: web::Path<(String, i64)>) -> Shown {
    let facts = facts(&req, &caller, path.into_inner()).await?;
    let (p, row) = (&facts.p, &facts.line.row);
    let theirs = || format!("{} {}", p.word("owner", "customer"), row.customer_name);
    let owned = facts.line.unit.as_ref().map(|unit| match &unit.owner {
        Owner::Customer(code) if *code == row.customer => theirs(),
        other => owner(p, other),
    });
    let received =
        row.received_at.map(|at| format!("{} {}", p.date(&Zone::default().local_date(at)), facts.depot()));
    let fields = vec![
        field(p, "col-customer", &facts.view.rma.customer_name),
        field(p, "print-category", p.word("mode", row.mode.as_str())),
        field(p, "field-part-no", format!("{} {}", row.part_no, name(p, &row.part_name, &row.part_name_en))),
        field(p, "field-fault", &row.fault),
        field(p, "print-fault-date", p.date(&Zone::default().local_date(row.requested_at))),
        field(p, "print-owner", owned.unwrap_or_else(theirs)),
        field(p, "print-received-on", received.unwrap_or_default()),
    ];
    answer::page(&TagPage {
        back: facts.back(),
        number: facts.document("FT"),
        rma: facts.view.rma.number.clone(),
        fields,
        data_bearing: facts.data_bearing,
        bars: bars(&row.serial, 13, 66, &row.serial),
        qr: qr(&facts.tracking(), 21, &p.t("print-scan-track")),
        qr_note: p.t("print-scan-track"),
        serial: row.serial.clone(),
        company: facts.company,
        p: facts.p,
    })
}

async fn unit_tag(req: HttpRequest, caller: Caller, serial: web::Path<String>) -> Shown {
    caller.may(Permission::ReadStock)?;
    let part_no = super::act::given(&asked(&req), "part_no");
    let (unit, part_row, owned) = http::read(&caller, move |conn, ctx| {
        let unit = stock::unit(conn, ctx, &serial, part_no.as_deref())?;
        let part = parts::get(conn, ctx, &unit.part_no)?;
        let owned = match &unit.owner {
            Owner::Customer(code) => Some(customers::get(conn, ctx, code)?.row.name),
            _ => None,
        };
        Ok((unit, part.row, owned))
    })
    .await?;
    let p = frame::with_depots(frame::page(&req, Some(&caller), Screen::Elsewhere), &caller).await?;
    let owned = owned.map(|name| format!("{} {name}", p.word("owner", "customer")));
    let fields = vec![
        field(
            &p,
            "field-part-no",
            format!("{} {}", unit.part_no, name(&p, &unit.part_name, &unit.part_name_en)),
        ),
        field(&p, "unit-maker", &unit.maker),
        field(&p, "print-condition", p.word("condition", unit.condition.as_str())),
        field(&p, "print-owner", owned.unwrap_or_else(|| owner(&p, &unit.owner))),
        field(&p, "col-place", stands(&p, &unit.place)),
        field(&p, "col-document", p.reference(&unit.document)),
        field(&p, "field-fault", ""),
    ];
    answer::page(&TagPage {
        back: format!("/unit/{}?part_no={}", part(&unit.serial), part(&unit.part_no)),
        number: format!("FT-{}", unit.serial),
        rma: String::new(),
        fields,
        data_bearing: part_row.data_bearing,
        bars: bars(&unit.serial, 13, 66, &unit.serial),
        qr: qr(&unit.serial, 21, &unit.serial),
        qr_note: p.t("print-scan-serial"),
        serial: unit.serial,
        company: company(&req),
        p,
    })
}

/// A place on paper: the depot by its name, and what its labels say.
fn stands(p: &Page, place: &str) -> String {
    match place.split('/').next().filter(|code| p.depots.contains_key(*code)) {
        Some(code) => format!("{} {}", p.depot(code), p.place(place)),
        None => p.place(place),
    }
}

/// Whether the customer's own unit is what goes to the customer now.
fn goes_home(state: RepairState) -> bool {
    use RepairState as S;
    matches!(state, S::Nff | S::Repaired | S::Dispatched | S::Returned)
}

/// What is handed to the customer: the own unit when it is ready, else the spares at or on their way to them.
fn outgoing(facts: &Facts) -> Vec<Item> {
    let p = &facts.p;
    if goes_home(facts.line.row.repair_state) {
        return vec![facts.own_item(p.word("shipment", "return"))];
    }
    let going = |state: IssuedState| {
        matches!(state, IssuedState::Reserved | IssuedState::Shipped | IssuedState::InUse)
    };
    let spares = facts.line.issued.iter().filter(|issued| going(issued.state));
    spares
        .map(|issued| Item {
            name: name(p, &issued.part_name, &issued.part_name_en).to_owned(),
            part_no: issued.part_no.clone(),
            serial: issued.serial.clone(),
            what: p.word("issued-role", issued.role.as_str()),
        })
        .collect()
}

async fn hand_over(req: HttpRequest, caller: Caller, path: web::Path<(String, i64)>) -> Shown {
    let facts = facts(&req, &caller, path.into_inner()).await?;
    let p = &facts.p;
    let going = outgoing(&facts);
    // What the customer brings is handed over until it was received; then what we give back.
    let incoming = match value(&asked(&req), "way") {
        "in" => true,
        "out" => going.is_empty(),
        _ => facts.line.row.received_at.is_none() || going.is_empty(),
    };
    let (from, to) = if incoming { (facts.whom(), facts.depot()) } else { (facts.depot(), facts.whom()) };
    let items = if incoming { vec![facts.own_item(p.word("condition", "faulty"))] } else { going.clone() };
    let number = facts.document("HO");
    let here = format!("/print/rma/{}/{}/hand-over", part(&facts.view.rma.number), facts.line.row.line);
    let mut others = vec![];
    if incoming && !going.is_empty() {
        others.push((format!("{here}?way=out"), p.t("print-way-out")));
    } else if !incoming {
        others.push((format!("{here}?way=in"), p.t("print-way-in")));
    }
    let rma = format!("{} / {}", facts.view.rma.number, facts.line.row.line);
    answer::page(&SheetPage {
        back: facts.back(),
        title: p.t("print-handover"),
        sub: p.t("print-handover-sub"),
        bars: bars(&number, 11, 90, &number),
        facts: vec![
            (p.t("print-from"), from.clone()),
            (p.t("print-to"), to.clone()),
            (p.t("print-rma"), rma),
            (p.t("field-site"), facts.site()),
        ],
        what: p.t("print-purpose"),
        items,
        note: None,
        checks: vec![p.t("print-check-box"), p.t("print-check-serial")],
        statement: p.t("print-handover-statement"),
        signs: vec![
            Sign { who: format!("{} · {from}", p.t("print-handed-by")) },
            Sign { who: format!("{} · {to}", p.t("print-received-by")) },
        ],
        track: None,
        company: facts.company.clone(),
        number,
        others,
        p: facts.p,
    })
}

/// The sheet that goes with a transfer: what left, or what was asked for while nothing has.
async fn transfer(req: HttpRequest, caller: Caller, number: web::Path<String>) -> Shown {
    caller.may(Permission::ReadStock)?;
    let number = number.into_inner();
    let view = http::read(&caller, move |conn, ctx| transfers::view(conn, ctx, &number)).await?;
    let p = frame::with_depots(frame::page(&req, Some(&caller), Screen::Elsewhere), &caller).await?;
    let company = company(&req);
    let row = &view.row;
    let item = |part_no: &str, title: &str, serial: Option<&String>, condition: &str, quantity: i64| Item {
        name: title.to_owned(),
        part_no: part_no.to_owned(),
        serial: serial.cloned().unwrap_or_else(|| format!("× {quantity}")),
        what: p.word("condition", condition),
    };
    let left = view.items.iter().filter(|piece| !piece.unexpected).map(|piece| {
        let title = name(&p, &piece.part_name, &piece.part_name_en);
        item(&piece.part_no, title, piece.serial.as_ref(), piece.condition.as_str(), piece.sent)
    });
    let asked = view.lines.iter().filter(|_| view.items.is_empty()).map(|account| {
        let line = &account.line;
        let title = name(&p, &line.part_name, &line.part_name_en);
        item(&line.part_no, title, line.serial.as_ref(), line.condition.as_str(), line.quantity)
    });
    let items: Vec<Item> = left.chain(asked).collect();
    answer::page(&SheetPage {
        back: format!("/transfers/{}", part(&row.number)),
        title: p.t("print-transfer"),
        sub: p.t("print-transfer-sub"),
        bars: bars(&row.number, 11, 90, &row.number),
        facts: vec![
            (p.t("print-from"), format!("{} {}", p.depot(&row.from_depot), row.from_depot)),
            (p.t("print-to"), format!("{} {}", p.depot(&row.to_depot), row.to_depot)),
            (p.t("field-carrier"), row.carrier.clone()),
            (p.t("field-tracking-no"), row.tracking_no.clone()),
        ],
        what: p.t("col-condition"),
        items,
        note: None,
        checks: vec![p.t("print-check-box"), p.t("print-check-serial")],
        statement: p.t("print-handover-statement"),
        signs: vec![
            Sign { who: format!("{} · {}", p.t("print-handed-by"), p.depot(&row.from_depot)) },
            Sign { who: format!("{} · {}", p.t("print-received-by"), p.depot(&row.to_depot)) },
        ],
        track: None,
        company,
        number: row.number.clone(),
        others: vec![],
        p,
    })
}

/// The latest parcel of the line that goes out, or the one that is asked for.
fn parcel(facts: &Facts, chosen: Option<i64>) -> Result<ShipmentRow, Problem> {
    let own = |shipment: &&ShipmentRow| {
        shipment.line == facts.line.row.line
            && shipment.direction == Direction::Outbound
            && chosen.is_none_or(|id| id == shipment.id)
    };
    let found = facts.view.shipments.iter().rev().find(own).cloned();
    Ok(found
        .ok_or_else(|| Refusal::not_found("shipment", chosen.map_or(String::new(), |id| id.to_string())))?)
}

async fn delivery(req: HttpRequest, caller: Caller, path: web::Path<(String, i64)>) -> Shown {
    let facts = facts(&req, &caller, path.into_inner()).await?;
    let shipment = parcel(&facts, value(&asked(&req), "shipment").parse().ok())?;
    let p = &facts.p;
    let number = format!("DN-{:06}", shipment.id);
    let serial = shipment.serial.clone().unwrap_or_default();
    let issued = facts.line.issued.iter().find(|issued| issued.serial == serial);
    let purpose = p.word("shipment", shipment.purpose.as_str());
    let item = match issued {
        Some(issued) => Item {
            name: name(p, &issued.part_name, &issued.part_name_en).to_owned(),
            part_no: issued.part_no.clone(),
            serial,
            what: format!("{purpose} · {}", p.word("issued-role", issued.role.as_str())),
        },
        None => Item { serial, ..facts.own_item(purpose) },
    };
    let statement = match (shipment.purpose, issued.map(|issued| issued.role)) {
        (_, Some(IssuedRole::Loan)) => p.t("print-loan-statement"),
        (_, Some(IssuedRole::Permanent)) | (ShipmentPurpose::Replacement, None) => {
            p.t("print-kept-statement")
        }
        _ => p.t("print-home-statement"),
    };
    let owes = facts.line.row.received_at.is_none() && issued.is_some();
    let rma = format!("{} / {}", facts.view.rma.number, facts.line.row.line);
    answer::page(&SheetPage {
        back: facts.back(),
        title: p.t("print-delivery"),
        sub: facts.company.clone(),
        bars: bars(&number, 11, 90, &number),
        facts: vec![
            (p.t("print-consignee"), facts.whom()),
            (p.t("print-sender"), facts.depot_of(shipment.depot.as_deref())),
            (p.t("field-site"), facts.site()),
            (p.t("print-carrier"), format!("{} {}", shipment.carrier, shipment.tracking_no)),
            (p.t("print-rma"), rma),
            (p.t("print-shipped"), p.at_known(&shipment.shipped_at)),
        ],
        what: p.t("print-purpose"),
        items: vec![item],
        note: owes.then(|| (p.t("print-return-title"), p.t("print-return-text"))),
        checks: vec![p.t("print-check-box"), p.t("print-check-serial"), p.t("print-check-power")],
        statement,
        signs: vec![Sign { who: p.t("print-consignee-sign") }],
        track: facts.track_box(),
        company: facts.company.clone(),
        number,
        others: vec![],
        p: facts.p,
    })
}

async fn unit_label(req: HttpRequest, caller: Caller, serial: web::Path<String>) -> Shown {
    caller.may(Permission::ReadStock)?;
    let part_no = super::act::given(&asked(&req), "part_no");
    let unit =
        http::read(&caller, move |conn, ctx| stock::unit(conn, ctx, &serial, part_no.as_deref())).await?;
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let label = Label {
        qr: qr(&unit.serial, 19, &unit.serial),
        lines: vec![
            name(&p, &unit.part_name, &unit.part_name_en).to_owned(),
            unit.part_no.clone(),
            unit.maker.clone(),
        ],
        large: unit.serial.clone(),
        code: unit.serial.clone(),
    };
    answer::page(&LabelsPage {
        back: format!("/unit/{}?part_no={}", part(&unit.serial), part(&unit.part_no)),
        title: p.t("print-unit"),
        size: "50 × 30 mm",
        note: p.t("print-unit-note"),
        bins: false,
        labels: vec![label],
        p,
    })
}

async fn bin_labels(req: HttpRequest, caller: Caller, code: web::Path<String>) -> Shown {
    caller.may(Permission::ReadSetup)?;
    let depot = http::read(&caller, move |conn, ctx| depots::get(conn, ctx, &code)).await?;
    let chosen = super::settings::record::all_of(&asked(&req), "bin");
    let p = frame::page(&req, Some(&caller), Screen::Elsewhere);
    let wanted = depot.bins.iter().filter(|bin| chosen.is_empty() || chosen.contains(bin));
    let label = |bin: &String| {
        let code = format!("{}/{bin}", depot.row.code);
        Label { qr: qr(&code, 25, &code), large: bin.clone(), lines: vec![depot.row.name.clone()], code }
    };
    let labels: Vec<print::Label> = wanted.map(label).collect();
    if labels.is_empty() {
        return Err(Refusal::not_found("bin", &depot.row.code).into());
    }
    answer::page(&LabelsPage {
        back: format!("/settings/depots/{}", part(&depot.row.code)),
        title: p.t("print-bins"),
        size: "70 × 40 mm",
        note: p.t("print-bins-note"),
        bins: true,
        labels,
        p,
    })
}
