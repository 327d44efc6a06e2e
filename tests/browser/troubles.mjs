// What fails: a part of Baton, the network, a session, a message, the widget's frame. Each side says so, leaves a way out, and goes on where
// it was once that is over.
import { launcherControls, launcherSays } from './lib/axe.mjs';
import { PHONE, assert, play, until } from './lib/stage.mjs';
import { cast } from './lib/cast.mjs';
import { Guest } from './lib/guest.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

/** Refuses as the gateway does. */
const refusal = (status, reason) => (route) => route.fulfill({
  status, contentType: 'application/problem+json',
  body: JSON.stringify({ type: `urn:baton:error:${reason}`, title: 'Refused', status, detail: 'It was refused.', reason, request_id: 'req_1' }),
});
const AWAY = refusal(503, 'UNAVAILABLE');
const silence = (route) => route.abort();

/** While requests of this kind fare so. */
async function during(page, pattern, fares, work) {
  await page.route(pattern, fares);
  const result = await work();
  await page.unroute(pattern, fares);
  return result;
}

async function atTheDesk(stage) {
  const desk = await stage.window('member');
  const member = await Member.on(desk);
  const again = () => desk.getByRole('button', { name: 'Try again' }).first().click();
  const alert = (text) => desk.getByRole('alert').filter({ hasText: text }).first().waitFor();
  await (await Guest.who('Is anybody there?')).wantsAPerson();
  await member.rows().first().waitFor();

  await stage.step('the list cannot be had', async () => {
    await during(desk, '**/v1/inbox/conversations?*', AWAY, async () => {
      await desk.reload();
      await alert('A part of Baton does not answer');
      await stage.look(desk, 'list-failed');
    });
    await again();
    await member.rows().first().waitFor();
  });
  await stage.step('a thread cannot be had', async () => {
    await during(desk, '**/v1/inbox/conversations/*/messages*', AWAY, async () => {
      await member.rows().first().click();
      await alert('A part of Baton does not answer');
      await stage.look(desk, 'thread-failed');
    });
    await again();
    await member.reads('Is anybody there?');
  });
  await stage.step('a conversation is none', async () => {
    const there = desk.url();
    await desk.goto(`${cast.base}/inbox/c/conv_nonsense`);
    await desk.getByText('This conversation is not here').waitFor();
    await stage.look(desk, 'conversation-none');
    await desk.goto(there);
    await member.reads('Is anybody there?');
  });
  await stage.step('a reply is refused', async () => {
    await during(desk, '**/v1/inbox/conversations/*/messages', (route) => (route.request().method() === 'POST' ? refusal(403, 'PERMISSION_DENIED')(route) : route.continue()), async () => {
      await member.replies('Yes, I am.');
      await alert('Your role does not allow this');
      await stage.look(desk, 'reply-refused');
    });
  });
  await stage.step('nothing comes live any more', () => during(desk, '**/v1/inbox/stream*', silence, async () => {
    await desk.reload();
    await desk.getByText('Live updates are interrupted').waitFor();
    await stage.look(desk, 'stream-interrupted');
  }));
  await stage.step('a page of the settings cannot be had', async () => {
    await during(desk, '**/v1/inbox/notification-preferences', AWAY, async () => {
      await desk.goto(`${cast.base}/inbox/settings/notifications`);
      await alert('A part of Baton does not answer');
      await stage.look(desk, 'settings-failed');
    });
    await again();
    await desk.getByRole('checkbox').first().waitFor();
    await desk.goBack();
    await member.reads('Is anybody there?');
  });
  await stage.step('Baton cannot be reached', async () => {
    await during(desk, '**/v1/inbox/me', silence, async () => {
      await desk.reload();
      await alert('Baton cannot be reached');
      await stage.look(desk, 'unreachable');
    });
    await again();
    await member.reads('Is anybody there?');
  });
  await stage.step('the session is over, and who signs in is where they were, with what they wrote', async () => {
    await desk.getByLabel('Reply to the visitor').fill('What I was about to say');
    await desk.context().clearCookies();
    // Whatever the page asks for next finds it out; it may ask before this.
    await desk.getByRole('button', { name: 'Take over' }).first().click({ timeout: 1_000 }).catch(() => {});
    await desk.getByText('Your session is over').waitFor();
    await stage.look(desk, 'session-over');
    await stage.lookInTheDark(desk, 'session-over');
    await member.signsIn(cast);
    await member.reads('Is anybody there?');
    assert((await desk.getByLabel('Reply to the visitor').inputValue()).includes('What I was about to say'), 'what was written is gone');
  });
}

