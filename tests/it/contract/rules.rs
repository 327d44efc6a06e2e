//! Every method of the contract has exactly one row that says who may call it, in the service that owns its package.

use std::collections::BTreeMap;

use baton_kit::door::access::Rule;

use super::calls::services;
use crate::architecture::source::below;

/// Which service owns a package, and its rows.
const OWNERS: [(&str, &[Rule]); 3] =
    [("conversation", baton_conversation::RULES), ("ai", baton_ai::RULES), ("team", baton_team::RULES)];

/// Routing keeps its rows to itself: their methods, as its source names them.
fn routing_methods() -> Vec<String> {
    let sources = below("services/routing/src/transport");
    let rules = sources.iter().find(|source| source.path.ends_with("/rules.rs")).expect("routing's rules");
    let words = rules.without_tests().tokens.into_iter().map(|token| token.text);
    words
        .filter_map(|word| {
            word.strip_prefix('"').filter(|text| text.starts_with("/baton.")).map(str::to_owned)
        })
        .collect()
}

#[test]
fn every_method_has_exactly_one_rule_in_the_service_that_owns_it() {
    let mut expected = BTreeMap::new();
    for service in services() {
        let package = service.package_name().to_owned();
        let owner = package
            .trim_start_matches("baton.")
            .trim_start_matches("internal.")
            .split('.')
            .next()
            .unwrap_or_default()
            .to_owned();
        for method in service.methods() {
            expected.insert(format!("/{}/{}", service.full_name(), method.name()), owner.clone());
        }
    }
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (owner, rules) in OWNERS {
        for rule in rules {
            found.entry(rule.method.to_owned()).or_default().push(owner);
        }
    }
    for method in routing_methods() {
        found.entry(method).or_default().push("routing");
    }
    for (method, owner) in &expected {
        assert_eq!(
            found.get(method).map(Vec::as_slice),
            Some([owner.as_str()].as_slice()),
            "the rules of {method}"
        );
    }
    let stray: Vec<&String> = found.keys().filter(|method| !expected.contains_key(*method)).collect();
    assert!(stray.is_empty(), "rules of methods that the contract does not have: {stray:?}");
}

#[test]
fn nothing_internal_is_open_to_people_or_programs() {
    for (_, rules) in OWNERS {
        for rule in rules.iter().filter(|rule| rule.method.starts_with("/baton.internal.")) {
            assert!(
                !rule.open && !rule.authenticated && !rule.any_member && !rule.operator,
                "{}",
                rule.method
            );
            assert!(rule.members.is_none() && rule.keys.is_none(), "{}", rule.method);
        }
    }
}

#[test]
fn only_the_server_says_who_it_is_to_strangers() {
    let open: Vec<&str> = OWNERS
        .iter()
        .flat_map(|(_, rules)| rules.iter())
        .filter(|rule| rule.open)
        .map(|rule| rule.method)
        .collect();
    assert_eq!(open, ["/baton.team.v1.ServerInfoService/GetServerInfo"]);
}
