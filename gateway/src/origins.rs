//! From which origins a browser's request is taken. Must not know what it asks for.
//!
//! Programs send no `Origin` and are taken. A browser cannot be made to leave it out of what matters, nor to say `Sec-Fetch-Site:
//! same-origin` for a page of another origin.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::{Config, origin};

/// The origins that are ours beside the one a request is sent to.
#[derive(Clone)]
pub(crate) struct Origins(Arc<[String]>);

impl Origins {
    /// Of `public_url` and `allowed_origins`.
    pub fn of(config: &Config) -> Self {
        let addresses = std::iter::once(&config.public_url).chain(&config.allowed_origins);
        Self(addresses.filter_map(|address| origin(address)).collect())
    }

    /// Why a request is not taken.
    pub fn fault(&self, headers: &HeaderMap) -> Option<&'static str> {
        if headers.get_all(header::ORIGIN).iter().count() > 1 {
            return Some("more than one Origin");
        }
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes).unwrap_or_default();
        // Also by a name of this host that `public_url` does not say, such as localhost.
        if site.eq_ignore_ascii_case(b"same-origin") || self.named(headers).is_some() {
            return None;
        }
        if headers.contains_key(header::ORIGIN) {
            return Some("pages of this origin may not use this");
        }
        site.eq_ignore_ascii_case(b"cross-site").then_some("requests from other sites are refused")
    }

    /// The request's origin, if it is one of ours.
    pub fn named<'h>(&self, headers: &'h HeaderMap) -> Option<&'h HeaderValue> {
        let value = headers.get(header::ORIGIN)?;
        self.0.iter().any(|ours| ours.as_bytes() == value.as_bytes()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        Origins(Arc::new(["https://desk.example.org".to_owned()])).fault(&headers).is_none()
    }

    #[test]
    fn s_31_s_32_programs_and_pages_of_ours_are_taken_and_nobody_else() {
        assert!(taken(&[]));
        assert!(taken(&[("sec-fetch-site", "none")]));
        assert!(taken(&[("origin", "https://desk.example.org")]));
        assert!(taken(&[("origin", "https://desk.example.org"), ("sec-fetch-site", "cross-site")]));
        assert!(taken(&[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")]));
        for foreign in [
            "null",
            "",
            "http://desk.example.org",
            "https://desk.example.org:8443",
            "https://desk.example.org.evil.com",
            "https://evil.com",
        ] {
            assert!(!taken(&[("origin", foreign)]), "{foreign}");
            assert!(!taken(&[("origin", foreign), ("sec-fetch-site", "same-site")]), "{foreign}");
        }
        assert!(!taken(&[("sec-fetch-site", "cross-site")]));
        let (ours, evil) = (("origin", "https://desk.example.org"), ("origin", "https://evil.com"));
        assert!(!taken(&[ours, evil]));
        assert!(!taken(&[ours, evil, ("sec-fetch-site", "same-origin")]));
    }
}
