//! What a section accepts, and how all of its faults are told.

use secrecy::{ExposeSecret as _, SecretString};

use super::*;

const DEFAULTS: &str = r#"
# How parcels travel.
[parcels]
carrier = "pigeon"       # pigeon or mule
weight = 3
share = 0.5
express = false
depots = ["north"]
give_up_after = "8s"
[parcels.door]
key = ""                 # a secret
cert_file = "door.pem"   # a path, although it ends in _file
"#;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Parcels {
    carrier: Carrier,
    weight: u8,
    share: f64,
    express: bool,
    depots: Vec<String>,
    give_up_after: Span,
    door: Door,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Carrier {
    Pigeon,
    Mule,
}

#[derive(Debug, serde::Deserialize)]
struct Door {
    #[serde(deserialize_with = "optional_secret")]
    key: Option<SecretString>,
    cert_file: String,
}

impl Settings for Parcels {
    const SECTION: &'static str = "parcels";
    const DEFAULTS: &'static str = DEFAULTS;

    fn validate(&self, faults: &mut Faults) {
        if self.weight > 20 {
            faults.push("weight", "must be 20 or less");
        }
        if self.carrier == Carrier::Mule && self.door.key.is_none() {
            faults.push("door.key", "must be set when a mule comes");
        }
    }
}

fn sources(file: &str, env: &[(&str, &str)]) -> Sources {
    let env = env.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Sources::from_parts(file.parse().unwrap(), env)
}

fn load(file: &str, env: &[(&str, &str)]) -> Result<Parcels, Faults> {
    sources(file, env).load()
}

fn faults(file: &str, env: &[(&str, &str)]) -> Vec<String> {
    load(file, env).unwrap_err().to_string().lines().map(str::to_owned).collect()
}

#[test]
fn without_sources_the_defaults_hold() {
    let parcels = load("", &[]).unwrap();
    assert_eq!(parcels.carrier, Carrier::Pigeon);
    assert_eq!(parcels.give_up_after.get(), std::time::Duration::from_secs(8));
    assert!(parcels.door.key.is_none() && !parcels.express);
}

#[test]
fn the_environment_lies_over_the_file_and_the_file_over_the_defaults() {
    let file = "[parcels]\nweight = 4\nshare = 1\ndepots = ['a', 'b']";
    let env = [
        ("BATON_PARCELS__WEIGHT", "5"),
        ("BATON_PARCELS__EXPRESS", "true"),
        ("BATON_PARCELS__DEPOTS", "x,y"),
        ("BATON_PARCELS__DOOR__KEY", "0123"),
        ("BATON_PARCELS__DOOR__CERT_FILE", "other.pem"),
    ];
    let parcels = load(file, &env).unwrap();
    assert_eq!((parcels.weight, parcels.share, parcels.express), (5, 1.0, true));
    assert_eq!(parcels.depots, ["x", "y"]);
    assert_eq!(parcels.door.cert_file, "other.pem");
    assert_eq!(parcels.door.key.unwrap().expose_secret(), "0123");
}

#[test]
fn every_fault_is_reported_at_once_with_key_and_source() {
    let file = "[parcels]\nwieght = 4\nshare = 'half'\ndoor = 1\n[parcels.depots]\nx = 1";
    let env = [
        ("BATON_PARCELS__WEIGHT", "heavy"),
        ("BATON_PARCELS__CARRIER", "snail"),
        ("BATON_PARCELS__GIVE_UP_AFTER", "soon"),
        ("BATON_PARCELS__DOOR__COLOUR_FILE", "/red"),
        ("BATON_PARCELS__DOOR", "ajar"),
    ];
    let lines = faults(file, &env);
    let expected = [
        "parcels.wieght: no such setting; here are: carrier, depots, ",
        "parcels.share: expected a number, not a text (from the configuration file)",
        "parcels.door: expected a group of settings, not a whole number (from ",
        "parcels.depots: expected a list, not a group of settings",
        "parcels.weight: expected a whole number (from BATON_PARCELS__WEIGHT)",
        "parcels.carrier: unknown variant `***`, expected `pigeon` or `mule`",
        "parcels.give_up_after: expected a duration such as 250ms",
        "parcels.door.colour_file: no such setting; here are: cert_file, key (from BATON_",
        "parcels.door: is a group of settings; set one inside it",
    ];
    for start in expected {
        assert!(lines.iter().any(|line| line.starts_with(start)), "{start}\n{lines:#?}");
    }
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
}

#[test]
fn validation_adds_its_faults_with_full_key_and_source() {
    let lines = faults("[parcels]\nweight = 21", &[("BATON_PARCELS__CARRIER", "mule")]);
    assert_eq!(
        lines,
        [
            "parcels.weight: must be 20 or less (from the configuration file)",
            "parcels.door.key: must be set when a mule comes (from the defaults)",
        ]
    );
}

#[test]
fn validation_judges_the_rest_beside_other_faults_but_not_the_faulty_key() {
    let file = "[parcels]\nweight = 21\ncarrier = 'mule'\ndoor.key = 1";
    let lines = faults(file, &[("BATON_PARCELS__GIVE_UP_AFTER", "soon")]);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("20 or less")));
    assert!(!lines.iter().any(|line| line.contains("must be set")));
}

