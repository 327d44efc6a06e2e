// S-39: the corpus of what people try, through a visitor's text and name, a note, a canned response, a document's title and the assistant's
// answer. On both pages: no element that was not there, no handler, no request, no dialog.
import { assert, play, until } from './lib/stage.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

const CORPUS = [
  '<img src=x onerror="window.hacked=1">', '<script>window.hacked=1</script>', '<svg onload="window.hacked=1">',
  '[x](javascript:window.hacked=1)', '[x](JaVaScRiPt:window.hacked=1)', '[x](&#x6a;avascript:window.hacked=1)',
  '[x](java\nscript:window.hacked=1)', '[x](data:text/html,<script>window.hacked=1</script>)', '[x](vbscript:msgbox)',
  '![](//evil.example/?q=1)', '![x](https://evil.example/x.png)', '![x][r]\n\n[r]: https://evil.example/r.png',
  '<a href="javascript:window.hacked=1">x</a>', '<iframe src="https://evil.example"></iframe>', '<object data="x"></object>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hacked=1&gt;">',
  '<form><button formaction="javascript:window.hacked=1">x', '<details open ontoggle="window.hacked=1">', '<link rel=stylesheet href="//evil.example/x.css">',
  '<style>@import url(//evil.example/x.css)</style>', '<base href="//evil.example/">', '<meta http-equiv=refresh content="0;url=//evil.example">',
  '`<b>code</b>`', '```html\n<script>window.hacked=1</script>\n```', '<https://evil.example/auto>', '\u202Egnp.exe', 'a'.repeat(300),
];

/** What counts as having become part of the page. */
const bad = () => {
  const elements = document.querySelectorAll('script:not([src]), iframe:not([title="Chat"]), object, embed, base, form[action], img[src], svg[onload], link[href*="evil"], style, meta[http-equiv], audio, video');
  const handlers = [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some((attribute) => attribute.name.startsWith('on')));
  const links = [...document.querySelectorAll('a[href]')].filter((link) => !/^(https?|mailto):/.test(link.href));
  return [...elements, ...handlers, ...links].map((element) => element.outerHTML.slice(0, 200));
};

await play('written', async (stage) => {
  const [shop, desk] = [await stage.window('visitor'), await stage.window('member')];
  for (const page of [shop, desk]) page.on('dialog', (dialog) => stage.faults.push(`a dialog: ${dialog.message()}`));
  const member = await Member.on(desk);
  const visitor = await Visitor.on(shop);
  const clean = async (where) => {
    for (const [who, frame] of [['visitor', visitor.frame], ['member', desk]]) {
      const found = await frame.evaluate(bad);
      assert(found.length === 0, `${where}, at the ${who}: ${found.join('\n')}`);
      assert(!(await frame.evaluate(() => window.hacked)), `${where}: a script ran at the ${who}`);
    }
    assert(stage.faults.length === 0, `${where}: ${stage.faults.join('\n')}`);
  };

  await stage.step('a document has them in title and text, and the assistant quotes it', async () => {
    for (const [n, text] of CORPUS.slice(0, 6).entries()) {
      await member.asks('POST', 'knowledge', { request_id: crypto.randomUUID(), title: `Zebra${n} ${text.replaceAll('\n', ' ')}`.slice(0, 190), text: `Zebra${n} quokka: ${text}` });
    }
    await visitor.opens();
    for (let n = 0; n < 6; n += 1) {
      await visitor.says(`Tell me about zebra${n} quokka?`);
      // The log has whole answers only; one that grows stands below it, and the next question would interrupt it.
      await visitor.frame.getByRole('log').getByText(`Zebra${n} quokka:`).first().waitFor();
    }
    await clean('in answers and sources');
  });
  await stage.step('the visitor writes them', async () => {
    await visitor.presses('Talk to a person');
    await member.view('Needs a person');
    await member.opensFirst();
    for (const text of CORPUS) await visitor.says(text);
    await member.reads('gnp.exe');
    await clean("in the visitor's words");
  });
  await stage.step('a member writes them, as reply, note and canned response', async () => {
    await desk.getByRole('button', { name: 'Take over' }).first().click();
    for (const text of CORPUS.slice(0, 14)) {
      await member.replies(text);
    }
    await visitor.reads('onerror');
    await member.notes(CORPUS.slice(0, 20).join('\n\n'));
    await member.asks('POST', 'canned-responses', { request_id: crypto.randomUUID(), scope: 'workspace', shortcut: 'xss', title: CORPUS[0], text: `${CORPUS[1]} {{contact.name|${CORPUS[2]}}}` });
    await desk.reload();
    await desk.getByRole('button', { name: 'Reply', exact: true }).click();
    await desk.getByLabel('Reply to the visitor').pressSequentially('/xss');
    await desk.getByRole('option').first().waitFor();
    await clean('in replies, notes and the picker');
    await desk.keyboard.press('Escape');
  });
  await stage.step('a contact, a team and a member are named so', async () => {
    const { conversations: [{ contact_id: contact }] } = await member.asks('GET', 'conversations?view=mine');
    const { etag } = await member.asks('GET', `contacts/${contact}`);
    await member.asks('PATCH', `contacts/${contact}`, { display_name: CORPUS[0] }, etag);
    await member.asks('POST', 'teams', { request_id: crypto.randomUUID(), name: CORPUS[2], description: CORPUS[1], color: 'red', member_ids: [] });
    await member.adds(CORPUS[3], 'eli@demo.example.org');
    await desk.reload();
    await member.log().waitFor();
    await member.does('Transfer to a member');
    const offered = desk.getByRole('dialog').getByLabel('Member').getByRole('option');
    await until('the member is offered by that name', async () => (await offered.allInnerTexts()).some((text) => text.includes('javascript:')));
    await clean('in a dialog');
    await desk.keyboard.press('Escape');
    await until('the name is shown', async () => (await desk.locator('body').innerText()).includes('onerror'));
    await clean('in names');
    await stage.look(desk, 'written-inbox');
    await stage.look(shop, 'written-widget');
  });
});
