//! What the demo workspace's assistant knows: a small shop's questions and answers.

use baton_ai::FirstDocument;

/// The documents.
pub fn texts() -> Vec<FirstDocument> {
    let texts = [
        (
            "What does shipping cost?",
            "Shipping within the country costs 4.90 and is free for orders above 50. We ship on working days; a parcel takes two to three days.",
        ),
        (
            "How do I return something?",
            "You can return anything within 30 days. Ask for a return label in your account, put the parcel in the post, and you get your money back within five days of its arrival.",
        ),
        (
            "When are you open?",
            "Our shop is open Monday to Friday from 9 to 18 o'clock. The chat assistant answers at any time.",
        ),
        (
            "Which payment methods do you take?",
            "We take credit cards, bank transfer and payment on invoice. Orders above 500 are paid by bank transfer in advance.",
        ),
    ];
    let document = |(title, text): (&str, &str)| FirstDocument {
        title: title.to_owned(),
        text: text.to_owned(),
        uri: String::new(),
    };
    texts.into_iter().map(document).collect()
}
