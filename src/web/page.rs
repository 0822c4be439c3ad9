//! What every page shares: who looks at it, in which language and theme, and where they can go.

use chrono::{DateTime, FixedOffset, Utc};
use std::collections::BTreeMap;

use crate::i18n::{self, Args, Lang, Value};

use super::assets;
use super::kit::Html;

/// The colour scheme, written by the server as `<html data-theme>` so that no script and no flash is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The code stored with the user and in the cookie: `auto`, `light`, `dark`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a code; anything else is `Auto`.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }
}

/// A place of the main navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// `/today`
    Today,
    /// `/`
    Overview,
    /// `/rma`
    Rma,
    /// `/bench`
    Bench,
    /// `/scan`
    Scan,
    /// `/stock`
    Stock,
    /// `/unit`
    Unit,
    /// `/movements`
    Movements,
    /// `/transfers`
    Transfers,
    /// `/counts`
    Counts,
    /// `/exceptions`
    Exceptions,
    /// `/report/timely-repair`
    Report,
    /// `/notices`
    Notices,
    /// `/imports`
    Imports,
    /// `/requests`
    Requests,
    /// `/public-requests`
    Public,
    /// `/van`
    Van,
    /// `/settings`
    Settings,
    /// A page outside the navigation: account, find, errors.
    Elsewhere,
}

impl Screen {
    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview | Self::Elsewhere => "/",
            Self::Today => "/today",
            Self::Rma => "/rma",
            Self::Bench => "/bench",
            Self::Scan => "/scan",
            Self::Stock => "/stock",
            Self::Unit => "/unit",
            Self::Movements => "/movements",
            Self::Transfers => "/transfers",
            Self::Counts => "/counts",
            Self::Exceptions => "/exceptions",
            Self::Report => "/report/timely-repair",
            Self::Notices => "/notices",
            Self::Imports => "/imports",
            Self::Requests => "/requests",
            Self::Van => "/van",
            Self::Public => "/public-requests",
            Self::Settings => "/settings",
        }
    }

    /// Its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Overview | Self::Elsewhere => "layout-dashboard",
            Self::Today => "inbox",
            Self::Rma => "arrows-exchange",
            Self::Bench => "tool",
            Self::Scan => "scan",
            Self::Stock => "building-warehouse",
            Self::Unit => "cpu",
            Self::Movements => "switch-horizontal",
            Self::Transfers => "truck",
            Self::Counts => "clipboard-check",
            Self::Exceptions => "alert-triangle",
            Self::Report => "report-analytics",
            Self::Notices => "mail",
            Self::Imports => "file-import",
            Self::Requests => "package-export",
            Self::Van => "truck",
            Self::Public => "inbox",
            Self::Settings => "building",
        }
    }

    /// The letter that follows `g` on the keyboard (UI.md §5).
    pub fn letter(self) -> &'static str {
        match self {
            Self::Overview | Self::Elsewhere => "d",
            Self::Today => "t",
            Self::Rma => "r",
            Self::Bench => "b",
            Self::Scan => "a",
            Self::Stock => "s",
            Self::Unit => "u",
            Self::Movements => "m",
            Self::Transfers => "f",
            Self::Counts => "o",
            Self::Exceptions => "e",
            Self::Report => "p",
            Self::Notices => "n",
            Self::Imports => "i",
            Self::Requests => "q",
            Self::Van => "v",
            Self::Public => "w",
            Self::Settings => "y",
        }
    }

    /// The key of its name; `short` is the word under an icon of the phone's tab bar.
    fn key(self, short: bool) -> &'static str {
        match (self, short) {
            (Self::Overview | Self::Elsewhere, _) => "nav-overview",
            (Self::Today, false) => "nav-today",
            (Self::Today, true) => "nav-today-short",
            (Self::Rma, false) => "nav-rma",
            (Self::Rma, true) => "nav-rma-short",
            (Self::Bench, false) => "nav-bench",
            (Self::Bench, true) => "nav-bench-short",
            (Self::Scan, false) => "nav-scan",
            (Self::Scan, true) => "nav-scan-short",
            (Self::Stock, _) => "nav-stock",
            (Self::Unit, _) => "nav-unit",
            (Self::Movements, false) => "nav-movements",
            (Self::Movements, true) => "nav-movements-short",
            (Self::Transfers, _) => "nav-transfers",
            (Self::Counts, _) => "nav-counts",
            (Self::Exceptions, _) => "nav-exceptions",
            (Self::Report, false) => "nav-report",
            (Self::Report, true) => "nav-report-short",
            (Self::Notices, _) => "nav-notices",
            (Self::Imports, _) => "nav-imports",
            (Self::Requests, false) => "nav-requests",
            (Self::Requests, true) => "nav-requests-short",
            (Self::Public, false) => "nav-public",
            (Self::Public, true) => "nav-public-short",
            (Self::Van, false) => "nav-van",
            (Self::Van, true) => "nav-van-short",
            (Self::Settings, _) => "settings-title",
        }
    }
}

