// Every section of the settings opens, and so does what each has to add to it, without a violation; what is changed there holds after a
// reload; signing out ends it.
import { PHONE, assert, play, until } from './lib/stage.mjs';
import { Member } from './lib/member.mjs';

/** What is added in a section, where that is asked for in a dialog. */
const ADDS = {
  Assistants: 'New assistant', Knowledge: 'Add a text', Teams: 'New team', Members: 'Add a member', 'Canned responses': 'New response', 'API keys': 'New key',
};

await play('settings', async (stage) => {
  const desk = await stage.window('owner');
  await Member.on(desk);
  await stage.step('the settings open', async () => {
    await desk.getByRole('link', { name: 'Settings' }).click();
    await desk.getByRole('navigation', { name: 'Settings' }).waitFor();
  });
  const list = desk.getByRole('navigation', { name: 'Settings' }).getByRole('list');
  const sections = await list.getByRole('link').allInnerTexts();
  for (const section of [...Object.keys(ADDS), 'Office hours', 'Notifications']) assert(sections.includes(section), `${section} is not among ${sections}`);
  const opens = async (section) => {
    await list.getByRole('link', { name: section, exact: true }).click();
    await desk.getByRole('heading', { level: 1, name: section }).waitFor();
    await until('it has loaded', async () => (await desk.getByRole('status').filter({ hasText: 'Loading' }).count()) === 0);
  };
  const picture = (section) => `settings-${section.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
  for (const section of sections) {
    await stage.step(`section ${section}`, async () => {
      await opens(section);
      await stage.look(desk, picture(section));
      if (!ADDS[section]) return;
      const adds = desk.getByRole('button', { name: ADDS[section] });
      await adds.click();
      await desk.getByRole('dialog').waitFor();
      await until('a field has the focus', () => desk.getByRole('dialog').evaluate((dialog) => dialog.querySelector(':is(input, textarea, select):focus') !== null));
      await stage.look(desk, `${picture(section)}-add`);
      await desk.keyboard.press('Escape');
      await desk.getByRole('dialog').waitFor({ state: 'detached' });
      await until('the focus is back', () => adds.evaluate((button) => button === document.activeElement));
    });
  }
  await stage.step('in the dark', async () => {
    await opens('Assistants');
    await stage.lookInTheDark(desk, 'settings-assistants');
  });
  await stage.step('on a phone', async () => {
    const phone = await stage.window('owner-phone', PHONE);
    await phone.context().addCookies(await desk.context().cookies());
    await phone.goto(new URL('/inbox/settings', desk.url()).href);
    const menu = phone.getByRole('navigation', { name: 'Settings' });
    for (const section of sections) {
      await menu.getByRole('link', { name: section, exact: true }).waitFor();
      if (section === sections[0]) await stage.look(phone, 'phone-settings');
      await menu.getByRole('link', { name: section, exact: true }).click();
      await phone.getByRole('heading', { level: 1, name: section }).waitFor();
      await until('it has loaded', async () => (await phone.getByRole('status').filter({ hasText: 'Loading' }).count()) === 0);
      await stage.look(phone, `phone-${picture(section)}`);
      if (ADDS[section] && section !== 'API keys') {
        await phone.getByRole('button', { name: ADDS[section] }).click();
        await phone.getByRole('dialog').waitFor();
        await stage.look(phone, `phone-${picture(section)}-add`);
        await phone.keyboard.press('Escape');
        await phone.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await phone.getByRole('link', { name: 'All settings' }).click();
    }
  });
  await stage.step('what is changed holds', async () => {
    await desk.getByLabel('Name', { exact: true }).fill('Robin Redbreast');
    await desk.getByRole('button', { name: 'Save' }).click();
    await desk.getByRole('status').filter({ hasText: 'saved' }).waitFor();
    await opens('Notifications');
    const byMail = desk.getByRole('checkbox', { name: 'A visitor waits for your reply: by e-mail' });
    const before = await byMail.isChecked();
    await byMail.setChecked(!before);
    await desk.getByRole('button', { name: 'Save' }).click();
    await desk.getByRole('status').filter({ hasText: 'Preferences saved' }).waitFor();
    await desk.reload();
    await until('the choice is kept', async () => (await byMail.isChecked()) === !before);
    await opens('Assistants');
    await until('the name is kept', async () => (await desk.getByLabel('Name', { exact: true }).inputValue()) === 'Robin Redbreast');
  });
  await stage.step('signing out', async () => {
    await desk.getByRole('button', { name: /^Account of/ }).click();
    await desk.getByRole('menuitem', { name: 'Sign out' }).click();
    await desk.getByRole('heading', { name: 'Sign in to the inbox' }).waitFor();
    const status = await desk.evaluate(async () => (await fetch('/v1/inbox/me')).status);
    assert(status === 401, `after signing out /me answers ${status}`);
  });
});
