//! One way to write a closed set of words that stand in the database, the API and the Fluent keys alike.

/// What every [`text_enum!`](crate::text_enum) can do, for code that serves all of them (wire types, schemas).
pub trait TextEnum: Copy + Send + Sync + 'static {
    /// Name of the set, e.g. `Role`.
    const NAME: &'static str;
    /// Every member, in declaration order.
    const WORDS: &'static [Self];
    /// The code as stored and sent.
    fn word(self) -> &'static str;
}

/// A closed set of words. `as_str` is the code stored and sent; `ALL` lists every variant in declaration order.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* #[doc = concat!("`", $code, "`")] $variant),+ }

        impl $name {
            /// Every variant, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The code as stored in the database and sent through the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// Reads a code; `None` when it names no variant.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::domain::TextEnum for $name {
            const NAME: &'static str = stringify!($name);
            const WORDS: &'static [Self] = $name::ALL;
            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    };
}
