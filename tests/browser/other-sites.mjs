// Pages of other origins: one that is not allowed cannot frame the widget; forged messages neither open nor fool it.
import { createServer } from 'node:http';
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

const frame = `${cast.base}/widget/frame?key=${cast.widgetKey}`;

await play('other-sites', async (stage) => {
  const foreign = await site(stage, {
    '/framing': `<!doctype html><html lang="en"><title>x</title><iframe id="w" title="w" src="${frame}"></iframe>`,
    '/carrying': `<!doctype html><html lang="en"><title>x</title><script src="${cast.base}/widget.js" data-widget-key="${cast.widgetKey}"></script>`,
  });
  const page = await stage.window('stranger');
  await stage.step('a site that is not allowed shows no widget', async () => {
    const refusals = [];
    page.on('console', (message) => refusals.push(message.text()));
    stage.faults.length = 0;
    await page.goto(`${foreign.origin}/framing`);
    await until('the browser refuses the frame', () => refusals.some((text) => text.includes('frame-ancestors')));
    const inside = page.frames().find((one) => one !== page.mainFrame());
    const shown = inside ? await inside.locator('#app').count().catch(() => 0) : 0;
    assert(shown === 0, 'the widget is in the frame');
    // The browser's own word about it is what was wanted.
    stage.faults = stage.faults.filter((fault) => !fault.includes('frame-ancestors'));
  });
  await stage.step('a site that is allowed shows it', async () => {
    const desk = await stage.window('owner');
    await Member.on(desk);
    const changed = await desk.evaluate(async (origin) => {
      const { assistants } = await (await fetch('/v1/inbox/assistants')).json();
      const [{ id, etag }] = assistants;
      const answer = await fetch(`/v1/inbox/assistants/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'x-baton-csrf': '1', 'if-match': `"${etag}"` },
        body: JSON.stringify({ allowed_sites: [origin] }),
      });
      return answer.status;
    }, foreign.origin);
    assert(changed === 200, `allowing the site answered ${changed}`);
    await until('the edge has heard of it', async () => (await (await fetch(frame)).headers.get('content-security-policy')).includes(foreign.origin), 45_000);
    const visitor = await Visitor.on(page, `${foreign.origin}/carrying`);
    await visitor.opens();
    await visitor.reads('I am Robin, an AI assistant');
  });
  await stage.step('forged messages do nothing', async () => {
    const widget = page.frames().find((one) => one.url().includes('/widget/frame'));
    // The log begins to speak a moment after it was loaded: with that the widget is at rest.
    await widget.locator('[role=log][aria-live=polite]').waitFor({ state: 'attached' });
    const before = await widget.locator('#app').innerHTML();
    // From the page itself, of an allowed origin, but of shapes that are not the protocol's.
    await page.evaluate(() => {
      const forged = [null, 1, 'open', {}, { baton: 1 }, { baton: 2, type: 'open' }, { baton: 1, type: 'eval', code: '1' }, { baton: 1, type: 'unread', count: '<img>' }];
      for (const message of forged) for (const child of [...Array(window.length).keys()]) window[child].postMessage(message, '*');
    });
    // From a page of yet another origin, into the page: what a hidden frame of an advertisement could send.
    const attacker = await site(stage, {
      '/': `<!doctype html><html lang="en"><title>x</title><script>
        for (const type of ['open', 'close', 'expand', 'ready']) parent.postMessage({ baton: 1, type }, '*');
        parent.postMessage({ baton: 1, type: 'unread', count: 99 }, '*');
        for (let n = 0; n < parent.length; n += 1) parent[n].postMessage({ baton: 1, type: 'open' }, '*');
      </script>`,
    });
    await page.evaluate((source) => new Promise((resolve) => {
      const hidden = document.createElement('iframe');
      hidden.title = 'advertisement';
      hidden.src = source;
      hidden.onload = resolve;
      document.body.append(hidden);
    }), attacker.origin);
    await page.waitForTimeout(500);
    const after = await widget.locator('#app').innerHTML();
    assert(after === before, `a forged message changed the widget from\n${before}\nto\n${after}`);
    await widget.getByRole('textbox', { name: 'Your message' }).waitFor();
  });
});
