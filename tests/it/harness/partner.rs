//! A partner's line through the gRPC door: an API key and nothing else of ours.

use std::net::SocketAddr;

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

/// Sends the key with every call.
#[derive(Clone)]
pub struct Key(MetadataValue<Ascii>);

impl Interceptor for Key {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// What generated clients are made on.
pub type Line = InterceptedService<Channel, Key>;

/// A line to the edge.
#[expect(
    clippy::disallowed_methods,
    reason = "a partner has nothing but the contract: none of kit's channels"
)]
pub async fn line(address: SocketAddr, api_key: &str) -> Line {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let channel = endpoint.connect().await.expect("the edge answers");
    InterceptedService::new(channel, Key(format!("Bearer {api_key}").parse().expect("a header")))
}
