//! What the binary refuses to start on, and that it says what to change.

use std::{fs, net::TcpListener, path::Path};

use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;

use crate::harness::child::Baton;

/// `EX_USAGE`.
const WRONG_CONFIGURATION: Option<i32> = Some(64);

#[test]
fn an_unknown_key_is_named() {
    let (code, said) = Baton::run(&["check-config"], &[("BATON_SUITE__LISTENN", "127.0.0.1:1")]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    assert!(said.contains("suite.listenn") && said.contains("BATON_SUITE__LISTENN"), "{said}");
}

#[test]
fn an_unknown_section_is_named() {
    let (code, said) = Baton::run(&["check-config"], &[("BATON_SIUTE__LISTEN", "127.0.0.1:1")]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    assert!(said.contains("siute"), "{said}");
}

#[test]
fn a_value_of_the_wrong_type_is_named() {
    let (code, said) = Baton::run(&["serve"], &[("BATON_SUITE__TRACE_RATIO", "often")]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    assert!(said.contains("suite.trace_ratio"), "{said}");
}

#[test]
fn all_faults_of_all_sections_are_named_at_once() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("baton.toml");
    fs::write(&file, "[suite]\ndrain = \"30s\"\nlisten = \"nowhere\"\n[ai]\nconcurrency = 0\n")
        .expect("a file");
    let file = file.display().to_string();
    let (code, said) = Baton::run(&["--config", &file, "check-config"], &[("BATON_ROUTING__BATCH", "many")]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    for key in ["suite.listen", "suite.drain", "ai.concurrency", "routing.batch"] {
        assert!(said.contains(key), "{key} is not named:\n{said}");
    }
}

#[test]
fn a_secret_is_never_repeated_in_a_complaint() {
    let (code, said) = Baton::run(&["check-config"], &[("BATON_SUITE__SECRET", "hunter-2-hunter-2")]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    assert!(said.contains("suite.secret") && !said.contains("hunter"), "{said}");
}

#[test]
fn an_address_that_no_link_in_a_mail_can_begin_with_is_named() {
    let address = "https://desk.example.org/o'hara,desk";
    let (code, said) = Baton::run(&["check-config"], &[("BATON_GATEWAY__PUBLIC_URL", address)]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    assert!(said.contains("gateway.public_url") && said.contains("links in mails"), "{said}");
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let (code, said) = Baton::run(&["--config", "/nowhere/baton.toml", "check-config"], &[]);
    assert_eq!(code, WRONG_CONFIGURATION, "{said}");
    assert!(said.contains("/nowhere/baton.toml"), "{said}");
}

#[test]
fn a_taken_port_is_named_by_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for (variable, key) in
        [("BATON_SUITE__LISTEN", "suite.listen"), ("BATON_SUITE__OPS_LISTEN", "suite.ops_listen")]
    {
        let data = TempDir::new().expect("a directory");
        let place = data.path().display().to_string();
        let mut variables = vec![
            ("BATON_SUITE__LISTEN", "127.0.0.1:0"),
            ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0"),
            ("BATON_SUITE__DATA_DIR", place.as_str()),
        ];
        variables.retain(|(name, _)| *name != variable);
        variables.push((variable, &address));
        let (code, said) = Baton::run(&["serve"], &variables);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(&format!("{key} = \"{address}\"")), "{said}");
    }
}

#[tokio::test]
async fn a_schema_that_no_longer_serves_this_binary_refuses_to_start() {
    let data = TempDir::new().expect("a directory");
    let place = data.path().display().to_string();
    let variables = [
        ("BATON_SUITE__LISTEN", "127.0.0.1:0"),
        ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0"),
        ("BATON_SUITE__DATA_DIR", place.as_str()),
    ];
    let (code, said) = Baton::run(&["migrate"], &variables);
    assert_eq!(code, Some(0), "{said}");
    for service in ["conversation", "routing", "ai", "team"] {
        let file = data.path().join(format!("{service}.db"));
        let before = least_binary(&file, 1_000_000).await;
        for command in ["serve", "migrate"] {
            let (code, said) = Baton::run(&[command], &variables);
            assert_eq!(code, Some(1), "{command} on {service}: {said}");
            assert!(said.contains(service) && said.contains("1000000"), "{command} on {service}: {said}");
        }
        least_binary(&file, before).await;
    }
    let (code, said) = Baton::run(&["migrate"], &variables);
    assert_eq!(code, Some(0), "{said}");
}

/// Writes which binary the schema still serves, as a later release would; answers what stood there.
async fn least_binary(file: &Path, number: i64) -> i64 {
    let database =
        sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.expect("the file opens");
    let statement = |sql: String| sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    let row =
        database.query_one_raw(statement("SELECT min_binary FROM schema_info WHERE id = 1".to_owned())).await;
    let before = row.expect("schema_info").expect("its row").try_get_by_index(0).expect("a number");
    let update = format!("UPDATE schema_info SET min_binary = {number} WHERE id = 1");
    database.execute_raw(statement(update)).await.expect("written");
    database.close().await.expect("closed");
    before
}
