//! Files and documents as HTTP answers: type, policy, how long they may be kept. Must not know which one it is.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::files::{File, media_type};

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// How long a file may be kept by whoever asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// For ever: its name changes with its bytes.
    Forever,
    /// A few minutes, then asked for by its tag.
    Briefly,
}

/// Who may put a document into a frame.
pub(super) enum Ancestors<'s> {
    /// Nobody.
    None,
    /// Pages of this origin, and these.
    Sites(&'s [String]),
}

/// A file, compressed for those who read that; nothing for those who have it.
pub(super) fn file(file: &'static File, asked: &HeaderMap, keep: Keep) -> Response {
    // Weak: the same for the compressed bytes.
    let tag = format!("W/\"{}\"", file.tag);
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let gzip = file.gzip.filter(|_| reads_gzip(asked));
    let mut response = match (known, gzip) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(bytes)) => ([(header::CONTENT_ENCODING, "gzip")], Body::from(bytes)).into_response(),
        (false, None) => Body::from(file.bytes).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(file.path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let (age, tag) = (keep.header(), HeaderValue::try_from(tag).ok());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(age));
    headers.extend(tag.map(|tag| (header::ETAG, tag)));
    response
}

impl Keep {
    fn header(self) -> &'static str {
        match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Briefly => "public, max-age=300",
        }
    }
}

fn reads_gzip(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let mut offers = lines.flat_map(|line| line.split(',')).map(|offer| offer.trim().to_ascii_lowercase());
    // Whoever weighs it at anything but nothing takes it.
    offers.any(|offer| match offer.split_once(';') {
        Some((name, weight)) => {
            name.trim() == "gzip" && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        }
        None => offer == "gzip",
    })
}

/// Lets pages of all sites load it, as a script tag does.
pub(super) fn for_all_sites(mut response: Response) -> Response {
    response.headers_mut().insert(RESOURCE, HeaderValue::from_static("cross-origin"));
    response
}

/// A document that loads only what is ours.
pub(super) fn document(status: StatusCode, html: String, ancestors: &Ancestors<'_>) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(ancestors));
    if matches!(ancestors, Ancestors::None) {
        headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    }
    response
}

/// Each kind is named although `default-src` would do: nobody who widens one widens another.
fn policy(ancestors: &Ancestors<'_>) -> HeaderValue {
    let who = match ancestors {
        Ancestors::None => "'none'".to_owned(),
        Ancestors::Sites(sites) => {
            std::iter::once("'self'").chain(sites.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
        }
    };
    let text = format!(
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {who}; form-action 'self'; img-src 'self'; \
         style-src 'self'; script-src 'self'; connect-src 'self'"
    );
    // Sites are origins in plain characters; were one not, the document would be for nobody's frame.
    let closed = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    HeaderValue::try_from(text).unwrap_or(closed)
}

/// A document somebody else wrote: it may look like something and do nothing, and only we may frame it.
pub(super) fn foreign(html: String) -> Response {
    let mut response = document(StatusCode::OK, html, &Ancestors::Sites(&[]));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    static SCRIPT: File = File { path: "a/b.js", bytes: b"plain", gzip: Some(b"small"), tag: "t1" };

    #[test]
    fn only_those_who_read_gzip_get_it() {
        for (offer, expected) in [
            ("gzip, br", true),
            ("br;q=1, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("xgzip", false),
        ] {
            let response = file(&SCRIPT, &asks(header::ACCEPT_ENCODING, offer), Keep::Forever);
            assert_eq!(response.headers().contains_key(header::CONTENT_ENCODING), expected, "{offer}");
        }
    }

    #[test]
    fn who_has_the_file_is_told_so() {
        let same = file(&SCRIPT, &asks(header::IF_NONE_MATCH, "W/\"t1\""), Keep::Briefly);
        assert_eq!(
            (same.status(), &same.headers()[header::CACHE_CONTROL]),
            (StatusCode::NOT_MODIFIED, &HeaderValue::from_static("public, max-age=300"))
        );
        assert_eq!(
            file(&SCRIPT, &asks(header::IF_NONE_MATCH, "W/\"t0\""), Keep::Briefly).status(),
            StatusCode::OK
        );
    }
}
