//! Who may call which method of notification: one row a method.

use baton_kit::door::{access::Rule, principal::Scope};

/// The only service that speaks for people who are not signed in.
const EDGE: &[&str] = &["gateway"];

/// The rows.
pub const RULES: &[Rule] = &[
    // For themselves: the member is the caller, never a field.
    Rule::on("/baton.notification.v1.NotificationService/ListNotices").any_member(),
    Rule::on("/baton.notification.v1.NotificationService/MarkNoticesRead").any_member(),
    Rule::on("/baton.notification.v1.NotificationService/ListLedger").staff(Scope::ConversationsRead),
    Rule::on("/baton.notification.v1.PreferenceService/GetPreferences").any_member(),
    Rule::on("/baton.notification.v1.PreferenceService/SetPreferences").any_member(),
    Rule::on("/baton.internal.notification.v1.EdgeService/DescribeUnsubscribe").services(EDGE),
    Rule::on("/baton.internal.notification.v1.EdgeService/Unsubscribe").services(EDGE),
    Rule::on("/baton.internal.notification.v1.EdgeService/NoticeTail").services(EDGE),
    Rule::on("/baton.internal.notification.v1.EdgeService/ListFiledMails").services(EDGE),
    Rule::on("/baton.internal.notification.v1.EdgeService/GetFiledMail").services(EDGE),
];

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;

    #[test]
    fn every_method_of_the_contract_has_exactly_one_row() {
        let files = FileDescriptorSet::decode(baton_proto::DESCRIPTORS).unwrap().file;
        let mut methods = Vec::new();
        let ours = ["baton.notification.v1", "baton.internal.notification.v1"];
        for file in files.iter().filter(|file| ours.contains(&file.package())) {
            for service in &file.service {
                let path = |method: &str| format!("/{}.{}/{method}", file.package(), service.name());
                methods.extend(service.method.iter().map(|method| path(method.name())));
            }
        }
        let mut rows: Vec<String> = RULES.iter().map(|rule| rule.method.to_owned()).collect();
        methods.sort();
        rows.sort();
        assert_eq!(rows, methods);
    }
}
