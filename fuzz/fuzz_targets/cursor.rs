//! A cursor with a right checksum over any text: what it says is a key of the list's shape, or it is refused. (The checksum is
//! against slips and is no secret, so somebody may well write one.)
#![no_main]

use actix_web::FromRequest;
use actix_web::http::Uri;
use actix_web::test::TestRequest;
use beiku::http::Paging;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|text: &str| {
    // Every other text is taken for the key alone, so that the fuzzer gets past the frame.
    let json = if text.len() % 2 == 0 { text.to_owned() } else { format!("[1,\"list\",{text}]") };
    let check = &hex::encode(Sha256::digest(json.as_bytes()))[..12];
    let uri = format!("/?cursor={check}{}", hex::encode(&json));
    if uri.parse::<Uri>().is_err() {
        return;
    }
    let req = TestRequest::with_uri(&uri).to_http_request();
    let Ok(paging) = Paging::extract(&req).into_inner() else { return };
    let _number = paging.after::<i64>("list");
    let _pair = paging.after::<(String, i64)>("list");
    let _dated = paging.after::<(Option<String>, String, i64)>("list");
    // A key that was taken is one: it says the same when it is written again.
    if let Ok(Some(key)) = paging.after::<(String, i64)>("list") {
        let again: (u8, String, (String, i64)) =
            serde_json::from_slice(&serde_json::to_vec(&(1, "list", &key)).unwrap()).unwrap();
        assert_eq!(again.2, key);
    }
});
