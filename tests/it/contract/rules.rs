//! Every method of the contract has exactly one row that says who may call it, in the service that owns its package.

use std::collections::BTreeMap;

use baton_kit::{door::access::Rule, events::DEAD_LETTER_RULES};

use super::calls::{methods, owner_of, path_of};

/// Which service owns a package, and its rows.
const OWNERS: [(&str, &[Rule]); 6] = [
    ("conversation", baton_conversation::RULES),
    ("routing", baton_routing::RULES),
    ("ai", baton_ai::RULES),
    ("team", baton_team::RULES),
    ("notification", baton_notification::RULES),
    (OPERATIONS, DEAD_LETTER_RULES),
];

/// The package that no service owns alone: each has it at its door, with these rows.
pub const OPERATIONS: &str = "operations";

/// And the edge has it for the operator. Said here once more: the gateway has the same rows, and this is what they are held against.
const BY_EDGE: &[Rule] = &[
    Rule::on("/baton.operations.v1.DeadLetterService/ListDeadLetters").operator(),
    Rule::on("/baton.operations.v1.DeadLetterService/Redrive").operator(),
];

/// The row by which the edge itself answers the operator; `None` for what it only passes on.
pub fn operators_rule(path: &str) -> Option<&'static Rule> {
    BY_EDGE.iter().find(|rule| rule.method == path)
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    OWNERS.iter().flat_map(|(_, rules)| rules.iter())
}

/// The row of a method.
///
/// # Panics
/// If there is none: nobody decided who may call it.
pub fn rule_of(path: &str) -> &'static Rule {
    rules().find(|rule| rule.method == path).unwrap_or_else(|| panic!("{path} has no row"))
}

#[test]
fn every_method_has_exactly_one_rule_in_the_service_that_owns_it() {
    let expected: BTreeMap<String, String> =
        methods().iter().map(|method| (path_of(method), owner_of(method))).collect();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (owner, rules) in OWNERS {
        for rule in rules {
            found.entry(rule.method).or_default().push(owner);
        }
    }
    for (method, owner) in &expected {
        let rows = found.get(method.as_str()).map(Vec::as_slice);
        assert_eq!(rows, Some([owner.as_str()].as_slice()), "the rules of {method}");
    }
    let stray: Vec<&&str> = found.keys().filter(|method| !expected.contains_key(**method)).collect();
    assert!(stray.is_empty(), "rules of methods that the contract does not have: {stray:?}");
}

#[test]
fn nothing_internal_is_open_to_people_or_programs() {
    for rule in rules().filter(|rule| rule.method.starts_with("/baton.internal.")) {
        assert!(!rule.open && !rule.authenticated && !rule.any_member && !rule.operator, "{}", rule.method);
        assert!(rule.members.is_none() && rule.keys.is_none(), "{}", rule.method);
    }
}

#[test]
fn only_the_server_says_who_it_is_to_strangers() {
    let open: Vec<&str> = rules().filter(|rule| rule.open).map(|rule| rule.method).collect();
    assert_eq!(open, ["/baton.team.v1.ServerInfoService/GetServerInfo"]);
}
