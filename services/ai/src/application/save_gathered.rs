//! Saves what a visitor told before a handoff to their contact, where the assistant is configured so.
//!
//! Only what nobody said before: a name that a colleague wrote, or an address that was proved, is not replaced by words in a chat. Must
//! not know how it was gathered.

use std::sync::Arc;

use super::ports::{AssistantStore, CallError, Contacts, Conversation, KnownContact};
use crate::domain::{
    assistant::{ContactField, Information},
    facts::Names,
    gather,
    thread::Thread,
    turn::Place,
};

/// The use case.
#[derive(Clone)]
pub struct SaveGathered {
    /// Where the thread is.
    pub conversation: Arc<dyn Conversation>,
    /// What is gathered.
    pub assistants: Arc<dyn AssistantStore>,
    /// Where it is saved.
    pub contacts: Arc<dyn Contacts>,
    /// What names look like.
    pub names: Names,
}

impl SaveGathered {
    /// Saves it; nothing where there is nothing to save.
    ///
    /// # Errors
    /// As conversation answers; nothing is lost by doing it again.
    pub async fn run(&self, place: Place) -> Result<(), CallError> {
        let context = self.conversation.context(place).await?;
        let found = self.assistants.find(place.workspace, context.assistant).await;
        let assistant = found.map_err(|error| CallError::Transient(error.to_string()))?;
        let information = assistant.map(|it| it.settings.handoff.information).unwrap_or_default();
        let told = self.told(&information, &context.thread);
        let Some(contact) = context.contact.filter(|_| !told.is_empty()) else {
            return Ok(());
        };
        let known = self.contacts.read(place, contact).await?;
        let new = new_of(told, &known);
        if new.is_empty() { Ok(()) } else { self.contacts.fill(place, contact, &known.etag, &new).await }
    }

    fn told(&self, information: &[Information], thread: &Thread) -> Vec<(ContactField, String)> {
        let value =
            |item: &Information| Some((item.contact_field?, gather::told(item, thread, &self.names)?.value));
        information.iter().filter_map(value).collect()
    }
}

/// What nobody said before, each field once.
fn new_of(told: Vec<(ContactField, String)>, known: &KnownContact) -> Vec<(ContactField, String)> {
    let mut new: Vec<(ContactField, String)> = Vec::new();
    for (field, value) in told {
        if !known.has(field) && new.iter().all(|(taken, _)| *taken != field) {
            new.push((field, value));
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::in_memory::{
        InMemoryContacts, InMemoryConversation, OneAssistant, assistant, place,
    };

    async fn saved(said: &str, known: KnownContact) -> KnownContact {
        let mut it = assistant(true);
        let item = |name: &str, contact_field| Information {
            name: name.to_owned(),
            description: "?".to_owned(),
            required: true,
            contact_field,
        };
        it.settings.handoff.information = vec![
            item("mail", Some(ContactField::Email)),
            item("name", Some(ContactField::DisplayName)),
            item("order", None),
        ];
        let contacts = Arc::new(InMemoryContacts(known.into()));
        let conversation = InMemoryConversation::under_ai(&[said]);
        let assistants = Arc::new(OneAssistant(Some(it)));
        let names = Names::shipped().unwrap();
        let save = SaveGathered { conversation, assistants, contacts: Arc::clone(&contacts) as _, names };
        save.run(place()).await.unwrap();
        contacts.0.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn what_was_told_is_saved_where_nothing_was_known() {
        let told = "my name is Anna, anna@example.org, order 12345";
        let saved_now = saved(told, KnownContact::default()).await;
        assert_eq!((saved_now.display_name.as_str(), saved_now.email.as_str()), ("Anna", "anna@example.org"));
    }

    #[tokio::test]
    async fn what_was_known_stays() {
        let known = KnownContact { email: "proved@example.org".to_owned(), ..KnownContact::default() };
        let kept = saved("anna@example.org, my name is Anna", known).await;
        assert_eq!((kept.email.as_str(), kept.display_name.as_str()), ("proved@example.org", "Anna"));
        assert_eq!(saved("nothing of it", KnownContact::default()).await, KnownContact::default());
    }
}
