//! [`Call`]: a request, and where its answers stand in the reply.

use super::transport::Request;

/// A request and the response keys of its top fields.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub request: Request,
    pub fields: Vec<String>,
}
