//! Sees how a response ends: one metric and one log line a call, when its last byte is out or its caller is gone.
//!
//! Must not know what the call meant.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use tonic::Code;
use tracing::Span;

use crate::life::{clock::SharedClock, telemetry::RpcMetrics};

/// One call being watched. Reports when dropped, at the latest.
pub(super) struct Call {
    pub method: String,
    pub caller: String,
    pub started: Duration,
    pub clock: SharedClock,
    pub metrics: RpcMetrics,
    pub span: Span,
    pub code: Option<Code>,
}

impl Drop for Call {
    fn drop(&mut self) {
        // A body dropped before its trailers: the caller went away.
        let code = self.code.unwrap_or(Code::Cancelled);
        let took = self.clock.monotonic().saturating_sub(self.started);
        self.metrics.record(&self.method, code_name(code), took.as_secs_f64());
        let _entered = self.span.enter();
        tracing::info!(
            target: "baton::request",
            method = %self.method,
            caller = %self.caller,
            code = code_name(code),
            ms = took.as_secs_f64() * 1000.0,
            "call"
        );
    }
}

/// A body whose end is seen.
pub(super) struct Observed {
    inner: tonic::body::Body,
    call: Call,
}

impl Observed {
    /// Watches the rest of a response.
    pub(super) fn wrap(
        response: http::Response<tonic::body::Body>,
        mut call: Call,
    ) -> http::Response<tonic::body::Body> {
        call.code = status_in(response.headers());
        response.map(|inner| tonic::body::Body::new(Self { inner, call }))
    }
}

impl Body for Observed {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            self.call.code = status_in(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn status_in(headers: &HeaderMap) -> Option<Code> {
    let value = headers.get("grpc-status")?;
    Some(Code::from_bytes(value.as_bytes()))
}

/// A code as metrics and logs write it.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
