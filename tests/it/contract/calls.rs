//! Calls made from descriptors alone: what methods there are, what their messages hold, and a line that carries raw bytes.

use baton_kit::door::{access::WORKSPACE_HEADER, peer};
use baton_proto::DESCRIPTORS;
use bytes::{Buf as _, BufMut as _, Bytes};
use prost_reflect::{DescriptorPool, FieldDescriptor, MethodDescriptor, ServiceDescriptor};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder, Streaming},
};

use crate::harness::partner;

/// Every service of the contract, the internal ones too.
pub fn services() -> Vec<ServiceDescriptor> {
    let pool = DescriptorPool::decode(DESCRIPTORS).expect("the contract");
    pool.services().filter(|service| service.full_name().starts_with("baton.")).collect()
}

/// Every method of every service.
pub fn methods() -> Vec<MethodDescriptor> {
    services().into_iter().flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

/// Whether a method is not promised to partners.
pub fn is_internal(method: &MethodDescriptor) -> bool {
    method.parent_service().full_name().starts_with("baton.internal.")
}

/// The service that owns a method, by the name of its package.
pub fn owner_of(method: &MethodDescriptor) -> String {
    let service = method.parent_service();
    let package = service.package_name().trim_start_matches("baton.").trim_start_matches("internal.");
    package.split('.').next().unwrap_or_default().to_owned()
}

/// The path of a call.
pub fn path_of(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// A field's comment, which begins with `Required`, `Optional`, `Output only` or `Immutable`.
pub fn comment_of(field: &FieldDescriptor) -> String {
    let file = field.parent_message().parent_file();
    let info = file.file_descriptor_proto().source_code_info.as_ref().expect("comments are kept");
    let location = info.location.iter().find(|location| location.path == field.path());
    location.map(|location| location.leading_comments().trim_start().to_owned()).unwrap_or_default()
}

/// Whether callers do not set a field.
pub fn is_output_only(field: &FieldDescriptor) -> bool {
    comment_of(field).starts_with("Output only")
}

/// A way to a method.
#[derive(Clone)]
pub enum Way {
    /// As a partner: by the edge.
    Edge(partner::Line),
    /// To the service's own door, with the workspace that a service works for.
    Door(peer::Line, Option<String>),
}

/// Sends these bytes to a method. Of a stream that opens nothing is read: see [`open`].
///
/// # Errors
/// Its refusal.
pub async fn call(way: &Way, method: &MethodDescriptor, message: Vec<u8>) -> Result<Bytes, Status> {
    if method.is_server_streaming() {
        return open(way, method, message).await.map(|_| Bytes::new());
    }
    let (request, path) = (request(way, message), path_of(method).parse().expect("a path"));
    match way {
        Way::Edge(line) => {
            let mut grpc = Grpc::new(line.clone());
            grpc.ready().await.expect("the door is there");
            Ok(grpc.unary(request, path, Raw).await?.into_inner())
        }
        Way::Door(line, _) => {
            let mut grpc = Grpc::new(line.clone());
            grpc.ready().await.expect("the door is there");
            Ok(grpc.unary(request, path, Raw).await?.into_inner())
        }
    }
}

/// Opens the stream that a method answers with.
///
/// # Errors
/// Its refusal.
pub async fn open(
    way: &Way,
    method: &MethodDescriptor,
    message: Vec<u8>,
) -> Result<Streaming<Bytes>, Status> {
    let (request, path) = (request(way, message), path_of(method).parse().expect("a path"));
    match way {
        Way::Edge(line) => {
            let mut grpc = Grpc::new(line.clone());
            grpc.ready().await.expect("the door is there");
            Ok(grpc.server_streaming(request, path, Raw).await?.into_inner())
        }
        Way::Door(line, _) => {
            let mut grpc = Grpc::new(line.clone().lasting());
            grpc.ready().await.expect("the door is there");
            Ok(grpc.server_streaming(request, path, Raw).await?.into_inner())
        }
    }
}

fn request(way: &Way, message: Vec<u8>) -> Request<Vec<u8>> {
    let mut request = Request::new(message);
    if let Way::Door(_, Some(workspace)) = way {
        request.metadata_mut().insert(WORKSPACE_HEADER, workspace.parse().expect("an id"));
    }
    request
}

struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
