//! Who may call which method of routing: one row a method.

use baton_kit::door::{access::Rule, principal::Scope};

/// The rows.
pub const RULES: &[Rule] = &[
    // For themselves: the member is the caller, never a field.
    Rule::on("/baton.routing.v1.AvailabilityService/SetAvailability").any_member(),
    Rule::on("/baton.routing.v1.AvailabilityService/ListAvailability").staff(Scope::RoutingRead),
    Rule::on("/baton.routing.v1.RoutingService/ExplainRouting").staff(Scope::RoutingRead),
    Rule::on("/baton.routing.v1.OfficeHoursService/GetOfficeHours").staff(Scope::RoutingRead),
    Rule::on("/baton.routing.v1.OfficeHoursService/SetOfficeHours").staff(Scope::RoutingWrite),
    // A visitor is told when people work, and neither who is there nor what else waits.
    Rule::on("/baton.routing.v1.OfficeHoursService/CheckOfficeHours")
        .staff(Scope::RoutingRead)
        .visitors()
        .services(&["ai", "conversation", "gateway"]),
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
        for file in files.iter().filter(|file| file.package() == "baton.routing.v1") {
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