/// The role a menu is made for. Codes are those of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 管理员
    Admin,
    /// 售后负责人
    Manager,
    /// 库管员
    Clerk,
    /// 工程师
    Engineer,
    /// 维修员
    Technician,
    /// 客户
    Customer,
}

impl Role {
    /// The code stored with the user.
    pub fn code(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Clerk => "clerk",
            Self::Engineer => "engineer",
            Self::Technician => "technician",
            Self::Customer => "customer",
        }
    }

    /// The places this role may go to, in groups, as the menu draws them (UI.md §4). Only what exists.
    pub fn groups(self) -> &'static [Group] {
        use Screen::{
            Bench, Counts, Exceptions, Imports, Movements, Notices, Overview, Public, Report, Requests, Rma,
            Scan, Settings, Stock, Today, Transfers, Unit, Van,
        };
        match self {
            Self::Admin | Self::Manager => &[
                Group { key: "", screens: &[Overview, Rma, Scan, Bench, Public] },
                Group {
                    key: "nav-group-parts",
                    screens: &[Stock, Requests, Transfers, Counts, Exceptions, Unit, Movements],
                },
                Group { key: "nav-group-run", screens: &[Report, Notices, Imports, Settings] },
            ],
            Self::Clerk => &[
                Group { key: "", screens: &[Today, Scan, Rma, Requests] },
                Group {
                    key: "nav-group-parts",
                    screens: &[Stock, Transfers, Counts, Exceptions, Unit, Movements],
                },
            ],
            Self::Engineer => &[
                Group { key: "", screens: &[Requests, Van, Rma, Scan] },
                Group { key: "nav-group-parts", screens: &[Stock, Transfers, Unit, Movements] },
            ],
            Self::Technician => &[
                Group { key: "", screens: &[Bench, Rma, Scan] },
                Group { key: "nav-group-parts", screens: &[Unit, Stock, Movements] },
            ],
            Self::Customer => &[Group { key: "", screens: &[Rma, Report] }],
        }
    }

    /// Whether a place is in this role's menu.
    pub fn has(self, screen: Screen) -> bool {
        self.groups().iter().any(|group| group.screens.contains(&screen))
    }

    /// What this role goes to most: the tabs of the phone.
    pub fn tabs(self) -> &'static [Screen] {
        use Screen::{Bench, Overview, Report, Requests, Rma, Scan, Stock, Today, Unit, Van};
        match self {
            Self::Admin | Self::Manager => &[Overview, Rma, Scan, Stock],
            Self::Clerk => &[Today, Scan, Stock, Rma],
            Self::Engineer => &[Requests, Van, Rma, Scan],
            Self::Technician => &[Bench, Rma, Scan, Unit],
            Self::Customer => &[Rma, Report],
        }
    }
}

/// Places of the menu that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The key of its heading; empty for what comes first, which needs none.
    pub key: &'static str,
    /// The places, in order.
    pub screens: &'static [Screen],
}

/// The person signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// Shown name, as entered.
    pub name: String,
    /// Sign-in name.
    pub username: String,
    /// Decides the menu.
    pub role: Role,
    /// Names of the depots or customers they work for, as entered; empty = all.
    pub scope: String,
}

