//! The variables of a text.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

/// One variable: text, or a whole number (which may choose the plural form).
///
/// There is no floating point on purpose: money, rates and dates arrive as finished text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Shown as it is.
    Text(Cow<'a, str>),
    /// Shown in digits without grouping.
    Number(i64),
}

/// The variables of one text, by name. Build with [`args!`](crate::args), or collect from `(name, value)` pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Args<'a> {
    /// No variables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable, replacing one of the same name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Self {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
        self
    }

    pub(super) fn to_fluent(&self) -> FluentArgs<'_> {
        self.0
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Text(text) => FluentValue::String(Cow::Borrowed(text.as_ref())),
                    Value::Number(number) => FluentValue::from(*number),
                };
                (Cow::Borrowed(name.as_ref()), value)
            })
            .collect()
    }
}

impl<'a, N, V> FromIterator<(N, V)> for Args<'a>
where
    N: Into<Cow<'a, str>>,
    V: Into<Value<'a>>,
{
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        pairs.into_iter().fold(Self::new(), |args, (name, value)| args.with(name, value))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

macro_rules! whole_numbers {
    ($($small:ty),*; $($large:ty),*) => {
        $(impl From<$small> for Value<'_> {
            fn from(number: $small) -> Self {
                Self::Number(i64::from(number))
            }
        })*
        // A count beyond i64 has no plural form to choose: it is shown as text.
        $(impl From<$large> for Value<'_> {
            fn from(number: $large) -> Self {
                i64::try_from(number).map_or_else(|_| Self::Text(number.to_string().into()), Self::Number)
            }
        })*
    };
}

whole_numbers!(i8, i16, i32, i64, u8, u16, u32; u64, usize, isize);

/// Names the variables of a text: `args! { "n" => 3, "part" => "MCU-24" }`.
#[macro_export]
macro_rules! args {
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::i18n::Args::new()$(.with($name, $value))*
    };
}
