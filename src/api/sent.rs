//! Tells a field that was not sent from one that was sent as `null`: the first stays as it is, the second is emptied.

use serde::{Deserialize, Deserializer};

/// For `#[serde(default, deserialize_with = "sent", skip_serializing_if = "Option::is_none")]`.
pub(super) fn sent<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::sent;

    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(default, deserialize_with = "sent")]
        price: Option<Option<String>>,
    }

    #[test]
    fn null_is_not_nothing() {
        let price = |json: &str| serde_json::from_str::<Body>(json).unwrap().price;
        assert_eq!(price("{}"), None);
        assert_eq!(price(r#"{"price":null}"#), Some(None));
        assert_eq!(price(r#"{"price":"1.00"}"#), Some(Some("1.00".to_owned())));
    }
}
