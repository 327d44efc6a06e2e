//! The contract: a rule for every method, and no bad input that shakes the service.

use std::collections::BTreeSet;

use baton_conversation::RULES;
use prost::Message as _;

const PACKAGES: [&str; 2] = ["baton.conversation.v1", "baton.internal.conversation.v1"];

#[test]
fn every_method_has_exactly_one_rule() {
    let set = prost_types::FileDescriptorSet::decode(baton_proto::DESCRIPTORS).unwrap();
    let mut methods = BTreeSet::new();
    for file in set.file.iter().filter(|file| PACKAGES.contains(&file.package())) {
        for service in &file.service {
            for method in &service.method {
                methods.insert(format!("/{}.{}/{}", file.package(), service.name(), method.name()));
            }
        }
    }
    let ruled: Vec<String> = RULES.iter().map(|rule| rule.method.to_owned()).collect();
    let once: BTreeSet<String> = ruled.iter().cloned().collect();
    assert_eq!(once.len(), ruled.len(), "a method has two rules");
    assert_eq!(once, methods);
}
