//! A mail for tests, and what people might type to break one.

use baton_kit::life::ids::WorkspaceId;
use uuid::Uuid;

use crate::{
    application::ports::mail::Mail,
    domain::{
        ids::{ConversationId, MailingId},
        letter::Addressee,
    },
};

/// The headers a mail has, sorted.
pub const HEADERS: [&str; 14] = [
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "Date",
    "From",
    "In-Reply-To",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Message-ID",
    "References",
    "Subject",
    "To",
    "X-Auto-Response-Suppress",
];

/// The corpus of S-72.
pub const NASTY: [&str; 30] = [
    "Eve\r\nBcc: evil@example.com",
    "Eve\nX",
    "Eve\rX",
    "Eve\0X",
    "Eve\r\n\r\n<script>",
    "\r\nBcc: a@b.io",
    "\r\n.\r\nMAIL FROM:<x@y.io>",
    "Eve\u{7f}X",
    "Eve\u{85}Bcc: x@y.io",
    "Eve\u{2028}Bcc: x@y.io\u{2029}",
    "Eve\u{b}\u{c}X",
    "Eve\tX",
    "Eve \"q\" \\ X",
    "\\",
    "\"",
    "Eve <evil@example.com>, Bob",
    "Eve\" <evil@example.com>, \"Bob",
    "=?utf-8?b?QmNjOiBldmlsQGV4YW1wbGUuY29t?=",
    "=?utf-8?q?a=0D=0ABcc:_evil@example.com?=",
    "😀\nX",
    "Приве\nт",
    "\u{202e}moc.elpmaxe@eve\u{2066}",
    "(comment) Eve; group: a@b.io;",
    "Eve %0d%0aBcc: x@y.io",
    "Eve \\r\\nBcc: x@y.io",
    "   ",
    "",
    "--boundary--\r\nContent-Type: text/html",
    "\u{fffe}\u{feff}\u{e0041}",
    "{{ contact }} {business} {% raw %} {",
];

/// A tenant.
pub fn workspace(number: u128) -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(number))
}

/// A mail to this address, of the first of them.
pub fn mail(address: &str, number: u128) -> Mail {
    Mail {
        workspace: workspace(1),
        mailing: MailingId::from_uuid(Uuid::from_u128(number)),
        conversation: ConversationId::from_uuid(Uuid::from_u128(7)),
        to: Addressee { name: "Zoë Åström".to_owned(), address: address.to_owned() },
        from_name: "Baton, the demo".to_owned(),
        subject: "A person is needed: Zoë".to_owned(),
        text: "Hello\n.\n..\nFrom here on: grüße\n".to_owned(),
        html: "<p>Hello</p>\n.\n<p>grüße</p>".to_owned(),
        unsubscribe_link: "https://chat.example.org/unsubscribe/AAAA-_bbbb".to_owned(),
        language: "en",
    }
}
