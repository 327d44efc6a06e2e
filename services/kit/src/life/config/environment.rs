//! Names of environment variables: which are ours, and which setting each means.

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "BATON_";

const SEPARATOR: &str = "__";

/// Ours, but not settings: switches of the UI build and of CI, and the name of the file itself.
const NOT_SETTINGS: [&str; 3] = ["UI", "CI_TARGET", "CONFIG"];
const NOT_SETTINGS_BEGIN: [&str; 2] = ["TEST_", "DEMO_"];

/// What the name of a variable means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Not a setting, and rightly so.
    Foreign,
    /// A setting: section and path, lower case.
    Setting { section: String, path: Vec<String> },
    /// Ours by its prefix, but not of the form of a setting.
    Odd,
}

/// Reads a variable's name. The value only tells a cluster's service links apart.
pub(super) fn meaning(name: &str, value: &str) -> Meaning {
    let Some(rest) = name.strip_prefix(PREFIX) else {
        return Meaning::Foreign;
    };
    let is_switch =
        NOT_SETTINGS.contains(&rest) || NOT_SETTINGS_BEGIN.iter().any(|begin| rest.starts_with(begin));
    if is_switch || is_service_link(rest, value) {
        return Meaning::Foreign;
    }
    let parts: Vec<&str> = rest.split(SEPARATOR).collect();
    let is_odd = |part: &&str| part.is_empty() || part.bytes().any(|b| b.is_ascii_lowercase());
    match parts.split_first() {
        Some((section, path)) if !path.is_empty() && !parts.iter().any(is_odd) => Meaning::Setting {
            section: section.to_ascii_lowercase(),
            path: path.iter().map(|part| part.to_ascii_lowercase()).collect(),
        },
        _ => Meaning::Odd,
    }
}

/// Kubernetes puts `<SERVICE>_SERVICE_HOST`, `_SERVICE_PORT…`, `_PORT` and `_PORT_<n>_TCP…` of every
/// Service into every pod, so a Service called `baton-…` would otherwise stop our own start.
fn is_service_link(rest: &str, value: &str) -> bool {
    let name = format!("_{rest}");
    let is_port_detail =
        name.split_once("_PORT_").is_some_and(|(_, detail)| detail.starts_with(|c: char| c.is_ascii_digit()));
    !rest.contains(SEPARATOR)
        && (name.ends_with("_SERVICE_HOST")
            || name.contains("_SERVICE_PORT")
            || (name.ends_with("_PORT") && value.contains("://"))
            || is_port_detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_section_and_path() {
        let expected =
            Meaning::Setting { section: "parcels".into(), path: vec!["door".into(), "give_up_after".into()] };
        assert_eq!(meaning("BATON_PARCELS__DOOR__GIVE_UP_AFTER", ""), expected);
    }

    #[test]
    fn switches_service_links_and_strangers_are_not_ours() {
        let foreign = [
            ("PATH", "/bin"),
            ("BATON_UI", "off"),
            ("BATON_CI_TARGET", "x"),
            ("BATON_CONFIG", "/etc/baton.toml"),
            ("BATON_TEST_POSTGRES", "x"),
            ("BATON_DEMO_SPEED", "x"),
            ("BATON_SERVICE_HOST", "10.0.0.1"),
            ("BATON_TEAM_SERVICE_PORT_GRPC", "80"),
            ("BATON_PORT", "tcp://10.0.0.1:80"),
            ("BATON_TEAM_PORT_80_TCP_ADDR", "10.0.0.1"),
        ];
        for (name, value) in foreign {
            assert_eq!(meaning(name, value), Meaning::Foreign, "{name}");
        }
    }

    #[test]
    fn what_bears_our_name_but_no_setting_is_odd() {
        for name in [
            "BATON_",
            "BATON_PARCELS",
            "BATON_PARCELS_PORT",
            "BATON_PARCELS__",
            "BATON___KEY",
            "BATON_parcels__KEY",
        ] {
            assert_eq!(meaning(name, "8080"), Meaning::Odd, "{name}");
        }
    }
}
