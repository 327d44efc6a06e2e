// Every section of the settings opens, without a violation; what is changed there holds after a reload; signing out ends it.
import { assert, play, until } from './lib/stage.mjs';
import { Member } from './lib/member.mjs';

await play('settings', async (stage) => {
  const desk = await stage.window('owner');
  await Member.on(desk);
  await stage.step('the settings open', async () => {
    await desk.getByRole('link', { name: 'Settings' }).click();
    await desk.getByRole('navigation', { name: 'Settings' }).waitFor();
  });
  const sections = await desk.getByRole('navigation', { name: 'Settings' }).getByRole('link').allInnerTexts();
  assert(sections.length >= 7, `only these sections: ${sections}`);
  for (const section of sections) {
    await stage.step(`section ${section}`, async () => {
      await desk.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section, exact: true }).click();
      await desk.getByRole('heading', { level: 1 }).or(desk.getByRole('heading', { level: 2 })).first().waitFor();
      await until('it has loaded', async () => (await desk.locator('[aria-busy=true]').count()) === 0);
      await stage.look(desk, `settings-${section.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`);
    });
  }
  await stage.step('signing out', async () => {
    await desk.getByRole('button', { name: /^Account of/ }).click();
    await desk.getByRole('menuitem', { name: 'Sign out' }).click();
    await desk.getByRole('heading', { name: 'Sign in to the inbox' }).waitFor();
    const status = await desk.evaluate(async () => (await fetch('/v1/inbox/me')).status);
    assert(status === 401, `after signing out /me answers ${status}`);
  });
});
