// Pages of other origins: one that is not allowed cannot frame the widget; forged messages neither open, close nor fool it, on either side.
import { createServer } from 'node:http';
import { launcherControls } from './lib/axe.mjs';
import { assert, play, until } from './lib/stage.mjs';
import { cast } from './lib/cast.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

/** A site of another origin with these pages, for as long as the scenario lasts. */
async function site(stage, pages) {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url, 'http://x').pathname];
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page ?? '');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  stage.atTheEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${server.address().port}` };
}

const address = `${cast.base}/widget/frame?key=${cast.widgetKey}`;
const page = (body) => `<!doctype html><html lang="en"><title>x</title>${body}`;
/** By the script tag: the frame stands in a shadow root, and no other window has a way to it. */
const CARRYING = page(`<script src="${cast.base}/widget.js" data-widget-key="${cast.widgetKey}"></script>`);
/** By hand, as a site that knows the protocol could: the frame stands in the page, where every window around it can speak to it. */
const BY_HAND = page(`<iframe id="chat" title="Chat" src="${address}"></iframe>
  <script>chat.onload = () => chat.contentWindow.postMessage({ baton: 1, type: 'open', byHand: false }, '${cast.base}');</script>`);
const WORDS = [
  { type: 'open', byHand: true }, { type: 'enter', at: 'first' }, { type: 'expand' }, { type: 'ready' }, { type: 'unread', count: 99 }, { type: 'close' },
].map((word) => ({ baton: 1, ...word }));
/** A hidden frame of an advertisement: it speaks to the page, and to all frames of the page. */
const ADVERTISEMENT = page(`<script>
  const others = [...Array(parent.length).keys()].map((n) => parent[n]).filter((other) => other !== window);
  for (const other of [parent, ...others]) for (const word of ${JSON.stringify(WORDS)}) other.postMessage(word, '*');
</script>`);
/** Not of the protocol, whoever says it. */
const SHAPES = [null, 1, 'close', {}, { baton: 1 }, { baton: 2, type: 'close' }, { baton: 1, type: 'eval', code: '1' }, { baton: 1, type: 'unread', count: '<img>' }];

/** Keeps what a window is told, so that it is known when it has heard everything. */
const listen = (where) => where.evaluate(() => {
  window.heard = [];
  window.addEventListener('message', (event) => window.heard.push(event.data));
});
const heard = (where) => where.evaluate(() => window.heard);
const hears = (where, number) => until(`${number} messages have come`, async () => (await heard(where)).length >= number);
const advertise = (where, source) => where.evaluate((from) => new Promise((resolve) => {
  const hidden = document.createElement('iframe');
  Object.assign(hidden, { title: 'advertisement', src: from, onload: resolve });
  document.body.append(hidden);
}), source);

await play('other-sites', async (stage) => {
  const foreign = await site(stage, { '/carrying': CARRYING, '/by-hand': BY_HAND });
  const advertisement = await site(stage, { '/': ADVERTISEMENT });
  const [shop, desk] = [await stage.window('stranger'), await stage.window('owner')];
  const member = await Member.on(desk);
  await stage.step('a site that is not allowed shows no widget', async () => {
    await shop.goto(`${foreign.origin}/by-hand`);
    // The browser's own word about it is what was wanted.
    await stage.expects('frame-ancestors');
    const inside = shop.frames().find((one) => one !== shop.mainFrame());
    const shown = inside ? await inside.locator('#app').count().catch(() => 0) : 0;
    assert(shown === 0, 'the widget is in the frame');
  });
  await stage.step('in a browser that lets it be framed all the same, it does not answer that site', async () => {
    await shop.route('**/widget/frame?*', async (route) => {
      const response = await route.fetch();
      const { 'content-security-policy': policy, ...headers } = response.headers();
      assert(policy.includes('frame-ancestors'), 'the widget says who may frame it');
      await route.fulfill({ response, headers });
    });
    await shop.goto(`${foreign.origin}/by-hand`);
    const widget = (await Visitor.within(shop)).frame;
    await listen(widget);
    await listen(shop);
    await shop.evaluate((words) => words.forEach((word) => window[0].postMessage(word, '*')), WORDS);
    await hears(widget, WORDS.length);
    // Said after anything the widget could have answered.
    await widget.evaluate(() => window.parent.postMessage('the last', '*'));
    await hears(shop, 1);
    assert((await heard(shop)).join() === 'the last', `the widget answered a site that is not allowed: ${JSON.stringify(await heard(shop))}`);
    await shop.unroute('**/widget/frame?*');
  });
  await stage.step('the site is allowed, and shows it', async () => {
    await member.changesAssistant({ allowed_sites: [foreign.origin] });
    await until('the edge has heard of it', async () => (await (await fetch(address)).headers.get('content-security-policy')).includes(foreign.origin), 45_000);
    const visitor = await Visitor.on(shop, `${foreign.origin}/carrying`);
    await visitor.opens();
    await visitor.reads('I am Robin, an AI assistant');
    await visitor.presses('Talk to a person');
    await member.view('Needs a person');
    await member.opensFirst();
    await member.replies('I am with you.');
    await visitor.reads('I am with you.');
  });
  await stage.step('forged messages do not fool the page', async () => {
    const [launcher] = await launcherControls(shop);
    assert(launcher.expanded && launcher.badge === null, `open, the launcher shows ${JSON.stringify(launcher)}`);
    await listen(shop);
    await advertise(shop, advertisement.origin);
    await hears(shop, WORDS.length);
    const [still] = await launcherControls(shop);
    assert(JSON.stringify(still) === JSON.stringify(launcher), `a forged message changed the launcher to ${JSON.stringify(still)}`);
  });
  const visitor = await stage.step('a site may carry the frame by hand', async () => {
    await shop.goto(`${foreign.origin}/by-hand`);
    const opened = await Visitor.within(shop);
    // The log begins to speak a moment after it was loaded: with that the widget is at rest.
    await opened.frame.locator('[role=log][aria-live=polite]').waitFor();
    await opened.reads('I am with you.');
    return opened;
  });
  await stage.step('forged messages do not fool the frame', async () => {
    const before = await visitor.frame.locator('#app').innerHTML();
    await listen(visitor.frame);
    await listen(shop);
    await shop.evaluate((shapes) => shapes.forEach((shape) => window[0].postMessage(shape, '*')), SHAPES);
    await advertise(shop, advertisement.origin);
    await hears(visitor.frame, SHAPES.length + WORDS.length);
    const after = await visitor.frame.locator('#app').innerHTML();
    assert(after === before, `a forged message changed the widget from\n${before}\nto\n${after}`);
  });
  await stage.step('the frame still knows that it is open: what a person writes is read, and not counted', async () => {
    const read = shop.waitForRequest((request) => request.url().endsWith('/v1/widget/read'));
    await member.replies('Do you see this?');
    await visitor.reads('Do you see this?');
    await read;
    await visitor.frame.evaluate(() => window.parent.postMessage('the last', '*'));
    await until('the page has heard everything', async () => (await heard(shop)).includes('the last'));
    const counted = (await heard(shop)).filter((message) => message?.type === 'unread' && message.count !== 99 && message.count > 0);
    assert(counted.length === 0, `what stands open before the visitor is counted as unread: ${JSON.stringify(counted)}`);
  });
});
