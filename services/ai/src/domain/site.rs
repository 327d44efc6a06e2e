//! The sites whose pages may carry an assistant's widget: an origin, in the one form in which browsers name it.
//!
//! What passes here is written into a header that browsers obey, so nothing passes that is not plainly a scheme, a host and a port.

use std::{fmt, net::Ipv4Addr, str::FromStr};

/// The longest name of a host, characters.
const LONGEST_HOST: usize = 253;
/// The longest label of a name, characters.
const LONGEST_LABEL: usize = 63;
/// Hosts of this machine: nobody in between could read what goes there in the clear.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// An origin such as `https://shop.example.org`: lower case, without the port that its scheme has anyway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Site(String);

/// Why a text is no site. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSite {
    /// Of another form.
    #[error(
        "must be an origin such as `https://shop.example.org` or `https://shop.example.org:8443`, without a path"
    )]
    Malformed,
    /// In the clear over a network.
    #[error("must begin with `https://`; `http://` is for localhost and 127.0.0.1")]
    InTheClear,
    /// An address that the header has no form for: browsers would obey the rest of it and show the widget nowhere.
    #[error("must name its host: browsers cannot be told of an IPv6 address")]
    SixNumbers,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Site {
    type Err = NoSite;

    fn from_str(given: &str) -> Result<Self, NoSite> {
        let given = given.to_ascii_lowercase();
        let (scheme, rest) = given.split_once("://").ok_or(NoSite::Malformed)?;
        let usual_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(NoSite::Malformed),
        };
        if rest.starts_with('[') {
            return Err(NoSite::SixNumbers);
        }
        let (host, port) = parts(rest).ok_or(NoSite::Malformed)?;
        if scheme == "http" && !LOOPBACK.contains(&host) {
            return Err(NoSite::InTheClear);
        }
        let port = port.filter(|port| *port != usual_port).map(|port| format!(":{port}"));
        Ok(Self(format!("{scheme}://{host}{}", port.unwrap_or_default())))
    }
}

/// Host and port; `None` for anything besides.
fn parts(rest: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match rest.split_once(':') {
        Some((name, given)) => (name, Some(port(given)?)),
        None => (rest, None),
    };
    is_host(name).then_some((name, port))
}

fn port(given: &str) -> Option<u16> {
    let plain = !given.starts_with('0') && given.bytes().all(|b| b.is_ascii_digit());
    if plain { given.parse().ok() } else { None }
}

/// A name, in the form for wires where it is not ASCII, or an address of four numbers, which browsers take any name for that ends in one.
fn is_host(name: &str) -> bool {
    let numbered = name.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    if numbered {
        return name.parse::<Ipv4Addr>().is_ok();
    }
    let label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= LONGEST_HOST && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &str) -> Result<String, NoSite> {
        given.parse().map(|site: Site| site.to_string())
    }

    #[test]
    fn an_origin_is_read_in_the_form_in_which_browsers_name_it() {
        for (given, expected) in [
            ("https://shop.example.org", "https://shop.example.org"),
            ("HTTPS://Shop.Example.ORG:443", "https://shop.example.org"),
            ("https://shop.example.org:8443", "https://shop.example.org:8443"),
            ("https://shop.example.org:80", "https://shop.example.org:80"),
            ("https://intranet", "https://intranet"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("https://192.0.2.7", "https://192.0.2.7"),
            ("http://localhost", "http://localhost"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
        ] {
            assert_eq!(read(given).as_deref(), Ok(expected), "{given}");
        }
    }

    #[test]
    fn s_36_nothing_that_could_say_more_in_a_header_is_a_site() {
        let long = format!("https://{}.example.org", "a".repeat(64));
        let longer = format!("https://{}example.org", "a.".repeat(130));
        for given in [
            "",
            "*",
            "https:",
            "https://",
            "https://*",
            "https://*.example.org",
            "shop.example.org",
            "//shop.example.org",
            "ftp://shop.example.org",
            "javascript://shop.example.org",
            "https://shop.example.org/",
            "https://shop.example.org/path",
            "https://shop.example.org?x",
            "https://shop.example.org#x",
            "https://shop.example.org ",
            " https://shop.example.org",
            "https://shop.example.org; script-src *",
            "https://shop.example.org https://evil.example",
            "https://shop.example.org\r\nX-Evil: 1",
            "https://shop.example.org\0",
            "https://user@shop.example.org",
            "https://user:pass@shop.example.org",
            "https://shop..example.org",
            "https://.example.org",
            "https://shop.example.org.",
            "https://-shop.example.org",
            "https://shop-.example.org",
            "https://sh_op.example.org",
            "https://b\u{fc}cher.example",
            "https://shop.example.org:",
            "https://shop.example.org:0",
            "https://shop.example.org:0443",
            "https://shop.example.org:+443",
            "https://shop.example.org:65536",
            "https://shop.example.org:443:443",
            "https://127.1",
            "https://0x7f.0.0.1",
            "https://192.0.2.256",
            "https://example.7",
            "https://example.0x7",
            "null",
            "data://x",
            &long,
            &longer,
        ] {
            assert_eq!(read(given), Err(NoSite::Malformed), "{given:?}");
        }
        for given in ["http://shop.example.org", "http://localhost.example.org", "http://127.0.0.2"] {
            assert_eq!(read(given), Err(NoSite::InTheClear), "{given}");
        }
    }

    /// The header's grammar has names and four numbers. A source it cannot read, browsers leave out, and the widget with it.
    #[test]
    fn an_address_that_the_header_has_no_form_for_is_no_site() {
        for given in [
            "https://[2001:DB8:0:0::1]",
            "https://[2001:db8::1]:8443",
            "http://[::1]",
            "http://[::1]:3000",
            "https://[::1",
            "https://[localhost]",
            "https://[fe80::1%25eth0]",
        ] {
            assert_eq!(read(given), Err(NoSite::SixNumbers), "{given}");
        }
    }
}
