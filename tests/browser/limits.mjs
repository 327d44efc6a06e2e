// More than the gateway gives: the visitor's messages wait and go out by themselves, once and in order; whoever tries passwords is told to wait.
import { PHONE, assert, play, until } from './lib/stage.mjs';
import { cast } from './lib/cast.mjs';
import { Visitor } from './lib/visitor.mjs';

await play('limits', async (stage) => {
  const [shop, desk] = [await stage.window('visitor', PHONE), await stage.window('member')];
  const visitor = await Visitor.on(shop);
  await stage.step('a visitor writes faster than is taken', async () => {
    await visitor.opens();
    for (let n = 1; n <= 5; n += 1) await visitor.says(`line ${n}`);
    await visitor.reads('Too many messages. Going on in');
    await stage.look(shop, 'too-many-messages');
    await stage.lookInTheDark(shop, 'too-many-messages');
  });
  await stage.step('everything arrives by itself, once and in order', async () => {
    const lines = async () => (await visitor.thread()).map((text) => text.trim()).filter((text) => text.startsWith('line '));
    const sent = () => visitor.frame.locator('.pending').count();
    await until('all is sent', async () => (await sent()) === 0 && (await lines()).length === 5, 45_000);
    assert((await lines()).join() === 'line 1,line 2,line 3,line 4,line 5', `they came as ${await lines()}`);
    await visitor.frame.getByRole('timer').waitFor({ state: 'detached' });
  });
  await stage.step('a wrong password says no more than that', async () => {
    await desk.goto(`${cast.base}/inbox`);
    await desk.getByLabel('Workspace').fill(cast.workspace);
    await desk.getByLabel('E-mail').fill(cast.email);
    await desk.getByLabel('Password').fill('not the password');
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor();
    await stage.look(desk, 'password-wrong');
  });
  await stage.step('too many of them have to wait', async () => {
    const limited = desk.getByRole('alert').filter({ hasText: 'Too many tries' });
    await until('it is limited', async () => {
      if (await limited.isVisible()) return true;
      await desk.getByRole('button', { name: 'Sign in' }).click({ timeout: 1_000 }).catch(() => {});
      return false;
    });
    await stage.look(desk, 'passwords-limited');
  });
  await stage.step('and get in after that', async () => {
    await desk.getByLabel('Password').fill(cast.password);
    await until('they are in', async () => {
      await desk.getByRole('button', { name: 'Sign in' }).click({ timeout: 1_000 }).catch(() => {});
      return desk.getByRole('navigation', { name: 'Views' }).isVisible();
    }, 60_000);
  });
});
