//! Contacts and sites of a customer.

use super::CustomerFields;
use crate::app::AppResult;
use crate::app::setup::Changes;
use crate::domain::fields::{Fields, LONG_MAX, NAME_MAX};
use crate::domain::language::Language;
use crate::domain::refusal::{FieldError, Refusal};
use crate::store::Conn;
use crate::store::customers::{self, ContactRow};

/// Longest telephone number, with extension and blanks.
const PHONE_MAX: usize = 40;

/// Somebody at the customer. The mail address is the key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactFields {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Language of the mails; the customer's when not said.
    pub language: Option<String>,
}

/// A site. The name is the key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteFields {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: Option<String>,
}

/// What happens to standing rows that a request does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// They go: the list is the whole truth.
    Replace,
    /// They stay: the list adds to them.
    Add,
}

/// A contact as asked for and checked.
struct Contact {
    name: String,
    email: String,
    phone: Option<String>,
    language: Option<Language>,
}

/// Contacts and sites as asked for and checked.
pub(super) struct People {
    contacts: Option<Vec<Contact>>,
    sites: Option<Vec<(String, Option<String>)>>,
    language: Language,
}

/// Reads and checks what a request says. `language` is the customer's, for new contacts that have none of their own.
pub(super) fn read(f: &mut Fields, language: Language, fields: &CustomerFields) -> People {
    let contacts = fields.contacts.as_ref().map(|wanted| {
        f.distinct("contacts", wanted.iter().map(|contact| contact.email.trim().to_lowercase()));
        wanted.iter().enumerate().map(|(at, contact)| read_contact(f, at, contact)).collect()
    });
    let sites = fields.sites.as_ref().map(|wanted| {
        f.distinct("sites", wanted.iter().map(|site| site.name.trim()));
        let site = |(at, site): (usize, &SiteFields)| {
            let name = f.required(&format!("sites[{at}].name"), &site.name, NAME_MAX);
            let address = site.address.as_ref().map(|v| f.text(&format!("sites[{at}].address"), v, LONG_MAX));
            (name, address)
        };
        wanted.iter().enumerate().map(site).collect()
    });
    People { contacts, sites, language }
}

fn read_contact(f: &mut Fields, at: usize, contact: &ContactFields) -> Contact {
    let field = |name: &str| format!("contacts[{at}].{name}");
    if contact.email.trim().is_empty() {
        f.fault(field("email"), "required");
    }
    Contact {
        name: f.required(&field("name"), &contact.name, NAME_MAX),
        email: f.email(&field("email"), &contact.email),
        phone: contact.phone.as_ref().map(|v| f.text(&field("phone"), v, PHONE_MAX)),
        language: contact
            .language
            .as_ref()
            .and_then(|v| f.word(&field("language"), v, Language::ALL, Language::from_code)),
    }
}

impl People {
    /// Brings the books to what was asked for.
    pub(super) fn write(
        self,
        tx: &mut Conn,
        customer_id: i64,
        lists: Lists,
        changes: &mut Changes,
    ) -> AppResult<()> {
        if let Some(contacts) = self.contacts {
            write_contacts(tx, customer_id, lists, contacts, self.language, changes)?;
        }
        if let Some(sites) = self.sites {
            write_sites(tx, customer_id, lists, sites, changes)?;
        }
        Ok(())
    }
}

fn write_contacts(
    tx: &mut Conn,
    customer_id: i64,
    lists: Lists,
    wanted: Vec<Contact>,
    language: Language,
    changes: &mut Changes,
) -> AppResult<()> {
    let standing = customers::contacts(tx, customer_id)?;
    let same = |row: &ContactRow, contact: &Contact| row.email.eq_ignore_ascii_case(&contact.email);
    if lists == Lists::Replace {
        for gone in standing.iter().filter(|row| !wanted.iter().any(|contact| same(row, contact))) {
            customers::remove_contact(tx, gone.id)?;
            changes.note(format!("contacts: − {}", gone.email));
        }
    }
    for contact in wanted {
        let old = standing.iter().find(|row| same(row, &contact));
        let new = ContactRow {
            id: old.map_or(0, |row| row.id),
            customer_id,
            name: contact.name,
            email: contact.email,
            phone: contact.phone.or_else(|| old.map(|row| row.phone.clone())).unwrap_or_default(),
            language: contact.language.or(old.map(|row| row.language)).unwrap_or(language),
        };
        if old != Some(&new) {
            customers::save_contact(tx, &new)?;
            changes.note(format!("contacts: + {}", new.email));
        }
    }
    Ok(())
}

fn write_sites(
    tx: &mut Conn,
    customer_id: i64,
    lists: Lists,
    wanted: Vec<(String, Option<String>)>,
    changes: &mut Changes,
) -> AppResult<()> {
    let standing = customers::sites(tx, customer_id)?;
    if lists == Lists::Replace {
        for gone in standing.iter().filter(|row| !wanted.iter().any(|(name, _)| *name == row.name)) {
            if !customers::remove_site(tx, gone.id)? {
                let error = FieldError::new("sites", "site_in_contract").with("site", &gone.name);
                return Err(Refusal::Invalid(vec![error]).into());
            }
            changes.note(format!("sites: − {}", gone.name));
        }
    }
    for (name, address) in wanted {
        let old = standing.iter().find(|row| row.name == name);
        let address = address.or_else(|| old.map(|row| row.address.clone())).unwrap_or_default();
        if old.is_none_or(|row| row.address != address) {
            customers::save_site(tx, customer_id, &name, &address)?;
            changes.note(format!("sites: + {name}"));
        }
    }
    Ok(())
}
