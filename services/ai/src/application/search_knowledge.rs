//! The built-in retriever: one index a workspace, held in memory and built anew when its knowledge has a new revision.
//!
//! Must not know how passages are weighed.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use moka::sync::Cache;

use super::ports::{After, KnowledgeStore, Retriever};
use crate::domain::{
    bm25::{Hit, Index},
    document::Document,
    stems::Stemmer,
};

/// Documents read at once.
const CHUNK: u64 = 64;

/// Lexical search over the store.
pub struct LexicalRetriever {
    knowledge: Arc<dyn KnowledgeStore>,
    stemmer: Stemmer,
    indexes: Cache<WorkspaceId, (i64, Arc<Index>)>,
}

impl LexicalRetriever {
    /// Keeps the indexes of at most so many workspaces.
    pub fn new(knowledge: Arc<dyn KnowledgeStore>, cached: u64) -> Self {
        let stemmer = Stemmer::new(include_str!("../../prompts/builtin/stop_words.txt"));
        Self { knowledge, stemmer, indexes: Cache::new(cached) }
    }

    async fn index(&self, workspace: WorkspaceId) -> Result<Arc<Index>, StoreError> {
        // Read first: documents added in between are in the index, which then just passes for older than it is.
        let revision = self.knowledge.revision(workspace).await?;
        if let Some((of, index)) = self.indexes.get(&workspace)
            && of == revision
        {
            return Ok(index);
        }
        let index = Arc::new(Index::build(self.stemmer.clone(), &self.documents(workspace).await?));
        self.indexes.insert(workspace, (revision, Arc::clone(&index)));
        Ok(index)
    }

    async fn documents(&self, workspace: WorkspaceId) -> Result<Vec<Document>, StoreError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let chunk = self.knowledge.list(workspace, after, CHUNK).await?;
            let full = chunk.len() as u64 == CHUNK;
            all.extend(chunk);
            after =
                all.last().map(|last: &Document| After { created_at: last.created_at, id: last.id.uuid() });
            if !full {
                return Ok(all);
            }
        }
    }
}

#[async_trait]
impl Retriever for LexicalRetriever {
    async fn search(
        &self,
        workspace: WorkspaceId,
        question: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError> {
        Ok(self.index(workspace).await?.search(question, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::in_memory::{InMemoryKnowledge, document, workspace};

    #[tokio::test]
    async fn a_new_document_is_found_by_the_next_search() {
        let knowledge =
            Arc::new(InMemoryKnowledge::with(vec![document(1, "Opening hours", "From nine to five.")]));
        let retriever = LexicalRetriever::new(Arc::clone(&knowledge) as _, 4);
        let found = async |question: &str| retriever.search(workspace(), question, 5).await.unwrap().len();
        assert_eq!(found("opening hours").await, 1);
        assert_eq!(found("parking").await, 0);
        knowledge.add(document(2, "Parking", "Behind the house."));
        assert_eq!(found("parking").await, 1);
    }

    #[tokio::test]
    async fn another_workspaces_knowledge_is_never_found() {
        let knowledge =
            Arc::new(InMemoryKnowledge::with(vec![document(1, "Opening hours", "From nine to five.")]));
        let retriever = LexicalRetriever::new(knowledge, 4);
        let other = WorkspaceId::from_uuid(uuid::Uuid::from_u128(999));
        assert!(retriever.search(other, "opening hours", 5).await.unwrap().is_empty());
    }
}
