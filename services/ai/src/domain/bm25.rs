//! Finds the passages that fit a question best: BM25 over stems, in memory.
//!
//! Why not tantivy: a workspace's knowledge is some thousand passages at most and is held in memory anyway; at this size an index
//! library would add 150 crates, files to keep beside the database and a second truth, for nothing a visitor could notice. Results
//! are deterministic: the same documents and question give the same hits in the same order. Must not know where documents live.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{decision::Source, document::Document, passages::passages, stems::Stemmer};

/// How soon repeating a word stops to count.
const K1: f64 = 1.2;
/// How much long passages are held back.
const B: f64 = 0.75;
/// How many times a word of the title counts.
const TITLE_WEIGHT: u32 = 2;

/// A passage that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document it is from.
    pub source: Source,
    /// The best passage of the document.
    pub passage: String,
    /// Above 0, higher is better, comparable within one search only.
    pub score: f64,
    /// How much of what the question asks the passage speaks of, weighed by rarity: above 0, at most 1. Comparable across searches.
    pub coverage: f64,
}

/// A searchable set of documents.
#[derive(Debug)]
pub struct Index {
    stemmer: Stemmer,
    sources: Vec<Source>,
    passages: Vec<Passage>,
    postings: HashMap<String, Vec<Posting>>,
    average_length: f64,
}

#[derive(Debug)]
struct Passage {
    source: usize,
    text: String,
    length: f64,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    passage: usize,
    count: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    score: f64,
    covered: f64,
}

impl Index {
    /// Indexes documents.
    pub fn build(stemmer: Stemmer, documents: &[Document]) -> Self {
        let (sources, postings) = (Vec::new(), HashMap::new());
        let mut index = Self { stemmer, sources, passages: Vec::new(), postings, average_length: 1.0 };
        documents.iter().for_each(|document| index.add(document));
        let total: f64 = index.passages.iter().map(|passage| passage.length).sum();
        index.average_length = (total / count(index.passages.len().max(1))).max(1.0);
        index
    }

    fn add(&mut self, document: &Document) {
        let content = &document.content;
        let title = self.stemmer.terms(&content.title);
        for text in passages(&content.text) {
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            title.iter().for_each(|term| *counts.entry(term.clone()).or_default() += TITLE_WEIGHT);
            self.stemmer.terms(&text).into_iter().for_each(|term| *counts.entry(term).or_default() += 1);
            let length = counts.values().copied().map(f64::from).sum();
            let passage = self.passages.len();
            for (term, count) in counts {
                self.postings.entry(term).or_default().push(Posting { passage, count: f64::from(count) });
            }
            self.passages.push(Passage { source: self.sources.len(), text, length });
        }
        let (title, uri) = (content.title.clone(), content.uri.clone());
        self.sources.push(Source { document: document.id, title, uri });
    }

    /// At most `limit` hits, best first, one a document; equally good ones in the order of the documents.
    pub fn search(&self, question: &str, limit: usize) -> Vec<Hit> {
        let terms: BTreeSet<String> = self.stemmer.terms(question).into_iter().collect();
        let asked: f64 = terms.iter().map(|term| self.rarity(term)).sum();
        let mut hits: Vec<(usize, usize, Tally)> = self.best_by_source(&self.tally(&terms));
        hits.sort_by(|a, b| b.2.score.total_cmp(&a.2.score).then(a.0.cmp(&b.0)));
        hits.into_iter()
            .take(limit)
            .filter_map(|(source, passage, tally)| self.hit(source, passage, tally, asked))
            .collect()
    }

    fn tally(&self, terms: &BTreeSet<String>) -> BTreeMap<usize, Tally> {
        let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
        for term in terms {
            let rarity = self.rarity(term);
            for posting in self.postings.get(term).map(Vec::as_slice).unwrap_or_default() {
                let length = self.passages.get(posting.passage).map_or(1.0, |passage| passage.length);
                let damped = posting.count + K1 * (1.0 - B + B * length / self.average_length);
                let tally = tallies.entry(posting.passage).or_default();
                tally.score += rarity * posting.count * (K1 + 1.0) / damped;
                tally.covered += rarity;
            }
        }
        tallies
    }

