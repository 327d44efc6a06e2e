// The whole story (product.md, section 2) in two windows: the same on a desk and on two phones.

import { assert, until } from './stage.mjs';
import { Member } from './member.mjs';
import { Visitor } from './visitor.mjs';

/** Texts of bubbles, however their lines are broken. */
const words = (texts) => texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());

export async function story(stage, { size, prefix }) {
  const shop = await stage.window('visitor', size);
  const desk = await stage.window('member', size);
  const phone = size.isMobile === true;
  const picture = (name) => `${prefix}-${name}`;

  const member = await stage.step('a member signs in', async () => {
    await desk.goto(`${new URL('/inbox', process.env.BATON_BASE)}`);
    await desk.getByLabel('Workspace').waitFor();
    await stage.look(desk, picture('sign-in'));
    await stage.lookInTheDark(desk, picture('sign-in'));
    return Member.on(desk);
  });
  await stage.step('the empty list', () => stage.look(desk, picture('inbox-empty')));

  const visitor = await stage.step('a visitor opens the chat', async () => {
    const opened = await Visitor.on(shop);
    await stage.look(shop, picture('shop'));
    await stage.lookInTheDark(shop, picture('shop'));
    await opened.opens();
    await opened.reads('I am Robin, an AI assistant');
    assert((await opened.header()).includes('AI assistant'), 'the first line says that an AI speaks');
    await stage.look(shop, picture('widget-greeting'));
    if (phone) await opened.fits();
    return opened;
  });
  await stage.step('the assistant answers with its source', async () => {
    await visitor.says('What does shipping cost?');
    await visitor.reads('Shipping within the country costs 4.90');
    await visitor.reads('Sources');
    await stage.look(shop, picture('widget-answer'));
  });
  await stage.step('the visitor asks for a person', async () => {
    await visitor.presses('Talk to a person');
    await visitor.frame.getByRole('region', { name: 'A person will answer' }).waitFor();
    await visitor.reads('Back to the assistant');
    await stage.look(shop, picture('widget-waiting'));
    if (phone) await visitor.fits();
  });
  await stage.step('the inbox shows that a person is needed', async () => {
    if (phone) await desk.getByRole('navigation', { name: 'Views' }).waitFor();
    await member.view('Needs a person');
    await member.rows().first().waitFor();
    await until('the badge', async () => (await member.rows().first().innerText()).includes('Waiting'));
    await stage.look(desk, picture('inbox-list'));
    await stage.lookInTheDark(desk, picture('inbox-list'));
  });
  await stage.step('the member reads the brief', async () => {
    await member.opensFirst();
    await member.reads('What does shipping cost?');
    await desk.getByText('Needs agent intervention').first().waitFor();
    if (phone) await desk.getByRole('button', { name: 'Details' }).click();
    await desk.getByRole('heading', { name: 'Brief' }).waitFor();
    await desk.getByText('Built-in, quotes').waitFor();
    await stage.look(desk, picture('inbox-brief'));
    await stage.lookInTheDark(desk, picture('inbox-brief'));
    if (phone) await desk.getByRole('button', { name: 'Close the details' }).click();
  });
  await stage.step('the member takes over', async () => {
    await desk.getByRole('button', { name: 'Take over' }).first().click();
    await visitor.reads('Dana Demo');
    await until('the first line names the person', async () => (await visitor.header()).includes('Dana Demo'));
  });
  await stage.step('they write to each other', async () => {
    await member.replies('Hello, this is Dana. How **may** I help?');
    await visitor.reads('Hello, this is Dana. How may I help?');
    await visitor.says('My parcel is late.');
    await member.reads('My parcel is late.');
    await stage.look(shop, picture('widget-person'));
    await stage.look(desk, picture('inbox-thread'));
    await stage.lookInTheDark(shop, picture('widget-person'));
    await stage.lookInTheDark(desk, picture('inbox-thread'));
  });
  await stage.step('a note stays among the staff', async () => {
    await member.notes('Check the tracking first.');
    await member.reads('Check the tracking first.');
    assert(!(await visitor.thread()).join('\n').includes('tracking'), 'the visitor sees the note');
  });
  await stage.step('the member hands back with an instruction', async () => {
    await member.does('Hand back to the AI');
    await desk.getByLabel('What should it do now?', { exact: false }).fill('Tell them how to return something.');
    await desk.getByRole('button', { name: 'Hand back', exact: true }).click();
    await visitor.reads('The assistant answers again');
    await until('the first line says AI', async () => (await visitor.header()).includes('AI assistant'));
    // What the visitor wrote last is answered first; their next question would interrupt that. The log has whole answers only.
    await visitor.frame.getByRole('log').getByText('I found nothing about that').waitFor();
  });
  await stage.step('the same thread on both sides', async () => {
    await visitor.says('How do I return something?');
    await visitor.reads('You can return anything within 30 days');
    await member.reads('You can return anything within 30 days');
    const written = [
      'What does shipping cost?', 'Shipping within the country', 'Hello, this is Dana.', 'My parcel is late.', 'I am sorry, I found nothing',
      'How do I return something?', 'You can return anything',
    ];
    let [left, right] = [[], []];
    const same = async () => {
      [left, right] = [words(await visitor.thread()), words(await member.thread())];
      return left.join('\n') === right.join('\n') && left.length === written.length && written.every((text, n) => left[n].startsWith(text));
    };
    await until('both show the same, in the same order', same).catch(() => assert(false, `the visitor sees\n${left.join('\n')}\nand the member\n${right.join('\n')}`));
  });
  await stage.step('the conversation is resolved', async () => {
    await member.does('Resolve');
    await visitor.reads('This conversation is closed');
    await stage.look(shop, picture('widget-resolved'));
  });
  await stage.step('a reload shows the whole history', async () => {
    const before = await visitor.thread();
    const again = await Visitor.on(shop);
    if (!again.page.frames().some((frame) => frame.url().includes('/widget/frame'))) await again.opens();
    await again.isOpen();
    await until('all is there again', async () => (await again.thread()).join('|') === before.join('|'));
  });
}
