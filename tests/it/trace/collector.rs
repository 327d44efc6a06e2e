//! An OpenTelemetry collector that only remembers.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use baton_kit::life::lifecycle::Lifecycle;
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value,
    trace::v1::Span,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

/// A span, as far as it matters.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The trace, in hexadecimal.
    pub trace: String,
    /// The span.
    pub id: String,
    /// Its parent; empty for a root.
    pub parent: String,
    /// What it is called.
    pub name: String,
    /// Which consumer, where it is one.
    pub detail: String,
}

/// A running collector; ends when dropped.
pub struct Collector {
    /// Where it listens.
    pub address: SocketAddr,
    kept: Memory,
    life: Lifecycle,
}

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Seen>>>);

impl Collector {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (kept, life) = (Memory::default(), Lifecycle::new());
        let server = Server::builder().add_service(TraceServiceServer::new(kept.clone()));
        life.spawn("collector", async move {
            server.serve_with_incoming(TcpListenerStream::new(listener)).await.expect("the collector serves");
        });
        Self { address, kept, life }
    }

    /// Everything received so far.
    pub fn spans(&self) -> Vec<Seen> {
        self.kept.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.life.hard().cancel();
    }
}

#[tonic::async_trait]
impl TraceService for Memory {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let scopes =
            request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        let spans = scopes.flat_map(|scope| scope.spans).map(|span| seen(&span));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn seen(span: &Span) -> Seen {
    let consumer = span.attributes.iter().find(|attribute| attribute.key == "consumer");
    let value = consumer.and_then(|attribute| attribute.value.as_ref()?.value.as_ref());
    let detail = if let Some(Value::StringValue(name)) = value { name.clone() } else { String::new() };
    Seen {
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        name: span.name.clone(),
        detail,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
