//! Where each method is spoken, and the row that says who may call it there. Most are spoken at one door; dead letters at every
//! service's, for the edge, and by the edge itself, for the operator.

use baton_kit::door::{access::Rule, principal::Kind};
use prost_reflect::MethodDescriptor;

use super::{
    calls::{Way, methods, owner_of, path_of},
    place::{Furnished, Place},
    principals::Principal,
    rules::{OPERATIONS, operators_rule, rule_of},
};

/// The services behind the edge.
pub const DOORS: [&str; 5] = ["conversation", "routing", "ai", "team", "notification"];

/// Consumers that nobody runs, for dead letters that are given again at a door and by the edge: what was given again is none any more.
pub const CONSUMERS: [&str; 2] = ["nobody", "nobody.by.edge"];

/// Where a method is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// At the door of this service.
    Door(&'static str),
    /// By the edge, which answers by itself.
    Edge,
}

impl Spot {
    /// The way of somebody to it. By the edge come programs and operators, each by what they have there.
    ///
    /// # Panics
    /// If nobody of the kind comes by the edge.
    pub fn way(self, place: &Place, home: &Furnished, who: &Principal) -> Way {
        match (self, who.kind) {
            (Self::Door(service), _) => place.way(service, who),
            (Self::Edge, Kind::Operator) => Way::Edge(place.operator.clone()),
            (Self::Edge, Kind::ApiKey) => Way::Edge(home.edge.clone()),
            (Self::Edge, other) => panic!("no {other:?} comes by the edge"),
        }
    }

    /// Whose dead letter is asked for there.
    pub fn service(self) -> &'static str {
        match self {
            Self::Door(service) => service,
            Self::Edge => "conversation",
        }
    }

    /// Who gave it up.
    pub fn consumer(self) -> &'static str {
        let [at_door, by_edge] = CONSUMERS;
        match self {
            Self::Door(_) => at_door,
            Self::Edge => by_edge,
        }
    }
}

/// A method at one of the spots where it is spoken.
pub struct Station {
    /// What is asked.
    pub method: MethodDescriptor,
    /// Where.
    pub spot: Spot,
    /// Who may.
    pub rule: &'static Rule,
}

impl Station {
    fn at(method: &MethodDescriptor, spot: Spot) -> Self {
        let path = path_of(method);
        let rule = match spot {
            Spot::Door(_) => rule_of(&path),
            Spot::Edge => operators_rule(&path).unwrap_or_else(|| panic!("{path} is not the operator's")),
        };
        Self { method: method.clone(), spot, rule }
    }

    /// For people who read a failure.
    pub fn name(&self) -> String {
        format!("{} at {:?}", path_of(&self.method), self.spot)
    }

    /// The way of somebody to it.
    pub fn way(&self, place: &Place, home: &Furnished, who: &Principal) -> Way {
        self.spot.way(place, home, who)
    }
}

/// Every method wherever it is spoken.
pub fn stations() -> Vec<Station> {
    let spots = |method: &MethodDescriptor| match owner_of(method).as_str() {
        OPERATIONS => DOORS.map(Spot::Door).into_iter().chain([Spot::Edge]).collect(),
        owner => {
            let door = DOORS.iter().find(|door| **door == owner);
            vec![Spot::Door(door.unwrap_or_else(|| panic!("no door of {owner}")))]
        }
    };
    let at = |method: MethodDescriptor| -> Vec<Station> {
        spots(&method).into_iter().map(|spot| Station::at(&method, spot)).collect()
    };
    methods().into_iter().flat_map(at).collect()
}
