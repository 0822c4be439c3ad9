//! The files under `static/`, carried inside the program and served under a path that names their content.
//!
//! `/static/{hash8}/css/app.css`: the hash is of all files together, so relative imports between modules keep working
//! and one release has one prefix. A URL with the present hash may be cached for ever; with another hash (an old page
//! still open, or a second node on another release) the present file is served without caching.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::http;
use crate::http::pack::{accepts_gzip, gzip};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");
static SHELF: LazyLock<Shelf> = LazyLock::new(Shelf::stock);

/// One file as it goes over the wire.
struct Asset {
    plain: &'static [u8],
    /// Present when it is smaller than the plain bytes.
    gzip: Option<Vec<u8>>,
    content_type: &'static str,
}

struct Shelf {
    hash: String,
    assets: BTreeMap<&'static str, Asset>,
}

impl Shelf {
    fn stock() -> Self {
        let mut assets = BTreeMap::new();
        gather(&FILES, &mut assets);
        let mut hasher = Sha256::new();
        for (path, asset) in &assets {
            hasher.update(path.as_bytes());
            hasher.update([0]);
            hasher.update(asset.plain);
        }
        let hash = hex::encode(hasher.finalize()).chars().take(8).collect();
        Self { hash, assets }
    }
}

fn gather(dir: &Dir<'static>, assets: &mut BTreeMap<&'static str, Asset>) {
    for file in dir.files() {
        if let Some(path) = file.path().to_str()
            && let Some(content_type) = content_type(path)
        {
            let plain = file.contents();
            assets.insert(path, Asset { plain, gzip: gzip(plain, 9), content_type });
        }
    }
    for sub in dir.dirs() {
        gather(sub, assets);
    }
}

/// The media type by ending; a file without a known ending (such as `vendor.toml`) is not served.
fn content_type(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        None if name == "LICENSE" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// The URL of a file under `static/`, such as `css/app.css`. A name that does not exist gives a URL that answers 404;
/// a test walks every name used in the templates.
pub fn url(path: &str) -> String {
    format!("/static/{}/{path}", SHELF.hash)
}

/// Name of the browser's store for the scan stations of this release.
pub fn cache_name() -> String {
    format!("beiku-scan-{}", SHELF.hash)
}

/// What the stations need without a network.
const STATION: [&str; 6] =
    ["css/app.css", "icons/sprite.svg", "icons/favicon.svg", "js/app.js", "js/scan.js", "js/queue.js"];

/// The service worker of the scan stations: names what it keeps, for this release.
pub fn worker() -> String {
    let files: Vec<String> = STATION.iter().map(|path| format!("\"{}\"", url(path))).collect();
    let code =
        SHELF.assets.get("js/worker.js").map_or("", |asset| str::from_utf8(asset.plain).unwrap_or_default());
    format!("const VERSION = \"{}\";\nconst FILES = [{}];\n{code}", SHELF.hash, files.join(", "))
}

/// Whether `static/` holds this file.
pub fn exists(path: &str) -> bool {
    SHELF.assets.contains_key(path)
}

/// Adds `GET` and `HEAD /static/{hash8}/{path}`.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/static/{hash}/{path:.*}").route(web::get().to(serve)).route(web::head().to(serve)),
    );
}

async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, path) = path.into_inner();
    let Some(asset) = SHELF.assets.get(path.as_str()) else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("404");
    };
    let caching = if hash == SHELF.hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(asset.content_type)
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    answer.extensions_mut().insert(http::OfOurs);
    match &asset.gzip {
        Some(packed) if accepts_gzip(request.headers()) => {
            answer.insert_header((CONTENT_ENCODING, "gzip")).body(web::Bytes::from_static(packed))
        }
        // Said outright, so that a compressing middleware does not pack what is not worth packing.
        _ => answer.insert_header((CONTENT_ENCODING, "identity")).body(web::Bytes::from_static(asset.plain)),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::{App, test};
    use sha2::Sha384;

    use super::*;
    use actix_web::http::header::ACCEPT_ENCODING;

    #[actix_web::test]
    async fn present_hash_is_immutable_and_packed() {
        let app = test::init_service(App::new().configure(configure)).await;
        let request = test::TestRequest::get()
            .uri(&url("css/app.css"))
            .insert_header((ACCEPT_ENCODING, "br;q=1, gzip;q=0.8"))
            .to_request();
        let answer = test::call_service(&app, request).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers().get(CONTENT_ENCODING).unwrap(), "gzip");
        assert_eq!(answer.headers().get("content-type").unwrap(), "text/css; charset=utf-8");
        assert!(answer.headers().get(CACHE_CONTROL).unwrap().to_str().unwrap().contains("immutable"));
        assert!(
            test::read_body(answer).await.len() < 16_000,
            "the stylesheet is part of a 20 KB first visit"
        );
    }

    #[actix_web::test]
    async fn another_hash_is_served_but_not_kept() {
        let app = test::init_service(App::new().configure(configure)).await;
        let request = test::TestRequest::get()
            .uri("/static/00000000/js/app.js")
            .insert_header((ACCEPT_ENCODING, "gzip;q=0"))
            .to_request();
        let answer = test::call_service(&app, request).await;
        assert_eq!(answer.headers().get(CACHE_CONTROL).unwrap(), "no-cache");
        assert_eq!(answer.headers().get(CONTENT_ENCODING).unwrap(), "identity");
        let body = test::read_body(answer).await;
        assert_eq!(&body[..], FILES.get_file("js/app.js").unwrap().contents());
    }

    #[actix_web::test]
    async fn the_worker_keeps_files_there_are() {
        let worker = worker();
        assert!(worker.contains("addEventListener('fetch'") && worker.contains(&SHELF.hash));
        for path in STATION {
            assert!(exists(path) && worker.contains(&url(path)), "{path}");
        }
    }

    #[actix_web::test]
    async fn nothing_else_is_served() {
        let app = test::init_service(App::new().configure(configure)).await;
        for path in ["/static/x/vendor.toml", "/static/x/../Cargo.toml", "/static/x/css", "/static/x/"] {
            let answer = test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[derive(serde::Deserialize)]
    struct Vendored {
        file: Vec<VendoredFile>,
    }

    #[derive(serde::Deserialize)]
    struct VendoredFile {
        path: String,
        version: String,
        licence: String,
        sha384: String,
    }

    #[actix_web::test]
    async fn vendored_files_are_unchanged_and_listed() {
        let list: Vendored =
            toml::from_str(FILES.get_file("vendor.toml").unwrap().contents_utf8().unwrap()).unwrap();
        for file in &list.file {
            let bytes =
                FILES.get_file(&file.path).unwrap_or_else(|| panic!("{} is missing", file.path)).contents();
            assert_eq!(hex::encode(Sha384::digest(bytes)), file.sha384, "{} was changed", file.path);
            assert!(!file.version.is_empty() && !file.licence.is_empty());
        }
        let unlisted: Vec<_> = SHELF
            .assets
            .keys()
            .filter(|path| path.starts_with("vendor/") && !path.ends_with("LICENSE"))
            .filter(|path| !list.file.iter().any(|file| file.path == **path))
            .collect();
        assert!(unlisted.is_empty(), "not in vendor.toml: {unlisted:?}");
    }
}
