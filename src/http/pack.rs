//! Pages go out packed. actix packs for speed alone, and a page is a third heavier for it; what is no page is left to it.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Smaller ones fit into a packet as they are.
const WORTH_IT: usize = 1024;

/// Middleware: packs finished pages for who reads gzip.
///
/// # Errors
/// Those of the service within.
pub(super) async fn pages<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_read = accepts_gzip(req.headers());
    let answer = next.call(req).await?.map_into_boxed_body();
    if !is_read || !is_page(answer.headers()) {
        return Ok(answer);
    }
    Ok(answer.map_body(|head, body| match body.try_into_bytes() {
        Err(streamed) => streamed,
        Ok(plain) => {
            match Some(&plain).filter(|plain| plain.len() > WORTH_IT).and_then(|plain| gzip(plain, 6)) {
                None => BoxBody::new(plain),
                Some(packed) => {
                    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                    head.headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
                    BoxBody::new(packed)
                }
            }
        }
    }))
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/html")) && !headers.contains_key(CONTENT_ENCODING)
}

/// Whether the reader takes gzip.
#[must_use]
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let Some(accepted) = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    accepted.split(',').any(|offer| {
        let mut pieces = offer.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let refused = pieces.any(|piece| matches!(piece, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        matches!(name, "gzip" | "*") && !refused
    })
}

/// Packed, where that is smaller. `level` is zlib's, 1 (fast) to 9 (small).
#[must_use]
pub fn gzip(plain: &[u8], level: u32) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() < plain.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, HttpResponse, web};
    use std::io::Read;

    #[actix_web::test]
    async fn a_page_is_packed_for_who_reads_gzip() {
        let text = "备件在库 ".repeat(2_000);
        let page = text.clone();
        let answer = move || {
            let page = page.clone();
            async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page) }
        };
        let short = || async { HttpResponse::Ok().content_type("text/html").body("完") };
        let app = App::new()
            .wrap(from_fn(pages))
            .route("/", web::get().to(answer))
            .route("/short", web::get().to(short));
        let app = init_service(app).await;
        let ask = |path: &'static str, accepted: &'static str| {
            call_service(
                &app,
                TestRequest::get().uri(path).insert_header((ACCEPT_ENCODING, accepted)).to_request(),
            )
        };
        let packed = ask("/", "br, gzip").await;
        assert_eq!(packed.headers().get(CONTENT_ENCODING).unwrap(), "gzip");
        assert_eq!(packed.headers().get(VARY).unwrap(), "Accept-Encoding");
        let mut read = String::new();
        flate2::read::GzDecoder::new(&*read_body(packed).await).read_to_string(&mut read).unwrap();
        assert_eq!(read, text);
        for (path, accepted) in [("/", "br"), ("/", "gzip;q=0"), ("/short", "gzip")] {
            assert!(!ask(path, accepted).await.headers().contains_key(CONTENT_ENCODING), "{path} {accepted}");
        }
    }
}
