"""A partner's program: an API key, the .proto files, and nothing else of Baton.

Goes through the partner door: starts a conversation for a contact it names by its own id, posts, watches the feed, asks for a person,
and looks at what it is refused. Prints what it saw; exits 0, or 1 naming what was not as the contract says.
"""

import argparse
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

PATIENCE = 30  # seconds that anything may take to be seen
PROTO = Path(__file__).resolve().parents[2] / "proto"


class Surprise(Exception):
    """Something was not as the contract says."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, help="HOST:PORT of the partner door")
    parser.add_argument("--api-key-file", required=True, type=Path)
    parser.add_argument("--assistant", required=True, help="asst_… of our workspace")
    parser.add_argument("--foreign-assistant", required=True, help="asst_… of another workspace")
    parser.add_argument("--foreign-contact", required=True, help="cont_… of another workspace")
    parser.add_argument("--foreign-conversation", required=True, help="conv_… of another workspace")
    return parser.parse_args()


def compile_contract(into):
    """Compiles what is promised to partners, and only that."""
    promised = [
        str(path.relative_to(PROTO))
        for path in sorted((PROTO / "baton").rglob("*.proto"))
        if "internal" not in path.relative_to(PROTO).parts
    ]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={PROTO}", f"--python_out={into}", f"--grpc_python_out={into}"]
    subprocess.run(command + promised, check=True)
    sys.path.insert(0, into)
    return len(promised)


def say(line):
    print(line, flush=True)


def refused(call, request, code, reason):
    """The call must fail so; gives its details by type name."""
    try:
        call(request, timeout=PATIENCE)
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        if status is None:
            raise Surprise(f"{error.code()} without google.rpc.Status: {error.details()}") from None
        details = {detail.type_url.rsplit(".", 1)[-1]: detail for detail in status.details}
        info = error_details_pb2.ErrorInfo()
        if "ErrorInfo" not in details or not details["ErrorInfo"].Unpack(info):
            raise Surprise(f"{error.code()} without ErrorInfo: {error.details()}") from None
        if (error.code(), info.reason, info.domain) != (code, reason, "baton"):
            raise Surprise(f"expected {code} {reason}, got {error.code()} {info.reason} of {info.domain!r}: {error.details()}") from None
        return details
    raise Surprise(f"expected {code} {reason}, but it was answered OK")


class Feed:
    """Events of one conversation, as they come."""

    def __init__(self, watch):
        self.items = queue.Queue()
        self.watch = watch
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            for item in self.watch:
                if item.WhichOneof("item") == "event":
                    self.items.put(item)
        except grpc.RpcError as error:
            self.items.put(error)

    def wait_for(self, what, fits):
        while True:
            try:
                item = self.items.get(timeout=PATIENCE)
            except queue.Empty:
                raise Surprise(f"never seen on the feed: {what}") from None
            if isinstance(item, grpc.RpcError):
                raise Surprise(f"the feed ended: {item.code()} {item.details()}")
            if fits(item.event):
                return item


def play(args, channel):
    from baton.conversation.v1 import conversation_events_pb2 as events
    from baton.conversation.v1 import conversation_pb2 as words
    from baton.conversation.v1 import conversation_service_pb2 as thread
    from baton.conversation.v1 import conversation_service_pb2_grpc as thread_door
    from baton.conversation.v1 import feed_service_pb2 as feed
    from baton.conversation.v1 import feed_service_pb2_grpc as feed_door
    from baton.conversation.v1 import handoff_service_pb2 as handoff
    from baton.conversation.v1 import handoff_service_pb2_grpc as handoff_door

    conversations = thread_door.ConversationServiceStub(channel)
    handoffs = handoff_door.HandoffServiceStub(channel)
    feeds = feed_door.FeedServiceStub(channel)

    since = feeds.ListEvents(feed.ListEventsRequest(start=feed.FeedStart(point=feed.FEED_POINT_NOW)), timeout=PATIENCE).resume_token
    watched = Feed(feeds.Watch(feed.WatchRequest(start=feed.FeedStart(resume_token=since))))

    start = thread.StartConversationRequest(
        assistant_id=args.assistant,
        contact=thread.ContactReference(external_id="customer-4711"),
        text="Where is my parcel?",
        client_message_id="py-1",
    )
    started = conversations.StartConversation(start, timeout=PATIENCE)
    mine = started.conversation.id
    if not started.created or started.message.sequence != 1:
        raise Surprise(f"expected a new conversation and its first message, got {started}")
    say(f"started {mine} for the contact customer-4711")
    again = conversations.StartConversation(start, timeout=PATIENCE)
    if (again.conversation.id, again.message.id) != (mine, started.message.id):
        raise Surprise("the same client_message_id made something new")
    say("sent it again: the same conversation, the same message")

    posted = conversations.PostMessage(
        thread.PostMessageRequest(conversation_id=mine, text="Order 12-3456.", client_message_id="py-2"), timeout=PATIENCE
    )
    say(f"posted; sequence {posted.message.sequence}")
    seen = watched.wait_for("the message", lambda event: event.kind == events.EVENT_KIND_MESSAGE_POSTED and event.message.id == posted.message.id)
    if seen.event.message.text != "Order 12-3456.":
        raise Surprise(f"the feed tells another text: {seen.event.message.text!r}")
    say(f"saw it on the feed as {seen.event.id}")

    asked = handoffs.RequestHandoff(handoff.RequestHandoffRequest(conversation_id=mine), timeout=PATIENCE)
    if asked.conversation.control not in (words.CONTROL_WAITING, words.CONTROL_HUMAN):
        raise Surprise(f"a person was asked for, but control is {asked.conversation.control}")
    waiting = watched.wait_for(
        "the handoff",
        lambda event: event.conversation_id == mine and event.WhichOneof("subject") == "state" and event.state.control == words.CONTROL_WAITING,
    )
    say(f"asked for a person; on the feed it waits, reason {words.HandoffReason.Name(waiting.event.state.handoff.reason)}")

    messages = conversations.ListMessages(thread.ListMessagesRequest(conversation_id=mine), timeout=PATIENCE).messages
    # The assistant may have answered in between; what the contact said stands as it was sent.
    texts = [message.text for message in messages if message.author_kind == words.AUTHOR_KIND_VISITOR]
    if texts != ["Where is my parcel?", "Order 12-3456."]:
        raise Surprise(f"the thread is another: {texts}")
    if [message.sequence for message in messages] != list(range(1, len(messages) + 1)):
        raise Surprise(f"the thread has gaps: {messages}")
    say(f"read the thread: {len(messages)} messages without a gap")

    see_refusals(args, conversations, handoffs, thread, handoff, mine)


def see_refusals(args, conversations, handoffs, thread, handoff, mine):
    foreign, missing = args.foreign_conversation, (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
    of_mine = {"text": "Hello", "client_message_id": "py-3"}
    customer = thread.ContactReference(external_id="customer-4711")
    for call, request in [
        (conversations.GetConversation, thread.GetConversationRequest(conversation_id=foreign)),
        (conversations.ListMessages, thread.ListMessagesRequest(conversation_id=foreign)),
        (conversations.PostMessage, thread.PostMessageRequest(conversation_id=foreign, **of_mine)),
        (conversations.ResolveConversation, thread.ResolveConversationRequest(conversation_id=foreign)),
        (handoffs.RequestHandoff, handoff.RequestHandoffRequest(conversation_id=foreign)),
        (conversations.StartConversation, thread.StartConversationRequest(assistant_id=args.foreign_assistant, contact=customer, **of_mine)),
        (
            conversations.StartConversation,
            thread.StartConversationRequest(
                assistant_id=args.assistant, contact=thread.ContactReference(contact_id=args.foreign_contact), **of_mine
            ),
        ),
    ]:
        refused(call, request, *missing)
    say("another workspace's conversation, assistant and contact: NOT_FOUND on seven calls")

    empty = thread.PostMessageRequest(conversation_id="nonsense", text=" ")
    details = refused(conversations.PostMessage, empty, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")
    bad = error_details_pb2.BadRequest()
    details["BadRequest"].Unpack(bad)
    fields = sorted({violation.field for violation in bad.field_violations})
    if fields != ["client_message_id", "conversation_id", "text"]:
        raise Surprise(f"expected all three faults at once, got {fields}")
    say(f"malformed: INVALID_FIELDS naming {', '.join(fields)}")

    reused = thread.PostMessageRequest(conversation_id=mine, text="Something else.", client_message_id="py-2")
    refused(conversations.PostMessage, reused, grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
    say("the same id with other words: REQUEST_ID_REUSED")


class Bearer(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Sends the key with every call; a plain channel takes no call credentials."""

    def __init__(self, key):
        self.metadata = (("authorization", f"Bearer {key}"),)

    def with_key(self, details):
        return details._replace(metadata=tuple(details.metadata or ()) + self.metadata)

    def intercept_unary_unary(self, continuation, client_call_details, request):
        return continuation(self.with_key(client_call_details), request)

    def intercept_unary_stream(self, continuation, client_call_details, request):
        return continuation(self.with_key(client_call_details), request)


def without_a_key(address):
    from baton.conversation.v1 import conversation_service_pb2 as thread
    from baton.conversation.v1 import conversation_service_pb2_grpc as thread_door

    with grpc.insecure_channel(address) as channel:
        conversations = thread_door.ConversationServiceStub(channel)
        refused(conversations.ListConversations, thread.ListConversationsRequest(), grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    say("without a key: UNAUTHENTICATED")


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as into:
        say(f"compiled {compile_contract(into)} files of the contract")
        key = args.api_key_file.read_text(encoding="utf-8").strip()
        try:
            without_a_key(args.address)
            with grpc.insecure_channel(args.address) as channel:
                play(args, grpc.intercept_channel(channel, Bearer(key)))
        except (Surprise, grpc.RpcError) as error:
            say(f"NOT AS PROMISED: {error}")
            return 1
    say("everything as the contract says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
