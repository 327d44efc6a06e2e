"""Mail servers for tests: real SMTP with STARTTLS and AUTH, each with a fault of its own.

    smtp.py FOLDER

Prints one line of JSON, {server: port, …}, and serves until its standard input ends. FOLDER gets ca.pem, the certificate to trust, and
mails.jsonl, a line for each mail whose end was seen, written before the answer to it. The user is "baton", the password "let me in".

What becomes of a mail is said by the left side of its recipient's address, up to the first dot:
    later      451 to the first RCPT of this address, then taken
    later-data 451 behind DATA for the first mail to it, then taken
    never      550 to RCPT
    never-data 554 behind DATA
    who        530 to RCPT
    hang       nothing is answered behind DATA
    drop       the connection is closed behind DATA
    anything else is taken
"""

import asyncio
import email
import email.policy
import itertools
import json
import os
import pathlib
import ssl
import sys

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"baton", b"let me in"
NUMBERS = itertools.count(1)


def read(raw):
    """A mail as Python's own library reads it."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    old = email.message_from_bytes(raw)

    def part(kind):
        found = mail.get_body(preferencelist=(kind,))
        return found.get_content() if found else None

    return {
        "names": [name for name, _ in old.items()],
        "headers": {name: str(value) for name, value in mail.items()},
        "to": [[a.display_name, a.addr_spec] for a in mail["To"].addresses],
        "from": [[a.display_name, a.addr_spec] for a in mail["From"].addresses],
        "text": part("plain"),
        "html": part("html"),
        "types": [p.get_content_type() for p in mail.walk()],
        "defects": [type(d).__name__ for p in mail.walk() for d in p.defects]
        + [type(d).__name__ for value in mail.values() for d in getattr(value, "defects", [])],
        "longest_line": max(len(line) for line in raw.split(b"\r\n")),
        "raw": raw.decode("ascii", "replace"),
    }


class Handler:
    def __init__(self, server, journal):
        self.server, self.journal, self.seen = server, journal, {}

    def times(self, what):
        self.seen[what] = self.seen.get(what, 0) + 1
        return self.seen[what]

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.server == "refuses_sender":
            return "553 5.7.1 not your address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        what = address.split("@")[0].split(".")[0]
        if what == "never":
            return "550 5.1.1 no such mailbox"
        if what == "who":
            return "530 5.7.0 authentication required"
        if what == "later" and self.times(address) == 1:
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        what = address.split("@")[0].split(".")[0]
        session.number = getattr(session, "number", None) or next(NUMBERS)
        self.journal.write(
            json.dumps(
                {
                    "server": self.server,
                    "return_path": envelope.mail_from,
                    "recipients": envelope.rcpt_tos,
                    "tls": bool(session.ssl),
                    "user": session.auth_data.decode() if session.auth_data else None,
                    "connection": session.number,
                    "mail": read(envelope.original_content),
                }
            )
            + "\n"
        )
        self.journal.flush()
        if what == "hang":
            await asyncio.Event().wait()
        if what == "drop":
            server.transport.abort()
        if what == "never-data":
            return "554 5.6.0 not like this"
        if what == "later-data" and self.times(address) == 1:
            return "451 4.3.0 try again"
        return "250 2.0.0 taken"


class Injected(SMTP):
    """Somebody on the way who puts an answer behind the one to STARTTLS."""

    async def push(self, status):
        if status.startswith("220 Ready to start TLS"):
            status += "\r\n250 injected"
        await super().push(status)


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=good, handled=False, auth_data=data.login if good else None)


def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


async def silent(reader, writer):
    await reader.read()


async def main(folder):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    ours = context(ca.issue_cert("localhost"))
    journal = (folder / "mails.jsonl").open("a")
    guarded = {"authenticator": authenticate, "auth_required": True}
    servers = {
        "starttls": (SMTP, {"tls_context": ours, "require_starttls": True, **guarded}, None),
        "tls": (SMTP, {**guarded, "auth_require_tls": False}, ours),
        "plain": (SMTP, {}, None),
        "no_starttls": (SMTP, {}, None),
        "no_auth": (SMTP, {"tls_context": ours, "require_starttls": True, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}, None),
        "injected": (Injected, {"tls_context": ours, "require_starttls": True}, None),
        "refuses_sender": (SMTP, {}, None),
        "other_name": (SMTP, {"tls_context": context(ca.issue_cert("elsewhere.example"))}, None),
        "stranger": (SMTP, {"tls_context": context(trustme.CA().issue_cert("localhost"))}, None),
    }
    loop, ports, running = asyncio.get_running_loop(), {}, []
    for name, (kind, options, wrapped) in servers.items():
        handler = Handler(name, journal)

        def serve(kind=kind, handler=handler, options=options):
            return kind(handler, hostname="localhost", loop=loop, timeout=600, **options)

        running.append(await loop.create_server(serve, "127.0.0.1", 0, ssl=wrapped))
        ports[name] = running[-1].sockets[0].getsockname()[1]
    running.append(await asyncio.start_server(silent, "127.0.0.1", 0))
    ports["silent"] = running[-1].sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main(pathlib.Path(sys.argv[1])))
    # Connections that hang on purpose are not waited for.
    os._exit(0)
