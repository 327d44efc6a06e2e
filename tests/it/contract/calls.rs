//! Calls made from descriptors alone: what methods there are, what their messages hold, and a line that carries raw bytes.

use baton_proto::DESCRIPTORS;
use bytes::{Buf as _, BufMut as _, Bytes};
use prost_reflect::{DescriptorPool, FieldDescriptor, MethodDescriptor, ServiceDescriptor};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use crate::harness::partner::Line;

/// Every service of the contract, the internal ones too.
pub fn services() -> Vec<ServiceDescriptor> {
    let pool = DescriptorPool::decode(DESCRIPTORS).expect("the contract");
    pool.services().filter(|service| service.full_name().starts_with("baton.")).collect()
}

/// Methods that a partner may know of and that answer once.
pub fn unary_methods() -> Vec<MethodDescriptor> {
    let public = services().into_iter().filter(|service| !service.full_name().starts_with("baton.internal."));
    let methods = public.flat_map(|service| service.methods().collect::<Vec<_>>());
    methods.filter(|method| !method.is_server_streaming() && !method.is_client_streaming()).collect()
}

/// The path of a call.
pub fn path_of(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// The first words of a field's comment: `Required`, `Optional`, `Output only`, `Immutable`.
pub fn is_output_only(field: &FieldDescriptor) -> bool {
    let file = field.parent_message().parent_file();
    let info = file.file_descriptor_proto().source_code_info.as_ref().expect("comments are kept");
    let location = info.location.iter().find(|location| location.path == field.path());
    location.is_some_and(|location| location.leading_comments().trim_start().starts_with("Output only"))
}

/// Sends these bytes to a method.
///
/// # Errors
/// Its refusal.
pub async fn call(line: &Line, path: &str, message: Vec<u8>) -> Result<Bytes, Status> {
    let mut grpc = Grpc::new(line.clone());
    grpc.ready().await.expect("the door is there");
    let path = path.parse().expect("a path");
    Ok(grpc.unary(Request::new(message), path, Raw).await?.into_inner())
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
