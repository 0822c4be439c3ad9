//! Any query string is read or refused, and no cursor but our own is taken.
#![no_main]

use actix_web::FromRequest;
use actix_web::http::Uri;
use actix_web::test::TestRequest;
use beiku::http::{Paging, Query};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

fuzz_target!(|text: &str| {
    let uri = format!("/?{text}");
    if uri.parse::<Uri>().is_err() {
        return;
    }
    let req = TestRequest::with_uri(&uri).to_http_request();
    if let Ok(paging) = Paging::extract(&req).into_inner() {
        assert!((1..=200).contains(&paging.limit()));
        let _key = paging.after::<(String, i64)>("list");
    }
    let _query = Query::<BTreeMap<String, String>>::extract(&req).into_inner();
});
