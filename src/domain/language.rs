//! The languages Beiku writes in, as they are stored with users, customers and contacts.

use crate::text_enum;

text_enum! {
    /// Language of a person's pages and mails.
    Language {
        /// Simplified Chinese, the default.
        ZhCn => "zh-CN",
        /// English.
        En => "en",
    }
}