#[test]
fn a_number_that_does_not_fit_its_field_is_blamed_by_name() {
    let lines = faults("", &[("BATON_PARCELS__WEIGHT", "300")]);
    assert!(lines[0].starts_with("parcels.weight: ") && lines.len() == 1, "{lines:?}");
}

#[test]
fn a_secret_may_come_from_a_file_and_loses_one_newline() {
    let mounted = tempfile::NamedTempFile::new().unwrap();
    for (content, expected) in [("s3\n", "s3"), ("s3\r\n", "s3"), ("s3\n\n", "s3\n"), ("s3", "s3")] {
        std::fs::write(mounted.path(), content).unwrap();
        let path = mounted.path().to_str().unwrap();
        let parcels = load("", &[("BATON_PARCELS__DOOR__KEY_FILE", path)]).unwrap();
        assert_eq!(parcels.door.key.unwrap().expose_secret(), expected);
    }
}

#[test]
fn a_key_and_its_file_together_are_refused() {
    let lines = faults("", &[("BATON_PARCELS__DOOR__KEY", "a"), ("BATON_PARCELS__DOOR__KEY_FILE", "/none")]);
    assert!(lines.iter().any(|line| line.contains("given twice")), "{lines:?}");
}

#[test]
fn a_missing_file_is_a_fault_that_names_it() {
    let lines = faults("", &[("BATON_PARCELS__DOOR__KEY_FILE", "/no/such")]);
    assert!(lines[0].starts_with("parcels.door.key: cannot be read"), "{lines:?}");
    assert!(lines[0].ends_with("(from BATON_PARCELS__DOOR__KEY_FILE=/no/such)"), "{lines:?}");
}

#[test]
fn secrets_are_printed_nowhere() {
    let env = [("BATON_PARCELS__DOOR__KEY", "hunter2"), ("BATON_PARCELS__WEIGHT", "1")];
    assert!(!format!("{:?}", load("", &env).unwrap()).contains("hunter2"));
    assert!(!format!("{:?}", sources("", &env)).contains("hunter2"));
    let misplaced = [
        ("BATON_PARCELS__CARRIER", "hunter2"),
        ("BATON_PARCELS__WEIGHT", "hunter2"),
        ("BATON_PARCELS__GIVE_UP_AFTER", "hunter2"),
        ("BATON_HUNTER__KEY", "hunter2"),
    ];
    let text = load("", &misplaced).unwrap_err().to_string();
    assert!(!text.contains("hunter2"), "{text}");
    let unknown = sources("", &misplaced).unknown_sections(&["parcels"]).to_string();
    assert!(unknown.contains("hunter:") && !unknown.contains("hunter2"), "{unknown}");
}

#[test]
fn a_broken_file_is_reported_by_line_without_quoting_it() {
    let broken = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(broken.path(), "[parcels]\ndoor.key = \"hunter2").unwrap();
    let text = Sources::from_process(Some(broken.path())).unwrap_err().to_string();
    assert!(text.contains("not valid TOML in line 2") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_file_is_read_from_disk_and_named_in_faults() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[parcels]\nweight = 'x'").unwrap();
    let sources = Sources::from_process(Some(file.path())).unwrap();
    let text = sources.load::<Parcels>().unwrap_err().to_string();
    assert!(text.contains(file.path().to_str().unwrap()), "{text}");
}

#[test]
fn a_missing_file_and_loose_keys_are_reported() {
    let missing = Sources::from_process(Some(std::path::Path::new("/no/such.toml"))).unwrap_err();
    assert!(missing.to_string().contains("/no/such.toml: cannot be read"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "weight = 1").unwrap();
    let loose = Sources::from_process(Some(file.path())).unwrap_err();
    assert!(loose.to_string().starts_with("weight: stands outside"), "{loose}");
}

#[test]
fn sections_that_nobody_loaded_are_reported_and_switches_are_not() {
    let env = [("BATON_PERCELS__WEIGHT", "1"), ("BATON_PARCELS_WEIGHT", "1"), ("BATON_UI", "off")];
    let unknown = sources("[letters]\n[parcels]", &env).unknown_sections(&["parcels"]);
    assert_eq!(
        unknown.to_string(),
        "letters: no such section; there are: parcels (from the configuration file)\n\
         percels: no such section; there are: parcels (from BATON_PERCELS__WEIGHT)\n\
         BATON_PARCELS_WEIGHT: not a setting; those are called BATON_<SECTION>__<KEY>, in capitals \
         (from BATON_PARCELS_WEIGHT)"
    );
}

#[derive(Debug, serde::Deserialize)]
struct Torn {
    #[expect(dead_code, reason = "only read by serde")]
    missing: String,
}

impl Settings for Torn {
    const SECTION: &'static str = "torn";
    const DEFAULTS: &'static str = "present = 1";

    fn validate(&self, _: &mut Faults) {}
}

#[test]
fn defaults_that_do_not_fit_their_type_are_blamed_themselves() {
    let text = sources("", &[]).load::<Torn>().unwrap_err().to_string();
    assert!(text.starts_with("torn: missing field `missing`"), "{text}");
    assert!(text.ends_with("(from the defaults)"), "{text}");
}