/// A number beside a menu entry.
#[derive(Clone, Copy, Debug)]
pub struct Badge {
    /// Which entry.
    pub screen: Screen,
    /// The number; nothing is shown for 0.
    pub count: i64,
    /// Whether it means that something is overdue or below minimum.
    pub bad: bool,
}

/// The frame of a page, and the maker of its words.
#[derive(Clone, Debug)]
pub struct Page {
    /// Language of the page.
    pub lang: Lang,
    /// Colour scheme.
    pub theme: Theme,
    /// The company's time zone; instants are shown in it.
    pub zone: FixedOffset,
    /// The moment the page is made: decides "today" and whether a year is written.
    pub now: DateTime<Utc>,
    /// Where in the navigation.
    pub here: Screen,
    /// Path and query of this page, to come back to after a change of language.
    pub path: String,
    /// CSRF token of the session; empty when nobody is signed in.
    pub csrf: String,
    /// Who is signed in.
    pub who: Option<Who>,
    /// Single-key shortcuts on (WCAG 2.1.4 wants them to be switchable).
    pub shortcuts: bool,
    /// Numbers beside menu entries.
    pub badges: Vec<Badge>,
    /// Success messages of the previous request, shown once.
    pub toasts: Vec<String>,
    /// Shown names of the people the page names, by sign-in name.
    pub names: BTreeMap<String, String>,
    /// Names of the customers and vendors the page names, by place (`customer:C1`).
    pub parties: BTreeMap<String, String>,
    /// Names of parts by their numbers, on pages that have numbers only.
    pub parts: BTreeMap<String, String>,
    /// Names of the depots, by code, on pages that tell of depots.
    pub depots: BTreeMap<String, String>,
}

impl Page {
    /// What the person with this sign-in name is called on a page: the shown name, else the sign-in name.
    pub fn person(&self, username: Option<&str>) -> String {
        let username = username.unwrap_or_default();
        self.names.get(username).filter(|name| !name.is_empty()).map_or(username, String::as_str).to_owned()
    }

    /// What the part of this number is called; the number itself where the page does not know the name.
    pub fn part(&self, part_no: &str) -> String {
        self.parts.get(part_no).filter(|name| !name.is_empty()).map_or(part_no, String::as_str).to_owned()
    }

    /// What the depot of this code is called; the code itself where the page does not know the names.
    pub fn depot(&self, code: &str) -> String {
        self.depots.get(code).map_or(code, String::as_str).to_owned()
    }

    /// A place in words: `customer:C1001` is called by its name where the page knows it, else the customer C1001; a van is its
    /// engineer's, `JN/bench` the bench in JN. Codes of depots and bins stay: they are what the labels say.
    pub fn place(&self, code: &str) -> String {
        if let Some(name) = self.parties.get(code) {
            return name.clone();
        }
        match (code.split_once(':'), code.split_once('/')) {
            (Some(("engineer", who)), _) => self.t1("place-van-of", "who", self.person(Some(who))),
            (Some((kind, which)), _) => format!("{} {which}", self.word("place", kind)),
            (None, Some((depot, "bench"))) => format!("{depot} {}", self.word("place", "bench")),
            (None, Some(_)) => code.to_owned(),
            (None, None) => self.word("place", code),
        }
    }

    /// A text without variables.
    pub fn t(&self, key: &str) -> String {
        i18n::text(self.lang, key)
    }

