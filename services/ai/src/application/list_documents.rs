//! Lists the documents of a workspace.
//!
//! Must not know who may.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{After, KnowledgeStore};
use crate::domain::document::Document;

/// Documents read at once.
const CHUNK: u64 = 16;
/// A page ends when it holds this much text, so that it fits the 4 MiB a gRPC client takes by default.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// The use case.
#[derive(Clone)]
pub struct ListDocuments {
    /// Where they are kept.
    pub knowledge: Arc<dyn KnowledgeStore>,
}

impl ListDocuments {
    /// A page, and where the next one begins. May be shorter than asked for where texts are long.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<(Vec<Document>, Option<After>), StoreError> {
        let (mut page, mut bytes, mut at): (Vec<Document>, usize, _) = (Vec::new(), 0, after);
        loop {
            let chunk = self.knowledge.list(workspace, at, CHUNK).await?;
            let last_chunk = (chunk.len() as u64) < CHUNK;
            for document in chunk {
                if page.len() >= size as usize || bytes >= PAGE_BYTES {
                    return Ok((page, at));
                }
                at = Some(After { created_at: document.created_at, id: document.id.uuid() });
                bytes += document.content.text.len();
                page.push(document);
            }
            if last_chunk {
                return Ok((page, None));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::in_memory::{InMemoryKnowledge, document, workspace};

    #[tokio::test]
    async fn pages_join_without_gap_or_repetition() {
        for count in [0u128, 1, 15, 16, 17, 40] {
            let knowledge =
                Arc::new(InMemoryKnowledge::with((1..=count).map(|n| document(n, "t", "x")).collect()));
            let list = ListDocuments { knowledge };
            let (mut seen, mut after) = (0, None);
            loop {
                let (page, next) = list.run(workspace(), after, 8).await.unwrap();
                assert!(page.len() <= 8);
                seen += page.len() as u128;
                after = next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, count);
        }
    }

    #[tokio::test]
    async fn long_texts_make_short_pages() {
        let text = "x".repeat(256 * 1024);
        let knowledge = InMemoryKnowledge::with((1..=20).map(|n| document(n, "t", &text)).collect());
        let (page, next) =
            ListDocuments { knowledge: Arc::new(knowledge) }.run(workspace(), None, 200).await.unwrap();
        assert_eq!(page.len(), 8);
        assert!(next.is_some());
    }
}
