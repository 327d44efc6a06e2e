//! Who is at the other end of a connection. Must not know what they are let do.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The address at the other end of the connection a request came by, among the request's extensions.
///
/// It may be a proxy's: who believes which headers is for those to say who read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(
    /// With its port.
    pub SocketAddr,
);

/// The address as far as one party holds it: IPv4 whole, of IPv6 the first 64 bits. Whoever has one address of a /64 has them all, and
/// would otherwise be everybody.
pub fn party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let net = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from(net))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party_of(text: &str) -> String {
        party(text.parse().unwrap()).to_string()
    }

    #[test]
    fn a_party_is_an_ipv4_address_or_a_64_of_ipv6() {
        assert_eq!(party_of("192.0.2.7"), "192.0.2.7");
        assert_eq!(party_of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(party_of("2001:db8:1:2:3:4:5:6"), party_of("2001:db8:1:2:ffff::1"));
        assert_ne!(party_of("2001:db8:1:2::1"), party_of("2001:db8:1:3::1"));
    }
}
