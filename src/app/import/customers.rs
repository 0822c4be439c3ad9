//! Customers: code, name, city, one contact, service plan, language.

use chrono::NaiveDate;

use crate::domain::language::Language;

use super::book::{Book, Fingerprint, Needs};
use super::cells::{CellError, Cells};
use super::columns::{Column, Field, Layout};
use super::fault::Reason;
use super::kind::{ImportRow, Kind, duplicate};
use super::outcome::Verdict;
use super::seen::Seen;
use super::sheet::Row;
use super::values::{self, Words};

/// The columns of a customer list.
pub const COLUMNS: &[Column] = &[
    Column::required(
        Field::Code,
        "客户编号",
        "Customer code",
        &["编号", "客户代码", "客户编码", "code", "customer", "customer no"],
    ),
    Column::required(Field::Name, "客户名称", "Name", &["名称", "单位名称", "customer name"]),
    Column::optional(Field::City, "地市", "City", &["城市", "所在城市"]),
    Column::optional(Field::Contact, "联系人", "Contact", &["联系人姓名", "contact name", "contact person"]),
    Column::optional(Field::Email, "电子邮箱", "Email", &["邮箱", "邮件", "电子邮件", "e-mail", "mail"]),
    Column::optional(
        Field::Phone,
        "联系电话",
        "Phone",
        &["电话", "手机", "手机号", "tel", "telephone", "mobile"],
    ),
    Column::optional(
        Field::Plan,
        "服务等级",
        "Service plan",
        &["服务计划", "服务级别", "plan", "service level"],
    ),
    Column::optional(Field::Language, "语言", "Language", &["通知语言", "lang"]),
];

const LANGUAGES: Words<Language> = Words {
    known: &[
        ("zh-cn", Language::ZhCn),
        ("zh_cn", Language::ZhCn),
        ("zh", Language::ZhCn),
        ("zh-hans", Language::ZhCn),
        ("中文", Language::ZhCn),
        ("简体中文", Language::ZhCn),
        ("chinese", Language::ZhCn),
        ("en", Language::En),
        ("en-us", Language::En),
        ("en-gb", Language::En),
        ("英文", Language::En),
        ("英语", Language::En),
        ("english", Language::En),
    ],
    zh: "zh-CN、en",
    en: "zh-CN, en",
};

/// One customer as its row says. `None` means: the row says nothing, leave what stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CustomerRow {
    /// Customer code, such as `C1001`.
    pub code: String,
    /// Name of the organisation.
    pub name: String,
    /// City of its main site.
    pub city: Option<String>,
    /// Name of the first contact.
    pub contact: Option<String>,
    /// Where the first contact's mails go.
    pub email: Option<String>,
    /// Telephone of the first contact.
    pub phone: Option<String>,
    /// Service plan by name; a new customer without one has no plan, and so no promises.
    pub plan: Option<String>,
    /// Language of the mails; Chinese for a new customer without one.
    #[serde(with = "super::coded")]
    pub language: Option<Language>,
}

impl ImportRow for CustomerRow {
    const KIND: Kind = Kind::Customers;
    const COLUMNS: &'static [Column] = COLUMNS;

    fn parse(layout: &Layout, row: &Row, _today: NaiveDate) -> Result<Self, Vec<CellError>> {
        let mut cells = Cells::new(layout, row);
        let code = cells.required(Field::Code, values::code);
        let name = cells.required(Field::Name, |cell| values::text(cell, 200));
        let city = cells.text(Field::City, 60);
        let contact = cells.text(Field::Contact, 100);
        let email = cells.optional(Field::Email, values::email);
        let phone = cells.text(Field::Phone, 40);
        let plan = cells.text(Field::Plan, 60);
        let language = cells.word(Field::Language, &LANGUAGES);
        let whole = code.zip(name).map(|(code, name)| Self {
            code,
            name,
            city,
            contact,
            email,
            phone,
            plan,
            language,
        });
        cells.finish(whole)
    }

    fn needs(&self, needs: &mut Needs) {
        needs.customers.insert(self.code.clone());
    }

    fn claim(
        &self,
        row: u32,
        layout: &Layout,
        book: &Book,
        seen: &mut Seen,
    ) -> Result<String, Vec<CellError>> {
        if let Some(plan) = self.plan.as_ref().filter(|plan| !book.plans.contains_key(*plan)) {
            let reason = Reason::PlanUnknown(plan.clone());
            return Err(vec![CellError { row, column: layout.heading(Field::Plan), reason }]);
        }
        seen.claim(&self.code, row)
            .map_err(|first| duplicate(row, layout.heading(Field::Code), &self.code, first))
    }

    fn settle(&self, _row: u32, _key: &str, _layout: &Layout, book: &Book) -> Verdict {
        let Some(facts) = book.customers.get(&self.code) else { return Verdict::Accepted };
        let standing = facts.beside(self);
        let plan = self.plan.as_ref().and_then(|word| book.plans.get(word)).cloned();
        let said = Self { plan, ..self.clone() };
        if said.over(&standing) == standing { Verdict::Unchanged } else { Verdict::Accepted }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        None
    }
}

impl CustomerRow {
    /// This row laid over what the books have: what it says replaces, what it does not say stays.
    #[must_use]
    pub fn over(&self, standing: &Self) -> Self {
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        Self {
            code: self.code.clone(),
            name: self.name.clone(),
            city: or(&self.city, &standing.city),
            contact: or(&self.contact, &standing.contact),
            email: or(&self.email, &standing.email),
            phone: or(&self.phone, &standing.phone),
            plan: or(&self.plan, &standing.plan),
            language: self.language.or(standing.language),
        }
    }
}

/// A customer on the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFacts {
    /// Its attributes in the form of its row, without a contact; the plan by its code.
    pub row: CustomerRow,
    /// Its contacts: name, address, telephone.
    pub contacts: Vec<(String, String, String)>,
}

impl CustomerFacts {
    /// What stands, in the form of a row, with the contact that `row` is about: its mail address is the key. A row
    /// without an address says nothing that the books could keep of a contact.
    fn beside(&self, row: &CustomerRow) -> CustomerRow {
        let same = |email: &String| {
            let contact = self.contacts.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(email));
            contact.map(|(name, _, phone)| (Some(name.clone()), Some(email.clone()), Some(phone.clone())))
        };
        let (contact, email, phone) = match &row.email {
            Some(email) => same(email).unwrap_or_default(),
            None => (row.contact.clone(), None, row.phone.clone()),
        };
        CustomerRow { contact, email, phone, ..self.row.clone() }
    }
}
