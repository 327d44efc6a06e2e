//! Requests made from descriptors: every field of every message filled with the same kind of nonsense.

use std::collections::HashMap;

use bytes::{Buf as _, BufMut as _, Bytes};
use prost::{Message as _, encoding};
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet, MethodDescriptorProto,
    field_descriptor_proto::{Label, Type},
};
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// What fills the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    Nothing,
    Oversized,
    Nul,
    WrongKind,
    UnknownEnum,
}

pub const FILLINGS: [Filling; 5] =
    [Filling::Nothing, Filling::Oversized, Filling::Nul, Filling::WrongKind, Filling::UnknownEnum];

impl Filling {
    fn text(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Oversized => "x".repeat(10_000),
            Self::Nul => "a\0b".to_owned(),
            Self::WrongKind => "conv_00000000000000000000000001".to_owned(),
            Self::UnknownEnum => "unknown".to_owned(),
        }
    }

    fn number(self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Oversized => u64::MAX,
            Self::Nul | Self::WrongKind => 1,
            Self::UnknownEnum => 999,
        }
    }
}

/// The contract as descriptors.
pub struct Contract {
    messages: HashMap<String, DescriptorProto>,
    files: FileDescriptorSet,
}

impl Contract {
    pub fn read() -> Self {
        let files = FileDescriptorSet::decode(baton_proto::DESCRIPTORS).unwrap();
        let named = |package: &str, message: &DescriptorProto| {
            (format!(".{package}.{}", message.name()), message.clone())
        };
        let messages =
            files.file.iter().flat_map(|file| file.message_type.iter().map(|m| named(file.package(), m)));
        Self { messages: messages.collect(), files }
    }

    /// The methods of the services in these packages, by path.
    pub fn methods(&self, packages: &[&str]) -> Vec<(String, MethodDescriptorProto)> {
        let files = self.files.file.iter().filter(|file| packages.contains(&file.package()));
        let services = files.flat_map(|file| file.service.iter().map(|service| (file.package(), service)));
        services
            .flat_map(|(package, service)| {
                let path = move |method: &MethodDescriptorProto| {
                    (format!("/{package}.{}/{}", service.name(), method.name()), method.clone())
                };
                service.method.iter().map(path)
            })
            .collect()
    }

    /// A message with every field filled; of a oneof the `choice`th.
    pub fn fill(&self, message: &str, filling: Filling, choice: usize) -> Bytes {
        let mut bytes = Vec::new();
        let message = &self.messages[message];
        let in_oneof = message.field.iter().filter(|field| field.oneof_index.is_some()).count();
        let mut nth = 0;
        for field in &message.field {
            if field.oneof_index.is_some() {
                nth += 1;
                if nth - 1 != choice % in_oneof {
                    continue;
                }
            }
            let times =
                if field.label() == Label::Repeated && filling == Filling::Oversized { 200 } else { 1 };
            (0..times).for_each(|_| self.field(field, filling, choice, &mut bytes));
        }
        bytes.into()
    }

    fn field(&self, field: &FieldDescriptorProto, filling: Filling, choice: usize, into: &mut Vec<u8>) {
        let tag = u32::try_from(field.number()).unwrap();
        match field.r#type() {
            Type::String => encoding::string::encode(tag, &filling.text(), into),
            Type::Message => {
                let inner = self.fill(field.type_name(), filling, choice);
                encoding::bytes::encode(tag, &inner, into);
            }
            Type::Enum | Type::Int32 | Type::Int64 | Type::Bool => {
                encoding::uint64::encode(tag, &filling.number(), into)
            }
            other => panic!("{}: {other:?} has no filling yet", field.name()),
        }
    }
}

/// Bytes as they are, both ways.
#[derive(Debug, Clone, Copy, Default)]
pub struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(item);
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
