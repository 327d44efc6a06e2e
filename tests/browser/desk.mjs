// Everything a member can do at the desk: by the bell, by keys, in each dialog and menu. Three visitors without a window keep it busy.
import { DESKTOP, assert, play, until } from './lib/stage.mjs';
import { Guest } from './lib/guest.mjs';
import { Member } from './lib/member.mjs';

const TITLE = /^(\(\d+\) )?Baton$/;

await play('desk', async (stage) => {
  const desk = await stage.window('dana', DESKTOP);
  const dana = await Member.on(desk);
  const dialog = desk.getByRole('dialog');
  const menu = desk.getByRole('menu');
  const press = (key) => desk.keyboard.press(key);
  const button = (name) => desk.getByRole('button', { name, exact: true });
  /** Opens a dialog from the menu of the conversation, and looks at it. */
  const asks = async (action, picture) => {
    await dana.does(action);
    await dialog.waitFor();
    await stage.look(desk, picture);
  };
  const closes = async (name) => {
    await dialog.getByRole('button', { name, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const badge = (text) => desk.locator('.thread-marks').getByText(text, { exact: false }).first().waitFor();

  await stage.step('the bell has nothing to tell', async () => {
    await button('Notices').click();
    await desk.getByText('Nothing new').waitFor();
    await stage.look(desk, 'bell-empty');
    await press('Escape');
    await until('the focus is back', () => button('Notices').evaluate((it) => it === document.activeElement));
  });
  const eli = await stage.step('a colleague, a team and a response with a gap', async () => {
    const colleague = await dana.adds('Eli Example', 'eli@demo.example.org');
    const team = { request_id: crypto.randomUUID(), name: 'Repairs', description: '', color: 'teal', member_ids: [colleague.id] };
    await dana.asks('POST', 'teams', team);
    const text = 'Your order {{order_number}} leaves on {{day|Monday}}.';
    await dana.asks('POST', 'canned-responses', { request_id: crypto.randomUUID(), scope: 'workspace', shortcut: 'order', title: 'On its way', text });
    return colleague;
  });
  await stage.step('three visitors need a person, and the bell rings', async () => {
    for (const says of ['My kettle leaks.', 'My mug has a crack.', 'Where is my pan?']) await (await Guest.who(says)).wantsAPerson();
    await desk.getByRole('button', { name: 'Notices, 3 unread' }).waitFor();
    assert(TITLE.exec(await desk.title())?.[1] === '(3) ', `the title says ${await desk.title()}`);
    await desk.getByRole('button', { name: 'Notices, 3 unread' }).click();
    await desk.getByRole('region', { name: 'Notices' }).getByRole('listitem').nth(2).waitFor();
    await stage.look(desk, 'bell');
    await stage.lookInTheDark(desk, 'bell');
    await desk.getByRole('button', { name: 'Mark all read' }).click();
    await button('Notices').waitFor();
    await stage.look(desk, 'bell-read');
    await press('Escape');
  });
  await stage.step('keys walk through the list, and show themselves', async () => {
    await desk.reload();
    await dana.view('Needs a person');
    await until('the rows', async () => (await dana.rows().count()) === 3);
    const current = () => dana.rows().evaluateAll((rows) => rows.findIndex((row) => row.getAttribute('aria-current') === 'true'));
    for (const [key, place] of [['j', 0], ['j', 1], ['j', 2], ['k', 1], ['k', 0]]) {
      await press(key);
      await until(`${key} leads to row ${place}`, async () => (await current()) === place);
    }
    await press('?');
    await dialog.waitFor();
    await stage.look(desk, 'keys');
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const focused = (name) => until(`${name} has the focus`, () => desk.getByLabel(name).evaluate((field) => field === document.activeElement));
    await press('n');
    await focused('Note for the team');
    await desk.keyboard.type('jk?r are letters here');
    assert((await desk.getByLabel('Note for the team').inputValue()) === 'jk?r are letters here', 'a key that is written acts');
    await stage.look(desk, 'note');
    await press('Escape');
    await press('r');
    await focused('Reply to the visitor');
    await press('Escape');
    await press('Escape');
    await until('it is left', async () => (await current()) === -1);
    await press('?');
    await dialog.getByLabel('Single-key shortcuts').uncheck();
    await stage.look(desk, 'keys-off');
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await press('j');
    await press('?');
    assert((await current()) === -1 && !(await dialog.isVisible()), 'a key acts although such keys are off');
    await desk.getByRole('button', { name: /^Account of/ }).click();
    await menu.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await dialog.getByLabel('Single-key shortcuts').check();
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
  await stage.step('menus of the header', async () => {
    await desk.getByRole('button', { name: /^Availability/ }).click();
    await menu.waitFor();
    await stage.look(desk, 'availability');
    await menu.getByRole('menuitem', { name: /^Limit/ }).click();
    await dialog.waitFor();
    await stage.look(desk, 'availability-limit');
    await closes('Cancel');
    await desk.getByRole('button', { name: /^Account of/ }).click();
    await menu.waitFor();
    await stage.look(desk, 'account');
    await press('Escape');
  });
  await stage.step('what waits is given to a team, then to a member', async () => {
    await dana.opensFirst();
    await button('More actions').click();
    await menu.waitFor();
    await stage.look(desk, 'actions');
    await press('Escape');
    await asks('Hand to a team', 'hand-to-team');
    await dialog.getByLabel('Team').selectOption({ label: 'Repairs' });
    await closes('Hand over');
    await desk.getByRole('region', { name: 'About this conversation' }).getByText('Repairs').first().waitFor({ state: 'attached' });
    await asks('Give to a member', 'give');
    await dialog.getByLabel('Member').selectOption(eli.id);
    await closes('Give');
    await badge('Eli Example');
    await stage.look(desk, 'given');
    for (const [which, takes] of [['assignee', 'Give to a member'], ['team', 'Team']]) {
      await desk.getByRole('button', { name: `Change… ${which}` }).click();
      await desk.getByRole('dialog', { name: takes }).waitFor();
      await stage.look(desk, `change-${which}`);
      await closes('Cancel');
    }
  });
  await stage.step('it is taken over, transferred, and taken back', async () => {
    await button('Take over').click();
    await badge('You');
    await asks('Transfer to a member', 'transfer');
    await dialog.getByLabel('Member').selectOption(eli.id);
    await closes('Transfer');
    await badge('Eli Example');
    await button('Take over').click();
    await badge('You');
  });
  await stage.step('its priority is set, its contact named', async () => {
    const about = desk.getByRole('region', { name: 'About this conversation' });
    await about.getByRole('group', { name: 'Priority' }).getByRole('button').click();
    await dialog.waitFor();
    await dialog.getByLabel('How urgent').selectOption('high');
    await dialog.getByLabel('Why').fill('The kettle is full of water.');
    await stage.look(desk, 'priority');
    await closes('Set');
    await about.getByText('The kettle is full of water.').waitFor();
    await about.getByRole('group', { name: 'Contact' }).getByRole('button', { name: 'Edit' }).click();
    await about.getByLabel('Name').fill('Vera Visitor');
    await stage.look(desk, 'contact');
    await about.getByRole('button', { name: 'Save' }).click();
    await desk.getByRole('heading', { name: 'Vera Visitor' }).waitFor();
    for (const title of ['Routing', 'Notifications']) await about.locator('summary').filter({ hasText: title }).click();
    await until('both have loaded', async () => (await about.locator('details[open] .decision').count()) >= 2);
    await about.locator('details').last().scrollIntoViewIfNeeded();
    await stage.look(desk, 'side-unfolded');
    await stage.lookInTheDark(desk, 'side-unfolded');
  });
  await stage.step('a prepared response by its button, by its shortcut, and what it lacks', async () => {
    const field = desk.getByLabel('Reply to the visitor');
    const list = desk.getByRole('listbox', { name: 'Canned responses' });
    await button('Reply').click();
    await field.click();
    await button('Canned responses').click();
    await list.getByRole('option').nth(2).waitFor();
    await stage.look(desk, 'canned');
    await stage.lookInTheDark(desk, 'canned');
    assert(await list.isVisible(), 'the list goes away by itself');
    await press('Escape');
    await list.waitFor({ state: 'detached' });
    await field.pressSequentially('/th');
    await desk.getByRole('option', { name: /thanks/ }).waitFor();
    await stage.look(desk, 'canned-by-shortcut');
    await press('Enter');
    await until('its text is there, with the name', async () => (await field.inputValue()).startsWith('Thank you for writing to us, Vera Visitor!'));
    await field.fill('');
    await field.pressSequentially('/order');
    await press('Enter');
    await dialog.waitFor();
    await stage.look(desk, 'canned-lacks');
    await dialog.getByLabel('order number').fill('4711');
    await closes('Put into the reply');
    await until('the gap is filled', async () => (await field.inputValue()) === 'Your order 4711 leaves on Monday.');
    await button('Send').click();
    await dana.reads('Your order 4711 leaves on Monday.');
  });
  await stage.step('it is put off, woken, handed back, and resolved', async () => {
    await asks('Snooze', 'snooze');
    await stage.lookInTheDark(desk, 'snooze');
    await dialog.getByRole('button', { name: 'Until the visitor writes' }).click();
    await badge('Snoozed');
    await stage.look(desk, 'snoozed');
    await button('Wake').click();
    await button('Resolve').waitFor();
    await asks('Hand back to the AI', 'hand-back');
    await dialog.getByLabel('What should it do now?', { exact: false }).fill('Ask for a photograph.');
    await closes('Hand back');
    await badge('AI');
    await stage.look(desk, 'handed-back');
    await dana.does('Resolve');
    await badge('Resolved');
    await stage.look(desk, 'resolved');
    await button('Re-open').click();
    await badge('You');
  });
  await stage.step('every view has something to say', async () => {
    for (const view of ['Mine', 'Unassigned', 'All', 'Repairs']) {
      await dana.view(view);
      await desk.getByRole('heading', { level: 1, name: view }).waitFor();
      await until('it has loaded', async () => (await desk.getByRole('status').filter({ hasText: 'Loading' }).count()) === 0);
      await stage.look(desk, `view-${view.toLowerCase()}`);
    }
  });
});
