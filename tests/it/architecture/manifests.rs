//! Which crate may depend on which, read from their `Cargo.toml`.

use std::{collections::BTreeMap, fs};

use crate::harness::surroundings::root;

/// Each crate's folder, and which crates of ours it may depend on at all, for tests too.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("proto", &[]),
    ("services/kit", &["baton-kit-testing", "baton-proto"]),
    ("services/kit-testing", &["baton-kit", "baton-proto"]),
    ("services/conversation", &["baton-kit", "baton-kit-testing", "baton-proto"]),
    ("services/routing", &["baton-kit", "baton-kit-testing", "baton-proto"]),
    ("services/ai", &["baton-kit", "baton-kit-testing", "baton-proto"]),
    ("services/team", &["baton-kit", "baton-kit-testing", "baton-proto"]),
    ("services/notification", &["baton-kit", "baton-kit-testing", "baton-proto"]),
    ("gateway", &["baton-kit", "baton-kit-testing", "baton-proto"]),
    (
        "services/baton",
        &[
            "baton-ai",
            "baton-conversation",
            "baton-gateway",
            "baton-kit",
            "baton-kit-testing",
            "baton-notification",
            "baton-proto",
            "baton-routing",
            "baton-team",
        ],
    ),
];

/// The crates of ours a manifest names, in any table of dependencies.
fn ours(manifest: &toml::Table) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            found.extend(table.keys().filter(|name| name.starts_with("baton")).cloned());
        } else {
            found.extend(ours(table));
        }
    }
    found
}

fn read(folder: &str) -> toml::Table {
    let path = root().join(folder).join("Cargo.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_crate_depends_only_on_what_lies_below_it() {
    let mut found = BTreeMap::new();
    for (folder, may_use) in MAY_USE {
        let mut wrong = ours(&read(folder));
        wrong.retain(|name| !may_use.contains(&name.as_str()));
        if !wrong.is_empty() {
            found.insert(folder, wrong);
        }
    }
    assert!(found.is_empty(), "against architecture.md §1: {found:#?}");
}

#[test]
fn every_crate_of_the_workspace_is_in_the_table() {
    let workspace = read(".");
    let members = workspace["workspace"]["members"].as_array().expect("members");
    let missing: Vec<&str> = members
        .iter()
        .filter_map(toml::Value::as_str)
        .filter(|member| *member != "tests" && !MAY_USE.iter().any(|(folder, _)| folder == member))
        .collect();
    assert!(missing.is_empty(), "say what they may depend on: {missing:?}");
}

#[test]
fn a_dependency_for_one_platform_or_for_tests_counts() {
    let manifest = "[dev-dependencies]\nbaton-team = {}\n[target.'cfg(unix)'.dependencies]\nbaton-ai.workspace = true\nserde = \"1\"";
    assert_eq!(ours(&manifest.parse().expect("a manifest")), ["baton-team", "baton-ai"]);
}