async function onThePhone(stage) {
  const shop = await stage.window('visitor', PHONE);
  const closes = (visitor) => visitor.presses('Close chat');
  const isClosed = () => until('it is closed', async () => (await launcherControls(shop)).some(({ expanded }) => !expanded));
  const press = ({ box }) => shop.mouse.click(box.x + box.width / 2, box.y + box.height / 2);

  await stage.step('the frame does not come: the page is not walled off', async () => {
    const visitor = await Visitor.on(shop);
    await during(shop, '**/widget/frame?*', silence, async () => {
      await press((await launcherControls(shop))[0]);
      const way = await until('a way out', async () => (await launcherControls(shop)).find(({ name, expanded }) => expanded && name === 'Close chat'), 2_000);
      await stage.look(shop, 'frame-coming');
      await until('it is said', async () => (await launcherSays(shop)).includes('cannot be reached'));
      await stage.look(shop, 'frame-away');
      await stage.lookInTheDark(shop, 'frame-away');
      await press(way);
      await isClosed();
    });
    await visitor.opens();
    await closes(visitor);
    await isClosed();
  });
  const visitor = new Visitor(shop);
  /** The widget as it begins while requests of a kind fare so. */
  const begins = (pattern, fares, work) => during(shop, pattern, fares, async () => {
    await shop.evaluate(() => sessionStorage.clear());
    await Visitor.on(shop);
    await press((await launcherControls(shop))[0]);
    visitor.frame = await until('the frame', () => shop.frames().find((frame) => frame.url().includes('/widget/frame')));
    await work();
  });
  await stage.step('nobody answers: it goes on trying, and can be closed', async () => {
    await begins('**/v1/widget/**', silence, async () => {
      await visitor.reads('Connecting…');
      await stage.look(shop, 'chat-unreachable');
      await closes(visitor);
      await isClosed();
    });
  });
  await stage.step('there is no such chat: it says so, and can be closed', async () => {
    await begins('**/v1/widget/session', refusal(401, 'UNAUTHENTICATED'), async () => {
      await visitor.reads('This chat is not available.');
      await stage.expects('Baton:');
      await stage.look(shop, 'chat-none');
      await stage.lookInTheDark(shop, 'chat-none');
      await closes(visitor);
      await isClosed();
    });
  });
  await stage.step('something is broken: it can be tried again', async () => {
    await begins('**/v1/widget/thread*', refusal(400, 'INVALID_FIELDS'), async () => {
      await visitor.reads('Something went wrong.');
      await stage.expects('Baton:');
      await stage.look(shop, 'chat-broken');
    });
    await visitor.presses('Try again');
    await visitor.reads('I am Robin');
  });
  await stage.step('a message is refused: it can be sent again, or taken back', async () => {
    await during(shop, '**/v1/widget/messages', refusal(413, 'PAYLOAD_TOO_LARGE'), async () => {
      await visitor.says('How do I return something?');
      await visitor.says('And this?');
      await until('both are refused', async () => (await visitor.frame.getByRole('button', { name: 'Discard' }).count()) === 2);
      await stage.look(shop, 'message-not-sent');
      await stage.lookInTheDark(shop, 'message-not-sent');
    });
    await visitor.frame.getByRole('button', { name: 'Discard' }).last().click();
    await visitor.presses('Try again');
    await visitor.reads('You can return anything within 30 days');
  });
  await stage.step('a person cannot be asked for: it says so', async () => {
    await during(shop, '**/v1/widget/handoff', AWAY, async () => {
      await visitor.presses('Talk to a person');
      await visitor.frame.getByRole('alert').filter({ hasText: 'Please try again' }).waitFor();
      await stage.look(shop, 'wish-failed');
    });
    await visitor.presses('Talk to a person');
    await visitor.frame.getByRole('region', { name: 'A person will answer' }).waitFor();
  });
}

await play('troubles', async (stage) => {
  // They have nothing in common, and much of it is waiting.
  await Promise.all([atTheDesk(stage), onThePhone(stage)]);
});
