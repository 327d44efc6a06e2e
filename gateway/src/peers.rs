//! The services behind the edge. Must not know what is asked of them.

use baton_kit::door::peer::Peer;

/// One line to each service.
#[derive(Clone)]
pub(crate) struct Peers {
    /// Conversations, the feed, visitor sessions.
    pub conversation: Peer,
    /// Availability and routing's reasons.
    pub routing: Peer,
    /// Assistants and knowledge.
    pub ai: Peer,
    /// Sign-in, credentials, workspaces.
    pub team: Peer,
    /// Notices, preferences, mails.
    pub notification: Peer,
}
