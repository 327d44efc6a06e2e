//! The small commands: `check-config`, `migrate`, `healthcheck`.

use tempfile::TempDir;

use crate::harness::child::{Baton, Serving};

#[test]
fn a_fine_configuration_is_called_fine() {
    let (code, said) = Baton::run(&["check-config"], &[]);
    assert_eq!((code, said.trim()), (Some(0), "the configuration is fine"));
}

#[test]
fn migrate_makes_the_schemas_and_can_be_run_again() {
    let data = TempDir::new().expect("a directory");
    let place = data.path().join("deep").display().to_string();
    for _ in 0..2 {
        let (code, said) = Baton::run(&["migrate"], &[("BATON_SUITE__DATA_DIR", &place)]);
        assert_eq!(code, Some(0), "{said}");
    }
    for service in ["conversation", "routing", "ai", "team"] {
        assert!(data.path().join(format!("deep/{service}.db")).exists(), "{service}");
    }
}

#[test]
fn the_health_check_answers_for_a_running_suite_and_for_a_stopped_one() {
    let data = TempDir::new().expect("a directory");
    let serving = Serving::start(data.path(), &[]);
    let ops = serving.ops_address.to_string();
    let (code, said) = Baton::run(&["healthcheck"], &[("BATON_SUITE__OPS_LISTEN", &ops)]);
    assert_eq!(code, Some(0), "{said}");
    let Serving { mut baton, .. } = serving;
    baton.signal("KILL");
    baton.ends_within(std::time::Duration::from_secs(10));
    let (code, said) = Baton::run(&["healthcheck"], &[("BATON_SUITE__OPS_LISTEN", &ops)]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("not reached"), "{said}");
}
