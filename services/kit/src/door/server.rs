//! Builds a service's door: its own RPCs, health and, where wanted, reflection.
//!
//! Must not know which RPCs.

use std::convert::Infallible;

use http::Request;
use tonic::{body::Body, server::NamedService, service::Routes};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower::Service;

use super::{
    access::{Gate, Rule},
    enter::{Door, Doorframe},
    tokens::Verifier,
};
use crate::life::lifecycle::Lifecycle;

const HEALTH: [Rule; 2] =
    [Rule::on("/grpc.health.v1.Health/Check").open(), Rule::on("/grpc.health.v1.Health/Watch").open()];
const REFLECTION: [Rule; 1] = [Rule::on("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo").open()];

/// Collects what goes behind one door.
pub struct DoorBuilder {
    routes: Routes,
    rules: Vec<Rule>,
    health: HealthReporter,
}

impl DoorBuilder {
    /// A door with nothing but health behind it. Not serving until [`DoorBuilder::build`].
    pub async fn new() -> Self {
        let (health, server) = tonic_health::server::health_reporter();
        health.set_service_status("", ServingStatus::NotServing).await;
        Self { routes: Routes::new(server), rules: HEALTH.to_vec(), health }
    }

    /// Adds a generated server with the rules of its methods.
    #[must_use]
    pub fn add<S>(mut self, service: S, rules: &[Rule]) -> Self
    where
        S: Service<Request<Body>, Error = Infallible> + NamedService + Clone + Send + Sync + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        self.routes = self.routes.add_service(service);
        self.rules.extend_from_slice(rules);
        self
    }

    /// Adds reflection over the whole contract. For the partner door, where it is switched on.
    ///
    /// # Errors
    /// If the descriptors cannot be read, which only a broken build can do.
    pub fn with_reflection(mut self) -> Result<Self, tonic_reflection::server::Error> {
        let server = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(baton_proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        self.routes = self.routes.add_service(server);
        self.rules.extend_from_slice(&REFLECTION);
        Ok(self)
    }

    /// Closes the door around it. Health says SERVING from now until the life's end is announced.
    pub async fn build(self, verifier: Verifier, frame: Doorframe, life: &Lifecycle) -> Door {
        self.health.set_service_status("", ServingStatus::Serving).await;
        let (health, leaving) = (self.health, life.leaving());
        life.spawn("health", async move {
            leaving.cancelled().await;
            health.set_service_status("", ServingStatus::NotServing).await;
        });
        Door::new(self.routes, Gate::new(self.rules, verifier), frame)
    }
}