    /// Source, passage, tally: the best passage of each source.
    fn best_by_source(&self, tallies: &BTreeMap<usize, Tally>) -> Vec<(usize, usize, Tally)> {
        let mut best: BTreeMap<usize, (usize, Tally)> = BTreeMap::new();
        for (at, tally) in tallies {
            let Some(passage) = self.passages.get(*at) else {
                continue;
            };
            let leader = best.entry(passage.source).or_insert((*at, *tally));
            if tally.score > leader.1.score {
                *leader = (*at, *tally);
            }
        }
        best.into_iter().map(|(source, (passage, tally))| (source, passage, tally)).collect()
    }

    fn hit(&self, source: usize, passage: usize, tally: Tally, asked: f64) -> Option<Hit> {
        let source = self.sources.get(source)?.clone();
        let passage = self.passages.get(passage)?.text.clone();
        Some(Hit { source, passage, score: tally.score, coverage: tally.covered / asked })
    }

    /// How telling a term is; a term that occurs nowhere is the most telling one.
    fn rarity(&self, term: &str) -> f64 {
        let all = count(self.passages.len());
        let with = count(self.postings.get(term).map_or(0, Vec::len));
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }
}

/// Passages are counted in thousands; 32 bits are plenty.
fn count(of: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap_or(u32::MAX))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::{document::DocumentText, ids::DocumentId};
    use baton_kit::life::ids::WorkspaceId;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    pub(crate) fn document(n: u128, title: &str, text: &str) -> Document {
        let (title, text, uri) = (title.to_owned(), text.to_owned(), String::new());
        Document {
            id: DocumentId::from_uuid(Uuid::from_u128(n)),
            workspace: WorkspaceId::from_uuid(Uuid::nil()),
            content: DocumentText { title, text, uri },
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    pub(crate) fn shop() -> Vec<Document> {
        vec![
            document(1, "Opening hours", "We are open Monday to Friday from 9:00 to 17:00."),
            document(
                2,
                "Shipping",
                "Shipping within Germany costs 4.90 EUR.\n\nOrders above 50 EUR are delivered free of charge.",
            ),
            document(
                3,
                "How do I return an item?",
                "Send it back within 30 days. The refund takes up to 5 working days.",
            ),
            document(4, "Rechnung", "Die Rechnung finden Sie in Ihrem Kundenkonto unter Bestellungen."),
        ]
    }

    fn index(documents: &[Document]) -> Index {
        Index::build(Stemmer::new(include_str!("../../prompts/builtin/stop_words.txt")), documents)
    }

    #[test]
    fn questions_find_their_document() {
        let index = index(&shop());
        let table = [
            ("When do you open?", "Opening hours"),
            ("what does shipping cost", "Shipping"),
            ("Is delivery free?", "Shipping"),
            ("I want to return my order, refunds?", "How do I return an item?"),
            ("Wo finde ich meine Rechnungen?", "Rechnung"),
        ];
        for (question, title) in table {
            let hits = index.search(question, 5);
            assert_eq!(hits.first().map(|hit| hit.source.title.as_str()), Some(title), "{question}");
            assert!(hits.first().unwrap().coverage > 0.4, "{question}: {hits:?}");
        }
    }

    #[test]
    fn a_question_about_something_else_is_hardly_covered() {
        let index = index(&shop());
        for question in [
            "Do you sell elephants in Berlin?",
            "what is the price of a blue elephant",
            "who won the match on Monday evening",
        ] {
            assert!(index.search(question, 1).iter().all(|hit| hit.coverage < 0.4), "{question}");
        }
        assert!(index.search("how are you?", 5).is_empty());
    }

    #[test]
    fn a_document_is_listed_once_with_its_best_passage() {
        let hits = index(&shop()).search("orders above 50 EUR shipping", 5);
        assert_eq!(hits.iter().filter(|hit| hit.source.title == "Shipping").count(), 1);
        assert!(hits[0].passage.starts_with("Orders above"));
    }

    proptest! {
        #[test]
        fn any_search_is_ordered_bounded_and_repeatable(texts in prop::collection::vec(("\\PC{0,30}", "(\\PC|\n){0,120}"), 0..8), question in "\\PC{0,60}", limit in 0usize..5) {
            let documents: Vec<Document> = (0u128..).zip(&texts).map(|(n, (title, text))| document(n, title, text)).collect();
            let index = index(&documents);
            let hits = index.search(&question, limit);
            prop_assert!(hits.len() <= limit);
            prop_assert!(hits.is_sorted_by(|a, b| a.score >= b.score));
            prop_assert!(hits.iter().all(|hit| hit.score > 0.0 && hit.coverage > 0.0 && hit.coverage <= 1.0 + 1e-9));
            prop_assert_eq!(hits, index.search(&question, limit));
        }
    }
}