    /// A text with one variable.
    pub fn t1<'a>(&self, key: &str, name: &'a str, value: impl Into<Value<'a>>) -> String {
        i18n::format(self.lang, key, &Args::new().with(name, value))
    }

    /// A text with two variables.
    pub fn t2<'a>(
        &self,
        key: &str,
        name: &'a str,
        value: impl Into<Value<'a>>,
        other: &'a str,
        other_value: impl Into<Value<'a>>,
    ) -> String {
        i18n::format(self.lang, key, &Args::new().with(name, value).with(other, other_value))
    }

    /// A text with the number `n` (which chooses the plural form) and the same with separators, `count`.
    pub fn n(&self, key: &str, n: &i64) -> String {
        self.t2(key, "n", *n, "count", self.count(n))
    }

    /// The word for a stored code: the text `family-code`, or the code itself when there is none (an imported oddity).
    pub fn word(&self, family: &str, code: &str) -> String {
        let key = format!("{family}-{code}");
        if i18n::has(self.lang, &key) { i18n::text(self.lang, &key) } else { code.to_owned() }
    }

    /// The URL of a static file.
    pub fn asset(&self, path: &str) -> String {
        assets::url(path)
    }

    /// The other language, and its name in itself.
    pub fn other_lang(&self) -> (&'static str, &'static str) {
        match self.lang {
            Lang::Zh => ("en", "English"),
            Lang::En => ("zh-CN", "中文"),
        }
    }

    /// The `data-keys` attribute of `<html>`.
    pub fn keys(&self) -> &'static str {
        if self.shortcuts { "on" } else { "off" }
    }

    /// The menu of the person signed in.
    pub fn groups(&self) -> &'static [Group] {
        self.who.as_ref().map_or(&[], |who| who.role.groups())
    }

    /// The phone's tabs; the last one opens the rest of the menu.
    pub fn tabs(&self) -> &'static [Screen] {
        self.who.as_ref().map_or(&[], |who| who.role.tabs())
    }

    /// What the phone's last tab opens: the heading of each group with what is not a tab.
    pub fn rest(&self) -> Vec<(&'static str, Vec<Screen>)> {
        let tabs = self.tabs();
        let left = |group: &Group| {
            let screens = group.screens.iter().filter(|screen| !tabs.contains(screen));
            (group.key, screens.copied().collect::<Vec<_>>())
        };
        self.groups().iter().map(left).filter(|(_, screens)| !screens.is_empty()).collect()
    }

    /// Name of a menu entry; a page whose name is too long for the menu has a shorter one there.
    pub fn screen_name(&self, screen: &Screen) -> String {
        self.t(if *screen == Screen::Requests { "nav-requests-menu" } else { screen.key(false) })
    }

    /// Name of a tab.
    pub fn tab_name(&self, screen: &Screen) -> String {
        self.t(screen.key(true))
    }

    /// The number beside an entry of the side menu; an empty place for it where it comes later.
    pub fn nav_badge(&self, screen: &Screen) -> Html {
        Html::raw(self.number_at("nb", screen))
    }

    /// The same in the drawer of the phone.
    pub fn drawer_badge(&self, screen: &Screen) -> Html {
        Html::raw(self.number_at("mb", screen))
    }

    fn number_at(&self, menu: &str, screen: &Screen) -> String {
        let badge = self.badges.iter().find(|badge| badge.screen == *screen && badge.count > 0);
        let (tone, count) = match badge {
            None => ("nb", String::new()),
            Some(badge) if badge.bad => ("n bad", self.count(&badge.count)),
            Some(badge) => ("n", self.count(&badge.count)),
        };
        format!(r#"<span class="{tone}" id="{menu}-{}">{count}</span>"#, screen.letter())
    }

    /// The numbers alone, each to be put into its places in the menus.
    pub fn nav_badges(&self) -> Html {
        let side = self.groups().iter().flat_map(|group| group.screens);
        let side: String = side.map(|screen| self.number_at("nb", screen)).collect();
        let drawer = self.rest().into_iter().flat_map(|(_, screens)| screens);
        let drawer: String = drawer.map(|screen| self.number_at("mb", &screen)).collect();
        Html::raw((side + &drawer).replace(r#"<span class="#, r#"<span hx-swap-oob="true" class="#))
    }

    /// Whether who looks sets the company up: the way to the first RMA stands in the menu until it is walked.
    pub fn sets_up(&self) -> bool {
        self.who.as_ref().is_some_and(|who| matches!(who.role, Role::Admin | Role::Manager))
    }

    /// First character of the name, for the round mark beside it.
    pub fn initial(&self) -> String {
        self.who.as_ref().and_then(|who| who.name.chars().next()).map(String::from).unwrap_or_default()
    }
}
