//! Security headers of every page (UI.md §10).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The Content-Security-Policy of every page: only our own files, no inline script or style, no framing, and
/// Trusted Types with the one policy of `htmx-guard.js`.
pub const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx";

/// The policy of the scan station: its camera may be read by WebAssembly, and it may load the worker and that reader.
pub const SCAN_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types scan";
/// The scan station may use the camera.
pub const SCAN_PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=()";
/// What the service worker itself may do: fetch from us.
pub const WORKER_CSP: &str =
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/// Headers that do not depend on the page. `Strict-Transport-Security` is added where TLS is known to be in use.
const FIXED: [(&str, &str); 5] = [
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Sets the fixed headers on an HTML answer, leaving one that the handler has already chosen.
pub fn secure(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_unsafe_source_slips_in() {
        assert!(
            !CSP.contains("unsafe") && !CSP.contains('*') && !CSP.contains("data:") && !CSP.contains("  ")
        );
        for needed in
            ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]
        {
            assert!(CSP.contains(needed), "{needed}");
        }
    }

    #[test]
    fn the_station_differs_by_its_camera_only() {
        let plain = CSP.replace("trusted-types htmx", "trusted-types scan");
        let scan = SCAN_CSP.replace(" 'wasm-unsafe-eval'", "").replace(" blob:", "");
        assert_eq!(scan, plain);
        assert!(!SCAN_CSP.contains("'unsafe-"));
    }

    #[test]
    fn a_chosen_policy_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(
            HeaderName::from_static("content-security-policy"),
            HeaderValue::from_static("default-src 'none'"),
        );
        secure(&mut headers);
        assert_eq!(headers.get("content-security-policy").unwrap(), "default-src 'none'");
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
    }
}
