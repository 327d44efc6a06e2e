//! Whose request it is, as far as an address tells: the connection's, or what a trusted proxy says of it.
//!
//! Nobody else is believed: anybody can write `X-Forwarded-For`. Must not know what the address is used for.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use baton_kit::door::listen::PeerAddress;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address a request came from, among its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Requests that came by no connection are all one party's, so that none is without limits.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::UNKNOWN))
    }
}

/// Whose word counts.
#[derive(Clone)]
pub(crate) struct Proxies(Arc<[IpNet]>);

impl Proxies {
    /// These.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }

    /// Where a request came from.
    pub fn client(&self, request: &Request) -> ClientAddress {
        let Some(PeerAddress(peer)) = request.extensions().get::<PeerAddress>() else {
            return ClientAddress::UNKNOWN;
        };
        ClientAddress(self.behind(peer.ip().to_canonical(), request.headers()))
    }

    /// Each proxy adds at the right end whom it was called by. So from there to the left, for as long as it is one of ours that speaks.
    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut speaker = peer;
        for hop in hops {
            if !self.trusts(speaker) {
                break;
            }
            let Some(before) = address(hop) else { break };
            speaker = before;
        }
        speaker
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// With or without a port, as proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(trusted: &[&str], peer: &str, lines: &[&str]) -> String {
        let proxies = Proxies::new(trusted.iter().map(|net| net.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        proxies.behind(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn s_45_nobody_is_believed_who_is_no_trusted_proxy() {
        assert_eq!(behind(&[], "192.0.2.7", &["1.2.3.4"]), "192.0.2.7");
        assert_eq!(behind(&["10.0.0.0/8"], "192.0.2.7", &["1.2.3.4"]), "192.0.2.7");
    }

    #[test]
    fn s_45_the_right_most_address_that_is_no_proxy_of_ours_counts() {
        let ours = ["10.0.0.0/8", "2001:db8::/32"];
        assert_eq!(behind(&ours, "10.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(behind(&ours, "10.0.0.1", &["1.2.3.4, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(behind(&ours, "10.0.0.1", &["1.2.3.4", "192.0.2.7, 10.9.9.9"]), "192.0.2.7");
        assert_eq!(behind(&ours, "10.0.0.1", &["192.0.2.7:4711, [2001:db8::1]:443"]), "192.0.2.7");
        assert_eq!(behind(&ours, "10.0.0.1", &["[2001:abc::1]"]), "2001:abc::1");
    }

    #[test]
    fn s_45_what_cannot_be_read_ends_the_search_at_the_last_who_could() {
        let ours = ["10.0.0.0/8"];
        for broken in ["", "unknown", "192.0.2.7, x", "192.0.2.7,", "\u{7f}"] {
            let Ok(value) = broken.parse::<axum::http::HeaderValue>() else { continue };
            let headers = HeaderMap::from_iter([(FORWARDED_FOR.parse().unwrap(), value)]);
            let proxies = Proxies::new(ours.iter().map(|net| net.parse().unwrap()).collect());
            assert_eq!(
                proxies.behind("10.0.0.1".parse().unwrap(), &headers).to_string(),
                "10.0.0.1",
                "{broken}"
            );
        }
        assert_eq!(behind(&ours, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(behind(&ours, "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }
}
